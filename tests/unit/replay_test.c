// SPDX-License-Identifier: GPL-2.0-or-later
/* The replay of policy rules, one decision a row. */
#include "analysis/replay.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

/* clang-format off */
#define PLAIN .family = AF_INET, .suppress_length = RULE_NO_SUPPRESS, \
	      .suppress_group = RULE_NO_SUPPRESS
/* clang-format on */

static struct prefix prefix_from(const char *text)
{
	struct prefix prefix;

	assert_int_equal(prefix_parse(&prefix, text), 0);
	return prefix;
}

/* clang-format off */
static void a_selector_matches_or_says_why_not(void **state)
{
	const struct {
		struct rule rule;
		enum rule_mismatch expected;
	} cases[] = {
		{ { PLAIN }, RULE_MATCHES },
		{ { PLAIN, .iif = "lo" }, RULE_MATCHES },
		{ { PLAIN, .iif = "eth0" }, RULE_OTHER_IIF },
		{ { PLAIN, .oif = "eth1" }, RULE_MATCHES },
		{ { PLAIN, .oif = "eth0" }, RULE_OTHER_OIF },
		{ { PLAIN, .mark = 0x15, .mark_mask = UINT32_MAX }, RULE_MATCHES },
		{ { PLAIN, .mark = 0x10, .mark_mask = 0xf0 }, RULE_MATCHES },
		{ { PLAIN, .mark = 0x20, .mark_mask = 0xf0 }, RULE_OTHER_MARK },
		{ { PLAIN, .mark = 0, .mark_mask = 1 }, RULE_OTHER_MARK },
		{ { PLAIN, .tunnel_id = 7 }, RULE_OTHER_TUNNEL },
		{ { PLAIN, .is_l3mdev = true }, RULE_NO_L3MDEV },
		{ { PLAIN, .has_uids = true, .uid_first = 1000, .uid_last = 1000 }, RULE_MATCHES },
		{ { PLAIN, .has_uids = true, .uid_first = 1001, .uid_last = 2000 },
		  RULE_OTHER_UID },
		{ { PLAIN, .src = prefix_from("10.0.0.0/8") }, RULE_MATCHES },
		{ { PLAIN, .src = prefix_from("11.0.0.0/8") }, RULE_OTHER_SRC },
		{ { PLAIN, .dst = prefix_from("192.0.2.0/24") }, RULE_MATCHES },
		{ { PLAIN, .dst = prefix_from("192.0.3.0/24") }, RULE_OTHER_DST },
		{ { PLAIN, .tos = 0x10 }, RULE_MATCHES },
		{ { PLAIN, .tos = 0x08 }, RULE_OTHER_TOS },
		{ { PLAIN, .dscp = 0x04, .dscp_mask = 0x3f }, RULE_MATCHES },
		{ { PLAIN, .dscp = 0x24, .dscp_mask = 0x3f }, RULE_OTHER_TOS },
		{ { PLAIN, .dscp = 0x24, .dscp_mask = 0x0f }, RULE_MATCHES },
		{ { PLAIN, .proto = 6 }, RULE_MATCHES },
		{ { PLAIN, .proto = 17 }, RULE_OTHER_PROTO },
		{ { PLAIN, .sport = { .is_set = true, .first = 1000, .last = 2000 } },
		  RULE_MATCHES },
		{ { PLAIN, .sport = { .is_set = true, .first = 1001, .last = 2000 } },
		  RULE_OTHER_SPORT },
		{ { PLAIN, .dport = { .is_set = true, .first = 80, .last = 80, .mask = 0xffff } },
		  RULE_MATCHES },
		{ { PLAIN, .dport = { .is_set = true, .first = 0x40, .last = 0x40, .mask = 0xf0 } },
		  RULE_OTHER_DPORT },
		{ { PLAIN, .dport = { .is_set = true, .first = 0x50, .last = 0x50, .mask = 0xf0 } },
		  RULE_MATCHES },
		{ { PLAIN, .flow_label = 5, .flow_label_mask = 0xfffff }, RULE_OTHER_LABEL },
		{ { PLAIN, .is_unknown = true }, RULE_UNKNOWN_SELECTOR },
	};
	struct flow flow = { .mark = 0x15, .uid = 1000, .tos = 0x10, .proto = 6, .sport = 1000,
			     .dport = 80 };
	const struct rule_view view = { .flow = &flow, .iif = "lo", .oif = "eth1" };

	(void)state;
	addr_parse(&flow.dst, "192.0.2.1");
	addr_parse(&flow.src, "10.1.1.1");
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct rule inverted = cases[i].rule;
		enum rule_mismatch mismatch;

		assert_int_equal(rule_match_selectors(&cases[i].rule, &view), cases[i].expected);
		inverted.is_inverted = true;
		assert_int_equal(rule_matches(&inverted, &view, &mismatch),
				 cases[i].expected != RULE_MATCHES);
	}
}

