// SPDX-License-Identifier: GPL-2.0-or-later
/* The options of a header: one by one, and all that they say; which can be built again, as far as
 * there is room. */
#include "analysis/tcp_question.h"
#include "fuzz.h"
#include "wire/tcp.h"

#define BUILT                                                                                      \
	(SEGMENT_OPTION_MSS | SEGMENT_OPTION_WSCALE | SEGMENT_OPTION_SACK_PERMITTED |              \
	 SEGMENT_OPTION_TIMESTAMPS)

static void walk(const uint8_t *at, const uint8_t *end)
{
	const uint8_t *before = at;
	struct tcp_option option;

	while (tcp_next_option(&option, &at, end) == WIRE_OK && option.kind != TCP_OPTION_END) {
		FUZZ_CHECK(at > before && at <= end);
		FUZZ_CHECK(!option.data || option.data + option.length == at);
		before = at;
	}
}

static void build_again(const struct segment_options *options)
{
	struct segment_options built = *options, again;

	tcp_build_options(&built);
	FUZZ_CHECK(built.length <= SEGMENT_OPTIONS_MAX && built.length % 4 == 0);
	tcp_parse_options(&again, built.bytes, built.length);
	FUZZ_CHECK(!again.is_malformed);
	FUZZ_CHECK((again.present & BUILT) == (options->present & BUILT));
	FUZZ_CHECK(again.sack_count <= options->sack_count);
	FUZZ_CHECK(!(options->present & SEGMENT_OPTION_MSS) || again.mss == options->mss);
	FUZZ_CHECK(!(options->present & SEGMENT_OPTION_TIMESTAMPS) ||
		   (again.ts_val == options->ts_val && again.ts_ecr == options->ts_ecr));
}

/* The options came with the SYN,ACK to each SYN of --probe tfo. */
static void question(const struct segment_options *options)
{
	struct tcp_exchange exchanges[TCP_FAST_OPEN_SYNS] = { 0 };
	struct tcp_question_result result;
	const uint8_t *cookie;
	size_t length;

	for (int i = 0; i < TCP_FAST_OPEN_SYNS; i++) {
		exchanges[i].came.flags = SEGMENT_SYN | SEGMENT_ACK;
		exchanges[i].came.options = *options;
		exchanges[i].is_answered = true;
	}
	length = tcp_fast_open_cookie(&exchanges[0], &cookie);
	FUZZ_CHECK(length <= 16);
	FUZZ_CHECK(length == 0 ||
		   (cookie >= exchanges[0].came.options.bytes &&
		    cookie + length <= exchanges[0].came.options.bytes + options->length));
	tcp_fast_open_judge(&result, exchanges);
	FUZZ_CHECK(result.evidence.count > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segment_options options;
	uint8_t *bytes = malloc(size ? size : 1);

	FUZZ_CHECK(bytes);
	if (size > 0)
		memcpy(bytes, data, size);
	tcp_parse_options(&options, bytes, size);
	FUZZ_CHECK(options.sack_count <= SEGMENT_SACKS_MAX);
	FUZZ_CHECK(options.length == (size < SEGMENT_OPTIONS_MAX ? size : SEGMENT_OPTIONS_MAX));
	walk(bytes, bytes + size);
	build_again(&options);
	question(&options);
	free(bytes);
	return 0;
}
