// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_FUZZ_FUZZ_H
#define NETSONDE_TESTS_FUZZ_FUZZ_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every target defines it; libFuzzer calls it, or read_corpus.c in its place. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What must hold for every input; assert() may be compiled out. */
#define FUZZ_CHECK(condition) fuzz_check(condition, #condition, __FILE__, __LINE__)

static inline void fuzz_check(bool condition, const char *text, const char *file, int line)
{
	if (condition)
		return;
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, text);
	abort();
}

/* The input as text, on the heap and exactly that long, so that a sanitizer sees a byte too many.
 * What is behind a NUL is out of reach.
 *
 * Return: the text, the caller's to free.
 */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);

	if (!text)
		abort();
	return text;
}

/* A netlink message of @type with the input as its payload, and with nothing behind it.
 *
 * Return: the message, the caller's to free.
 */
static inline struct nlmsghdr *fuzz_message(uint16_t type, const uint8_t *data, size_t size)
{
	struct nlmsghdr *message = malloc(sizeof(*message) + size);

	if (!message)
		abort();
	*message = (struct nlmsghdr){
		.nlmsg_len = (uint32_t)(sizeof(*message) + size),
		.nlmsg_type = type,
	};
	if (size > 0)
		memcpy(message + 1, data, size);
	return message;
}

#endif
