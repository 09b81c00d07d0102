// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_changes.h"

#include <stdio.h>
#include <string.h>

#include "wire/tcp.h"

const char *const tcp_field_names[TCP_FIELD_COUNT] = {
	[TCP_FIELD_DSCP] = "dscp",     [TCP_FIELD_ECN] = "ecn",
	[TCP_FIELD_DF] = "df",	       [TCP_FIELD_FLOW_LABEL] = "flow_label",
	[TCP_FIELD_SEQ] = "seq",       [TCP_FIELD_ACK] = "ack",
	[TCP_FIELD_FLAGS] = "flags",   [TCP_FIELD_RESERVED] = "reserved",
	[TCP_FIELD_WINDOW] = "window", [TCP_FIELD_URGENT] = "urgent",
	[TCP_FIELD_OPTION] = "option",
};

/* Return: how much of the TCP header @quote has. */
enum tcp_extent tcp_quote_extent(const struct tcp_quote *quote)
{
	if (quote->is_partial)
		return TCP_EXTENT_PORTS;
	return quote->has_options ? TCP_EXTENT_ALL : TCP_EXTENT_HEADER;
}

static void add(struct tcp_changes *changes, const struct tcp_change *change)
{
	if (changes->count < TCP_CHANGES_MAX)
		changes->list[changes->count++] = *change;
}

static void compare(struct tcp_changes *changes, enum tcp_field field, uint32_t from, uint32_t to)
{
	const struct tcp_change change = { .field = (uint8_t)field, .from = from, .to = to };

	if (from != to)
		add(changes, &change);
}

static void compare_ip(struct tcp_changes *changes, const struct segment_ip *from,
		       const struct segment_ip *to)
{
	if (to->version == 0)
		return; /* not quoted */
	compare(changes, TCP_FIELD_DSCP, from->dscp, to->dscp);
	compare(changes, TCP_FIELD_ECN, from->ecn, to->ecn);
	if (to->version == 4)
		compare(changes, TCP_FIELD_DF, from->is_df, to->is_df);
	else
		compare(changes, TCP_FIELD_FLOW_LABEL, from->flow_label, to->flow_label);
}

/* Take the next option that is one: neither padding nor the end.
 *
 * Return: whether there is one.
 */
static bool next(struct tcp_option *option, const uint8_t **at, const uint8_t *end)
{
	do
		if (tcp_next_option(option, at, end) != WIRE_OK || option->kind == TCP_OPTION_END)
			return false;
	while (option->kind == TCP_OPTION_NOP);
	return true;
}

/* Find the first option of that kind.
 *
 * Return: whether there is one.
 */
static bool find(const struct segment_options *options, uint8_t kind, struct tcp_option *option)
{
	const uint8_t *at = options->bytes, *end = at + options->length;

	while (next(option, &at, end))
		if (option->kind == kind)
			return true;
	return false;
}

/* Whether the bytes at which @option of @sent stood are all no-operations in @seen. */
static bool is_nop(const struct segment_options *sent, const struct tcp_option *option,
		   const struct segment_options *seen)
{
	size_t start = (size_t)(option->data - 2 - sent->bytes);

	if (start + 2 + option->length > seen->length)
		return false;
	for (size_t i = start; i < start + 2 + option->length; i++)
		if (seen->bytes[i] != TCP_OPTION_NOP)
			return false;
	return true;
}

/* Up to four bytes, as the number that they are. */
static uint32_t value_of(const uint8_t *data, size_t length)
{
	uint32_t value = 0;

	for (size_t i = 0; i < length && i < sizeof(value); i++)
		value = value << 8 | data[i];
	return value;
}

static void compare_option(struct tcp_changes *changes, const struct segment_options *sent,
			   const struct tcp_option *option, const struct segment_options *seen)
{
	struct tcp_change change = { .field = TCP_FIELD_OPTION, .option = option->kind };
	struct tcp_option other;

	if (!find(seen, option->kind, &other)) {
		change.rewrite = is_nop(sent, option, seen) ? TCP_REWRITE_NOP : TCP_REWRITE_REMOVED;
	} else if (other.length != option->length) {
		change.rewrite = TCP_REWRITE_LENGTH;
		change.from = (uint32_t)option->length;
		change.to = (uint32_t)other.length;
	} else if (memcmp(other.data, option->data, option->length) != 0) {
		change.from = value_of(option->data, option->length);
		change.to = value_of(other.data, other.length);
	} else {
		return;
	}
	add(changes, &change);
}

static void compare_options(struct tcp_changes *changes, const struct segment_options *sent,
			    const struct segment_options *seen)
{
	const uint8_t *at = sent->bytes, *end = at + sent->length;
	struct tcp_option option, other;

	while (next(&option, &at, end))
		compare_option(changes, sent, &option, seen);
	at = seen->bytes;
	end = at + seen->length;
	while (next(&option, &at, end)) {
		const struct tcp_change change = {
			.field = TCP_FIELD_OPTION,
			.rewrite = TCP_REWRITE_ADDED,
			.option = option.kind,
			.to = value_of(option.data, option.length),
		};

		if (!find(sent, option.kind, &other) && !tcp_changes_has(changes, &change))
			add(changes, &change);
	}
}

/* Compare @sent, whose options are there as bytes, with what @quote has of it. What every router
 * changes is passed over: time to live, checksums; and so is IPv4's identification, which the
 * kernel chooses. Addresses and ports tell whose segment it is: what a translator did to them is
 * undone in the quote, or it would not be recognised. */
