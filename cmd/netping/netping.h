// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETPING_H
#define NETPING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/histogram.h"
#include "analysis/loss.h"
#include "analysis/rtt.h"
#include "base/buf.h"
#include "base/err.h"
#include "cli/cli.h"
#include "cli/common.h"
#include "flight.h"
#include "host/names.h"
#include "raw/icmp.h"
#include "raw/icmp_hand.h"
#include "record/probe.h"
#include "table/table.h"
#include "wire/ip.h"

/* Families of settings.families. */
#define FAMILY_INET 1u
#define FAMILY_INET6 2u

#define UNSET UINT32_MAX

/* The least interval of who is not root: iputils' rule. */
#define USER_INTERVAL_MS 2u

/* Probes a second in all, unless --rate says otherwise, and the most without root. */
#define RATE_DEFAULT 1000

/* Tries after the first, of a host of a sweep. */
#define RETRIES_DEFAULT 3

/* Which hosts a sweep names. */
enum sweep_choice {
	SWEEP_BOTH,
	SWEEP_ALIVE,
	SWEEP_UNREACHABLE,
};

struct settings {
	struct cli_common common;
	unsigned int families;
	int sweep; /* enum sweep_choice */
	int mtu_discovery, ip_stamps;
	const char *interface, *pattern, *file, *node_info;
	uint32_t count, interval_ms, deadline_ms, timeout_ms, preload, size, ttl, tos, mark, ident;
	uint32_t flow_label, send_buffer, retries, rate, table_count;
	bool audible, adaptive, broadcast, sticky, connect, flood, timestamps, force_names;
	bool no_loop, numeric, outstanding, quiet, dont_route, record_route, user_latency;
	bool verbose, precise, stats, all_addresses, first_reply, loop, elapsed, debug;
	bool histogram, live, prometheus, explain;
};

/* What is known of the probes to one host. */
struct host_stats {
	struct loss loss;
	struct rtt_stats rtt;
	struct rtt_stats local_delay;
	struct histogram histogram; /* filled only where quantiles are shown */
	uint64_t highest;	    /* number of the latest probe that was answered */
	uint64_t pipe;		    /* the most probes under way, as ping counts them */
	uint64_t *results;	    /* --count-table: a time in ns by probe; UINT64_MAX: none */
};

struct explain; /* explain.h */

enum target_state {
	TARGET_WAITING,
	TARGET_ALIVE,
	TARGET_UNREACHABLE,
};

/* A host to be probed. There may be a million of them: what only a few need is elsewhere. */
struct target {
	struct addr addr;
	uint32_t name; /* in targets.text; UINT32_MAX: its address is its name */
	uint32_t sent;
	uint8_t state;		  /* enum target_state */
	bool told;		  /* that it cannot be sent to */
	bool is_twin;		  /* named before, and not wanted twice */
	uint64_t rtt_ns;	  /* of a sweep */
	struct host_stats *stats; /* NULL in a sweep */
};

struct targets {
	struct target *list;
	size_t count, room;
	char *text;
	size_t text_length, text_room;
	size_t unknown; /* names that could not be resolved */
	size_t name_width;
};

/* A host as it is called: made by target_name(). */
#define TARGET_NAME_SIZE NAMES_SIZE

/* One row of the structured formats; which columns count is up to its type. */
struct probe_row {
	const char *type, *host, *meaning, *clock;
	struct addr addr, from;
	uint32_t seq, bytes, ttl, icmp_type, icmp_code;
	uint64_t rtt_ns, local_delay_ns, time_ns;
	const char *const *flags;
	uint64_t transmitted, received, duplicates, errors, reordered, corrupt, other_source;
	uint64_t local_drops, longest_loss_run;
	double loss_percent;
	uint64_t elapsed_ns, min_ns, avg_ns, max_ns, mdev_ns, p50_ns, p90_ns, p99_ns, jitter_ns;
	uint64_t local_delay_avg_ns;

	const char *flag_words[8];
	char host_text[TARGET_NAME_SIZE], meaning_text[128];
};

/* A reply on its way to whoever shows it. */
struct reply {
	const struct probe_event *event;
	struct target *target;
	uint64_t number; /* of the probe, from 1 */
	struct rtt rtt;
	unsigned int flags; /* PROBE_DUP, ... */
};

/* Probes on their way to a socket. */
struct batch {
	struct icmp_sender sender;
	struct flight *flight;
	unsigned int socket;
};

enum own_kind {
	OWN_REPLY,
	OWN_LOSS,
	OWN_ERROR,
	OWN_SUMMARY,
	OWN_EXPLAIN, /* its columns are others, see explain.c */
	OWN_KINDS,
};

/* Everything a run needs; main owns it. */
struct run {
	struct settings settings;
	struct buf out, notes; /* standard output and error */
	struct table tables[OWN_KINDS];
	struct names names;
	struct targets targets;
	struct flight flights[2]; /* IPv4, IPv6 */
	struct batch batches[2];
	struct icmp_hand hand; /* sends the second batch */
	bool wants_hand;
	struct icmp_receiver receiver;
	struct flight *receiving; /* whose socket is being read */
	unsigned int receiving_socket;
	struct host_stats total;
	uint8_t *data; /* of every probe */
	uint64_t secret[2];
	struct addr source;	    /* where ping says it comes from */
	struct if_nameindex *links; /* names of interfaces, where replies may need them */
	const char *hostname;
	struct explain *explain; /* NULL: not wanted */
	uint64_t resolve_ns;	 /* how long the hosts' addresses took */
	size_t chosen;		 /* of the one host's addresses */
	bool is_several;	 /* fping's layouts */
	bool is_sweep;		 /* one probe and retries, for each host */
	bool is_root;
	bool has_names; /* reverse look-ups are wanted */
	bool is_multicast;

