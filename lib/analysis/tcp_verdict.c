// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_verdict.h"

#include <string.h>

#include "analysis/tcp_unopened.h"

const char *const tcp_verdict_names[TCP_VERDICT_COUNT] = {
	[TCP_VERDICT_NONE] = "none",
	[TCP_VERDICT_OPEN] = "open",
	[TCP_VERDICT_CLOSED] = "closed",
	[TCP_VERDICT_FILTERED] = "filtered",
	[TCP_VERDICT_OWN_FIREWALL] = "own_firewall",
	[TCP_VERDICT_NO_ROUTE] = "no_route",
	[TCP_VERDICT_NO_NEIGHBOUR] = "no_neighbour",
	[TCP_VERDICT_OPEN_THEN_RESET] = "open_then_reset",
	[TCP_VERDICT_BLACK_HOLE] = "black_hole",
	[TCP_VERDICT_PEER_NEVER_CLOSES] = "peer_never_closes",
	[TCP_VERDICT_CLOSE_UNACKNOWLEDGED] = "close_unacknowledged",
	[TCP_VERDICT_HALF_OPEN] = "half_open",
	[TCP_VERDICT_HALF_CAPTURED] = "half_captured",
};

static const char *const advice[TCP_VERDICT_COUNT] = {
	[TCP_VERDICT_NONE] = "let it run to its end",
	[TCP_VERDICT_OPEN] = "nothing to do: the path and the server's TCP work",
	[TCP_VERDICT_CLOSED] =
		"see on the server whether the service runs, and on which address "
		"and port it listens (netconn -tlp)",
	[TCP_VERDICT_FILTERED] =
		"look for the packet filter or the missing way back: the server's "
		"firewall, security groups, and each router on the path",
	[TCP_VERDICT_OWN_FIREWALL] =
		"look at this host's own packet filter (nft list ruleset), "
		"where segments are counted as dropped",
	[TCP_VERDICT_NO_ROUTE] = "look at this host's routes and rules (netroute --explain)",
	[TCP_VERDICT_NO_NEIGHBOUR] =
		"see whether the next hop is up, in this VLAN and in this "
		"subnet (netarp --probe)",
	[TCP_VERDICT_OPEN_THEN_RESET] =
		"look at the server's log: the application, or something "
		"that inspects the connection, aborted it",
	[TCP_VERDICT_BLACK_HOLE] =
		"let ICMP \"packet too big\" pass, or lower the MTU or the MSS "
		"on the path",
	[TCP_VERDICT_PEER_NEVER_CLOSES] =
		"look at the server's application: it holds the "
		"connection in CLOSE_WAIT, or keeps it alive on purpose",
	[TCP_VERDICT_CLOSE_UNACKNOWLEDGED] =
		"look for a stateful packet filter that forgot the "
		"connection, or a peer that went away",
	[TCP_VERDICT_HALF_OPEN] =
		"look where the SYN,ACK goes: a way back that is not the way there, a filter, "
		"forged sources (netsyn)",
	[TCP_VERDICT_HALF_CAPTURED] =
		"capture where both directions pass, or on both ways (--sniff any)",
};

/* Return: what to do about @verdict, in a line. */
const char *tcp_verdict_advice(enum tcp_verdict verdict)
{
	return advice[verdict];
}

/* Whether the handshake went as far as the peer's acknowledgement of our SYN. */
static bool was_open(const struct tcp_findings *findings)
{
	const struct tcp_observer *seen = findings->seen;

	return seen->sides[0].is_syn_acked &&
	       (seen->sides[1].has_syn_ack || seen->sides[1].has_syn);
}

