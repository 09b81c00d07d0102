// SPDX-License-Identifier: GPL-2.0-or-later
/* -v: every field of both headers, every option, and the payload. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "netshake.h"
#include "wire/tcp.h"

#define INDENT "      "
#define BYTES_A_LINE 16

static void dump_ip(struct run *run, const struct segment *segment)
{
	const struct segment_ip *ip = &segment->ip;
	char src[ADDR_TEXT_MAX + 1], dst[ADDR_TEXT_MAX + 1], text[2 * ADDR_TEXT_MAX + 8];

	*addr_format(src, &segment->src) = '\0';
	*addr_format(dst, &segment->dst) = '\0';
	snprintf(text, sizeof(text), "%s > %s", src, dst);
	say_wrapped(run, segment->src.family == AF_INET6 ? INDENT "IPv6 " : INDENT "IPv4 ", text);
	if (ip->version == 6)
		say(run, INDENT "     hop limit %u, DSCP %u, ECN %u (%s), flow label 0x%05x\n",
		    ip->ttl, ip->dscp, ip->ecn, segment_ecn_names[ip->ecn & 3], ip->flow_label);
	else if (ip->version == 4)
		say(run, INDENT "     TTL %u, DSCP %u, ECN %u (%s), id 0x%04x, %sDF%s\n", ip->ttl,
		    ip->dscp, ip->ecn, segment_ecn_names[ip->ecn & 3], ip->id,
		    ip->is_df ? "" : "no ", ip->is_mf ? ", more fragments" : "");
}

static void dump_header(struct run *run, const struct segment *segment)
{
	static const char *const checksums[SEGMENT_CHECKSUM_COUNT] = {
		[SEGMENT_CHECKSUM_UNKNOWN] = "not verified: cut",
		[SEGMENT_CHECKSUM_OK] = "verified",
		[SEGMENT_CHECKSUM_BAD] = "WRONG",
		[SEGMENT_CHECKSUM_OFFLOADED] = "offloaded",
	};
	unsigned int flags = segment->flags;

	say(run, INDENT "TCP  source port %u, destination port %u\n", segment->src.port,
	    segment->dst.port);
	say(run, INDENT "     sequence %u, acknowledgement %u\n", segment->seq, segment->ack);
	say(run, INDENT "     data offset %u (%u bytes), reserved %u\n", segment->data_offset,
	    segment->data_offset * 4u, segment->reserved);
	say(run, INDENT "     AE %u CWR %u ECE %u URG %u ACK %u PSH %u RST %u SYN %u FIN %u\n",
	    !!(flags & SEGMENT_AE), !!(flags & SEGMENT_CWR), !!(flags & SEGMENT_ECE),
	    !!(flags & SEGMENT_URG), !!(flags & SEGMENT_ACK), !!(flags & SEGMENT_PSH),
	    !!(flags & SEGMENT_RST), !!(flags & SEGMENT_SYN), !!(flags & SEGMENT_FIN));
	say(run, INDENT "     window %u, checksum 0x%04x (%s), urgent pointer %u\n",
	    segment->window, segment->checksum, checksums[segment->checksum_state],
	    segment->urgent);
}

/* Bytes in hexadecimal, a blank behind each. */
static void hex_bytes(char *text, size_t size, const uint8_t *bytes, size_t length)
{
	char *at = text;

	for (size_t i = 0; i < length && (size_t)(at - text) + 4 < size; i++) {
		at = text_hex8(at, bytes[i]);
		*at++ = ' ';
	}
	*at = '\0';
}

static void dump_option(struct run *run, const struct tcp_option *option)
{
	const uint8_t *data = option->data;
	char text[160], bytes[3 * SEGMENT_OPTIONS_MAX + 1];

	switch (option->kind) {
	case TCP_OPTION_NOP:
		say(run, INDENT "     option 1 no operation\n");
		return;
	case TCP_OPTION_MSS:
		if (option->length == 2)
			say(run, INDENT "     option 2 maximum segment size: %u\n",
			    wire_get_u16(data));
		return;
	case TCP_OPTION_WSCALE:
		if (option->length == 1)
			say(run, INDENT "     option 3 window scale: %u (times %u)\n", data[0],
			    1u << (data[0] > 14 ? 14 : data[0]));
		return;
	case TCP_OPTION_SACK_PERMITTED:
		say(run, INDENT "     option 4 selective acknowledgements permitted\n");
		return;
	case TCP_OPTION_SACK:
		for (size_t i = 0; i + 8 <= option->length; i += 8)
			say(run, INDENT "     option 5 selective acknowledgement: %u to %u\n",
			    wire_get_u32(data + i), wire_get_u32(data + i + 4));
		return;
	case TCP_OPTION_TIMESTAMPS:
		if (option->length == 8)
			say(run, INDENT "     option 8 timestamps: value %u, echo %u\n",
			    wire_get_u32(data), wire_get_u32(data + 4));
		return;
	default:
		hex_bytes(bytes, sizeof(bytes), data, option->length);
		snprintf(text, sizeof(text), "option %u%s, %zu bytes: %s", option->kind,
			 option->kind == TCP_OPTION_MPTCP     ? " MPTCP" :
			 option->kind == TCP_OPTION_FAST_OPEN ? " fast open" :
								"",
			 option->length, bytes);
		say_wrapped(run, INDENT "     ", text);
	}
}

static void dump_options(struct run *run, const struct segment *segment)
{
	const uint8_t *at = segment->options.bytes, *end = at + segment->options.length;
	struct tcp_option option;

	while (at < end) {
		if (tcp_next_option(&option, &at, end) != WIRE_OK) {
			say(run, INDENT "     options are malformed from byte %td on\n",
			    at - segment->options.bytes);
			return;
		}
		if (option.kind == TCP_OPTION_END)
			return;
		dump_option(run, &option);
	}
}

static void dump_payload(struct run *run, const struct segment *segment)
{
	uint32_t length = segment->payload ? segment->payload_captured : 0;

	if (segment->payload_length > 0)
		say(run, INDENT "     payload of %u bytes\n", segment->payload_length);
	for (uint32_t i = 0; i < length; i += BYTES_A_LINE) {
		uint32_t n = length - i < BYTES_A_LINE ? length - i : BYTES_A_LINE;
		char hex[3 * BYTES_A_LINE + 4], text[BYTES_A_LINE + 1];

		hex_bytes(hex, sizeof(hex), segment->payload + i, n);
		for (uint32_t j = 0; j < n; j++) {
			uint8_t byte = segment->payload[i + j];

			text[j] = byte >= 0x20 && byte < 0x7f ? (char)byte : '.';
		}
		text[n] = '\0';
		say(run, INDENT "%06x  %-48s %s\n", i, hex, text);
	}
}

/* Write everything that there is in @segment. */
void dump_segment(struct run *run, const struct segment *segment)
{
	dump_ip(run, segment);
	dump_header(run, segment);
	dump_options(run, segment);
	dump_payload(run, segment);
}
