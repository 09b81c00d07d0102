// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_RTNAMES_H
#define NETSONDE_HOST_RTNAMES_H

#include <stddef.h>
#include <stdint.h>

#include "record/rule.h"

/* Longest name with its terminator; longer ones are cut. */
#define RTNAMES_SIZE 32

enum rtnames_kind {
	RTNAMES_TABLE,
	RTNAMES_PROTOCOL,
	RTNAMES_SCOPE,
	RTNAMES_REALM,
	RTNAMES_DSFIELD, /* types of service */
	RTNAMES_GROUP,	 /* of devices */
	RTNAMES_KIND_COUNT,
};

struct rtname {
	uint32_t number;
	char name[RTNAMES_SIZE];
};

/* The names that iproute2's files give to numbers. */
struct rtnames {
	struct rtname *list[RTNAMES_KIND_COUNT];
	size_t count[RTNAMES_KIND_COUNT], room[RTNAMES_KIND_COUNT];
};

int rtnames_load(struct rtnames *names);
void rtnames_fini(struct rtnames *names);
int rtnames_parse(struct rtnames *names, enum rtnames_kind kind, char *line);
const char *rtnames_find(const struct rtnames *names, enum rtnames_kind kind, uint32_t number);
char *rtnames_of_rule(char *at, enum rule_name kind, uint32_t number, void *names);
int rtnames_number(const struct rtnames *names, enum rtnames_kind kind, const char *text,
		   uint32_t max, uint32_t *number);

#endif
