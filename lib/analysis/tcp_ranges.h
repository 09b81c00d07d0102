// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_RANGES_H
#define NETSONDE_ANALYSIS_TCP_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TCP_RANGES_MAX 8

/* Pieces of the sequence space beyond the next number that is waited for: what came out of order.
 * They are in order, apart from each other, and within 2^31 of one another. */
struct tcp_ranges {
	struct tcp_range {
		uint32_t left, right; /* the first number, and the one behind the last */
		uint32_t age;	      /* the larger, the later something was added */
	} list[TCP_RANGES_MAX];
	uint32_t age;
	uint8_t count;
};

bool tcp_ranges_add(struct tcp_ranges *ranges, uint32_t left, uint32_t right);
bool tcp_ranges_remove(struct tcp_ranges *ranges, uint32_t left, uint32_t right);
uint32_t tcp_ranges_covered(const struct tcp_ranges *ranges, uint32_t left, uint32_t right);
uint32_t tcp_ranges_advance(struct tcp_ranges *ranges, uint32_t next);
size_t tcp_ranges_latest(const struct tcp_ranges *ranges, struct tcp_range *latest, size_t max);

#endif
