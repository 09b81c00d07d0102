// SPDX-License-Identifier: GPL-2.0-or-later
/* Frames to claims and back: whole ones, and ones of every length that is too short. */
#include "wire/claim.h"

#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "unit.h"
#include "wire/arp.h"
#include "wire/ethernet.h"
#include "wire/ndp.h"

static struct lladdr mac(const char *text)
{
	struct lladdr lladdr;

	assert_int_equal(lladdr_parse(&lladdr, text), 0);
	return lladdr;
}

static struct addr ip(const char *text)
{
	struct addr addr;

	assert_int_equal(addr_parse(&addr, text), 0);
	return addr;
}

/* On the heap and exactly that long, so that a sanitizer sees a byte too many. */
static enum wire_result parse(const uint8_t *bytes, size_t length, struct claim *claim)
{
	uint8_t *copy = malloc(length ? length : 1);
	enum wire_result result;

	assert_non_null(copy);
	memcpy(copy, bytes, length);
	result = claim_parse(copy, length, claim);
	free(copy);
	return result;
}

static struct claim arp_request(void)
{
	return (struct claim){
		.kind = CLAIM_REQUEST,
		.eth_src = mac("02:00:00:00:00:01"),
		.eth_dst = mac("ff:ff:ff:ff:ff:ff"),
		.mac = mac("02:00:00:00:00:01"),
		.addr = ip("192.0.2.1"),
		.asker = ip("192.0.2.1"),
		.target = ip("192.0.2.2"),
	};
}

static struct claim advertisement(void)
{
	return (struct claim){
		.kind = CLAIM_REPLY,
		.eth_src = mac("02:00:00:00:00:01"),
		.eth_dst = mac("33:33:00:00:00:01"),
		.mac = mac("02:00:00:00:00:01"),
		.addr = ip("2001:db8::1"),
		.asker = ip("2001:db8::1"),
		.target = ip("ff02::1"),
		.is_override = true,
	};
}

static void arp_there_and_back(void **state)
{
	struct claim claim = arp_request(), back;
	uint8_t bytes[CLAIM_BUILD_MAX];
	size_t length = claim_build(bytes, &claim);

	(void)state;
	assert_int_equal(length, ETHERNET_MIN);
	assert_int_equal(parse(bytes, length, &back), WIRE_OK);
	assert_int_equal(back.kind, CLAIM_REQUEST);
	assert_true(lladdr_equal(&back.mac, &claim.mac));
	assert_true(addr_equal(&back.addr, &claim.addr));
	assert_true(addr_equal(&back.target, &claim.target));
	assert_false(back.is_probe || back.is_gratuitous || back.has_nonce);
}

static void arp_of_each_kind(void **state)
{
	struct claim claim = arp_request(), back;
	uint8_t bytes[CLAIM_BUILD_MAX];

	(void)state;
	claim.is_probe = true;
	assert_int_equal(parse(bytes, claim_build(bytes, &claim), &back), WIRE_OK);
	assert_true(back.is_probe);
	assert_int_equal(back.addr.family, AF_UNSPEC);
	claim.is_probe = false;
	claim.target = claim.addr;
	assert_int_equal(parse(bytes, claim_build(bytes, &claim), &back), WIRE_OK);
	assert_true(back.is_gratuitous);
	claim.kind = CLAIM_REPLY;
	assert_int_equal(parse(bytes, claim_build(bytes, &claim), &back), WIRE_OK);
	assert_int_equal(back.kind, CLAIM_REPLY);
	assert_true(back.is_gratuitous);
	claim.eth_dst = mac("02:00:00:00:00:02");
	claim.target = ip("192.0.2.2");
	assert_int_equal(parse(bytes, claim_build(bytes, &claim), &back), WIRE_OK);
	assert_false(back.is_gratuitous);
	bytes[12] = 0x80; /* RARP */
	bytes[13] = 0x35;
	bytes[21] = ARP_REVERSE_REQUEST;
	assert_int_equal(parse(bytes, ETHERNET_MIN, &back), WIRE_OK);
	assert_int_equal(back.kind, CLAIM_REVERSE);
}

