// SPDX-License-Identifier: GPL-2.0-or-later
/* The system calls that a command may still make once its sockets are open and bytes from outside
 * are about to be read.
 *
 * A call that is on no list is refused with ENOSYS, and said once on standard error: a C library
 * that begins to use another call makes a command tell, not fall silent. In the environment of
 * whoever runs it, NETSONDE_SECCOMP=kill makes that the end of the process, as the tests want it;
 * NETSONDE_SECCOMP=off is for debuggers, which put calls of their own into a process.
 */
#include "base/seccomp.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#ifdef HAVE_LIBSECCOMP

#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/text.h"

/* Where a signal handler finds what the interrupted system call is to return. Elsewhere a call is
 * refused without a word. */
#if defined(__x86_64__)
#define RESULT(context) ((context)->uc_mcontext.gregs[REG_RAX])
#elif defined(__i386__)
#define RESULT(context) ((context)->uc_mcontext.gregs[REG_EAX])
#elif defined(__aarch64__)
#define RESULT(context) ((context)->uc_mcontext.regs[0])
#elif defined(__arm__)
#define RESULT(context) ((context)->uc_mcontext.arm_r0)
#elif defined(__riscv)
#define RESULT(context) ((context)->uc_mcontext.__gregs[REG_A0])
#elif defined(__s390x__)
#define RESULT(context) ((context)->uc_mcontext.gregs[2])
#endif

/* What every program does by way of its C library: memory, of which qsort() asks how much there is,
 * time, output, threads, signals, its end. Names that an architecture does not have are passed
 * over. */
static const char *const every_program[] = {
	"read",
	"write",
	"writev",
	"close",
	"lseek",
	"_llseek",
	"fstat",
	"fstat64",
	"newfstatat",
	"fstatat64",
	"fcntl",
	"fcntl64",
	"brk",
	"munmap",
	"mremap",
	"madvise",
	"sysinfo",
	"clock_gettime",
	"clock_gettime64",
	"clock_nanosleep",
	"clock_nanosleep_time64",
	"nanosleep",
	"gettimeofday",
	"time",
	"poll",
	"ppoll",
	"ppoll_time64",
	"futex",
	"futex_time64",
	"set_robust_list",
	"rseq",
	"membarrier",
	"sched_yield",
	"gettid",
	"rt_sigaction",
	"rt_sigprocmask",
	"rt_sigreturn",
	"sigreturn",
	"restart_syscall",
	"getpid",
	"tgkill",
	"kill",
	"wait4",
	"getrandom",
	"exit",
	"exit_group",
	NULL,
};

/* The same, for what may be asked of them: memory without code in it, questions to a terminal. */
static const struct {
	const char *call;
	struct scmp_arg_cmp argument;
} every_program_if[] = {
	{ "mmap", { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 } },
	{ "mmap2", { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 } },
	{ "mprotect", { 2, SCMP_CMP_MASKED_EQ, PROT_EXEC, 0 } },
	{ "ioctl", { 1, SCMP_CMP_EQ, TCGETS, 0 } },
	{ "ioctl", { 1, SCMP_CMP_EQ, TIOCGWINSZ, 0 } },
};

#ifdef RESULT
/* "COMMAND: system call ": a signal handler has no other way to be told. */
static char refusal[64];

static void refuse(int number, siginfo_t *info, void *context)
{
	static volatile sig_atomic_t was_said;
	char line[128];
	size_t length = text_copy(line, sizeof(line), refusal);
	ssize_t written;

	(void)number;
	RESULT((ucontext_t *)context) = -ENOSYS;
	if (was_said)
		return;
	was_said = 1;
	length = (size_t)(text_u64(line + length, (uint64_t)(unsigned int)info->si_syscall) - line);
	length += text_copy(line + length, sizeof(line) - length,
			    " is not among those it needs: refused\n");
	written = write(STDERR_FILENO, line, length);
	(void)written;
}

/* Return: what becomes of a call that is on no list. */
static uint32_t catch_refusals(const char *command)
{
	struct sigaction action = { .sa_sigaction = refuse, .sa_flags = SA_SIGINFO };
	size_t length = text_copy(refusal, 32, command);

	text_copy(refusal + length, sizeof(refusal) - length, ": system call ");
	return sigaction(SIGSYS, &action, NULL) < 0 ? SCMP_ACT_ERRNO(ENOSYS) : SCMP_ACT_TRAP;
}
#else
static uint32_t catch_refusals(const char *command)
{
	(void)command;
	return SCMP_ACT_ERRNO(ENOSYS);
}
#endif

static int allow(scmp_filter_ctx filter, const char *call, const struct scmp_arg_cmp *argument)
{
	int number = seccomp_syscall_resolve_name(call);

	if (number == __NR_SCMP_ERROR)
		return 0;
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, argument ? 1 : 0, argument);
}

static int fill(scmp_filter_ctx filter, const char *const *calls)
{
	const size_t conditions = sizeof(every_program_if) / sizeof(every_program_if[0]);
	int ret = 0;

	for (size_t i = 0; every_program[i] && ret == 0; i++)
		ret = allow(filter, every_program[i], NULL);
	for (size_t i = 0; i < conditions && ret == 0; i++)
		ret = allow(filter, every_program_if[i].call, &every_program_if[i].argument);
	for (size_t i = 0; calls[i] && ret == 0; i++)
		ret = allow(filter, calls[i], NULL);
	return ret;
}

/* From now on this thread, and threads it begins, may make only the system calls that every program
 * needs and those named in @calls, a list that NULL ends. @command is who says so when another one
 * is refused. It needs, and sets, no_new_privs. A kernel without seccomp filters (prctl(2)) is no
 * failure: there is nothing to set then.
 *
 * Return: 0, or -errno with @err.
 */
int seccomp_confine(const char *command, const char *const *calls, struct err *err)
{
	const char *wish = secure_getenv("NETSONDE_SECCOMP");
	bool kills = wish && strcmp(wish, "kill") == 0;
	scmp_filter_ctx filter;
	int ret;

	if (wish && strcmp(wish, "off") == 0)
		return 0;
	tzset(); /* or gmtime_r() would look for the time zone's file later on */
	filter = seccomp_init(kills ? SCMP_ACT_KILL_PROCESS : catch_refusals(command));
	if (!filter)
		return err_set(err, -ENOMEM, "out of memory");
	ret = fill(filter, calls);
	if (ret == 0)
		ret = seccomp_load(filter);
	seccomp_release(filter);
	if (ret == -ECANCELED) /* the kernel's no, in libseccomp's words */
		return 0;
	return ret < 0 ? err_set(err, ret, "seccomp: %s", strerror(-ret)) : 0;
}

#else

int seccomp_confine(const char *command, const char *const *calls, struct err *err)
{
	(void)command;
	(void)calls;
	(void)err;
	return 0;
}

#endif
