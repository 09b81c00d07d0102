// SPDX-License-Identifier: GPL-2.0-or-later
/* Replies and quoted headers: whole ones, and every way in which they can be cut or lie. */
#include "raw/icmp.h"

#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "support.h"
#include "unit.h"
#include "wire/icmp.h"
#include "wire/ip.h"

#define IDENT 0x1234
#define SEQ 7

/* IP 127.0.0.1 > 127.0.0.1: ICMP echo reply, id 4660, seq 7, length 24, options of @options bytes
 * (a multiple of 4). The parser gets exactly that many bytes. */
static uint8_t *make_reply(size_t options, size_t *length)
{
	size_t header = 20 + options;
	uint8_t *bytes;

	*length = header + 24;
	bytes = calloc(1, *length);
	assert_non_null(bytes);
	bytes[0] = (uint8_t)(0x40 | header / 4);
	wire_put_u16(bytes + 2, (uint16_t)*length);
	bytes[8] = 64;
	bytes[9] = 1;
	memcpy(bytes + 12, "\x7f\0\0\1\x7f\0\0\1", 8);
	wire_put_u16(bytes + header + 4, IDENT);
	wire_put_u16(bytes + header + 6, SEQ);
	memset(bytes + header + 8, 0xa5, 16);
	wire_put_u16(bytes + header + 2, checksum_finish(checksum_add(0, bytes + header, 24)));
	return bytes;
}

static const struct icmp_socket raw4 = { .family = AF_INET, .is_raw = true, .ident = IDENT };
static const struct icmp_socket dgram4 = { .family = AF_INET, .ident = IDENT };
static const struct icmp_socket raw6 = { .family = AF_INET6, .is_raw = true, .ident = IDENT };

static void a_reply_is_read(void **state)
{
	struct probe_event event = { .ttl = -1 };
	size_t length;
	uint8_t *bytes = make_reply(0, &length);

	(void)state;
	assert_true(icmp_parse_reply(&event, &raw4, bytes, length));
	assert_int_equal(event.kind, PROBE_REPLY);
	assert_int_equal(event.seq, SEQ);
	assert_int_equal(event.ttl, 64);
	assert_int_equal(event.payload_length, 16);
	assert_false(event.is_corrupt);
	bytes[30] ^= 1;
	assert_true(icmp_parse_reply(&event, &raw4, bytes, length));
	assert_true(event.is_corrupt);
	free(bytes);
}

/* Every truncation: nothing is read beyond the end, and what lacks its header is refused. */
static void cut_replies_are_refused(void **state)
{
	(void)state;
	for (size_t options = 0; options <= IP_OPTIONS_MAX; options += 4) {
		size_t length;
		uint8_t *whole = make_reply(options, &length);

		for (size_t cut = 0; cut <= length; cut++) {
			uint8_t *part = malloc(cut ? cut : 1);
			struct probe_event event = { .ttl = -1 };
			bool is_read;

			assert_non_null(part);
			memcpy(part, whole, cut);
			is_read = icmp_parse_reply(&event, &raw4, part, cut);
			assert_int_equal(is_read, cut >= 20 + options + 8);
			if (is_read)
				assert_int_equal(event.payload_length, cut - 28 - options);
			free(part);
		}
		free(whole);
	}
}

static void others_replies_are_refused(void **state)
{
	struct icmp_socket other = raw4;
	struct probe_event event = { .ttl = -1 };
	size_t length;
	uint8_t *bytes = make_reply(0, &length);

	(void)state;
	other.ident = IDENT + 1;
	assert_false(icmp_parse_reply(&event, &other, bytes, length));
	bytes[20] = 8; /* a request is no reply */
	assert_false(icmp_parse_reply(&event, &raw4, bytes, length));
	bytes[20] = 129; /* IPv6's is none in IPv4, and the other way round */
	assert_false(icmp_parse_reply(&event, &dgram4, bytes + 20, length - 20));
	assert_true(icmp_parse_reply(&event, &raw6, bytes + 20, length - 20));
	bytes[0] = 0x65;
	assert_false(icmp_parse_reply(&event, &raw4, bytes, length));
	free(bytes);
}

