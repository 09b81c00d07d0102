// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of a TCP header (RFC 9293 section 3.2): bytes <-> what they say. */
#include "wire/tcp.h"

#include <string.h>

/* The option's length in all, its kind and length included; only those that have one. */
#define MSS_LENGTH 4
#define WSCALE_LENGTH 3
#define SACK_PERMITTED_LENGTH 2
#define TIMESTAMPS_LENGTH 10
#define SACK_BLOCK 8

/* Take the next option from @at up to @end, and move @at behind it. The end of the list is an
 * option of kind TCP_OPTION_END, also where there are no more bytes.
 *
 * Return: WIRE_OK; WIRE_BAD for a length below two or beyond the end.
 */
enum wire_result tcp_next_option(struct tcp_option *option, const uint8_t **at, const uint8_t *end)
{
	const uint8_t *start = *at;

	*option = (struct tcp_option){ .kind = TCP_OPTION_END };
	if (start >= end || start[0] == TCP_OPTION_END)
		return WIRE_OK;
	option->kind = start[0];
	if (start[0] == TCP_OPTION_NOP) {
		*at = start + 1;
		return WIRE_OK;
	}
	if (end - start < 2 || start[1] < 2 || start[1] > end - start)
		return WIRE_BAD;
	option->data = start + 2;
	option->length = (size_t)start[1] - 2;
	*at = start + start[1];
	return WIRE_OK;
}

static bool decode_sacks(struct segment_options *options, const struct tcp_option *option)
{
	if (option->length == 0 || option->length % SACK_BLOCK != 0 ||
	    option->length > SEGMENT_SACKS_MAX * SACK_BLOCK)
		return false;
	options->sack_count = (uint8_t)(option->length / SACK_BLOCK);
	for (size_t i = 0; i < options->sack_count; i++) {
		options->sacks[i].left = wire_get_u32(option->data + SACK_BLOCK * i);
		options->sacks[i].right = wire_get_u32(option->data + SACK_BLOCK * i + 4);
	}
	return true;
}

/* Keep what @option says.
 *
 * Return: whether its length is one that its kind has.
 */
static bool decode(struct segment_options *options, const struct tcp_option *option)
{
	uint16_t bit = SEGMENT_OPTION_OTHER;
	bool is_sound = true;

	switch (option->kind) {
	case TCP_OPTION_MSS:
		bit = SEGMENT_OPTION_MSS;
		is_sound = option->length == MSS_LENGTH - 2;
		if (is_sound)
			options->mss = wire_get_u16(option->data);
		break;
	case TCP_OPTION_WSCALE:
		bit = SEGMENT_OPTION_WSCALE;
		is_sound = option->length == WSCALE_LENGTH - 2;
		if (is_sound)
			options->wscale = option->data[0];
		break;
	case TCP_OPTION_SACK_PERMITTED:
		bit = SEGMENT_OPTION_SACK_PERMITTED;
		is_sound = option->length == SACK_PERMITTED_LENGTH - 2;
		break;
	case TCP_OPTION_SACK:
		bit = SEGMENT_OPTION_SACK;
		is_sound = decode_sacks(options, option);
		break;
	case TCP_OPTION_TIMESTAMPS:
		bit = SEGMENT_OPTION_TIMESTAMPS;
		is_sound = option->length == TIMESTAMPS_LENGTH - 2;
		if (is_sound) {
			options->ts_val = wire_get_u32(option->data);
			options->ts_ecr = wire_get_u32(option->data + 4);
		}
		break;
	case TCP_OPTION_FAST_OPEN:
		bit = SEGMENT_OPTION_FAST_OPEN;
		break;
	case TCP_OPTION_MPTCP:
		bit = SEGMENT_OPTION_MPTCP;
		break;
	default:
		break;
	}
	if (is_sound)
		options->present |= bit;
	return is_sound;
}

