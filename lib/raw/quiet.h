// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RAW_QUIET_H
#define NETSONDE_RAW_QUIET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

/* What makes the kernel discard segments to the port unanswered. */
enum quiet_guard {
	QUIET_TTL = 1,	  /* those of a hop limit below 255 */
	QUIET_KEY = 2,	  /* those without a signature, of the peer */
	QUIET_FILTER = 4, /* all */
};

/* A local TCP port at which the kernel's own TCP stays quiet. */
struct quiet {
	int fd;
	uint16_t port;
	unsigned int guards; /* enum quiet_guard */
};

int quiet_open(struct quiet *quiet, const struct addr *source, const struct addr *peer,
	       const char *device, struct err *err);
bool quiet_is_tight(const struct quiet *quiet);
void quiet_close(struct quiet *quiet);

#endif
