// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSHAKE_PASSIVE_H
#define NETSHAKE_PASSIVE_H

/* Connections that somebody else makes: out of a capture file, or heard on an interface. */

#include "analysis/tcp_flow_verdict.h"
#include "analysis/tcp_watch.h"
#include "capture/capture_reader.h"
#include "netshake.h"
#include "rows.h"

/* Segments that are kept at once for ladders; more are left out, which is said. */
#define KEPT_MAX 400000u

/* A segment that is kept until its connection is over. */
struct kept {
	struct segment segment; /* without payload */
	struct tcp_sight sight;
	uint64_t frame;					     /* of the capture, from 1 */
	uint8_t states[2][ITEM_STATES_MAX], state_counts[2]; /* that it led the ends into */
};

/* What a connection has beside its place in the table, if its ladder is wanted. */
struct keep {
	struct kept *list;
	size_t count, room;
	uint64_t left_out;
	struct ladder ladder;
	bool has_isn[2];
	bool is_begun; /* the ladder, which is written as it grows */
	bool is_told;  /* all of it: what comes late has no place any more */
};

struct passive {
	struct run *run;
	struct capture_reader reader;
	struct capture_filter filter;
	struct tcp_watch watch;
	size_t kept;	   /* segments, of all connections */
	uint64_t told;	   /* connections */
	uint64_t left_out; /* segments, of ladders */
	int ret;	   /* 0, or the first -errno of what was told */
};

/* passive.c */
int passive_run(struct run *run, char **filter, int words, struct err *err);

/* passive_tell.c: what becomes of segments and connections */
int passive_begin(struct passive *passive, struct err *err);
void passive_segment(struct passive *passive, struct tcp_flow *flow, const struct segment *segment,
		     const struct tcp_sight *sight);
void passive_done(struct tcp_flow *flow, enum tcp_flow_end end, void *arg);
int passive_end(struct passive *passive, struct err *err);

/* flow_ladder.c */
void flow_item(struct item *item, const struct kept *kept);
void flow_ladder_begin(struct run *run, const struct tcp_flow *flow);
void flow_ladder_end(struct run *run, const struct tcp_flow *flow, const struct keep *keep,
		     const struct tcp_judgement *judgement);

/* flow_rows.c, flow_columns.c */
extern const struct column flow_columns[], flow_line_columns[];
extern const char flow_wide_list[];
int flow_row_write(struct run *run, const struct tcp_flow *flow, const struct keep *keep,
		   enum tcp_flow_end end, const struct tcp_judgement *judgement);

#endif
