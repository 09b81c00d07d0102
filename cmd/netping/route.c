// SPDX-License-Identifier: GPL-2.0-or-later
/* What routers wrote into the IPv4 options of a reply, as iputils shows it (RFC 791 section 3.1).
 * Every length is the option's own, and was checked before. */
#include <inttypes.h>
#include <netinet/ip.h>
#include <stdio.h>
#include <string.h>

#include "netping.h"

static void add_hop(struct run *run, const uint8_t *bytes)
{
	struct addr addr = { .family = AF_INET };
	char text[ADDR_TEXT_MAX + 1];

	memcpy(addr.bytes, bytes, 4);
	*addr_format(text, &addr) = '\0';
	buf_add_char(&run->out, '\t');
	buf_add_text(&run->out, text);
}

/* The bytes of an option that are filled in: up to its pointer, which counts from the option's
 * start at 1 and is @data's first byte. */
static size_t filled(const struct ip_option *option, size_t head)
{
	size_t pointer = option->length > 0 ? option->data[0] : 0;

	if (pointer > option->length + 2)
		pointer = option->length + 3;
	return pointer > head + 3 && option->length > head ? pointer - head - 3 : 0;
}

static void show_route(struct run *run, const struct ip_option *option)
{
	const uint8_t *hops = option->data + 1;
	size_t length = filled(option, 1);

	if (length > option->length - 1)
		length = option->length - 1;
	length -= length % 4;
	if (length == 0)
		return;
	if (option->kind == IPOPT_RR && length == run->old_route_length &&
	    memcmp(hops, run->old_route, length) == 0 && !run->settings.flood) {
		buf_add_text(&run->out, "\t(same route)");
		return;
	}
	if (option->kind == IPOPT_RR && length <= sizeof(run->old_route)) {
		memcpy(run->old_route, hops, length);
		run->old_route_length = length;
	}
	buf_add_text(&run->out, option->kind == IPOPT_RR   ? "\nRR: " :
				option->kind == IPOPT_SSRR ? "\nSSRR: " :
							     "\nLSRR: ");
	for (size_t i = 0; i < length; i += 4) {
		add_hop(run, hops + i);
		buf_add_char(&run->out, '\n');
	}
}

/* A time stamp, relative to the one before it, which @before holds. The top bit says that it is not
 * milliseconds since midnight. */
static void add_stamp(struct run *run, const uint8_t *bytes, uint32_t *standard, uint32_t *other)
{
	uint32_t value = wire_get_u32(bytes), time = value & 0x7fffffff;
	uint32_t *before = value == time ? standard : other;
	const char *suffix = value == time ? "" : " not-standard";
	char text[64];

	if (*before == 0)
		snprintf(text, sizeof(text), "\t%u absolute%s\n", time, suffix);
	else
		snprintf(text, sizeof(text), "\t%" PRId64 "%s\n", (int64_t)time - *before, suffix);
	buf_add_text(&run->out, text);
	*before = time;
}

static void show_stamps(struct run *run, const struct ip_option *option)
{
	size_t length = filled(option, 2), step;
	uint32_t standard = 0, other = 0;
	const uint8_t *at;
	char text[32];

	if (length > option->length - 2)
		length = option->length - 2;
	if (option->length < 2 || length == 0)
		return;
	step = (option->data[1] & 15) == IPOPT_TS_TSONLY ? 4 : 8;
	buf_add_text(&run->out, "\nTS: ");
	for (at = option->data + 2; length >= step; at += step, length -= step) {
		if (step == 8)
			add_hop(run, at);
		add_stamp(run, at + step - 4, &standard, &other);
	}
	if (option->data[1] >> 4) {
		snprintf(text, sizeof(text), "Unrecorded hops: %d\n", option->data[1] >> 4);
		buf_add_text(&run->out, text);
	}
}

/* Show the options of a reply behind its line. */
void route_show(struct run *run, const struct probe_event *event)
{
	const uint8_t *at = event->options, *end;
	struct ip_option option;
	char text[32];

	if (event->options_length == 0)
		return;
	end = at + event->options_length;
	while (ip_next_option(&option, &at, end) == WIRE_OK && option.kind != IPOPT_EOL) {
		switch (option.kind) {
		case IPOPT_NOP:
			buf_add_text(&run->out, "\nNOP");
			break;
		case IPOPT_RR:
		case IPOPT_LSRR:
		case IPOPT_SSRR:
			if (option.length > 1)
				show_route(run, &option);
			break;
		case IPOPT_TIMESTAMP:
			if (option.length > 2)
				show_stamps(run, &option);
			break;
		default:
			snprintf(text, sizeof(text), "\nunknown option %x", option.kind);
			buf_add_text(&run->out, text);
		}
	}
}
