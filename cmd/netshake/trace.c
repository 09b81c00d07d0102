// SPDX-License-Identifier: GPL-2.0-or-later
/* What happened, in order.
 *
 * Theory of operation: a segment becomes an item when it is sent or when the raw socket delivers
 * it. The packet socket sees the same segments on the wire; each of its sights claims its item,
 * and lends it what only the wire knows. A sight that nobody claims for a while is a segment that
 * this host's firewall kept from us, or one that the kernel sent behind our back. Changes of this
 * end's state belong to the item that caused them: the segment that arrived, or the one sent by the
 * same call. The peer's states are the observer's inference, which looks at items when they are
 * settled, in order.
 */
#include "trace.h"

#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/text.h"

/* More than that are not kept at once. */
#define TRACE_ITEMS_MAX 20000

/* How far back a sight looks for its item: more than are sent at once. */
#define CLAIM_DEPTH 4096

/* Begin a trace of nothing. */
void trace_init(struct trace *trace)
{
	*trace = (struct trace){ .cause = SIZE_MAX };
	trace->states[trace->state_count++] = TCP_STATE_CLOSED;
	trace->state_told = TCP_STATE_CLOSED;
	tcp_observer_init(&trace->observer);
}

/* Drop the first @count items, which were told. */
static void drop_items(struct trace *trace, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(trace->items[i].payload);
	trace->count -= count;
	trace->shown -= count < trace->shown ? count : trace->shown;
	memmove(trace->items, trace->items + count, trace->count * sizeof(trace->items[0]));
}

/* Give back what it took. */
void trace_fini(struct trace *trace)
{
	if (trace->items)
		drop_items(trace, trace->count);
	free(trace->items);
	trace->items = NULL;
	trace->room = 0;
}

/* Keep of what was told no more than the packet socket may still see, where nobody else will ask
 * again. */
void trace_forget_shown(struct trace *trace)
{
	if (trace->shown > 2 * CLAIM_DEPTH)
		drop_items(trace, trace->shown - CLAIM_DEPTH);
}

static void take_pending(struct trace *trace, struct item *item);

static bool keep_payload(struct item *item)
{
	struct segment *segment = &item->segment;

	if (segment->payload_captured == 0) {
		segment->payload = NULL;
		return true;
	}
	item->payload = calloc(1, segment->payload_captured);
	if (!item->payload)
		return false;
	if (segment->payload)
		memcpy(item->payload, segment->payload, segment->payload_captured);
	segment->payload = item->payload;
	return true;
}

/* Add an item about @segment (NULL: about none), of which a copy is kept.
 *
 * Return: it, valid until the next one is added; NULL without memory or beyond the limit, which
 * leaves it out.
 */
struct item *trace_add(struct trace *trace, enum item_kind kind, const struct segment *segment,
		       uint64_t mono_ns)
{
	struct item *items, *item;

	if (segment)
		trace->segments++;
	if (trace->count == TRACE_ITEMS_MAX) {
		trace->left_out++;
		return NULL;
	}
	items = grow_array(trace->items, &trace->room, trace->count + 1, sizeof(*items));
	if (!items) {
		trace->is_short_of_memory = true;
		return NULL;
	}
	trace->items = items;
	item = &items[trace->count];
	*item = (struct item){ .kind = kind, .mono_ns = mono_ns };
	if (segment) {
		item->segment = *segment;
		if (!keep_payload(item)) {
			trace->is_short_of_memory = true;
			return NULL;
		}
	}
	trace->count++;
	if (kind == ITEM_SENT)
		take_pending(trace, item);
	return item;
}

/* Remark on @item (NULL: on nothing). */
void trace_note(struct item *item, const char *text)
{
	if (item && item->note_count < ITEM_NOTES_MAX)
		text_copy(item->notes[item->note_count++], ITEM_NOTE_SIZE, text);
}

/* A call into the endpoint begins: about @cause, a segment that arrived, or about none (NULL). */
void trace_begin_call(struct trace *trace, struct item *cause)
{
	trace->cause = cause ? (size_t)(cause - trace->items) : SIZE_MAX;
	trace->call_start = trace->count;
	trace->pending_count = 0;
}

static void add_state(uint8_t *states, uint8_t *count, size_t max, enum tcp_state state)
{
	if (*count < max)
		states[(*count)++] = (uint8_t)state;
}

