// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_ENCAP_H
#define NETSONDE_RECORD_ENCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

/* What a hop wraps packets in, as far as it is understood. */
struct encap {
	uint16_t type; /* LWTUNNEL_ENCAP_* */
	bool is_whole; /* nothing of it is missing below */

	/* ip, ip6 */
	bool has_tunnel;
	struct addr src, dst;
	uint64_t id;
	uint8_t ttl, tos; /* of IPv6: hop limit, traffic class */

	/* seg6 */
	bool has_segments;
	uint32_t mode;
	uint32_t segment_count;
	const unsigned char *segments; /* 16 bytes each, the last one first; borrowed */
};

struct addr encap_segment(const struct encap *encap, uint32_t number);

#endif
