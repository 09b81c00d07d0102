// SPDX-License-Identifier: GPL-2.0-or-later
/* --explain: how the one host is reached, stage by stage.
 *
 * Theory of operation: nothing is sent for it. Name, route and the neighbour's entry are learned
 * before the first probe; if the next hop's MAC address is not known then, that probe makes the
 * kernel ask, and its local delay is how long the exchange took. So the entry is read once more
 * when the fate of the first probe is known, in front of what is said of that.
 */
#include "explain.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/destination.h"
#include "base/clock.h"
#include "base/text.h"
#include "host/ifaddrs.h"
#include "host/neigh.h"

#define IN(type, field) .offset = offsetof(struct type, field)
#define AT(field) IN(explain_row, field)

/* States of a neighbour whose MAC address is known. */
#define NUD_KNOWN (NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY)

/* clang-format off */
static const struct column choice_columns[] = {
	{ "addr", "Address", "in the resolver's order (RFC 6724)", COLUMN_ADDR,
	  IN(choice_row, addr) },
	{ "choice", "Choice", "chosen, no way, not tried", COLUMN_TEXT, IN(choice_row, choice) },
	{ "source", "Source", "by default; none: there is no way", COLUMN_ADDR,
	  IN(choice_row, source) },
	{ "rule", "Rule", "of RFC 6724, that puts it behind the one before",
	  COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT, IN(choice_row, rule) },
	{ "reason", "Reason", "the rule in words", COLUMN_TEXT, IN(choice_row, reason) },
	{ .key = NULL },
};

static const struct column rule_columns[] = {
	{ "priority", "Priority", "least first", COLUMN_U32, IN(rule_brief, priority) },
	{ "text", "Text", "as ip rule writes it", COLUMN_TEXT, IN(rule_brief, text) },
	{ .key = NULL },
};

static const struct column neighbour_columns[] = {
	{ "addr", "Address", "next hop", COLUMN_ADDR, IN(neighbour_row, addr) },
	{ "before", "Before", "state before the first probe", COLUMN_TEXT,
	  IN(neighbour_row, before) },
	{ "after", "After", "state when its fate was known", COLUMN_TEXT,
	  IN(neighbour_row, after) },
	{ "lladdr", "MAC", "MAC address", COLUMN_TEXT, IN(neighbour_row, lladdr) },
	{ "exchange", "Asked", "whether it had to be asked for", COLUMN_BOOL,
	  IN(neighbour_row, exchange) },
	{ "exchange_ms", "Took", "how long the first probe waited for it",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, IN(neighbour_row, exchange_ns) },
	{ .key = NULL },
};

const struct column explain_columns[] = {
	{ "type", "Type", "explain", COLUMN_TEXT, AT(type) },
	{ "host", "Host", "as it was named", COLUMN_TEXT, AT(host) },
	{ "addr", "Address", "where probes go", COLUMN_ADDR, AT(addr) },
	{ "addresses", "Addresses", "of the host", COLUMN_LIST, .nested = choice_columns,
	  .stride = sizeof(struct choice_row),
	  .count_offset = offsetof(struct explain_row, address_count), AT(addresses) },
	{ "resolve_ms", "Resolve", "time for them",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(resolve_ns) },
	{ "rule", "Rule", "that decided", COLUMN_OBJECT, .nested = rule_columns, AT(rule) },
	{ "table", "Table", "of the route", COLUMN_TEXT, AT(table) },
	{ "prefix", "Prefix", "of the route", COLUMN_PREFIX, AT(prefix) },
	{ "route_type", "Route", "unicast, local, broadcast, multicast", COLUMN_TEXT,
	  AT(route_type) },
	{ "gateway", "Gateway", "next hop; none: it is on the link", COLUMN_ADDR, AT(gateway) },
	{ "dev", "Dev", "device", COLUMN_TEXT, AT(dev) },
	{ "prefsrc", "Source", "source address", COLUMN_ADDR, AT(prefsrc) },
	{ "route_ms", "Took", "time for the route",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(route_ns) },
	{ "neighbour", "Neighbour", "next hop on the link", COLUMN_OBJECT,
	  .nested = neighbour_columns, AT(neighbour) },
	{ .key = NULL },
};
/* clang-format on */

