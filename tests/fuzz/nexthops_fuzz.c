// SPDX-License-Identifier: GPL-2.0-or-later
/* A message about a nexthop object, without its header; then its tunnel. */
#include <linux/rtnetlink.h>

#include "fuzz.h"
#include "host/encaps.h"
#include "host/nexthops.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message = fuzz_message(RTM_NEWNEXTHOP, data, size);
	struct nexthop nexthop;
	struct encap encap;

	if (nexthops_parse(message, &nexthop)) {
		FUZZ_CHECK(nexthop.id != 0);
		for (uint32_t i = 0; i < nexthop.member_count; i++)
			FUZZ_CHECK(nexthops_member(&nexthop, i).weight > 0);
		encaps_parse(&encap, nexthop.encap_type, nexthop.encap, nexthop.encap_length);
		FUZZ_CHECK(!encap.has_segments || encap.segment_count > 0);
		for (uint32_t i = 0; i < encap.segment_count; i++)
			FUZZ_CHECK(encap_segment(&encap, i).family == AF_INET6);
	}
	free(message);
	return 0;
}
