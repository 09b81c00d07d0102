// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSYN_H
#define NETSYN_H

#include <stdbool.h>
#include <stdint.h>

#include "analysis/syn_observer.h"
#include "analysis/syn_verdict.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/range.h"
#include "cli/cli.h"
#include "cli/common.h"
#include "cli/run.h"
#include "host/links.h"
#include "host/look_file.h"
#include "host/owners.h"
#include "host/sockets.h"
#include "host/syn_looker.h"
#include "raw/syn_ring.h"
#include "table/table.h"

/* What a command line is for: settings.mode. */
enum mode {
	MODE_JUDGE,
	MODE_LIST,
	MODE_NAGIOS,
};

/* Families of settings.families. */
#define FAMILY_INET 1u
#define FAMILY_INET6 2u

struct settings {
	struct cli_common common;
	int mode; /* enum mode */
	unsigned int families;
	uint32_t interval_ms, timeout_ms, top;
	bool snapshot, why, wire, all_netns;
	const char *device, *record_dir, *read_dir, *prometheus;
	const char *warning_text, *critical_text;

	/* Thresholds; shares are percentages here. */
	uint32_t survivors, survival, old_share, occupancy, cookies, cookie_return, overflow;
	uint32_t resets, reset_share, closed, unroutable, filtered, single_source;

	/* Made of the above by settings_check(). */
	struct syn_thresholds thresholds;
	struct range warning, critical;
};

/* A network namespace that is judged. */
struct site {
	char name[256];
	int fd; /* of the namespace, -1: the one this process is in */
	struct sockets sockets;
	struct syn_observer observer;
	struct err err; /* what could not be seen */

	/* The judgement. */
	struct syn_facts facts;
	struct syn_verdict verdict;
	struct syn_listener_verdict *own; /* of facts.listeners */
	size_t own_room;
	enum syn_severity severity; /* of the verdict, and of -w and -c */
};

/* Looks back, and targets, that SYNs on the wire are remembered of. */
#define WIRE_MARKS 8
#define WIRE_MARKED 16
#define WIRE_SETTLING_NS 1900000000u

struct wire_mark {
	uint64_t mono_ns;
	size_t count;
	struct addr targets[WIRE_MARKED];
	uint64_t syns[WIRE_MARKED];
};

/* The wire, for the one namespace that is judged. */
struct wire {
	struct syn_ring ring;
	struct syn_tally tally;
	struct syn_tally_report targets[SYN_TALLY_LISTENERS];
	uint64_t settled[SYN_TALLY_LISTENERS];
	struct wire_mark marks[WIRE_MARKS]; /* at looks, of the interval that went on then */
	uint32_t mark_count;
	uint64_t start_ns;		      /* of this interval, CLOCK_MONOTONIC */
	uint64_t read_before, dropped_before; /* of ring, when it began */
	bool is_open, was_open, is_refused;
};

/* Everything a run needs; main owns it. */
struct run {
	struct settings settings;
	struct buf out, metrics;
	struct table table;
	struct site *sites;
	size_t site_count, site_room;
	struct wire wire;
	struct owners owners;
	bool has_owners;
	bool has_begun;	    /* what is to be shown, of judge_begin() */
	bool is_incomplete; /* a namespace could not be judged */
	struct links links;
	struct look_writer writer;
	bool is_recording;
	struct listener_row *listener_rows;
	struct source_row *source_rows;
	size_t listener_row_room, source_row_room;
	int status;
};

/* options.c */
extern const struct cli_command netsyn_command;
void settings_init(struct settings *settings);
int settings_check(struct settings *settings, struct err *err);
bool settings_is_text(const struct settings *settings);

/* sites.c: namespaces, and looking at them */
int sites_open(struct run *run, struct err *err);
void sites_close(struct run *run);
int site_enter(const struct site *site, struct err *err);
int sites_look(struct run *run, struct err *err);
bool sites_are_settled(struct run *run, unsigned int extra);
int sites_observe(struct run *run, uint64_t interval_ns, struct err *err);
int sites_judge(struct run *run, struct err *err);
void sites_find_owners(struct run *run, bool wants_all);
const struct owner_holder *site_owner(const struct run *run, uint32_t inode);

/* confine.c: privileges, given up */
int confine(struct err *err);

/* wire.c: the sample of what arrives */
int wire_consider(struct run *run, struct err *err);
int wire_settle(struct run *run, struct err *err);
void wire_close(struct run *run);
int wire_wait_until(struct run *run, uint64_t deadline_ns, struct err *err);
void wire_report(struct run *run, struct syn_facts *facts);
void wire_next(struct run *run);

/* judge.c: what is seen now, once; and showing it */
int judge_begin(struct run *run, struct err *err);
int judge_show(struct run *run, struct err *err);
int judge_flush(struct run *run, struct err *err);
int judge_end(struct run *run, struct err *err);
int judge_once(struct run *run, struct err *err);

/* watch.c: again and again */
int watch_run(struct run *run, struct err *err);

/* recorded.c: what was seen */
int recorded_run(struct run *run, struct err *err);

/* text.c: a verdict for people */
void text_headline(struct buf *out, const struct run *run, const struct site *site);
void text_verdict(struct run *run, const struct site *site);

/* words.c: what verdicts are called */
extern const char *const words_what[SYN_WHAT_COUNT];
extern const char *const words_what_keys[SYN_WHAT_COUNT];
extern const char *const words_severity_keys[SYN_SEVERITY_COUNT];
extern const char *const words_kind[SYN_KIND_COUNT];
extern const char *const words_kind_keys[SYN_KIND_COUNT];
extern const char *const words_outcome[SYN_OUTCOME_COUNT];
extern const char *const words_outcome_keys[SYN_OUTCOME_COUNT];
extern const char *const words_note[SYN_NOTE_COUNT];
extern const char *const words_note_keys[SYN_NOTE_COUNT];

/* rows.c: a verdict for programs */
extern const struct column verdict_columns[];
int rows_begin(struct run *run, struct err *err);
int rows_add(struct run *run, const struct site *site);
int rows_end(struct run *run, struct err *err);

/* list.c: half-open connections */
int list_run(struct run *run, struct err *err);

/* nagios.c, prometheus.c */
void nagios_write(struct run *run);
void nagios_fail(struct buf *out, const char *text);
int prometheus_write(struct run *run, struct err *err);

#endif