/* clang-format on */
static void without_a_source_only_all_matches(void **state)
{
	struct flow flow = { .dst.family = AF_INET };
	const struct rule_view view = { .flow = &flow, .iif = "lo", .oif = "" };
	const struct rule of_some = { PLAIN, .src = prefix_from("0.0.0.0/1") };
	const struct rule of_all = { PLAIN, .src = prefix_from("0.0.0.0/0") };

	(void)state;
	assert_int_equal(rule_match_selectors(&of_some, &view), RULE_OTHER_SRC);
	assert_int_equal(rule_match_selectors(&of_all, &view), RULE_MATCHES);
}

/* Table N: 1 is empty, 2 has a /16, 3 throws, 4 is unreachable, 5 a default in group 7. */
static int tables(uint32_t table, struct replay_found *found, void *arg)
{
	static const struct {
		uint8_t length, type;
		uint32_t group;
	} known[] = { [2] = { 16, ROUTE_UNICAST, 0 },
		      [3] = { 8, ROUTE_THROW, 0 },
		      [4] = { 24, ROUTE_UNREACHABLE, 0 },
		      [5] = { 0, ROUTE_UNICAST, 7 } };

	++*(unsigned int *)arg;
	if (table == 9)
		return -EIO;
	if (table == 1)
		return 0;
	found->is_found = true;
	found->dst.length = known[table].length;
	found->type = known[table].type;
	found->group = known[table].group;
	found->table = table;
	return 0;
}

/* clang-format off */
#define LOOKUP(priority_of, table_of) \
	PLAIN, .priority = (priority_of), .action = RULE_LOOKUP, .table = (table_of)
#define LOOKUP_ONLY(table_of) \
	.family = AF_INET, .priority = 1, .action = RULE_LOOKUP, .table = (table_of)

