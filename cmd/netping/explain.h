// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETPING_EXPLAIN_H
#define NETPING_EXPLAIN_H

#include "host/rtnames.h"
#include "netping.h"
#include "path/explain.h"

struct rule_brief {
	uint32_t priority;
	const char *text;
};

/* An address of the host, what became of it, and why it stands behind the one before. */
struct choice_row {
	struct addr addr, source;
	const char *choice, *reason;
	uint32_t rule; /* enum destination_rule */
};

/* The next hop in the neighbour table, before the first probe and when its fate was known. */
struct neighbour_row {
	struct addr addr;
	const char *before, *after, *lladdr;
	bool exchange; /* the MAC address had to be asked for */
	uint64_t exchange_ns;
	char lladdr_text[LLADDR_TEXT_MAX + 1];
};

struct explain_row {
	const char *type, *host, *table, *route_type, *dev;
	struct addr addr, gateway, prefsrc;
	struct prefix prefix;
	const struct choice_row *addresses;
	const struct rule_brief *rule;
	const struct neighbour_row *neighbour;
	uint64_t resolve_ns, route_ns;
	uint32_t address_count;
};

/* How the one host is reached; what the row points to is here, too. */
struct explain {
	struct path path;
	struct path_explanation explanation;
	struct rtnames rtnames;
	struct explain_row row;
	struct rule_brief rule;
	struct neighbour_row neighbour;
	struct choice_row *addresses;
	bool is_told; /* what became of the neighbour, too */
	char table_text[RTNAMES_SIZE], rule_text[RULE_TEXT_SIZE], host_text[TARGET_NAME_SIZE];
};

extern const struct column explain_columns[];

int explain_begin(struct run *run, struct err *err);
int explain_addresses(struct run *run, struct err *err);
int explain_route(struct run *run, struct err *err);
void explain_no_way(struct run *run, struct err *err);
void explain_settle(struct run *run, uint64_t local_delay_ns);
void explain_end(struct run *run);

/* explain_text.c */
void explain_write(struct run *run);
void explain_write_exchange(struct run *run);

#endif
