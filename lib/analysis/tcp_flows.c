// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_flows.h"

#include <stdlib.h>
#include <string.h>

#include "analysis/tcp_belief.h"

#define NS_PER_S 1000000000u

#define FIRST_BUCKETS 1024

/* What comes within 2 MSL of the last segment may still belong to a closed connection; as long as
 * Linux holds TIME_WAIT. */
#define OVER_NS (60ull * NS_PER_S)

/* More than the 127 s after which Linux gives up its SYNs (net.ipv4.tcp_syn_retries). */
#define OPENING_NS (300ull * NS_PER_S)

/* Closed connections that are kept are as many as the others, and this number: many short ones
 * within a minute must not fill the memory. */
#define OVER_SPARE 16384

const char *const tcp_flow_end_names[TCP_FLOW_ENDS] = {
	[TCP_FLOW_AT_END] = "end",
	[TCP_FLOW_CLOSED] = "closed",
	[TCP_FLOW_UNANSWERED] = "unanswered",
	[TCP_FLOW_REPLACED] = "replaced",
	[TCP_FLOW_EVICTED] = "evicted",
};

/* Begin an empty table for at most @max connections. @seed is for the hash, unknown to whoever
 * chooses addresses. @done gets each connection that leaves; it is gone when @done returns.
 */
void tcp_flows_init(struct tcp_flows *flows, size_t max, uint64_t seed, tcp_flows_done *done,
		    void *arg)
{
	*flows = (struct tcp_flows){ .max = max, .seed = seed, .done = done, .arg = arg };
}

static uint64_t end_hash(const struct addr *end, uint64_t seed)
{
	return addr_hash(end, seed ^ (uint64_t)end->port << 32);
}

/* The same for both directions. */
static uint64_t hash_of(const struct tcp_flows *flows, const struct addr *a, const struct addr *b)
{
	return end_hash(a, flows->seed) + end_hash(b, flows->seed);
}

static bool is_end(const struct addr *a, const struct addr *b)
{
	return a->port == b->port && addr_equal(a, b);
}

/* Return: the side of @flow that sent @segment, -1 if it is of another connection. */
static int side_of(const struct tcp_flow *flow, const struct addr *src, const struct addr *dst)
{
	if (is_end(&flow->ends[0], src) && is_end(&flow->ends[1], dst))
		return 0;
	if (is_end(&flow->ends[1], src) && is_end(&flow->ends[0], dst))
		return 1;
	return -1;
}

static struct tcp_flow *find(const struct tcp_flows *flows, uint64_t hash, const struct addr *src,
			     const struct addr *dst, int *side)
{
	struct tcp_flow *flow =
		flows->bucket_count ? flows->buckets[hash & (flows->bucket_count - 1)] : NULL;

	for (; flow; flow = flow->next) {
		*side = flow->hash == hash ? side_of(flow, src, dst) : -1;
		if (*side >= 0)
			return flow;
	}
	return NULL;
}

static int grow_buckets(struct tcp_flows *flows)
{
	size_t count = flows->bucket_count ? 2 * flows->bucket_count : FIRST_BUCKETS;
	struct tcp_flow **buckets = calloc(count, sizeof(struct tcp_flow *));

	if (!buckets)
		return -1;
	for (size_t i = 0; i < flows->bucket_count; i++) {
		struct tcp_flow *next;

		for (struct tcp_flow *flow = flows->buckets[i]; flow; flow = next) {
			next = flow->next;
			flow->next = buckets[flow->hash & (count - 1)];
			buckets[flow->hash & (count - 1)] = flow;
		}
	}
	free(flows->buckets);
	flows->buckets = buckets;
	flows->bucket_count = count;
	return 0;
}

static void leave_queue(struct tcp_flows *flows, struct tcp_flow *flow)
{
	struct tcp_flow_queue *queue = &flows->queues[flow->phase];

	*(flow->older ? &flow->older->newer : &queue->oldest) = flow->newer;
	*(flow->newer ? &flow->newer->older : &queue->newest) = flow->older;
	queue->count--;
}

static void enter_queue(struct tcp_flows *flows, struct tcp_flow *flow)
{
	struct tcp_flow_queue *queue = &flows->queues[flow->phase];

	flow->older = queue->newest;
	flow->newer = NULL;
	*(queue->newest ? &queue->newest->newer : &queue->oldest) = flow;
	queue->newest = flow;
	queue->count++;
}

static void leave_bucket(struct tcp_flows *flows, struct tcp_flow *flow)
{
	struct tcp_flow **link = &flows->buckets[flow->hash & (flows->bucket_count - 1)];

	while (*link != flow)
		link = &(*link)->next;
	*link = flow->next;
}

