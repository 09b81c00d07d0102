// SPDX-License-Identifier: GPL-2.0-or-later
/* Look-ups without the kernel: in the routes of a file (--read), or in this host's own, read once
 * (--userland). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/fib.h"
#include "analysis/poptrie.h"
#include "analysis/replay.h"
#include "answer.h"
#include "base/grow.h"
#include "host/route_file.h"
#include "input.h"

/* Tables in the order in which the default rules look into them. */
#define STAGES 3

/* Where routes lead: many share theirs. */
struct way {
	struct addr gateway, prefsrc;
	uint32_t oif, mtu;
	uint32_t hop_count;
	uint8_t type;
	char dev[IF_NAMESIZE]; /* of a file */
};

struct offline_route {
	struct prefix dst;
	uint32_t metric, way, table;
};

/* One table, or two that are one, of one family. */
struct stage {
	uint32_t table;
	struct poptrie trie;
	struct poptrie_entry *entries;
	size_t count, room;
};

struct offline {
	struct run *run;
	struct offline_route *routes;
	size_t route_count, route_room;
	struct way *ways;
	size_t way_count, way_room;
	uint32_t *slots; /* hash table of ways: number plus 1 */
	size_t slot_count;
	struct stage stages[2][STAGES]; /* of IPv4, of IPv6 */
	struct answer_row row;
	struct flow plain; /* what routes are judged by: nothing but a destination */
};

static int family_index(uint8_t family)
{
	return family == AF_INET6;
}

/* --- building --- */

/* A mix by multiplication; ways are few, and the one before is mostly the same. */
static size_t hash_way(const struct way *way)
{
	uint64_t words[4], hash = way->oif + ((uint64_t)way->mtu << 32) + way->type;

	memcpy(words, way->gateway.bytes, 16);
	memcpy(words + 2, way->dev, sizeof(way->dev));
	for (int i = 0; i < 4; i++)
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15u;
	return (size_t)(hash ^ hash >> 32);
}

static bool way_equal(const struct way *a, const struct way *b)
{
	return addr_equal(&a->gateway, &b->gateway) && addr_equal(&a->prefsrc, &b->prefsrc) &&
	       a->oif == b->oif && a->mtu == b->mtu && a->hop_count == b->hop_count &&
	       a->type == b->type && strcmp(a->dev, b->dev) == 0;
}

static int widen_slots(struct offline *offline)
{
	size_t count = offline->slot_count ? 2 * offline->slot_count : 256;
	uint32_t *slots = calloc(count, sizeof(*slots));

	if (!slots)
		return -ENOMEM;
	for (size_t i = 0; i < offline->way_count; i++) {
		size_t at = hash_way(&offline->ways[i]) & (count - 1);

		while (slots[at])
			at = (at + 1) & (count - 1);
		slots[at] = (uint32_t)i + 1;
	}
	free(offline->slots);
	offline->slots = slots;
	offline->slot_count = count;
	return 0;
}

