// SPDX-License-Identifier: GPL-2.0-or-later
/* What commands share beyond options: colour or not, and messages on standard error. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/common.h"
#include "cli/message.h"
#include "support.h"
#include "unit.h"

static void colour_is_asked_for_or_up_to_the_terminal(void **state)
{
	int file = support_file(NULL, 0);

	(void)state;
	unsetenv("NO_COLOR");
	setenv("TERM", "xterm", 1);
	assert_null(cli_palette(CLI_COLOR_NEVER, file));
	assert_non_null(cli_palette(CLI_COLOR_ALWAYS, file));
	assert_null(cli_palette(CLI_COLOR_AUTO, file));
	close(file);
}

/* On a terminal of our own: no look at whatever the tests themselves run on. */
static void a_terminal_has_colour_unless_told_otherwise(void **state)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);

	(void)state;
	if (terminal < 0 || !isatty(terminal))
		skip();
	unsetenv("NO_COLOR");
	setenv("TERM", "xterm", 1);
	assert_non_null(cli_palette(CLI_COLOR_AUTO, terminal));
	setenv("NO_COLOR", "", 1); /* no-color.org: "when present and not an empty string" */
	assert_non_null(cli_palette(CLI_COLOR_AUTO, terminal));
	setenv("NO_COLOR", "1", 1);
	assert_null(cli_palette(CLI_COLOR_AUTO, terminal));
	assert_non_null(cli_palette(CLI_COLOR_ALWAYS, terminal));
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	assert_null(cli_palette(CLI_COLOR_AUTO, terminal));
	unsetenv("TERM");
	assert_null(cli_palette(CLI_COLOR_AUTO, terminal));
	close(terminal);
}

static void every_tint_has_a_sequence(void **state)
{
	const struct palette *palette = cli_palette(CLI_COLOR_ALWAYS, STDOUT_FILENO);

	(void)state;
	for (int i = 0; i < TINT_COUNT; i++)
		assert_non_null(palette->sequence[i]);
}

/* What cli_message() writes for @text, in @got. */
static void catch_message(const char *text, char *got, size_t size)
{
	int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3), file = support_file(NULL, 0);
	ssize_t length;

	assert_true(saved >= 0);
	assert_int_equal(dup2(file, STDERR_FILENO), STDERR_FILENO);
	cli_message("netsample", "'%s' is wrong", text);
	assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	close(saved);
	length = pread(file, got, size - 1, 0);
	assert_true(length >= 0);
	got[length] = '\0';
	close(file);
}

static void a_message_is_one_harmless_line(void **state)
{
	char got[8192];

	(void)state;
	catch_message("a", got, sizeof(got));
	assert_string_equal(got, "netsample: 'a' is wrong\n");
	catch_message("a\nb\033[2J\xe2\x80\xae\xff", got, sizeof(got));
	assert_string_equal(got, "netsample: 'a\\x0ab\\x1b[2J\\u202e\\xff' is wrong\n");
}

static void a_long_message_is_cut(void **state)
{
	char text[5000], got[8192];

	(void)state;
	for (int byte = 0; byte < 2; byte++) {
		memset(text, byte ? '\n' : 'x', sizeof(text) - 1);
		text[sizeof(text) - 1] = '\0';
		catch_message(text, got, sizeof(got));
		assert_in_range(strlen(got), 1000, 4096);
		assert_ptr_equal(strchr(got, '\n'), got + strlen(got) - 1);
	}
}

/* There is nobody left to tell. */
static void a_closed_standard_error_does_no_harm(void **state)
{
	int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);

	(void)state;
	assert_true(saved >= 0);
	close(STDERR_FILENO);
	cli_message("netsample", "nobody reads this");
	assert_int_equal(dup2(saved, STDERR_FILENO), STDERR_FILENO);
	close(saved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(colour_is_asked_for_or_up_to_the_terminal),
		cmocka_unit_test(a_terminal_has_colour_unless_told_otherwise),
		cmocka_unit_test(every_tint_has_a_sequence),
		cmocka_unit_test(a_message_is_one_harmless_line),
		cmocka_unit_test(a_long_message_is_cut),
		cmocka_unit_test(a_closed_standard_error_does_no_harm),
	};

	return cmocka_run_group_tests_name("cli_output", tests, NULL, NULL);
}
