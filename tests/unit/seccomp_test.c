// SPDX-License-Identifier: GPL-2.0-or-later
/* System calls that a command has done with. Each test is a process of its own: there is no way
 * back. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/seccomp.h"
#include "support.h"
#include "unit.h"

static const char *const calls[] = { "getppid", NULL };

/* Run @body confined; what it said on standard error goes to @said.
 *
 * Return: its wait status.
 */
static int confined(int (*body)(void), char *said, size_t size)
{
	int file = support_file(NULL, 0), status;
	ssize_t length;
	pid_t pid = fork();

	if (pid == 0) {
		struct err err = { 0 };

		dup2(file, STDERR_FILENO);
		_exit(seccomp_confine("netsample", calls, &err) < 0 ? 99 : body());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	length = pread(file, said, size - 1, 0);
	said[length > 0 ? length : 0] = '\0';
	close(file);
	return status;
}

static int make_allowed_calls(void)
{
	char *memory = malloc(1 << 20);

	if (!memory)
		return 1;
	memset(memory, 1, 1 << 20);
	free(memory);
	return getppid() > 0 && write(STDERR_FILENO, "fine\n", 5) == 5 ? 0 : 2;
}

static int make_a_socket(void)
{
	for (int i = 0; i < 2; i++)
		if (syscall(SYS_socket, 1, 1, 0) != -1 || errno != ENOSYS)
			return 1;
	return 0;
}

static int map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
			       MAP_FAILED ?
		       0 :
		       1;
}

/* Built without libseccomp, or under a sanitizer, nothing is confined. */
static void need_confinement(void)
{
#ifndef HAVE_LIBSECCOMP
	skip();
#endif
}

static void what_is_listed_goes_on(void **state)
{
	char said[256];

	(void)state;
	setenv("NETSONDE_SECCOMP", "kill", 1);
	assert_int_equal(confined(make_allowed_calls, said, sizeof(said)), 0);
	assert_string_equal(said, "fine\n");
}

static void what_is_not_fails_and_is_said_once(void **state)
{
	char said[256], want[256];

	(void)state;
	need_confinement();
	unsetenv("NETSONDE_SECCOMP");
	assert_int_equal(confined(make_a_socket, said, sizeof(said)), 0);
	snprintf(want, sizeof(want),
		 "netsample: system call %d is not among those it needs: refused\n",
		 (int)SYS_socket);
	assert_string_equal(said, want);
}

static void memory_gets_no_code(void **state)
{
	char said[256];

	(void)state;
	need_confinement();
	unsetenv("NETSONDE_SECCOMP");
	assert_int_equal(confined(map_code, said, sizeof(said)), 0);
	assert_non_null(strstr(said, "refused"));
}

static void in_tests_it_kills(void **state)
{
	char said[256];
	int status;

	(void)state;
	need_confinement();
	setenv("NETSONDE_SECCOMP", "kill", 1);
	status = confined(make_a_socket, said, sizeof(said));
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSYS);
	assert_string_equal(said, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_listed_goes_on),
		cmocka_unit_test(what_is_not_fails_and_is_said_once),
		cmocka_unit_test(memory_gets_no_code),
		cmocka_unit_test(in_tests_it_kills),
	};

	return cmocka_run_group_tests_name("seccomp", tests, NULL, NULL);
}
