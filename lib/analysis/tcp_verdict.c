// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_verdict.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "wire/icmp.h"

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
};

static void add(struct tcp_judgement *judgement, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct tcp_judgement *judgement, const char *format, ...)
{
	va_list args;

	if (judgement->evidence_count == TCP_EVIDENCE_MAX)
		return;
	va_start(args, format);
	vsnprintf(judgement->evidence[judgement->evidence_count++], TCP_EVIDENCE_SIZE, format,
		  args);
	va_end(args);
}

static double ms_between(uint64_t from_ns, uint64_t to_ns)
{
	return from_ns && to_ns > from_ns ? (double)(to_ns - from_ns) / 1e6 : 0;
}

/* Whether the handshake went as far as the peer's acknowledgement of our SYN. */
static bool was_open(const struct tcp_findings *findings)
{
	const struct tcp_observer *seen = findings->seen;

	return seen->sides[0].is_syn_acked &&
	       (seen->sides[1].has_syn_ack || seen->sides[1].has_syn);
}

/* An initial TTL that systems set: a segment with it has passed no router. */
static bool is_initial_ttl(uint8_t ttl)
{
	return ttl == 32 || ttl == 64 || ttl == 128 || ttl == 255;
}

/* Routers that a segment has passed, if it left with an initial TTL that systems set. */
static unsigned int distance_of(uint8_t ttl)
{
	return (ttl <= 32 ? 32u : ttl <= 64 ? 64u : ttl <= 128 ? 128u : 255u) - ttl;
}

/* A reset that comes in less than half the time of an echo reply comes from less far, if the
 * difference is more than chance. */
#define SOONER_NS 1000000u

/* Compare the reset with an echo reply of the host. Systems may have another initial TTL for those,
 * and so it is the distance that counts. */
static void compare_with_echo(struct tcp_judgement *judgement, const struct tcp_findings *findings,
			      uint64_t reset_ns)
{
	unsigned int near = distance_of(findings->reset->ip.ttl);
	unsigned int far = distance_of(findings->echo_ttl);
	bool is_sooner = reset_ns && findings->echo_rtt_ns > 2 * reset_ns &&
			 findings->echo_rtt_ns - reset_ns > SOONER_NS;
	char where[64];

	judgement->by = near < far || is_sooner ? "nearer" : near == far ? "host" : "unknown";
	if (near == far)
		snprintf(where, sizeof(where), "the same distance");
	else
		snprintf(where, sizeof(where), "the host is %u router%s %s",
			 near < far ? far - near : near - far,
			 near + 1 == far || far + 1 == near ? "" : "s",
			 near < far ? "farther away" : "nearer");
	add(judgement, "echo reply of the host after %.3f ms, TTL %u: %s",
	    (double)findings->echo_rtt_ns / 1e6, findings->echo_ttl, where);
}

/* Who sent the reset, told by its TTL and its time: something nearer to us leaves more of it, and
 * answers sooner. */
static void judge_resetter(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	const struct segment *reset = findings->reset;
	uint8_t reference = findings->reference_ttl;
	uint64_t sent_ns = findings->seen->syn_sent_ns;

	judgement->by = "unknown";
	if (!reset)
		return;
	add(judgement, "RST after %.3f ms, TTL %u", ms_between(sent_ns, reset->time_ns),
	    reset->ip.ttl);
	if (findings->is_local) {
		judgement->by = "host";
		add(judgement, "the destination is this host");
	} else if (reference) {
		judgement->by = reset->ip.ttl == reference ? "host" : "nearer";
		add(judgement, "other answers of this host have TTL %u: %s", reference,
		    reset->ip.ttl == reference ? "the same" :
						 "another distance, or another sender");
	} else if (findings->echo_ttl) {
		compare_with_echo(judgement, findings,
				  reset->time_ns > sent_ns ? reset->time_ns - sent_ns : 0);
	} else if (findings->is_on_link) {
		judgement->by = is_initial_ttl(reset->ip.ttl) ? "host" : "unknown";
		add(judgement, "the host is on this link, and the TTL %s been lowered on the way",
		    is_initial_ttl(reset->ip.ttl) ? "has not" : "has");
	} else {
		add(judgement, "the host gives no echo reply to compare that with");
	}
}

