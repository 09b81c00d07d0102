// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_PATH_EXPLAIN_H
#define NETSONDE_PATH_EXPLAIN_H

#include "analysis/fib.h"
#include "analysis/replay.h"
#include "path/path.h"

/* A table of up to this many routes is explained whole. */
#define PATH_CANDIDATES_ALL 32

/* Of a larger one: this many of the routes that came closest without matching. */
#define PATH_MISSES 4

/* What path_reason() says of a throw route; the rule's priority follows. */
#define PATH_THROWN_TEXT "no route: a throw route ended the look-up at rule "

/* A route that was considered. */
struct path_candidate {
	struct route route; /* its hops are not kept, but for the first */
	struct route_hop hop;
	unsigned int common_bits; /* with the destination */
	enum fib_verdict verdict;
	size_t cover; /* its number among those that cover the destination; SIZE_MAX: it does not */
	bool is_chosen;
};

/* What decides besides rules and routes. */
enum path_special {
	PATH_BY_RULES,
	PATH_FOREIGN_SOURCE,  /* the source is not this host's */
	PATH_BAD_SOURCE,      /* no packet may come from there */
	PATH_BAD_DESTINATION, /* no packet that comes in may go there */
	PATH_DEVICE_DOWN,
	PATH_BY_DEVICE,	      /* multicast or broadcast, out of the device that was named */
	PATH_TO_SELF,	      /* 0.0.0.0 */
	PATH_ON_LINK_ASSUMED, /* no route, but a device was named */
	PATH_MULTICAST_IN,    /* multicast that comes in: other tables decide */
	PATH_NOT_FORWARDING,
	PATH_NOT_FOR_PACKETS, /* a packet that comes in may not take a route of this type */
	PATH_REVERSE_FILTER,  /* rp_filter: the way back is another one */
	PATH_OWN_SOURCE,      /* it came in from one of our own addresses */
	PATH_SPECIAL_COUNT,
};

extern const char *const path_special_texts[PATH_SPECIAL_COUNT];

/* Why a packet goes where it goes. */
struct path_explanation {
	struct flow flow;
	struct path_answer kernel;
	struct path_answer answer; /* the same with what the replay knows better */

	const struct rules *rules; /* the path's */
	struct replay_step *steps; /* one a rule */
	struct replay_result replay;
	enum path_special special;
	int expected; /* the error that the replay expects */
	bool agrees;

	struct path_candidate *candidates;
	size_t candidate_count, candidate_room;
	uint64_t routes_in_table;
	uint32_t table; /* whose candidates they are */

	struct route chosen; /* its hops are in hops */
	struct route_hop *hops;
	size_t hop_count, hop_room;
	int64_t hash_policy; /* -1: not known */

	bool has_neighbour;
	struct neigh neighbour;
};

void path_explanation_init(struct path_explanation *explanation);
void path_explanation_fini(struct path_explanation *explanation);
int path_explain(struct path *path, const struct flow *flow, struct path_explanation *explanation,
		 struct err *err);
const struct rule *path_explanation_rule(const struct path_explanation *explanation);
size_t path_reason(char *text, size_t size, const struct path_explanation *explanation);

#endif
