// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RAW_SYN_RING_H
#define NETSONDE_RAW_SYN_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "record/syn.h"

/* Segments a second that are read before sampling begins, unless settings say otherwise: on one
 * slow core, well below half of it. */
#define SYN_RING_MAX_PER_S 250000u

struct syn_ring_settings {
	uint32_t iface;	    /* 0: whatever is delivered to this host, once, however it came */
	bool wants_acks;    /* ACKs without data, too: for completed handshakes */
	uint32_t max_per_s; /* segments to read, 0: SYN_RING_MAX_PER_S */
};

/* A socket and the memory that the kernel writes packets into. */
struct syn_ring_socket {
	int fd;
	uint8_t *map;
	unsigned int next; /* block to be read */
};

/* The SYNs that arrive. One socket a protocol, or one in all where an interface is named. */
struct syn_ring {
	int fd; /* to poll: readable when there is something to read */
	struct syn_ring_socket sockets[2];
	unsigned int socket_count;
	struct syn_ring_settings settings;
	unsigned int shift, old_shift;	      /* one in 2^shift passes the filter */
	uint64_t shift_ns;		      /* since when, on the clock of struct syn */
	uint64_t window_ns, window_read;      /* what decides on the shift; CLOCK_MONOTONIC */
	uint64_t read, dropped;		      /* segments that passed; the kernel had no room for */
	uint64_t read_weight, dropped_weight; /* on the wire, with those that were left out */
	bool is_sampled;		      /* the filter has left some out */
};

int syn_ring_open(struct syn_ring *ring, const struct syn_ring_settings *settings, struct err *err);
void syn_ring_close(struct syn_ring *ring);
int syn_ring_read(struct syn_ring *ring, void (*on_syn)(const struct syn *syn, void *arg),
		  void *arg);

#endif