/* @flow leaves the table. */
static void finish(struct tcp_flows *flows, struct tcp_flow *flow, enum tcp_flow_end end)
{
	leave_queue(flows, flow);
	leave_bucket(flows, flow);
	flows->count--;
	flows->done(flow, end, flows->arg);
	free(flow);
}

static enum tcp_flow_end end_of(const struct tcp_flow *flow, enum tcp_flow_end otherwise)
{
	return flow->phase == TCP_FLOW_PHASE_OVER    ? TCP_FLOW_CLOSED :
	       flow->phase == TCP_FLOW_PHASE_OPENING ? TCP_FLOW_UNANSWERED :
						       otherwise;
}

/* Make room for one more, at the expense of the one that will be missed least. */
static void evict(struct tcp_flows *flows)
{
	struct tcp_flow *flow = flows->queues[TCP_FLOW_PHASE_OVER].oldest;

	if (flow) {
		finish(flows, flow, TCP_FLOW_CLOSED);
		return;
	}
	flow = flows->queues[TCP_FLOW_PHASE_OPENING].oldest;
	if (!flow)
		flow = flows->queues[TCP_FLOW_PHASE_OPEN].oldest;
	flows->evicted++;
	finish(flows, flow, TCP_FLOW_EVICTED);
}

static bool is_due(const struct tcp_flows *flows, const struct tcp_flow *flow, uint64_t wait_ns)
{
	return flow && flows->now_ns > flow->seen.last_ns &&
	       flows->now_ns - flow->seen.last_ns > wait_ns;
}

/* Let go what is not waited for any more. */
static void expire(struct tcp_flows *flows)
{
	const struct tcp_flow_queue *over = &flows->queues[TCP_FLOW_PHASE_OVER];
	const struct tcp_flow_queue *opening = &flows->queues[TCP_FLOW_PHASE_OPENING];

	while (is_due(flows, over->oldest, OVER_NS) ||
	       over->count > flows->count - over->count + OVER_SPARE)
		finish(flows, over->oldest, TCP_FLOW_CLOSED);
	while (is_due(flows, opening->oldest, OPENING_NS))
		finish(flows, opening->oldest, TCP_FLOW_UNANSWERED);
}

/* It is @now_ns, unless it was later already: let go what is not waited for any more. */
void tcp_flows_advance(struct tcp_flows *flows, uint64_t now_ns)
{
	if (now_ns > flows->now_ns)
		flows->now_ns = now_ns;
	expire(flows);
}

/* Return: whether both ends have seen that it is over, so that nothing is missing. */
bool tcp_flow_is_closed(const struct tcp_flow *flow)
{
	return flow->phase == TCP_FLOW_PHASE_OVER && flow->seen.close != TCP_CLOSE_UNACKED &&
	       flow->seen.close != TCP_CLOSE_HALF;
}

/* Who sends a SYN is the client, who answers one the server. Of a connection that was open before,
 * the server is presumed at the lower port. */
static bool is_from_client(const struct segment *segment, enum tcp_flow_client *client)
{
	*client = TCP_FLOW_CLIENT_SEEN;
	if (segment->flags & SEGMENT_SYN)
		return !(segment->flags & SEGMENT_ACK);
	*client = TCP_FLOW_CLIENT_GUESSED;
	return segment->src.port >= segment->dst.port;
}

/* Return: the connection that begins with @segment; NULL without memory. */
static struct tcp_flow *begin(struct tcp_flows *flows, const struct segment *segment, uint64_t hash)
{
	struct tcp_flow *flow;
	bool is_client;

	if (flows->count >= flows->max)
		evict(flows);
	if (flows->count >= flows->bucket_count && grow_buckets(flows) < 0 && !flows->bucket_count)
		return NULL;
	flow = calloc(1, sizeof(*flow));
	if (!flow)
		return NULL;
	is_client = is_from_client(segment, &flow->client);
	flow->ends[!is_client] = segment->src;
	flow->ends[is_client] = segment->dst;
	flow->number = ++flows->numbered;
	flow->hash = hash;
	flow->next = flows->buckets[hash & (flows->bucket_count - 1)];
	flows->buckets[hash & (flows->bucket_count - 1)] = flow;
	tcp_observer_init(&flow->seen);
	enter_queue(flows, flow);
	flows->count++;
	return flow;
}

/* What is over may still be followed by what comes late. Of a connection of which only one end was
 * captured, that end's FIN is all that there will be. */
static enum tcp_flow_phase phase_of(const struct tcp_observer *seen)
{
	bool is_half_captured = !seen->sides[0].is_seen || !seen->sides[1].is_seen;