/* The item that a change of state in this call belongs to: NULL if there is none yet. */
static struct item *item_of_call(struct trace *trace)
{
	if (trace->cause < trace->count)
		return &trace->items[trace->cause];
	for (size_t i = trace->count; i > trace->call_start; i--)
		if (trace->items[i - 1].kind == ITEM_SENT)
			return &trace->items[i - 1];
	return NULL;
}

static void settle_pending(struct trace *trace, struct item *item)
{
	for (uint8_t i = 0; i < trace->pending_count; i++)
		add_state(item->states, &item->state_count, ITEM_STATES_MAX,
			  (enum tcp_state)trace->pending[i]);
	trace->pending_count = 0;
}

/* This end enters @state. */
void trace_state(struct trace *trace, enum tcp_state state)
{
	struct item *item = item_of_call(trace);

	add_state(trace->states, &trace->state_count, TRACE_STATES_MAX, state);
	if (!item) {
		add_state(trace->pending, &trace->pending_count, ITEM_STATES_MAX, state);
		return;
	}
	settle_pending(trace, item);
	add_state(item->states, &item->state_count, ITEM_STATES_MAX, state);
}

/* Remark on what this call is about: the segment that arrived, or the next one that is sent. */
void trace_remark(struct trace *trace, const char *text)
{
	if (trace->cause < trace->count)
		trace_note(&trace->items[trace->cause], text);
	else
		text_copy(trace->remark, sizeof(trace->remark), text);
}

/* @item was sent in this call: what was said and entered before it belongs to it. */
static void take_pending(struct trace *trace, struct item *item)
{
	if (trace->cause < trace->count)
		return;
	if (trace->remark[0])
		trace_note(item, trace->remark);
	trace->remark[0] = '\0';
	settle_pending(trace, item);
}

/* The call is over: states that no segment was about have an item of their own. */
void trace_end_call(struct trace *trace, uint64_t mono_ns)
{
	struct item *item;

	if (trace->pending_count > 0 || trace->remark[0]) {
		item = item_of_call(trace);
		if (!item)
			item = trace_add(trace, ITEM_EVENT, NULL, mono_ns);
		if (item)
			take_pending(trace, item);
	}
	trace->cause = SIZE_MAX;
}

static bool is_same(const struct segment *a, const struct segment *b)
{
	return a->is_outgoing == b->is_outgoing && a->seq == b->seq && a->ack == b->ack &&
	       a->flags == b->flags && a->window == b->window && a->checksum == b->checksum &&
	       a->payload_length == b->payload_length && a->options.length == b->options.length &&
	       memcmp(a->options.bytes, b->options.bytes, a->options.length) == 0;
}

/* Let @item have what the wire knows of it: the IP header, and the time if nobody else has it. */
static void learn(struct item *item, const struct segment *sight)
{
	item->is_on_wire = true;
	item->segment.ip = sight->ip;
	if (sight->checksum_state != SEGMENT_CHECKSUM_UNKNOWN)
		item->segment.checksum_state = sight->checksum_state;
	if (!item->has_stamp && sight->time_ns) {
		item->segment.time_ns = sight->time_ns;
		item->has_stamp = item->is_settled = true;
	}
}

/* @item is new: maybe the packet socket has seen it already. */
void trace_claim(struct trace *trace, struct item *item)
{
	for (size_t i = 0; i < trace->sight_count; i++) {
		if (!is_same(&trace->sights[i].segment, &item->segment))
			continue;
		learn(item, &trace->sights[i].segment);
		trace->sight_count--;
		memmove(&trace->sights[i], &trace->sights[i + 1],
			(trace->sight_count - i) * sizeof(trace->sights[0]));
		return;
	}
}

/* The packet socket saw @segment: find its item, or keep it until that comes. The same segment may
 * be seen on several devices.
 *
 * Return: whether it was seen for the first time.
 */
bool trace_see(struct trace *trace, const struct segment *segment, uint64_t mono_ns)
{
	size_t end = trace->count > CLAIM_DEPTH ? trace->count - CLAIM_DEPTH : 0;
	bool is_known = false;

	for (size_t i = trace->count; i > end; i--) {
		struct item *item = &trace->items[i - 1];

		if (item->kind == ITEM_EVENT || !is_same(&item->segment, segment))
			continue;
		is_known = true;
		if (!item->is_on_wire) {
			learn(item, segment);
			return true;
		}
	}
	for (size_t i = 0; i < trace->sight_count; i++)
		is_known |= is_same(&trace->sights[i].segment, segment);
	if (is_known || trace->sight_count == TRACE_SIGHTS_MAX)
		return !is_known;
	trace->sights[trace->sight_count] = (struct wire_sight){ *segment, mono_ns };
	trace->sights[trace->sight_count++].segment.payload = NULL;
	return true;
}

