// SPDX-License-Identifier: GPL-2.0-or-later
/* One connection, or several one after the other: a poll loop with absolute deadlines around the
 * endpoint, which decides what to send. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"
#include "base/priv.h"
#include "cli/signals.h"
#include "netshake.h"

/* The longest segment that IPv4 can carry, without options. */
#define SEGMENT_LIMIT (65535u - 40u)

#define PORT_TRIES 64

#define WINDOW_DEFAULT 64240u
#define WSCALE_DEFAULT 7

/* So long a segment waits for the kernel's word on when it left, which may take an exchange with
 * the neighbour; the first one can wait until it is sent again. */
#define STAMP_GRACE_NS 50000000u
#define STAMP_GRACE_FIRST_NS 900000000u

static void on_note(struct shake *shake, const struct tcp_event *event)
{
	char text[ITEM_NOTE_SIZE];

	if ((event->note == TCP_NOTE_RESET_OF_SYN || event->note == TCP_NOTE_RESET_ACCEPTED) &&
	    event->segment) {
		shake->reset = *event->segment;
		shake->reset.payload = NULL;
	}
	shake->fins_again += event->note == TCP_NOTE_FIN_DUPLICATE;
	tcp_note_text(text, sizeof(text), event, &shake->end);
	trace_remark(&shake->trace, text);
}

static void on_event(const struct tcp_event *event, void *arg)
{
	struct shake *shake = arg;

	switch (event->kind) {
	case TCP_EVENT_SEND:
		exchange_send(shake, event->segment, event->is_retransmission);
		break;
	case TCP_EVENT_STATE:
		trace_state(&shake->trace, event->to);
		if (event->to == TCP_STATE_ESTABLISHED && shake->open_ns == 0)
			shake->open_ns = clock_mono_ns();
		break;
	case TCP_EVENT_NOTE:
		on_note(shake, event);
		break;
	}
}

static void fill_settings(const struct run *run, struct tcp_endpoint_settings *to)
{
	const struct settings *settings = &run->settings;
	uint32_t largest = way_largest(run);

	if (largest > SEGMENT_LIMIT)
		largest = SEGMENT_LIMIT;
	*to = (struct tcp_endpoint_settings){
		.local = run->source,
		.peer = run->target.addr,
		.ip = {
			.ttl = (uint8_t)(settings->ttl == UNSET ? 0 : settings->ttl),
			.dscp = (uint8_t)(settings->dscp == UNSET ? 0 : settings->dscp),
			.is_df = run->source.family == AF_INET,
		},
		.window = settings->window == UNSET ? WINDOW_DEFAULT : settings->window,
		.mss = (uint16_t)(settings->mss == UNSET ? largest : settings->mss),
		.segment_max = (uint16_t)largest,
		.wscale = (uint8_t)(settings->wscale == UNSET ? WSCALE_DEFAULT : settings->wscale),
		.has_sack = !settings->no_sack,
		.has_timestamps = !settings->no_timestamps,
		.has_ecn = settings->ecn,
		.retries = (uint8_t)settings->retries,
		.time_wait_ns = (uint64_t)settings->time_wait_ms * NS_PER_MS,
		.stream = run->data,
		.stream_length = run->data_length,
	};
	if (settings->size != UNSET)
		to->stream_length = SIZE_STREAM;
}

/* Begin a connection that nothing has been sent for.
 *
 * Return: 0, or -errno with @err.
 */
static int begin_shake(struct run *run, struct err *err)
{
	struct shake *shake = &run->shake;
	struct tcp_endpoint_settings settings;

	trace_fini(&shake->trace);
	*shake = (struct shake){ .run = run, .local_delay_ns = UINT64_MAX };
	trace_init(&shake->trace);
	fill_settings(run, &settings);
	if (getrandom(&settings.iss, sizeof(settings.iss), 0) < 0 ||
	    getrandom(&settings.ts_offset, sizeof(settings.ts_offset), 0) < 0)
		return err_set(err, -errno, "getrandom: %s", strerror(errno));
	shake->local = run->source;
	shake->start_mono_ns = clock_mono_ns();
	shake->start_real_ns = clock_real_ns();
	shake->isn[0] = settings.iss;
	tcp_endpoint_init(&shake->end, &settings, on_event, shake);
	return 0;
}

/* Have the kernel choose a port that no connection of this run has had: the peer may still be in
 * TIME_WAIT for that. After many tries any port will do.
 *
 * Return: 0, or -errno with @err.
 */
