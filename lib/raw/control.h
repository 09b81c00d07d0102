// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RAW_CONTROL_H
#define NETSONDE_RAW_CONTROL_H

#include <time.h> /* before errqueue.h, which lacks it */
#include <linux/errqueue.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/addr.h"

/* Room for what comes beside a message. */
#define CONTROL_SIZE 512

uint64_t control_stamp_ns(const struct cmsghdr *head);
uint64_t control_hardware_ns(const struct cmsghdr *head);
bool control_number(const struct cmsghdr *head, int v4_type, int v6_type, int *value);
const struct sock_extended_err *control_error(struct msghdr *message);
struct addr control_offender(const struct sock_extended_err *error, const struct msghdr *message);

#endif
