// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RAW_ICMP_H
#define NETSONDE_RAW_ICMP_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/addr.h"
#include "base/err.h"
#include "raw/control.h"
#include "raw/sockaddr.h"
#include "record/probe.h"

/* Probes that go out, or messages that come in, in one system call. */
#define ICMP_BATCH 64

/* Bytes at the start of a probe's data by which its reply is known. */
#define ICMP_TOKEN_SIZE 16

/* Data up to so much is copied behind the header: that is cheaper than a second piece. */
#define ICMP_COPIED_SIZE 64

/* How echo requests are to be sent. */
struct icmp_config {
	const char *device;	/* NULL: any */
	const uint8_t *options; /* IPv4's, NULL for none */
	size_t options_length;
	struct addr source;   /* AF_UNSPEC: the route's choice */
	struct addr dest;     /* of the flow label, and to connect to; AF_UNSPEC: several */
	int ttl;	      /* -1: the system's */
	int tos;	      /* -1: the system's; traffic class in IPv6 */
	int mtu_discovery;    /* IP_PMTUDISC_*, the same in IPv6; -1: the system's */
	int64_t mark;	      /* -1: none */
	int64_t flow_label;   /* -1: none */
	uint32_t ident;	      /* UINT32_MAX: any */
	uint32_t send_buffer; /* bytes; 0: the system's */
	bool broadcast, dont_route, no_loop, connect;
	bool receive_ttl;
	bool receive_stamps, transmit_stamps; /* the kernel's */
};

/* A socket for echo requests of one family: a datagram socket where the user may have one, which
 * the kernel keeps free of other people's messages, or else a raw one. */
struct icmp_socket {
	int fd;
	uint8_t family;
	bool is_raw;
	bool is_filtered;   /* raw: others' replies are kept out */
	bool stamps;	    /* transmit stamps are on */
	bool names_stamps;  /* each probe says which key its stamp shall have: since Linux 6.13;
				 before, a stamp comes with the packet */
	uint16_t ident;	    /* host order */
	int mark_errno;	    /* why the mark was not set, 0 if it was */
	uint32_t flow_info; /* of sockaddr_in6 */
};

/* Probes collected for one system call. */
struct icmp_sender {
	const uint8_t
		*data; /* what probes carry; borrowed. The token takes the place of its start */
	size_t size;
	uint32_t tail_sum; /* checksum of what is behind the token */
	int key_type;	   /* SCM_TS_OPT_ID, the control message that names a stamp's key */
	unsigned int count, done;
	struct mmsghdr messages[ICMP_BATCH];
	struct iovec parts[ICMP_BATCH][2];
	union sockaddr_any dests[ICMP_BATCH];
	uint8_t heads[ICMP_BATCH][8 + ICMP_COPIED_SIZE];
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(uint32_t))];
	} keys[ICMP_BATCH];
};

/* Room for messages that come in by one system call. */
struct icmp_room {
	uint8_t *bytes; /* heap */
	size_t size;	/* of one message */
	unsigned int batch;
	unsigned int used; /* messages that are not as they were made */
	bool with_sources; /* who sent them is told */
	struct mmsghdr messages[ICMP_BATCH];
	struct iovec parts[ICMP_BATCH];
	union sockaddr_any sources[ICMP_BATCH];
	union {
		struct cmsghdr align;
		char bytes[CONTROL_SIZE];
	} controls[ICMP_BATCH];
};

struct icmp_receiver {
	struct icmp_room replies, errors;
};

typedef void (*icmp_callback)(const struct probe_event *event, void *arg);

int icmp_open(struct icmp_socket *sock, uint8_t family, const struct icmp_config *config,
	      struct err *err);
void icmp_close(struct icmp_socket *sock);
void icmp_filter_ident(struct icmp_socket *sock);
uint64_t icmp_drops(const struct icmp_socket *sock);

void icmp_sender_init(struct icmp_sender *sender, const uint8_t *data, size_t size);
void icmp_sender_add(struct icmp_sender *sender, const struct icmp_socket *sock,
		     const struct addr *dest, uint16_t seq, const uint8_t *token);
int icmp_sender_flush(struct icmp_sender *sender, struct icmp_socket *sock);
uint16_t icmp_sender_skip(struct icmp_sender *sender);

int icmp_receiver_init(struct icmp_receiver *receiver, size_t data_size);
void icmp_receiver_fini(struct icmp_receiver *receiver);
int icmp_receive(struct icmp_receiver *receiver, struct icmp_socket *sock, uint64_t expected,
		 icmp_callback callback, void *arg);
void icmp_read_controls(struct probe_event *event, struct msghdr *message);
bool icmp_parse_reply(struct probe_event *event, const struct icmp_socket *sock,
		      const uint8_t *bytes, size_t length);
bool icmp_parse_error(struct probe_event *event, const struct icmp_socket *sock,
		      struct msghdr *message, const uint8_t *bytes, size_t length);

#endif