/* Make ready to explain: in the namespace that the probes leave from.
 *
 * Return: 0, or -errno with @err; explain_end() is due in any case.
 */
int explain_begin(struct run *run, struct err *err)
{
	struct explain *explain = calloc(1, sizeof(*explain));
	int ret;

	if (!explain)
		return err_set(err, -ENOMEM, "out of memory");
	run->explain = explain;
	path_explanation_init(&explain->explanation);
	ret = path_open(&explain->path, err);
	if (ret == 0 && rtnames_load(&explain->rtnames) < 0)
		ret = err_set(err, -ENOMEM, "out of memory");
	return ret;
}

/* What RFC 6724 needs to know of @addr to find its place. */
static struct destination destination_to(const struct ifaddrs *ifaddrs, const struct addr *addr)
{
	struct destination destination = { .addr = *addr, .source = source_to(addr) };

	for (size_t i = 0; i < ifaddrs->count; i++) {
		const struct iface_addr *at = &ifaddrs->list[i];

		if (!addr_equal(&at->addr, &destination.source))
			continue;
		destination.source_length = at->length;
		destination.is_deprecated = at->flags & IFA_F_DEPRECATED;
	}
	return destination;
}

/* Keep the addresses of the host, of which the targets will keep one, and say what put them into
 * this order.
 *
 * Return: 0, or -ENOMEM with @err.
 */
int explain_addresses(struct run *run, struct err *err)
{
	struct explain *explain = run->explain;
	size_t count = run->targets.count;
	struct destination before = { 0 }, at;
	struct ifaddrs ifaddrs;

	explain->addresses = calloc(count, sizeof(*explain->addresses));
	if (!explain->addresses)
		return err_set(err, -ENOMEM, "out of memory");
	ifaddrs_init(&ifaddrs);
	/* Without them a rule may be missed, and another one is named. */
	ifaddrs_load(&ifaddrs, NULL);
	for (size_t i = 0; i < count; i++, before = at) {
		struct choice_row *row = &explain->addresses[i];

		at = destination_to(&ifaddrs, &run->targets.list[i].addr);
		row->addr = at.addr;
		row->source = at.source;
		if (i == 0)
			continue;
		row->rule = destination_decide(&before, &at);
		row->reason = destination_reasons[row->rule];
	}
	ifaddrs_fini(&ifaddrs);
	explain->row.addresses = explain->addresses;
	explain->row.address_count = (uint32_t)count;
	return 0;
}

/* A packet of a probe, as rules and routes see it. */
static struct flow flow_of(const struct run *run)
{
	const struct settings *settings = &run->settings;
	const struct target *target = &run->targets.list[0];
	const char *device = source_device(settings);
	struct flow flow = {
		.dst = target->addr,
		.oif = device ? if_nametoindex(device) : target->addr.zone,
		.mark = settings->mark == UNSET ? 0 : settings->mark,
		.uid = (uint32_t)geteuid(),
		.tos = settings->tos == UNSET ? 0 : (uint8_t)settings->tos,
		.proto = target->addr.family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6,
	};

	if (settings->sticky)
		flow.src = run->source;
	return flow;
}

static void fill_neighbour(struct explain *explain, const struct neigh *entry)
{
	struct neighbour_row *row = &explain->neighbour;
	const struct lladdr *lladdr = &entry->lladdr;
	const char *state = neigh_state_name(entry->state);

	*lladdr_format(row->lladdr_text, lladdr) = '\0';
	row->lladdr = lladdr->length > 0 && entry->state & NUD_KNOWN ? row->lladdr_text : NULL;
	row->after = state ? state : "?";
}

