// SPDX-License-Identifier: GPL-2.0-or-later
/* Why a packet goes where it goes.
 *
 * Theory of operation: the kernel tells where a packet goes, but not which rule sent it there, nor
 * what stood beside the route that won. So its decision is made once more here: the rules in order
 * (analysis/replay.c), in each table the longest match (path/table.c), and what IPv4 asks of
 * sources and of packets that come in (path/special.c). The kernel's own answer is compared with
 * that, and where they differ it is the kernel that is right.
 */
#include "path/explain.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/text.h"
#include "host/sysctl.h"
#include "path/special.h"
#include "path/table.h"

const char *const path_special_texts[PATH_SPECIAL_COUNT] = {
	[PATH_BY_RULES] = "as the rules say",
	[PATH_FOREIGN_SOURCE] = "the source is not an address of this host",
	[PATH_BAD_SOURCE] = "no packet may have that source",
	[PATH_BAD_DESTINATION] = "no packet that comes in may have that destination",
	[PATH_DEVICE_DOWN] = "the device is down",
	[PATH_BY_DEVICE] = "multicast or broadcast, no route is looked at",
	[PATH_TO_SELF] = "no destination: to this host itself",
	[PATH_ON_LINK_ASSUMED] = "no route, but a device was named: taken to be on its link",
	[PATH_MULTICAST_IN] = "multicast that comes in: not by these rules and routes",
	[PATH_NOT_FORWARDING] = "this host does not forward what comes in there",
	[PATH_NOT_FOR_PACKETS] = "a packet that comes in may not take a route of this type",
	[PATH_REVERSE_FILTER] = "rejected by rp_filter: the way back is another one",
	[PATH_OWN_SOURCE] = "rejected: it comes in with an address of this host as source",
};

/* Make @explanation ready for any number of path_explain(). */
void path_explanation_init(struct path_explanation *explanation)
{
	*explanation = (struct path_explanation){ 0 };
}

/* Give back what @explanation holds. */
void path_explanation_fini(struct path_explanation *explanation)
{
	free(explanation->steps);
	free(explanation->candidates);
	free(explanation->hops);
	path_explanation_init(explanation);
}

/* Forget the last explanation, but for its room. */
static int reset(struct path_explanation *explanation, const struct path *path,
		 const struct flow *flow)
{
	struct path_explanation fresh = {
		.flow = *flow,
		.rules = path_rules(path, flow->dst.family),
		.candidates = explanation->candidates,
		.candidate_room = explanation->candidate_room,
		.hops = explanation->hops,
		.hop_room = explanation->hop_room,
		.hash_policy = -1,
	};

	free(explanation->steps);
	fresh.steps = calloc(fresh.rules->count + 1, sizeof(*fresh.steps));
	*explanation = fresh;
	return fresh.steps ? 0 : -ENOMEM;
}

static int by_length(const void *a, const void *b)
{
	const struct path_candidate *left = a, *right = b;

	if (left->route.dst.length != right->route.dst.length)
		return left->route.dst.length > right->route.dst.length ? -1 : 1;
	if (left->common_bits != right->common_bits)
		return left->common_bits > right->common_bits ? -1 : 1;
	if (left->route.metric != right->route.metric)
		return left->route.metric < right->route.metric ? -1 : 1;
	return memcmp(left->route.dst.addr.bytes, right->route.dst.addr.bytes, 16);
}

/* Keep the route that won. */
static int take_chosen(struct path_explanation *explanation, const struct path_table *table)
{
	uint32_t count = table->best.hop_count;
	struct route_hop *hops =
		grow_array(explanation->hops, &explanation->hop_room, count, sizeof(*hops));

	if (count > 0 && !hops)
		return -ENOMEM;
	explanation->hops = hops;
	explanation->hop_count = count;
	if (count > 0)
		memcpy(hops, table->best.hops, count * sizeof(*hops));
	explanation->chosen = table->best;
	explanation->chosen.hops = hops;
	return 0;
}

/* What the kernel says of sources is not the same in all versions: of a foreign one EINVAL or
 * ENETUNREACH, of what rp_filter rejects EXDEV or EINVAL. */
static bool is_error_like(int kernel, int expected, enum path_special special)
{
	if (special == PATH_FOREIGN_SOURCE && kernel == -ENETUNREACH)
		return true;
	return kernel == expected || (expected == -EXDEV && kernel == -EINVAL);
}

/* Whether the kernel says the same as the replay. */
static bool agrees(const struct path *path, const struct path_explanation *explanation)
{
	const struct path_answer *kernel = &explanation->kernel;
	const struct replay_found *found = &explanation->replay.found;

	if (kernel->error || explanation->expected)
		return is_error_like(kernel->error, explanation->expected, explanation->special);
	if (explanation->special != PATH_BY_RULES)
		return !kernel->has_entry || explanation->special == PATH_MULTICAST_IN;
	return kernel->has_entry && found->is_found && prefix_equal(&kernel->prefix, &found->dst) &&
	       kernel->metric == found->metric && path_table_of(path, kernel) == found->table;
}

