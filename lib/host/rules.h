// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_RULES_H
#define NETSONDE_HOST_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "host/nl.h"
#include "record/rule.h"

/* The policy rules of a namespace, in the order in which they are tried. */
struct rules {
	struct rule *list;
	size_t count, room;
};

void rules_init(struct rules *rules);
void rules_fini(struct rules *rules);
int rules_load(struct rules *rules, struct nl *nl, uint8_t family, struct err *err);
bool rules_parse(const struct nlmsghdr *message, struct rule *rule);

#endif