	if (seen->close != TCP_CLOSE_NONE && (seen->close != TCP_CLOSE_HALF || is_half_captured))
		return TCP_FLOW_PHASE_OVER;
	return seen->open == TCP_OPEN_UNSEEN || seen->open_ns ? TCP_FLOW_PHASE_OPEN :
								TCP_FLOW_PHASE_OPENING;
}

static void count(struct tcp_flow *flow, const struct segment *segment,
		  const struct tcp_sight *sight)
{
	flow->offloaded += !!(sight->marks & TCP_MARK_OFFLOADED);
	flow->fragments += segment->ip.is_mf;
	flow->cut += segment->is_truncated;
	flow->bad_sums += segment->checksum_state == SEGMENT_CHECKSUM_BAD;
}

/* Show @segment to the connection that it is of, which may begin with it; segment->is_outgoing
 * becomes whether the client sent it. @sight becomes what it is there.
 *
 * Return: the connection, good until the next call; NULL if there is no memory for another one.
 */
struct tcp_flow *tcp_flows_see(struct tcp_flows *flows, struct segment *segment,
			       struct tcp_sight *sight)
{
	uint64_t hash = hash_of(flows, &segment->src, &segment->dst);
	bool is_reuse = false;
	struct tcp_flow *flow;
	int side;

	tcp_flows_advance(flows, segment->time_ns);
	flow = find(flows, hash, &segment->src, &segment->dst, &side);
	if (flow && tcp_belief_of_syn(&flow->seen, segment, side) == TCP_SYN_ANOTHER) {
		finish(flows, flow, end_of(flow, TCP_FLOW_REPLACED));
		is_reuse = true;
		flow = NULL;
	}
	if (!flow) {
		flow = begin(flows, segment, hash);
		if (!flow) {
			flows->lost++;
			return NULL;
		}
		flow->is_reuse = is_reuse;
		side = side_of(flow, &segment->src, &segment->dst);
	}
	segment->is_outgoing = side == 0;
	tcp_observer_see(&flow->seen, segment, side, sight);
	if (is_reuse)
		sight->marks |= TCP_MARK_NEW_CONNECTION;
	count(flow, segment, sight);
	leave_queue(flows, flow);
	flow->phase = phase_of(&flow->seen);
	enter_queue(flows, flow);
	return flow;
}

/* Note an ICMP error about a segment of a connection that is known: what it quotes must have been
 * sent there (RFC 5927).
 *
 * Return: the connection, or NULL.
 */
struct tcp_flow *tcp_flows_error(struct tcp_flows *flows, const struct tcp_quote *quote)
{
	const struct segment *segment = &quote->segment;
	uint64_t hash = hash_of(flows, &segment->src, &segment->dst);
	int side;
	struct tcp_flow *flow = find(flows, hash, &segment->src, &segment->dst, &side);
	const struct tcp_side *sender;

	if (!flow)
		return NULL;
	sender = &flow->seen.sides[side];
	if (!sender->has_isn || segment->seq - sender->isn > sender->next - sender->isn)
		return NULL;
	flow->icmp_errors++;
	if (tcp_quote_is_too_big(quote)) {
		flow->icmp_too_big++;
	} else if (flow->icmp.from.family == AF_UNSPEC) {
		flow->icmp = (struct tcp_flow_icmp){ quote->from, quote->type, quote->code };
	}
	return flow;
}

static int by_number(const void *a, const void *b)
{
	const struct tcp_flow *const *x = a, *const *y = b;

	return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

/* There is nothing more to come: every connection leaves, in the order of their beginnings. */
void tcp_flows_finish(struct tcp_flows *flows)
{
	size_t left = flows->count, n = 0;
	struct tcp_flow **list = left ? calloc(left, sizeof(struct tcp_flow *)) : NULL;

	for (int phase = 0; list && phase < TCP_FLOW_PHASES; phase++)
		for (struct tcp_flow *at = flows->queues[phase].oldest; at; at = at->newer)
			list[n++] = at;
	if (n > 0)
		qsort(list, n, sizeof(struct tcp_flow *), by_number);
	for (size_t i = 0; i < n; i++)
		finish(flows, list[i],
		       list[i]->phase == TCP_FLOW_PHASE_OVER ? TCP_FLOW_CLOSED : TCP_FLOW_AT_END);
	free(list);
	/* without memory for a list, as they stand there */
	for (int phase = 0; phase < TCP_FLOW_PHASES; phase++)
		while (flows->queues[phase].oldest)
			finish(flows, flows->queues[phase].oldest, TCP_FLOW_AT_END);
}

/* Give back what the table took, and let go what is in it. */
void tcp_flows_fini(struct tcp_flows *flows)
{
	if (flows->done)
		tcp_flows_finish(flows);
	free(flows->buckets);
	flows->buckets = NULL;
	flows->bucket_count = 0;
}
