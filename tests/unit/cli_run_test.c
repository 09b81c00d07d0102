// SPDX-License-Identifier: GPL-2.0-or-later
/* What every command's main does around its own work: refusing, repeating, concluding. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "cli/run.h"
#include "cli/signals.h"
#include "command.h"
#include "support.h"
#include "unit.h"

struct listing {
	int calls, until; /* the call that fails or stops the command */
	int ret;
	bool stops;
	bool had_header[8];
	struct cli_common common;
};

static int list_once(void *arg, struct err *err)
{
	struct listing *listing = arg;

	listing->had_header[listing->calls++] = !listing->common.no_header;
	if (listing->calls < listing->until)
		return 0;
	if (listing->stops)
		raise(SIGTERM);
	return err_set(err, listing->ret, "call %d", listing->calls);
}

/* A status, with standard error out of the way. */
static int conclude(const struct cli_command *of, int ret)
{
	int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3), file = support_file(NULL, 0), status;
	struct err err = { .text = "it went wrong" };

	dup2(file, STDERR_FILENO);
	status = cli_conclude(of, ret, &err, CLI_EXIT_NO);
	assert_int_equal(lseek(STDERR_FILENO, 0, SEEK_END),
			 ret < 0 && ret != -EPIPE ?
				 (off_t)(strlen(of->name) + strlen(": it went wrong\n")) :
				 0);
	dup2(saved, STDERR_FILENO);
	close(saved);
	close(file);
	return status;
}

static void once_is_once(void **state)
{
	struct listing listing = { .until = 8 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(cli_repeat(&listing.common, true, NULL, list_once, &listing, &err), 0);
	assert_int_equal(listing.calls, 1);
}

static void a_repeated_listing_ends_with_the_first_error(void **state)
{
	struct listing listing = { .until = 3, .ret = -EIO, .common.watch_ms = 1 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(cli_repeat(&listing.common, false, NULL, list_once, &listing, &err), -EIO);
	assert_int_equal(listing.calls, 3);
	assert_string_equal(err.text, "call 3");
}

static void csv_has_one_header(void **state)
{
	struct listing listing = { .until = 3,
				   .ret = -EIO,
				   .common = { .watch_ms = 1, .layout = CLI_LAYOUT_CSV } };
	struct err err = { 0 };

	(void)state;
	cli_repeat(&listing.common, false, NULL, list_once, &listing, &err);
	assert_true(listing.had_header[0]);
	assert_false(listing.had_header[1]);
	assert_false(listing.had_header[2]);
}

static void trouble_is_told_and_has_the_commands_status(void **state)
{
	struct cli_command plugin = { .name = "plugin", .trouble = 3 };

	(void)state;
	assert_int_equal(conclude(&command, 0), CLI_EXIT_NO);
	assert_int_equal(conclude(&command, -EIO), CLI_EXIT_TROUBLE);
	assert_int_equal(conclude(&command, -EPIPE), CLI_EXIT_TROUBLE);
	assert_int_equal(conclude(&plugin, -EIO), 3);
}

static void an_answer_that_cannot_be_written_is_trouble(void **state)
{
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	struct cli_common common = { 0 };
	struct err err = { 0 };
	struct buf out;

	(void)state;
	if (full < 0)
		skip();
	buf_init(&out, full);
	assert_int_equal(cli_not_run(&command, &common, CLI_DONE, &out, &err), CLI_EXIT_OK);
	cli_help(&command, &out);
	assert_int_equal(cli_not_run(&command, &common, CLI_DONE, &out, &err), CLI_EXIT_TROUBLE);
	close(full);
}

/* A wrapper that asks whether the command line is good hears yes or no, by the status alone. */
static void a_check_prints_nothing(void **state)
{
	struct cli_common common = { .compat = CLI_COMPAT_CHECK };
	struct err err = { .text = "it is wrong" };
	struct support_catch caught;
	size_t length;

	(void)state;
	support_catch(&caught);
	cli_help(&command, &caught.out);
	assert_int_equal(cli_not_run(&command, &common, CLI_DONE, &caught.out, &err), CLI_EXIT_OK);
	assert_int_equal(cli_not_run(&command, &common, CLI_RUN, &caught.out, &err), CLI_EXIT_OK);
	assert_int_equal(cli_not_run(&command, &common, -EINVAL, &caught.out, &err), CLI_EXIT_NO);
	assert_int_equal(lseek(caught.out.fd, 0, SEEK_END), 0);
	support_caught(&caught, &length);
	support_release(&caught);
}

static void an_older_programs_ways(void **state)
{
	struct cli_common none = { .layout = CLI_LAYOUT_WIDE };
	struct cli_common names = { .compat = CLI_COMPAT_RUN, .layout = CLI_LAYOUT_WIDE };
	struct cli_common numbers = { .compat = CLI_COMPAT_RUN, .numeric = true };

	(void)state;
	cli_begin_compat(&none);
	assert_int_equal(none.layout, CLI_LAYOUT_WIDE);
	assert_false(none.resolve);
	cli_begin_compat(&names);
	assert_int_equal(names.layout, CLI_LAYOUT_HABIT);
	assert_true(names.resolve);
	cli_begin_compat(&numbers);
	assert_false(numbers.resolve);
}

/* The last test: the signal stays noted. */
static void who_says_stop_is_heard(void **state)
{
	struct listing listing = { .until = 2, .stops = true, .common.watch_ms = 1 };
	struct err err = { 0 };

	(void)state;
	assert_int_equal(cli_catch_stop(), 0);
	assert_int_equal(cli_repeat(&listing.common, false, NULL, list_once, &listing, &err), 0);
	assert_int_equal(listing.calls, 2);
	assert_int_equal(cli_stop_signal(), SIGTERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(once_is_once),
		cmocka_unit_test(a_repeated_listing_ends_with_the_first_error),
		cmocka_unit_test(csv_has_one_header),
		cmocka_unit_test(trouble_is_told_and_has_the_commands_status),
		cmocka_unit_test(an_answer_that_cannot_be_written_is_trouble),
		cmocka_unit_test(a_check_prints_nothing),
		cmocka_unit_test(an_older_programs_ways),
		cmocka_unit_test(who_says_stop_is_heard),
	};

	return cmocka_run_group_tests_name("cli_run", tests, NULL, NULL);
}
