// SPDX-License-Identifier: GPL-2.0-or-later
/* The table of connections: any segments among few ends, 8 bytes each, with times that also go
 * back. It holds no more than it may, and loses nothing. */
#include "analysis/tcp_flow_verdict.h"
#include "analysis/tcp_flows.h"
#include "fuzz.h"

#define STEP 8

struct counts {
	uint64_t segments, done, evicted;
};

static void done(struct tcp_flow *flow, enum tcp_flow_end end, void *arg)
{
	struct counts *counts = arg;
	struct tcp_judgement judgement;

	FUZZ_CHECK(!flow->arg || *(uint64_t *)flow->arg == flow->number);
	free(flow->arg);
	counts->done++;
	counts->segments += flow->seen.segments;
	counts->evicted += end == TCP_FLOW_EVICTED;
	tcp_flow_judge(&judgement, flow, end, UINT64_MAX);
	FUZZ_CHECK(judgement.evidence.count <= TCP_EVIDENCE_MAX);
}

static struct addr end_of(uint8_t bits)
{
	struct addr end = { .family = bits & 8 ? AF_INET6 : AF_INET, .port = bits & 7 };

	end.bytes[0] = bits >> 4 & 3;
	return end;
}

static void check(const struct tcp_flows *flows)
{
	size_t queued = 0;

	for (int phase = 0; phase < TCP_FLOW_PHASES; phase++) {
		const struct tcp_flow *before = NULL;
		size_t count = 0;

		for (const struct tcp_flow *at = flows->queues[phase].oldest; at; at = at->newer) {
			FUZZ_CHECK(at->phase == (enum tcp_flow_phase)phase);
			FUZZ_CHECK(at->older == before);
			before = at;
			count++;
		}
		FUZZ_CHECK(flows->queues[phase].newest == before);
		FUZZ_CHECK(flows->queues[phase].count == count);
		queued += count;
	}
	FUZZ_CHECK(queued == flows->count && flows->count <= flows->max);
}

/* An error about something: mostly of nothing known. */
static void send_error(struct tcp_flows *flows, const struct segment *segment, uint8_t bits)
{
	const struct tcp_quote quote = {
		.segment = *segment,
		.family = AF_INET,
		.from = { .family = AF_INET },
		.type = bits & 15,
		.code = bits >> 4,
	};
	const struct tcp_flow *flow = tcp_flows_error(flows, &quote);

	FUZZ_CHECK(!flow || flow->icmp_errors > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct counts counts = { .segments = 0 };
	struct tcp_flows flows;
	uint64_t time_ns = 1000000000u, seen = 0;

	if (size == 0)
		return 0;
	tcp_flows_init(&flows, 1 + (data[0] & 15), data[0], done, &counts);
	for (data++, size--; size >= STEP; data += STEP, size -= STEP) {
		struct segment segment = {
			.time_ns = time_ns,
			.src = end_of(data[0]),
			.dst = end_of(data[1]),
			.flags = data[2],
			.seq = data[3],
			.ack = data[4],
			.window = data[5],
			.payload_length = data[6] & 3,
			.ip = { .ttl = 64, .is_mf = data[6] & 64 },
		};
		struct tcp_sight sight;
		struct tcp_flow *flow;

		/* up to four minutes on, or a second back */
		time_ns += data[7] == 255 ? -1000000000ull : data[7] * 1000000000ull;
		if (data[6] & 128) {
			send_error(&flows, &segment, data[5]);
			continue;
		}
		flow = tcp_flows_see(&flows, &segment, &sight);
		FUZZ_CHECK(flow);
		seen++;
		if (!flow->arg) {
			uint64_t *number = flow->arg = malloc(sizeof(*number));

			if (!number)
				abort();
			*number = flow->number;
		}
		check(&flows);
	}
	tcp_flows_fini(&flows);
	FUZZ_CHECK(counts.segments == seen && counts.done == flows.numbered);
	FUZZ_CHECK(counts.evicted == flows.evicted);
	return 0;
}
