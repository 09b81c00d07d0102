// SPDX-License-Identifier: GPL-2.0-or-later
/* What the packet socket sees: the same segments before a firewall had its say, what else this host
 * sends from our port, and all of it for the capture file. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/checksum.h"
#include "base/clock.h"
#include "netshake.h"
#include "wire/tcp.h"

/* What the packet socket saw is not delivered if the raw socket has not got it after so long. */
#define SIGHT_GRACE_NS 20000000u

/* Batches of exchange_receive() that a raw socket has room for, and more. */
#define DRAIN_BATCHES 64

static bool is_end(const struct addr *a, const struct addr *b)
{
	return a->port == b->port && a->family == b->family &&
	       memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* Somebody else's segment to our port: a reply that a translator has changed, or a guess. */
static void on_stray(struct shake *shake, const struct segment *segment)
{
	char from[ADDR_TEXT_MAX + 1], flags[SEGMENT_FLAGS_TEXT_MAX], text[128];

	segment_flags_text(flags, segment->flags);
	*addr_format(from, &segment->src) = '\0';
	snprintf(text, sizeof(text), "%.24s from %s port %u: not the peer, ignored", flags, from,
		 segment->src.port);
	if (shake->strays++ == 0)
		trace_note(trace_add(&shake->trace, ITEM_EVENT, NULL, clock_mono_ns()), text);
}

/* Make the checksum that the network card, or the receiver of the frame, was spared. */
static void complete_checksum(const uint8_t *bytes, size_t length, const struct segment *segment)
{
	size_t header = segment->data_offset * 4u + segment->payload_length;
	size_t addresses = segment->src.family == AF_INET6 ? 16 : 4;
	uint8_t *tcp;
	uint32_t sum;

	if (segment->is_truncated || header > 0xffff || header > length)
		return;
	tcp = (uint8_t *)segment->payload - segment->data_offset * 4u;
	if (tcp < bytes || (size_t)(tcp - bytes) + header > length)
		return;
	wire_put_u16(tcp + 16, 0);
	sum = checksum_add(0, segment->src.bytes, addresses);
	sum = checksum_add(sum, segment->dst.bytes, addresses);
	sum = checksum_add(sum + 6 + (uint32_t)header, tcp, header);
	wire_put_u16(tcp + 16, checksum_finish(sum));
}

/* Take a packet that was heard: @frame is in run->room. */
void wire_take(struct shake *shake, const struct packet_frame *frame)
{
	struct run *run = shake->run;
	struct segment segment;
	bool is_offloaded;

	if (frame->is_for_others ||
	    tcp_parse_packet(&segment, frame->bytes, frame->length, frame->wire_length) != WIRE_OK)
		return;
	segment.is_outgoing = is_end(&segment.src, &run->source);
	/* What stays on this host is seen twice. */
	if (segment.is_outgoing != frame->is_outgoing)
		return;
	segment.time_ns = frame->time_ns;
	if (!is_end(segment.is_outgoing ? &segment.dst : &segment.src, &run->target.addr)) {
		if (!segment.is_outgoing)
			on_stray(shake, &segment);
		return;
	}
	is_offloaded =
		frame->is_checksum_pending || segment.checksum_state == SEGMENT_CHECKSUM_OFFLOADED;
	if (is_offloaded && segment.checksum_state != SEGMENT_CHECKSUM_OK)
		segment.checksum_state = SEGMENT_CHECKSUM_OFFLOADED;
	if (!trace_see(&shake->trace, &segment, clock_mono_ns()) || !run->capture.is_open)
		return;
	if (is_offloaded)
		complete_checksum(run->room, frame->length, &segment);
	capture_writer_add(&run->capture, frame->time_ns, frame->bytes, frame->length,
			   frame->wire_length);
}

/* Take all that the packet socket has.
 *
 * Return: 0 or -errno.
 */
int wire_receive(struct shake *shake, struct err *err)
{
	struct run *run = shake->run;
	struct packet_frame frame;
	int ret;

	do {
		ret = packet_receive_long(&run->packet, &frame, run->room, sizeof(run->room));
		if (ret == 0)
			wire_take(shake, &frame);
	} while (ret == 0 || ret == -EINTR || ret == -ENETDOWN);
	return ret == -EAGAIN ? 0 : err_set(err, ret, "cannot hear packets: %s", strerror(-ret));
}

/* Return: when wire_settle() is due. */
uint64_t wire_due(const struct trace *trace)
{
	return trace->sight_count ? trace->sights[0].mono_ns + SIGHT_GRACE_NS : UINT64_MAX;
}

/* Make items of the sights that nobody has claimed for long enough, once all is claimed that the
 * raw socket holds now. What comes meanwhile is not waited for, or a fast peer could keep us from
 * the packet socket.
 *
 * Return: 0, or -errno with @err.
 */
int wire_settle(struct shake *shake, struct err *err)
{
	struct trace *trace = &shake->trace;
	uint64_t before_ns = clock_mono_ns() - SIGHT_GRACE_NS;
	int left = DRAIN_BATCHES, ret;

	do {
		ret = exchange_receive(shake, err);
		if (ret > 0 && wire_receive(shake, err) < 0)
			ret = -EIO;
	} while (ret > 0 && --left > 0);
	if (ret < 0)
		return ret;
	trace_give_up_sights(trace, before_ns);
	if (shake->isn[1] == 0 && trace->first_undelivered.flags & SEGMENT_SYN)
		shake->isn[1] = trace->first_undelivered.seq;
	return 0;
}
