// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/priv.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Whether this is root, and of the whole host: in a user namespace of its own anybody may be root
 * (user_namespaces(7): the initial one maps every number to itself). */
bool priv_is_root(void)
{
	static const char whole[] = "0 0 4294967295";
	char map[64], squeezed[64] = "";
	size_t length = 0;
	ssize_t n;
	int fd;

	if (geteuid() != 0)
		return false;
	fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return true;
	n = read(fd, map, sizeof(map));
	close(fd);
	for (ssize_t i = 0; i < n && map[i] != '\n'; i++)
		if (map[i] != ' ' || (length > 0 && squeezed[length - 1] != ' '))
			squeezed[length++] = map[i];
	return strncmp(squeezed, whole, sizeof(squeezed)) == 0;
}

/* Give up every capability of this process for good, and the ways to get one back by exec.
 *
 * Return: 0 or -errno; on failure the process may still hold what it held.
 */
int priv_drop_all(void)
{
	cap_t none = cap_init();
	int ret = 0;

	if (!none)
		return -ENOMEM;
	if (cap_set_proc(none) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		ret = -errno;
	cap_free(none);
	return ret;
}
