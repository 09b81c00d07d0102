// SPDX-License-Identifier: GPL-2.0-or-later
/* What netstat says of each counter: the lines of net-tools 2.10, byte for byte.
 *
 * What is not here it shows by the kernel's name, if it is not 0. Among that are some counters for
 * which its source has words: its lists are not in the order that its look-up (a bisection)
 * expects, so that these words have never been seen, and users know the kernel's names. */
#include "words.h"

#include <stddef.h>
#include <string.h>

#include "record/sock.h"

/* clang-format off */
static const struct words ip_words[] = {
	{ "DefaultTTL", NULL, WORDS_NEVER },
	{ "ForwDatagrams", "# forwarded", WORDS_ALWAYS },
	{ "FragCreates", "# fragments created", WORDS_NONZERO },
	{ "FragFails", "# outgoing packets failed fragmentation", WORDS_NONZERO },
	{ "FragOKs", "# outgoing packets fragmented ok", WORDS_NONZERO },
	{ "InAddrErrors", "# with invalid addresses", WORDS_NONZERO },
	{ "InDelivers", "# incoming packets delivered", WORDS_ALWAYS },
	{ "InDiscards", "# incoming packets discarded", WORDS_ALWAYS },
	{ "InHdrErrors", "# with invalid headers", WORDS_NONZERO },
	{ "InReceives", "# total packets received", WORDS_ALWAYS },
	{ "InUnknownProtos", "# with unknown protocol", WORDS_NONZERO },
	{ "OutDiscards", "# outgoing packets dropped", WORDS_NONZERO },
	{ "OutNoRoutes", "# dropped because of missing route", WORDS_NONZERO },
	{ "OutRequests", "# requests sent out", WORDS_ALWAYS },
	{ "ReasmFails", "# packet reassemblies failed", WORDS_NONZERO },
	{ "ReasmOKs", "# packets reassembled ok", WORDS_NONZERO },
	{ "ReasmReqds", "# reassemblies required", WORDS_NONZERO },
	{ "ReasmTimeout", "# fragments dropped after timeout", WORDS_NONZERO },
	{ .name = NULL },
};

static const struct words icmp_words[] = {
	{ "InAddrMaskReps", "address mask replies: #", WORDS_RECEIVED },
	{ "InAddrMasks", "address mask request: #", WORDS_RECEIVED },
	{ "InDestUnreachs", "destination unreachable: #", WORDS_RECEIVED },
	{ "InEchoReps", "echo replies: #", WORDS_RECEIVED },
	{ "InEchos", "echo requests: #", WORDS_RECEIVED },
	{ "InErrors", "# input ICMP message failed", WORDS_ALWAYS },
	{ "InMsgs", "# ICMP messages received", WORDS_ALWAYS },
	{ "InParmProbs", "wrong parameters: #", WORDS_RECEIVED },
	{ "InRedirects", "redirects: #", WORDS_RECEIVED },
	{ "InSrcQuenchs", "source quenches: #", WORDS_RECEIVED },
	{ "InTimeExcds", "timeout in transit: #", WORDS_RECEIVED },
	{ "InTimestampReps", "timestamp reply: #", WORDS_RECEIVED },
	{ "InTimestamps", "timestamp request: #", WORDS_RECEIVED },
	{ "OutAddrMaskReps", "address mask replies: #", WORDS_SENT },
	{ "OutAddrMasks", "address mask requests: #", WORDS_SENT },
	{ "OutDestUnreachs", "destination unreachable: #", WORDS_SENT },
	{ "OutEchoReps", "echo replies: #", WORDS_SENT },
	{ "OutEchos", "echo requests: #", WORDS_SENT },
	{ "OutErrors", "# ICMP messages failed", WORDS_ALWAYS },
	{ "OutMsgs", "# ICMP messages sent", WORDS_ALWAYS },
	{ "OutParmProbs", "wrong parameters: #", WORDS_SENT },
	{ "OutRedirects", "redirect: #", WORDS_SENT },
	{ "OutSrcQuenchs", "source quench: #", WORDS_SENT },
	{ "OutTimeExcds", "time exceeded: #", WORDS_SENT },
	{ "OutTimestampReps", "timestamp replies: #", WORDS_SENT },
	{ "OutTimestamps", "timestamp requests: #", WORDS_SENT },
	{ .name = NULL },
};

