// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETPING_FLIGHT_H
#define NETPING_FLIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "raw/icmp.h"

/* Sequence numbers of a socket, and so probes that it can have under way. */
#define FLIGHT_SOCKET_SLOTS 65536u
#define FLIGHT_SOCKETS_MAX 64

enum slot_state {
	SLOT_FREE,
	SLOT_WAITING,
	SLOT_ANSWERED,
	SLOT_FAILED, /* an error came instead of an answer, or it could not be sent */
	SLOT_LOST,   /* no answer came in time */
};

/* A probe that was sent. */
struct slot {
	uint64_t sent_ns;	   /* clock_mono_ns() */
	uint64_t kernel_sent_ns;   /* the transmit stamp, 0: not known */
	uint64_t hardware_sent_ns; /* the same, by the device's clock */
	uint32_t target;
	uint32_t number; /* of the probes to that target, from 1 */
	uint8_t state;	 /* enum slot_state */
};

/* The probes of one family in the order they were sent: the Nth is slot N modulo the size, and by
 * that which socket it takes and with which sequence number: the sockets take turns, ICMP_BATCH
 * probes each. So a reply finds its probe without any search, and a probe that is done is
 * remembered until its place is needed again.
 * Invariant: tail <= next <= tail + size; before tail all are settled. */
struct flight {
	struct slot *slots;
	uint64_t size; /* a power of two, FLIGHT_SOCKET_SLOTS for each socket */
	uint64_t tail, next;
	uint64_t waiting; /* probes under way */
	unsigned int socket_count;
	struct icmp_socket sockets[FLIGHT_SOCKETS_MAX];
};

int flight_init(struct flight *flight, unsigned int socket_count);
void flight_fini(struct flight *flight);
bool flight_is_full(const struct flight *flight);
unsigned int flight_socket_of(const struct flight *flight, uint64_t position);
uint16_t flight_seq_of(const struct flight *flight, uint64_t position);
struct slot *flight_at(const struct flight *flight, uint64_t position);
struct slot *flight_find(const struct flight *flight, unsigned int socket, uint16_t seq,
			 uint64_t *position);

#endif