static void rules_are_followed_in_order(void **state)
{
	const struct {
		const char *what;
		struct rule rules[4];
		size_t count, decides;
		int error;
		uint32_t table;
		enum replay_outcome first;
	} cases[] = {
		{ "no rule", { { PLAIN } }, 0, REPLAY_NO_RULE, -ENETUNREACH, 0,
		  REPLAY_NOT_REACHED },
		{ "the first with a route", { { LOOKUP(1, 1) }, { LOOKUP(2, 2) } }, 2, 1, 0, 2,
		  REPLAY_WENT_ON },
		{ "none", { { LOOKUP(1, 1) } }, 1, REPLAY_NO_RULE, -ENETUNREACH, 0,
		  REPLAY_WENT_ON },
		{ "throw", { { LOOKUP(1, 3) }, { LOOKUP(2, 2) } }, 2, 1, 0, 2, REPLAY_THROWN },
		{ "throw at the end", { { LOOKUP(1, 3) } }, 1, REPLAY_NO_RULE, -ENETUNREACH, 0,
		  REPLAY_THROWN },
		{ "unreachable", { { LOOKUP(1, 4) }, { LOOKUP(2, 2) } }, 2, 0, -EHOSTUNREACH, 4,
		  REPLAY_DECIDED },
		{ "prohibit", { { PLAIN, .action = RULE_PROHIBIT }, { LOOKUP(2, 2) } }, 2, 0,
		  -EACCES, 0, REPLAY_DECIDED },
		{ "blackhole", { { PLAIN, .action = RULE_BLACKHOLE } }, 1, 0, -EINVAL, 0,
		  REPLAY_DECIDED },
		{ "unreachable by rule", { { PLAIN, .action = RULE_UNREACHABLE } }, 1, 0,
		  -ENETUNREACH, 0, REPLAY_DECIDED },
		{ "nop", { { PLAIN, .action = RULE_NOP }, { LOOKUP(2, 2) } }, 2, 1, 0, 2,
		  REPLAY_WENT_ON },
		{ "goto", { { PLAIN, .priority = 1, .action = RULE_GOTO, .target = 5 },
			    { LOOKUP(2, 2) }, { LOOKUP(5, 5) } }, 3, 2, 0, 5, REPLAY_JUMPED },
		{ "goto nowhere", { { PLAIN, .priority = 1, .action = RULE_GOTO, .target = 6 },
				    { LOOKUP(2, 2) } }, 2, 1, 0, 2, REPLAY_NO_TARGET },
		{ "suppressed length",
		  { { LOOKUP_ONLY(5), .suppress_length = 0, .suppress_group = RULE_NO_SUPPRESS },
		    { LOOKUP(2, 2) } }, 2, 1, 0, 2, REPLAY_SUPPRESSED },
		{ "long enough",
		  { { LOOKUP_ONLY(2), .suppress_length = 15, .suppress_group = RULE_NO_SUPPRESS },
		    { LOOKUP(2, 5) } }, 2, 0, 0, 2, REPLAY_DECIDED },
		{ "suppressed group",
		  { { LOOKUP_ONLY(5), .suppress_length = RULE_NO_SUPPRESS, .suppress_group = 7 },
		    { LOOKUP(2, 2) } }, 2, 1, 0, 2, REPLAY_SUPPRESSED },
		{ "a refusal is not suppressed",
		  { { LOOKUP_ONLY(4), .suppress_length = 32, .suppress_group = RULE_NO_SUPPRESS },
		    { LOOKUP(2, 2) } }, 2, 0, -EHOSTUNREACH, 4, REPLAY_DECIDED },
	};
	struct flow flow = { .dst.family = AF_INET };
	const struct rule_view view = { .flow = &flow, .iif = "lo", .oif = "" };

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct replay_step steps[4] = { 0 };
		struct replay_result result;
		unsigned int asked = 0;

		print_message("# %s\n", cases[i].what);
		assert_int_equal(replay_rules(cases[i].rules, cases[i].count, &view, 0, tables,
					      &asked, steps, &result),
				 0);
		assert_int_equal(result.rule, cases[i].decides);
		assert_int_equal(result.error, cases[i].error);
		assert_int_equal(result.found.table, cases[i].table);
		assert_int_equal(steps[0].outcome, cases[i].first);
	}
}

/* clang-format on */

static void a_vrf_rule_looks_into_its_table(void **state)
{
	const struct rule rule = { PLAIN, .action = RULE_LOOKUP, .is_l3mdev = true };
	struct flow flow = { .dst.family = AF_INET };
	const struct rule_view view = {
		.flow = &flow, .iif = "lo", .oif = "red", .has_l3mdev = true
	};
	struct replay_step step;
	struct replay_result result;
	unsigned int asked = 0;

	(void)state;
	assert_int_equal(replay_rules(&rule, 1, &view, 2, tables, &asked, &step, &result), 0);
	assert_int_equal(result.found.table, 2);
}

static void a_failure_ends_it(void **state)
{
	const struct rule rule = { LOOKUP(1, 9) };
	struct flow flow = { .dst.family = AF_INET };
	const struct rule_view view = { .flow = &flow, .iif = "lo", .oif = "" };
	struct replay_step step;
	struct replay_result result;
	unsigned int asked = 0;

	(void)state;
	assert_int_equal(replay_rules(&rule, 1, &view, 0, tables, &asked, &step, &result), -EIO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_selector_matches_or_says_why_not),
		cmocka_unit_test(without_a_source_only_all_matches),
		cmocka_unit_test(rules_are_followed_in_order),
		cmocka_unit_test(a_vrf_rule_looks_into_its_table),
		cmocka_unit_test(a_failure_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
