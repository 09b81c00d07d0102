// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *const tcp_path_verdict_names[TCP_PATH_COUNT] = {
	[TCP_PATH_NONE] = "none",
	[TCP_PATH_OPEN] = "open",
	[TCP_PATH_CLOSED] = "closed",
	[TCP_PATH_FILTERED] = "filtered",
	[TCP_PATH_SYN_LOST] = "syn_lost",
	[TCP_PATH_SYN_ACK_LOST] = "syn_ack_lost",
	[TCP_PATH_RESET_ON_THE_WAY] = "reset_on_the_way",
	[TCP_PATH_OPTIONS_REWRITTEN] = "options_rewritten",
	[TCP_PATH_HEADER_REWRITTEN] = "header_rewritten",
	[TCP_PATH_HIDDEN_PROXY] = "hidden_proxy",
	[TCP_PATH_OWN_FIREWALL] = "own_firewall",
	[TCP_PATH_NO_ROUTE] = "no_route",
	[TCP_PATH_NO_NEIGHBOUR] = "no_neighbour",
};

const char *const tcp_hop_answer_names[TCP_HOP_ANSWER_COUNT] = {
	[TCP_HOP_SILENT] = "silent",   [TCP_HOP_EXPIRED] = "expired", [TCP_HOP_ICMP] = "icmp",
	[TCP_HOP_SYN_ACK] = "syn_ack", [TCP_HOP_RESET] = "reset",
};

static const char *const advice[TCP_PATH_COUNT] = {
	[TCP_PATH_NONE] = "let it run to its end",
	[TCP_PATH_OPEN] = "nothing to do: SYNs get there as they were sent",
	[TCP_PATH_CLOSED] =
		"see on the server whether the service runs, and on which address and "
		"port it listens (netconn -tlp)",
	[TCP_PATH_FILTERED] = "look at the packet filter of who reported it",
	[TCP_PATH_SYN_LOST] =
		"look at the packet filter of the last hop that answered, of the next "
		"one, and of the server",
	[TCP_PATH_SYN_ACK_LOST] =
		"look for a filter that sees one direction alone, or a way back "
		"other than the way there",
	[TCP_PATH_RESET_ON_THE_WAY] =
		"look for a packet filter or a proxy there: it is not the "
		"server that refused",
	[TCP_PATH_OPTIONS_REWRITTEN] =
		"see whether that device is meant to do so: clamping the MSS "
		"often is, taking options away costs speed",
	[TCP_PATH_HEADER_REWRITTEN] = "see whether that device is meant to do so",
	[TCP_PATH_HIDDEN_PROXY] =
		"see whose proxy that is: it opens connections whether the server "
		"is there or not",
	[TCP_PATH_OWN_FIREWALL] =
		"look at this host's own packet filter (nft list ruleset), where "
		"segments are counted as dropped",
	[TCP_PATH_NO_ROUTE] = "look at this host's routes and rules (netroute --explain)",
	[TCP_PATH_NO_NEIGHBOUR] =
		"see whether the next hop is up, in this VLAN and in this subnet "
		"(netarp --probe)",
};

static const struct tcp_hop *hop_of(const struct tcp_path *path, uint8_t ttl)
{
	for (uint8_t i = 0; i < path->count; i++)
		if (path->hops[i].ttl == ttl)
			return &path->hops[i];
	return NULL;
}

/* Return: who is at that hop, as far as it is known: what answers in the host's name may be
 * somebody else. NULL if nobody said so. */
const struct addr *tcp_path_address(const struct tcp_path *path, uint8_t ttl)
{
	const struct tcp_hop *hop = ttl ? hop_of(path, ttl) : NULL;
	bool is_router = hop && (hop->answer == TCP_HOP_EXPIRED || hop->answer == TCP_HOP_ICMP);

	return is_router || (hop && hop->from.family && path->echo == TCP_ECHO_SAME) ? &hop->from :
										       NULL;
}

static void place(struct tcp_path_judgement *judgement, uint8_t after, uint8_t hop)
{
	judgement->has_place = true;
	judgement->after = after;
	judgement->hop = hop;
}

/* Find where each change was first seen, and the last hop before that which would have shown it and
 * did not. A change that is seen once stands, whatever is seen behind it. */
