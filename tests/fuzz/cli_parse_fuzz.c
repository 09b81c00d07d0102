// SPDX-License-Identifier: GPL-2.0-or-later
/* A command line: the input is cut into arguments at its newlines. */
#include "../unit/command.h"
#include "fuzz.h"

#define ARGUMENTS_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct buf out;
	struct command_settings settings = { 0 };
	char *text = fuzz_text(data, size), *rest = text, *word;
	char *argv[ARGUMENTS_MAX + 2] = { strdup("netsample") };
	struct err err = { 0 };
	int argc = 1, first = -1, ret;

	while (argc <= ARGUMENTS_MAX && (word = strsep(&rest, "\n")))
		argv[argc++] = strdup(word); /* a block each, for the sanitizer's sake */
	free(text);
	buf_init(&out, -1);
	ret = cli_parse(&command, argc, argv, &settings, &first, &out, &err);
	FUZZ_CHECK(ret == CLI_RUN || ret == CLI_DONE || ret < 0);
	if (ret < 0)
		FUZZ_CHECK(err.text[0]);
	if (ret == CLI_DONE)
		FUZZ_CHECK(out.length > 0);
	if (ret == CLI_RUN) {
		FUZZ_CHECK(first >= 1 && first <= argc && out.length == 0);
		FUZZ_CHECK(settings.number <= 65535 && settings.number != 1);
		FUZZ_CHECK(settings.period_ms <= 86400000);
		FUZZ_CHECK(settings.mode >= 0 && settings.mode <= 2);
		FUZZ_CHECK(settings.common.color >= 0 && settings.common.color <= CLI_COLOR_NEVER);
	}
	while (argc > 0)
		free(argv[--argc]);
	return 0;
}