static int open_fresh_port(struct run *run, struct err *err)
{
	const char *device = run->way.vrf[0] ? run->way.vrf : NULL;
	int ret;

	for (int left = PORT_TRIES;; left--) {
		run->source.port = 0;
		ret = quiet_open(&run->quiet, &run->source, &run->target.addr, device, err);
		if (ret < 0)
			return ret;
		run->source.port = run->quiet.port;
		if (left == 0 || !(run->ports[run->source.port / 8] >> run->source.port % 8 & 1))
			return 0;
		quiet_close(&run->quiet);
	}
}

/* Begin the connection of number @index: all but the first have a port of their own, for which the
 * sockets that are there are set anew. No privilege is left by then.
 *
 * Return: 0, or -errno with @err.
 */
int engine_prepare(struct run *run, uint32_t index, struct err *err)
{
	int ret = 0;

	if (index > 0 && run->way.answer.error == 0) {
		quiet_close(&run->quiet);
		ret = open_fresh_port(run, err);
		if (ret < 0)
			return ret;
		ret = tcp_change_port(&run->sock, run->source.port, err);
		if (ret == 0)
			ret = packet_hear_tcp(&run->packet, &run->source);
		if (ret < 0)
			return err_set(err, ret, "cannot hear packets: %s", strerror(-ret));
	}
	run->ports[run->source.port / 8] |= (uint8_t)(1u << run->source.port % 8);
	return begin_shake(run, err);
}

/* When @item may be told, whatever is known of it by then. */
static uint64_t settle_due(const struct item *item, bool is_first)
{
	if (item->is_settled || item->kind != ITEM_SENT)
		return 0;
	return item->mono_ns + (is_first ? STAMP_GRACE_FIRST_NS : STAMP_GRACE_NS);
}

/* When the first item that was not told yet may be told. */
static uint64_t tell_due(const struct trace *trace)
{
	if (trace->shown == trace->count)
		return UINT64_MAX;
	return settle_due(&trace->items[trace->shown], trace->shown == 0 && trace->count == 1);
}

static void settle(struct shake *shake, struct item *item)
{
	if (!item->segment.time_ns)
		item->segment.time_ns =
			shake->start_real_ns + (item->mono_ns > shake->start_mono_ns ?
							item->mono_ns - shake->start_mono_ns :
							0);
	item->is_settled = true;
	trace_observe(&shake->trace, item);
}

