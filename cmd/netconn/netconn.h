// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETCONN_H
#define NETCONN_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/place.h"
#include "base/buf.h"
#include "base/err.h"
#include "changes.h"
#include "cli/cli.h"
#include "cli/common.h"
#include "extra.h"
#include "host/cgroups.h"
#include "host/netns.h"
#include "host/names.h"
#include "host/owners.h"
#include "host/sockets.h"
#include "order.h"
#include "record/sock.h"
#include "select.h"
#include "spaces.h"
#include "store.h"
#include "table/table.h"

/* Families of settings.families. */
#define FAMILY_INET 1u
#define FAMILY_INET6 2u

/* What stays a number with --resolve: settings.numeric. */
#define NUMERIC_HOSTS 1u
#define NUMERIC_PORTS 2u
#define NUMERIC_USERS 4u

/* What takes time to find out, and is left out where no column asks for it: run.needs. */
#define NEED_OWNERS 1u
#define NEED_CGROUP 2u
#define NEED_TEXTS 4u /* of the two ends */

/* What is done with the sockets: settings.mode. */
enum mode {
	MODE_LIST,
	MODE_CHANGES,
	MODE_MONITOR,
	MODE_KILL,
};

/* netstat's other tables, of which some are another command's, and ss's summary:
 * settings.other_table. */
enum other_table {
	OTHER_ROUTES = 1,
	OTHER_INTERFACES,
	OTHER_STATISTICS,
	OTHER_GROUPS,
	OTHER_SUMMARY,
	OTHER_MASQUERADE,
};

/* --timer-info, beside the bits SOCK_EXTRA_* of settings.extra. */
#define SHOW_TIMER_INFO 0x80u

struct settings {
	struct cli_common common;
	unsigned int protos; /* bit 1 << enum sock_proto */
	unsigned int families;
	unsigned int numeric;
	const char *family_list;
	const char *count_by, *sort;
	uint32_t top;
	int other_table; /* enum other_table */
	int mode;	 /* enum mode */
	int extend;
	unsigned int extra; /* bits SOCK_EXTRA_*; --timer-info is one of its own */
	bool all, listening, programs, timers, continuous, verbose;
	bool has_protos; /* protos were named */
	bool explain_filter, dry_run, all_netns;
};

/* A socket's holder as a row of its own. */
struct owner_row {
	uint32_t pid;
	const char *program;
	uint32_t fd;
	bool inferred;
};

struct timer_row {
	const char *name;
	uint32_t expires_ms;
	uint8_t retrans;
};

/* Longest "ADDRESS%DEVICE:SERVICE" and "PID/PROGRAM", with names. */
#define END_TEXT_SIZE (2 * NAMES_SIZE + 2)
#define PROGRAM_TEXT_SIZE 544

/* A socket as the column tables see it. Texts are borrowed, or made in the storage at the end. */
struct conn_row {
	uint64_t time_ns;
	const char *event, *before; /* of --changes and --monitor */
	const char *netns, *proto, *family, *state, *iface, *user, *cgroup, *unit, *container;
	const char *type, *path, *local, *peer;
	struct addr local_addr, peer_addr;
	uint32_t local_port, peer_port;			/* UINT32_MAX: none */
	uint32_t recv_q, send_q, accept_queue, backlog; /* UINT32_MAX: does not apply */
	uint32_t uid, inode, peer_inode;
	uint64_t cookie;
	const struct timer_row *timer;
	const struct owner_row *owners;
	uint32_t owner_count;

	/* The habit's layouts alone. */
	const char *program, *timers, *flags;
	uint32_t references;

	/* The first of the owners. */
	const char *owner_program;
	uint32_t owner_pid; /* 0: none */

	struct timer_row timer_storage;
	struct extra_row extra;
	char local_text[END_TEXT_SIZE], peer_text[END_TEXT_SIZE];
	char user_text[16], state_text[8], timer_text[64], program_text[PROGRAM_TEXT_SIZE];
};

/* What --kill has done. */
struct killing {
	struct nl nl;
	uint32_t spared; /* listening sockets that were left alone */
	uint32_t missed; /* sockets that could not be closed */
	int error;	 /* why the first of them could not */
};

/* Everything a run needs; main owns it. */
struct run {
	struct settings settings;
	struct buf out;
	struct table table;
	struct sockets sockets;
	struct spaces spaces;
	struct cgroups cgroups;
	struct owners owners;
	struct owner_rows {
		struct owner_row *list;
		size_t count, room;
	} owner_rows;
	struct selection selection;
	struct order order;
	struct changes changes;
	struct killing killing;
	struct names names;
	struct store store;
	struct store held; /* sockets of IPv6, while those of IPv4 come */
	size_t held_count; /* of which too many are not in there */
	bool holds_inet6;
	struct conn_row row;
	struct place place;
	uint64_t place_cgroup; /* whose place that is */
	uint32_t unknown_owners;
	bool has_cgroups;
	uint8_t extra;	    /* bits SOCK_EXTRA_*: what the columns need */
	uint8_t needs;	    /* bits NEED_*: likewise */
	bool has_listeners; /* of the protocol being listed: all, before anything else */
	bool has_told_how;  /* owners were found, with -v */
	uint32_t told;	    /* bits 1 << enum sock_proto: that the kernel lacks them */
	bool is_titled;	    /* the interface table, in this run */
	uint64_t shown;	    /* rows */
	char before_text[8];
	bool is_incomplete; /* something asked for could not be listed, and was said */
};

/* options.c */
extern const struct cli_command netconn_command;
int settings_check(struct settings *settings, struct err *err);
bool settings_wants_family(const struct settings *settings, uint8_t family);
bool settings_is_habit(const struct settings *settings);
bool settings_wants(const struct settings *settings, const struct sock *sock);

/* gather.c: from the kernel to rows */
int gather(struct run *run, struct err *err);

/* rows.c: from sockets to text */
int rows_begin(struct run *run, struct err *err);
void rows_begin_section(struct run *run, bool is_unix);
int rows_add(struct run *run, const struct sock *sock);
int rows_flush(struct run *run);
int rows_end(struct run *run);

/* habit.c: netstat's layouts */
void habit_begin_section(struct run *run, bool is_unix);
void habit_fill(struct run *run, const struct sock *sock);

/* own.c: the other ones */
extern const struct column own_columns[];
int own_begin(struct run *run, struct err *err);
void own_fill(struct run *run, const struct sock *sock);
const char *own_state(char *text, size_t size, const struct sock *sock);
void own_need(struct run *run, const struct column *column, const struct column *parent);

/* ends.c: both ends of a socket in these */
void ends_fill(struct run *run, const struct sock *sock);

/* facts.c: what belongs to a socket but does not come with it */
void facts_find_owners(struct run *run);
int facts_want(struct run *run, const struct sock *sock);
void facts_wait(struct run *run);
int facts_owners(struct run *run, const struct sock *sock, bool infer);
void facts_tell_unknown_owners(const struct run *run);
uint32_t facts_uid(struct run *run, const struct sock *sock);
const char *facts_user(struct run *run, uint32_t uid);
const char *facts_iface(struct run *run, const struct sock *sock, uint32_t index);
void facts_cgroup(struct run *run, const struct sock *sock);
void facts_end_text(struct run *run, const struct sock *sock, const struct addr *end, char *text);
void facts_forget(struct run *run);

/* kill.c */
int kill_begin(struct run *run, struct err *err);
bool kill_one(struct run *run, const struct sock *sock);
void kill_end(struct run *run);

/* monitor.c */
int monitor_run(struct run *run, struct err *err);

#endif