static void judge_hole(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	judgement->verdict = TCP_VERDICT_BLACK_HOLE;
	judgement->size = findings->size_lost;
	if (findings->size_passed)
		tcp_evidence_add(&judgement->evidence,
				 "%u bytes of payload arrive, %u vanish without a word",
				 findings->size_passed, findings->size_lost);
	else
		tcp_evidence_add(&judgement->evidence,
				 "even %u bytes of payload vanish without a word",
				 findings->size_lost);
	if (findings->end->icmp_mtu)
		tcp_evidence_add(&judgement->evidence, "a router told an MTU of %u",
				 findings->end->icmp_mtu);
}

/* A reset that has come another way, or less far, than the peer's own segments. */
static void judge_reset_ttl(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	if (!findings->reset || !findings->reference_ttl ||
	    findings->reset->ip.ttl == findings->reference_ttl)
		return;
	judgement->by = "nearer";
	tcp_evidence_add(&judgement->evidence,
			 "its TTL is %u, the server's own segments have %u: another sender",
			 findings->reset->ip.ttl, findings->reference_ttl);
}

static bool is_behind(uint64_t time_ns, uint64_t fin_ns)
{
	return fin_ns && time_ns > fin_ns;
}

static void judge_reset(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	const struct tcp_observer *seen = findings->seen;
	uint64_t reset_ns = findings->reset ? findings->reset->time_ns : seen->last_ns;

	judgement->verdict = TCP_VERDICT_OPEN_THEN_RESET;
	tcp_evidence_add(&judgement->evidence, "RST %.3f ms after the handshake, %s",
			 tcp_evidence_ms(seen->open_ns, reset_ns),
			 is_behind(reset_ns, seen->fin_ns[0]) ? "after our FIN" :
			 is_behind(reset_ns, seen->fin_ns[1]) ? "after the peer's FIN" :
								"before either side closed");
	judge_reset_ttl(judgement, findings);
}

/* How the connection ended that ended as planned. */
static void judge_close(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	const struct tcp_observer *seen = findings->seen;

	judgement->verdict = TCP_VERDICT_OPEN;
	judgement->is_as_asked = true;
	if (findings->end->is_passive)
		judgement->advice = "nothing to do: the path and the client's TCP work";
	if (seen->close != TCP_CLOSE_NONE)
		tcp_evidence_add(&judgement->evidence, "closed: %s, first by %s",
				 tcp_close_names[seen->close],
				 seen->closer == 0 ? "this end" : "the peer");
	if (!findings->reset || findings->end->end != TCP_END_CLOSED || findings->end->is_fin_acked)
		return;
	tcp_evidence_add(&judgement->evidence,
			 "RST in place of the last ACK: both ends had sent their FIN, and nothing "
			 "is lost by it");
	judge_reset_ttl(judgement, findings);
}

/* Whether the connection ended in the way that was asked for. */
static bool is_as_planned(const struct tcp_findings *findings)
{
	const struct tcp_endpoint *end = findings->end;

	switch (findings->plan) {
	case TCP_PLAN_FIN:
		return end->end == TCP_END_CLOSED;
	case TCP_PLAN_WAIT:
		return end->end == TCP_END_CLOSED && findings->seen->closer == 1;
	case TCP_PLAN_HALF:
		return end->is_fin_acked || end->end == TCP_END_CLOSED;
	case TCP_PLAN_RST:
		return end->end == TCP_END_ABORTED || end->end == TCP_END_CLOSED;
	default:
		return true;
	}
}

/* Whether something that this end has sent, or wanted to, is not acknowledged. */
static bool is_unacknowledged(const struct tcp_endpoint *end)
{
	return end->is_fin_sent ? !end->is_fin_acked : !tcp_endpoint_is_all_acked(end);
}

