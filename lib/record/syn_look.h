// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_SYN_LOOK_H
#define NETSONDE_RECORD_SYN_LOOK_H

#include <stdint.h>

#include "record/syn_counters.h"

/* The settings that decide what becomes of a SYN, in the order of syn_sysctl_paths. */
enum syn_sysctl {
	SYN_SYSCTL_COOKIES,	   /* 0 never, 1 when the SYN queue is full, 2 always */
	SYN_SYSCTL_MAX_BACKLOG,	   /* of SYN queues; matters only without cookies */
	SYN_SYSCTL_SYNACK_RETRIES, /* how often a SYN-ACK is sent again */
	SYN_SYSCTL_SOMAXCONN,	   /* most that listen() may ask for */
	SYN_SYSCTL_ABORT,	   /* RST in place of silence when the accept queue is full */
	SYN_SYSCTL_FASTOPEN,
	SYN_SYSCTL_RP_FILTER, /* of "all" */
	SYN_SYSCTL_COUNT,
};

#define SYN_SYSCTL_UNKNOWN UINT64_MAX

/* What a look could not see. */
enum syn_gap {
	SYN_GAP_COUNTERS = 1u << 0,   /* /proc/net/netstat or snmp */
	SYN_GAP_SYSCTLS = 1u << 1,    /* /proc/sys/net */
	SYN_GAP_LISTENERS = 1u << 2,  /* the dump of listeners failed or was cut short */
	SYN_GAP_HALF_OPENS = 1u << 3, /* the dump of half-open connections likewise */
	SYN_GAP_MEMORY = 1u << 4,     /* more listeners than could be remembered */
};

/* One look at a network namespace. The listeners and half-open connections that belong to it,
 * struct sock in the states LISTEN and SYN_RECV, are not kept in it: they stream past, for there
 * may be very many. */
struct syn_look {
	uint64_t real_ns; /* when, CLOCK_REALTIME */
	uint64_t mono_ns; /* when, CLOCK_MONOTONIC */
	struct syn_counters counters;
	uint64_t sysctls[SYN_SYSCTL_COUNT];
	unsigned int gaps; /* enum syn_gap */
};

/* Below /proc/sys/net/: "ipv4/tcp_syncookies". */
extern const char *const syn_sysctl_paths[SYN_SYSCTL_COUNT];

#endif