static const struct words tcp_words[] = {
	{ "ActiveOpens", "# active connection openings", WORDS_ALWAYS },
	{ "AttemptFails", "# failed connection attempts", WORDS_ALWAYS },
	{ "CurrEstab", "# connections established", WORDS_ALWAYS },
	{ "EstabResets", "# connection resets received", WORDS_ALWAYS },
	{ "InErrs", "# bad segments received", WORDS_ALWAYS },
	{ "InSegs", "# segments received", WORDS_ALWAYS },
	{ "MaxConn", NULL, WORDS_NEVER },
	{ "OutRsts", "# resets sent", WORDS_ALWAYS },
	{ "OutSegs", "# segments sent out", WORDS_ALWAYS },
	{ "PassiveOpens", "# passive connection openings", WORDS_ALWAYS },
	{ "RetransSegs", "# segments retransmitted", WORDS_ALWAYS },
	{ "RtoAlgorithm", NULL, WORDS_NEVER },
	{ "RtoMax", NULL, WORDS_NEVER },
	{ "RtoMin", NULL, WORDS_NEVER },
	{ .name = NULL },
};

static const struct words udp_words[] = {
	{ "InDatagrams", "# packets received", WORDS_ALWAYS },
	{ "InErrors", "# packet receive errors", WORDS_ALWAYS },
	{ "NoPorts", "# packets to unknown port received", WORDS_ALWAYS },
	{ "OutDatagrams", "# packets sent", WORDS_ALWAYS },
	{ "RcvbufErrors", "# receive buffer errors", WORDS_ALWAYS },
	{ "SndbufErrors", "# send buffer errors", WORDS_ALWAYS },
	{ .name = NULL },
};

