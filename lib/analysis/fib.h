// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_FIB_H
#define NETSONDE_ANALYSIS_FIB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	FIB_FAILED, /* IPv6: no hop whose gateway answers */
	FIB_VERDICT_COUNT,
};

extern const char *const fib_verdict_texts[FIB_VERDICT_COUNT];

enum fib_verdict fib_judge(const struct route *route, const struct flow *flow);

/* A route that covers a destination, in the kernel's order. */
struct fib_choice {
	const struct route *route;
	enum fib_verdict verdict;
	const bool *is_failed; /* as many as it has hops: whether its gateway does not answer */
};

#define FIB_NONE SIZE_MAX

size_t fib_choose(struct fib_choice *choices, size_t count, const struct flow *flow,
		  bool wants_reachable);

#endif
