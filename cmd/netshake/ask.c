// SPDX-License-Identifier: GPL-2.0-or-later
/* --probe: connections that answer one question. Each is a SYN and what comes of it, and one RST
 * closes what it has opened. */
#include <string.h>
#include <sys/random.h>

#include "analysis/tcp_question.h"
#include "base/clock.h"
#include "cli/signals.h"
#include "netshake.h"
#include "wire/tcp.h"

#define WINDOW 64240u
#define WSCALE 7

/* The least segment that every host has to take (RFC 9293 section 3.7.1). */
#define SMALL_MSS 536

/* What goes in a SYN unless --data says otherwise: an empty line, which most servers pass over. */
static const char empty_line[] = "\r\n";

struct asking {
	struct run *run;
	uint32_t connections;
	size_t looked; /* items of the trace that were looked at */
	struct tcp_question_result result;
};

/* Make a SYN with the options that most hosts send. */
static void make_syn(const struct asking *asking, struct segment *syn, uint16_t flags, uint32_t seq)
{
	const struct run *run = asking->run;

	*syn = (struct segment){
		.src = run->source,
		.dst = run->target.addr,
		.seq = seq,
		.flags = (uint16_t)(SEGMENT_SYN | flags),
		.window = WINDOW,
		.is_outgoing = true,
		.options = {
			.present = SEGMENT_OPTION_MSS | SEGMENT_OPTION_SACK_PERMITTED |
				   SEGMENT_OPTION_TIMESTAMPS | SEGMENT_OPTION_WSCALE,
			.mss = (uint16_t)way_largest(run),
			.wscale = WSCALE,
			.ts_val = (uint32_t)(clock_mono_ns() / NS_PER_MS),
		},
	};
	tcp_build_options(&syn->options);
}

/* Add the option of Fast Open with @length bytes of cookie, 0: to ask for one. */
static void add_fast_open(struct segment_options *options, const uint8_t *cookie, size_t length)
{
	uint8_t *at = options->bytes + options->length;

	at[0] = TCP_OPTION_FAST_OPEN;
	at[1] = (uint8_t)(2 + length);
	memcpy(at + 2, cookie, length);
	options->length = (uint8_t)(options->length + 2 + length);
	while (options->length % 4)
		options->bytes[options->length++] = TCP_OPTION_NOP;
	options->present |= SEGMENT_OPTION_FAST_OPEN;
}

static uint32_t random_number(void)
{
	uint32_t number;

	if (getrandom(&number, sizeof(number), 0) != (ssize_t)sizeof(number))
		number = (uint32_t)clock_real_ns();
	return number;
}

/* Whether @segment answers the SYN of @exchange. */
static bool is_answer(const struct tcp_exchange *exchange, const struct segment *segment)
{
	uint32_t acked = segment->ack - exchange->sent.seq - 1;

	return segment->flags & SEGMENT_ACK && segment->flags & (SEGMENT_SYN | SEGMENT_RST) &&
	       segment->checksum_state != SEGMENT_CHECKSUM_BAD &&
	       acked <= exchange->sent.payload_length;
}

/* Look at what has come since the last time.
 *
 * Return: whether it is an answer to the SYN of @exchange, or anything else from its end if that is
 * answered already; @found becomes it, without payload.
 */
static bool look(struct asking *asking, const struct tcp_exchange *exchange, struct segment *found)
{
	const struct trace *trace = &asking->run->shake.trace;

	while (asking->looked < trace->count) {
		const struct item *item = &trace->items[asking->looked++];

		if (item->kind != ITEM_RECEIVED ||
		    (exchange->is_answered ? item->segment.flags & SEGMENT_SYN :
					     !is_answer(exchange, &item->segment)))
			continue;
		*found = item->segment;
		found->payload = NULL;
		return true;
	}
	return false;
}

/* Wait until something comes for @exchange.
 *
 * Return: 1 if it has, 0 if not, or -errno with @err.
 */
static int wait_for(struct asking *asking, const struct tcp_exchange *exchange,
		    struct segment *found, struct err *err)
{
	struct run *run = asking->run;
	uint64_t end_ns = clock_mono_ns() + (uint64_t)run->settings.timeout_ms * NS_PER_MS;
	int ret;

