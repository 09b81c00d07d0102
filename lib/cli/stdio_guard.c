// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/stdio_guard.h"

#include <fcntl.h>
#include <unistd.h>

/* Make sure that descriptors 0 to 2 are taken. If one was closed, the next socket would get its
 * number, and output would go there. The placeholder cannot be written to, so that output to a
 * closed standard output fails as it should. */
void cli_guard_stdio(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) < 0)
			open("/", O_RDONLY | O_DIRECTORY);
}
