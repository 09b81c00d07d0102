// SPDX-License-Identifier: GPL-2.0-or-later
/* Verdicts on connections that never opened: closed, filtered, own_firewall, no_route,
 * no_neighbour. */
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>
#include <string.h>

#include "analysis/tcp_unopened.h"

/* An initial TTL that systems set: a segment with it has passed no router. */
static bool is_initial_ttl(uint8_t ttl)
{
	return ttl == 32 || ttl == 64 || ttl == 128 || ttl == 255;
}

/* A reset that comes in less than half the time of an echo reply comes from less far, if the
 * difference is more than chance. */
#define SOONER_NS 1000000u

/* Compare the reset with an echo reply of the host. Systems may have another initial TTL for those,
 * and so it is the distance that counts. */
static void compare_with_echo(struct tcp_judgement *judgement, const struct tcp_findings *findings,
			      uint64_t reset_ns)
{
	unsigned int near = segment_routers_passed(findings->reset->ip.ttl);
	unsigned int far = segment_routers_passed(findings->echo_ttl);
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
	tcp_evidence_add(&judgement->evidence, "echo reply of the host after %.3f ms, TTL %u: %s",
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
	tcp_evidence_add(&judgement->evidence, "RST after %.3f ms, TTL %u",
			 tcp_evidence_ms(sent_ns, reset->time_ns), reset->ip.ttl);
	if (findings->is_local) {
		judgement->by = "host";
		tcp_evidence_add(&judgement->evidence, "the destination is this host");
	} else if (reference) {
		judgement->by = reset->ip.ttl == reference ? "host" : "nearer";
		tcp_evidence_add(&judgement->evidence, "other answers of this host have TTL %u: %s",
				 reference,
				 reset->ip.ttl == reference ?
					 "the same" :
					 "another distance, or another sender");
	} else if (findings->echo_ttl) {
		compare_with_echo(judgement, findings,
				  reset->time_ns > sent_ns ? reset->time_ns - sent_ns : 0);
	} else if (findings->is_on_link) {
		judgement->by = is_initial_ttl(reset->ip.ttl) ? "host" : "unknown";
		tcp_evidence_add(&judgement->evidence,
				 "the host is on this link, and the TTL %s been lowered on the way",
				 is_initial_ttl(reset->ip.ttl) ? "has not" : "has");
	} else {
		tcp_evidence_add(&judgement->evidence,
				 "the host gives no echo reply to compare that with");
	}
}

/* What to do about an ICMP error that no packet filter sends; NULL: what is done about filters. */
static const char *advise_on_icmp(uint8_t family, uint8_t type, uint8_t code)
{
	bool is_v6 = family == AF_INET6;
	uint8_t time_exceeded = is_v6 ? ICMP6_TIME_EXCEEDED : ICMP_TIME_EXCEEDED;
	uint8_t unreachable = is_v6 ? ICMP6_DST_UNREACH : ICMP_DEST_UNREACH;

	if (type == time_exceeded)
		return "look for a loop in the routes of the router that says so and of those "
		       "behind it, or raise --ttl";
	if (type == unreachable &&
	    (is_v6 ? code == ICMP6_DST_UNREACH_NOROUTE || code == ICMP6_DST_UNREACH_ADDR :
		     code == ICMP_NET_UNREACH || code == ICMP_HOST_UNREACH))
		return "look at the routes and neighbours of the router that says so: it gets no "
		       "farther";
	return NULL;
}

static void judge_icmp(struct tcp_judgement *judgement, const struct tcp_endpoint *end)
{
	judgement->verdict = TCP_VERDICT_FILTERED;
	judgement->reporter = end->icmp_from;
	judgement->icmp_type = end->icmp_type;
	judgement->icmp_code = end->icmp_code;
	tcp_evidence_add_icmp(&judgement->evidence, &end->icmp_from, end->icmp_type, end->icmp_code,
			      end->icmp_mtu);
	judgement->advice = advise_on_icmp(end->icmp_from.family, end->icmp_type, end->icmp_code);
}

static void judge_send_error(struct tcp_judgement *judgement, int error)
{
	judgement->verdict = error == EPERM ? TCP_VERDICT_OWN_FIREWALL : TCP_VERDICT_NO_ROUTE;
	tcp_evidence_add(&judgement->evidence, "the SYN was not sent: %s%s", strerror(error),
			 error == EPERM ? " (this host's output filter)" : "");
}

static void judge_silence(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	const struct tcp_observer *seen = findings->seen;
	const struct tcp_side *peer = &seen->sides[1];
	uint32_t again = findings->end->retransmissions;
	bool is_silent = peer->segments == 0 && findings->end->bad_checksums == 0;
	char flags[SEGMENT_FLAGS_TEXT_MAX];

	judgement->verdict = TCP_VERDICT_FILTERED;
	tcp_evidence_add(&judgement->evidence, "%u SYN%s in %.3f s, no answer%s", again + 1,
			 again ? "s" : "", tcp_evidence_ms(seen->first_ns, seen->last_ns) / 1e3,
			 is_silent ? " of any kind" : "");
	if (peer->segments) {
		segment_flags_text(flags, peer->last_flags);
		tcp_evidence_add(
			&judgement->evidence,
			"%llu segment%s of the peer came, the last one %s: none answers it",
			(unsigned long long)peer->segments, peer->segments == 1 ? "" : "s", flags);
		judgement->advice =
			"try another source port (--sport): the peer may still have an "
			"old connection with this one";
	} else if (is_silent && findings->gateway.family) {
		tcp_evidence_add(&judgement->evidence,
				 "the next hop is there: it is farther away that they are lost");
	}
}

/* Whether the ICMP error is this host's own word that the next hop does not answer. */
static bool is_own_report(const struct tcp_findings *findings)
{
	return findings->is_neighbour_failed &&
	       addr_equal(&findings->end->icmp_from, &findings->end->settings.local);
}

/* This end is the server, and has answered the SYN. */
static void judge_half_open(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	uint32_t again = findings->end->retransmissions;

	judgement->verdict = TCP_VERDICT_HALF_OPEN;
	if (findings->reset)
		tcp_evidence_add(&judgement->evidence,
				 "the client answered our SYN,ACK with RST: it knows "
				 "of no connection, or wants none any more");
	else
		tcp_evidence_add(&judgement->evidence,
				 "our SYN,ACK was sent %u time%s, and never acknowledged",
				 again + 1, tcp_evidence_plural(again + 1));
}

/* Segments of the peer came to this host, which kept them from us; whether or not it was open. */
void tcp_unopened_undelivered(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	char flags[SEGMENT_FLAGS_TEXT_MAX] = "";

	judgement->verdict = TCP_VERDICT_OWN_FIREWALL;
	if (findings->undelivered_first)
		segment_flags_text(flags, findings->undelivered_first->flags);
	tcp_evidence_add(&judgement->evidence,
			 "%u segment%s of the peer (the first: %s) came to the interface, and "
			 "none of them to the socket",
			 findings->undelivered, tcp_evidence_plural(findings->undelivered), flags);
}

/* Judge a connection that never opened. */
void tcp_unopened_judge(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	const struct tcp_endpoint *end = findings->end;

	if (findings->send_errno) {
		judge_send_error(judgement, findings->send_errno);
	} else if (end->is_passive && findings->undelivered == 0) {
		judge_half_open(judgement, findings);
	} else if (end->end == TCP_END_REFUSED || (end->end == TCP_END_RESET && findings->reset)) {
		judgement->verdict = TCP_VERDICT_CLOSED;
		judge_resetter(judgement, findings);
		if (strcmp(judgement->by, "nearer") == 0)
			judgement->advice =
				"look for a packet filter or a proxy between here and the server: "
				"it is not the server that refused";
	} else if (findings->undelivered > 0) {
		tcp_unopened_undelivered(judgement, findings);
	} else if (end->has_icmp && !is_own_report(findings)) {
		judge_icmp(judgement, end);
	} else if (findings->is_neighbour_failed) {
		judgement->verdict = TCP_VERDICT_NO_NEIGHBOUR;
		tcp_evidence_add(&judgement->evidence, "the %s does not answer %s",
				 findings->gateway.family ? "next hop" : "host",
				 end->settings.peer.family == AF_INET6 ? "neighbour solicitations" :
									 "ARP");
	} else if (findings->is_interrupted) {
		judgement->verdict = TCP_VERDICT_NONE;
		tcp_evidence_add(&judgement->evidence, "stopped before there was an answer");
	} else {
		judge_silence(judgement, findings);
	}
}
