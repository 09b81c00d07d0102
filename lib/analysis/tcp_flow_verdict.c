// SPDX-License-Identifier: GPL-2.0-or-later
/* What a connection comes to that was only watched: the verdicts of tcp_verdict.h, as far as they
 * can be told from segments alone, and those that only a watcher has. */
#include "analysis/tcp_flow_verdict.h"

#include <string.h>

#include "analysis/tcp_evidence.h"
#include "analysis/tcp_seq.h"

#define NS_PER_S 1000000000ull

/* Silence until the end of the capture that says nothing yet, and that says enough. */
#define TOO_EARLY_NS (3 * NS_PER_S)
#define LONG_HALF_NS (60 * NS_PER_S)

/* Retransmissions without an answer after which data or a FIN are given up for lost. */
#define AGAIN_MIN 3

static const char *const ends[2] = { "client", "server" };

static uint64_t since(uint64_t now_ns, uint64_t then_ns)
{
	return now_ns > then_ns ? now_ns - then_ns : 0;
}

static void judge_icmp(struct tcp_judgement *judgement, const struct tcp_flow_icmp *icmp)
{
	judgement->verdict = TCP_VERDICT_FILTERED;
	judgement->reporter = icmp->from;
	judgement->icmp_type = icmp->type;
	judgement->icmp_code = icmp->code;
	tcp_evidence_add_icmp(&judgement->evidence, &icmp->from, icmp->type, icmp->code, 0);
}

/* Only SYNs of the client are there. */
static void judge_silence(struct tcp_judgement *judgement, const struct tcp_flow *flow,
			  enum tcp_flow_end end, uint64_t now_ns)
{
	const struct tcp_observer *seen = &flow->seen;
	const struct tcp_side *client = &seen->sides[0];

	if (flow->icmp.from.family) {
		judge_icmp(judgement, &flow->icmp);
	} else if (end == TCP_FLOW_AT_END && since(now_ns, seen->last_ns) < TOO_EARLY_NS &&
		   client->segments < 2) {
		judgement->verdict = TCP_VERDICT_NONE;
		tcp_evidence_add(&judgement->evidence,
				 "the capture ends before there is an answer to the SYN");
	} else {
		judgement->verdict = TCP_VERDICT_FILTERED;
		tcp_evidence_add(&judgement->evidence,
				 "%llu SYN%s in %.3f s, and no answer that was captured",
				 (unsigned long long)client->segments,
				 tcp_evidence_plural((uint32_t)client->segments),
				 tcp_evidence_ms(seen->first_ns, seen->last_ns) / 1e3);
	}
}

static void judge_half_captured(struct tcp_judgement *judgement, const struct tcp_flow *flow)
{
	bool has_client = flow->seen.sides[0].is_seen;

	judgement->verdict = TCP_VERDICT_HALF_CAPTURED;
	tcp_evidence_add(&judgement->evidence, "only what the %s sent is in the capture",
			 ends[!has_client]);
}

/* The handshake was not completed. */
static void judge_unopened(struct tcp_judgement *judgement, const struct tcp_flow *flow,
			   enum tcp_flow_end end, uint64_t now_ns)
{
	const struct tcp_observer *seen = &flow->seen;
	const struct tcp_side *client = &seen->sides[0], *server = &seen->sides[1];

	if (seen->close == TCP_CLOSE_REFUSED) {
		judgement->verdict = TCP_VERDICT_CLOSED;
		tcp_evidence_add(&judgement->evidence, "RST %.3f ms after the SYN, TTL %u",
				 tcp_evidence_ms(seen->syn_sent_ns, seen->last_ns),
				 server->ttl_max);
	} else if (server->has_syn_ack && client->is_seen) {
		judgement->verdict = TCP_VERDICT_HALF_OPEN;
		if (client->has_rst)
			tcp_evidence_add(
				&judgement->evidence,
				"the server answered, and the client reset it: a probe, or "
				"a host that knows nothing of its SYN");
		else
			tcp_evidence_add(
				&judgement->evidence,
				"the server sent SYN,ACK %llu time%s, and the client never "
				"acknowledged it",
				(unsigned long long)server->segments,
				tcp_evidence_plural((uint32_t)server->segments));
	} else if (!client->is_seen || !client->has_syn) {
		judge_half_captured(judgement, flow);
	} else {
		judge_silence(judgement, flow, end, now_ns);
	}
}