static void fill_route(struct run *run)
{
	struct explain *explain = run->explain;
	const struct path_explanation *explanation = &explain->explanation;
	const struct path_answer *answer = &explanation->answer;
	const struct rule *rule = explanation->agrees ? path_explanation_rule(explanation) : NULL;
	uint32_t table = path_table_of(&explain->path, answer);
	struct explain_row *row = &explain->row;

	if (rule) {
		rule_format(explain->rule_text, rule, rtnames_of_rule, &explain->rtnames);
		explain->rule = (struct rule_brief){ rule->priority, explain->rule_text };
		row->rule = &explain->rule;
	}
	if (table) {
		*rtnames_of_rule(explain->table_text, RULE_NAME_TABLE, table, &explain->rtnames) =
			'\0';
		row->table = explain->table_text;
	}
	row->prefix = answer->prefix;
	row->route_type = answer->type < ROUTE_TYPE_COUNT ? route_type_names[answer->type] : NULL;
	row->gateway = answer->gateway;
	row->dev = answer->oif ? links_name(&explain->path.links, answer->oif) : NULL;
	row->prefsrc = run->source;
	if (answer->type != ROUTE_UNICAST)
		return;
	row->neighbour = &explain->neighbour;
	explain->neighbour.addr = answer->gateway.family ? answer->gateway : explanation->flow.dst;
	explain->neighbour.exchange_ns = UINT64_MAX;
	if (explanation->has_neighbour)
		fill_neighbour(explain, &explanation->neighbour);
	explain->neighbour.before = explain->neighbour.after;
}

/* Find out how the address that was chosen is reached.
 *
 * Return: 0, or -errno with @err.
 */
int explain_route(struct run *run, struct err *err)
{
	struct explain *explain = run->explain;
	struct explain_row *row = &explain->row;
	struct flow flow = flow_of(run);
	uint64_t start_ns = clock_mono_ns();
	int ret = path_explain(&explain->path, &flow, &explain->explanation, err);

	if (ret < 0)
		return ret;
	if (explain->explanation.kernel.error)
		return err_set(err, explain->explanation.kernel.error, "no route: %s",
			       strerror(-explain->explanation.kernel.error));
	row->type = "explain";
	row->host = target_name(run, &run->targets.list[0], explain->host_text);
	row->addr = flow.dst;
	row->resolve_ns = run->resolve_ns;
	for (size_t i = 0; i < row->address_count; i++)
		explain->addresses[i].choice = i < run->chosen	? "no way" :
					       i == run->chosen ? "chosen" :
								  "not tried";
	fill_route(run);
	row->route_ns = clock_mono_ns() - start_ns;
	return 0;
}

/* There is no way to the host: let @err say why there is none to its first address. */
void explain_no_way(struct run *run, struct err *err)
{
	struct explain *explain = run->explain;
	struct flow flow = flow_of(run);
	char reason[128], text[ADDR_TEXT_MAX + 1];

	if (path_explain(&explain->path, &flow, &explain->explanation, NULL) < 0 ||
	    path_reason(reason, sizeof(reason), &explain->explanation) == 0)
		return;
	*addr_format(text, &flow.dst) = '\0';
	err_set(err, explain->explanation.kernel.error, "no way to %s: %s", text, reason);
}

/* The fate of a probe is known: of the first one, which left after @local_delay_ns (UINT64_MAX: not
 * known), tell what became of the neighbour. */
void explain_settle(struct run *run, uint64_t local_delay_ns)
{
	struct explain *explain = run->explain;
	struct neighbour_row *row;
	struct neigh entry;
	bool was_known;

	if (!explain || explain->is_told)
		return;
	explain->is_told = true;
	row = &explain->neighbour;
	was_known = row->lladdr != NULL;
	if (explain->row.neighbour &&
	    neigh_get(&explain->path.nl, &row->addr, explain->explanation.answer.oif, &entry,
		      NULL) == 0) {
		fill_neighbour(explain, &entry);
		row->exchange = !was_known && !(entry.state & NUD_NOARP);
		if (row->exchange && row->lladdr)
			row->exchange_ns = local_delay_ns;
	}
	if (!settings_is_habit(&run->settings)) {
		table_row(&run->tables[OWN_EXPLAIN], &explain->row);
		return;
	}
	if (row->exchange)
		explain_write_exchange(run);
}

/* Give back what explain_begin() took. */
void explain_end(struct run *run)
{
	struct explain *explain = run->explain;

	if (!explain)
		return;
	path_close(&explain->path);
	path_explanation_fini(&explain->explanation);
	rtnames_fini(&explain->rtnames);
	free(explain->addresses);
	free(explain);
	run->explain = NULL;
}
