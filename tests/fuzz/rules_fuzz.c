// SPDX-License-Identifier: GPL-2.0-or-later
/* A message about a policy rule, without its header; then the rule as text. */
#include <linux/rtnetlink.h>
#include <string.h>

#include "base/text.h"
#include "fuzz.h"
#include "host/rules.h"

/* As long as a name may be. */
static char *add_name(char *at, enum rule_name kind, uint32_t number, void *arg)
{
	(void)kind;
	(void)arg;
	memset(at, 'n', 32);
	return number ? at + 32 : text_u64(at, number);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nlmsghdr *message = fuzz_message(RTM_NEWRULE, data, size);
	char *text = malloc(RULE_TEXT_SIZE);
	struct rule rule;

	FUZZ_CHECK(text);
	if (rules_parse(message, &rule)) {
		FUZZ_CHECK(memchr(rule.iif, '\0', sizeof(rule.iif)));
		FUZZ_CHECK(memchr(rule.oif, '\0', sizeof(rule.oif)));
		FUZZ_CHECK(rule_format(text, &rule, add_name, NULL) < RULE_TEXT_SIZE);
	}
	free(text);
	free(message);
	return 0;
}
