// SPDX-License-Identifier: GPL-2.0-or-later
/* A packet, or a segment without its IP header, cut or whole: the first byte chooses, the second
 * one says how much of it was not captured. What can be read can be built again, and reads the
 * same. */
#include "fuzz.h"
#include "wire/tcp.h"

static void check_sound(const struct segment *segment, const uint8_t *bytes, size_t size)
{
	FUZZ_CHECK(segment->payload >= bytes);
	FUZZ_CHECK(segment->payload + segment->payload_captured <= bytes + size);
	FUZZ_CHECK(segment->payload_captured <= segment->payload_length);
	FUZZ_CHECK(segment->is_truncated || segment->payload_captured == segment->payload_length);
	FUZZ_CHECK(segment->data_offset >= 5 && segment->data_offset <= 15);
	FUZZ_CHECK(segment->options.length <= SEGMENT_OPTIONS_MAX);
	FUZZ_CHECK(segment->options.sack_count <= SEGMENT_SACKS_MAX);
	FUZZ_CHECK(segment->checksum_state < SEGMENT_CHECKSUM_COUNT);
	FUZZ_CHECK((segment->flags & ~SEGMENT_FLAGS) == 0);
}

static void build_again(const struct segment *segment)
{
	static uint8_t bytes[1 << 17];
	struct segment again;
	size_t length;

	if (segment->is_truncated || segment->options.length % 4 != 0)
		return;
	length = tcp_build_packet(bytes, sizeof(bytes), segment);
	FUZZ_CHECK(length > 0 || segment->payload_length > 0xffff - TCP_PACKET_HEADERS_MAX);
	if (length == 0)
		return;
	FUZZ_CHECK(tcp_parse_packet(&again, bytes, length, length) == WIRE_OK);
	FUZZ_CHECK(again.checksum_state == SEGMENT_CHECKSUM_OK ||
		   again.checksum_state == SEGMENT_CHECKSUM_OFFLOADED);
	FUZZ_CHECK(again.seq == segment->seq && again.ack == segment->ack);
	FUZZ_CHECK(again.flags == segment->flags && again.reserved == segment->reserved);
	FUZZ_CHECK(again.window == segment->window && again.urgent == segment->urgent);
	FUZZ_CHECK(again.src.port == segment->src.port && again.dst.port == segment->dst.port);
	FUZZ_CHECK(again.payload_length == segment->payload_length);
	FUZZ_CHECK(memcmp(&again.options, &segment->options, sizeof(again.options)) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segment segment = { .src = { .family = AF_INET }, .dst = { .family = AF_INET } };
	enum wire_result result;
	size_t missing;
	uint8_t *bytes;

	if (size < 2)
		return 0;
	missing = data[1];
	size -= 2;
	bytes = malloc(size ? size : 1);
	FUZZ_CHECK(bytes);
	memcpy(bytes, data + 2, size);
	if (data[0] & 1)
		result = tcp_parse_packet(&segment, bytes, size, size + missing);
	else
		result = tcp_parse_cut(&segment, bytes, size, size + missing);
	if (result == WIRE_OK) {
		check_sound(&segment, bytes, size);
		build_again(&segment);
	}
	free(bytes);
	return 0;
}
