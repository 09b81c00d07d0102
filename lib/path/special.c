// SPDX-License-Identifier: GPL-2.0-or-later
/* What IPv4 asks beside its rules: net/ipv4/route.c, ip_route_output_key_hash_rcu() for what this
 * host sends, ip_route_input_slow() for what comes in, and net/ipv4/fib_frontend.c,
 * fib_validate_source(). IPv6 asks its rules alone. */
#include "path/special.h"

#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/sysctl.h"

/* A replay of the rules for one flow. */
struct session {
	struct path *path;
	struct path_table *table;
	struct flow flow;
	struct rule_view view;
	uint32_t l3mdev_table;
};

static bool is_v4_in(const struct addr *addr, uint8_t first, uint8_t mask)
{
	return addr->family == AF_INET && (addr->bytes[0] & mask) == first;
}

static bool is_multicast(const struct addr *addr)
{
	if (addr->family == AF_INET6)
		return addr->bytes[0] == 0xff;
	return is_v4_in(addr, 0xe0, 0xf0);
}

static bool is_local_multicast(const struct addr *addr)
{
	return addr->family == AF_INET && addr->bytes[0] == 0xe0 && addr->bytes[1] == 0 &&
	       addr->bytes[2] == 0;
}

static bool is_limited_broadcast(const struct addr *addr)
{
	static const uint8_t ones[4] = { 0xff, 0xff, 0xff, 0xff };

	return addr->family == AF_INET && memcmp(addr->bytes, ones, 4) == 0;
}

static uint32_t vrf_table(const struct path *path, uint32_t device)
{
	const struct link *link = links_find(&path->links, device);
	const struct link *master = link ? links_find(&path->links, link->master) : NULL;

	if (link && link->vrf_table)
		return link->vrf_table;
	return master ? master->vrf_table : 0;
}

/* How the rules see @flow. A device that is a VRF stands for its table, not for itself. */
static void begin(struct session *session, struct path *path, struct path_table *table,
		  const struct flow *flow)
{
	const struct link *oif = links_find(&path->links, flow->oif);
	const char *iif = links_name(&path->links, flow->iif ? flow->iif : FLOW_LOOPBACK);

	session->path = path;
	session->table = table;
	session->flow = *flow;
	session->l3mdev_table = vrf_table(path, flow->iif ? flow->iif : flow->oif);
	if (flow->uid == FLOW_NO_UID && !flow->iif)
		session->flow.uid = getuid();
	if (oif && oif->vrf_table)
		session->flow.oif = 0;
	if (flow->iif)
		session->flow.oif = 0;
	session->view = (struct rule_view){
		.flow = &session->flow,
		.iif = iif ? iif : "lo",
		.oif = oif && !flow->iif ? oif->name : "",
		.has_l3mdev = session->l3mdev_table != 0,
	};
	table->flow = &session->flow;
}

static int replay(struct session *session, struct replay_step *steps, struct replay_result *result)
{
	const struct rules *rules = path_rules(session->path, session->flow.dst.family);

	return replay_rules(rules->list, rules->count, &session->view, session->l3mdev_table,
			    path_table_look_up, session->table, steps, result);
}

/* Whether @addr is one of this host's: 1 or 0, -errno. */
static int is_own(struct path *path, const struct addr *addr)
{
	struct flow flow = { .dst = *addr };
	struct path_table table = { .path = path, .flow = &flow };
	struct replay_found found = { 0 };
	int ret = path_table_look_up(ROUTE_TABLE_LOCAL, &found, &table);

	path_table_fini(&table);
	if (ret < 0)
		return ret;
	return found.is_found && found.type == ROUTE_LOCAL;
}

static int decide(struct path_explanation *explanation, enum path_special special, int error)
{
	explanation->special = special;
	explanation->expected = error;
	return 1;
}

/* What is asked of a packet that this host sends before its rules are.
 *
 * Return: 1 if that decides, 0 if the rules do, -errno.
 */
static int before_output(struct path *path, struct path_explanation *explanation)
{
	const struct flow *flow = &explanation->flow;
	const struct link *link = links_find(&path->links, flow->oif);
	bool to_many = is_multicast(&flow->dst) || is_limited_broadcast(&flow->dst);
	bool has_source = flow->src.family && !addr_is_any(&flow->src);
	int ret;

	if (has_source && (is_multicast(&flow->src) || is_limited_broadcast(&flow->src)))
		return decide(explanation, PATH_BAD_SOURCE, -EINVAL);
	if (has_source) {
		ret = is_own(path, &flow->src);
		if (ret < 0)
			return ret;
		if (ret == 0)
			return decide(explanation, PATH_FOREIGN_SOURCE, -EINVAL);
		if (!flow->oif && to_many)
			return decide(explanation, PATH_BY_DEVICE, 0);
	}
	if (link && !(link->flags & IFF_UP))
		return decide(explanation, PATH_DEVICE_DOWN, -ENETUNREACH);
	if (link && (is_local_multicast(&flow->dst) || is_limited_broadcast(&flow->dst)))
		return decide(explanation, PATH_BY_DEVICE, 0);
	if (addr_is_any(&flow->dst))
		return decide(explanation, PATH_TO_SELF, 0);
	return 0;
}

static int64_t setting(const char *device, const char *name)
{
	int64_t value;

	return sysctl_read_conf("ipv4", device, name, &value) < 0 ? 0 : value;
}

