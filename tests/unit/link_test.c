// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands in front of a packet in captures. */
#include "wire/ethernet.h"
#include "wire/link.h"
#include "unit.h"

#define MACS "\2\0\0\0\0\1\2\0\0\0\0\2"
#define COOKED "\0\0\0\1\0\6\2\0\0\0\0\1\0\0"
#define COOKED2_REST "\0\0\0\0\0\2\0\1\0\6\2\0\0\0\0\1\0\0"

static const struct {
	const char *name;
	enum link_kind kind;
	const char *bytes;
	size_t length, offset;
	uint16_t type, vlan;
	enum wire_result result;
} samples[] = {
	{ "ethernet", LINK_ETHERNET, UNIT_BYTES(MACS "\x08\0E"), 14, 0x800, 0, WIRE_OK },
	{ "ipv6", LINK_ETHERNET, UNIT_BYTES(MACS "\x86\xdd`"), 14, 0x86dd, 0, WIRE_OK },
	{ "tag", LINK_ETHERNET, UNIT_BYTES(MACS "\x81\0\x30\x07\x08\0E"), 18, 0x800, 7, WIRE_OK },
	{ "two tags", LINK_ETHERNET, UNIT_BYTES(MACS "\x88\xa8\0\x09\x81\0\0\x07\x08\0E"), 22,
	  0x800, 9, WIRE_OK },
	{ "three", LINK_ETHERNET, UNIT_BYTES(MACS "\x88\xa8\0\1\x81\0\0\2\x81\0\0\3\x08\0E"), 0, 0,
	  0, WIRE_UNSUPPORTED },
	{ "arp", LINK_ETHERNET, UNIT_BYTES(MACS "\x08\x06\0\1"), 0, 0, 0, WIRE_UNSUPPORTED },
	{ "802.3", LINK_ETHERNET, UNIT_BYTES(MACS "\0\x26\x42\x42\3"), 0, 0, 0, WIRE_UNSUPPORTED },
	{ "cooked", LINK_COOKED, UNIT_BYTES(COOKED "\x08\0E"), 16, 0x800, 0, WIRE_OK },
	{ "cooked tag", LINK_COOKED, UNIT_BYTES(COOKED "\x81\0\0\5\x86\xdd`"), 20, 0x86dd, 5,
	  WIRE_OK },
	{ "cooked2", LINK_COOKED2, UNIT_BYTES("\x86\xdd" COOKED2_REST "`"), 20, 0x86dd, 0,
	  WIRE_OK },
	{ "cooked2 tag", LINK_COOKED2, UNIT_BYTES("\x88\xa8" COOKED2_REST "\0\6\x08\0E"), 24, 0x800,
	  6, WIRE_OK },
	{ "raw", LINK_RAW, UNIT_BYTES("E"), 0, 0, 0, WIRE_OK },
	{ "raw, empty", LINK_RAW, UNIT_BYTES(""), 0, 0, 0, WIRE_SHORT },
	{ "null, little", LINK_NULL, UNIT_BYTES("\2\0\0\0E"), 4, 0x800, 0, WIRE_OK },
	{ "null, big", LINK_NULL, UNIT_BYTES("\0\0\0\2E"), 4, 0x800, 0, WIRE_OK },
	{ "null, ipv6", LINK_NULL, UNIT_BYTES("\x1e\0\0\0`"), 4, 0x86dd, 0, WIRE_OK },
	{ "null, other", LINK_NULL, UNIT_BYTES("\7\0\0\0`"), 0, 0, 0, WIRE_UNSUPPORTED },
	{ "loop", LINK_LOOP, UNIT_BYTES("\0\0\0\x18`"), 4, 0x86dd, 0, WIRE_OK },
	{ "loop, little", LINK_LOOP, UNIT_BYTES("\2\0\0\0E"), 0, 0, 0, WIRE_UNSUPPORTED },
	{ "no such", LINK_KINDS, UNIT_BYTES("E"), 0, 0, 0, WIRE_UNSUPPORTED },
};

static void packets_are_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(samples); i++) {
		struct link_packet packet;
		enum wire_result result =
			link_parse(samples[i].kind, (const uint8_t *)samples[i].bytes,
				   samples[i].length, &packet);

		print_message("# %s\n", samples[i].name);
		assert_int_equal(result, samples[i].result);
		if (result != WIRE_OK)
			continue;
		assert_int_equal(packet.offset, samples[i].offset);
		assert_int_equal(packet.type, samples[i].type);
		assert_int_equal(packet.vlan, samples[i].vlan);
	}
}

/* Cut before the packet, wherever it is cut. */
static void cut_headers_are_short(void **state)
{
	struct link_packet packet;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(samples); i++) {
		if (samples[i].result != WIRE_OK)
			continue;
		for (size_t length = 0; length < samples[i].offset; length++)
			assert_int_equal(link_parse(samples[i].kind,
						    (const uint8_t *)samples[i].bytes, length,
						    &packet),
					 WIRE_SHORT);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packets_are_found),
		cmocka_unit_test(cut_headers_are_short),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
