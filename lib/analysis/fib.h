// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_FIB_H
#define NETSONDE_ANALYSIS_FIB_H

#include <stdbool.h>

#include "record/flow.h"
#include "record/route.h"

/* What a flow is to a route. */
enum fib_verdict {
	FIB_FITS,
	FIB_OUTSIDE,	  /* its destination is not in the route's prefix */
	FIB_OTHER_SOURCE, /* IPv6: nor its source in the route's other one */
	FIB_OTHER_TOS,
	FIB_OTHER_DEVICE, /* no hop on the device that it is bound to */
	FIB_DEAD,	  /* no hop whose device is up */
	FIB_EXPIRED,
	FIB_HIDDEN, /* IPv6: there are routes for certain sources to the same prefix */
	FIB_VERDICT_COUNT,
};

extern const char *const fib_verdict_texts[FIB_VERDICT_COUNT];

enum fib_verdict fib_judge(const struct route *route, const struct flow *flow);
bool fib_is_better(const struct route *route, const struct route *best);

#endif
