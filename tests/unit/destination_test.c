// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/destination.h"

#include <string.h>
#include <sys/socket.h>

#include "unit.h"

struct order {
	const char *first, *first_source; /* a source may end in "!": deprecated */
	const char *second, *second_source;
	enum destination_rule rule;
};

/* Those with 2001:db8::, 198.51.100.0/24 and 2002:c633:6401:: are RFC 6724's own, section 10.2. */
static const struct order orders[] = {
	{ "2001:db8:1::1", "2001:db8:1::2", "198.51.100.121", "169.254.13.78", DESTINATION_SCOPE },
	{ "198.51.100.121", "198.51.100.117", "2001:db8:1::1", "fe80::1", DESTINATION_SCOPE },
	{ "2001:db8:1::1", "2001:db8:1::2", "10.1.2.3", "10.1.2.4", DESTINATION_PRECEDENCE },
	{ "fe80::1", "fe80::2", "2001:db8:1::1", "2001:db8:1::2", DESTINATION_SMALLER_SCOPE },
	{ "2001:db8:1::1", "2001:db8:1::2", "fe80::1", "fe80::2!", DESTINATION_DEPRECATED },
	{ "2001:db8:1::1", "2001:db8:1::2", "2001:db8:3ffe::1", "2001:db8:3f44::2",
	  DESTINATION_PREFIX },
	{ "2002:c633:6401::1", "2002:c633:6401::2", "2001:db8:1::1", "2002:c633:6401::2",
	  DESTINATION_LABEL },
	{ "2001:db8:1::1", "2001:db8:1::2", "2002:c633:6401::1", "2002:c633:6401::2",
	  DESTINATION_PRECEDENCE },
	{ "10.1.2.3", "10.1.2.4", "fd00::1", "fd00::2", DESTINATION_PRECEDENCE },
	{ "::1", "::1", "127.0.0.1", "127.0.0.1", DESTINATION_PRECEDENCE },
	{ "10.1.2.3", "10.1.2.4", "2001:db8::1", NULL, DESTINATION_UNUSABLE },
	{ "10.1.2.3", NULL, "2001:db8::1", NULL, DESTINATION_UNCHANGED },
	{ "10.1.2.3", "10.1.2.4", "10.1.2.5", "10.1.2.4", DESTINATION_UNCHANGED },
};

static struct destination make(const char *addr, const char *source)
{
	struct destination destination = { .source_length = 64 };
	char text[64] = "";

	assert_int_equal(addr_parse(&destination.addr, addr), 0);
	if (!source)
		return destination;
	strncpy(text, source, sizeof(text) - 1);
	destination.is_deprecated = strchr(text, '!') != NULL;
	text[strcspn(text, "!")] = '\0';
	assert_int_equal(addr_parse(&destination.source, text), 0);
	if (destination.source.family == AF_INET)
		destination.source_length = 24;
	return destination;
}

static void each_rule_decides(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(orders); i++) {
		const struct order *order = &orders[i];
		struct destination first = make(order->first, order->first_source);
		struct destination second = make(order->second, order->second_source);
		bool is_decided = order->rule != DESTINATION_UNCHANGED;

		assert_int_equal(destination_decide(&first, &second), order->rule);
		assert_int_equal(destination_decide(&second, &first),
				 is_decided ? DESTINATION_NO_RULE : DESTINATION_UNCHANGED);
		assert_non_null(destination_reasons[order->rule]);
	}
}

/* What lies behind the source's own prefix is no nearness (RFC 6724 section 2.2). */
static void bits_behind_the_prefix_do_not_count(void **state)
{
	struct destination near = make("2001:db8::1:2", "2001:db8::1:1");
	struct destination far = make("2001:db8::ffff:1", "2001:db8::1:1");

	(void)state;
	assert_int_equal(destination_decide(&near, &far), DESTINATION_UNCHANGED);
	near.source_length = far.source_length = 128;
	assert_int_equal(destination_decide(&near, &far), DESTINATION_PREFIX);
}

/* Scopes of groups are in the address (RFC 4291 section 2.7). */
static void groups_have_their_scope(void **state)
{
	struct destination link = make("ff02::1", "fe80::1"), site = make("ff05::1", "fe80::1");

	(void)state;
	assert_int_equal(destination_decide(&link, &site), DESTINATION_SCOPE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_decides),
		cmocka_unit_test(bits_behind_the_prefix_do_not_count),
		cmocka_unit_test(groups_have_their_scope),
	};

	return cmocka_run_group_tests_name("destination", tests, NULL, NULL);
}