static void judge_icmp(struct tcp_judgement *judgement, const struct tcp_endpoint *end)
{
	char what[128], who[ADDR_TEXT_MAX + 1] = "";

	judgement->verdict = TCP_VERDICT_FILTERED;
	judgement->reporter = end->icmp_from;
	judgement->icmp_type = end->icmp_type;
	judgement->icmp_code = end->icmp_code;
	icmp_describe(what, sizeof(what), end->icmp_from.family, end->icmp_type, end->icmp_code,
		      end->icmp_mtu);
	if (end->icmp_from.family)
		*addr_format(who, &end->icmp_from) = '\0';
	add(judgement, "ICMP type %u code %u from %s: %s", end->icmp_type, end->icmp_code,
	    *who ? who : "an unknown sender", what);
}

static void judge_undelivered(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	char flags[SEGMENT_FLAGS_TEXT_MAX] = "";

	judgement->verdict = TCP_VERDICT_OWN_FIREWALL;
	if (findings->undelivered_first)
		segment_flags_text(flags, findings->undelivered_first->flags);
	add(judgement,
	    "%u segment%s of the peer (the first: %s) came to the interface, and none of them to "
	    "the socket",
	    findings->undelivered, findings->undelivered == 1 ? "" : "s", flags);
}

static void judge_send_error(struct tcp_judgement *judgement, int error)
{
	judgement->verdict = error == EPERM ? TCP_VERDICT_OWN_FIREWALL : TCP_VERDICT_NO_ROUTE;
	add(judgement, "the SYN was not sent: %s%s", strerror(error),
	    error == EPERM ? " (this host's output filter)" : "");
}

static void judge_silence(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	const struct tcp_observer *seen = findings->seen;
	const struct tcp_side *peer = &seen->sides[1];
	uint32_t again = findings->end->retransmissions;
	char flags[SEGMENT_FLAGS_TEXT_MAX];

	judgement->verdict = TCP_VERDICT_FILTERED;
	add(judgement, "%u SYN%s in %.3f s, no answer%s", again + 1, again ? "s" : "",
	    ms_between(seen->first_ns, seen->last_ns) / 1e3, peer->segments ? "" : " of any kind");
	if (peer->segments) {
		segment_flags_text(flags, peer->last_flags);
		add(judgement, "%llu segment%s of the peer came, the last one %s: none answers it",
		    (unsigned long long)peer->segments, peer->segments == 1 ? "" : "s", flags);
	} else if (!findings->is_on_link && !findings->is_local && findings->gateway.family)
		add(judgement, "the next hop is there: it is farther away that they are lost");
}

/* Whether the ICMP error is this host's own word that the next hop does not answer. */
static bool is_own_report(const struct tcp_findings *findings)
{
	return findings->is_neighbour_failed &&
	       addr_equal(&findings->end->icmp_from, &findings->end->settings.local);
}

/* The connection never opened. */
static void judge_closed(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	const struct tcp_endpoint *end = findings->end;

	if (findings->send_errno) {
		judge_send_error(judgement, findings->send_errno);
	} else if (end->end == TCP_END_REFUSED || (end->end == TCP_END_RESET && findings->reset)) {
		judgement->verdict = TCP_VERDICT_CLOSED;
		judge_resetter(judgement, findings);
	} else if (findings->undelivered > 0) {
		judge_undelivered(judgement, findings);
	} else if (end->has_icmp && !is_own_report(findings)) {
		judge_icmp(judgement, end);
	} else if (findings->is_neighbour_failed) {
		judgement->verdict = TCP_VERDICT_NO_NEIGHBOUR;
		add(judgement, "the %s does not answer %s",
		    findings->gateway.family ? "next hop" : "host",
		    end->settings.peer.family == AF_INET6 ? "neighbour solicitations" : "ARP");
	} else if (findings->is_interrupted) {
		judgement->verdict = TCP_VERDICT_NONE;
		add(judgement, "stopped before there was an answer");
	} else {
		judge_silence(judgement, findings);
	}
}