static void find_changes(struct tcp_path_judgement *judgement, const struct tcp_path *path)
{
	for (uint8_t i = 0; i < path->count; i++) {
		const struct tcp_hop *hop = &path->hops[i];

		for (uint8_t j = 0; j < hop->changes.count; j++) {
			const struct tcp_change *change = &hop->changes.list[j];
			uint8_t after = 0;
			bool is_known = false;

			for (uint8_t k = 0; k < i; k++) {
				const struct tcp_hop *before = &path->hops[k];

				is_known |= tcp_changes_has(&before->changes, change);
				if (tcp_change_is_told(change, before->extent))
					after = before->ttl;
			}
			if (is_known || judgement->change_count == TCP_PATH_CHANGES_MAX)
				continue;
			judgement->changes[judgement->change_count++] =
				(struct tcp_path_change){ *change, after, hop->ttl };
		}
	}
}

static const struct tcp_path_change *first_change(const struct tcp_path_judgement *judgement,
						  bool is_option)
{
	for (uint8_t i = 0; i < judgement->change_count; i++)
		if ((judgement->changes[i].change.field == TCP_FIELD_OPTION) == is_option)
			return &judgement->changes[i];
	return NULL;
}

/* The last router that answered, as far as that is known. */
static uint8_t last_answer(const struct tcp_path *path)
{
	uint8_t last = 0;

	for (uint8_t i = 0; i < path->count; i++)
		if (path->hops[i].answer == TCP_HOP_EXPIRED && path->hops[i].ttl > last)
			last = path->hops[i].ttl;
	return last;
}

static void judge_silence(struct tcp_path_judgement *judgement, const struct tcp_path *path)
{
	uint8_t last = last_answer(path);

	judgement->verdict = TCP_PATH_SYN_LOST;
	if (path->is_challenged) {
		judgement->verdict = TCP_PATH_SYN_ACK_LOST;
		tcp_evidence_add(
			&judgement->evidence,
			"a second SYN with another number brought a bare ACK of the first: that "
			"had arrived, and was answered");
		if (!path->has_sent_syn_acks)
			return;
		if (path->syn_acks_reach <= last) {
			place(judgement, path->syn_acks_reach, path->syn_acks_reach + 1);
			tcp_evidence_add(
				&judgement->evidence,
				"SYN,ACKs sent this way get as far as hop %u, SYNs to the host: "
				"what drops them there may drop those that come back",
				path->syn_acks_reach);
		} else {
			tcp_evidence_add(
				&judgement->evidence,
				"SYN,ACKs sent this way get to the host: where those that come "
				"back are dropped cannot be told from this side");
		}
		return;
	}
	place(judgement, last, last + 1);
	tcp_evidence_add(&judgement->evidence,
			 "no hop behind %u answers, and no sign that the SYN has arrived", last);
	if (path->echo_ttl == 0) {
		tcp_evidence_add(&judgement->evidence,
				 "the host does not answer echo requests either");
	} else {
		unsigned int routers = segment_routers_passed(path->echo_ttl);

		tcp_evidence_add(
			&judgement->evidence,
			"the host answers an echo request, TTL %u: %u router%s away%s",
			path->echo_ttl, routers, routers == 1 ? "" : "s",
			routers == last ?
				"; the SYN got past the last of them, or its answer is lost" :
				"");
	}
}

static void judge_own(struct tcp_path_judgement *judgement, const struct tcp_path *path)
{
	if (path->undelivered > 0) {
		judgement->verdict = TCP_PATH_OWN_FIREWALL;
		tcp_evidence_add(
			&judgement->evidence,
			"%u segments of the host came to the interface, and not to the socket",
			path->undelivered);
		return;
	}
	if (path->is_neighbour_failed) {
		judgement->verdict = TCP_PATH_NO_NEIGHBOUR;
		tcp_evidence_add(&judgement->evidence, "the next hop does not answer on the link");
		return;
	}
	judgement->verdict = path->send_errno == EPERM ? TCP_PATH_OWN_FIREWALL : TCP_PATH_NO_ROUTE;
	tcp_evidence_add(&judgement->evidence, "the SYN was not sent: %s%s",
			 strerror(path->send_errno),
			 path->send_errno == EPERM ? " (this host's output filter)" : "");
}