void tcp_changes_find(struct tcp_changes *changes, const struct segment *sent,
		      const struct tcp_quote *quote)
{
	const struct segment *seen = &quote->segment;

	changes->count = 0;
	compare_ip(changes, &sent->ip, &seen->ip);
	compare(changes, TCP_FIELD_SEQ, sent->seq, seen->seq);
	if (quote->is_partial)
		return;
	compare(changes, TCP_FIELD_ACK, sent->ack, seen->ack);
	compare(changes, TCP_FIELD_FLAGS, sent->flags, seen->flags);
	compare(changes, TCP_FIELD_RESERVED, sent->reserved, seen->reserved);
	compare(changes, TCP_FIELD_WINDOW, sent->window, seen->window);
	compare(changes, TCP_FIELD_URGENT, sent->urgent, seen->urgent);
	if (quote->has_options)
		compare_options(changes, &sent->options, &seen->options);
}

/* Whether @changes has it, to the same value. */
bool tcp_changes_has(const struct tcp_changes *changes, const struct tcp_change *change)
{
	for (uint8_t i = 0; i < changes->count; i++) {
		const struct tcp_change *known = &changes->list[i];

		if (known->field == change->field && known->rewrite == change->rewrite &&
		    known->option == change->option && known->to == change->to)
			return true;
	}
	return false;
}

/* Whether a quote of that extent would show @change. */
bool tcp_change_is_told(const struct tcp_change *change, enum tcp_extent extent)
{
	switch ((enum tcp_field)change->field) {
	case TCP_FIELD_OPTION:
		return extent == TCP_EXTENT_ALL;
	case TCP_FIELD_ACK:
	case TCP_FIELD_FLAGS:
	case TCP_FIELD_RESERVED:
	case TCP_FIELD_WINDOW:
	case TCP_FIELD_URGENT:
		return extent >= TCP_EXTENT_HEADER;
	default:
		return extent >= TCP_EXTENT_PORTS;
	}
}

/* Return: what the kind of option is called; @text (16 bytes) is where a number is made of it. */
const char *tcp_option_name(uint8_t kind, char *text)
{
	switch (kind) {
	case TCP_OPTION_MSS:
		return "mss";
	case TCP_OPTION_WSCALE:
		return "wscale";
	case TCP_OPTION_SACK_PERMITTED:
		return "sack";
	case TCP_OPTION_TIMESTAMPS:
		return "timestamps";
	case TCP_OPTION_FAST_OPEN:
		return "fastopen";
	case TCP_OPTION_MPTCP:
		return "mptcp";
	default:
		snprintf(text, 16, "option %u", kind);
		return text;
	}
}

static int option_text(char *text, const struct tcp_change *change)
{
	char number[16];
	const char *name = tcp_option_name(change->option, number);

	switch ((enum tcp_rewrite)change->rewrite) {
	case TCP_REWRITE_NOP:
		return snprintf(text, TCP_CHANGE_TEXT_MAX, "%s turned to NOP", name);
	case TCP_REWRITE_REMOVED:
		return snprintf(text, TCP_CHANGE_TEXT_MAX, "%s removed", name);
	case TCP_REWRITE_ADDED:
		return snprintf(text, TCP_CHANGE_TEXT_MAX, "%s added", name);
	case TCP_REWRITE_LENGTH:
		return snprintf(text, TCP_CHANGE_TEXT_MAX, "%s of %u bytes of data in place of %u",
				name, change->to, change->from);
	default:
		return snprintf(text, TCP_CHANGE_TEXT_MAX, "%s %u to %u", name, change->from,
				change->to);
	}
}

/* Write @change as "mss 1460 to 1200", "sack turned to NOP", "ecn ECT(0) to Not-ECT", to @text
 * (TCP_CHANGE_TEXT_MAX bytes).
 *
 * Return: the length.
 */
size_t tcp_change_text(char *text, const struct tcp_change *change)
{
	char from[SEGMENT_FLAGS_TEXT_MAX], to[SEGMENT_FLAGS_TEXT_MAX];
	const char *name = tcp_field_names[change->field];
	int length;

	switch ((enum tcp_field)change->field) {
	case TCP_FIELD_OPTION:
		length = option_text(text, change);
		break;
	case TCP_FIELD_ECN:
		length = snprintf(text, TCP_CHANGE_TEXT_MAX, "ecn %s to %s",
				  segment_ecn_names[change->from & 3],
				  segment_ecn_names[change->to & 3]);
		break;
	case TCP_FIELD_FLAGS:
		segment_flags_text(from, change->from);
		segment_flags_text(to, change->to);
		length = snprintf(text, TCP_CHANGE_TEXT_MAX, "flags %.36s to %.36s", from, to);
		break;
	case TCP_FIELD_SEQ:
		length = snprintf(text, TCP_CHANGE_TEXT_MAX, "seq %u to %u (by %+d)", change->from,
				  change->to, (int32_t)(change->to - change->from));
		break;
	case TCP_FIELD_DF:
		length = snprintf(text, TCP_CHANGE_TEXT_MAX, "df %s",
				  change->to ? "set" : "cleared");
		break;
	default:
		length = snprintf(text, TCP_CHANGE_TEXT_MAX, "%s %u to %u", name, change->from,
				  change->to);
	}
	return (size_t)length;
}