static void a_nonce_comes_back(void **state)
{
	struct claim claim = arp_request(), back;
	uint8_t bytes[CLAIM_BUILD_MAX];

	(void)state;
	for (int family = 0; family < 2; family++) {
		claim.has_nonce = true;
		memcpy(claim.nonce, "\1\2\3\4\5\6", 6);
		assert_int_equal(parse(bytes, claim_build(bytes, &claim), &back), WIRE_OK);
		assert_true(back.has_nonce);
		assert_memory_equal(back.nonce, claim.nonce, 6);
		claim.addr = claim.asker = ip("fe80::1");
		claim.target = ip("fe80::2");
	}
	assert_true(lladdr_equal(&back.mac, &claim.mac));
	assert_true(addr_equal(&back.target, &claim.target));
}

static void ndp_there_and_back(void **state)
{
	struct claim claim = advertisement(), back;
	uint8_t bytes[CLAIM_BUILD_MAX];

	(void)state;
	assert_int_equal(parse(bytes, claim_build(bytes, &claim), &back), WIRE_OK);
	assert_int_equal(back.kind, CLAIM_REPLY);
	assert_true(back.is_gratuitous && back.is_override);
	assert_false(back.is_solicited || back.is_from_router);
	assert_true(addr_equal(&back.addr, &claim.addr));
	claim.kind = CLAIM_REQUEST;
	claim.target = ip("2001:db8::2");
	claim.is_probe = true;
	assert_int_equal(parse(bytes, claim_build(bytes, &claim), &back), WIRE_OK);
	assert_true(back.is_probe);
	assert_int_equal(back.addr.family, AF_UNSPEC);
}

/* One byte less than each part needs is short, never read past. */
static void every_length_that_is_too_short(void **state)
{
	struct claim claim = arp_request(), back;
	uint8_t bytes[CLAIM_BUILD_MAX];
	size_t length;

	(void)state;
	claim_build(bytes, &claim);
	for (length = 0; length < ETHERNET_HEADER + ARP_LENGTH; length++)
		assert_int_equal(parse(bytes, length, &back), WIRE_SHORT);
	assert_int_equal(parse(bytes, length, &back), WIRE_OK);
	claim = advertisement();
	length = claim_build(bytes, &claim);
	for (size_t i = 0; i < length; i++)
		assert_int_equal(parse(bytes, i, &back), WIRE_SHORT);
}

static void arp_of_wrong_lengths_and_types(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		enum wire_result result;
	} rows[] = {
		{ 14, 1, WIRE_UNSUPPORTED }, { 15, 2, WIRE_UNSUPPORTED },
		{ 15, 6, WIRE_OK },	     { 16, 9, WIRE_UNSUPPORTED },
		{ 18, 5, WIRE_BAD },	     { 18, 7, WIRE_BAD },
		{ 18, 0, WIRE_BAD },	     { 19, 3, WIRE_BAD },
		{ 19, 16, WIRE_BAD },	     { 18, 255, WIRE_BAD },
		{ 21, 0, WIRE_UNSUPPORTED }, { 21, 5, WIRE_UNSUPPORTED },
		{ 20, 1, WIRE_UNSUPPORTED },
	};
	struct claim claim = arp_request(), back;
	uint8_t bytes[CLAIM_BUILD_MAX];

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		claim_build(bytes, &claim);
		bytes[rows[i].at] = rows[i].value;
		assert_int_equal(parse(bytes, ETHERNET_MIN, &back), rows[i].result);
	}
}

/* Put @count tags in front of the type. */
static size_t tag(uint8_t *tagged, const uint8_t *bytes, size_t length, int count)
{
	memcpy(tagged, bytes, 12);
	for (int i = 0; i < count; i++)
		memcpy(tagged + 12 + 4 * i, "\x81\x00\x20\x07", 4);
	memcpy(tagged + 12 + 4 * count, bytes + 12, length - 12);
	return length + 4 * (size_t)count;
}