/* The same for one that comes in. */
static int before_input(struct path_explanation *explanation, const char *device)
{
	const struct flow *flow = &explanation->flow;
	bool has_source = flow->src.family && !addr_is_any(&flow->src);
	bool routes_localnet =
		setting("all", "route_localnet") || setting(device, "route_localnet");

	if (is_limited_broadcast(&flow->dst) || (!has_source && addr_is_any(&flow->dst)))
		return decide(explanation, PATH_BY_DEVICE, 0);
	if (!has_source || is_multicast(&flow->src) || is_limited_broadcast(&flow->src))
		return decide(explanation, PATH_BAD_SOURCE, -EINVAL);
	if (addr_is_any(&flow->dst))
		return decide(explanation, PATH_BAD_DESTINATION, -EINVAL);
	if (is_v4_in(&flow->dst, 127, 0xff) && !routes_localnet)
		return decide(explanation, PATH_BAD_DESTINATION, -EINVAL);
	if (is_v4_in(&flow->src, 127, 0xff) && !routes_localnet)
		return decide(explanation, PATH_BAD_SOURCE, -EINVAL);
	return 0;
}

/* Look the way back up, and whether the packet may come in where it does.
 *
 * Return: PATH_BY_RULES if it may, why not otherwise, -errno.
 */
static int check_source(struct path *path, const struct path_explanation *explanation,
			const char *device, uint32_t out)
{
	int64_t all = setting("all", "rp_filter"), own = setting(device, "rp_filter");
	int64_t filter = all > own ? all : own;
	bool accepts_own = setting("all", "accept_local") || setting(device, "accept_local");
	bool with_mark = setting("all", "src_valid_mark") || setting(device, "src_valid_mark");
	const struct flow *flow = &explanation->flow;
	struct flow back = {
		.dst = flow->src,
		.src = flow->dst,
		.iif = out,
		.tos = flow->tos,
		.mark = with_mark ? flow->mark : 0,
		.proto = flow->proto,
		.sport = flow->dport,
		.dport = flow->sport,
	};
	struct path_table table = { .path = path };
	struct replay_step *steps = calloc(path_rules(path, AF_INET)->count + 1, sizeof(*steps));
	struct replay_result result;
	struct session session;
	bool leads_back = false;
	int ret;

	if (!steps)
		return -ENOMEM;
	begin(&session, path, &table, &back);
	ret = replay(&session, steps, &result);
	free(steps);
	for (size_t i = 0; table.is_found && i < table.best.hop_count; i++)
		leads_back |= table.best.hops[i].oif == flow->iif;
	path_table_fini(&table);
	if (ret < 0)
		return ret;
	if (result.error)
		return filter ? PATH_REVERSE_FILTER : PATH_BY_RULES;
	if (result.found.type == ROUTE_LOCAL)
		return accepts_own ? PATH_BY_RULES : PATH_OWN_SOURCE;
	if (result.found.type != ROUTE_UNICAST)
		return filter || !path->is_joined ? PATH_BAD_SOURCE : PATH_BY_RULES;
	return filter == 1 && !leads_back ? PATH_REVERSE_FILTER : PATH_BY_RULES;
}

/* What is asked of a packet that came in, when its route is known. */
static int after_input(struct path *path, struct path_explanation *explanation,
		       const struct path_table *table, const char *device)
{
	const struct replay_result *result = &explanation->replay;
	uint8_t type = result->found.type;
	bool forwards = setting(device, "forwarding") != 0;
	uint32_t out =
		type == ROUTE_UNICAST && table->best.hop_count > 0 ? table->best.hops[0].oif : 0;
	int ret;

	if (result->error)
		return forwards ? 0 : decide(explanation, PATH_NOT_FORWARDING, -EHOSTUNREACH);
	if (type != ROUTE_LOCAL && type != ROUTE_BROADCAST && !forwards)
		return decide(explanation, PATH_NOT_FORWARDING, -EHOSTUNREACH);
	if (type != ROUTE_LOCAL && type != ROUTE_BROADCAST && type != ROUTE_UNICAST)
		return decide(explanation, PATH_NOT_FOR_PACKETS, -EINVAL);
	ret = check_source(path, explanation, device, out);
	if (ret > PATH_BY_RULES)
		return decide(explanation, (enum path_special)ret,
			      ret == PATH_REVERSE_FILTER ? -EXDEV : -EINVAL);
	return ret;
}

/* Make the decision about explanation->flow once more, and note each step in @explanation.
 *
 * Return: 0 or -errno.
 */
int path_special_replay(struct path *path, struct path_explanation *explanation,
			struct path_table *table)
{
	const struct flow *flow = &explanation->flow;
	const char *device = links_name(&path->links, flow->iif);
	bool is_v4 = flow->dst.family == AF_INET;
	struct session session;
	int ret = 0;

	begin(&session, path, table, flow);
	if (flow->iif && is_multicast(&flow->dst))
		ret = decide(explanation, PATH_MULTICAST_IN, explanation->kernel.error);
	else if (is_v4)
		ret = flow->iif ? before_input(explanation, device ? device : "") :
				  before_output(path, explanation);
	explanation->replay.rule = REPLAY_NO_RULE;
	if (ret == 0) {
		ret = replay(&session, explanation->steps, &explanation->replay);
		explanation->expected = explanation->replay.error;
	}
	if (ret == 0 && is_v4 && flow->iif)
		ret = after_input(path, explanation, table, device ? device : "");
	else if (ret == 0 && is_v4 && flow->oif && explanation->replay.error)
		ret = decide(explanation, PATH_ON_LINK_ASSUMED, 0);
	table->flow = &explanation->flow;
	return ret < 0 ? ret : 0;
}