	/* The schedule. */
	uint64_t start_ns, next_ns, last_sent_ns, end_ns, interval_ns, timeout_ns, gap_ns;
	uint64_t round;	 /* of all hosts */
	size_t turn;	 /* the next host of the round */
	uint32_t *retry; /* sweep: hosts to be tried again, a ring as large as targets.list */
	size_t retry_head, retry_count;
	size_t unfinished; /* sweep: hosts whose fate is open */
	bool is_cut_short; /* by a signal or -w: what is under way is not lost */
	bool had_local_error;
	bool told_hardware;
	bool is_terminal; /* standard output is one */
	bool live_has_news;
	uint64_t live_drawn_ns; /* 0: not yet */
	uint64_t local_drops;
	uint64_t addend_us; /* -A: slowed down by so much */
	uint64_t window;    /* -f: probes under way at most before the next one */

	struct probe_row row;
	uint8_t old_route[IP_OPTIONS_MAX]; /* -R: of the reply before */
	size_t old_route_length;
};

/* options.c */
extern const struct cli_command netping_command;
void settings_default(struct settings *settings);
int settings_check(struct settings *settings, bool is_root, struct err *err);
bool settings_mean_several(const struct settings *settings);
int settings_check_hosts(const struct settings *settings, bool is_several, struct err *err);
bool settings_is_habit(const struct settings *settings);
bool settings_wants_quantiles(const struct settings *settings);

/* targets.c: from words to addresses */
int targets_add_words(struct run *run, char **words, int count, struct err *err);
int targets_add_file(struct run *run, int fd, struct err *err);
int targets_prepare(struct run *run, struct err *err);
const char *target_name(const struct run *run, const struct target *target, char *text);

/* open.c: sockets */
int open_sockets(struct run *run, struct err *err);
void close_sockets(struct run *run);
int make_data(struct run *run, struct err *err);

/* source.c: where probes leave from */
bool source_is_address(const struct settings *settings, struct addr *source);
const char *source_device(const struct settings *settings);
int source_check(const struct settings *settings, struct err *err);
int source_find(struct run *run, struct err *err);
struct addr source_to(const struct addr *dest);

/* pace.c: whose turn it is, and when */
#define PACE_NEVER UINT64_MAX
void pace_begin(struct run *run);
uint64_t pace_gap_ns(const struct run *run);
uint64_t pace_due(struct run *run);
void pace_step(struct run *run, uint64_t now_ns);
void pace_set_end(struct run *run, uint64_t now_ns);
void pace_set_window(struct run *run);
size_t pace_peek(const struct run *run);
void pace_take(struct run *run);
bool pace_is_done(const struct run *run);

/* engine.c: what happens when */
int engine_run(struct run *run, struct err *err);

/* send.c: sending what is due, and reading what comes of it */
struct flight *send_flight(struct run *run, const struct target *target);
void send_due(struct run *run, uint64_t now_ns);
void send_receive(struct run *run, struct flight *flight, unsigned int socket);
bool send_wants_hand(const struct run *run);

/* replies.c: what becomes of a probe */
void replies_handle(const struct probe_event *event, void *arg);
void replies_give_up(struct run *run, struct slot *slot);
void replies_fail(struct run *run, struct slot *slot);
void replies_retry(struct run *run, const struct slot *slot);
void replies_token(const struct run *run, uint64_t position, uint8_t *token);

/* tell.c: to whichever layout is in force */
int tell_begin(struct run *run, struct err *err);
void tell_launch(struct run *run);
void tell_reply(struct run *run, const struct reply *reply);
void tell_loss(struct run *run, const struct slot *slot);
void tell_error(struct run *run, const struct slot *slot, const struct probe_event *event);
void tell_unsent(struct run *run, struct target *target, int code);
void tell_settled(struct run *run, struct target *target);
void tell_short(struct run *run);
int tell_flush(struct run *run);
void tell_end(struct run *run);

/* habit.c: iputils' text, for one host */
void habit_begin(struct run *run);
void habit_launch(struct run *run);
void habit_reply(struct run *run, const struct reply *reply);
void habit_loss(struct run *run, const struct slot *slot);
void habit_error(struct run *run, const struct slot *slot, const struct probe_event *event);
void habit_short(struct run *run);
void habit_end(struct run *run);

/* route.c: what routers wrote into a reply's IPv4 options */
void route_show(struct run *run, const struct probe_event *event);

/* sweep.c: fping's text, for several hosts */
void sweep_reply(struct run *run, const struct reply *reply);
void sweep_loss(struct run *run, const struct slot *slot);
void sweep_error(struct run *run, const struct slot *slot, const struct probe_event *event);
void sweep_settled(struct run *run, const struct target *target);
void sweep_end(struct run *run);

/* live.c: a line for each host, on a terminal */
int live_begin(struct run *run, struct err *err);
uint64_t live_due(const struct run *run);
void live_draw(struct run *run, bool end);

/* stats.c: what only we show */
void stats_add(struct host_stats *stats, const struct reply *reply, bool with_quantiles);
void stats_show(struct run *run, struct host_stats *stats);
void histogram_show(struct run *run, const struct host_stats *stats);

#endif
