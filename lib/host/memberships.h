// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_MEMBERSHIPS_H
#define NETSONDE_HOST_MEMBERSHIPS_H

#include <stdbool.h>

#include "base/err.h"
#include "record/membership.h"

/* Called with each membership, which it borrows.
 *
 * Return: 0 to go on, a positive number to stop, -errno to fail.
 */
typedef int membership_fn(const struct membership *membership, void *arg);

/* What a line of /proc/net/igmp is. */
enum memberships_line {
	MEMBERSHIPS_BAD,
	MEMBERSHIPS_INTERFACE, /* the groups that follow are this one's */
	MEMBERSHIPS_GROUP,
};

int memberships_list(uint8_t family, membership_fn *on_row, void *arg, struct err *err);
enum memberships_line memberships_parse_igmp(const char *line, struct membership *membership);
bool memberships_parse_igmp6(const char *line, struct membership *membership);

#endif
