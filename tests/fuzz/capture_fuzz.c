// SPDX-License-Identifier: GPL-2.0-or-later
/* A capture file, end to end: libpcap's reader, the link layer, IP, TCP and ICMP, the table of
 * connections, and the verdict on each. */
#include "analysis/tcp_flow_verdict.h"
#include "analysis/tcp_watch.h"
#include "capture/capture_reader.h"
#include "fuzz.h"

#define CONNECTIONS 8

struct counts {
	uint64_t begun, done;
	const struct tcp_watch *watch;
};

static void done(struct tcp_flow *flow, enum tcp_flow_end end, void *arg)
{
	struct counts *counts = arg;
	struct tcp_judgement judgement;

	counts->done++;
	FUZZ_CHECK(end < TCP_FLOW_ENDS);
	FUZZ_CHECK(flow->number <= counts->watch->flows.numbered);
	FUZZ_CHECK(flow->seen.segments > 0);
	FUZZ_CHECK(flow->seen.close < TCP_CLOSE_COUNT && flow->seen.open < TCP_OPEN_COUNT);
	tcp_flow_judge(&judgement, flow, end, counts->watch->flows.now_ns);
	FUZZ_CHECK(judgement.verdict < TCP_VERDICT_COUNT && judgement.advice);
	FUZZ_CHECK(judgement.evidence.count <= TCP_EVIDENCE_MAX);
}

static void read_all(struct capture_reader *reader, struct tcp_watch *watch)
{
	struct captured captured;
	struct tcp_sight sight;
	struct segment segment;
	struct err err;

	if (capture_reader_begin(reader, NULL, &err) < 0)
		return;
	watch->link = reader->link;
	while (capture_reader_next(reader, &captured, &err) > 0) {
		const struct tcp_watch_frame frame = {
			.bytes = captured.bytes,
			.length = captured.length,
			.wire_length = captured.wire_length,
			.time_ns = captured.time_ns,
		};
		const struct tcp_flow *flow = tcp_watch_see(watch, &frame, &segment, &sight);

		FUZZ_CHECK(watch->flows.count <= CONNECTIONS);
		FUZZ_CHECK(!flow || segment.payload_captured <= segment.payload_length);
		FUZZ_CHECK(watch->frames >= watch->segments + watch->others + watch->malformed +
						    watch->cut + watch->fragments);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tcp_watch watch = { .frames = 0 };
	struct counts counts = { .watch = &watch };
	struct capture_reader reader;
	FILE *file;

	if (size == 0)
		return 0;
	file = fmemopen((void *)data, size, "rb");
	if (!file)
		abort();
	tcp_flows_init(&watch.flows, CONNECTIONS, 1, done, &counts);
	capture_reader_take(&reader, file, "input");
	read_all(&reader, &watch);
	tcp_flows_fini(&watch.flows);
	capture_reader_close(&reader);
	FUZZ_CHECK(counts.done == watch.flows.numbered && watch.flows.count == 0);
	return 0;
}
