// SPDX-License-Identifier: GPL-2.0-or-later
/* Look-ups without the kernel: in the routes of a file (--read), or in this host's own, read once
 * (--userland). Destinations are looked up many at a time, which waits less for memory. */
#include "offline.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/replay.h"
#include "answer.h"
#include "base/text.h"
#include "input.h"

/* What a destination leads to; way NULL: nothing. */
struct found {
	const struct offline_route *route;
	const struct offline_way *way;
};

struct batch {
	const struct offline *offline;
	struct answer_row row;
	size_t count;
	struct addr dsts[POPTRIE_MANY];
	struct found found[POPTRIE_MANY];
};

static const struct offline_route *route_of(const struct offline_table *table, uint32_t value)
{
	return value ? &table->routes[value - 1] : NULL;
}

/* Where two tables are one, a route of local wins over one of main to the same prefix. */
static void keep_longer(const struct offline_table *tables, uint32_t *local, uint32_t *main)
{
	const struct offline_route *of_local = route_of(&tables[OFFLINE_LOCAL], *local);
	const struct offline_route *of_main = route_of(&tables[OFFLINE_MAIN], *main);

	if (!of_local || !of_main)
		return;
	if (of_local->length >= of_main->length)
		*main = 0;
	else
		*local = 0;
}

/* The route that the default rules give. A throw route ends the look-up in its table alone. */
static struct found choose(const struct offline_table *tables, const uint32_t *values)
{
	struct found found = { NULL, NULL };

	for (int stage = 0; stage < OFFLINE_STAGES; stage++) {
		const struct offline_route *route = route_of(&tables[stage], values[stage]);

		if (!route)
			continue;
		found = (struct found){ route, &tables[stage].ways[route->way] };
		if (found.way->type != ROUTE_THROW)
			break;
	}
	return found;
}

/* Look those of the destinations up that are of @family. */
static void find_family(struct batch *batch, uint8_t family)
{
	const struct offline_table *tables = batch->offline->tables[offline_family(family)];
	bool is_joined = family == AF_INET && batch->offline->is_joined;
	uint32_t values[OFFLINE_STAGES][POPTRIE_MANY];
	const struct addr *dsts[POPTRIE_MANY];
	size_t count = 0;

	for (size_t i = 0; i < batch->count; i++)
		if (batch->dsts[i].family == family)
			dsts[count++] = &batch->dsts[i];
	for (int stage = 0; stage < OFFLINE_STAGES; stage++) {
		poptrie_find_many(&tables[stage].trie, dsts, count, values[stage]);
		for (size_t i = 0; i < count; i++)
			__builtin_prefetch(route_of(&tables[stage], values[stage][i]));
	}
	for (size_t i = 0; i < count; i++) {
		uint32_t each[OFFLINE_STAGES];

		for (int stage = 0; stage < OFFLINE_STAGES; stage++)
			each[stage] = values[stage][i];
		if (is_joined)
			keep_longer(tables, &each[OFFLINE_LOCAL], &each[OFFLINE_MAIN]);
		batch->found[dsts[i] - batch->dsts] = choose(tables, each);
	}
}

/* Why a way leads nowhere; @rule led to it, NULL if there are no rules. */
static const char *reason_of(struct answer_row *row, const struct offline_way *way,
			     const struct rule *rule, char *text)
{
	if (way->type != ROUTE_THROW || !rule)
		return texts_type(way->type, row->type_text);
	*text_u64(text + text_copy(text, REASON_SIZE, PATH_THROWN_TEXT), rule->priority) = '\0';
	return text;
}

