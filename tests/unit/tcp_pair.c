// SPDX-License-Identifier: GPL-2.0-or-later
#include "tcp_pair.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcp_check.h"
#include "wire/tcp.h"

#define CHECK(condition) check(condition, #condition, __LINE__)

#define WAY_NS 5000000u
#define LATE_NS 50000000u

static void check(bool condition, const char *text, int line)
{
	if (condition)
		return;
	fprintf(stderr, "tcp_pair.c:%d: not so: %s\n", line, text);
	abort();
}

/* What both send: bytes that tell where they are. */
const uint8_t *tcp_pair_stream(void)
{
	static uint8_t stream[TCP_PAIR_STREAM];
	static bool is_made;

	for (size_t i = 0; i < TCP_PAIR_STREAM && !is_made; i++)
		stream[i] = (uint8_t)(i % 251 + i / 251);
	is_made = true;
	return stream;
}

struct tcp_endpoint_settings tcp_pair_settings(int side)
{
	struct tcp_endpoint_settings settings = {
		.local = { .bytes = { 192, 0, 2, (uint8_t)(side + 1) }, .family = AF_INET },
		.peer = { .bytes = { 192, 0, 2, (uint8_t)(2 - side) }, .family = AF_INET },
		.ip = { .ttl = 64, .is_df = true },
		.iss = side ? 3000000000u : 1000000000u,
		.window = 65535,
		.mss = 1460,
		.wscale = 7,
		.has_sack = true,
		.has_timestamps = true,
		.retries = 15,
		.stream = tcp_pair_stream(),
		.stream_length = TCP_PAIR_STREAM,
	};

	settings.local.port = side ? 80 : 40000;
	settings.peer.port = side ? 40000 : 80;
	return settings;
}

static void launch(struct tcp_pair *pair, int to, const uint8_t *bytes, size_t length,
		   uint64_t delay_ns)
{
	for (size_t i = 0; i < TCP_PAIR_FLYING; i++) {
		struct tcp_pair_packet *packet = &pair->flying[i];

		if (packet->is_used)
			continue;
		packet->is_used = true;
		packet->to = to;
		packet->due_ns = pair->now_ns + delay_ns;
		packet->length = length;
		memcpy(packet->bytes, bytes, length);
		return;
	}
	/* The network is full: lost. */
}

static bool happens(struct tcp_pair *pair, unsigned int percent)
{
	return percent > 0 && support_random(&pair->random) % 100 < percent;
}

static void carry(struct tcp_pair_end *from, const struct segment *segment)
{
	struct tcp_pair *pair = from->pair;
	enum tcp_pair_fate fate = TCP_PAIR_DELIVER;
	uint8_t bytes[TCP_PAIR_PACKET];
	size_t length = tcp_build_packet(bytes, sizeof(bytes), segment);

	CHECK(length > 0);
	if (pair->fate)
		fate = pair->fate(pair, from->side, from->sent);
	from->sent++;
	if (happens(pair, pair->loss) && pair->loss_left > 0) {
		pair->loss_left--;
		fate = TCP_PAIR_LOSE;
	}
	if (fate == TCP_PAIR_LOSE)
		return;
	if (fate == TCP_PAIR_DOUBLE || happens(pair, pair->doubling))
		launch(pair, !from->side, bytes, length, WAY_NS + 1000);
	if (fate == TCP_PAIR_DELAY || happens(pair, pair->delay))
		launch(pair, !from->side, bytes, length,
		       WAY_NS + (fate == TCP_PAIR_DELAY ? LATE_NS :
							  support_random(&pair->random) % LATE_NS));
	else
		launch(pair, !from->side, bytes, length, WAY_NS);
}

static void on_event(const struct tcp_event *event, void *arg)
{
	struct tcp_pair_end *end = arg;

	switch (event->kind) {
	case TCP_EVENT_SEND:
		if (end->pair->on_segment)
			end->pair->on_segment(end->pair, end->side, event->segment);
		carry(end, event->segment);
		break;
	case TCP_EVENT_STATE:
		CHECK(tcp_state_may_follow(event->from, event->to));
		CHECK(end->state_count == 0 || end->states[end->state_count - 1] == event->from);
		if (end->state_count < TCP_PAIR_STATES)
			end->states[end->state_count++] = event->to;
		break;
	case TCP_EVENT_NOTE:
		end->notes[event->note]++;
		break;
	}
}

