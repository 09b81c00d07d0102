// SPDX-License-Identifier: GPL-2.0-or-later
/* The trie held against a look through all prefixes. */
#include "analysis/poptrie.h"

#include <stdlib.h>
#include <string.h>

#include "support.h"
#include "unit.h"

#define PREFIXES 3000
#define LOOK_UPS 20000

static struct addr random_addr(struct support_random *random, uint8_t family, unsigned int spread)
{
	struct addr addr = { .family = family };
	uint64_t bits[2] = { support_random(random), support_random(random) };

	/* crowded, so that prefixes nest */
	memcpy(addr.bytes, bits, family == AF_INET ? 4 : 16);
	for (unsigned int i = 0; i < spread; i++)
		addr.bytes[i] &= 3;
	return addr;
}

static uint32_t find_slowly(const struct prefix *prefixes, const uint32_t *metrics, size_t count,
			    const struct addr *addr)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < count; i++) {
		if (!prefix_contains(&prefixes[i], addr))
			continue;
		if (best == SIZE_MAX || prefixes[i].length > prefixes[best].length ||
		    (prefixes[i].length == prefixes[best].length && metrics[i] < metrics[best]))
			best = i;
	}
	return best == SIZE_MAX ? 0 : (uint32_t)best + 1;
}

/* Many at once find what each finds alone. */
static void compare_many(const struct poptrie *trie, struct support_random *random, uint8_t family)
{
	for (size_t count = 1; count <= POPTRIE_MANY; count++) {
		const struct addr *addrs[POPTRIE_MANY];
		struct addr storage[POPTRIE_MANY];
		uint32_t values[POPTRIE_MANY];

		for (size_t i = 0; i < count; i++) {
			storage[i] = random_addr(random, family, family == AF_INET ? 3 : 15);
			addrs[i] = &storage[i];
		}
		poptrie_find_many(trie, addrs, count, values);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(values[i], poptrie_find(trie, addrs[i]));
	}
}

static void compare(uint8_t family, uint64_t seed, bool with_default)
{
	struct support_random random = { seed };
	struct prefix *prefixes = calloc(PREFIXES, sizeof(*prefixes));
	struct poptrie_entry *entries = calloc(PREFIXES, sizeof(*entries));
	uint32_t *metrics = calloc(PREFIXES, sizeof(*metrics));
	unsigned int bits = family == AF_INET ? 32 : 128;
	struct poptrie trie;

	assert_true(prefixes && entries && metrics);
	for (uint32_t i = 0; i < PREFIXES; i++) {
		struct addr addr = random_addr(&random, family, family == AF_INET ? 3 : 15);
		uint8_t length = (uint8_t)(support_random(&random) % bits + 1);

		prefixes[i] = prefix_of(&addr, i == 0 && with_default ? 0 : length);
		metrics[i] = (uint32_t)(support_random(&random) % 3);
		entries[i] = poptrie_entry_of(&prefixes[i], metrics[i], i + 1);
	}
	poptrie_init(&trie);
	assert_int_equal(poptrie_build(&trie, entries, PREFIXES), 0);
	for (int i = 0; i < LOOK_UPS; i++) {
		struct addr addr = random_addr(&random, family, family == AF_INET ? 3 : 15);

		assert_int_equal(poptrie_find(&trie, &addr),
				 find_slowly(prefixes, metrics, PREFIXES, &addr));
	}
	compare_many(&trie, &random, family);
	assert_true(poptrie_bytes(&trie) >= 65536 * sizeof(uint32_t));
	poptrie_fini(&trie);
	free(prefixes);
	free(entries);
	free(metrics);
}

static void ipv4_as_a_plain_search(void **state)
{
	(void)state;
	compare(AF_INET, 11, false);
	compare(AF_INET, 12, true);
}

static void ipv6_as_a_plain_search(void **state)
{
	(void)state;
	compare(AF_INET6, 13, false);
	compare(AF_INET6, 14, true);
}

static void an_empty_trie_finds_nothing(void **state)
{
	struct addr addr = { .family = AF_INET };
	struct poptrie trie;

	(void)state;
	poptrie_init(&trie);
	assert_int_equal(poptrie_find(&trie, &addr), 0);
	assert_int_equal(poptrie_build(&trie, NULL, 0), 0);
	assert_int_equal(poptrie_find(&trie, &addr), 0);
	poptrie_fini(&trie);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ipv4_as_a_plain_search),
		cmocka_unit_test(ipv6_as_a_plain_search),
		cmocka_unit_test(an_empty_trie_finds_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
