// SPDX-License-Identifier: GPL-2.0-or-later
/* ARP and neighbour discovery ask the same two questions and give the same answers: here they
 * become one record, and one record becomes either. */
#include "wire/claim.h"

#include <string.h>

#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/ndp.h"

/* ARP leaves 18 bytes of padding in the shortest frame. A nonce there is what our own requests are
 * known by; nobody else looks. */
static void take_padding(const struct ethernet *frame, struct claim *claim)
{
	if (frame->length < ARP_LENGTH + sizeof(claim->nonce))
		return;
	memcpy(claim->nonce, frame->payload + ARP_LENGTH, sizeof(claim->nonce));
	for (size_t i = 0; i < sizeof(claim->nonce); i++)
		claim->has_nonce |= claim->nonce[i] != 0;
}

static enum wire_result from_arp(const struct ethernet *frame, struct claim *claim)
{
	enum wire_result verdict;
	struct arp arp;

	verdict = arp_parse(frame->payload, frame->length, &arp);
	if (verdict != WIRE_OK)
		return verdict;
	take_padding(frame, claim);
	claim->mac = arp.sender_mac;
	claim->target = arp.target;
	if (frame->type == ETHERNET_RARP || arp.operation > ARP_REPLY) {
		claim->kind = CLAIM_REVERSE;
		return WIRE_OK;
	}
	claim->kind = arp.operation == ARP_REQUEST ? CLAIM_REQUEST : CLAIM_REPLY;
	claim->is_probe = addr_is_any(&arp.sender);
	if (claim->is_probe)
		return WIRE_OK;
	claim->addr = arp.sender;
	claim->asker = arp.sender;
	claim->is_gratuitous = addr_equal(&arp.sender, &arp.target) ||
			       (claim->kind == CLAIM_REPLY && lladdr_is_group(&frame->dst));
	return WIRE_OK;
}

static void from_advertisement(const struct ndp *ndp, struct claim *claim)
{
	claim->kind = CLAIM_REPLY;
	claim->addr = ndp->target;
	claim->target = ndp->dst;
	claim->mac = ndp->target_mac.length > 0 ? ndp->target_mac : claim->eth_src;
	claim->is_gratuitous = ndp->dst.bytes[0] == 0xff;
	claim->is_solicited = ndp->is_solicited;
	claim->is_override = ndp->is_override;
	claim->is_from_router = ndp->is_router;
}

static enum wire_result from_ndp(const struct ethernet *frame, struct claim *claim)
{
	enum wire_result verdict;
	struct ndp ndp;

	verdict = ndp_parse(frame->payload, frame->length, &ndp);
	if (verdict != WIRE_OK)
		return verdict;
	memcpy(claim->nonce, ndp.nonce, sizeof(claim->nonce));
	claim->has_nonce = ndp.has_nonce;
	if (ndp.type == NDP_NEIGHBOUR_ADVERTISEMENT) {
		from_advertisement(&ndp, claim);
		return WIRE_OK;
	}
	claim->kind = ndp.type == NDP_NEIGHBOUR_SOLICITATION ? CLAIM_REQUEST :
		      ndp.type == NDP_ROUTER_ADVERTISEMENT   ? CLAIM_ROUTER :
							       CLAIM_ROUTER_REQUEST;
	claim->target = ndp.target;
	claim->is_probe = claim->kind == CLAIM_REQUEST && addr_is_any(&ndp.src);
	claim->router_lifetime_s = ndp.router_lifetime_s;
	if (addr_is_any(&ndp.src))
		return WIRE_OK;
	claim->asker = ndp.src;
	if (ndp.source_mac.length > 0) {
		claim->addr = ndp.src;
		claim->mac = ndp.source_mac;
	}
	return WIRE_OK;
}

/* Read an Ethernet frame of ARP, RARP or neighbour discovery. Time and interface are the caller's
 * to fill in, afterwards; so is the zone of scoped addresses.
 *
 * Return: as the parsers of what it holds; WIRE_UNSUPPORTED for other frames.
 */
enum wire_result claim_parse(const uint8_t *bytes, size_t length, struct claim *claim)
{
	struct ethernet frame;
	enum wire_result verdict = ethernet_parse(bytes, length, &frame);

	if (verdict != WIRE_OK)
		return verdict;
	*claim = (struct claim){
		.vlan = frame.vlan,
		.eth_src = frame.src,
		.eth_dst = frame.dst,
	};
	if (frame.type == ETHERNET_ARP || frame.type == ETHERNET_RARP)
		return from_arp(&frame, claim);
	if (frame.type == ETHERNET_IPV6)
		return from_ndp(&frame, claim);
	return WIRE_UNSUPPORTED;
}

static size_t build_arp(uint8_t *at, const struct claim *claim)
{
	const struct addr nobody = { .family = AF_INET };
	struct arp arp = {
		.sender_mac = claim->mac,
		.target_mac = { .length = LLADDR_ETHER },
		.sender = claim->is_probe ? nobody : claim->addr,
		.target = claim->target,
		.operation = claim->kind == CLAIM_REQUEST ? ARP_REQUEST : ARP_REPLY,
	};

	if (claim->kind == CLAIM_REPLY)
		arp.target_mac = claim->eth_dst;
	if (claim->has_nonce)
		memcpy(at + ARP_LENGTH, claim->nonce, sizeof(claim->nonce));
	return arp_build(at, &arp);
}

static size_t build_ndp(uint8_t *at, const struct claim *claim)
{
	struct ndp ndp = {
		.src = { .family = AF_INET6 },
		.target = claim->target,
		.has_nonce = claim->has_nonce,
	};

	memcpy(ndp.nonce, claim->nonce, sizeof(ndp.nonce));
	if (claim->kind == CLAIM_REQUEST) {
		ndp.type = NDP_NEIGHBOUR_SOLICITATION;
		ndp.dst = lladdr_is_group(&claim->eth_dst) ? ndp_solicited_node(&claim->target) :
							     claim->target;
		if (!claim->is_probe) {
			ndp.src = claim->asker;
			ndp.source_mac = claim->mac;
		}
	} else {
		ndp.type = NDP_NEIGHBOUR_ADVERTISEMENT;
		ndp.src = claim->asker;
		ndp.dst = claim->target;
		ndp.target = claim->addr;
		ndp.target_mac = claim->mac;
		ndp.is_router = claim->is_from_router;
		ndp.is_solicited = claim->is_solicited;
		ndp.is_override = claim->is_override;
	}
	return ndp_build(at, &ndp);
}

/* Write the frame that says @claim, a CLAIM_REQUEST or CLAIM_REPLY of the family of its target, at
 * @at (room for CLAIM_BUILD_MAX bytes), padded to what Ethernet demands.
 *
 * Return: its length.
 */
size_t claim_build(uint8_t *at, const struct claim *claim)
{
	bool is_arp = claim->target.family == AF_INET;
	struct ethernet frame = {
		.dst = claim->eth_dst,
		.src = claim->eth_src,
		.type = is_arp ? ETHERNET_ARP : ETHERNET_IPV6,
	};
	size_t length;

	memset(at, 0, CLAIM_BUILD_MAX);
	length = ethernet_build(at, &frame);
	length += is_arp ? build_arp(at + length, claim) : build_ndp(at + length, claim);
	return length < ETHERNET_MIN ? ETHERNET_MIN : length;
}