/* Of a route that refuses, the kernel tells nothing but an error. */
static void complete_answer(struct path_explanation *explanation)
{
	const struct replay_found *found = &explanation->replay.found;

	explanation->answer = explanation->kernel;
	if (!explanation->kernel.error || !explanation->agrees || !found->is_found ||
	    explanation->special != PATH_BY_RULES)
		return;
	explanation->answer.has_entry = true;
	explanation->answer.prefix = found->dst;
	explanation->answer.metric = found->metric;
	explanation->answer.entry_table = found->table;
	explanation->answer.entry_type = found->type;
	explanation->answer.protocol = explanation->chosen.protocol;
}

static int look_at_hops(struct path *path, struct path_explanation *explanation, struct err *err)
{
	const struct path_answer *kernel = &explanation->kernel;
	bool is_v4 = explanation->flow.dst.family == AF_INET;
	const struct addr *next =
		kernel->gateway.family ? &kernel->gateway : &explanation->flow.dst;
	int ret;

	if (explanation->hop_count > 1 &&
	    sysctl_read_number(is_v4 ? "ipv4/fib_multipath_hash_policy" :
				       "ipv6/fib_multipath_hash_policy",
			       &explanation->hash_policy) < 0)
		explanation->hash_policy = -1;
	if (kernel->error || !kernel->oif || kernel->type != ROUTE_UNICAST)
		return 0;
	ret = path_neighbour(path, next, kernel->oif, &explanation->neighbour, err);
	explanation->has_neighbour = ret > 0;
	return ret < 0 ? ret : 0;
}

/* Find out how @flow is routed in the namespace of @path, and why. @explanation may be used again
 * and again.
 *
 * Return: 0, -ENOMEM, or -errno of netlink.
 */
int path_explain(struct path *path, const struct flow *flow, struct path_explanation *explanation,
		 struct err *err)
{
	struct path_table table = { .path = path, .explanation = explanation, .err = err };
	int ret = reset(explanation, path, flow);

	if (ret < 0)
		return err_set(err, ret, "out of memory");
	ret = path_look_up(&path->nl, flow, 1, true, &explanation->kernel, err);
	if (ret == 0)
		ret = path_special_replay(path, explanation, &table);
	if (ret == 0 && explanation->replay.found.is_found)
		ret = take_chosen(explanation, &table);
	path_table_fini(&table);
	if (ret < 0)
		return ret;
	if (explanation->candidate_count > 1)
		qsort(explanation->candidates, explanation->candidate_count,
		      sizeof(*explanation->candidates), by_length);
	explanation->agrees = agrees(path, explanation);
	complete_answer(explanation);
	return look_at_hops(path, explanation, err);
}

/* Return: the rule that decided, NULL if none did. */
const struct rule *path_explanation_rule(const struct path_explanation *explanation)
{
	size_t rule = explanation->replay.rule;

	if (rule == REPLAY_NO_RULE || explanation->special == PATH_BY_DEVICE ||
	    explanation->special == PATH_TO_SELF)
		return NULL;
	return &explanation->rules->list[rule];
}

/* The priority of the last rule whose table threw the packet out, if one did. */
static bool last_throw(const struct path_explanation *explanation, uint32_t *priority)
{
	const struct rules *rules = explanation->rules;
	bool found = false;

	for (size_t i = 0; rules->list && i < rules->count; i++) {
		if (explanation->steps[i].outcome != REPLAY_THROWN)
			continue;
		*priority = rules->list[i].priority;
		found = true;
	}
	return found;
}

static size_t put(char *text, size_t size, const char *words, uint32_t number)
{
	size_t length = text_copy(text, size, words);

	if (size - length > TEXT_U64_MAX) {
		char *end = text_u64(text + length, number);

		*end = '\0';
		length = (size_t)(end - text);
	}
	return length;
}

/* Write why the flow has no way to @text, in a few words; nothing if it has one.
 *
 * Return: the length of the text.
 */
size_t path_reason(char *text, size_t size, const struct path_explanation *explanation)
{
	const struct replay_result *replay = &explanation->replay;
	const struct rule *rule = path_explanation_rule(explanation);
	uint32_t priority;

	*text = '\0';
	if (!explanation->kernel.error)
		return 0;
	if (!explanation->agrees)
		return text_copy(text, size, strerror(-explanation->kernel.error));
	if (explanation->special != PATH_BY_RULES)
		return text_copy(text, size, path_special_texts[explanation->special]);
	if (replay->found.is_found && replay->found.type < ROUTE_TYPE_COUNT)
		return text_copy(text, size, route_type_names[replay->found.type]);
	if (rule && rule->action < ROUTE_TYPE_COUNT && route_type_names[rule->action])
		return put(text, size,
			   rule->action == RULE_PROHIBIT    ? "prohibit, by rule " :
			   rule->action == RULE_BLACKHOLE   ? "blackhole, by rule " :
			   rule->action == RULE_UNREACHABLE ? "unreachable, by rule " :
							      "refused by rule ",
			   rule->priority);
	if (last_throw(explanation, &priority))
		return put(text, size, PATH_THROWN_TEXT, priority);
	return text_copy(text, size, "no route");
}