static const struct words tcp_ext_words[] = {
	{ "DelayedACKLocked",
	  "# delayed acks further delayed because of locked socket", WORDS_NONZERO },
	{ "DelayedACKLost", "Quick ack mode was activated # times", WORDS_NONZERO },
	{ "DelayedACKs", "# delayed acks sent", WORDS_NONZERO },
	{ "EmbryonicRsts", "# resets received for embryonic SYN_RECV sockets", WORDS_NONZERO },
	{ "ListenDrops", "# SYNs to LISTEN sockets dropped", WORDS_NONZERO },
	{ "ListenOverflows", "# times the listen queue of a socket overflowed", WORDS_NONZERO },
	{ "LockDroppedIcmps", "# ICMP packets dropped because socket was locked", WORDS_NONZERO },
	{ "OfoPruned",
	  "# packets dropped from out-of-order queue because of socket buffer overrun",
	  WORDS_NONZERO },
	{ "OutOfWindowIcmps",
	  "# ICMP packets dropped because they were out-of-window", WORDS_NONZERO },
	{ "PAWSActive", "# active connections rejected because of time stamp", WORDS_NONZERO },
	{ "PAWSEstab",
	  "# packets rejected in established connections because of timestamp", WORDS_NONZERO },
	{ "PAWSPassive", "# passive connections rejected because of time stamp", WORDS_NONZERO },
	{ "PruneCalled",
	  "# packets pruned from receive queue because of socket buffer overrun", WORDS_NONZERO },
	{ "RcvPruned", "# packets pruned from receive queue", WORDS_NONZERO },
	{ "SockMallocOOM",
	  "Ran # times out of system memory during packet sending", WORDS_NONZERO },
	{ "SyncookiesFailed", "# invalid SYN cookies received", WORDS_NONZERO },
	{ "SyncookiesRecv", "# SYN cookies received", WORDS_NONZERO },
	{ "SyncookiesSent", "# SYN cookies sent", WORDS_NONZERO },
	{ "TCPAbortFailed", "# times unable to send RST due to no memory", WORDS_NONZERO },
	{ "TCPAbortOnClose", "# connections reset due to early user close", WORDS_NONZERO },
	{ "TCPAbortOnData", "# connections reset due to unexpected data", WORDS_NONZERO },
	{ "TCPAbortOnLinger",
	  "# connections aborted after user close in linger timeout", WORDS_NONZERO },
	{ "TCPAbortOnMemory", "# connections aborted due to memory pressure", WORDS_NONZERO },
	{ "TCPAbortOnSyn", "# connections reset due to unexpected SYN", WORDS_NONZERO },
	{ "TCPAbortOnTimeout", "# connections aborted due to timeout", WORDS_NONZERO },
	{ "TCPDirectCopyFromBacklog",
	  "# bytes directly in process context from backlog", WORDS_NONZERO },
	{ "TCPFACKReorder", "Detected reordering # times using FACK", WORDS_NONZERO },
	{ "TCPFastRetrans", "# fast retransmits", WORDS_NONZERO },
	{ "TCPForwardRetrans", "# forward retransmits", WORDS_NONZERO },
	{ "TCPFullUndo", "# congestion windows fully recovered without slow start", WORDS_NONZERO },
	{ "TCPHPAcks", "# predicted acknowledgments", WORDS_NONZERO },
	{ "TCPHPHits", "# packet headers predicted", WORDS_ALWAYS },
	{ "TCPHPHitsToUser",
	  "# packet headers predicted and directly queued to user", WORDS_NONZERO },
	{ "TCPLossFailures", "# timeouts in loss state", WORDS_NONZERO },
	{ "TCPLossUndo",
	  "# congestion windows recovered without slow start after partial ack", WORDS_NONZERO },
	{ "TCPLostRetransmits", "# retransmits lost", WORDS_NONZERO },
	{ "TCPMemoryPressures", "TCP ran low on memory # times", WORDS_NONZERO },
	{ "TCPPartialUndo",
	  "# congestion windows partially recovered using Hoe heuristic", WORDS_NONZERO },
	{ "TCPPrequeued", "# packets directly queued to recvmsg prequeue", WORDS_NONZERO },
	{ "TCPPureAcks", "# acknowledgments not containing data payload received", WORDS_NONZERO },
	{ "TCPRcvCollapsed",
	  "# packets collapsed in receive queue due to low socket buffer", WORDS_NONZERO },
	{ "TCPRenoFailures", "# timeouts after reno fast retransmit", WORDS_NONZERO },
	{ "TCPRenoRecovery",
	  "# times recovered from packet loss due to fast retransmit", WORDS_NONZERO },
	{ "TCPRenoReorder",
	  "Detected reordering # times using reno fast retransmit", WORDS_NONZERO },
	{ "TCPSACKReorder", "Detected reordering # times using SACK", WORDS_NONZERO },
	{ "TCPSchedulerFailed",
	  "# times receiver scheduled too late for direct processing", WORDS_NONZERO },
	{ "TCPSlowStartRetrans", "# retransmits in slow start", WORDS_NONZERO },
	{ "TCPTSReorder", "Detected reordering # times using time stamp", WORDS_NONZERO },
	{ "TW", "# TCP sockets finished time wait in fast timer", WORDS_NONZERO },
	{ "TWRecycled", "# time wait sockets recycled by time stamp", WORDS_NONZERO },
	{ .name = NULL },
};