/* What was sent in vain when the connection was open. */
static void judge_unacknowledged(struct tcp_judgement *judgement, const struct tcp_endpoint *end)
{
	judgement->verdict = TCP_VERDICT_CLOSE_UNACKNOWLEDGED;
	if (end->is_fin_sent && end->snd_una == end->fin_seq) {
		tcp_evidence_add(&judgement->evidence,
				 "our FIN was sent %u time%s and never acknowledged",
				 end->tries + 1, end->tries ? "s" : "");
	} else if (end->snd_wnd == 0) {
		tcp_evidence_add(&judgement->evidence, "the peer's window stayed closed");
		judgement->advice =
			"look at the server's application: it does not read what it is "
			"sent";
	} else if (end->snd_una == end->iss + 1) {
		tcp_evidence_add(&judgement->evidence, "our data was never acknowledged%s",
				 end->is_fin_sent ? ", nor the FIN behind it" : "");
	} else {
		tcp_evidence_add(&judgement->evidence,
				 "%u of %zu bytes of our data were acknowledged",
				 end->snd_una - end->iss - 1, end->released);
		if (end->end != TCP_END_TIMEOUT)
			judgement->advice =
				"give it more time (--timeout), and look for loss on "
				"the way";
	}
}

/* It was open; its end is what there is to judge. */
static void judge_open(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	const struct tcp_endpoint *end = findings->end;
	const struct tcp_observer *seen = findings->seen;
	double rtt_ms = end->is_passive ? tcp_evidence_ms(seen->syn_ack_ns, seen->open_ns) :
					  (double)tcp_observer_rtt_ns(seen) / 1e6;

	if (rtt_ms > 0)
		tcp_evidence_add(&judgement->evidence, "%s after %.3f ms",
				 end->is_passive ? "ACK" : "SYN,ACK", rtt_ms);
	if (findings->size_lost) {
		judge_hole(judgement, findings);
	} else if (end->end == TCP_END_RESET) {
		judge_reset(judgement, findings);
	} else if (findings->undelivered > 0 && !is_as_planned(findings)) {
		tcp_unopened_undelivered(judgement, findings);
	} else if (is_as_planned(findings)) {
		judge_close(judgement, findings);
	} else if (findings->is_interrupted) {
		judgement->verdict = TCP_VERDICT_OPEN;
		tcp_evidence_add(&judgement->evidence, "stopped before it was closed");
	} else if (is_unacknowledged(end)) {
		judge_unacknowledged(judgement, end);
	} else {
		judgement->verdict = TCP_VERDICT_PEER_NEVER_CLOSES;
		tcp_evidence_add(&judgement->evidence, "%s, and the peer sent no FIN",
				 end->is_fin_sent ? "our FIN is acknowledged" :
						    "the connection stayed open");
	}
}

/* What was strange about what came, whatever the verdict. */
static void judge_oddities(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	const struct tcp_endpoint *end = findings->end;

	if (end->bad_checksums)
		tcp_evidence_add(&judgement->evidence,
				 "dropped: %u segment%s with a wrong checksum", end->bad_checksums,
				 tcp_evidence_plural(end->bad_checksums));
	if (end->bad_options)
		tcp_evidence_add(
			&judgement->evidence,
			"%u segment%s with malformed options: by a faulty TCP, or something that "
			"rewrites them on the way",
			end->bad_options, tcp_evidence_plural(end->bad_options));
	if (end->untimed)
		tcp_evidence_add(&judgement->evidence,
				 "%u segment%s without the timestamp that was agreed on: something "
				 "on the way takes options off",
				 end->untimed, tcp_evidence_plural(end->untimed));
	if (findings->strays || findings->spoofed)
		tcp_evidence_add(&judgement->evidence,
				 "ignored: %u segments of other connections, %u with numbers that "
				 "this one never had",
				 findings->strays, findings->spoofed);
}

/* Judge what was seen of a connection: verdict, evidence, advice. */
void tcp_judge(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	*judgement = (struct tcp_judgement){ .verdict = TCP_VERDICT_NONE };
	if (was_open(findings))
		judge_open(judgement, findings);
	else
		tcp_unopened_judge(judgement, findings);
	judge_oddities(judgement, findings);
	if (!judgement->advice)
		judgement->advice = advice[judgement->verdict];
}
