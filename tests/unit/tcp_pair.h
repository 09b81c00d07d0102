// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_TCP_PAIR_H
#define NETSONDE_TESTS_UNIT_TCP_PAIR_H

/* Two TCP endpoints and a network between them, on a clock of its own. The network loses, doubles
 * and delays what it carries, by a seed; every segment goes as a packet, built and parsed. */

#include <stdbool.h>
#include <stdint.h>

#include "analysis/tcp_endpoint.h"
#include "support.h"

#define TCP_PAIR_FLYING 256
#define TCP_PAIR_PACKET 4096
#define TCP_PAIR_STATES 16

struct tcp_pair;

struct tcp_pair_end {
	struct tcp_endpoint tcp;
	struct tcp_pair *pair;
	int side;
	uint32_t taken; /* bytes of the peer's stream that arrived, each counted once */
	enum tcp_state states[TCP_PAIR_STATES];
	int state_count;
	uint32_t sent, notes[TCP_NOTE_COUNT];
};

/* What is done to the nth packet (from 0) that @side sends. */
enum tcp_pair_fate {
	TCP_PAIR_DELIVER,
	TCP_PAIR_LOSE,
	TCP_PAIR_DOUBLE,
	TCP_PAIR_DELAY, /* behind what is sent within 50 ms */
};

struct tcp_pair {
	struct tcp_pair_end ends[2];
	uint64_t now_ns;
	struct support_random random;
	unsigned int loss, doubling, delay; /* per cent, by chance */
	unsigned int loss_left;		    /* so many are lost at most */
	enum tcp_pair_fate (*fate)(const struct tcp_pair *pair, int side, uint32_t nth);
	void (*on_segment)(struct tcp_pair *pair, int side, const struct segment *segment);
	void *arg;
	struct tcp_pair_packet {
		uint64_t due_ns;
		int to;
		bool is_used;
		size_t length;
		uint8_t bytes[TCP_PAIR_PACKET];
	} flying[TCP_PAIR_FLYING];
};

struct tcp_endpoint_settings tcp_pair_settings(int side);
void tcp_pair_init(struct tcp_pair *pair, uint64_t seed);
void tcp_pair_set(struct tcp_pair *pair, int side, const struct tcp_endpoint_settings *settings);
bool tcp_pair_step(struct tcp_pair *pair, uint64_t until_ns);
const uint8_t *tcp_pair_stream(void);
bool tcp_pair_has_states(const struct tcp_pair_end *end, const char *expected);

#define TCP_PAIR_STREAM 200000

#endif
