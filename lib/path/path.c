// SPDX-License-Identifier: GPL-2.0-or-later
/* How a packet leaves this host: what the kernel says. */
#include "path/path.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>

#include "host/fib.h"
#include "host/neigh.h"
#include "host/routes.h"

/* Whether IPv4's tables local and main are still one trie, as they are until the first rule of
 * one's own (net/ipv4/fib_frontend.c, fib_unmerge()): then the longest match in both together
 * counts. An entry of the loopback's tells, since it is found in main while they are one. */
static bool are_joined(struct path *path)
{
	const struct flow flow = {
		.dst = { .family = AF_INET, .bytes = { 127, 0, 0, 1 } },
		.uid = FLOW_NO_UID,
	};
	struct path_answer answer;

	if (!rules_are_default(path->rules4.list, path->rules4.count, AF_INET))
		return false;
	if (path_look_up(&path->nl, &flow, 1, true, &answer, NULL) < 0)
		return false;
	return !answer.has_entry || answer.entry_type != ROUTE_LOCAL ||
	       answer.entry_table == ROUTE_TABLE_MAIN;
}

/* Learn the rules and devices as they are now. A family that the kernel lacks has no rules.
 *
 * Return: 0 or -errno.
 */
int path_learn(struct path *path, struct err *err)
{
	int ret = links_load(&path->links, err);

	if (ret == 0)
		ret = rules_load(&path->rules4, &path->nl, AF_INET, err);
	if (ret < 0)
		return ret;
	ret = rules_load(&path->rules6, &path->nl, AF_INET6, err);
	if (ret < 0 && ret != -EAFNOSUPPORT && ret != -EOPNOTSUPP)
		return ret;
	path->is_joined = are_joined(path);
	return 0;
}

/* Make ready to look up in the current network namespace.
 *
 * Return: 0 or -errno; path_close() is due in any case.
 */
int path_open(struct path *path, struct err *err)
{
	int ret;

	links_init(&path->links);
	rules_init(&path->rules4);
	rules_init(&path->rules6);
	ret = nl_open(&path->nl, NETLINK_ROUTE, err);
	if (ret < 0)
		return ret;
	nl_be_strict(&path->nl);
	return path_learn(path, err);
}

/* Give back what path_open() took. */
void path_close(struct path *path)
{
	nl_close(&path->nl);
	links_fini(&path->links);
	rules_fini(&path->rules4);
	rules_fini(&path->rules6);
}

/* Return: the rules of @family. */
const struct rules *path_rules(const struct path *path, uint8_t family)
{
	return family == AF_INET ? &path->rules4 : &path->rules6;
}

/* Return: the only rule that looks into @table, NULL if there are none or several of them. */
const struct rule *path_rule_of_table(const struct path *path, uint8_t family, uint32_t table)
{
	const struct rules *rules = path_rules(path, family);
	const struct rule *found = NULL;

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = &rules->list[i];

		if (rule->action == RULE_LOOKUP && rule->is_l3mdev)
			return NULL;
		if (rule->action != RULE_LOOKUP || rule->table != table)
			continue;
		if (found)
			return NULL;
		found = rule;
	}
	return found;
}

/* Return: the table that @answer comes from. While local and main are one, the kernel calls both
 * main; only local has such types. */
uint32_t path_table_of(const struct path *path, const struct path_answer *answer)
{
	uint32_t table = answer->has_entry ? answer->entry_table : answer->table;
	uint8_t type = answer->has_entry ? answer->entry_type : answer->type;

	if (path->is_joined && table == ROUTE_TABLE_MAIN &&
	    (type == ROUTE_LOCAL || type == ROUTE_BROADCAST))
		return ROUTE_TABLE_LOCAL;
	return table;
}

/* Return: the largest packet that the way of @answer takes in one piece, 0 if that is not known. */
uint32_t path_mtu_of(const struct path *path, const struct path_answer *answer)
{
	const struct link *link = links_find(&path->links, answer->oif);

	if (answer->mtu)
		return answer->mtu;
	return link ? link->mtu : 0;
}

/* Find what is known of the neighbour @addr on @device.
 *
 * Return: 1, 0 if nothing is, -errno of netlink.
 */
int path_neighbour(struct path *path, const struct addr *addr, uint32_t device, struct neigh *neigh,
		   struct err *err)
{
	struct err detail = { 0 };
	int ret = neigh_get(&path->nl, addr, device, neigh, &detail);

	/* a device that has just gone, a kernel without the question or the family */
	if (ret == -ENOENT || ret == -ENODEV || ret == -EOPNOTSUPP || ret == -EAFNOSUPPORT)
		return 0;
	return ret < 0 ? err_set(err, ret, "%s", detail.text) : 1;
}

struct look_up {
	struct path_answer *answers;
	struct route_hops hops;
	unsigned int requests_each;
};

static void fill_way(struct path_answer *answer, const struct route *route)
{
	answer->error = 0;
	answer->type = route->type;
	answer->table = route->table;
	answer->source = route->prefsrc;
	answer->mtu = route->metrics[ROUTE_MTU];
	if (route->hop_count > 0) {
		answer->gateway = route->hops[0].via;
		answer->oif = route->hops[0].oif;
	}
}

static void fill_entry(struct path_answer *answer, const struct route *route)
{
	answer->has_entry = true;
	answer->prefix = route->dst;
	answer->entry_table = route->table;
	answer->entry_type = route->type;
	answer->metric = route->metric;
	answer->hop_count = route->hop_count;
	answer->protocol = route->protocol;
}

static int on_reply(uint32_t index, const struct nlmsghdr *reply, int error, void *arg)
{
	struct look_up *look_up = arg;
	struct path_answer *answer = &look_up->answers[index / look_up->requests_each];
	bool is_entry = index % look_up->requests_each == 1;
	struct route route;

	if (!reply) {
		if (!is_entry)
			answer->error = error ? error : -EBADMSG;
		return 0;
	}
	if (!routes_parse(reply, &route, &look_up->hops))
		return -EBADMSG;
	if (is_entry)
		fill_entry(answer, &route);
	else
		fill_way(answer, &route);
	return 0;
}

/* Ask the kernel for the ways of @count @flows (PATH_LOOK_UP_MAX at most), with @wants_entry also
 * for the entries of the tables that they come from. A flow that the kernel refuses is answered by
 * its error.
 *
 * Return: 0 or -errno, as nl_exchange().
 */
int path_look_up(struct nl *nl, const struct flow *flows, size_t count, bool wants_entry,
		 struct path_answer *answers, struct err *err)
{
	_Alignas(struct nlmsghdr) char requests[NL_EXCHANGE_MAX * FIB_REQUEST_MAX];
	struct look_up look_up = { .answers = answers, .requests_each = wants_entry ? 2 : 1 };
	size_t length = 0;
	int ret;

	memset(answers, 0, count * sizeof(*answers));
	for (size_t i = 0; i < count; i++) {
		length += fib_request(requests + length, &flows[i], false);
		if (wants_entry)
			length += fib_request(requests + length, &flows[i], true);
	}
	if (count == 0)
		return 0;
	ret = nl_exchange(nl, requests, length, on_reply, &look_up, err);
	route_hops_fini(&look_up.hops);
	return ret;
}
