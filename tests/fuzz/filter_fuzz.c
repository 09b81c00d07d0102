// SPDX-License-Identifier: GPL-2.0-or-later
/* A filter expression: its tree, its text, its halves and its program, over random sockets. */
#include "../unit/bytecode.h"
#include "../unit/filter_sample.h"
#include "fuzz.h"
#include "host/filter_bytecode.h"

static struct filter filter, again;
static struct buf out;
_Alignas(8) static char code[FILTER_BYTECODE_MAX + 8];

static void check_halves(struct support_random *random)
{
	const struct filter_facts *facts = &filter_sample_facts;
	struct filter_split split;
	struct sock sock;
	size_t length;

	FUZZ_CHECK(filter_split(&filter, filter.root, FILTER_BYTECODE_KINDS, &split) == 0);
	length = filter_bytecode(&filter, split.kernel, code, FILTER_BYTECODE_MAX);
	FUZZ_CHECK(bytecode_is_valid(code, length));
	for (int i = 0; i < 20; i++) {
		bool kernel;

		filter_sample_sock(random, &sock);
		kernel = filter_match(&filter, split.kernel, &sock, facts);
		FUZZ_CHECK(filter_match(&filter, filter.root, &sock, facts) ==
			   (kernel && filter_match(&filter, split.rest, &sock, facts) &&
			    split.states >> sock.state & 1));
		if (sock.proto != SOCK_UNIX)
			FUZZ_CHECK(kernel == bytecode_run(code, length, &sock, true));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct support_random random = { 1 + size };
	struct err err;
	size_t fault = SIZE_MAX;

	if (filter_parse(&filter, text, &filter_sample_names, &fault, &err) < 0) {
		FUZZ_CHECK(fault <= strlen(text));
	} else {
		buf_init(&out, -1);
		filter_write(&out, &filter, filter.root);
		buf_add_char(&out, '\0');
		FUZZ_CHECK(filter_parse(&again, out.bytes, &filter_sample_names, NULL, &err) == 0);
		check_halves(&random);
	}
	free(text);
	return 0;
}