static void impossible_header_lengths_are_refused(void **state)
{
	struct probe_event event = { .ttl = -1 };
	size_t length;
	uint8_t *bytes = make_reply(0, &length);

	(void)state;
	for (unsigned int words = 0; words < 16; words++) {
		bytes[0] = (uint8_t)(0x40 | words);
		if (words != 5)
			assert_false(icmp_parse_reply(&event, &raw4, bytes, length) &&
				     (words < 5 || words * 4 + 8 > length));
	}
	free(bytes);
}

/* A total length can only shorten: what lies beyond it is padding, and what it promises in vain is
 * not there. */
static void total_lengths_are_not_believed(void **state)
{
	struct ip_header header;
	size_t length;
	uint8_t *bytes = make_reply(0, &length);

	(void)state;
	for (unsigned int total = 0; total < 100; total++) {
		wire_put_u16(bytes + 2, (uint16_t)total);
		assert_int_equal(ip_parse_v4(&header, bytes, length), WIRE_OK);
		assert_int_equal(header.payload_length,
				 total >= 20 && total < length ? total - 20 : length - 20);
	}
	free(bytes);
}

/* An ICMP error's quote: IP header with options of every length, cut everywhere. */
static void quotes_are_read_or_refused(void **state)
{
	(void)state;
	for (size_t options = 0; options <= IP_OPTIONS_MAX; options += 4) {
		size_t length;
		uint8_t *quote = make_reply(options, &length);

		for (size_t cut = 0; cut <= length; cut++) {
			uint8_t *part = malloc(8 + cut);
			struct icmp_message error, quoted;
			const uint8_t *dest;
			enum wire_result result;

			assert_non_null(part);
			memset(part, 0, 8);
			part[0] = 3;
			memcpy(part + 8, quote, cut);
			assert_int_equal(icmp_parse(&error, part, 8 + cut), WIRE_OK);
			result = icmp_parse_quote(&quoted, &dest, &error);
			assert_int_equal(result == WIRE_OK, cut >= 28 + options);
			if (result == WIRE_OK) {
				assert_int_equal(quoted.id, IDENT);
				assert_int_equal(quoted.seq, SEQ);
				assert_int_equal(dest[0], 127);
			}
			free(part);
		}
		quote[9] = 17;
		free(quote);
	}
}

struct options_row {
	const char *bytes;
	size_t length;
	const char *kinds; /* in order; '!' for a bad one, which ends it */
};

static const struct options_row option_rows[] = {
	{ UNIT_BYTES(""), "" },
	{ UNIT_BYTES("\0\x07\x03\x04"), "" },
	{ UNIT_BYTES("\x01\x01\x01\x01"), "\x01\x01\x01\x01" },
	{ UNIT_BYTES("\x07\x03\x04\x01"), "\x07\x01" },
	{ UNIT_BYTES("\x07\x04\x04\x01"), "\x07" },
	{ UNIT_BYTES("\x07\x05\x04\x01"), "!" },
	{ UNIT_BYTES("\x07\x01\x04\x01"), "!" },
	{ UNIT_BYTES("\x07\x00\x04\x01"), "!" },
	{ UNIT_BYTES("\x01\x01\x01\x07"), "\x01\x01\x01!" },
	{ UNIT_BYTES("\x44\x04\x05\xff"), "\x44" },
	{ UNIT_BYTES("\x44\xff\x05\xff"), "!" },
};

static void options_never_leave_their_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(option_rows); i++) {
		const struct options_row *row = &option_rows[i];
		const uint8_t *at = (const uint8_t *)row->bytes, *end = at + row->length;
		const char *kinds = row->kinds;
		struct ip_option option;

		for (;;) {
			enum wire_result result = ip_next_option(&option, &at, end);

			if (result != WIRE_OK) {
				assert_int_equal(*kinds++, '!');
				break;
			}
			if (option.kind == 0)
				break;
			assert_int_equal(*kinds++, (char)option.kind);
			assert_true(!option.data || option.data + option.length <= end);
		}
		assert_int_equal(*kinds, '\0');
	}
}

