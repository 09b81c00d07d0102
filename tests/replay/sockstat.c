// SPDX-License-Identifier: GPL-2.0-or-later
/* lib/host/sockstat.h for what plays recordings: how many sockets this host has says nothing about
 * them, and what is asked must be what was asked when they were made. */
#include "host/sockstat.h"

#include <errno.h>

int sockstat_read(struct sockstat *sockstat, struct err *err)
{
	(void)sockstat;
	return err_set(err, -ENODEV, "a recording has no /proc/net/sockstat");
}