/* Return: the side whose last data or FIN was sent again and again without an answer, or -1. */
static int unacknowledged_side(const struct tcp_observer *seen)
{
	for (int side = 0; side < 2; side++) {
		const struct tcp_side *own = &seen->sides[side], *other = &seen->sides[!side];

		if (other->has_acked && own->has_isn && seq_lt(other->acked, own->next) &&
		    own->repeats >= AGAIN_MIN)
			return side;
	}
	return -1;
}

static void judge_unacknowledged(struct tcp_judgement *judgement, const struct tcp_observer *seen,
				 int side)
{
	const struct tcp_side *own = &seen->sides[side], *other = &seen->sides[!side];
	uint32_t missing = own->next - other->acked;

	judgement->verdict = TCP_VERDICT_CLOSE_UNACKNOWLEDGED;
	if (own->has_fin && missing == 1)
		tcp_evidence_add(&judgement->evidence,
				 "the %s's FIN was sent again %u times and never acknowledged",
				 ends[side], own->repeats);
	else
		tcp_evidence_add(&judgement->evidence,
				 "the last %u bytes of the %s were sent again %u times and never "
				 "acknowledged",
				 missing - own->has_fin, ends[side], own->repeats);
}

static void judge_half_closed(struct tcp_judgement *judgement, const struct tcp_observer *seen,
			      uint64_t now_ns)
{
	int open = !seen->closer;

	if (seen->sides[seen->closer].is_fin_acked &&
	    since(now_ns, seen->fin_ns[seen->closer]) > LONG_HALF_NS) {
		judgement->verdict = TCP_VERDICT_PEER_NEVER_CLOSES;
		tcp_evidence_add(&judgement->evidence,
				 "the %s's FIN is acknowledged, and the %s sent none in %.0f s",
				 ends[!open], ends[open],
				 (double)since(now_ns, seen->fin_ns[seen->closer]) / 1e9);
		return;
	}
	judgement->verdict = TCP_VERDICT_OPEN;
	tcp_evidence_add(&judgement->evidence, "the %s has closed, the %s not yet", ends[!open],
			 ends[open]);
}

static void judge_opened(struct tcp_judgement *judgement, const struct tcp_flow *flow,
			 uint64_t now_ns)
{
	const struct tcp_observer *seen = &flow->seen;
	int lost = unacknowledged_side(seen);

	if (tcp_observer_rtt_ns(seen))
		tcp_evidence_add(&judgement->evidence, "SYN,ACK after %.3f ms",
				 (double)tcp_observer_rtt_ns(seen) / 1e6);
	else if (seen->open == TCP_OPEN_UNSEEN)
		tcp_evidence_add(&judgement->evidence, "it was open before the capture%s",
				 flow->client == TCP_FLOW_CLIENT_GUESSED ?
					 "; the server is presumed at the "
					 "lower port" :
					 "");
	judgement->verdict = TCP_VERDICT_OPEN;
	switch (seen->close) {
	case TCP_CLOSE_RST:
	case TCP_CLOSE_RST_AFTER_FIN:
	case TCP_CLOSE_REFUSED:
		judgement->verdict = TCP_VERDICT_OPEN_THEN_RESET;
		tcp_evidence_add(&judgement->evidence, "RST of the %s %.3f ms after the %s%s",
				 ends[seen->sides[1].has_rst && !seen->sides[0].has_rst],
				 tcp_evidence_ms(seen->open_ns ? seen->open_ns : seen->first_ns,
						 seen->last_ns),
				 seen->open_ns ? "handshake" : "first segment",
				 seen->close == TCP_CLOSE_RST_AFTER_FIN ?
					 ", after a FIN" :
					 ", before either side closed");
		break;
	case TCP_CLOSE_FIN:
	case TCP_CLOSE_SIMULTANEOUS:
		tcp_evidence_add(&judgement->evidence, "closed: %s, first by the %s",
				 tcp_close_names[seen->close], ends[seen->closer]);
		break;
	default:
		if (lost >= 0)
			judge_unacknowledged(judgement, seen, lost);
		else if (seen->close == TCP_CLOSE_HALF)
			judge_half_closed(judgement, seen, now_ns);
		else if (seen->close == TCP_CLOSE_UNACKED)
			tcp_evidence_add(&judgement->evidence,
					 "both sent FIN; the last ACK is not in the capture");
		else
			tcp_evidence_add(&judgement->evidence,
					 "still open at the last segment that was captured");
	}
}