/* What is sent can be read back, and its checksum is right however the data is cut into pieces. */
static void requests_are_built(void **state)
{
	static struct icmp_sender sender;
	const struct addr dest = { .family = AF_INET, .bytes = { 127, 0, 0, 1 } };
	const uint8_t token[ICMP_TOKEN_SIZE] = "0123456789abcdef";
	uint8_t data[100], wire[120];

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (uint8_t)(i * 7);
	for (size_t size = 0; size <= sizeof(data); size++) {
		struct icmp_message message;
		size_t length = 0;

		icmp_sender_init(&sender, data, size);
		icmp_sender_add(&sender, &raw4, &dest, SEQ, token);
		for (size_t i = 0; i < sender.messages[0].msg_hdr.msg_iovlen; i++) {
			const struct iovec *part = &sender.messages[0].msg_hdr.msg_iov[i];

			memcpy(wire + length, part->iov_base, part->iov_len);
			length += part->iov_len;
		}
		assert_int_equal(length, 8 + size);
		assert_int_equal(checksum_finish(checksum_add(0, wire, length)), 0);
		assert_int_equal(icmp_parse(&message, wire, length), WIRE_OK);
		assert_true(icmp_is_echo_request(AF_INET, &message));
		assert_int_equal(message.id, IDENT);
		assert_int_equal(message.seq, SEQ);
		assert_memory_equal(message.payload, token, size < 16 ? size : 16);
		if (size > 16)
			assert_memory_equal(message.payload + 16, data + 16, size - 16);
	}
}

struct meaning {
	uint8_t family, type, code;
	uint32_t info;
	const char *text;
};

static const struct meaning meanings[] = {
	{ AF_INET, 3, 0, 0, "Destination Net Unreachable" },
	{ AF_INET, 3, 1, 0, "Destination Host Unreachable" },
	{ AF_INET, 3, 4, 1400, "Frag needed and DF set (mtu = 1400)" },
	{ AF_INET, 3, 13, 0, "Packet filtered" },
	{ AF_INET, 3, 16, 0, "Dest Unreachable, Bad Code: 16" },
	{ AF_INET, 5, 1, 0x0a000102, "Redirect Host(New nexthop: 10.0.1.2)" },
	{ AF_INET, 11, 0, 0, "Time to live exceeded" },
	{ AF_INET, 12, 0, 20, "Parameter problem: pointer = 20" },
	{ AF_INET, 99, 0, 0, "Bad ICMP type: 99" },
	{ AF_INET6, 1, 3, 0, "Destination unreachable: Address unreachable" },
	{ AF_INET6, 1, 9, 0, "Destination unreachable: Unknown code 9" },
	{ AF_INET6, 2, 0, 1280, "Packet too big: mtu=1280" },
	{ AF_INET6, 3, 0, 0, "Time exceeded: Hop limit" },
	{ AF_INET6, 4, 1, 40, "Parameter problem: Unknown header at 40" },
};

static void meanings_are_pings(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(meanings); i++) {
		char text[ICMP_TEXT_MAX];

		icmp_describe(text, sizeof(text), meanings[i].family, meanings[i].type,
			      meanings[i].code, meanings[i].info);
		assert_string_equal(text, meanings[i].text);
	}
	for (unsigned int i = 0; i < 2u << 16; i++) {
		char text[ICMP_TEXT_MAX];

		icmp_describe(text, sizeof(text), i >> 16 ? AF_INET : AF_INET6, (uint8_t)(i >> 8),
			      (uint8_t)i, UINT32_MAX);
		assert_true(strlen(text) < ICMP_TEXT_MAX - 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reply_is_read),
		cmocka_unit_test(cut_replies_are_refused),
		cmocka_unit_test(others_replies_are_refused),
		cmocka_unit_test(impossible_header_lengths_are_refused),
		cmocka_unit_test(total_lengths_are_not_believed),
		cmocka_unit_test(quotes_are_read_or_refused),
		cmocka_unit_test(options_never_leave_their_bytes),
		cmocka_unit_test(requests_are_built),
		cmocka_unit_test(meanings_are_pings),
	};

	return cmocka_run_group_tests_name("icmp", tests, NULL, NULL);
}
