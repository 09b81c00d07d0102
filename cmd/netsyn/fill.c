// SPDX-License-Identifier: GPL-2.0-or-later
/* From a judgement to a row. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "rows.h"

/* /24, or /48 of IPv6. */
static struct prefix group_of(const struct addr *addr)
{
	if (addr->family == AF_UNSPEC)
		return (struct prefix){ 0 };
	return prefix_of(addr, addr->family == AF_INET ? 24 : 48);
}

static void fill_owner(const struct run *run, uint32_t inode, struct listener_row *row)
{
	const struct owner_holder *holder = site_owner(run, inode);

	row->owner = NULL;
	if (!holder)
		return;
	row->owner_storage = (struct owner_row){
		.pid = (uint32_t)owners_pid(&run->owners, holder),
		.program = owners_program(&run->owners, holder),
	};
	row->owner = &row->owner_storage;
}

static void fill_listener(const struct run *run, const struct syn_listener *listener,
			  const struct syn_listener_verdict *own, struct listener_row *row)
{
	const struct syn_tally_report *sources = &listener->sources;
	bool has_sources = listener->half_open == 0 || sources->syns > 0;

	*row = (struct listener_row){
		.addr = addr_unmapped(&listener->addr),
		.port = listener->addr.port,
		.verdict = words_what_keys[own->what],
		.severity = words_severity_keys[own->severity],
		.syn_queue = listener->half_open + listener->deferred,
		.syn_capacity = listener->capacity,
		.accept_queue = listener->accept_queue,
		.accept_capacity = listener->accept_backlog,
		.sockets = listener->sockets,
		.half_open = listener->half_open,
		.deferred = listener->deferred,
		.survivors =
			listener->survival == listener->survival ? listener->survivors : UINT64_MAX,
		.survival = listener->survival,
		.ages = listener->ages,
		.age_count = SYN_AGES,
		.sources = has_sources ? (uint64_t)(sources->sources + 0.5) : UINT64_MAX,
		.top_source = sources->top_source,
		.top_source_share = sources->top_source_share,
		.top_group = group_of(&sources->top_group),
		.top_group_share = sources->top_group_share,
		.syn_rate = own->syn_rate,
		.completion_rate = own->completion_rate,
		.cookies = own->cookies,
		.drops = own->drops,
	};
	row->family = row->addr.family == AF_INET6 ? "inet6" : "inet";
	fill_owner(run, listener->inode, row);
}

