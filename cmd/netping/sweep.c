// SPDX-License-Identifier: GPL-2.0-or-later
/* fping's text for several hosts: results on standard output, summaries on standard error. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "netping.h"
#include "wire/icmp.h"

/* The name of @target, padded to the widest one if @width says so. */
static void add_name(struct run *run, struct buf *out, const struct target *target, size_t width)
{
	char text[TARGET_NAME_SIZE];
	const char *name = target_name(run, target, text);
	size_t length = strlen(name);

	buf_add_foreign(out, name);
	if (length < width)
		buf_add_spaces(out, width - length);
}

static void add_address(struct buf *out, const struct addr *addr)
{
	buf_commit(out, addr_format(buf_reserve(out, ADDR_TEXT_MAX), addr));
}

/* About three digits, as fping has it. */
static const char *time_text(char text[32], double ns)
{
	double ms = ns / 1e6;

	if (ms >= 1e6)
		snprintf(text, 32, "%.3e", ms);
	else
		snprintf(text, 32, "%.*f", ms < 1 ? 3 : ms < 10 ? 2 : ms < 100 ? 1 : 0, ms);
	return text;
}

static void add_time_of_day(struct run *run)
{
	uint64_t now_ns = clock_real_ns();

	if (run->settings.timestamps)
		buf_add_format(&run->out, "[%" PRIu64 ".%05" PRIu64 "] ", now_ns / 1000000000u,
			       now_ns % 1000000000u / 10000);
}

/* "(A avg, L% loss)" */
static void add_running(struct run *run, const struct host_stats *stats)
{
	char text[32];

	buf_add_format(&run->out, " (%s avg, %d%% loss)",
		       stats->rtt.count ? time_text(text, stats->rtt.mean_ns) : "NaN",
		       (int)loss_percent(&stats->loss));
}

/* A line for a reply, where each host gets several probes. */
void sweep_reply(struct run *run, const struct reply *reply)
{
	const struct host_stats *stats = reply->target->stats;
	const char *mark = "";
	char text[32];

	if (run->is_sweep || run->settings.quiet)
		return;
	add_time_of_day(run);
	add_name(run, &run->out, reply->target, run->targets.name_width);
	if (reply->flags & PROBE_DUP)
		mark = "duplicate for ";
	buf_add_format(&run->out, " : %s[%" PRIu64 "], %zu bytes, %s ms", mark, reply->number - 1,
		       reply->event->payload_length + ICMP_HEADER_SIZE,
		       time_text(text, (double)reply->rtt.rtt_ns));
	if (!(reply->flags & PROBE_DUP))
		add_running(run, stats);
	if (reply->flags & PROBE_OTHER_SOURCE) {
		buf_add_text(&run->out, " [<- ");
		add_address(&run->out, &reply->event->from);
		buf_add_char(&run->out, ']');
	}
	buf_add_char(&run->out, '\n');
}

/* A line for a probe without an answer. */
void sweep_loss(struct run *run, const struct slot *slot)
{
	const struct target *target = &run->targets.list[slot->target];

	if (run->is_sweep)
		return;
	add_time_of_day(run);
	add_name(run, &run->out, target, run->targets.name_width);
	buf_add_format(&run->out, " : [%u], timed out", slot->number - 1);
	add_running(run, target->stats);
	buf_add_char(&run->out, '\n');
}

/* A line on standard error for an ICMP error. */
void sweep_error(struct run *run, const struct slot *slot, const struct probe_event *event)
{
	char text[ICMP_TEXT_MAX];

	icmp_describe(text, sizeof(text), event->from.family, event->icmp_type, event->icmp_code,
		      event->info);
	buf_add_format(&run->notes, "ICMP %s from ", text);
	add_address(&run->notes, &event->from);
	buf_add_text(&run->notes, " for ICMP Echo sent to ");
	add_name(run, &run->notes, &run->targets.list[slot->target], 0);
	buf_add_char(&run->notes, '\n');
	buf_flush(&run->notes);
}

