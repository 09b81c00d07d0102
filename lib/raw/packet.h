// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RAW_PACKET_H
#define NETSONDE_RAW_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/err.h"

/* Room for a frame; what is longer is cut, which packet_frame tells. */
#define PACKET_SIZE 2048

/* A socket that sees ARP, RARP and neighbour discovery on one Ethernet or on all of them; or the
 * TCP segments of one port. */
struct packet {
	int fd;
	uint64_t dropped; /* by the kernel, for want of room */
};

/* A frame that was received, or the packet in it if TCP is heard; it is borrowed until the next
 * one. */
struct packet_frame {
	const uint8_t *bytes;
	size_t length, wire_length; /* the first is smaller for a frame that was cut */
	uint64_t time_ns;	    /* the kernel's, since 1970 */
	uint32_t iface;
	uint16_t vlan;	  /* of a tag that the kernel took off, 0: none */
	bool is_outgoing; /* this host sent it */
	bool is_ethernet;
	bool is_for_others;	  /* the address on the link is another host's */
	bool is_checksum_pending; /* TCP's is left to the network card */
	uint8_t buffer[PACKET_SIZE];
};

int packet_socket(int type, struct err *err);
int packet_open(struct packet *packet, uint32_t iface, struct err *err);
int packet_open_sender(struct packet *packet, struct err *err);
int packet_open_tcp(struct packet *packet, const struct addr *local, struct err *err);
int packet_hear_tcp(const struct packet *packet, const struct addr *local);
void packet_close(struct packet *packet);
int packet_hear_all(const struct packet *packet, uint32_t iface);
int packet_receive(const struct packet *packet, struct packet_frame *frame);
int packet_receive_long(const struct packet *packet, struct packet_frame *frame, void *room,
			size_t size);
int packet_send(const struct packet *packet, uint32_t iface, const uint8_t *bytes, size_t length);
int packet_count_drops(struct packet *packet);

#endif
