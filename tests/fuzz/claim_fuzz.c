// SPDX-License-Identifier: GPL-2.0-or-later
/* A frame of ARP or neighbour discovery, and what the detector makes of it, twice. */
#include "analysis/guard.h"
#include "fuzz.h"
#include "wire/claim.h"
#include "wire/echo6.h"

static void on_event(const struct link_event *event, void *arg)
{
	(void)arg;
	FUZZ_CHECK(event->kind < EVENT_KIND_COUNT && link_event_names[event->kind]);
	FUZZ_CHECK(event->severity < SEVERITY_COUNT);
	FUZZ_CHECK(event->mac_count <= LINK_EVENT_MACS);
	FUZZ_CHECK(memchr(event->evidence, '\0', sizeof(event->evidence)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct guard guard;
	struct claim claim;
	struct echo6 echo;

	echo6_parse(data, size, &echo);
	if (claim_parse(data, size, &claim) != WIRE_OK)
		return 0;
	FUZZ_CHECK(claim.mac.length == 0 || claim.mac.length == LLADDR_ETHER);
	FUZZ_CHECK(claim.eth_src.length == LLADDR_ETHER && claim.eth_dst.length == LLADDR_ETHER);
	guard_init(&guard, 16, on_event, NULL);
	for (uint64_t second = 1; second <= 2; second++) {
		claim.time_ns = second * 1000000000u;
		guard_claim(&guard, &claim, false);
		claim.eth_src.bytes[5] ^= 1;
		if (claim.mac.length > 0)
			claim.mac.bytes[5] ^= 1;
	}
	guard_finish(&guard);
	guard_fini(&guard);
	return 0;
}