/* What the packet socket saw before @before_ns and nobody has claimed will not be claimed any more:
 * it becomes items of its own. */
void trace_give_up_sights(struct trace *trace, uint64_t before_ns)
{
	size_t kept = 0;

	for (size_t i = 0; i < trace->sight_count; i++) {
		struct wire_sight sight = trace->sights[i];
		bool is_out = sight.segment.is_outgoing;
		struct item *item;

		if (sight.mono_ns >= before_ns) {
			trace->sights[kept++] = sight;
			continue;
		}
		sight.segment.payload_captured = 0;
		item = trace_add(trace, is_out ? ITEM_KERNELS : ITEM_UNDELIVERED, &sight.segment,
				 sight.mono_ns);
		trace->kernels += is_out;
		if (!is_out && trace->undelivered++ == 0) {
			trace->first_undelivered = sight.segment;
			trace->first_undelivered.payload = NULL;
		}
		if (!item)
			continue;
		item->is_settled = item->has_stamp = item->is_on_wire = true;
		trace_note(item, is_out ? "not netshake's: this host's kernel sent it" :
					  "on the wire, but not delivered: this host dropped it");
	}
	trace->sight_count = kept;
}

/* This end entered the states of @late when it had been through those of @before. */
static void hand_on_states(struct item *late, struct item *before)
{
	for (uint8_t i = 0; i < late->state_count; i++)
		add_state(before->states, &before->state_count, ITEM_STATES_MAX,
			  (enum tcp_state)late->states[i]);
	late->state_count = 0;
}

/* Put the items from the first that was not told up to @end in the order in which they were on the
 * wire: a segment may have arrived before one was sent, and be read after it. What is no segment
 * stays behind the one before it. This end's states keep the order in which it was in them. */
void trace_sort(struct trace *trace, size_t end)
{
	struct item *items = trace->items;

	for (size_t i = trace->shown + 1; i < end; i++) {
		struct item item = items[i];
		size_t to = i;

		while (item.has_stamp && to > trace->shown && items[to - 1].has_stamp &&
		       items[to - 1].segment.time_ns > item.segment.time_ns)
			to--;
		if (to == i)
			continue;
		hand_on_states(&item, &items[i - 1]);
		memmove(&items[to + 1], &items[to], (i - to) * sizeof(items[0]));
		items[to] = item;
	}
}

/* Add to @states (room for ITEM_STATES_MAX, @count so far) what @side of @seen was led into by the
 * segment of @sight, the last one that was seen; not what is unknown. */
void trace_add_inferred(uint8_t *states, uint8_t *count, const struct tcp_observer *seen,
			const struct tcp_sight *sight, int side)
{
	const struct tcp_side *of = &seen->sides[side];

	if (sight->before[side] == sight->after[side])
		return;
	for (size_t i = sight->first_state[side]; i <= sight->last_state[side]; i++)
		if (i < of->state_count && of->states[i] != TCP_STATE_UNKNOWN)
			add_state(states, count, ITEM_STATES_MAX, (enum tcp_state)of->states[i]);
}

static void infer(struct trace *trace, struct item *item)
{
	tcp_observer_see(&trace->observer, &item->segment, item->kind == ITEM_SENT ? 0 : 1,
			 &item->sight);
	trace_add_inferred(item->peer_states, &item->peer_state_count, &trace->observer,
			   &item->sight, 1);
}

/* @item is settled, and so are all before it: what it means for both ends. */
void trace_observe(struct trace *trace, struct item *item)
{
	bool is_ours = item->kind == ITEM_SENT && item->send_errno == 0;
	bool is_theirs =
		item->kind == ITEM_RECEIVED && item->segment.checksum_state != SEGMENT_CHECKSUM_BAD;

	if (item->kind != ITEM_EVENT)
		item->number = ++trace->numbered;
	if (is_ours || is_theirs)
		infer(trace, item);
	if (item->state_count > 0)
		trace->state_told = item->states[item->state_count - 1];
	item->state_after[0] = trace->state_told;
	item->state_after[1] = (uint8_t)tcp_observer_state(&trace->observer, 1);
	if (trace->origin_ns == 0 &&
	    (item->kind == ITEM_SENT ||
	     (item->kind == ITEM_RECEIVED &&
	      (item->segment.flags & (SEGMENT_SYN | SEGMENT_ACK)) == SEGMENT_SYN)))
		trace->origin_ns = item->segment.time_ns;
}