/* The number of the way like @way, whose padding is zero; a new one if there is none yet. */
static int intern_way(struct offline *offline, const struct way *way, uint32_t *number)
{
	struct way *list;
	size_t at;

	if (2 * offline->way_count >= offline->slot_count && widen_slots(offline) < 0)
		return -ENOMEM;
	at = hash_way(way) & (offline->slot_count - 1);
	for (; offline->slots[at]; at = (at + 1) & (offline->slot_count - 1)) {
		*number = offline->slots[at] - 1;
		if (way_equal(&offline->ways[*number], way))
			return 0;
	}
	list = grow_array(offline->ways, &offline->way_room, offline->way_count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	offline->ways = list;
	*number = (uint32_t)offline->way_count;
	list[offline->way_count++] = *way;
	offline->slots[at] = (uint32_t)offline->way_count;
	return 0;
}

static int add_route(struct offline *offline, struct stage *stage, const struct prefix *dst,
		     uint32_t metric, uint32_t table, const struct way *way)
{
	struct offline_route *routes = grow_array(offline->routes, &offline->route_room,
						  offline->route_count + 1, sizeof(*routes));
	struct poptrie_entry *entries;
	uint32_t number;

	if (!routes)
		return -ENOMEM;
	offline->routes = routes;
	entries = grow_array(stage->entries, &stage->room, stage->count + 1, sizeof(*entries));
	if (!entries)
		return -ENOMEM;
	stage->entries = entries;
	if (intern_way(offline, way, &number) < 0)
		return -ENOMEM;
	routes[offline->route_count++] = (struct offline_route){ *dst, metric, number, table };
	entries[stage->count++] = poptrie_entry_of(dst, metric, (uint32_t)offline->route_count);
	return 0;
}

static int build(struct offline *offline, struct err *err)
{
	for (int family = 0; family < 2; family++) {
		for (int i = 0; i < STAGES; i++) {
			struct stage *stage = &offline->stages[family][i];

			if (poptrie_build(&stage->trie, stage->entries, stage->count) < 0)
				return err_set(err, -ENOMEM, "out of memory");
			free(stage->entries);
			stage->entries = NULL;
		}
	}
	return 0;
}

/* --- from this host --- */

struct dump {
	struct offline *offline;
	struct stage *stage;
	struct err *err;
	struct way last; /* neighbours in a table mostly share theirs */
};

static int on_route(const struct route *route, void *arg)
{
	struct dump *dump = arg;
	const struct route_hop *hop = route->hop_count > 0 ? &route->hops[0] : NULL;
	struct way *way = &dump->last;

	if (route->src.length > 0)
		return err_set(dump->err, -EINVAL,
			       "--userland: there are routes for certain sources only (from)");
	dump->offline->plain.dst = route->dst.addr;
	if (fib_judge(route, &dump->offline->plain) != FIB_FITS)
		return 0;
	memset(way, 0, sizeof(*way));
	way->prefsrc = route->prefsrc;
	way->mtu = route->metrics[ROUTE_MTU];
	way->hop_count = route->hop_count;
	way->type = route->type;
	if (hop) {
		way->gateway = hop->via;
		way->oif = hop->oif;
	}
	return add_route(dump->offline, dump->stage, &route->dst, route->metric, route->table, way);
}

static int dump_family(struct offline *offline, uint8_t family, struct err *err)
{
	static const uint32_t order[STAGES] = { ROUTE_TABLE_LOCAL, ROUTE_TABLE_MAIN,
						ROUTE_TABLE_DEFAULT };
	struct run *run = offline->run;
	const struct rules *rules = path_rules(&run->path, family);
	struct stage *stages = offline->stages[family_index(family)];
	int ret = 0;

	if (rules->count == 0)
		return 0;
	if (!rules_are_default(rules->list, rules->count, family))
		return err_set(err, -EINVAL,
			       "--userland: there are policy rules beside the default ones of %s "
			       "(see --rules), and a table by itself does not know them",
			       family == AF_INET6 ? "IPv6" : "IPv4");
	for (int i = 0; i < STAGES && ret == 0; i++) {
		struct route_query query = { .family = family, .table = order[i] };
		struct dump dump = { .offline = offline, .stage = &stages[i], .err = err };
		struct err detail = { 0 };

		/* while local and main are one, the longest match of both counts */
		if (run->path.is_joined && family == AF_INET && order[i] == ROUTE_TABLE_LOCAL)
			dump.stage = &stages[1];
		if (family == AF_INET6 && order[i] == ROUTE_TABLE_DEFAULT)
			break; /* no rule of IPv6 looks there */
		ret = routes_list(&run->path.nl, &query, on_route, &dump, &detail);
		if (ret < 0 && ret != -EINVAL)
			err_set(err, ret, "%s", detail.text);
	}
	return ret;
}

static int load_host(struct offline *offline, struct err *err)
{
	unsigned int families = offline->run->settings.families;
	int ret = 0;

	if (!families || families & FAMILY_INET)
		ret = dump_family(offline, AF_INET, err);
	if (ret == 0 && (!families || families & FAMILY_INET6))
		ret = dump_family(offline, AF_INET6, err);
	return ret;
}

/* --- from a file --- */

static bool is_in_table(const struct run *run, const char *table)
{
	const char *wanted = run->settings.table ? run->settings.table : "main";
	uint32_t a, b;

	if (!*table)
		table = "main";
	if (strcmp(wanted, "all") == 0 || strcmp(wanted, table) == 0)
		return true;
	return rtnames_number(&run->rtnames, RTNAMES_TABLE, wanted, UINT32_MAX, &a) == 0 &&
	       rtnames_number(&run->rtnames, RTNAMES_TABLE, table, UINT32_MAX, &b) == 0 && a == b;
}

static int on_text(const struct route_text *text, void *arg)
{
	struct offline *offline = arg;
	uint32_t table = 0;
	struct way way;

	if (text->has_source || text->has_tos || !is_in_table(offline->run, text->table))
		return 0;
	memset(&way, 0, sizeof(way));
	way.gateway = text->gateway;
	way.prefsrc = text->prefsrc;
	way.mtu = text->mtu;
	way.type = text->type;
	memcpy(way.dev, text->dev, sizeof(way.dev));
	if (text->table[0])
		rtnames_number(&offline->run->rtnames, RTNAMES_TABLE, text->table, UINT32_MAX,
			       &table);
	return add_route(offline, &offline->stages[family_index(text->dst.addr.family)][0],
			 &text->dst, text->metric, table, &way);
}

static int load_file(struct offline *offline, struct err *err)
{
	const struct settings *settings = &offline->run->settings;
	uint8_t family = settings->families == FAMILY_INET6 ? AF_INET6 : AF_UNSPEC;
	struct err detail = { 0 };
	int fd = STDIN_FILENO, ret;

	if (strcmp(settings->read, "-") != 0)
		fd = open(settings->read, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", settings->read, strerror(errno));
	ret = route_file_read(fd, family, on_text, offline, &detail);
	if (fd != STDIN_FILENO)
		close(fd);
	if (ret == -ENOMEM && !detail.text[0])
		return err_set(err, ret, "out of memory");
	return ret < 0 ? err_set(err, ret, "%s: %s", settings->read, detail.text) : 0;
}

/* --- looking up --- */

/* The route that the default rules give for @dst, NULL if none does. A throw route ends the look-up
 * in its table alone. */
static const struct offline_route *find(const struct offline *offline, const struct addr *dst)
{
	const struct stage *stages = offline->stages[family_index(dst->family)];
	const struct offline_route *thrown = NULL;

	for (int i = 0; i < STAGES; i++) {
		uint32_t value = poptrie_find(&stages[i].trie, dst);
		const struct offline_route *route = value ? &offline->routes[value - 1] : NULL;

		if (route && offline->ways[route->way].type != ROUTE_THROW)
			return route;
		if (route)
			thrown = route;
	}
	return thrown;
}

static void show(struct offline *offline, const struct flow *flow)
{
	const struct offline_route *route = find(offline, &flow->dst);
	const struct way *way = route ? &offline->ways[route->way] : NULL;
	struct run *run = offline->run;
	struct path_answer answer = { .error = -ENETUNREACH };
	const char *reason = "no route";
	const struct rule *rule = NULL;

	if (way) {
		answer = (struct path_answer){
			.error = replay_error_of_type(way->type),
			.gateway = way->gateway,
			.source = way->prefsrc,
			.oif = way->oif,
			.table = route->table,
			.mtu = way->mtu,
			.type = way->type,
			.has_entry = true,
			.prefix = route->dst,
			.entry_table = route->table,
			.metric = route->metric,
			.hop_count = way->hop_count,
			.entry_type = way->type,
		};
		if (answer.error)
			reason = texts_type(way->type, offline->row.type_text);
		if (run->has_path)
			rule = path_rule_of_table(&run->path, flow->dst.family, route->table);
	}
	offline->row.device = way && way->dev[0] ? way->dev : NULL;
	answer_show(run, &offline->row, flow, &answer, rule, reason);
}

static int on_flow(struct run *run, const struct flow *flow, void *arg, struct err *err)
{
	(void)err;
	show(arg, flow);
	return run->out.error;
}

static int read_all(struct offline *offline, struct err *err)
{
	struct run *run = offline->run;
	struct flow flow = run->flow;
	struct input *input = calloc(1, sizeof(*input));
	int ret;

	if (!input)
		return err_set(err, -ENOMEM, "out of memory");
	ret = input_open(input, run, err);
	while (ret == 0 && !run->out.error && !cli_stop_signal()) {
		if (input_would_wait(input))
			buf_flush(&run->out);
		ret = input_next(input, &flow.dst, err);
		if (ret <= 0)
			break;
		show(offline, &flow);
		ret = 0;
	}
	if (input->fd >= 0)
		input_close(input);
	free(input);
	return ret < 0 ? ret : run->out.error;
}

static void finish(struct offline *offline)
{
	for (int i = 0; i < 2 * STAGES; i++) {
		struct stage *stage = &offline->stages[i / STAGES][i % STAGES];

		poptrie_fini(&stage->trie);
		free(stage->entries);
	}
	free(offline->routes);
	free(offline->ways);
	free(offline->slots);
	free(offline);
}

/* Read the table that the command line names, and look up in it what the operands or the file of
 * destinations name.
 *
 * Return: 0 or -errno.
 */
int offline_run(struct run *run, char **operands, int count, struct err *err)
{
	struct offline *offline = calloc(1, sizeof(*offline));
	int ret;

	if (!offline)
		return err_set(err, -ENOMEM, "out of memory");
	offline->run = run;
	ret = run->settings.read ? load_file(offline, err) : load_host(offline, err);
	if (ret == -ENOMEM)
		err_set(err, ret, "out of memory");
	if (ret == 0)
		ret = build(offline, err);
	if (ret == 0)
		ret = answer_begin(run, err);
	if (ret == 0) {
		if (run->settings.file)
			ret = read_all(offline, err);
		else
			ret = lookup_each(run, operands, count, on_flow, offline, err);
		table_end(&run->table);
	}
	finish(offline);
	return ret;
}
