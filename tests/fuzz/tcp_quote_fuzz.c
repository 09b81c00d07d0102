// SPDX-License-Identifier: GPL-2.0-or-later
/* An ICMP or ICMPv6 error about a segment, and the quoted segment alone: the first byte chooses. */
#include "fuzz.h"
#include "wire/tcp_quote.h"

static void check_inside(const uint8_t *at, size_t length, const uint8_t *bytes, size_t size)
{
	FUZZ_CHECK(length == 0 || (at >= bytes && at + length <= bytes + size));
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
	}
	free(bytes);
	return 0;
}
