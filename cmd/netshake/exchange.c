// SPDX-License-Identifier: GPL-2.0-or-later
/* Segments go out through the raw socket and come in by it; stamps and errors come beside. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "netshake.h"
#include "wire/icmp.h"
#include "wire/tcp.h"

/* Messages that are taken before it is somebody else's turn. */
#define BATCH 16

/* The kernel's stamp, or the time now where it has none: the first may be missing. */
static uint64_t time_or_now(uint64_t stamp_ns)
{
	return stamp_ns ? stamp_ns : clock_real_ns();
}

/* Send @segment, and note that it was. A failure leaves it lost: the item says why.
 *
 * Return: its item, valid until the next one; NULL if there is no room for it.
 */
struct item *exchange_send(struct shake *shake, const struct segment *segment,
			   bool is_retransmission)
{
	static uint8_t bytes[TCP_RECEIVE_SIZE];
	struct run *run = shake->run;
	struct segment sent = *segment;
	size_t length = tcp_build(bytes, sizeof(bytes), segment);
	int tos = segment->ip.ecn ? segment->ip.dscp << 2 | segment->ip.ecn : -1;
	int ttl = run->is_bare && segment->ip.ttl ? segment->ip.ttl : -1;
	uint64_t mono_ns = clock_mono_ns();
	struct item *item;
	uint32_t key = 0;
	char text[64];
	int ret;

	sent.time_ns = clock_real_ns();
	ret = length ? tcp_send(&run->sock, bytes, length, tos, ttl, &key) : -EMSGSIZE;
	if (length) {
		sent.checksum = wire_get_u16(bytes + 16);
		sent.checksum_state = SEGMENT_CHECKSUM_OK;
		sent.data_offset = bytes[12] >> 4;
	}
	if (ret < 0 && ret != -EAGAIN && ret != -ENOBUFS && ret != -EMSGSIZE)
		shake->send_errno = -ret;
	item = trace_add(&shake->trace, ITEM_SENT, &sent, mono_ns);
	if (!item)
		return NULL;
	item->key = key;
	item->is_retransmission = is_retransmission;
	item->send_errno = -ret;
	item->is_settled = ret < 0 || !run->sock.stamps;
	if (ret < 0) {
		snprintf(text, sizeof(text), "not sent: %s", strerror(-ret));
		trace_note(item, text);
	}
	return item;
}

/* Close what @sent, a SYN or what looks like one, has opened or may have: an RST of number @seq. */
void exchange_reset(struct shake *shake, const struct segment *sent, uint32_t seq)
{
	const struct segment reset = {
		.src = sent->src,
		.dst = sent->dst,
		.seq = seq,
		.flags = SEGMENT_RST,
		.is_outgoing = true,
		.ip = sent->ip,
	};

	exchange_send(shake, &reset, false);
}

static void on_stamp(struct shake *shake, const struct tcp_message *message)
{
	struct trace *trace = &shake->trace;

	for (size_t i = trace->count; i > 0; i--) {
		struct item *item = &trace->items[i - 1];

		if (item->kind != ITEM_SENT || item->key != message->key || item->send_errno)
			continue;
		if (item->is_settled && item->has_stamp)
			return;
		if (shake->local_delay_ns == UINT64_MAX &&
		    message->stamp_ns >= item->segment.time_ns)
			shake->local_delay_ns = message->stamp_ns - item->segment.time_ns;
		item->segment.time_ns = message->stamp_ns;
		item->has_stamp = item->is_settled = true;
		return;
	}
}

static enum wire_result parse(const struct run *run, const struct tcp_message *message,
			      struct segment *segment)
{
	enum wire_result result;

	if (run->source.family == AF_INET) {
		result =
			tcp_parse_packet(segment, message->bytes, message->length, message->length);
	} else {
		*segment = (struct segment){
			.src = run->target.addr,
			.dst = run->source,
			.ip = {
				.version = 6,
				.ttl = (uint8_t)(message->ttl < 0 ? 0 : message->ttl),
				.dscp = (uint8_t)(message->tos < 0 ? 0 : message->tos >> 2),
				.ecn = (uint8_t)(message->tos < 0 ? 0 : message->tos & 3),
				.flow_label = message->flow_label,
			},
		};
		result = tcp_parse(segment, message->bytes, message->length);
	}
	segment->time_ns = time_or_now(message->stamp_ns);
	return result;
}

