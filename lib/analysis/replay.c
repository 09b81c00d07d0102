// SPDX-License-Identifier: GPL-2.0-or-later
/* The policy rules once more, step by step: as net/core/fib_rules.c, fib_rules_lookup(), with the
 * actions of both families, fib4_rule_action() and fib6_rule_action(). */
#include "analysis/replay.h"

#include <errno.h>

const char *const replay_outcome_texts[REPLAY_OUTCOME_COUNT] = {
	[REPLAY_NOT_REACHED] = "not reached",
	[REPLAY_SKIPPED] = "does not match",
	[REPLAY_JUMPED] = "matches, goes on there",
	[REPLAY_NO_TARGET] = "matches, but there is no such rule",
	[REPLAY_WENT_ON] = "matches, nothing found",
	[REPLAY_THROWN] = "matches, a throw route ends it",
	[REPLAY_SUPPRESSED] = "matches, its route is suppressed",
	[REPLAY_DECIDED] = "decides",
};

/* The error that a sender gets of a route of @type, 0 for one that leads somewhere
 * (net/ipv4/fib_semantics.c, fib_props[]; net/ipv6/route.c, fib6_prop[]). */
int replay_error_of_type(uint8_t type)
{
	switch (type) {
	case ROUTE_BLACKHOLE:
		return -EINVAL;
	case ROUTE_UNREACHABLE:
		return -EHOSTUNREACH;
	case ROUTE_PROHIBIT:
		return -EACCES;
	case ROUTE_THROW:
		return -EAGAIN;
	default:
		return 0;
	}
}

static bool is_suppressed(const struct rule *rule, const struct replay_found *found)
{
	if (rule->suppress_length != RULE_NO_SUPPRESS && found->dst.length <= rule->suppress_length)
		return true;
	return rule->suppress_group != RULE_NO_SUPPRESS && found->group == rule->suppress_group;
}

struct replay {
	uint32_t l3mdev_table;
	replay_table_fn *look_up;
	void *arg;
	struct replay_result *result;
};

static int look_in_table(const struct replay *replay, const struct rule *rule,
			 struct replay_step *step)
{
	uint32_t table = rule->is_l3mdev ? replay->l3mdev_table : rule->table;
	struct replay_found found = { 0 };
	int ret = replay->look_up(table, &found, replay->arg);

	step->outcome = REPLAY_WENT_ON;
	if (ret < 0 || !found.is_found)
		return ret;
	replay->result->error = replay_error_of_type(found.type);
	if (replay->result->error == -EAGAIN) {
		step->outcome = REPLAY_THROWN;
	} else if (replay->result->error == 0 && is_suppressed(rule, &found)) {
		step->outcome = REPLAY_SUPPRESSED;
	} else {
		step->outcome = REPLAY_DECIDED;
		replay->result->found = found;
	}
	return 0;
}

static int act(const struct replay *replay, const struct rule *rule, struct replay_step *step)
{
	switch (rule->action) {
	case RULE_LOOKUP:
		return look_in_table(replay, rule, step);
	case RULE_NOP:
		step->outcome = REPLAY_WENT_ON;
		return 0;
	case RULE_UNREACHABLE:
		replay->result->error = -ENETUNREACH;
		break;
	case RULE_PROHIBIT:
		replay->result->error = -EACCES;
		break;
	default:
		replay->result->error = -EINVAL;
	}
	step->outcome = REPLAY_DECIDED;
	return 0;
}

/* Where a goto leads: the first rule of that priority, which stands behind it; @count if none. */
static size_t target_of(const struct rule *rules, size_t count, size_t from)
{
	size_t i = from + 1;

	while (i < count && rules[i].priority != rules[from].target)
		i++;
	return i;
}

/* Go through the @count @rules in order as the kernel does for the flow in @view, and note what
 * comes of each in @steps (as many). @look_up is asked for the longest match in a table;
 * @l3mdev_table is the one of the flow's VRF.
 *
 * Return: 0 with @result filled, or -errno of @look_up.
 */
int replay_rules(const struct rule *rules, size_t count, const struct rule_view *view,
		 uint32_t l3mdev_table, replay_table_fn *look_up, void *arg,
		 struct replay_step *steps, struct replay_result *result)
{
	struct replay replay = { l3mdev_table, look_up, arg, result };
	size_t i;
	int ret;

	*result = (struct replay_result){ .rule = REPLAY_NO_RULE };
	for (i = 0; i < count; i++)
		steps[i] = (struct replay_step){ .outcome = REPLAY_NOT_REACHED };
	for (i = 0; i < count;) {
		struct replay_step *step = &steps[i];
		size_t next = i + 1;

		if (!rule_matches(&rules[i], view, &step->mismatch)) {
			step->outcome = REPLAY_SKIPPED;
		} else if (rules[i].action == RULE_GOTO) {
			size_t target = target_of(rules, count, i);

			step->outcome = target < count ? REPLAY_JUMPED : REPLAY_NO_TARGET;
			next = target < count ? target : next;
		} else {
			ret = act(&replay, &rules[i], step);
			if (ret < 0)
				return ret;
		}
		if (step->outcome == REPLAY_DECIDED) {
			result->rule = i;
			return 0;
		}
		i = next;
	}
	result->error = -ENETUNREACH;
	return 0;
}
