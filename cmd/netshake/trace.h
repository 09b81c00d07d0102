// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSHAKE_TRACE_H
#define NETSHAKE_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/tcp_observer.h"
#include "record/segment.h"
#include "record/tcp_state.h"

/* Remarks on one segment; more are left out. */
#define ITEM_NOTES_MAX 4
#define ITEM_NOTE_SIZE 160

/* States that one segment leads this end through, and those that it is given: see trace_sort(). */
#define ITEM_STATES_MAX 8

/* States that this end goes through in all. */
#define TRACE_STATES_MAX 16

enum item_kind {
	ITEM_SENT,
	ITEM_RECEIVED,
	ITEM_UNDELIVERED, /* it was on the wire, but did not get to the raw socket */
	ITEM_KERNELS,	  /* it left, but we did not send it: the kernel did */
	ITEM_EVENT,	  /* no segment: a remark, a change of state, an ICMP error */
};

/* A line of the trace, in the order in which things happened. */
struct item {
	enum item_kind kind;
	struct segment segment; /* its payload is the item's own */
	uint64_t mono_ns;	/* when it was handed to the kernel or taken from it */
	uint32_t number;	/* of the segment, from 1, once it is settled */
	uint32_t key;		/* of its transmit stamp */
	bool is_settled;	/* when it was on the wire is known, or will never be */
	bool has_stamp;		/* that is the kernel's word */
	bool is_on_wire;	/* the packet socket has seen it */
	bool is_retransmission;
	int send_errno;
	uint8_t states[ITEM_STATES_MAX]; /* enum tcp_state, this end's: entered by it */
	uint8_t state_count;
	uint8_t state_after[2]; /* of this end, of the other one (inferred) */
	uint8_t peer_states[ITEM_STATES_MAX];
	uint8_t peer_state_count;
	struct tcp_sight sight;
	char notes[ITEM_NOTES_MAX][ITEM_NOTE_SIZE];
	uint8_t note_count;
	uint8_t *payload; /* heap, or NULL */
};

/* A segment that the packet socket saw and that nobody has claimed yet. */
struct wire_sight {
	struct segment segment;
	uint64_t mono_ns;
};

#define TRACE_SIGHTS_MAX 64

/* What happened on one connection. */
struct trace {
	struct item *items;
	size_t count, room;
	size_t shown; /* the items before it were told */
	struct tcp_observer observer;
	uint64_t origin_ns; /* since 1970: of the first SYN */
	uint32_t segments;  /* so far */
	uint32_t numbered;  /* of them */
	uint32_t kernels;   /* of them the kernel's own */
	uint32_t undelivered;
	struct segment first_undelivered; /* without payload */
	uint32_t left_out;		  /* items that are not kept any more */
	uint8_t states[TRACE_STATES_MAX]; /* enum tcp_state, this end's */
	uint8_t state_count;
	uint8_t state_told; /* this end's, after the items that were observed */
	struct wire_sight sights[TRACE_SIGHTS_MAX];
	size_t sight_count;
	size_t call_start;		  /* items before the call into the endpoint */
	size_t cause;			  /* the item that it is about; SIZE_MAX: none */
	uint8_t pending[ITEM_STATES_MAX]; /* states of no item so far */
	uint8_t pending_count;
	char remark[ITEM_NOTE_SIZE]; /* on what is to come; "": none */
	bool is_short_of_memory;
};

void trace_init(struct trace *trace);
void trace_fini(struct trace *trace);
struct item *trace_add(struct trace *trace, enum item_kind kind, const struct segment *segment,
		       uint64_t mono_ns);
void trace_note(struct item *item, const char *text);
void trace_begin_call(struct trace *trace, struct item *cause);
void trace_end_call(struct trace *trace, uint64_t mono_ns);
void trace_state(struct trace *trace, enum tcp_state state);
void trace_remark(struct trace *trace, const char *text);
void trace_claim(struct trace *trace, struct item *item);
bool trace_see(struct trace *trace, const struct segment *segment, uint64_t mono_ns);
void trace_give_up_sights(struct trace *trace, uint64_t before_ns);
void trace_sort(struct trace *trace, size_t end);
void trace_add_inferred(uint8_t *states, uint8_t *count, const struct tcp_observer *seen,
			const struct tcp_sight *sight, int side);
void trace_observe(struct trace *trace, struct item *item);
void trace_forget_shown(struct trace *trace);

#endif
