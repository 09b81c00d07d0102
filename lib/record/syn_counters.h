// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_SYN_COUNTERS_H
#define NETSONDE_RECORD_SYN_COUNTERS_H

#include <stdint.h>

/* The kernel's counters that tell how handshakes end, in the order of syn_counter_defs. All are of
 * one network namespace as a whole; no counter counts the SYNs that arrive. */
enum syn_counter {
	COUNTER_COOKIES_SENT,	  /* SYNs answered by a cookie */
	COUNTER_COOKIES_RECV,	  /* cookies that came back: completed handshakes */
	COUNTER_COOKIES_FAILED,	  /* ACKs that hold no good cookie */
	COUNTER_QUEUE_COOKIES,	  /* the same as sent, also for MPTCP and when cookies are forced */
	COUNTER_QUEUE_DROPS,	  /* SYNs dropped: the SYN queue is full and cookies are off */
	COUNTER_LISTEN_OVERFLOWS, /* SYNs and last ACKs dropped: the accept queue is full */
	COUNTER_LISTEN_DROPS,	  /* all SYNs dropped, overflows included */
	COUNTER_EMBRYONIC_RESETS, /* half-open connections that a RST ended */
	COUNTER_DEFER_DROPS,	  /* bare ACKs ignored for TCP_DEFER_ACCEPT */
	COUNTER_SYN_RETRANS, /* SYNs and SYN-ACKs sent again, those of this host's clients, too */
	COUNTER_TIMEOUTS,    /* retransmission timeouts, of SYN-ACKs, too */
	COUNTER_RP_FILTER,   /* packets that rp_filter dropped */
	COUNTER_DUPLICATE_SYNS,	   /* SYNs of half-open connections, not answered again so soon */
	COUNTER_FASTOPEN_PASSIVE,  /* connections that TCP Fast Open completed at the SYN */
	COUNTER_FASTOPEN_OVERFLOW, /* SYNs beyond a listener's limit of TCP Fast Open */
	COUNTER_ABORT_DATA,	   /* RSTs sent for data that nobody reads */
	COUNTER_ABORT_CLOSE,	   /* RSTs sent for data left unread at close() */
	COUNTER_MPTCP_SYNS,	   /* SYNs with MP_CAPABLE */
	COUNTER_PASSIVE_OPENS,	   /* completed handshakes, by cookies, too */
	COUNTER_ATTEMPT_FAILS,	   /* attempts that a RST ended, this host's own, too */
	COUNTER_RESETS_SENT,	   /* segments with RST */
	COUNTER_SEGMENTS_IN,	   /* TCP segments that arrived */
	COUNTER_NO_ROUTES4,	   /* IPv4 packets dropped: no route */
	COUNTER_NO_ROUTES6,	   /* the same for IPv6 */
	SYN_COUNTER_COUNT,
};

/* Where a counter stands: in the group of lines @group of /proc/net/@file. */
struct syn_counter_def {
	const char *file;  /* netstat, snmp, snmp6 */
	const char *group; /* "TcpExt"; in snmp6 what its names begin with, "Ip6" */
	const char *name;  /* as it stands there, "SyncookiesSent"; in snmp6 "Ip6OutNoRoutes" */
	const char *key;   /* as nstat(8) has it, "TcpExtSyncookiesSent" */
};

/* The counter is not there: an older kernel, or a file that could not be read. Never 0. */
#define COUNTER_UNKNOWN UINT64_MAX

struct syn_counters {
	uint64_t values[SYN_COUNTER_COUNT];
};

extern const struct syn_counter_def syn_counter_defs[SYN_COUNTER_COUNT];

void syn_counters_init(struct syn_counters *counters);
uint64_t syn_counter_delta(uint64_t before, uint64_t after);

#endif