static const struct words sctp_words[] = {
	{ "SctpAborteds", "# Number of Aborteds ", WORDS_ALWAYS },
	{ "SctpActiveEstabs", "# Active Associations", WORDS_ALWAYS },
	{ "SctpChecksumErrors", "# Number of Packets with invalid Checksum", WORDS_ALWAYS },
	{ "SctpCurrEstab", "# Current Associations", WORDS_ALWAYS },
	{ "SctpFragUsrMsgs", "# Number of messages fragmented", WORDS_ALWAYS },
	{ "SctpInCtrlChunks", "# Number of control chunks received", WORDS_ALWAYS },
	{ "SctpInOrderChunks", "# Number of ordered chunks received", WORDS_ALWAYS },
	{ "SctpInSCTPPacks", "# Number of SCTP packets received", WORDS_ALWAYS },
	{ "SctpInUnorderChunks", "# Number of Unordered chunks received", WORDS_ALWAYS },
	{ "SctpOutCtrlChunks", "# Number of control chunks sent", WORDS_ALWAYS },
	{ "SctpOutOfBlues", "# Number of Out of Blue packets", WORDS_ALWAYS },
	{ "SctpOutOrderChunks", "# Number of ordered chunks sent", WORDS_ALWAYS },
	{ "SctpOutSCTPPacks", "# Number of SCTP packets sent", WORDS_ALWAYS },
	{ "SctpOutUnorderChunks", "# Number of Unordered chunks sent", WORDS_ALWAYS },
	{ "SctpPassiveEstabs", "# Passive Associations", WORDS_ALWAYS },
	{ "SctpReasmUsrMsgs", "# Number of messages reassembled ", WORDS_ALWAYS },
	{ "SctpShutdowns", "# Number of Graceful Terminations", WORDS_ALWAYS },
	{ .name = NULL },
};

static const struct words ip6_words[] = {
	{ "Ip6FragCreates", "# fragments created", WORDS_NONZERO },
	{ "Ip6FragFails", "# outgoing packets failed fragmentation", WORDS_NONZERO },
	{ "Ip6FragOKs", "# outgoing packets fragmented ok", WORDS_NONZERO },
	{ "Ip6InAddrErrors", "# with invalid addresses", WORDS_NONZERO },
	{ "Ip6InDelivers", "# incoming packets delivered", WORDS_ALWAYS },
	{ "Ip6InDiscards", "# incoming packets discarded", WORDS_ALWAYS },
	{ "Ip6InHdrErrors", "# with invalid headers", WORDS_NONZERO },
	{ "Ip6InMcastPkts", "# incoming multicast packets", WORDS_NONZERO },
	{ "Ip6InNoRoutes", "# incoming packets with no route", WORDS_NONZERO },
	{ "Ip6InReceives", "# total packets received", WORDS_ALWAYS },
	{ "Ip6InTooBigErrors", "# with packets too big", WORDS_NONZERO },
	{ "Ip6InTruncatedPkts", "# with truncated packets", WORDS_NONZERO },
	{ "Ip6InUnknownProtos", "# with unknown protocol", WORDS_NONZERO },
	{ "Ip6OutDiscards", "# outgoing packets dropped", WORDS_NONZERO },
	{ "Ip6OutForwDatagrams", "# forwarded", WORDS_ALWAYS },
	{ "Ip6OutMcastPkts", "# outgoing multicast packets", WORDS_NONZERO },
	{ "Ip6OutNoRoutes", "# dropped because of missing route", WORDS_NONZERO },
	{ "Ip6OutRequests", "# requests sent out", WORDS_ALWAYS },
	{ "Ip6ReasmFails", "# packet reassemblies failed", WORDS_NONZERO },
	{ "Ip6ReasmOKs", "# packets reassembled ok", WORDS_NONZERO },
	{ "Ip6ReasmReqds", "# reassemblies required", WORDS_NONZERO },
	{ "Ip6ReasmTimeout", "# fragments dropped after timeout", WORDS_NONZERO },
	{ .name = NULL },
};

