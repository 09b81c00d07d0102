// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/sock.h"

#include <linux/if_ether.h>
#include <linux/netlink.h>
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
		[SOCK_TCP] = { "tcp", "tcp6" },
		[SOCK_SCTP] = { "sctp", "sctp6" },
		[SOCK_UDP] = { "udp", "udp6" },
		[SOCK_UDPLITE] = { "udpl", "udpl6" },
		[SOCK_RAW_IP] = { "raw", "raw6" },
		[SOCK_MPTCP] = { "mptcp", "mptcp6" },
		[SOCK_UNIX] = { "unix", "unix" },
		[SOCK_LINK_LAYER] = { "packet", "packet" },
		[SOCK_NETLINK] = { "netlink", "netlink" },
		[SOCK_VSOCK] = { "vsock", "vsock" },
	};

	return names[sock->proto][sock->family == AF_INET6];
}

/* The type of a socket (socket(2)) as netstat writes it: "STREAM". */
const char *sock_type_name(uint16_t type)
{
	static const char *const names[] = {
		[SOCK_STREAM] = "STREAM", [SOCK_DGRAM] = "DGRAM",	  [SOCK_RAW] = "RAW",
		[SOCK_RDM] = "RDM",	  [SOCK_SEQPACKET] = "SEQPACKET",
	};

	return type < sizeof(names) / sizeof(names[0]) && names[type] ? names[type] : "UNKNOWN";
}

/* What packet(7) sockets take in, by the common names of the protocols (linux/if_ether.h).
 *
 * Return: the name, NULL where only the number tells.
 */
const char *sock_ethertype_name(uint16_t ethertype)
{
	switch (ethertype) {
	case 0:
		return "none";
	case ETH_P_ALL:
		return "all";
	case ETH_P_IP:
		return "ip";
	case ETH_P_ARP:
		return "arp";
	case ETH_P_IPV6:
		return "ipv6";
	case ETH_P_8021Q:
		return "vlan";
	case ETH_P_PAE:
		return "eapol";
	case ETH_P_LLDP:
		return "lldp";
	default:
		return NULL;
	}
}

/* The netlink family @protocol (netlink(7)), as the kernel names it but in lower case.
 *
 * Return: the name, NULL for one that a newer kernel may have.
 */
const char *sock_netlink_name(uint8_t protocol)
{
	static const char *const names[] = {
		[NETLINK_ROUTE] = "route",
		[NETLINK_USERSOCK] = "usersock",
		[NETLINK_FIREWALL] = "firewall",
		[NETLINK_SOCK_DIAG] = "sock_diag",
		[NETLINK_NFLOG] = "nflog",
		[NETLINK_XFRM] = "xfrm",
		[NETLINK_SELINUX] = "selinux",
		[NETLINK_ISCSI] = "iscsi",
		[NETLINK_AUDIT] = "audit",
		[NETLINK_FIB_LOOKUP] = "fib_lookup",
		[NETLINK_CONNECTOR] = "connector",
		[NETLINK_NETFILTER] = "netfilter",
		[NETLINK_IP6_FW] = "ip6_fw",
		[NETLINK_DNRTMSG] = "dnrtmsg",
		[NETLINK_KOBJECT_UEVENT] = "kobject_uevent",
		[NETLINK_GENERIC] = "generic",
		[NETLINK_SCSITRANSPORT] = "scsitransport",
		[NETLINK_ECRYPTFS] = "ecryptfs",
		[NETLINK_RDMA] = "rdma",
		[NETLINK_CRYPTO] = "crypto",
		[NETLINK_SMC] = "smc",
	};

	return protocol < sizeof(names) / sizeof(names[0]) ? names[protocol] : NULL;
}