	do {
		ret = engine_wait(&run->shake, end_ns, err);
		if (ret < 0)
			return ret;
		if (look(asking, exchange, found))
			return 1;
	} while (!run->shake.send_errno && !run->shake.has_icmp && !cli_stop_signal() &&
		 clock_mono_ns() < end_ns);
	return 0;
}

/* Begin a connection from a port of its own. */
static int connect_anew(struct asking *asking, struct err *err)
{
	int ret = asking->connections > 0 ? engine_linger(&asking->run->shake, err) : 0;

	if (ret == 0)
		ret = engine_prepare(asking->run, asking->connections++, err);
	asking->looked = 0;
	return ret;
}

/* Send exchange->sent, as often as --retries lets, and wait for the answer.
 *
 * Return: 0, or -errno with @err.
 */
static int exchange_syn(struct asking *asking, struct tcp_exchange *exchange, struct err *err)
{
	struct shake *shake = &asking->run->shake;
	int ret = 0;

	shake->isn[0] = exchange->sent.seq;
	for (uint32_t i = 0; ret == 0 && i <= asking->run->settings.retries; i++) {
		if (cli_stop_signal() || shake->send_errno || shake->has_icmp)
			break;
		exchange_send(shake, &exchange->sent, i > 0);
		ret = wait_for(asking, exchange, &exchange->came, err);
	}
	exchange->is_answered = ret > 0;
	return ret < 0 ? ret : 0;
}

/* Acknowledge the SYN,ACK of @exchange. */
static void send_ack(struct asking *asking, const struct tcp_exchange *exchange)
{
	struct segment segment = exchange->sent;

	segment.seq = exchange->came.ack;
	segment.ack = exchange->came.seq + 1;
	segment.flags = SEGMENT_ACK;
	segment.window = WINDOW >> WSCALE;
	segment.payload = NULL;
	segment.payload_length = segment.payload_captured = 0;
	segment.options = (struct segment_options){ .length = 0 };
	if (segment_has(&exchange->came, SEGMENT_OPTION_TIMESTAMPS)) {
		segment.options.present = SEGMENT_OPTION_TIMESTAMPS;
		segment.options.ts_val = (uint32_t)(clock_mono_ns() / NS_PER_MS);
		segment.options.ts_ecr = exchange->came.options.ts_val;
		tcp_build_options(&segment.options);
	}
	exchange_send(&asking->run->shake, &segment, false);
}

/* One RST closes what a SYN has opened, or may have. */
static void reset(struct asking *asking, const struct tcp_exchange *exchange)
{
	struct shake *shake = &asking->run->shake;

	if (shake->send_errno || (exchange->is_answered && exchange->came.flags & SEGMENT_RST))
		return;
	exchange_reset(shake, &exchange->sent,
		       exchange->is_answered ? exchange->came.ack : exchange->sent.seq + 1);
}

/* Make the SYN of a connection of its own, send it, and close again. */
static int ask_once(struct asking *asking, struct tcp_exchange *exchange, uint16_t flags,
		    struct err *err)
{
	int ret = connect_anew(asking, err);

	if (ret == 0) {
		make_syn(asking, &exchange->sent, flags, random_number());
		ret = exchange_syn(asking, exchange, err);
	}
	if (ret == 0)
		reset(asking, exchange);
	return ret;
}

static int ask_cookie(struct asking *asking, struct err *err)
{
	struct tcp_exchange exchanges[TCP_COOKIE_SYNS] = { 0 };
	uint32_t seq = random_number();
	int ret = connect_anew(asking, err);

	for (int i = 0; i < TCP_COOKIE_SYNS && ret == 0; i++) {
		struct tcp_exchange *exchange = &exchanges[i];

		/* More than any clock of numbers goes on meanwhile, and less than half of all. */
		if (i > 0 && i < TCP_COOKIE_MSS)
			seq += 0x20000000 + random_number() % 0x40000000;
		if (i > 0) /* what was told so far is told by its own numbers */
			ret = engine_linger(&asking->run->shake, err);
		make_syn(asking, &exchange->sent, 0, seq);
		if (i == TCP_COOKIE_MSS) {
			exchange->sent.options.mss = SMALL_MSS;
			tcp_build_options(&exchange->sent.options);
		}
		if (ret == 0)
			ret = exchange_syn(asking, exchange, err);
		if (ret == 0)
			reset(asking, exchange);
		if (!tcp_exchange_is_open(exchange))
			break;
	}
	tcp_cookie_judge(&asking->result, exchanges);
	return ret;
}