void tcp_pair_init(struct tcp_pair *pair, uint64_t seed)
{
	memset(pair, 0, sizeof(*pair));
	pair->now_ns = 1000000000000u;
	pair->random.state = seed;
	pair->loss_left = UINT32_MAX;
	for (int side = 0; side < 2; side++) {
		struct tcp_endpoint_settings settings = tcp_pair_settings(side);

		tcp_pair_set(pair, side, &settings);
	}
}

void tcp_pair_set(struct tcp_pair *pair, int side, const struct tcp_endpoint_settings *settings)
{
	struct tcp_pair_end *end = &pair->ends[side];

	*end = (struct tcp_pair_end){ .pair = pair, .side = side };
	tcp_endpoint_init(&end->tcp, settings, on_event, end);
}

static void check_text(struct tcp_pair_end *end, const struct segment *segment)
{
	uint32_t isn = end->pair->ends[!end->side].tcp.iss;

	if (segment->payload_length == 0)
		return;
	CHECK(segment->checksum_state == SEGMENT_CHECKSUM_OK);
	CHECK(memcmp(segment->payload, tcp_pair_stream() + (segment->seq - isn - 1),
		     segment->payload_length) == 0);
}

static void arrive(struct tcp_pair *pair, struct tcp_pair_packet *packet)
{
	struct tcp_pair_end *end = &pair->ends[packet->to];
	struct segment segment;

	packet->is_used = false;
	CHECK(tcp_parse_packet(&segment, packet->bytes, packet->length, packet->length) == WIRE_OK);
	check_text(end, &segment);
	tcp_endpoint_segment(&end->tcp, &segment, pair->now_ns);
	tcp_check(&end->tcp);
}

static struct tcp_pair_packet *next_packet(struct tcp_pair *pair)
{
	struct tcp_pair_packet *first = NULL;

	for (size_t i = 0; i < TCP_PAIR_FLYING; i++)
		if (pair->flying[i].is_used && (!first || pair->flying[i].due_ns < first->due_ns))
			first = &pair->flying[i];
	return first;
}

/* Let the next thing happen: a packet arrives, or a timer runs out.
 *
 * Return: false if nothing does before @until_ns, which is now then.
 */
bool tcp_pair_step(struct tcp_pair *pair, uint64_t until_ns)
{
	struct tcp_pair_packet *packet = next_packet(pair);
	uint64_t due[2] = { tcp_endpoint_deadline(&pair->ends[0].tcp),
			    tcp_endpoint_deadline(&pair->ends[1].tcp) };
	int timer = due[1] < due[0];
	uint64_t first = due[timer];

	if (packet && packet->due_ns <= first)
		first = packet->due_ns;
	else
		packet = NULL;
	if (first == TCP_NEVER_NS || first > until_ns) {
		pair->now_ns = until_ns;
		return false;
	}
	if (first > pair->now_ns)
		pair->now_ns = first;
	if (packet) {
		arrive(pair, packet);
	} else {
		tcp_endpoint_timeout(&pair->ends[timer].tcp, pair->now_ns);
		tcp_check(&pair->ends[timer].tcp);
	}
	return true;
}

/* Whether the end went through the states in @expected: "SYN_SENT ESTABLISHED". */
bool tcp_pair_has_states(const struct tcp_pair_end *end, const char *expected)
{
	char text[256] = "";

	for (int i = 0; i < end->state_count; i++) {
		if (i > 0)
			strcat(text, " ");
		strcat(text, tcp_state_names[end->states[i]]);
	}
	if (strcmp(text, expected) == 0)
		return true;
	fprintf(stderr, "side %d: %s\nexpected: %s\n", end->side, text, expected);
	return false;
}
