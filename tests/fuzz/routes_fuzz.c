// SPDX-License-Identifier: GPL-2.0-or-later
/* A message about a route, without its header. */
#include <linux/rtnetlink.h>

#include "fuzz.h"
#include "host/encaps.h"
#include "host/routes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message = fuzz_message(RTM_NEWROUTE, data, size);
	struct route_hops hops = { 0 };
	struct encap encap;
	struct route route;

	if (routes_parse(message, &route, &hops)) {
		FUZZ_CHECK(route.dst.addr.family == AF_INET || route.dst.addr.family == AF_INET6);
		FUZZ_CHECK(route.dst.length <= (route.dst.addr.family == AF_INET ? 32 : 128));
		for (uint32_t i = 0; i < route.hop_count; i++) {
			FUZZ_CHECK(route.hops[i].weight > 0);
			FUZZ_CHECK(!route.hops[i].encap_length || route.hops[i].encap);
			encaps_parse(&encap, route.hops[i].encap_type, route.hops[i].encap,
				     route.hops[i].encap_length);
			FUZZ_CHECK(!encap.has_segments || encap.segments);
		}
	}
	route_hops_fini(&hops);
	free(message);
	return 0;
}