/* Tell the items whose time is known, in order; at @all costs, those whose time is not. */
static int tell_settled(struct shake *shake, bool all, struct err *err)
{
	struct trace *trace = &shake->trace;
	uint64_t now_ns = clock_mono_ns();
	size_t end = trace->shown;

	while (end < trace->count &&
	       (all || settle_due(&trace->items[end], end == 0 && trace->count == 1) <= now_ns))
		end++;
	trace_sort(trace, end);
	while (trace->shown < end) {
		struct item *item = &trace->items[trace->shown++];

		settle(shake, item);
		tell_item(shake, item);
	}
	if (settings_is_ladder(&shake->run->settings) && !shake->run->is_bare)
		trace_forget_shown(trace);
	return tell_flush(shake->run, err);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Sleep until one of @polled has something, or until @until_ns (UINT64_MAX: for ever), or until a
 * signal comes.
 *
 * Return: 0, or -errno with @err.
 */
int engine_sleep(struct pollfd *polled, size_t count, uint64_t until_ns, struct err *err)
{
	uint64_t now_ns = clock_mono_ns(), left_ns = until_ns > now_ns ? until_ns - now_ns : 0;
	struct timespec timeout = {
		.tv_sec = (time_t)(left_ns / 1000000000u),
		.tv_nsec = (long)(left_ns % 1000000000u),
	};

	if (ppoll(polled, count, until_ns == UINT64_MAX ? NULL : &timeout, NULL) < 0 &&
	    errno != EINTR)
		return err_set(err, -errno, "poll: %s", strerror(errno));
	return 0;
}

/* Wait for something to happen, until @until_ns at most, and let the endpoint and the trace know.
 *
 * Return: 0, or -errno with @err.
 */
int engine_wait(struct shake *shake, uint64_t until_ns, struct err *err)
{
	const struct run *run = shake->run;
	struct pollfd polled[] = {
		{ .fd = run->sock.fd, .events = POLLIN },
		{ .fd = run->packet.fd, .events = POLLIN },
		{ .fd = run->quotes.fd, .events = POLLIN },
	};
	struct trace *trace = &shake->trace;
	uint64_t due_ns = earlier(until_ns, earlier(tell_due(trace), wire_due(trace)));
	int ret;

	if (!run->is_bare)
		due_ns = earlier(due_ns, tcp_endpoint_deadline(&shake->end));
	ret = engine_sleep(polled, sizeof(polled) / sizeof(polled[0]), due_ns, err);
	if (ret == 0)
		ret = exchange_receive(shake, err);
	if (ret >= 0)
		ret = wire_receive(shake, err);
	if (ret < 0)
		return ret;
	if (wire_due(trace) <= clock_mono_ns())
		ret = wire_settle(shake, err);
	if (ret == 0 && trace->is_short_of_memory)
		ret = err_set(err, -ENOMEM, "out of memory");
	if (ret == 0)
		ret = tell_settled(shake, false, err);
	return ret;
}

/* Whether something is still to be learned of what happened before @end_ns: what the packet socket
 * saw by then is waited for, however late this process runs. */
static bool is_unsettled(const struct trace *trace, uint64_t end_ns)
{
	if (clock_mono_ns() < end_ns)
		return trace->shown < trace->count || trace->sight_count > 0;
	return trace->sight_count > 0 && trace->sights[0].mono_ns < end_ns;
}

/* The connection is over: wait for what is known late, for a moment, and tell all that is left.
 *
 * Return: 0, or -errno with @err.
 */
int engine_linger(struct shake *shake, struct err *err)
{
	struct trace *trace = &shake->trace;
	uint64_t end_ns = clock_mono_ns() + STAMP_GRACE_NS;
	int ret = engine_wait(shake, 0, err); /* what is there already */

	while (ret == 0 && is_unsettled(trace, end_ns))
		ret = engine_wait(shake, clock_mono_ns() < end_ns ? end_ns : UINT64_MAX, err);
	return ret < 0 ? ret : tell_settled(shake, true, err);
}

static void time_out(struct shake *shake, uint64_t now_ns)
{
	bool was_waiting = shake->end.state == TCP_STATE_TIME_WAIT;
	char text[ITEM_NOTE_SIZE];

	if (tcp_endpoint_deadline(&shake->end) > now_ns)
		return;
	trace_begin_call(&shake->trace, NULL);
	tcp_endpoint_timeout(&shake->end, now_ns);
	if (was_waiting && shake->end.state == TCP_STATE_CLOSED) {
		snprintf(text, sizeof(text),
			 "%g s in TIME_WAIT are over (2 MSL: 240 s in RFC 9293, 60 s in Linux)",
			 shake->run->settings.time_wait_ms / 1000.0);
		trace_remark(&shake->trace, text);
	}
	trace_end_call(&shake->trace, now_ns);
}

/* Take one connection from its first segment to its end.
 *
 * Return: 0, or -errno with @err.
 */
static int trace_one(struct shake *shake, struct err *err)
{
	int ret = 0;

	stage_begin(shake, clock_mono_ns());
	while (ret == 0 && shake->stage != STAGE_OVER) {
		uint64_t now_ns;

		ret = engine_wait(shake, stage_due(shake), err);
		now_ns = clock_mono_ns();
		time_out(shake, now_ns);
		if (cli_stop_signal() && !shake->is_interrupted) {
			shake->is_interrupted = true;
			stage_give_up(shake, "interrupted", now_ns);
		}
		stage_step(shake, now_ns);
	}
	return ret == 0 ? engine_linger(shake, err) : ret;
}

/* Judge a connection that was traced, and tell of it.
 *
 * Return: 0, or -errno with @err.
 */
static int conclude(struct run *run, struct err *err)
{
	judge_shake(&run->shake);
	if (!run->shake.judgement.is_as_asked)
		run->status = CLI_EXIT_NO;
	return tell_result(&run->shake, err);
}

/* Be the server of the connection that @frame, a SYN, asks for; both ends are set.
 *
 * Return: 0 with run->status, or -errno with @err.
 */
int engine_answer(struct run *run, const struct packet_frame *frame, struct err *err)
{
	int ret = begin_shake(run, err);

	if (ret < 0)
		return ret;
	wire_take(&run->shake, frame);
	ret = trace_one(&run->shake, err);
	return ret < 0 ? ret : conclude(run, err);
}

/* Trace all connections that were asked for, and judge each.
 *
 * Return: 0 with run->status, or -errno with @err.
 */
int engine_run(struct run *run, struct err *err)
{
	uint64_t next_ns = clock_mono_ns();
	int ret = 0;

	for (uint32_t i = 0; i < run->settings.count && ret == 0; i++) {
		if (i > 0) {
			next_ns += (uint64_t)run->settings.interval_ms * NS_PER_MS;
			clock_sleep_until_ns(next_ns);
		}
		if (cli_stop_signal())
			break;
		ret = engine_prepare(run, i, err);
		if (ret == 0 && run->way.answer.error == 0)
			ret = trace_one(&run->shake, err);
		if (ret < 0)
			break;
		ret = conclude(run, err);
	}
	return ret;
}
