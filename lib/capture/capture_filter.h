// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_CAPTURE_CAPTURE_FILTER_H
#define NETSONDE_CAPTURE_CAPTURE_FILTER_H

#include "base/err.h"

/* An expression of pcap-filter(7), made ready for every link layer that is read: which one a file
 * has is only known when it is open, and by then names cannot be looked up any more. */
struct capture_filter {
	void *programs; /* NULL: everything passes */
};

int capture_filter_compile(struct capture_filter *filter, const char *expression, struct err *err);
void capture_filter_free(struct capture_filter *filter);

#endif