static void on_segment(struct shake *shake, const struct tcp_message *message)
{
	struct run *run = shake->run;
	uint64_t now_ns = clock_mono_ns();
	struct segment segment;
	struct item *item;

	if (parse(run, message, &segment) != WIRE_OK) {
		item = trace_add(&shake->trace, ITEM_EVENT, NULL, now_ns);
		trace_note(item, "a malformed segment arrived, and was ignored");
		return;
	}
	if ((segment.flags & (SEGMENT_SYN | SEGMENT_ACK)) == (SEGMENT_SYN | SEGMENT_ACK))
		run->reference_ttl = segment.ip.ttl;
	item = trace_add(&shake->trace, ITEM_RECEIVED, &segment, now_ns);
	if (item) {
		item->is_settled = true;
		item->has_stamp = message->stamp_ns != 0;
		trace_claim(&shake->trace, item);
	}
	if (run->is_bare) {
		shake->isn[1] = segment.seq;
		return;
	}
	trace_begin_call(&shake->trace, item);
	tcp_endpoint_segment(&shake->end, &segment, now_ns);
	if (shake->end.irs) /* a reset may have taken it back to LISTEN */
		shake->isn[1] = shake->end.irs;
	trace_end_call(&shake->trace, now_ns);
}

/* Make a quote of what the kernel tells of an ICMP error. */
static bool make_quote(const struct run *run, const struct tcp_message *message,
		       struct tcp_quote *quote)
{
	*quote = (struct tcp_quote){
		.from = message->from,
		.family = run->source.family,
		.type = message->icmp_type,
		.code = message->icmp_code,
		.info = message->info,
		.time_ns = time_or_now(message->stamp_ns),
		.segment = { .src = run->source, .dst = run->target.addr },
	};
	if (tcp_quote_is_too_big(quote))
		quote->mtu = message->info;
	return tcp_quote_parse_segment(quote, message->bytes, message->length) == WIRE_OK;
}

static void on_icmp(struct shake *shake, const struct tcp_message *message)
{
	char what[ICMP_TEXT_MAX], from[ADDR_TEXT_MAX + 1], text[ITEM_NOTE_SIZE];
	struct run *run = shake->run;
	uint64_t now_ns = clock_mono_ns();
	struct tcp_quote quote;
	struct item *item;

	if (!make_quote(run, message, &quote))
		return;
	icmp_describe(what, sizeof(what), quote.family, quote.type, quote.code, quote.info);
	*addr_format(from, &quote.from) = '\0';
	snprintf(text, sizeof(text), "ICMP from %s: %s", from, what);
	item = trace_add(&shake->trace, ITEM_EVENT, NULL, now_ns);
	if (item)
		item->segment.time_ns = quote.time_ns;
	trace_note(item, text);
	shake->icmp = quote;
	shake->has_icmp = true;
	shake->is_unreachable |= addr_equal(&quote.from, &run->source);
	shake->sizing.is_too_big_told |= tcp_quote_is_too_big(&quote);
	if (run->is_bare)
		return;
	trace_begin_call(&shake->trace, item);
	tcp_endpoint_icmp(&shake->end, &quote, now_ns);
	trace_end_call(&shake->trace, now_ns);
}

static void on_local_error(struct shake *shake, const struct tcp_message *message)
{
	char text[ITEM_NOTE_SIZE];

	if (message->code_errno == EMSGSIZE)
		snprintf(text, sizeof(text), "too large for the device: its MTU is %u",
			 message->info);
	else
		snprintf(text, sizeof(text), "this host could not send: %s",
			 strerror(message->code_errno));
	trace_note(trace_add(&shake->trace, ITEM_EVENT, NULL, clock_mono_ns()), text);
}

/* Take what the raw socket has, and let the endpoint answer: a batch, for a peer that is fast has
 * more by then, and the packet socket would overflow.
 *
 * Return: 0 if that was all, 1 if there may be more, or -errno.
 */
int exchange_receive(struct shake *shake, struct err *err)
{
	struct run *run = shake->run;
	struct tcp_message message;
	int left = BATCH, ret = 0;

	while (left-- > 0 &&
	       (ret = tcp_receive(&run->sock, &message, run->room, sizeof(run->room))) == 0) {
		switch (message.kind) {
		case TCP_MESSAGE_SEGMENT:
			on_segment(shake, &message);
			break;
		case TCP_MESSAGE_STAMP:
			on_stamp(shake, &message);
			break;
		case TCP_MESSAGE_ICMP:
			on_icmp(shake, &message);
			break;
		case TCP_MESSAGE_LOCAL_ERROR:
			on_local_error(shake, &message);
			break;
		}
	}
	if (ret == -EAGAIN)
		return 0;
	return ret < 0 ? err_set(err, ret, "cannot receive: %s", strerror(-ret)) : 1;
}
