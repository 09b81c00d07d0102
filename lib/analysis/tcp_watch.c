// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_watch.h"

#include <netinet/in.h>

#include "wire/ip.h"
#include "wire/tcp.h"

#define V4_PROTOCOL 9
#define V6_NEXT_HEADER 6
#define V6_HEADER 40

/* An ICMP error may be about a connection; @segment has the addresses of its packet. */
static void see_error(struct tcp_watch *watch, const uint8_t *bytes, size_t length,
		      const struct segment *segment, uint64_t time_ns)
{
	struct tcp_quote quote;
	enum wire_result result = WIRE_UNSUPPORTED;
	struct ip_header header;

	if (segment->ip.version == 4 && ip_parse_v4(&header, bytes, length) == WIRE_OK &&
	    header.protocol == IPPROTO_ICMP)
		result = tcp_quote_parse(&quote, AF_INET, header.payload, header.payload_length);
	else if (segment->ip.version == 6 && length > V6_HEADER &&
		 bytes[V6_NEXT_HEADER] == IPPROTO_ICMPV6)
		result = tcp_quote_parse(&quote, AF_INET6, bytes + V6_HEADER, length - V6_HEADER);
	if (result != WIRE_OK)
		return;
	quote.from = segment->src;
	quote.time_ns = time_ns;
	tcp_flows_error(&watch->flows, &quote);
}

/* A packet that is not the beginning of a segment. */
static void see_other(struct tcp_watch *watch, const uint8_t *bytes, size_t length,
		      const struct segment *segment, uint64_t time_ns)
{
	if (segment->ip.fragment > 0 && (segment->ip.version == 6 || bytes[V4_PROTOCOL] == 6)) {
		watch->fragments++;
		return;
	}
	watch->others++;
	see_error(watch, bytes, length, segment, time_ns);
}

/* See one more frame of watch->link: if there is a segment in it, its connection sees it, as
 * tcp_flows_see() does; an ICMP error is noted there.
 *
 * Return: the connection; NULL for everything else, which is counted.
 */
struct tcp_flow *tcp_watch_see(struct tcp_watch *watch, const struct tcp_watch_frame *frame,
			       struct segment *segment, struct tcp_sight *sight)
{
	struct link_packet packet;
	enum wire_result result = link_parse(watch->link, frame->bytes, frame->length, &packet);
	const uint8_t *bytes = frame->bytes + packet.offset;
	size_t length = frame->length - packet.offset;

	watch->frames++;
	if (result != WIRE_OK) {
		watch->others++;
		return NULL;
	}
	result = tcp_parse_packet(segment, bytes, length, frame->wire_length - packet.offset);
	switch (result) {
	case WIRE_OK:
		watch->segments++;
		segment->time_ns = frame->time_ns;
		return tcp_flows_see(&watch->flows, segment, sight);
	case WIRE_SHORT:
		watch->cut++;
		return NULL;
	case WIRE_BAD:
		watch->malformed++;
		return NULL;
	default:
		see_other(watch, bytes, length, segment, frame->time_ns);
		return NULL;
	}
}
