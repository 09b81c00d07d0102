// SPDX-License-Identifier: GPL-2.0-or-later
/* --send: one segment that belongs to no connection, and what comes back. */
#include <sys/random.h>

#include "base/clock.h"
#include "cli/signals.h"
#include "netshake.h"
#include "wire/tcp.h"

#define WINDOW 64240u

/* What an option would say of a SYN; the rest goes without. */
static void make_segment(const struct run *run, struct segment *segment)
{
	const struct settings *settings = &run->settings;
	uint32_t numbers[2] = { 0, 0 };

	if (getrandom(numbers, sizeof(numbers), 0) != (ssize_t)sizeof(numbers))
		numbers[0] = (uint32_t)clock_real_ns();
	*segment = (struct segment){
		.src = run->source,
		.dst = run->target.addr,
		.seq = numbers[0],
		.ack = run->send_flags & SEGMENT_ACK ? numbers[1] : 0,
		.flags = run->send_flags,
		.window = (uint16_t)(settings->window < UINT16_MAX ? settings->window : WINDOW),
		.urgent = run->send_flags & SEGMENT_URG ? 1 : 0,
		.is_outgoing = true,
		.ip.dscp = (uint8_t)(settings->dscp == UNSET ? 0 : settings->dscp),
	};
	if (!(run->send_flags & SEGMENT_SYN) || settings->mss == 0)
		return;
	segment->options.present = SEGMENT_OPTION_MSS;
	segment->options.mss =
		(uint16_t)(settings->mss != UNSET ? settings->mss : way_largest(run));
	tcp_build_options(&segment->options);
}

static const struct item *find_answer(const struct trace *trace)
{
	for (size_t i = 0; i < trace->count; i++)
		if (trace->items[i].kind == ITEM_RECEIVED)
			return &trace->items[i];
	return NULL;
}

/* Whether somebody took our segment for the beginning of a connection. */
static bool is_half_open(const struct segment *answer)
{
	return (answer->flags & (SEGMENT_SYN | SEGMENT_ACK)) == (SEGMENT_SYN | SEGMENT_ACK);
}

static int probe_once(struct shake *shake, struct err *err)
{
	struct run *run = shake->run;
	uint64_t end_ns = clock_mono_ns() + (uint64_t)run->settings.timeout_ms * NS_PER_MS;
	const struct item *answer = NULL;
	struct segment sent, came;
	int ret = 0;

	make_segment(run, &sent);
	shake->isn[0] = sent.seq;
	exchange_send(shake, &sent, false);
	while (ret == 0 && !answer && !shake->has_icmp && !shake->send_errno &&
	       !cli_stop_signal() && clock_mono_ns() < end_ns) {
		ret = engine_wait(shake, end_ns, err);
		answer = find_answer(&shake->trace);
	}
	if (ret < 0)
		return ret;
	if (answer) {
		came = answer->segment;
		if (is_half_open(&came))
			exchange_reset(shake, &sent, came.ack);
	}
	tcp_probe_read(&run->probe, &sent, answer ? &came : NULL,
		       shake->has_icmp ? &shake->icmp : NULL);
	return engine_linger(shake, err);
}

/* Send the segment as often as --count says, and read the answers.
 *
 * Return: 0 with run->status 1 if one of them got none, or -errno with @err.
 */
int probe_run(struct run *run, struct err *err)
{
	uint64_t next_ns = clock_mono_ns();
	int ret = segment_flags_parse(run->settings.send, &run->send_flags);

	if (ret == 0)
		ret = way_require(run, err);
	for (uint32_t i = 0; i < run->settings.count && ret == 0; i++) {
		if (i > 0) {
			next_ns += (uint64_t)run->settings.interval_ms * NS_PER_MS;
			clock_sleep_until_ns(next_ns);
		}
		if (cli_stop_signal())
			break;
		ret = engine_prepare(run, i, err);
		if (ret == 0)
			ret = probe_once(&run->shake, err);
		if (ret < 0)
			break;
		if (run->probe.reading == TCP_PROBE_SILENT ||
		    run->probe.reading == TCP_PROBE_FILTERED)
			run->status = CLI_EXIT_NO;
		run->tally.traces++;
		ret = tell_result(&run->shake, err);
	}
	return ret;
}
