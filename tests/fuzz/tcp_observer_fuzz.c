// SPDX-License-Identifier: GPL-2.0-or-later
/* A connection of any segments: 10 bytes each. Numbers keep near to each other and to the wrap, so
 * that they often fit. States must go along RFC 9293's graph. */
#include "analysis/tcp_observer.h"
#include "fuzz.h"

#define STEP 10

static struct segment make_segment(const uint8_t *at, uint64_t time_ns)
{
	struct segment segment = {
		.time_ns = time_ns,
		.flags = (uint16_t)(at[1] | (at[0] & 2) << 7),
		.seq = at[2] + (at[0] & 4 ? 0xffffff80u : 0u),
		.ack = at[3] + (at[0] & 8 ? 0xffffff80u : 0u),
		.window = (uint16_t)(at[4] & 15),
		.payload_length = at[0] & 16 ? at[5] * 257u : at[5] & 3u,
		.ip.ttl = at[6],
		.options = { .present = at[7], .mss = at[8], .wscale = at[9] },
	};

	return segment;
}

static void check(const struct tcp_observer *observer, const struct tcp_sight *sight)
{
	for (int side = 0; side < 2; side++) {
		const struct tcp_side *of = &observer->sides[side];
		enum tcp_state from = sight->before[side];

		FUZZ_CHECK(of->state_count >= 1 && of->state_count <= TCP_STATES_MAX);
		FUZZ_CHECK(of->missing.count <= TCP_RANGES_MAX);
		for (int i = sight->first_state[side]; i <= sight->last_state[side]; i++) {
			FUZZ_CHECK(tcp_state_may_follow(from, of->states[i]));
			from = of->states[i];
		}
		FUZZ_CHECK(from == sight->after[side]);
		FUZZ_CHECK(of->payload_unique <= of->bytes);
	}
	FUZZ_CHECK(observer->close < TCP_CLOSE_COUNT && observer->open < TCP_OPEN_COUNT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tcp_observer observer;
	struct tcp_sight sight;
	uint64_t time_ns = 1;

	tcp_observer_init(&observer);
	for (; size >= STEP; data += STEP, size -= STEP) {
		struct segment segment = make_segment(data, time_ns);

		time_ns += data[6] * 100000ull;
		tcp_observer_see(&observer, &segment, data[0] & 1, &sight);
		check(&observer, &sight);
		FUZZ_CHECK(tcp_observer_rtt_ns(&observer) < time_ns);
	}
	return 0;
}
