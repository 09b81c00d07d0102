// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_SOCK_H
#define NETSONDE_RECORD_SOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

enum sock_proto {
	SOCK_TCP,
	SOCK_SCTP,
	SOCK_UDP,
	SOCK_UDPLITE,
	SOCK_RAW_IP,
	SOCK_MPTCP,
	SOCK_UNIX,
	SOCK_LINK_LAYER, /* AF_PACKET */
	SOCK_NETLINK,
	SOCK_VSOCK,
	SOCK_PROTO_COUNT,
};

/* Whether sockets of @proto have Internet addresses: sock.local and sock.peer. */
static inline bool sock_proto_is_inet(unsigned int proto)
{
	return proto < SOCK_UNIX;
}

/* The kernel's numbers (include/net/tcp_states.h), which other protocols borrow. */
enum sock_state {
	SOCK_ESTABLISHED = 1,
	SOCK_SYN_SENT,
	SOCK_SYN_RECV,
	SOCK_FIN_WAIT1,
	SOCK_FIN_WAIT2,
	SOCK_TIME_WAIT,
	SOCK_CLOSE,
	SOCK_CLOSE_WAIT,
	SOCK_LAST_ACK,
	SOCK_LISTEN,
	SOCK_CLOSING,
	SOCK_STATE_COUNT,
};

/* Which timer runs (include/uapi/linux/inet_diag.h, idiag_timer). */
enum sock_timer {
	SOCK_TIMER_OFF,
	SOCK_TIMER_ON, /* retransmission, reordering or loss probe */
	SOCK_TIMER_KEEPALIVE,
	SOCK_TIMER_TIMEWAIT,
	SOCK_TIMER_PERSIST,
	SOCK_TIMER_COUNT,
};

/* What SOCK_UNIX sockets have in place of addresses. */
struct sock_unix {
	const char *path;    /* borrowed; NULs of an abstract name as '@'; NULL for unnamed */
	uint32_t peer_inode; /* 0: none or unknown */
	uint32_t references; /* the kernel's; 0: unknown */
	uint16_t type;	     /* SOCK_STREAM, ... */
	bool is_pending;     /* connected, waiting for accept(): inode 0 */
};

/* What SOCK_LINK_LAYER sockets have: sock.iface is the device they are bound to. */
struct sock_link_layer {
	uint16_t type;	    /* SOCK_RAW, SOCK_DGRAM */
	uint16_t ethertype; /* ETH_P_ALL, ETH_P_IP, ...; 0: takes nothing in */
};

struct sock_netlink {
	uint32_t port_id; /* 0: the kernel's own, or not bound */
	uint32_t peer_port_id, peer_group;
	uint16_t type;	  /* SOCK_RAW, SOCK_DGRAM */
	uint8_t protocol; /* NETLINK_ROUTE, ... */
	uint64_t groups;  /* bit 0 is group 1; those beyond 64 are not here */
};

struct sock_vsock {
	uint32_t cid, port, peer_cid, peer_port; /* UINT32_MAX: any */
	uint16_t type;
};

struct sock_extra;

/* A socket as the kernel lists it. */
struct sock {
	union {
		struct {
			struct addr local, peer;
		};
		struct sock_unix un;
		struct sock_link_layer ll;
		struct sock_netlink nl;
		struct sock_vsock vs;
	};
	const struct sock_extra
		*extra;	    /* what was asked for beyond this; borrowed, NULL: nothing */
	uint64_t cookie;    /* unique on this host; SOCK_NO_COOKIE: unknown */
	uint64_t cgroup_id; /* 0: unknown */
	uint32_t inode;	    /* 0: no process holds it */
	uint32_t rqueue;    /* bytes to read; LISTEN: connections to accept */
	uint32_t wqueue; /* bytes not acknowledged; LISTEN: the backlog, SOCK_NO_BACKLOG: unknown */
	uint32_t uid;	 /* SOCK_NO_UID: unknown */
	uint32_t iface;	 /* index of the device it is bound to, 0: none */
	uint32_t mark;	 /* SO_MARK, which only CAP_NET_ADMIN is told: has_mark */
	uint32_t expires_ms;
	uint32_t netns; /* where several namespaces are listed: the lister's own number for it */
	uint8_t proto;	/* enum sock_proto */
	uint8_t family;
	uint8_t state;	 /* enum sock_state, or what a newer kernel says */
	uint8_t timer;	 /* enum sock_timer, or what a newer kernel says */
	uint8_t retrans; /* timeouts in a row of the running timer */
	uint8_t probes;	 /* unanswered probes; only where it was asked for */
	bool has_mark;
};

#define SOCK_NO_COOKIE UINT64_MAX
#define SOCK_NO_BACKLOG UINT32_MAX
#define SOCK_NO_UID UINT32_MAX

extern const char *const sock_state_names[SOCK_STATE_COUNT];
extern const char *const sock_timer_names[SOCK_TIMER_COUNT];

const char *sock_proto_name(const struct sock *sock);
const char *sock_type_name(uint16_t type);
const char *sock_ethertype_name(uint16_t ethertype);
const char *sock_netlink_name(uint8_t protocol);

#endif