/* Read @length bytes of options (0 to SEGMENT_OPTIONS_MAX; what is beyond is not looked at). What
 * is malformed is left out: an option of the wrong length alone, one whose length cannot be with
 * all that follow, since nobody knows where they begin. */
void tcp_parse_options(struct segment_options *options, const uint8_t *bytes, size_t length)
{
	const uint8_t *at, *end;
	struct tcp_option option;

	*options = (struct segment_options){
		.length = (uint8_t)(length < SEGMENT_OPTIONS_MAX ? length : SEGMENT_OPTIONS_MAX),
	};
	if (options->length == 0)
		return;
	memcpy(options->bytes, bytes, options->length);
	at = options->bytes;
	end = at + options->length;
	for (;;) {
		if (tcp_next_option(&option, &at, end) != WIRE_OK) {
			options->is_malformed = true;
			return;
		}
		if (option.kind == TCP_OPTION_END)
			return;
		if (option.kind != TCP_OPTION_NOP && !decode(options, &option))
			options->is_malformed = true;
	}
}

static uint8_t *put_sacks(uint8_t *at, const uint8_t *end, const struct segment_options *options)
{
	size_t count = options->sack_count, room = (size_t)(end - at);

	if (count > SEGMENT_SACKS_MAX)
		count = SEGMENT_SACKS_MAX;
	while (count > 0 && 4 + SACK_BLOCK * count > room)
		count--;
	if (count == 0)
		return at;
	memcpy(at, (uint8_t[]){ TCP_OPTION_NOP, TCP_OPTION_NOP, TCP_OPTION_SACK }, 3);
	at[3] = (uint8_t)(2 + SACK_BLOCK * count);
	at += 4;
	for (size_t i = 0; i < count; i++, at += SACK_BLOCK) {
		wire_put_u32(at, options->sacks[i].left);
		wire_put_u32(at + 4, options->sacks[i].right);
	}
	return at;
}

/* Write the bytes of the options that @options says are present: MSS, SACK permitted, timestamps,
 * window scale and as many SACK blocks as fit, in Linux's order and alignment
 * (net/ipv4/tcp_output.c, tcp_options_write()). What only the bytes tell (Fast Open, MPTCP, others)
 * cannot be made from it. */
void tcp_build_options(struct segment_options *options)
{
	uint8_t *at = options->bytes;
	bool has_sack_permitted = options->present & SEGMENT_OPTION_SACK_PERMITTED;

	if (options->present & SEGMENT_OPTION_MSS) {
		at[0] = TCP_OPTION_MSS;
		at[1] = MSS_LENGTH;
		wire_put_u16(at + 2, options->mss);
		at += MSS_LENGTH;
	}
	if (options->present & SEGMENT_OPTION_TIMESTAMPS) {
		at[0] = has_sack_permitted ? TCP_OPTION_SACK_PERMITTED : TCP_OPTION_NOP;
		at[1] = has_sack_permitted ? SACK_PERMITTED_LENGTH : TCP_OPTION_NOP;
		at[2] = TCP_OPTION_TIMESTAMPS;
		at[3] = TIMESTAMPS_LENGTH;
		wire_put_u32(at + 4, options->ts_val);
		wire_put_u32(at + 8, options->ts_ecr);
		at += 12;
	} else if (has_sack_permitted) {
		memcpy(at,
		       (uint8_t[]){ TCP_OPTION_NOP, TCP_OPTION_NOP, TCP_OPTION_SACK_PERMITTED,
				    SACK_PERMITTED_LENGTH },
		       4);
		at += 4;
	}
	if (options->present & SEGMENT_OPTION_WSCALE) {
		at[0] = TCP_OPTION_NOP;
		at[1] = TCP_OPTION_WSCALE;
		at[2] = WSCALE_LENGTH;
		at[3] = options->wscale;
		at += 4;
	}
	if (options->present & SEGMENT_OPTION_SACK)
		at = put_sacks(at, options->bytes + SEGMENT_OPTIONS_MAX, options);
	options->length = (uint8_t)(at - options->bytes);
}
