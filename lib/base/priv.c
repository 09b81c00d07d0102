// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/priv.h"

#include <errno.h>
#include <sys/capability.h>
#include <sys/prctl.h>

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
