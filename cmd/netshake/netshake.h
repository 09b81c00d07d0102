// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSHAKE_H
#define NETSHAKE_H

#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/rtt.h"
#include "analysis/tcp_endpoint.h"
#include "analysis/tcp_path.h"
#include "analysis/tcp_probe.h"
#include "analysis/tcp_question.h"
#include "analysis/tcp_verdict.h"
#include "base/buf.h"
#include "base/err.h"
#include "capture/capture_writer.h"
#include "cli/cli.h"
#include "cli/common.h"
#include "path/path.h"
#include "raw/icmp.h"
#include "raw/packet.h"
#include "raw/quiet.h"
#include "raw/quotes.h"
#include "raw/tcp.h"
#include "record/neigh.h"
#include "table/table.h"
#include "trace.h"

#define FAMILY_INET 1u
#define FAMILY_INET6 2u

#define UNSET UINT32_MAX

/* Connections that are watched at once. */
#define CONNECTIONS 100000

#define NS_PER_MS 1000000u

/* Where a name is looked up, and where the peer's own stands in output. */
#define HOST_SIZE 256

/* The most that --size sends in all. */
#define SIZE_STREAM (8u << 20)

/* The questions of --probe. */
enum probe {
	PROBE_COOKIE,
	PROBE_SYNPROXY,
	PROBE_TFO,
	PROBE_ECN,
	PROBE_MIDDLEBOX,
};

struct settings {
	struct cli_common common;
	unsigned int families;
	int close; /* enum tcp_close_plan */
	const char *data, *data_file, *interface, *source, *send, *pcap;
	uint32_t count, interval_ms, hold_ms, time_wait_ms, timeout_ms, retries, size;
	uint32_t mss, wscale, window, ttl, dscp, mark, sport;
	bool no_sack, no_timestamps, ecn, absolute, verbose, force;
	bool hops;
	uint32_t max_hops;
	int probe;		/* enum probe; -1: none */
	uint32_t serve;		/* port; UNSET: none */
	uint32_t serve_wait_ms; /* for a SYN; UNSET: for ever */
	/* connections that are watched */
	const char *read_file, *sniff;
	uint32_t flow, connections, for_ms;
	bool ladder;
};

/* Whom the command line names. */
struct target {
	char host[HOST_SIZE], service[64];
	struct addr addr; /* with its port */
};

/* How segments reach the peer. */
struct way {
	struct path path;
	bool is_open;
	struct path_answer answer;
	struct addr next_hop; /* AF_UNSPEC: this host itself */
	struct neigh neighbour;
	bool has_neighbour;
	bool is_local; /* the peer is this host */
	uint32_t mtu;
	uint32_t uid; /* whose rules apply */
	char device[IF_NAMESIZE];
	char vrf[IF_NAMESIZE]; /* that the device is part of, "": none */
};

/* What a connection that is traced goes through beyond the protocol. */
enum stage {
	STAGE_OPENING,
	STAGE_SENDING, /* what --data says */
	STAGE_SIZING,  /* --size */
	STAGE_HOLDING, /* --hold */
	STAGE_CLOSING,
	STAGE_OVER,
};

/* The search for the largest segment that gets through (size.c). */
struct sizing {
	uint32_t passed, lost; /* payload bytes; lost 0: none so far */
	uint32_t now;	       /* under way */
	uint32_t most;	       /* to try */
	unsigned int tries;
	uint64_t give_up_ns;
	bool is_recovering;   /* what was lost is sent again in smaller pieces */
	bool is_too_big_told; /* by ICMP or this host: no black hole */
};

/* One connection. */
struct shake {
	struct run *run;
	struct addr local; /* with its port */
	struct tcp_endpoint end;
	struct trace trace;
	struct tcp_findings findings;
	struct tcp_judgement judgement;
	uint32_t isn[2]; /* this end's, the peer's: what numbers are shown from */
	enum stage stage;
	struct sizing sizing;
	uint64_t start_real_ns, start_mono_ns;
	uint64_t wait_until_ns; /* patience with the stage */
	uint64_t hold_until_ns;
	uint64_t open_ns;	 /* when it was open, on the clock of deadlines; 0: not */
	struct tcp_quote icmp;	 /* the last one */
	struct segment reset;	 /* that was believed; without payload */
	uint64_t local_delay_ns; /* of the first SYN; UINT64_MAX: unknown */
	int send_errno;
	bool is_begun; /* the ladder */
	bool is_interrupted, gave_up, has_icmp;
	bool is_unreachable; /* by this host's own word: the next hop does not answer */
	uint32_t fins_again; /* of the peer, acknowledged again */
	uint32_t strays;     /* from other addresses to our port */
};

