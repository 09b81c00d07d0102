// SPDX-License-Identifier: GPL-2.0-or-later
/* What a guard can tell from one frame, without knowing who had the address before. */
#include "analysis/guard_checks.h"

#include <stdio.h>
#include <string.h>

#include "analysis/guard_report.h"
#include "analysis/guard_words.h"

#define SECOND_NS 1000000000ull
#define QUESTION_NS (5 * SECOND_NS) /* a reply may take this long */

/* Whether @mac is out of a range that is shared on purpose: VRRP and CARP (RFC 9568 section 7.3),
 * HSRP, GLBP. */
bool guard_mac_is_virtual(const struct lladdr *mac)
{
	static const struct {
		uint8_t length, bytes[5];
	} ranges[] = {
		{ 5, { 0x00, 0x00, 0x5e, 0x00, 0x01 } }, { 5, { 0x00, 0x00, 0x5e, 0x00, 0x02 } },
		{ 5, { 0x00, 0x00, 0x0c, 0x07, 0xac } }, { 4, { 0x00, 0x00, 0x0c, 0x9f } },
		{ 4, { 0x00, 0x05, 0x73, 0xa0 } },	 { 4, { 0x00, 0x07, 0xb4, 0x00 } },
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (mac->length == LLADDR_ETHER &&
		    memcmp(mac->bytes, ranges[i].bytes, ranges[i].length) == 0)
			return true;
	return false;
}

static struct guard_question *question_of(struct guard *guard, uint32_t iface,
					  const struct addr *addr)
{
	return &guard->questions[guard_slot(iface, addr->bytes, sizeof(addr->bytes)) %
				 GUARD_QUESTIONS];
}

/* Remember that somebody asked. */
void guard_note_question(struct guard *guard, const struct claim *claim)
{
	struct guard_question *question = question_of(guard, guard_link_of(claim), &claim->target);
	struct station *station =
		stations_find(&guard->stations, guard_link_of(claim), &claim->target);

	*question = (struct guard_question){
		.addr = claim->target,
		.iface = guard_link_of(claim),
		.time_ns = guard->now_ns,
	};
	if (claim->is_probe && station) {
		station->probed_ns = guard->now_ns;
		station->prober = claim->eth_src;
	}
}

static bool was_asked(struct guard *guard, const struct claim *claim)
{
	const struct guard_question *question =
		question_of(guard, guard_link_of(claim), &claim->addr);

	return question->iface == guard_link_of(claim) &&
	       addr_equal(&question->addr, &claim->addr) &&
	       guard_since(guard, question->time_ns) <= QUESTION_NS;
}

/* A reply that is meant for one station must follow a question. Those to questions from before the
 * start are let pass. */
void guard_check_asked(struct guard *guard, const struct claim *claim)
{
	struct link_event event;

	if (claim->kind != CLAIM_REPLY || claim->is_gratuitous || was_asked(guard, claim) ||
	    guard_since(guard, guard->start_ns) < QUESTION_NS)
		return;
	event = guard_event_of(EVENT_UNASKED_REPLY, SEVERITY_WARNING, claim, &claim->addr);
	snprintf(event.evidence, sizeof(event.evidence),
		 "%s to one station, who had not asked within %llu s", guard_frame_name(claim),
		 QUESTION_NS / SECOND_NS);
	guard_report(guard, &event);
}

/* The address inside ought to be the one that sent it. A virtual router's may differ by design. */
void guard_check_source(struct guard *guard, const struct claim *claim)
{
	char inside[LLADDR_TEXT_MAX + 1], outside[LLADDR_TEXT_MAX + 1];
	struct link_event event;
	bool is_virtual =
		guard_mac_is_virtual(&claim->mac) || guard_mac_is_virtual(&claim->eth_src);

	if (claim->mac.length == 0 || lladdr_equal(&claim->mac, &claim->eth_src))
		return;
	event = guard_event_of(EVENT_SOURCE_MISMATCH,
			       is_virtual ? SEVERITY_NOTICE : SEVERITY_WARNING, claim,
			       &claim->addr);
	event.macs[event.mac_count++] = claim->eth_src;
	snprintf(event.evidence, sizeof(event.evidence), "%s says %s inside, and came from %s",
		 guard_frame_name(claim), guard_mac_text(inside, &claim->mac),
		 guard_mac_text(outside, &claim->eth_src));
	guard_report(guard, &event);
}

/* Addresses that no station can have. */
static bool is_impossible(const struct addr *addr)
{
	if (addr->family == AF_INET)
		return addr->bytes[0] == 0 || addr->bytes[0] == 127 || addr->bytes[0] >= 224;
	return addr->bytes[0] == 0xff || addr_is_any(addr);
}

/* Tell of addresses that no station can have.
 *
 * Return: whether there are none.
 */
bool guard_check_sound(struct guard *guard, const struct claim *claim)
{
	struct link_event event;

	if (lladdr_is_group(&claim->mac) || lladdr_is_group(&claim->eth_src) ||
	    (claim->mac.length > 0 && lladdr_is_zero(&claim->mac)) ||
	    lladdr_is_zero(&claim->eth_src)) {
		event = guard_event_of(EVENT_BAD_MAC, SEVERITY_WARNING, claim, &claim->addr);
		snprintf(event.evidence, sizeof(event.evidence), "no station can have it: %s",
			 guard_frame_name(claim));
		guard_report(guard, &event);
		return false;
	}
	if (claim->addr.family != AF_UNSPEC && is_impossible(&claim->addr)) {
		event = guard_event_of(EVENT_BAD_ADDRESS, SEVERITY_WARNING, claim, &claim->addr);
		snprintf(event.evidence, sizeof(event.evidence), "no station can have it: %s",
			 guard_frame_name(claim));
		guard_report(guard, &event);
		return false;
	}
	return true;
}

static bool is_own_mac(const struct guard *guard, const struct lladdr *mac)
{
	for (size_t i = 0; i < guard->own_count; i++)
		if (lladdr_equal(&guard->own[i].mac, mac))
			return true;
	return false;
}

/* Somebody else claims an address of this host.
 *
 * Return: whether so.
 */
bool guard_check_own(struct guard *guard, const struct claim *claim)
{
	struct link_event event;
	bool is_own = false;

	for (size_t i = 0; i < guard->own_count && !is_own; i++)
		is_own = guard->own[i].iface == guard_link_of(claim) &&
			 addr_equal(&guard->own[i].addr, &claim->addr);
	if (!is_own || is_own_mac(guard, &claim->mac))
		return false;
	event = guard_event_of(EVENT_OWN_ADDRESS, SEVERITY_CRITICAL, claim, &claim->addr);
	snprintf(event.evidence, sizeof(event.evidence), "this host's own, claimed in %s",
		 guard_frame_name(claim));
	guard_report(guard, &event);
	return true;
}

/* An IPv4 address that is in no prefix of the link, as far as this host knows them. */
void guard_check_foreign(struct guard *guard, const struct claim *claim)
{
	struct link_event event;
	size_t known = 0;

	if (claim->addr.family != AF_INET ||
	    (claim->addr.bytes[0] == 169 && claim->addr.bytes[1] == 254))
		return;
	for (size_t i = 0; i < guard->own_count; i++) {
		const struct guard_own *own = &guard->own[i];

		if (own->iface != guard_link_of(claim) || own->addr.family != AF_INET)
			continue;
		known++;
		if (prefix_contains(&own->prefix, &claim->addr))
			return;
	}
	if (known == 0)
		return;
	event = guard_event_of(EVENT_FOREIGN_ADDRESS, SEVERITY_NOTICE, claim, &claim->addr);
	snprintf(event.evidence, sizeof(event.evidence),
		 "in no prefix that this host has on the link: %s", guard_frame_name(claim));
	guard_report(guard, &event);
}
