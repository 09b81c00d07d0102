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
#include "host/routes.h"
#include "host/rtnames.h"
#include "path/explain.h"
#include "path/path.h"
#include "record/route.h"
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

struct settings {
	struct cli_common common;
	int mode; /* enum mode */
	unsigned int families;
	bool netstat; /* -e */
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

struct metrics_row {
	uint32_t values[ROUTE_METRIC_COUNT]; /* UINT32_MAX: not set */
	const char *congestion;
	const char *const *locked;
};

struct via_row {
	const char *family;
	struct addr host;
};

struct encap_row {
	const char *type;
	const char *details; /* its attributes in hexadecimal */
};

#define FLAGS_MAX 12
#define ENCAP_TEXT_SIZE 512
#define NUMBER_TEXT_SIZE 24

struct hop_row {
	struct addr gateway;
	const struct via_row *via;
	const char *dev, *realms;
	uint32_t weight;
	const char *const *flags;
	const struct encap_row *encap;

	struct via_row via_storage;
	struct encap_row encap_storage;
	const char *flag_storage[FLAGS_MAX];
	char encap_text[ENCAP_TEXT_SIZE], encap_type_text[NUMBER_TEXT_SIZE];
	char realms_text[NUMBER_TEXT_SIZE];
};

struct rule_brief;

/* A route as the column tables see it. Texts are borrowed, or made in the storage at the end. */
struct route_row {
	const char *family, *type, *table, *protocol, *scope, *tos, *pref, *dev, *iif, *realms;
	struct prefix dst, src;
	struct addr gateway, prefsrc;
	const struct via_row *via;
	const struct encap_row *encap;
	const struct metrics_row *metrics;
	const struct hop_row *hops;
	const char *const *flags;
	uint32_t metrics_count, hop_count;
	uint64_t metric; /* UINT64_MAX: not told */
	uint32_t nhid, expires_s;

	/* The habit's layouts alone. */
	const char *destination, *next, *habit_flags, *habit_metric, *ref;
	struct addr destination_addr, genmask;
	uint64_t mss, window, irtt; /* UINT64_MAX: none */
	uint32_t use;

	/* --monitor's alone. */
	uint64_t time_ns;
	const char *event, *object;
	const struct rule_brief *rule;

	struct hop_row *hop_storage;
	size_t hop_room;
	struct metrics_row metrics_storage;
	const char *flag_storage[FLAGS_MAX], *lock_storage[ROUTE_METRIC_COUNT];
	char table_text[RTNAMES_SIZE], protocol_text[NUMBER_TEXT_SIZE];
	char scope_text[NUMBER_TEXT_SIZE], type_text[NUMBER_TEXT_SIZE];
	char tos_text[8], pref_text[8], metric_text[NUMBER_TEXT_SIZE];
	char flag_text[16], ref_text[NUMBER_TEXT_SIZE];
	char destination_text[NAMES_SIZE + 8], next_text[NAMES_SIZE];
};

/* Everything a run needs; main owns it. */
struct run {
	struct settings settings;
	struct filters filters;
	struct flow flow; /* the selectors */
	struct buf out;
	struct table table;
	struct path path;
	bool has_path;
	struct rtnames rtnames;
	struct names names;
	struct lines lines;
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

/* texts.c: names and numbers of a row */
const char *texts_device(struct run *run, uint32_t index);
const char *texts_table(struct run *run, uint32_t table, char *text);
char *texts_add_table(char *at, uint32_t table, void *run);
const char *texts_protocol(struct run *run, uint8_t protocol, char *text);
const char *texts_type(uint8_t type, char *text);

/* listing.c: the routing table */
int listing_routes(struct run *run, struct err *err);

/* habit.c: route's and netstat's layouts */
void habit_begin(struct run *run, uint8_t family);
void habit_fill(struct run *run, const struct route *route);
int habit_list_inet6(struct run *run, struct err *err);

/* own.c: the other ones */
extern const struct column own_columns[];
int own_begin(struct run *run, struct err *err);
int own_fill(struct run *run, const struct route *route);
int table_start(struct run *run, const struct column *all, const char *list, struct err *err);

/* rules.c: --rules */
int rules_show(struct run *run, struct err *err);

/* monitor.c: --monitor */
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
