// SPDX-License-Identifier: GPL-2.0-or-later
/* A packet as the wire sampler gets it: its Ethernet type, then its bytes from the network header
 * on. */
#include "analysis/syn_tally.h"
#include "fuzz.h"
#include "wire/syn.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct syn_tally tally;
	struct syn_tally_report reports[4], all;
	size_t length = size < 2 ? 0 : size - 2;
	uint8_t *bytes = malloc(length ? length : 1);
	struct syn syn;

	if (!bytes)
		abort();
	if (!tally.pending && syn_tally_init(&tally, 1) < 0)
		abort();
	if (size < 2)
		goto out;
	memcpy(bytes, data + 2, length);
	if (syn_parse(wire_get_u16(data), bytes, length, length, &syn) != WIRE_OK)
		goto out;
	FUZZ_CHECK(syn.source.family == syn.dest.family);
	FUZZ_CHECK(syn.source.family == AF_INET || syn.source.family == AF_INET6);
	FUZZ_CHECK(syn.weight == 1);
	syn_tally_clear(&tally);
	syn_tally_add(&tally, &syn);
	syn_tally_all(&tally, &all);
	FUZZ_CHECK(all.syns == !syn.is_ack);
	FUZZ_CHECK(syn_tally_listeners(&tally, reports, 4) == all.syns);
	FUZZ_CHECK(all.sources == (double)all.syns);
out:
	free(bytes);
	return 0;
}