static void vlan_tags_and_long_frames(void **state)
{
	static uint8_t jumbo[9000];
	uint8_t bytes[CLAIM_BUILD_MAX], tagged[CLAIM_BUILD_MAX + 16];
	struct claim claim = arp_request(), back;
	size_t length = claim_build(bytes, &claim);

	(void)state;
	for (int count = 0; count <= 2; count++) {
		assert_int_equal(parse(tagged, tag(tagged, bytes, length, count), &back), WIRE_OK);
		assert_int_equal(back.vlan, count ? 7 : 0);
	}
	assert_int_equal(parse(tagged, tag(tagged, bytes, length, 3), &back), WIRE_UNSUPPORTED);
	for (size_t i = 12; i < 18; i++)
		assert_int_equal(parse(tagged, i, &back), WIRE_SHORT);
	memcpy(jumbo, bytes, length);
	assert_int_equal(parse(jumbo, sizeof(jumbo), &back), WIRE_OK);
	claim = advertisement();
	memcpy(jumbo, bytes, claim_build(bytes, &claim));
	assert_int_equal(parse(jumbo, sizeof(jumbo), &back), WIRE_OK);
}

/* Correct the checksum of the ICMPv6 message of @length bytes in a frame. */
static void correct(uint8_t *frame, size_t length)
{
	uint8_t *packet = frame + 14, tail[8] = { 0, 0, 0, (uint8_t)length, 0, 0, 0, 58 };
	uint16_t checksum;
	uint32_t sum;

	packet[4] = 0;
	packet[5] = (uint8_t)length;
	packet[42] = packet[43] = 0;
	sum = checksum_add(checksum_add(0, packet + 8, 32), tail, 8);
	checksum = checksum_finish(checksum_add(sum, packet + 40, length));
	packet[42] = (uint8_t)(checksum >> 8);
	packet[43] = (uint8_t)checksum;
}

static void ndp_that_must_be_discarded(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		bool is_corrected;
		enum wire_result result;
	} rows[] = {
		{ 14 + 7, 254, true, WIRE_BAD },	  /* hop limit */
		{ 14 + 42, 0x55, false, WIRE_BAD },	  /* checksum */
		{ 14 + 41, 1, true, WIRE_BAD },		  /* code */
		{ 14, 0x40, true, WIRE_BAD },		  /* version */
		{ 14 + 6, 17, true, WIRE_UNSUPPORTED },	  /* UDP */
		{ 14 + 40, 128, true, WIRE_UNSUPPORTED }, /* echo */
		{ 14 + 48, 0xff, true, WIRE_BAD },	  /* a multicast target */
		{ 14 + 65, 0, true, WIRE_BAD },		  /* an option of length zero */
		{ 14 + 65, 2, true, WIRE_SHORT },	  /* an option past the end */
		{ 14 + 65, 255, true, WIRE_SHORT },
		{ 14 + 44, 0x60, true, WIRE_BAD }, /* solicited, to a group */
		{ 14 + 64, 99, true, WIRE_OK },	   /* an unknown option */
	};
	struct claim claim = advertisement(), back;
	uint8_t bytes[CLAIM_BUILD_MAX];
	size_t length;

	(void)state;
	for (size_t i = 0; i < UNIT_COUNT(rows); i++) {
		length = claim_build(bytes, &claim);
		bytes[rows[i].at] = rows[i].value;
		if (rows[i].is_corrected)
			correct(bytes, length - 14 - 40);
		assert_int_equal(parse(bytes, length, &back), rows[i].result);
	}
	length = claim_build(bytes, &claim);
	correct(bytes, 25); /* half an option */
	assert_int_equal(parse(bytes, length, &back), WIRE_SHORT);
}

static void groups_and_their_mac_addresses(void **state)
{
	struct addr target = ip("2001:db8::12:3456:789a"), group = ndp_solicited_node(&target);
	struct addr expected = ip("ff02::1:ff56:789a");
	struct lladdr group_mac = ndp_multicast_mac(&group), wanted = mac("33:33:ff:56:78:9a");

	(void)state;
	assert_true(addr_equal(&group, &expected));
	assert_true(lladdr_equal(&group_mac, &wanted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arp_there_and_back),
		cmocka_unit_test(arp_of_each_kind),
		cmocka_unit_test(a_nonce_comes_back),
		cmocka_unit_test(ndp_there_and_back),
		cmocka_unit_test(every_length_that_is_too_short),
		cmocka_unit_test(arp_of_wrong_lengths_and_types),
		cmocka_unit_test(vlan_tags_and_long_frames),
		cmocka_unit_test(ndp_that_must_be_discarded),
		cmocka_unit_test(groups_and_their_mac_addresses),
	};

	return cmocka_run_group_tests_name("claim", tests, NULL, NULL);
}
