// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETROUTE_H
#define NETROUTE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/lines.h"
#include "cli/cli.h"
#include "cli/common.h"
#include "cli/signals.h"
#include "host/names.h"
#include "host/nexthops.h"
#include "host/routes.h"
#include "host/rtnames.h"
#include "path/explain.h"
#include "path/path.h"
#include "record/route.h"
#include "rows.h"
#include "table/table.h"

/* What a command line is about; one of them. */
enum mode {
	MODE_TABLE, /* also the look-up, if there are operands */
	MODE_RULES,
	MODE_EXPLAIN,
	MODE_MONITOR,
};

/* Families of settings.families. */
#define FAMILY_INET 1u
#define FAMILY_INET6 2u

/* What settings.sources lists: the routes; the kernel's cache of them, which is gone. */
#define SOURCE_FIB 1u
#define SOURCE_CACHE 2u

struct settings {
	struct cli_common common;
	int mode; /* enum mode */
	unsigned int families;
	const char *family_list; /* as -A names them */
	unsigned int sources;	 /* 0: SOURCE_FIB */
	int extend;		 /* how many -e; with `netstat` as that counts them */
	bool netstat;		 /* the habit is netstat -r's, not route's */
	bool about_sockets;	 /* of weight for netstat's other tables alone */
	bool continuous;
	bool userland;
	const char *file; /* of destinations, NULL: none; "-": standard input */
	const char *read; /* of routes, NULL: the kernel's */

	/* Filters, as they were typed. */
	const char *table, *oif, *protocol, *type, *via, *root, *match, *exact;

	/* Selectors, as they were typed. */
	const char *from, *iif, *mark, *tos, *uid, *proto;
	uint32_t sport, dport;
};

/* The filters, read. */
struct filters {
	struct route_query query; /* what the kernel can pick */
	struct addr via;
	struct prefix root, match, exact; /* AF_UNSPEC: not asked for */
	bool is_any;			  /* one was named */
};

/* Everything a run needs; main owns it. */
struct run {
	struct settings settings;
	char **operands;
	int operand_count;
	uint64_t rounds; /* of --watch that have begun */
	struct filters filters;
	struct flow flow; /* the selectors */
	struct buf out;
	struct table table;
	struct path path;
	bool has_path;
	struct rtnames rtnames;
	struct names names;
	struct lines lines;
	struct nexthops nexthops; /* read if they are shown */
	struct route_row row;
	uint64_t rows;
	uint32_t last_device; /* whose name that is */
	const char *last_device_name;
	bool gathers_names; /* a first round: names are asked for, nothing is shown */
	bool is_incomplete; /* something asked for failed, and was said */
	bool has_no;	    /* a destination without a route */
};

/* options.c */
extern const struct cli_command netroute_command;
int settings_check(struct settings *settings, int operands, struct err *err);
bool settings_is_habit(const struct settings *settings);

/* query.c: what was typed, read */
int query_filters(struct run *run, struct err *err);
int query_flow(struct run *run, struct err *err);
bool query_wants(const struct filters *filters, const struct route *route);
bool query_wants_family(const struct run *run, uint8_t family);
bool query_wants_rule(const struct run *run, const struct rule *rule);

/* texts.c: names and numbers of a row */
const char *texts_device(struct run *run, uint32_t index);
const char *texts_table(struct run *run, uint32_t table, char *text);
const char *texts_protocol(struct run *run, uint8_t protocol, char *text);
const char *texts_type(uint8_t type, char *text);

const char *texts_scope(struct run *run, uint8_t scope, char *text);
const char *texts_realm(struct run *run, uint32_t realm, char *text);
const char *texts_tos(struct run *run, uint8_t tos, char *text);
const char *const *texts_flags(uint32_t flags, const char **words);

/* listing.c: the routing table */
int listing_routes(struct run *run, struct err *err);

/* habit.c: route's and netstat's layouts */
void habit_begin(struct run *run, uint8_t family);
void habit_show_cache(struct run *run, uint8_t family);
void habit_fill(struct run *run, const struct route *route);
int habit_list_inet6(struct run *run, struct err *err);

/* own.c: the other ones */
extern const struct column own_columns[];
int own_begin(struct run *run, struct err *err);
int own_fill(struct run *run, const struct route *route);
void own_clear(struct route_row *row);
void own_release(struct run *run);
void columns_join(struct column *joined, const struct column *first, const struct column *second);
int table_start(struct run *run, const struct column *all, const char *list, struct err *err);

/* encap.c: tunnels */
extern const struct column encap_columns[];
const struct encap_row *encap_fill(struct encap_row *row, uint16_t type, const unsigned char *bytes,
				   size_t length);

/* nexthop.c: nexthop objects */
extern const struct column nexthop_columns[];
int nexthop_fill(struct run *run, struct nexthop_row *row, uint32_t id,
		 const struct nexthop_row **filled);

/* rules.c: --rules */
extern const struct column rule_columns[];
int rules_show(struct run *run, struct err *err);

/* monitor.c: --monitor */
extern const struct column event_columns[];
int monitor_run(struct run *run, struct err *err);

/* Called with the flow to an address that is asked for.
 *
 * Return: 0 to go on, -errno to fail.
 */
typedef int lookup_flow_fn(struct run *run, const struct flow *flow, void *arg, struct err *err);

/* lookup.c: destinations of the command line */
int lookup_each(struct run *run, char **operands, int count, lookup_flow_fn *on_flow, void *arg,
		struct err *err);
int lookup_operands(struct run *run, char **operands, int count, struct err *err);

/* bulk.c: destinations from a file */
int bulk_run(struct run *run, struct err *err);

/* offline.c: look-ups in a table that was read */
int offline_run(struct run *run, char **operands, int count, struct err *err);

/* explain.c: the decision, step by step */
int explain_operands(struct run *run, char **operands, int count, struct err *err);

#endif