static void judge_hole(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	judgement->verdict = TCP_VERDICT_BLACK_HOLE;
	judgement->size = findings->size_lost;
	if (findings->size_passed)
		add(judgement, "%u bytes of payload arrive, %u vanish without a word",
		    findings->size_passed, findings->size_lost);
	else
		add(judgement, "even %u bytes of payload vanish without a word",
		    findings->size_lost);
	if (findings->end->icmp_mtu)
		add(judgement, "a router told an MTU of %u", findings->end->icmp_mtu);
}

static void judge_reset(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	judgement->verdict = TCP_VERDICT_OPEN_THEN_RESET;
	add(judgement, "RST %.3f ms after the handshake, %s",
	    findings->reset ? ms_between(findings->seen->open_ns, findings->reset->time_ns) : 0,
	    findings->end->is_fin_sent ? "after our FIN" : "before either side closed");
	if (findings->reset && findings->seen->sides[1].ttl_max &&
	    findings->reset->ip.ttl != findings->reference_ttl && findings->reference_ttl) {
		judgement->by = "nearer";
		add(judgement, "its TTL is %u, the server's own segments have %u: another sender",
		    findings->reset->ip.ttl, findings->reference_ttl);
	}
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
		return end->is_fin_acked;
	case TCP_PLAN_RST:
		return end->end == TCP_END_ABORTED || end->end == TCP_END_CLOSED;
	default:
		return true;
	}
}

/* It was open; its end is what there is to judge. */
static void judge_open(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	const struct tcp_endpoint *end = findings->end;
	const struct tcp_observer *seen = findings->seen;
	double rtt_ms = (double)tcp_observer_rtt_ns(seen) / 1e6;

	if (rtt_ms > 0)
		add(judgement, "SYN,ACK after %.3f ms", rtt_ms);
	if (findings->size_lost) {
		judge_hole(judgement, findings);
	} else if (end->end == TCP_END_RESET) {
		judge_reset(judgement, findings);
	} else if (findings->undelivered > 0 && !is_as_planned(findings)) {
		judge_undelivered(judgement, findings);
	} else if (is_as_planned(findings)) {
		judgement->verdict = TCP_VERDICT_OPEN;
		judgement->is_as_asked = true;
		if (seen->close != TCP_CLOSE_NONE)
			add(judgement, "closed: %s, first by %s", tcp_close_names[seen->close],
			    seen->closer == 0 ? "this end" : "the peer");
	} else if (end->is_fin_sent && !end->is_fin_acked) {
		judgement->verdict = TCP_VERDICT_CLOSE_UNACKNOWLEDGED;
		add(judgement, "our FIN was sent %u time%s and never acknowledged",
		    end->retransmissions + 1, end->retransmissions ? "s" : "");
	} else if (end->end == TCP_END_TIMEOUT && !end->is_fin_sent) {
		judgement->verdict = TCP_VERDICT_CLOSE_UNACKNOWLEDGED;
		add(judgement, "our data was never acknowledged");
	} else if (findings->is_interrupted) {
		judgement->verdict = TCP_VERDICT_OPEN;
		add(judgement, "stopped before it was closed");
	} else {
		judgement->verdict = TCP_VERDICT_PEER_NEVER_CLOSES;
		add(judgement, "%s, and the peer sent no FIN",
		    end->is_fin_sent ? "our FIN is acknowledged" : "the connection stayed open");
	}
}

/* Judge what was seen of a connection: verdict, evidence, advice. */
void tcp_judge(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	*judgement = (struct tcp_judgement){ .verdict = TCP_VERDICT_NONE };
	if (was_open(findings))
		judge_open(judgement, findings);
	else
		judge_closed(judgement, findings);
	if (findings->strays || findings->spoofed)
		add(judgement,
		    "ignored: %u segments of other connections, %u with numbers that "
		    "this one never had",
		    findings->strays, findings->spoofed);
	judgement->advice = advice[judgement->verdict];
	if (judgement->verdict == TCP_VERDICT_FILTERED && !judgement->reporter.family &&
	    findings->seen->sides[1].segments > 0)
		judgement->advice =
			"try another source port (--sport): the peer may still have an old "
			"connection with this one";
	if (judgement->verdict == TCP_VERDICT_CLOSED && judgement->by &&
	    strcmp(judgement->by, "nearer") == 0)
		judgement->advice =
			"look for a packet filter or a proxy between here and the server: "
			"it is not the server that refused";
}