/* Figures over all connections of -c. */
struct tally {
	uint64_t traces, as_asked;
	uint64_t verdicts[TCP_VERDICT_COUNT];
	uint64_t segments, retransmissions;
	struct rtt_stats rtt;
};

/* --serve: what waits for a SYN in one family; closed descriptors are -1. */
struct server {
	struct addr local; /* with the port; any address, unless --source says one */
	struct quiet quiet;
	struct tcp_socket sock;
	struct packet packet;
};

#define SERVE_FAMILIES 2

/* Everything a run needs; main owns it. */
struct run {
	struct settings settings;
	struct buf out;
	struct table table, last_table;
	struct target target;
	struct way way;
	struct addr source; /* with --sport's port, or 0 */
	struct quiet quiet;
	struct tcp_socket sock;
	struct packet packet;
	struct icmp_socket echo; /* fd -1: none */
	struct quotes quotes;	 /* fd -1: none */
	struct server servers[SERVE_FAMILIES];
	struct addr caller; /* --serve: who alone may come; AF_UNSPEC: anybody */
	struct capture_writer capture;
	struct tally tally;
	struct shake shake;
	uint8_t *data; /* what is to be sent; NULL: nothing */
	size_t data_length;
	uint16_t send_flags; /* --send */
	uint8_t reference_ttl;
	uint8_t ports[65536 / 8]; /* a bit for each that was used */
	int data_fd;
	bool is_bare; /* no endpoint: segments are made one by one */
	bool has_utf8;
	bool has_told;		       /* a ladder */
	const struct palette *palette; /* NULL: no colour */
	struct tcp_probe_result probe; /* --send */
	char netns[64];
	int status; /* enum cli_exit */
	uint8_t room[TCP_RECEIVE_SIZE];
};

/* How segments are written, one a line, whoever's they are. */
struct ladder {
	struct run *run;
	const char *ends[2]; /* what this end, or the client, is called, and the other one */
	uint64_t origin_ns;  /* times are since then */
	uint32_t isn[2];     /* numbers are from these, of each end */
	bool is_watched;     /* it is not this host's connection */
};

/* options.c */
extern const struct cli_command netshake_command;
void settings_default(struct settings *settings);
int settings_check(struct settings *settings, struct err *err);
extern const char *const probe_choices[];
bool settings_serves(const struct settings *settings);
bool settings_asks(const struct settings *settings);
bool settings_walks(const struct settings *settings);
bool settings_is_ladder(const struct settings *settings);
bool settings_is_passive(const struct settings *settings);

/* target.c: whom the operands name */
int target_parse(struct target *target, char **words, int count, bool serves, struct err *err);
int target_resolve(struct run *run, struct err *err);

/* way.c: the route, the next hop, the source address */
int way_open(struct run *run, struct err *err);
int way_find(struct run *run, struct err *err);
bool way_is_own(struct run *run, const struct addr *addr);
int way_choose_source(struct run *run, struct err *err);
int way_require(const struct run *run, struct err *err);
uint32_t way_largest(const struct run *run);
bool way_neighbour_failed(struct run *run);
void way_learn_neighbour(struct run *run);

/* engine.c: one connection from SYN to the end */
int engine_run(struct run *run, struct err *err);
int engine_answer(struct run *run, const struct packet_frame *frame, struct err *err);
int engine_prepare(struct run *run, uint32_t index, struct err *err);
int engine_sleep(struct pollfd *polled, size_t count, uint64_t until_ns, struct err *err);
int engine_wait(struct shake *shake, uint64_t until_ns, struct err *err);
int engine_linger(struct shake *shake, struct err *err);

/* exchange.c: segments go out and come in */
struct item *exchange_send(struct shake *shake, const struct segment *segment,
			   bool is_retransmission);