/* A line for a host of a sweep, once its fate is known. */
void sweep_settled(struct run *run, const struct target *target)
{
	bool is_alive = target->state == TARGET_ALIVE;
	int choice = run->settings.sweep;
	char text[32];

	if ((choice == SWEEP_ALIVE && !is_alive) || (choice == SWEEP_UNREACHABLE && is_alive) ||
	    (run->settings.quiet && choice == SWEEP_BOTH))
		return;
	add_name(run, &run->out, target, 0);
	if (choice == SWEEP_BOTH)
		buf_add_text(&run->out, is_alive ? " is alive" : " is unreachable");
	if (run->settings.elapsed && is_alive)
		buf_add_format(&run->out, " (%s ms)", time_text(text, (double)target->rtt_ns));
	buf_add_char(&run->out, '\n');
}

static void add_table_row(struct run *run, const struct target *target)
{
	char text[32];

	buf_add_text(&run->notes, " :");
	for (uint32_t i = 0; i < run->settings.table_count; i++) {
		uint64_t ns = target->stats->results[i];

		buf_add_format(&run->notes, " %s",
			       ns == UINT64_MAX ? "-" : time_text(text, (double)ns));
	}
}

static void add_summary(struct run *run, const struct target *target)
{
	const struct host_stats *stats = target->stats;
	char text[3][32];

	buf_add_format(&run->notes, " : xmt/rcv/%%loss = %" PRIu64 "/%" PRIu64 "/%d%%",
		       stats->loss.transmitted, stats->loss.received,
		       (int)loss_percent(&stats->loss));
	if (stats->rtt.count)
		buf_add_format(&run->notes, ", min/avg/max = %s/%s/%s",
			       time_text(text[0], (double)stats->rtt.min_ns),
			       time_text(text[1], stats->rtt.mean_ns),
			       time_text(text[2], (double)stats->rtt.max_ns));
}

/* fping -s: all hosts together. */
static void add_totals(struct run *run)
{
	const struct host_stats *total = &run->total;
	struct buf *out = &run->notes;
	size_t alive = 0, silent = 0;
	char text[32];

	for (size_t i = 0; i < run->targets.count; i++) {
		const struct target *target = &run->targets.list[i];
		bool answers = target->stats ? target->stats->loss.received > 0 :
					       target->state == TARGET_ALIVE;

		alive += answers;
		silent += !answers;
	}
	buf_add_format(out,
		       "\n %7zu targets\n %7zu alive\n %7zu unreachable\n %7zu unknown addresses\n",
		       run->targets.count, alive, silent, run->targets.unknown);
	buf_add_format(out,
		       "\n %7" PRIu64 " timeouts (waiting for response)\n %7" PRIu64
		       " ICMP Echos sent\n",
		       total->loss.unanswered, total->loss.transmitted);
	buf_add_format(out,
		       " %7" PRIu64 " ICMP Echo Replies received\n %7" PRIu64
		       " other ICMP received\n",
		       total->loss.received, total->loss.errors);
	buf_add_format(out, "\n %s ms (min round trip time)\n",
		       time_text(text, (double)total->rtt.min_ns));
	buf_add_format(out, " %s ms (avg round trip time)\n", time_text(text, total->rtt.mean_ns));
	buf_add_format(out, " %s ms (max round trip time)\n",
		       time_text(text, (double)total->rtt.max_ns));
	buf_add_format(out, " %12.3f sec (elapsed real time)\n\n",
		       (double)(clock_mono_ns() - run->start_ns) / 1e9);
}

/* The summaries. */
void sweep_end(struct run *run)
{
	buf_flush(&run->out);
	if (!run->is_sweep && !run->settings.quiet)
		buf_add_char(&run->notes, '\n');
	for (size_t i = 0; i < run->targets.count && !run->is_sweep; i++) {
		const struct target *target = &run->targets.list[i];

		add_name(run, &run->notes, target, run->targets.name_width);
		if (run->settings.table_count)
			add_table_row(run, target);
		else
			add_summary(run, target);
		buf_add_char(&run->notes, '\n');
	}
	if (run->settings.stats)
		add_totals(run);
	buf_flush(&run->notes);
}
