// SPDX-License-Identifier: GPL-2.0-or-later
/* An ICMP or ICMPv6 error about a segment, and the quoted segment alone: the first byte chooses.
 * What is quoted is compared with a SYN, as if it were that. */
#include "analysis/tcp_changes.h"
#include "fuzz.h"
#include "wire/tcp.h"
#include "wire/tcp_quote.h"

static void check_inside(const uint8_t *at, size_t length, const uint8_t *bytes, size_t size)
{
	FUZZ_CHECK(length == 0 || (at >= bytes && at + length <= bytes + size));
}

/* No SYN of ours does: the comparison takes the first one for all of them. */
static bool repeats_an_option(const struct segment_options *options)
{
	const uint8_t *at = options->bytes, *end = at + options->length;
	bool was_there[256] = { false };
	struct tcp_option option;

	while (tcp_next_option(&option, &at, end) == WIRE_OK && option.kind != TCP_OPTION_END) {
		if (option.kind != TCP_OPTION_NOP && was_there[option.kind])
			return true;
		was_there[option.kind] = true;
	}
	return false;
}

static void compare(const struct tcp_quote *quote)
{
	static struct segment sent = {
		.seq = 1000000000,
		.flags = SEGMENT_SYN,
		.window = 64240,
		.options = { .present = SEGMENT_OPTION_MSS | SEGMENT_OPTION_SACK_PERMITTED |
					SEGMENT_OPTION_TIMESTAMPS | SEGMENT_OPTION_WSCALE,
			     .mss = 1460,
			     .ts_val = 305419896,
			     .wscale = 7 },
	};
	struct tcp_changes changes;
	char text[TCP_CHANGE_TEXT_MAX];

	tcp_build_options(&sent.options);
	tcp_changes_find(&changes, &sent, quote);
	FUZZ_CHECK(changes.count < TCP_CHANGES_MAX);
	for (uint8_t i = 0; i < changes.count; i++) {
		FUZZ_CHECK(tcp_change_text(text, &changes.list[i]) < sizeof(text));
		FUZZ_CHECK(tcp_changes_has(&changes, &changes.list[i]));
		FUZZ_CHECK(tcp_change_is_told(&changes.list[i], tcp_quote_extent(quote)));
	}
	if (repeats_an_option(&quote->segment.options))
		return;
	tcp_changes_find(&changes, &quote->segment, quote);
	FUZZ_CHECK(changes.count == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tcp_quote quote = { .family = AF_INET };
	uint8_t family = size > 0 && data[0] & 1 ? AF_INET6 : AF_INET;
	enum wire_result result;
	uint8_t *bytes;

	if (size < 1)
		return 0;
	size--;
	bytes = malloc(size ? size : 1);
	FUZZ_CHECK(bytes);
	memcpy(bytes, data + 1, size);
	if (data[0] & 2)
		result = tcp_quote_parse_segment(&quote, bytes, size);
	else
		result = tcp_quote_parse(&quote, family, bytes, size);
	if (result == WIRE_OK) {
		FUZZ_CHECK(!quote.has_options || !quote.is_partial);
		FUZZ_CHECK(quote.mtu == 0 || tcp_quote_is_too_big(&quote));
		FUZZ_CHECK(quote.segment.options.length <= SEGMENT_OPTIONS_MAX);
		FUZZ_CHECK(quote.segment.checksum_state == SEGMENT_CHECKSUM_UNKNOWN);
		check_inside(quote.segment.payload, quote.segment.payload_captured, bytes, size);
		check_inside(quote.extensions, quote.extensions_length, bytes, size);
		compare(&quote);
	}
	free(bytes);
	return 0;
}