static int fill_listeners(struct run *run, const struct site *site, struct verdict_row *row)
{
	uint32_t count = site->facts.listener_count;
	struct listener_row *list =
		grow_array(run->listener_rows, &run->listener_row_room, count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	run->listener_rows = list;
	row->half_open = 0;
	for (uint32_t i = 0; i < count; i++) {
		fill_listener(run, &site->facts.listeners[i], &site->own[i], &list[i]);
		row->half_open += list[i].half_open;
	}
	row->listeners = list;
	row->listener_count = count;
	return 0;
}

static void fill_evidence(const struct site *site, struct verdict_row *row)
{
	const struct syn_verdict *verdict = &site->verdict;

	for (uint32_t i = 0; i < verdict->evidence_count; i++) {
		const struct syn_evidence *evidence = &verdict->evidence[i];

		row->evidence_storage[i] = (struct evidence_row){
			.rule = evidence->rule,
			.value = evidence->value,
			.threshold = evidence->threshold,
			.comparison = evidence->is_below ? "<" : ">=",
			.taken = evidence->is_taken,
		};
		if (evidence->listener != SYN_NO_LISTENER)
			row->evidence_storage[i].listener =
				site->facts.listeners[evidence->listener].addr;
	}
	row->evidence = row->evidence_storage;
	row->evidence_count = verdict->evidence_count;
}

static int fill_sources(struct run *run, const struct site *site, struct verdict_row *row)
{
	const struct syn_tally *tally =
		site->facts.wire.seconds > 0 ? &run->wire.tally : &site->observer.tally;
	uint32_t most = run->settings.top;
	const struct space_saving_item **top = calloc(most + 1, sizeof(*top));
	struct source_row *list = grow_array(run->source_rows, &run->source_row_room,
					     2 * (size_t)most + 1, sizeof(*list));

	row->source_count = 0;
	if (list)
		run->source_rows = list;
	if (!top || !list) {
		free(top);
		return -ENOMEM;
	}
	for (int group = 0; group < 2; group++) {
		size_t count =
			space_saving_top(group ? &tally->groups : &tally->pairs, NULL, top, most);

		for (size_t i = 0; i < count; i++) {
			const struct addr *source = &top[i]->key.source;

			list[row->source_count++] = (struct source_row){
				.prefix = group ? group_of(source) :
						  prefix_of(source,
							    source->family == AF_INET ? 32 : 128),
				.listener = top[i]->key.listener,
				.count = top[i]->count - top[i]->error,
			};
		}
	}
	free(top);
	row->sources = list;
	return 0;
}

static void fill_wire(const struct site *site, struct verdict_row *row)
{
	const struct syn_facts *facts = &site->facts;

	row->wire = NULL;
	if (facts->wire.seconds <= 0)
		return;
	row->wire_storage = (struct wire_row){
		.seconds = facts->wire.seconds,
		.syns = facts->wire.all.syns,
		.syn_rate = (double)facts->wire.all.syns / facts->wire.seconds,
		.completed = facts->wire.all.completed,
		.sources = (uint64_t)(facts->wire.all.sources + 0.5),
		.sampled = facts->wire.is_sampled,
		.lost = facts->wire.lost,
		.top_source = facts->wire.all.top_source,
		.top_source_share = facts->wire.all.top_source_share,
	};
	if (facts->wire.target_count > 0)
		row->wire_storage.top_target = facts->wire.targets[0].listener;
	row->wire = &row->wire_storage;
}

static void fill_words(const struct site *site, struct verdict_row *row)
{
	size_t count = 0;

	for (unsigned int i = 0; i < SYN_NOTE_COUNT; i++)
		if (site->verdict.notes & 1u << i)
			row->note_words[count++] = words_note_keys[i];
	row->note_words[count] = NULL;
	row->notes = row->note_words;
	syn_advise(&site->facts, &site->verdict, &row->advice_storage);
	for (uint32_t i = 0; i < row->advice_storage.count; i++)
		row->advice_words[i] = row->advice_storage.texts[i];
	row->advice_words[row->advice_storage.count] = NULL;
	row->advice = row->advice_words;
}

/* Add a judgement to the table.
 *
 * Return: 0 or -ENOMEM.
 */
int rows_add(struct run *run, const struct site *site)
{
	const struct syn_verdict *verdict = &site->verdict;
	struct verdict_row row = {
		.time_ns = site->facts.real_ns,
		.netns = site->name[0] ? site->name : NULL,
		.verdict = words_what_keys[verdict->what],
		.severity = words_severity_keys[site->severity],
		.kind = words_kind_keys[verdict->kind],
		.outcome = words_outcome_keys[verdict->outcome],
		.interval_s = site->facts.seconds,
		.looks = site->facts.looks,
		.affected = verdict->affected,
		.syn_rate = verdict->syn_rate,
		.completion_rate = verdict->completion_rate,
		.cookie_return = verdict->cookie_return,
		.counters = site->facts.deltas,
		.sysctls = site->facts.sysctls,
	};
	int ret;

	if (verdict->listener != SYN_NO_LISTENER)
		row.listener = site->facts.listeners[verdict->listener].addr;
	ret = fill_listeners(run, site, &row);
	if (ret == 0)
		ret = fill_sources(run, site, &row);
	if (ret < 0)
		return ret;
	fill_evidence(site, &row);
	fill_wire(site, &row);
	fill_words(site, &row);
	table_row(&run->table, &row);
	return 0;
}
