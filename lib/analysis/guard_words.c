// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/guard_words.h"

/* An event about the one who makes @claim. */
struct link_event guard_event_of(enum link_event_kind kind, enum link_severity severity,
				 const struct claim *claim, const struct addr *addr)
{
	return (struct link_event){
		.kind = (uint8_t)kind,
		.severity = (uint8_t)severity,
		.addr = *addr,
		.iface = claim->iface,
		.vlan = claim->vlan,
		.macs = { claim->mac.length > 0 ? claim->mac : claim->eth_src },
		.mac_count = 1,
	};
}

/* "an ARP reply", "a neighbour advertisement": what the evidence was in. */
const char *guard_frame_name(const struct claim *claim)
{
	bool is_v4 = claim->addr.family == AF_INET || claim->target.family == AF_INET;

	switch (claim->kind) {
	case CLAIM_REQUEST:
		if (claim->is_gratuitous)
			return "a gratuitous ARP request";
		return is_v4 ? "an ARP request" : "a neighbour solicitation";
	case CLAIM_REPLY:
		if (claim->is_gratuitous)
			return is_v4 ? "a gratuitous ARP reply" :
				       "an unsolicited neighbour advertisement";
		return is_v4 ? "an ARP reply" : "a neighbour advertisement";
	case CLAIM_ROUTER:
		return "a router advertisement";
	case CLAIM_ROUTER_REQUEST:
		return "a router solicitation";
	default:
		return "RARP";
	}
}

/* Write @mac, terminated, to @text (LLADDR_TEXT_MAX + 1 bytes) and return that. */
const char *guard_mac_text(char *text, const struct lladdr *mac)
{
	*lladdr_format(text, mac) = '\0';
	return text;
}

/* Return: how long ago @time_ns was, in nanoseconds. */
uint64_t guard_since(const struct guard *guard, uint64_t time_ns)
{
	return guard->now_ns > time_ns ? guard->now_ns - time_ns : 0;
}

/* A hash for tables of fixed size. */
size_t guard_slot(uint32_t iface, const uint8_t *bytes, size_t length)
{
	uint64_t value = 14695981039346656037u ^ iface;

	for (size_t i = 0; i < length; i++)
		value = (value ^ bytes[i]) * 1099511628211u;
	return (size_t)(value ^ value >> 32);
}

/* The link that @claim was heard on, as stations are told apart by it: each VLAN of an interface is
 * a link of its own, where the same addresses may be others'. */
uint32_t guard_link_of(const struct claim *claim)
{
	return claim->iface | (uint32_t)claim->vlan << 20;
}
