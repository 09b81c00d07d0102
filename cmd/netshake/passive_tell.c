// SPDX-License-Identifier: GPL-2.0-or-later
/* What becomes of connections that are watched: a line or a record each when they are over, or
 * their ladders. The ladder of the one of --flow is written as it grows; of others, segments are
 * kept until then. */
#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/grow.h"
#include "passive.h"

static bool is_chosen(const struct run *run, const struct tcp_flow *flow)
{
	return run->settings.flow == UNSET || flow->number == run->settings.flow;
}

static bool wants_ladders(const struct settings *settings)
{
	return settings->ladder || settings->flow != UNSET;
}

/* Whether ladders are written, rather than rows. */
static bool is_text(const struct settings *settings)
{
	return settings_is_ladder(settings) && wants_ladders(settings);
}

static bool is_streamed(const struct settings *settings)
{
	return is_text(settings) && settings->flow != UNSET;
}

/* Begin the output.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int passive_begin(struct passive *passive, struct err *err)
{
	struct run *run = passive->run;
	bool is_line = settings_is_ladder(&run->settings);
	int ret;

	run->has_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	run->palette = cli_palette(run->settings.common.color, STDOUT_FILENO);
	if (is_text(&run->settings))
		return 0;
	ret = rows_begin(run, is_line ? flow_line_columns : flow_columns, flow_wide_list, err);
	if (ret == 0 && run->settings.sniff)
		table_widen(&run->table);
	return ret;
}

static struct keep *keep_of(struct passive *passive, struct tcp_flow *flow)
{
	struct keep *keep = flow->arg;

	if (keep)
		return keep;
	keep = flow->arg = calloc(1, sizeof(*keep));
	if (!keep) {
		passive->ret = -ENOMEM;
		return NULL;
	}
	keep->ladder = (struct ladder){
		.run = passive->run,
		.ends = { "client", "server" },
		.origin_ns = flow->seen.first_ns,
		.is_watched = true,
	};
	return keep;
}

static void forget(struct passive *passive, struct keep *keep)
{
	passive->kept -= keep->count;
	free(keep->list);
	keep->list = NULL;
	keep->count = keep->room = 0;
}

/* Numbers are shown from where each end's are known to begin: what it sent first, or what the other
 * acknowledges of it, whichever is seen earlier. */
static void learn_isns(struct keep *keep, const struct segment *segment)
{
	int own = !segment->is_outgoing, other = segment->is_outgoing;

	if (!keep->has_isn[own] && !(segment->flags & SEGMENT_RST)) {
		keep->ladder.isn[own] = segment->seq - !(segment->flags & SEGMENT_SYN);
		keep->has_isn[own] = true;
	}
	if (!keep->has_isn[other] && segment->flags & SEGMENT_ACK) {
		keep->ladder.isn[other] = segment->ack - 1;
		keep->has_isn[other] = true;
	}
}

static void fill_kept(struct kept *kept, const struct tcp_flow *flow, const struct segment *segment,
		      const struct tcp_sight *sight, uint64_t frame)
{
	*kept = (struct kept){ .segment = *segment, .sight = *sight, .frame = frame };
	kept->segment.payload = NULL;
	for (int side = 0; side < 2; side++)
		trace_add_inferred(kept->states[side], &kept->state_counts[side], &flow->seen,
				   sight, side);
}

/* The rung of @kept, which was made of @segment. */
static void write_rung(const struct ladder *ladder, uint64_t number, const struct kept *kept,
		       const struct segment *segment)
{
	struct item item;

	flow_item(&item, kept);
	item.number = (uint32_t)number;
	ladder_write(ladder, &item);
	if (ladder->run->settings.verbose)
		dump_segment(ladder->run, segment);
}

static void begin_ladder(struct keep *keep, const struct tcp_flow *flow)
{
	if (!keep->is_begun)
		flow_ladder_begin(keep->ladder.run, flow);
	keep->is_begun = true;
}

static void write_ladder(const struct tcp_flow *flow, struct keep *keep,
			 const struct tcp_judgement *judgement)
{
	begin_ladder(keep, flow);
	for (size_t i = 0; i < keep->count; i++)
		write_rung(&keep->ladder, i + 1, &keep->list[i], &keep->list[i].segment);
	flow_ladder_end(keep->ladder.run, flow, keep, judgement);
}

/* @flow is over, or there is nothing more to come: tell it, once. */
static void tell(struct passive *passive, const struct tcp_flow *flow, enum tcp_flow_end end)
{
	struct run *run = passive->run;
	struct keep *keep = flow->arg;
	struct tcp_judgement judgement;

	if (!is_chosen(run, flow) || (keep && keep->is_told) || passive->ret < 0 ||
	    (run->settings.count != UNSET && passive->told >= run->settings.count))
		return;
	tcp_flow_judge(&judgement, flow, end, passive->watch.flows.now_ns);
	if (!is_text(&run->settings))
		passive->ret = flow_row_write(run, flow, keep, end, &judgement);
	else if (keep)
		write_ladder(flow, keep, &judgement);
	passive->told++;
	if (!keep)
		return;
	forget(passive, keep);
	keep->is_told = true;
}

/* Keep @segment, which a ladder is to have, or write it at once. */
static void keep_segment(struct passive *passive, struct tcp_flow *flow,
			 const struct segment *segment, const struct tcp_sight *sight)
{
	struct keep *keep = keep_of(passive, flow);
	struct kept *list = NULL, kept;

	if (!keep || keep->is_told)
		return;
	learn_isns(keep, segment);
	fill_kept(&kept, flow, segment, sight, passive->watch.frames);
	if (is_streamed(&passive->run->settings)) {
		begin_ladder(keep, flow);
		write_rung(&keep->ladder, flow->seen.segments, &kept, segment);
		return;
	}
	if (passive->kept < KEPT_MAX)
		list = grow_array(keep->list, &keep->room, keep->count + 1, sizeof(*list));
	if (!list) {
		keep->left_out++;
		passive->left_out++;
		return;
	}
	keep->list = list;
	list[keep->count++] = kept;
	passive->kept++;
}

/* @segment, of the frame that was read last, belongs to @flow. */
void passive_segment(struct passive *passive, struct tcp_flow *flow, const struct segment *segment,
		     const struct tcp_sight *sight)
{
	const struct settings *settings = &passive->run->settings;

	if (wants_ladders(settings) && is_chosen(passive->run, flow))
		keep_segment(passive, flow, segment, sight);
	/* Who listens wants to hear of an end when it comes. */
	if (settings->sniff && tcp_flow_is_closed(flow) && keep_of(passive, flow))
		tell(passive, flow, TCP_FLOW_CLOSED);
}

/* @flow leaves the table. */
void passive_done(struct tcp_flow *flow, enum tcp_flow_end end, void *arg)
{
	struct passive *passive = arg;
	struct keep *keep = flow->arg;

	tell(passive, flow, end);
	if (keep)
		forget(passive, keep);
	free(keep);
	flow->arg = NULL;
}

/* All connections were told.
 *
 * Return: 0, or the -errno of what could not be told.
 */
int passive_end(struct passive *passive, struct err *err)
{
	struct run *run = passive->run;
	int ret = passive->ret;

	if (ret == -ENOMEM)
		return err_set(err, ret, "out of memory");
	if (run->table.writer)
		table_end(&run->table);
	ret = buf_flush(&run->out);
	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}