static const struct words icmp6_words[] = {
	{ "Icmp6InDestUnreachs", "destination unreachable: #", WORDS_RECEIVED },
	{ "Icmp6InEchoReplies", "echo replies: #", WORDS_RECEIVED },
	{ "Icmp6InEchos", "echo requests: #", WORDS_RECEIVED },
	{ "Icmp6InErrors", "# input ICMP message failed", WORDS_ALWAYS },
	{ "Icmp6InGroupMembQueries", "group member queries: #", WORDS_RECEIVED },
	{ "Icmp6InGroupMembReductions", "group member reductions: #", WORDS_RECEIVED },
	{ "Icmp6InGroupMembResponses", "group member responses: #", WORDS_RECEIVED },
	{ "Icmp6InMsgs", "# ICMP messages received", WORDS_ALWAYS },
	{ "Icmp6InNeighborAdvertisements", "neighbour advertisement: #", WORDS_RECEIVED },
	{ "Icmp6InNeighborSolicits", "neighbour solicits: #", WORDS_RECEIVED },
	{ "Icmp6InParmProblems", "parameter problem: #", WORDS_RECEIVED },
	{ "Icmp6InPktTooBigs", "packets too big: #", WORDS_RECEIVED },
	{ "Icmp6InRedirects", "redirects: #", WORDS_RECEIVED },
	{ "Icmp6InRouterAdvertisements", "router advertisement: #", WORDS_RECEIVED },
	{ "Icmp6InRouterSolicits", "router solicits: #", WORDS_RECEIVED },
	{ "Icmp6InTimeExcds", "received ICMPv6 time exceeded: #", WORDS_RECEIVED },
	{ "Icmp6OutDestUnreachs", "destination unreachable: #", WORDS_SENT },
	{ "Icmp6OutEchoReplies", "echo replies: #", WORDS_SENT },
	{ "Icmp6OutEchos", "echo requests: #", WORDS_SENT },
	{ "Icmp6OutGroupMembQueries", "group member queries: #", WORDS_SENT },
	{ "Icmp6OutGroupMembReductions", "group member reductions: #", WORDS_SENT },
	{ "Icmp6OutGroupMembResponses", "group member responses: #", WORDS_SENT },
	{ "Icmp6OutMsgs", "# ICMP messages sent", WORDS_ALWAYS },
	{ "Icmp6OutNeighborAdvertisements", "neighbor advertisements: #", WORDS_SENT },
	{ "Icmp6OutNeighborSolicits", "neighbor solicits: #", WORDS_SENT },
	{ "Icmp6OutParmProblems", "parameter problem: #", WORDS_SENT },
	{ "Icmp6OutPktTooBigs", "packets too big: #", WORDS_SENT },
	{ "Icmp6OutRedirects", "redirects: #", WORDS_SENT },
	{ "Icmp6OutRouterSolicits", "router solicits: #", WORDS_SENT },
	{ "Icmp6OutTimeExcds", "sent ICMPv6 time exceeded: #", WORDS_SENT },
	{ .name = NULL },
};

static const struct words udp6_words[] = {
	{ "Udp6InDatagrams", "# packets received", WORDS_ALWAYS },
	{ "Udp6InErrors", "# packet receive errors", WORDS_ALWAYS },
	{ "Udp6NoPorts", "# packets to unknown port received", WORDS_ALWAYS },
	{ "Udp6OutDatagrams", "# packets sent", WORDS_ALWAYS },
	{ .name = NULL },
};
static const struct words_group groups[] = {
	{ "Ip", 1u << SOCK_RAW_IP, ip_words },
	{ "Icmp", 1u << SOCK_RAW_IP, icmp_words },
	{ "Tcp", 1u << SOCK_TCP, tcp_words },
	{ "Udp", 1u << SOCK_UDP, udp_words },
	{ "TcpExt", 1u << SOCK_TCP, tcp_ext_words },
	{ "Sctp", 1u << SOCK_SCTP, sctp_words },
	{ "Ip6", 1u << SOCK_RAW_IP, ip6_words },
	{ "Icmp6", 1u << SOCK_RAW_IP, icmp6_words },
	{ "Udp6", 1u << SOCK_UDP, udp6_words },
};
/* clang-format on */

/* Return: the group that the kernel calls @name, NULL if netstat does not know it. */
const struct words_group *words_group(const char *name)
{
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++)
		if (strcmp(groups[i].name, name) == 0)
			return &groups[i];
	return NULL;
}

/* Return: the words for the counter @name of @group, NULL if there are none. */
const struct words *words_find(const struct words_group *group, const char *name)
{
	for (const struct words *words = group->words; words->name; words++)
		if (strcmp(words->name, name) == 0)
			return words;
	return NULL;
}