void exchange_reset(struct shake *shake, const struct segment *sent, uint32_t seq);
int exchange_receive(struct shake *shake, struct err *err);

/* wire.c: what the packet socket sees */
void wire_take(struct shake *shake, const struct packet_frame *frame);
int wire_receive(struct shake *shake, struct err *err);
uint64_t wire_due(const struct trace *trace);
int wire_settle(struct shake *shake, struct err *err);

/* echo.c: how far away the host is */
struct echo_reply {
	uint8_t ttl;	     /* as it came; 0: none */
	uint64_t rtt_ns;     /* the least; 0: none */
	struct addr expired; /* who said that the request had expired; AF_UNSPEC: nobody */
};
void echo_open(struct run *run);
bool echo_ask(struct run *run, uint8_t ttl, uint64_t patience_ns, struct echo_reply *reply);
void echo_compare(struct shake *shake, struct tcp_findings *findings);

/* judge.c: what it comes to */
void judge_shake(struct shake *shake);
uint64_t judge_rtt_ns(const struct shake *shake);

/* stage.c: what the user wants of the connection */
void stage_begin(struct shake *shake, uint64_t now_ns);
void stage_give_up(struct shake *shake, const char *why, uint64_t now_ns);
void stage_step(struct shake *shake, uint64_t now_ns);
uint64_t stage_due(const struct shake *shake);

/* size.c: --size */
void size_begin(struct shake *shake, uint64_t now_ns);
bool size_step(struct shake *shake, uint64_t now_ns);

/* probe.c: --send */
int probe_run(struct run *run, struct err *err);

/* serve.c: --serve */
int serve_open(struct run *run, struct err *err);
void serve_close(struct run *run);
int serve_run(struct run *run, struct err *err);

/* hops.c: --hops */
int hops_run(struct run *run, struct err *err);

/* hops_rows.c: what it has found, as records */
extern const struct column walk_columns[];
void hops_row(struct run *run, const struct tcp_hop *hop);
void hops_row_path(struct run *run, const struct tcp_path *path,
		   const struct tcp_path_judgement *judgement);

/* hops_tell.c: and as text */
int hops_tell_hop(struct shake *shake, const struct tcp_hop *hop, struct err *err);
void hops_tell_end(struct shake *shake, const struct tcp_path *path);

/* ask.c: --probe, but for middlebox, which is a walk */
int ask_run(struct run *run, struct err *err);

/* ask_tell.c: what it has found */
extern const struct column question_columns[];
void ask_tell(struct run *run, const struct tcp_question_result *result, uint32_t connections);

/* tell.c: to whichever layout is in force */
int tell_begin(struct run *run, struct err *err);
void tell_item(struct shake *shake, struct item *item);
int tell_flush(struct run *run, struct err *err);
int tell_result(struct shake *shake, struct err *err);
int tell_end(struct run *run, struct err *err);

/* say.c: text */
void say(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));
void say_tinted(struct run *run, enum tint tint, const char *text);
void say_wrapped(struct run *run, const char *head, const char *text);
void say_evidence(struct run *run, const char *head, const struct tcp_evidence *evidence);
size_t say_states(char *text, size_t size, const uint8_t *states, size_t count);

/* ladder.c: segments, one a line */
struct ladder ladder_of(const struct shake *shake);
void ladder_heading(struct run *run);
void ladder_write(const struct ladder *ladder, const struct item *item);
void ladder_begin(struct shake *shake);
void ladder_ends(struct shake *shake);
void ladder_item(struct shake *shake, const struct item *item);

/* summary.c: what it came to */
void summary_judgement(struct run *run, const struct tcp_judgement *judgement);
void summary_write(struct shake *shake);
void summary_tally(struct run *run);

/* dump.c: -v */
void dump_segment(struct run *run, const struct segment *segment);

/* rows.c: records for the structured formats */
extern const struct column trace_columns[];
extern const char trace_wide_list[];
int rows_begin(struct run *run, const struct column *all, const char *wide, struct err *err);
int rows_result(struct shake *shake, struct err *err);
void rows_last(struct run *run, const struct column *columns, const void *row);
void rows_tally(struct run *run);

#endif