static void show(struct batch *batch, const struct addr *dst, const struct found *found)
{
	struct run *run = batch->offline->run;
	const struct offline_way *way = found->way;
	struct path_answer answer = { .error = -ENETUNREACH };
	struct flow flow = { .dst = *dst };
	const char *reason = "no route";
	const struct rule *rule = NULL;
	char text[REASON_SIZE];

	if (way) {
		answer = (struct path_answer){
			.error = replay_error_of_type(way->type),
			.gateway = way->gateway,
			.source = way->prefsrc,
			.oif = way->oif,
			.table = way->table,
			.mtu = way->mtu,
			.type = way->type,
			.has_entry = true,
			.prefix = prefix_of(dst, found->route->length),
			.entry_table = way->table,
			.metric = found->route->metric,
			.hop_count = way->hop_count,
			.entry_type = way->type,
			.protocol = way->protocol,
		};
		if (run->has_path)
			rule = path_rule_of_table(&run->path, dst->family, way->table);
		if (answer.error)
			reason = reason_of(&batch->row, way, rule, text);
	}
	batch->row.device = way && way->dev[0] ? way->dev : NULL;
	answer_show(run, &batch->row, &flow, &answer, rule, reason);
}

/* Look up and show what was collected.
 *
 * Return: 0 or the -errno of a failed write.
 */
static int show_all(struct batch *batch)
{
	find_family(batch, AF_INET);
	find_family(batch, AF_INET6);
	for (size_t i = 0; i < batch->count; i++)
		show(batch, &batch->dsts[i], &batch->found[i]);
	batch->count = 0;
	return batch->offline->run->out.error;
}

static int on_flow(struct run *run, const struct flow *flow, void *arg, struct err *err)
{
	struct batch *batch = arg;

	(void)run;
	(void)err;
	batch->dsts[batch->count++] = flow->dst;
	return show_all(batch);
}

static int read_all(struct batch *batch, struct err *err)
{
	struct run *run = batch->offline->run;
	struct input *input = calloc(1, sizeof(*input));
	int ret;

	if (!input)
		return err_set(err, -ENOMEM, "out of memory");
	ret = input_open(input, run, err);
	while (ret == 0 && !cli_stop_signal()) {
		if (input_would_wait(input)) {
			ret = show_all(batch);
			if (ret == 0)
				ret = buf_flush(&run->out);
			if (ret < 0)
				break;
		}
		ret = input_next(input, &batch->dsts[batch->count], err);
		if (ret <= 0)
			break;
		ret = ++batch->count == POPTRIE_MANY ? show_all(batch) : 0;
	}
	if (ret == 0)
		ret = show_all(batch);
	if (input->fd >= 0)
		input_close(input);
	free(input);
	return ret;
}

static int look_up(struct offline *offline, char **operands, int count, struct err *err)
{
	struct batch *batch = calloc(1, sizeof(*batch));
	int ret;

	if (!batch)
		return err_set(err, -ENOMEM, "out of memory");
	batch->offline = offline;
	if (offline->run->settings.file)
		ret = read_all(batch, err);
	else
		ret = lookup_each(offline->run, operands, count, on_flow, batch, err);
	free(batch);
	return ret;
}

/* Read the table that the command line names, and look up in it what the operands or the file of
 * destinations name.
 *
 * Return: 0 or -errno.
 */
int offline_run(struct run *run, char **operands, int count, struct err *err)
{
	struct offline *offline = calloc(1, sizeof(*offline));
	int ret = 0;

	if (!offline)
		return err_set(err, -ENOMEM, "out of memory");
	offline->run = run;
	ret = run->settings.read ? offline_load_file(offline, err) :
				   offline_load_host(offline, err);
	for (int i = 0; i < 2 * OFFLINE_STAGES && ret == 0; i++)
		ret = offline_build(&offline->tables[i / OFFLINE_STAGES][i % OFFLINE_STAGES]);
	if (ret == -ENOMEM)
		err_set(err, ret, "out of memory");
	if (ret == 0)
		ret = answer_begin(run, err);
	if (ret == 0) {
		ret = look_up(offline, operands, count, err);
		table_end(&run->table);
	}
	for (int i = 0; i < 2 * OFFLINE_STAGES; i++)
		offline_table_fini(&offline->tables[i / OFFLINE_STAGES][i % OFFLINE_STAGES]);
	free(offline);
	return ret;
}
