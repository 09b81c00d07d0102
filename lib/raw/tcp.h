// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RAW_TCP_H
#define NETSONDE_RAW_TCP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

/* The largest packet there is. */
#define TCP_RECEIVE_SIZE 65575

/* How segments are to be sent. */
struct tcp_config {
	struct addr source, dest; /* with their ports */
	const char *device;	  /* NULL: any */
	int ttl;		  /* -1: the system's */
	int tos;		  /* -1: the system's; traffic class in IPv6 */
	int64_t mark;		  /* -1: none */
};

/* A raw socket for the segments of one pair of addresses and ports. */
struct tcp_socket {
	int fd;
	struct addr source, dest;
	uint32_t sent; /* segments: the next one's stamp has this key */
	bool stamps;   /* the kernel's */
	bool is_connected;
};

enum tcp_message_kind {
	TCP_MESSAGE_SEGMENT,
	TCP_MESSAGE_STAMP,	 /* the kernel's word on when a segment left */
	TCP_MESSAGE_ICMP,	 /* an ICMP error about a segment */
	TCP_MESSAGE_LOCAL_ERROR, /* this host could not send a segment after all */
};

/* What the socket has to say. Bytes are borrowed until the next one. */
struct tcp_message {
	enum tcp_message_kind kind;
	const uint8_t *bytes; /* a segment: IPv4 from the IP header, IPv6 from the TCP header on */
	size_t length;	      /* ICMP: what is quoted from the TCP header on, 8 bytes at least */
	uint64_t stamp_ns;    /* the kernel's, on CLOCK_REALTIME; 0: none */
	uint32_t key;	      /* stamps: which of the segments sent, from 0 */
	uint32_t info;	      /* errors: the MTU, or 0 */
	int code_errno;	      /* errors: what it means, an errno */
	int ttl;	      /* IPv6: hop limit, -1: unknown */
	int tos;	      /* IPv6: traffic class, -1: unknown */
	uint32_t flow_label;  /* IPv6 */
	uint8_t icmp_type, icmp_code;
	struct addr from; /* ICMP: who reported it */
};

int tcp_open(struct tcp_socket *sock, const struct tcp_config *config, struct err *err);
void tcp_close(struct tcp_socket *sock);
int tcp_send(struct tcp_socket *sock, const uint8_t *bytes, size_t length, int tos, int ttl,
	     uint32_t *key);
int tcp_change_port(struct tcp_socket *sock, uint16_t port, struct err *err);
int tcp_set_peer(struct tcp_socket *sock, const struct addr *source, const struct addr *dest,
		 struct err *err);
int tcp_receive(const struct tcp_socket *sock, struct tcp_message *news, void *room, size_t size);

#endif
