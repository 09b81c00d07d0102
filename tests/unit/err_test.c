// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/err.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

static void the_code_comes_back(void **state)
{
	struct err err;

	(void)state;
	assert_int_equal(err_set(&err, -EINVAL, "%s: %d", "width", 7), -EINVAL);
	assert_string_equal(err.text, "width: 7");
	assert_int_equal(err_set(NULL, -ENOENT, "nobody listens to %s", "this"), -ENOENT);
}

static void long_text_is_cut(void **state)
{
	char text[2 * sizeof(struct err)];
	struct err err;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_set(&err, 0, "%s", text);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_code_comes_back),
		cmocka_unit_test(long_text_is_cut),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