/* What else is to be known of it, fault or not. */
static void add_remarks(struct tcp_judgement *judgement, const struct tcp_flow *flow,
			enum tcp_flow_end end)
{
	const struct tcp_side *a = &flow->seen.sides[0], *b = &flow->seen.sides[1];
	uint64_t again = a->retransmissions + b->retransmissions;

	if (end == TCP_FLOW_EVICTED)
		tcp_evidence_add(&judgement->evidence,
				 "its end was not waited for: too many connections at once");
	if (again)
		tcp_evidence_add(&judgement->evidence,
				 "segments sent again: %llu of the client, %llu of the server",
				 (unsigned long long)a->retransmissions,
				 (unsigned long long)b->retransmissions);
	if (flow->icmp_too_big)
		tcp_evidence_add(&judgement->evidence,
				 "%u ICMP errors said that packets were too big",
				 flow->icmp_too_big);
	if (flow->fragments)
		tcp_evidence_add(
			&judgement->evidence,
			"%llu segment%s came in IP fragments: what is behind the first one "
			"is not read, and counts as missing",
			(unsigned long long)flow->fragments,
			tcp_evidence_plural((uint32_t)flow->fragments));
	if (flow->offloaded)
		tcp_evidence_add(&judgement->evidence,
				 "%llu segment%s larger than the MSS: a network card cuts or glues "
				 "them, no fault",
				 (unsigned long long)flow->offloaded,
				 tcp_evidence_plural((uint32_t)flow->offloaded));
	if (flow->bad_sums)
		tcp_evidence_add(&judgement->evidence, "%llu segment%s with a wrong checksum",
				 (unsigned long long)flow->bad_sums,
				 tcp_evidence_plural((uint32_t)flow->bad_sums));
	if (flow->is_reuse)
		tcp_evidence_add(&judgement->evidence,
				 "its ports had been those of another connection");
}

/* Judge a connection that was watched and has left the table because of @end, at @now_ns by the
 * segments' time. judgement->is_as_asked is whether it opened and nothing was wrong with its end.
 */
void tcp_flow_judge(struct tcp_judgement *judgement, const struct tcp_flow *flow,
		    enum tcp_flow_end end, uint64_t now_ns)
{
	const struct tcp_observer *seen = &flow->seen;
	bool is_half = !seen->sides[0].is_seen || !seen->sides[1].is_seen;

	*judgement = (struct tcp_judgement){ .verdict = TCP_VERDICT_NONE };
	if (seen->open == TCP_OPEN_NONE ||
	    (seen->open != TCP_OPEN_UNSEEN && !seen->open_ns && !is_half))
		judge_unopened(judgement, flow, end, now_ns);
	else if (is_half)
		judge_half_captured(judgement, flow);
	else
		judge_opened(judgement, flow, now_ns);
	add_remarks(judgement, flow, end);
	judgement->is_as_asked = judgement->verdict == TCP_VERDICT_OPEN;
	judgement->advice = tcp_verdict_advice(judgement->verdict);
}