/* Who answered in the host's name is told by whether the host itself is as near. */
static void say_echo(struct tcp_path_judgement *judgement, const struct tcp_path *path,
		     const struct tcp_hop *end)
{
	char who[ADDR_TEXT_MAX + 1];

	if (path->echo == TCP_ECHO_SAME) {
		tcp_evidence_add(&judgement->evidence,
				 "an echo reply of the host comes from the same distance");
	} else if (path->echo == TCP_ECHO_UNKNOWN) {
		tcp_evidence_add(&judgement->evidence,
				 "the host gives no echo reply to compare that with");
	} else if (path->echo_expired.family) {
		*addr_format(who, &path->echo_expired) = '\0';
		tcp_evidence_add(
			&judgement->evidence,
			"an echo request of the same TTL expires at %s: the host is farther", who);
	} else {
		tcp_evidence_add(
			&judgement->evidence,
			"an echo reply of the host has TTL %u, that answer %u: the host is "
			"farther",
			path->echo_ttl, end->came_ttl);
	}
}

static void judge_reset(struct tcp_path_judgement *judgement, const struct tcp_path *path,
			const struct tcp_hop *end)
{
	judgement->verdict = TCP_PATH_CLOSED;
	tcp_evidence_add(&judgement->evidence, "RST after %.3f ms, TTL %u",
			 (double)end->rtt_ns / 1e6, end->came_ttl);
	if (path->echo == TCP_ECHO_FARTHER) {
		judgement->verdict = TCP_PATH_RESET_ON_THE_WAY;
		place(judgement, end->ttl ? end->ttl - 1 : last_answer(path), end->ttl);
	}
	say_echo(judgement, path, end);
}

static void judge_icmp(struct tcp_path_judgement *judgement, const struct tcp_hop *end)
{
	judgement->verdict = TCP_PATH_FILTERED;
	tcp_evidence_add_icmp(&judgement->evidence, &end->from, end->icmp_type, end->icmp_code, 0);
	if (end->ttl)
		place(judgement, end->ttl - 1, end->ttl);
}

static void judge_open(struct tcp_path_judgement *judgement, const struct tcp_path *path,
		       const struct tcp_hop *end)
{
	const struct tcp_path_change *option = first_change(judgement, true);
	const struct tcp_path_change *field = first_change(judgement, false);

	judgement->verdict = TCP_PATH_OPEN;
	tcp_evidence_add(&judgement->evidence, "SYN,ACK after %.3f ms, TTL %u",
			 (double)end->rtt_ns / 1e6, end->came_ttl);
	if (path->echo == TCP_ECHO_FARTHER) {
		judgement->verdict = TCP_PATH_HIDDEN_PROXY;
		place(judgement, end->ttl ? end->ttl - 1 : last_answer(path), end->ttl);
	} else if (option) {
		judgement->verdict = TCP_PATH_OPTIONS_REWRITTEN;
		place(judgement, option->after, option->hop);
	} else if (field) {
		judgement->verdict = TCP_PATH_HEADER_REWRITTEN;
		place(judgement, field->after, field->hop);
	}
	say_echo(judgement, path, end);
}

static void say_changes(struct tcp_path_judgement *judgement)
{
	char text[TCP_CHANGE_TEXT_MAX];

	if (judgement->change_count == 0)
		return;
	tcp_change_text(text, &judgement->changes[0].change);
	tcp_evidence_add(&judgement->evidence, "quotes show %u change%s, the first at hop %u: %s",
			 judgement->change_count, judgement->change_count == 1 ? "" : "s",
			 judgement->changes[0].hop, text);
}

/* Judge a path that was walked to its end. */
void tcp_path_judge(struct tcp_path_judgement *judgement, const struct tcp_path *path)
{
	const struct tcp_hop *end = path->count ? &path->hops[path->count - 1] : NULL;

	*judgement = (struct tcp_path_judgement){ .verdict = TCP_PATH_NONE };
	find_changes(judgement, path);
	if (end && end->answer == TCP_HOP_SYN_ACK)
		judge_open(judgement, path, end);
	else if (end && end->answer == TCP_HOP_RESET)
		judge_reset(judgement, path, end);
	else if (end && end->answer == TCP_HOP_ICMP && !path->is_neighbour_failed)
		judge_icmp(judgement, end);
	else if (path->send_errno || path->undelivered || path->is_neighbour_failed)
		judge_own(judgement, path);
	else if (path->is_interrupted)
		tcp_evidence_add(&judgement->evidence, "stopped before the path was known");
	else
		judge_silence(judgement, path);
	say_changes(judgement);
	judgement->advice = advice[judgement->verdict];
}