static int ask_synproxy(struct asking *asking, struct err *err)
{
	struct tcp_exchange exchange = { .is_answered = false };
	struct segment update = { 0 };
	int ret = connect_anew(asking, err), has_update = 0;

	if (ret == 0) {
		make_syn(asking, &exchange.sent, 0, random_number());
		ret = exchange_syn(asking, &exchange, err);
	}
	if (ret == 0 && tcp_exchange_is_open(&exchange) && exchange.came.window == 0) {
		send_ack(asking, &exchange);
		has_update = wait_for(asking, &exchange, &update, err);
		ret = has_update < 0 ? has_update : 0;
	}
	if (ret == 0 && !(has_update && update.flags & SEGMENT_RST))
		reset(asking, &exchange);
	if (ret == 0)
		tcp_synproxy_judge(&asking->result, &exchange, has_update ? &update : NULL);
	return ret;
}

static int ask_fast_open(struct asking *asking, struct err *err)
{
	struct tcp_exchange exchanges[TCP_FAST_OPEN_SYNS] = { 0 };
	struct tcp_exchange *data = &exchanges[TCP_FAST_OPEN_DATA];
	struct tcp_exchange *request = &exchanges[TCP_FAST_OPEN_REQUEST];
	struct run *run = asking->run;
	const uint8_t *cookie = NULL;
	size_t length;
	int ret = connect_anew(asking, err);

	if (ret == 0) {
		make_syn(asking, &request->sent, 0, random_number());
		add_fast_open(&request->sent.options, (const uint8_t *)"", 0);
		ret = exchange_syn(asking, request, err);
	}
	if (ret == 0)
		reset(asking, request);
	length = tcp_fast_open_cookie(request, &cookie);
	if (ret == 0 && length > 0) {
		ret = connect_anew(asking, err);
		make_syn(asking, &data->sent, 0, random_number());
		add_fast_open(&data->sent.options, cookie, length);
		data->sent.payload = run->data ? run->data : (const uint8_t *)empty_line;
		data->sent.payload_length = data->sent.payload_captured =
			run->data ? (uint32_t)run->data_length : sizeof(empty_line) - 1;
		if (ret == 0)
			ret = exchange_syn(asking, data, err);
		if (ret == 0)
			reset(asking, data);
	}
	if (ret == 0 && !tcp_exchange_is_open(request))
		ret = ask_once(asking, &exchanges[TCP_FAST_OPEN_PLAIN], 0, err);
	tcp_fast_open_judge(&asking->result, exchanges);
	return ret;
}

static int ask_ecn(struct asking *asking, struct err *err)
{
	struct tcp_exchange exchanges[TCP_ECN_SYNS] = { 0 };
	struct tcp_exchange *classic = &exchanges[TCP_ECN_CLASSIC];
	int ret = ask_once(asking, classic, SEGMENT_ECE | SEGMENT_CWR, err);

	if (ret == 0 && tcp_exchange_is_open(classic))
		ret = ask_once(asking, &exchanges[TCP_ECN_ACCURATE],
			       SEGMENT_AE | SEGMENT_ECE | SEGMENT_CWR, err);
	else if (ret == 0)
		ret = ask_once(asking, &exchanges[TCP_ECN_PLAIN], 0, err);
	tcp_ecn_judge(&asking->result, exchanges);
	return ret;
}

/* Ask the question of --probe.
 *
 * Return: 0 with run->status, 1 if the answer is no; or -errno with @err.
 */
int ask_run(struct run *run, struct err *err)
{
	static int (*const questions[])(struct asking *, struct err *) = {
		[PROBE_COOKIE] = ask_cookie,
		[PROBE_SYNPROXY] = ask_synproxy,
		[PROBE_TFO] = ask_fast_open,
		[PROBE_ECN] = ask_ecn,
	};
	static struct asking asking;
	int ret;

	asking = (struct asking){ .run = run };
	ret = way_require(run, err);
	if (ret == 0)
		ret = questions[run->settings.probe](&asking, err);
	if (ret == 0)
		ret = engine_linger(&run->shake, err);
	if (ret < 0)
		return ret;
	if (!asking.result.is_yes)
		run->status = CLI_EXIT_NO;
	ask_tell(run, &asking.result, asking.connections);
	return 0;
}
