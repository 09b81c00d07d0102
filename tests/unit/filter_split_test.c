// SPDX-License-Identifier: GPL-2.0-or-later
/* Random expressions over random sockets: whoever decides a part of it, the whole is the same. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "bytecode.h"
#include "filter_sample.h"
#include "host/filter_bytecode.h"
#include "unit.h"

#define EXPRESSIONS 20000
#define SOCKETS 40

static struct filter filter, again;

static void parse(struct filter *into, const char *text)
{
	struct err err = { 0 };
	size_t fault;

	if (filter_parse(into, text, &filter_sample_names, &fault, &err) < 0)
		fail_msg("%s\n at %zu: %s", text, fault, err.text);
}

static bool has_state(const struct sock *sock, uint16_t states)
{
	return sock->state >= 16 || states >> sock->state & 1;
}

/* What a condition says, asked one by one; how they combine is this function's own view. */
static void compare(struct support_random *random, uint32_t kinds, const char *text)
{
	_Alignas(8) static char code[FILTER_BYTECODE_MAX + 8];
	struct filter_split split;
	uint16_t src, dst;
	size_t length;
	struct sock sock;

	parse(&filter, text);
	assert_int_equal(filter_split(&filter, filter.root, kinds, &split), 0);
	length = filter_bytecode(&filter, split.kernel, code, FILTER_BYTECODE_MAX);
	assert_true(bytecode_is_valid(code, length));
	src = filter_exact_port(&filter, split.kernel, FILTER_SRC);
	dst = filter_exact_port(&filter, split.kernel, FILTER_DST);
	for (int i = 0; i < SOCKETS; i++) {
		bool whole, kernel, rest;

		filter_sample_sock(random, &sock);
		whole = filter_match(&filter, filter.root, &sock, &filter_sample_facts);
		kernel = filter_match(&filter, split.kernel, &sock, &filter_sample_facts);
		rest = filter_match(&filter, split.rest, &sock, &filter_sample_facts);
		if (whole != (kernel && rest && has_state(&sock, split.states)))
			fail_msg("%s: %d is not %d and %d", text, whole, kernel, rest);
		if (sock.family == AF_UNIX)
			continue;
		if (kernel != bytecode_run(code, length, &sock, true))
			fail_msg("%s: the bytecode differs: %d", text, kernel);
		if (kernel)
			assert_true((!src || src == sock.local.port) &&
				    (!dst || dst == sock.peer.port));
		assert_true(!whole || filter_may_match(&filter, filter.root, sock.family));
	}
}

static void the_halves_are_the_whole(void **state)
{
	struct support_random random = { 20261127 };
	char text[FILTER_SAMPLE_SIZE];

	(void)state;
	for (int i = 0; i < EXPRESSIONS; i++) {
		uint32_t kinds = FILTER_BYTECODE_KINDS;

		/* Now and then the kernel decides less. */
		if (i % 4 == 0)
			kinds &= (uint32_t)support_random(&random);
		filter_sample_text(&random, text);
		compare(&random, kinds, text);
	}
}

/* NOT, AND and OR by their own definitions, over sockets that have everything that is asked. */
static void operators_mean_what_they_mean(void **state)
{
	struct support_random random = { 77 };
	char left[FILTER_SAMPLE_SIZE], right[FILTER_SAMPLE_SIZE];
	static char both[2 * FILTER_SAMPLE_SIZE + 64];
	static const char *const words[][3] = {
		{ "( ", " ) and ( ", " )" },
		{ "( ", " ) or ( ", " )" },
		{ "! ( ( ", " ) ( ", " ) )" },
		{ "not ( ( ", " ) || ( ", " ) )" },
	};
	static struct filter sides[2];
	struct sock sock;

	(void)state;
	for (int i = 0; i < EXPRESSIONS / 4; i++) {
		bool a, b, expected;

		do {
			filter_sample_text(&random, left);
			filter_sample_text(&random, right);
			parse(&sides[0], left);
			parse(&sides[1], right);
		} while ((sides[0].kinds | sides[1].kinds) & 1u << FILTER_PATH);
		snprintf(both, sizeof(both), "%s%s%s%s%s", words[i % 4][0], left, words[i % 4][1],
			 right, words[i % 4][2]);
		parse(&filter, both);
		for (int j = 0; j < SOCKETS; j++) {
			filter_sample_sock(&random, &sock);
			if (sock.family == AF_UNIX || sock.uid == SOCK_NO_UID ||
			    sock.cookie == SOCK_NO_COOKIE)
				continue;
			a = filter_match(&sides[0], sides[0].root, &sock, &filter_sample_facts);
			b = filter_match(&sides[1], sides[1].root, &sock, &filter_sample_facts);
			expected = i % 2 == 0 ? a && b : a || b;
			assert_int_equal(
				filter_match(&filter, filter.root, &sock, &filter_sample_facts),
				i % 4 < 2 ? expected : !expected);
		}
	}
}

/* Written, an expression reads back as the same one. */
static void what_is_written_reads_back(void **state)
{
	static struct buf out, out_again;
	struct support_random random = { 4711 };
	char text[FILTER_SAMPLE_SIZE];
	struct sock sock;

	(void)state;
	for (int i = 0; i < EXPRESSIONS / 4; i++) {
		filter_sample_text(&random, text);
		parse(&filter, text);
		buf_init(&out, -1);
		filter_write(&out, &filter, filter.root);
		buf_add_char(&out, '\0');
		parse(&again, out.bytes);
		buf_init(&out_again, -1);
		filter_write(&out_again, &again, again.root);
		buf_add_char(&out_again, '\0');
		assert_string_equal(out.bytes, out_again.bytes);
		for (int j = 0; j < 10; j++) {
			filter_sample_sock(&random, &sock);
			assert_int_equal(
				filter_match(&filter, filter.root, &sock, &filter_sample_facts),
				filter_match(&again, again.root, &sock, &filter_sample_facts));
		}
	}
}

/* The longest expression has room for its halves and their program. */
static void the_longest_expression(void **state)
{
	static char text[200 * 64];
	_Alignas(8) static char code[FILTER_BYTECODE_MAX + 8];
	struct filter_split split;
	struct err err;
	size_t fault, count = 0, length = 0;

	(void)state;
	while (1) {
		length += (size_t)sprintf(text + length, "%s( pid != 1 or src 2001:db8::%zu%%1 )",
					  count ? " or " : "", count + 1);
		if (filter_parse(&filter, text, NULL, &fault, &err) < 0)
			break;
		assert_int_equal(filter_split(&filter, filter.root, FILTER_BYTECODE_KINDS, &split),
				 0);
		count++;
	}
	assert_string_equal(err.text, "the filter is too long");
	assert_in_range(count, 50, 199);
	length = 0;
	for (count = 0; count < 120; count++)
		length += (size_t)sprintf(text + length, "%snot src 2001:db8::%zu",
					  count ? " or " : "", count + 1);
	assert_int_equal(filter_parse(&filter, text, NULL, &fault, &err), 0);
	assert_int_equal(filter_split(&filter, filter.root, FILTER_BYTECODE_KINDS, &split), 0);
	length = filter_bytecode(&filter, split.kernel, code, FILTER_BYTECODE_MAX);
	assert_int_equal(length, 120 * 32 + 119 * 4);
	assert_true(bytecode_is_valid(code, length));
	assert_int_equal(filter_bytecode(&filter, split.kernel, code, length - 1), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_halves_are_the_whole),
		cmocka_unit_test(operators_mean_what_they_mean),
		cmocka_unit_test(what_is_written_reads_back),
		cmocka_unit_test(the_longest_expression),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
