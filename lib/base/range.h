// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_RANGE_H
#define NETSONDE_BASE_RANGE_H

#include <stdbool.h>

/* When a monitoring plugin is to alert, as its guidelines have it
 * (https://www.monitoring-plugins.org/doc/guidelines.html): outside of start to end, or, with '@',
 * inside, both ends included. */
struct range {
	double start, end; /* -INFINITY, INFINITY where there is none */
	bool is_inside;	   /* alert inside */
};

int range_parse(struct range *range, const char *text);
bool range_alerts(const struct range *range, double value);

#endif
