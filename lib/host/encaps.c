// SPDX-License-Identifier: GPL-2.0-or-later
/* Lightweight tunnels: include/uapi/linux/lwtunnel.h, seg6_iptunnel.h, seg6.h. */
#include "host/encaps.h"

#include <endian.h>
#include <linux/lwtunnel.h>
#include <linux/seg6_iptunnel.h>
#include <string.h>

#include "host/nl.h"

/* The attributes of IPv4's and IPv6's tunnels have the same numbers. */
static void parse_tunnel(struct encap *encap, uint8_t family, const unsigned char *bytes,
			 size_t length)
{
	const struct nlattr *attr;

	encap->has_tunnel = true;
	encap->src.family = family;
	encap->dst.family = family;
	nl_for_each_inner(attr, bytes, length) {
		const unsigned char *payload = mnl_attr_get_payload(attr);
		uint16_t size = mnl_attr_get_payload_len(attr), type = mnl_attr_get_type(attr);

		if (type == LWTUNNEL_IP_ID && size >= sizeof(encap->id)) {
			memcpy(&encap->id, payload, sizeof(encap->id));
			encap->id = be64toh(encap->id);
		} else if (type == LWTUNNEL_IP_DST) {
			nl_attr_addr(attr, family, &encap->dst);
		} else if (type == LWTUNNEL_IP_SRC) {
			nl_attr_addr(attr, family, &encap->src);
		} else if (type == LWTUNNEL_IP_TTL && size >= 1) {
			encap->ttl = payload[0];
		} else if (type == LWTUNNEL_IP_TOS && size >= 1) {
			encap->tos = payload[0];
		} else if (type != LWTUNNEL_IP_FLAGS || size < 2 || payload[0] || payload[1]) {
			encap->is_whole = false; /* options, or flags that are set */
		}
	}
}

/* A mode, then a segment routing header (RFC 8754 section 2). */
static void parse_segments(struct encap *encap, const unsigned char *bytes, size_t length)
{
	const size_t fixed = sizeof(struct seg6_iptunnel_encap), header = 8;
	const struct nlattr *attr;

	encap->is_whole = false;
	nl_for_each_inner(attr, bytes, length) {
		const unsigned char *payload = mnl_attr_get_payload(attr);
		size_t size = mnl_attr_get_payload_len(attr), count;

		if (mnl_attr_get_type(attr) != SEG6_IPTUNNEL_SRH || size < fixed + header)
			continue;
		count = payload[fixed + 4] + 1u; /* "last entry" */
		if ((size - fixed - header) / 16 < count)
			continue;
		encap->mode = nl_attr_u32(attr);
		encap->segment_count = (uint32_t)count;
		encap->segments = payload + fixed + header;
		encap->has_segments = true;
		encap->is_whole = size == fixed + header + 16 * count;
	}
}

/* Read the @length bytes of attributes at @bytes (0: NULL is fine), RTA_ENCAP or NHA_ENCAP, of a
 * tunnel of @type. @encap borrows from them. What is not understood leaves is_whole false. */
void encaps_parse(struct encap *encap, uint16_t type, const unsigned char *bytes, size_t length)
{
	static const unsigned char none[1];

	if (!length)
		bytes = none;
	*encap = (struct encap){ .type = type, .is_whole = true };
	if (type == LWTUNNEL_ENCAP_IP)
		parse_tunnel(encap, AF_INET, bytes, length);
	else if (type == LWTUNNEL_ENCAP_IP6)
		parse_tunnel(encap, AF_INET6, bytes, length);
	else if (type == LWTUNNEL_ENCAP_SEG6)
		parse_segments(encap, bytes, length);
	else
		encap->is_whole = false;
}
