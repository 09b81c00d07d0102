// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/mounts.h"

#include <stdlib.h>
#include <string.h>

#include "unit.h"

static void expect(const char *text, const char *type, const char *point)
{
	char *line = strdup(text), *found;

	assert_non_null(line);
	found = mounts_point(line, type);
	if (point)
		assert_string_equal(found, point);
	else
		assert_null(found);
	free(line);
}

static void a_mount_has_its_point(void **state)
{
	(void)state;
	expect("36 35 98:0 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw", "cgroup2",
	       "/sys/fs/cgroup");
	expect("712 24 0:4 net:[4026532500] /run/netns/a rw shared:336 master:1 - nsfs nsfs rw",
	       "nsfs", "/run/netns/a");
	expect("712 24 0:4 net:[4026532500] /run/a rw - nsfs nsfs rw", "nsfs", "/run/a");
	expect("1 2 0:4 / /a\\040b\\134c\\12\\9 rw - nsfs nsfs rw", "nsfs", "/a b\\c\\12\\9");
}

static void others_have_none(void **state)
{
	(void)state;
	expect("36 35 98:0 / /sys/fs/cgroup rw - cgroup cgroup rw", "cgroup2", NULL);
	expect("36 35 98:0 / /sys/fs/cgroup rw - cgroup2", "cgroup2", NULL);
	expect("36 35 98:0 / /a rw - cgroup22 cgroup2 rw", "cgroup2", NULL);
	expect("36 35 98:0 - nsfs nsfs", "nsfs", "nsfs"); /* whoever writes such a line */
	expect("36 - nsfs nsfs", "nsfs", NULL);
	expect(" - nsfs ", "nsfs", NULL);
	expect(" - ", "nsfs", NULL);
	expect("", "nsfs", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mount_has_its_point),
		cmocka_unit_test(others_have_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
