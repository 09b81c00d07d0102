// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/sock.h"

#include <sys/socket.h>

const char *const sock_state_names[SOCK_STATE_COUNT] = {
	[SOCK_ESTABLISHED] = "ESTABLISHED",
	[SOCK_SYN_SENT] = "SYN_SENT",
	[SOCK_SYN_RECV] = "SYN_RECV",
	[SOCK_FIN_WAIT1] = "FIN_WAIT1",
	[SOCK_FIN_WAIT2] = "FIN_WAIT2",
	[SOCK_TIME_WAIT] = "TIME_WAIT",
	[SOCK_CLOSE] = "CLOSE",
	[SOCK_CLOSE_WAIT] = "CLOSE_WAIT",
	[SOCK_LAST_ACK] = "LAST_ACK",
	[SOCK_LISTEN] = "LISTEN",
	[SOCK_CLOSING] = "CLOSING",
};

const char *const sock_timer_names[SOCK_TIMER_COUNT] = {
	[SOCK_TIMER_ON] = "on",
	[SOCK_TIMER_KEEPALIVE] = "keepalive",
	[SOCK_TIMER_TIMEWAIT] = "timewait",
	[SOCK_TIMER_PERSIST] = "persist",
};

/* The protocol with its family as netstat writes it: "tcp", "tcp6", "udpl6", "unix". */
const char *sock_proto_name(const struct sock *sock)
{
	static const char *const names[SOCK_PROTO_COUNT][2] = {
		[SOCK_TCP] = { "tcp", "tcp6" },	   [SOCK_SCTP] = { "sctp", "sctp6" },
		[SOCK_UDP] = { "udp", "udp6" },	   [SOCK_UDPLITE] = { "udpl", "udpl6" },
		[SOCK_RAW_IP] = { "raw", "raw6" }, [SOCK_UNIX] = { "unix", "unix" },
	};

	return names[sock->proto][sock->family == AF_INET6];
}

/* The type of a UNIX socket (socket(2)) as netstat writes it: "STREAM". */
const char *sock_unix_type_name(uint16_t type)
{
	static const char *const names[] = {
		[SOCK_STREAM] = "STREAM", [SOCK_DGRAM] = "DGRAM",	  [SOCK_RAW] = "RAW",
		[SOCK_RDM] = "RDM",	  [SOCK_SEQPACKET] = "SEQPACKET",
	};

	return type < sizeof(names) / sizeof(names[0]) && names[type] ? names[type] : "UNKNOWN";
}
