// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_COUNTERS_H
#define NETSONDE_HOST_COUNTERS_H

#include <stdbool.h>

#include "base/err.h"
#include "record/counter.h"

/* Which file of /proc/net: they come in two forms. */
enum counters_file {
	COUNTERS_SNMP,	  /* IPv4, ICMP, TCP, UDP: a line of names, a line of values */
	COUNTERS_NETSTAT, /* TcpExt, IpExt, MPTcpExt: likewise */
	COUNTERS_SNMP6,	  /* a name and a value a line */
	COUNTERS_SCTP,	  /* likewise */
};

/* Longest name of a group; the kernel's have up to eight characters. */
#define COUNTERS_GROUP_SIZE 32

/* Called with each counter, which it borrows, its texts included.
 *
 * Return: 0 to go on, a positive number to stop, -errno to fail.
 */
typedef int counter_fn(const struct counter *counter, void *arg);

int counters_read(enum counters_file file, counter_fn *on_counter, void *arg, struct err *err);
int counters_parse_pair(char *names, char *values, counter_fn *on_counter, void *arg);
bool counters_parse_line(char *line, char *group, struct counter *counter);

#endif
