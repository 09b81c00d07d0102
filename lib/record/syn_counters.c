// SPDX-License-Identifier: GPL-2.0-or-later
/* Names: net/ipv4/proc.c (snmp4_net_list, snmp4_tcp_list), net/ipv6/proc.c, net/mptcp/mib.c. */
#include "record/syn_counters.h"

#define EXT(which, name) [which] = { "netstat", "TcpExt", name, "TcpExt" name }
#define TCP(which, name) [which] = { "snmp", "Tcp", name, "Tcp" name }

const struct syn_counter_def syn_counter_defs[SYN_COUNTER_COUNT] = {
	EXT(COUNTER_COOKIES_SENT, "SyncookiesSent"),
	EXT(COUNTER_COOKIES_RECV, "SyncookiesRecv"),
	EXT(COUNTER_COOKIES_FAILED, "SyncookiesFailed"),
	EXT(COUNTER_QUEUE_COOKIES, "TCPReqQFullDoCookies"),
	EXT(COUNTER_QUEUE_DROPS, "TCPReqQFullDrop"),
	EXT(COUNTER_LISTEN_OVERFLOWS, "ListenOverflows"),
	EXT(COUNTER_LISTEN_DROPS, "ListenDrops"),
	EXT(COUNTER_EMBRYONIC_RESETS, "EmbryonicRsts"),
	EXT(COUNTER_DEFER_DROPS, "TCPDeferAcceptDrop"),
	EXT(COUNTER_SYN_RETRANS, "TCPSynRetrans"),
	EXT(COUNTER_TIMEOUTS, "TCPTimeouts"),
	EXT(COUNTER_RP_FILTER, "IPReversePathFilter"),
	EXT(COUNTER_DUPLICATE_SYNS, "TCPACKSkippedSynRecv"),
	EXT(COUNTER_FASTOPEN_PASSIVE, "TCPFastOpenPassive"),
	EXT(COUNTER_FASTOPEN_OVERFLOW, "TCPFastOpenListenOverflow"),
	EXT(COUNTER_ABORT_DATA, "TCPAbortOnData"),
	EXT(COUNTER_ABORT_CLOSE, "TCPAbortOnClose"),
	[COUNTER_MPTCP_SYNS] = { "netstat", "MPTcpExt", "MPCapableSYNRX",
				 "MPTcpExtMPCapableSYNRX" },
	TCP(COUNTER_PASSIVE_OPENS, "PassiveOpens"),
	TCP(COUNTER_ATTEMPT_FAILS, "AttemptFails"),
	TCP(COUNTER_RESETS_SENT, "OutRsts"),
	TCP(COUNTER_SEGMENTS_IN, "InSegs"),
	[COUNTER_NO_ROUTES4] = { "snmp", "Ip", "OutNoRoutes", "IpOutNoRoutes" },
	[COUNTER_NO_ROUTES6] = { "snmp6", "Ip6", "Ip6OutNoRoutes", "Ip6OutNoRoutes" },
};

/* Make every counter unknown. */
void syn_counters_init(struct syn_counters *counters)
{
	for (unsigned int i = 0; i < SYN_COUNTER_COUNT; i++)
		counters->values[i] = COUNTER_UNKNOWN;
}

/* How far a counter has come from @before to @after. Those of a 32-bit kernel begin at 0 again
 * after 2^32 - 1. A counter that is lower than before for no such reason belongs to another
 * namespace or another boot.
 *
 * Return: the difference, or COUNTER_UNKNOWN.
 */
uint64_t syn_counter_delta(uint64_t before, uint64_t after)
{
	uint64_t wrapped;

	if (before == COUNTER_UNKNOWN || after == COUNTER_UNKNOWN)
		return COUNTER_UNKNOWN;
	if (after >= before)
		return after - before;
	wrapped = after + (UINT64_C(1) << 32) - before;
	return before <= UINT32_MAX && wrapped <= INT32_MAX ? wrapped : COUNTER_UNKNOWN;
}
