// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/memberships.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "unit.h"

/* The line lies on the heap, exactly that long, so that a sanitizer sees a byte too many. */
static enum memberships_line igmp(const char *line, struct membership *membership)
{
	char *copy = strdup(line);
	enum memberships_line kind;

	assert_non_null(copy);
	kind = memberships_parse_igmp(copy, membership);
	free(copy);
	return kind;
}

static bool igmp6(const char *line, struct membership *membership)
{
	char *copy = strdup(line);
	bool is_row;

	assert_non_null(copy);
	is_row = memberships_parse_igmp6(copy, membership);
	free(copy);
	return is_row;
}

static void groups_follow_their_interface(void **state)
{
	static const uint8_t bytes[] = { 0xfb, 0x00, 0x00, 0xe0 };
	struct membership membership = { .name = "" };

	(void)state;
	assert_int_equal(igmp("4294967295\tabcdefghijklmno:     1      V3", &membership),
			 MEMBERSHIPS_INTERFACE);
	assert_string_equal(membership.name, "abcdefghijklmno");
	assert_int_equal(igmp("7\teth0      :     1      V2", &membership), MEMBERSHIPS_INTERFACE);
	assert_int_equal(igmp("\t\t\t\tE00000FB     3 1:00000123\t\t1", &membership),
			 MEMBERSHIPS_GROUP);
	assert_string_equal(membership.name, "eth0");
	assert_int_equal(membership.iface, 7);
	assert_int_equal(membership.users, 3);
	assert_int_equal(membership.group.family, AF_INET);
	/* a word of this machine's byte order */
	if (*(const uint8_t *)&(uint16_t){ 1 } == 1)
		assert_memory_equal(membership.group.bytes, bytes, sizeof(bytes));
}

static void a_line_of_igmp6(void **state)
{
	struct membership membership;

	(void)state;
	assert_true(igmp6("4    eth0            ff0200000000000000000001ff000002     2 00000004 0",
			  &membership));
	assert_string_equal(membership.name, "eth0");
	assert_int_equal(membership.iface, 4);
	assert_int_equal(membership.users, 2);
	assert_int_equal(membership.group.family, AF_INET6);
	assert_memory_equal(membership.group.bytes, "\xff\x02\0\0\0\0\0\0\0\0\0\x01\xff\0\0\x02",
			    16);
}

static void bad_lines(void **state)
{
	static const char *const bad[] = {
		"",
		"x",
		"7",
		"7\t",
		"7\t:",
		"7\tabcdefghijklmnop:  1 V3",
		"4294967296\teth0 : 1 V3",
		"-1\teth0 : 1 V3",
		"\t",
		"\t\t\t\tE00000FB",
		"\t\t\t\tE00000FB x",
		"\t\t\t\tX00000FB 1",
		"\t\t\t\tE00000FB 4294967296",
	};
	static const char *const bad6[] = {
		"",
		"4",
		"4 eth0",
		"4 eth0 ff02",
		"4 eth0 ff0200000000000000000001ff00000",
		"4 eth0 ff0200000000000000000001ff000002",
		"4 eth0 ff0200000000000000000001ff000002 x",
		"x eth0 ff0200000000000000000001ff000002 1",
		"4 abcdefghijklmnop ff0200000000000000000001ff000002 1",
	};
	struct membership membership = { .name = "" };

	(void)state;
	/* of no interface yet */
	assert_int_equal(igmp("\t\t\t\tE00000FB     3 1:00000123\t\t1", &membership),
			 MEMBERSHIPS_BAD);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(igmp(bad[i], &membership), MEMBERSHIPS_BAD);
	for (size_t i = 0; i < sizeof(bad6) / sizeof(bad6[0]); i++)
		assert_false(igmp6(bad6[i], &membership));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_follow_their_interface),
		cmocka_unit_test(a_line_of_igmp6),
		cmocka_unit_test(bad_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
