// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * isn: for LD_PRELOAD. The first random number of 4 bytes that a program asks for is the one in the
 * environment's ISN: an initial sequence number of a test's choice.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t getrandom(void *bytes, size_t length, unsigned int flags)
{
	const char *wanted = getenv("ISN");
	unsigned int isn;

	if (!wanted || length != sizeof(isn))
		return syscall(SYS_getrandom, bytes, length, flags);
	isn = (unsigned int)strtoul(wanted, NULL, 0);
	memcpy(bytes, &isn, sizeof(isn));
	unsetenv("ISN");
	return (ssize_t)length;
}
