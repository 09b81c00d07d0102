// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETROUTE_ROWS_H
#define NETROUTE_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/column.h"
#include "base/prefix.h"
#include "host/names.h"
#include "host/rtnames.h"
#include "record/route.h"

#define NUMBER_TEXT_SIZE 24
#define FLAGS_MAX 12
#define SEGMENTS_MAX 16
#define ENCAP_TEXT_SIZE 512

/* Rows as the column tables see them. Texts are borrowed, or made in the storage at the end. */

/* Realms, by name or number. */
struct flow_row {
	const char *from, *to;

	char from_text[NUMBER_TEXT_SIZE], to_text[NUMBER_TEXT_SIZE];
};

/* What a hop wraps packets in. */
struct encap_row {
	const char *type, *mode;
	struct addr src, dst;
	uint64_t id;			     /* UINT64_MAX: none */
	uint32_t ttl, tos, hoplimit, tclass; /* UINT32_MAX: none */
	const char *const *segments;
	const char *details; /* its attributes in hexadecimal, where not all of it was read */

	char type_text[NUMBER_TEXT_SIZE], mode_text[NUMBER_TEXT_SIZE],
		details_text[ENCAP_TEXT_SIZE];
	const char *segment_storage[SEGMENTS_MAX + 1];
	char segment_texts[SEGMENTS_MAX][ADDR_TEXT_MAX + 1];
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

struct hop_row {
	struct addr gateway;
	const struct via_row *via;
	const char *dev;
	uint32_t weight;
	const char *const *flags;
	const struct encap_row *encap;
	const struct flow_row *flow;

	struct via_row via_storage;
	struct encap_row encap_storage;
	struct flow_row flow_storage;
	const char *flag_storage[FLAGS_MAX];
};

struct member_row {
	uint32_t id, weight;
};

struct resilience_row {
	uint32_t buckets;
	double idle_timer, unbalanced_timer, unbalanced_time; /* s */
};

/* The nexthop object that a route uses. */
struct nexthop_row {
	uint32_t id;
	const struct member_row *group;
	uint32_t group_count;
	const char *type;
	const struct resilience_row *resilience;
	struct addr gateway;
	const char *dev, *scope, *protocol;
	const struct encap_row *encap;
	bool blackhole, fdb;
	const char *const *flags;

	struct resilience_row resilience_storage;
	struct encap_row encap_storage;
	const char *flag_storage[FLAGS_MAX];
	char type_text[NUMBER_TEXT_SIZE], scope_text[NUMBER_TEXT_SIZE];
	char protocol_text[NUMBER_TEXT_SIZE];
	struct member_row *members;
	size_t member_room;
};

struct rule_brief;

/* A route, in every layout. */
struct route_row {
	const char *family, *type, *table, *protocol, *scope, *tos, *pref, *dev, *iif;
	struct prefix dst, src;
	struct addr gateway, prefsrc;
	const struct via_row *via;
	const struct encap_row *encap;
	const struct flow_row *flow;
	const struct metrics_row *const *metrics;
	const struct hop_row *hops;
	const struct nexthop_row *nexthop;
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
	const struct metrics_row *metrics_first;
	struct metrics_row metrics_storage;
	struct nexthop_row nexthop_storage;
	const char *flag_storage[FLAGS_MAX], *lock_storage[ROUTE_METRIC_COUNT];
	char table_text[RTNAMES_SIZE], protocol_text[NUMBER_TEXT_SIZE];
	char scope_text[NUMBER_TEXT_SIZE], type_text[NUMBER_TEXT_SIZE];
	char tos_text[NUMBER_TEXT_SIZE], pref_text[8], metric_text[NUMBER_TEXT_SIZE];
	char flag_text[16], ref_text[NUMBER_TEXT_SIZE];
	char destination_text[NAMES_SIZE + 8], next_text[NAMES_SIZE];
};

#endif
