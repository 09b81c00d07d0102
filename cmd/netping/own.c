// SPDX-License-Identifier: GPL-2.0-or-later
/* Our own formats: an object for each reply, loss, error and summary. */
#include "own.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "explain.h"
#include "wire/icmp.h"

#define AT(field) .offset = offsetof(struct probe_row, field)

/* clang-format off */
const struct column own_columns[] = {
	{ "type", "Type", "reply, loss, error, summary", COLUMN_TEXT, AT(type) },
	{ "host", "Host", "as it was named", COLUMN_TEXT, AT(host) },
	{ "addr", "Address", "where probes go", COLUMN_ADDR, AT(addr) },
	{ "seq", "Seq", "number of the probe to this host, from 1",
	  COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT, AT(seq) },
	{ "bytes", "Bytes", "of the reply, with its ICMP header",
	  COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT, AT(bytes) },
	{ "ttl", "TTL", "of the reply", COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(ttl) },
	{ "rtt_ms", "RTT", "round trip, in milliseconds",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(rtt_ns) },
	{ "local_delay_ms", "Local", "before the probe left this host",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(local_delay_ns) },
	{ "clock", "Clock", "whose stamps: hardware, kernel, receive, user",
	  COLUMN_TEXT, AT(clock) },
	{ "time", "Time", "when it was known", COLUMN_TIME, AT(time_ns) },
	{ "flags", "Flags", "dup, corrupt, reordered, other_source, late, truncated",
	  COLUMN_WORDS, AT(flags) },
	{ "from", "From", "who replied or reported", COLUMN_ADDR, AT(from) },
	{ "icmp_type", "ICMP", "of an error",
	  COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(icmp_type) },
	{ "icmp_code", "Code", "of an error",
	  COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(icmp_code) },
	{ "meaning", "Meaning", "of an error, in words", COLUMN_TEXT, AT(meaning) },
	{ "transmitted", "Sent", "probes",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(transmitted) },
	{ "received", "Received", "probes that were answered",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(received) },
	{ "duplicates", "Dup", "replies beyond the first",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(duplicates) },
	{ "errors", "Errors", "ICMP errors and local ones",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(errors) },
	{ "reordered", "Reord", "replies behind that of a later probe",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(reordered) },
	{ "corrupt", "Corrupt", "replies with wrong checksum or data",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(corrupt) },
	{ "other_source", "Other", "replies from elsewhere",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(other_source) },
	{ "local_drops", "Drops", "messages that this host had no room for, of all hosts",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(local_drops) },
	{ "loss_percent", "Loss%", "of the probes that are not under way any more",
	  COLUMN_DOUBLE, COLUMN_NEVER_NULL, COLUMN_RIGHT, AT(loss_percent) },
	{ "time_ms", "Time", "from the first probe to the last",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(elapsed_ns) },
	{ "rtt_min_ms", "Min", "least round trip",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(min_ns) },
	{ "rtt_avg_ms", "Avg", "mean",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(avg_ns) },
	{ "rtt_max_ms", "Max", "most",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(max_ns) },
	{ "rtt_mdev_ms", "Mdev", "standard deviation",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(mdev_ns) },
	{ "rtt_p50_ms", "P50", "median",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(p50_ns) },
	{ "rtt_p90_ms", "P90", "what 90 of 100 do not exceed",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(p90_ns) },
	{ "rtt_p99_ms", "P99", "what 99 of 100 do not exceed",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(p99_ns) },
	{ "jitter_ms", "Jitter", "as RFC 3550 has it",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(jitter_ns) },
	{ "local_delay_avg_ms", "Local", "mean time before probes left this host",
	  COLUMN_MS, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(local_delay_avg_ns) },
	{ "longest_loss_run", "Run", "most probes in a row without answer",
	  COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(longest_loss_run) },
	{ .key = NULL },
};
/* clang-format on */

static const char *const kind_names[OWN_KINDS] = {
	[OWN_REPLY] = "reply",
	[OWN_LOSS] = "loss",
	[OWN_ERROR] = "error",
	[OWN_SUMMARY] = "summary",
};

static const char *const kind_lists[OWN_KINDS] = {
	[OWN_REPLY] = "type,host,addr,seq,bytes,ttl,rtt_ms,local_delay_ms,clock,time,flags,from",
	[OWN_LOSS] = "type,host,addr,seq,time",
	[OWN_ERROR] = "type,host,addr,seq,time,from,icmp_type,icmp_code,meaning",
	[OWN_SUMMARY] =
		"type,host,addr,transmitted,received,duplicates,errors,reordered,corrupt,"
		"other_source,local_drops,loss_percent,time_ms,rtt_min_ms,rtt_avg_ms,"
		"rtt_max_ms,rtt_mdev_ms,rtt_p50_ms,rtt_p90_ms,rtt_p99_ms,jitter_ms,"
		"local_delay_avg_ms,longest_loss_run",
};

static const char wide_list[] =
	"host,addr,transmitted,received,loss_percent,duplicates,errors,rtt_min_ms,rtt_avg_ms,"
	"rtt_max_ms,rtt_p50_ms,rtt_p99_ms,jitter_ms,longest_loss_run";

/* Choose the columns of each type of row and begin the one listing that all rows go to: --wide has
 * summaries alone, and CSV the same columns for all types.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int own_begin(struct run *run, struct err *err)
{
	const struct cli_common *common = &run->settings.common;
	int ret = 0;

	for (int kind = OWN_SUMMARY; kind >= 0 && ret == 0; kind--) {
		struct table *table = &run->tables[kind];
		const char *list = common->layout == CLI_LAYOUT_WIDE ? wide_list :
				   common->layout == CLI_LAYOUT_CSV  ? NULL :
								       kind_lists[kind];

		ret = table_select(table, own_columns, common->columns ? common->columns : list,
				   err);
		table->header = !common->no_header;
		table->palette = cli_palette(common->color, STDOUT_FILENO);
		if (ret == 0 && kind == OWN_SUMMARY)
			table_begin(table, &run->out, cli_format(common, TABLE_ALIGNED));
		else if (ret == 0)
			table_join(table, &run->tables[OWN_SUMMARY]);
	}
	if (ret < 0 || !run->explain)
		return ret;
	ret = table_select(&run->tables[OWN_EXPLAIN], explain_columns, NULL, err);
	if (ret == 0)
		table_join(&run->tables[OWN_EXPLAIN], &run->tables[OWN_SUMMARY]);
	return ret;
}

static void begin_row(struct run *run, enum own_kind kind, const struct target *target,
		      uint64_t number)
{
	struct probe_row *row = &run->row;

	row->type = kind_names[kind];
	row->addr = target->addr;
	row->host = target->name == UINT32_MAX ? NULL : run->targets.text + target->name;
	if (!row->host) {
		*addr_format(row->host_text, &target->addr) = '\0';
		row->host = row->host_text;
	}
	row->seq = (uint32_t)number;
	row->time_ns = kind == OWN_SUMMARY ? 0 : clock_real_ns();
	row->bytes = 0;
	row->ttl = row->icmp_type = row->icmp_code = UINT32_MAX;
	row->rtt_ns = row->local_delay_ns = UINT64_MAX;
	row->clock = row->meaning = NULL;
	row->flags = NULL;
	row->from.family = AF_UNSPEC;
	row->transmitted = row->received = row->duplicates = row->errors = UINT64_MAX;
	row->reordered = row->corrupt = row->other_source = row->local_drops = UINT64_MAX;
	row->longest_loss_run = row->elapsed_ns = row->local_delay_avg_ns = UINT64_MAX;
	row->min_ns = row->avg_ns = row->max_ns = row->mdev_ns = row->jitter_ns = UINT64_MAX;
	row->p50_ns = row->p90_ns = row->p99_ns = UINT64_MAX;
	row->loss_percent = NAN;
}

static void end_row(struct run *run, enum own_kind kind)
{
	if (kind == OWN_SUMMARY || run->settings.common.layout != CLI_LAYOUT_WIDE)
		table_row(&run->tables[kind], &run->row);
}

static void set_flags(struct probe_row *row, unsigned int flags)
{
	static const char *const words[] = { "dup",	     "corrupt", "reordered",
					     "other_source", "late",	"truncated" };
	size_t count = 0;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (flags & 1u << i)
			row->flag_words[count++] = words[i];
	row->flag_words[count] = NULL;
	row->flags = row->flag_words;
}

/* An object for a reply. */
void own_reply(struct run *run, const struct reply *reply)
{
	static const char *const clocks[] = {
		[PROBE_CLOCK_HARDWARE] = "hardware",
		[PROBE_CLOCK_KERNEL] = "kernel",
		[PROBE_CLOCK_RECEIVE] = "receive",
		[PROBE_CLOCK_USER] = "user",
	};
	struct probe_row *row = &run->row;

	if (run->settings.quiet)
		return;
	begin_row(run, OWN_REPLY, reply->target, reply->number);
	row->bytes = (uint32_t)(reply->event->payload_length + ICMP_HEADER_SIZE);
	row->ttl = (uint32_t)reply->event->ttl;
	row->rtt_ns = reply->rtt.rtt_ns;
	row->local_delay_ns = reply->rtt.local_delay_ns;
	row->clock = clocks[reply->rtt.clock];
	row->from = reply->event->from;
	set_flags(row, reply->flags);
	end_row(run, OWN_REPLY);
}

/* An object for a probe without an answer. */
void own_loss(struct run *run, const struct slot *slot)
{
	if (run->settings.quiet)
		return;
	begin_row(run, OWN_LOSS, &run->targets.list[slot->target], slot->number);
	end_row(run, OWN_LOSS);
}

/* An object for an ICMP error. */
void own_error(struct run *run, const struct slot *slot, const struct probe_event *event)
{
	struct probe_row *row = &run->row;

	if (run->settings.quiet)
		return;
	begin_row(run, OWN_ERROR, &run->targets.list[slot->target], slot->number);
	row->from = event->from;
	row->icmp_type = event->icmp_type;
	row->icmp_code = event->icmp_code;
	icmp_describe(row->meaning_text, sizeof(row->meaning_text), event->from.family,
		      event->icmp_type, event->icmp_code, event->info);
	row->meaning = row->meaning_text;
	end_row(run, OWN_ERROR);
}

static void set_times(struct probe_row *row, struct host_stats *stats)
{
	row->min_ns = stats->rtt.min_ns;
	row->avg_ns = (uint64_t)stats->rtt.mean_ns;
	row->max_ns = stats->rtt.max_ns;
	row->mdev_ns = rtt_mdev_ns(&stats->rtt);
	row->jitter_ns = (uint64_t)stats->rtt.jitter_ns;
	if (stats->histogram.count > 0) {
		row->p50_ns = histogram_quantile(&stats->histogram, 500);
		row->p90_ns = histogram_quantile(&stats->histogram, 900);
		row->p99_ns = histogram_quantile(&stats->histogram, 990);
	}
	if (stats->local_delay.count > 0)
		row->local_delay_avg_ns = (uint64_t)stats->local_delay.mean_ns;
}

/* What is known of a host of a sweep, where none has statistics of its own. */
void own_sum_up_sweep(const struct target *target, struct host_stats *stats)
{
	bool is_alive = target->state == TARGET_ALIVE;

	*stats = (struct host_stats){ 0 };
	stats->loss.transmitted = target->sent;
	stats->loss.received = is_alive;
	stats->loss.unanswered = target->sent - is_alive;
	stats->loss.longest_run = stats->loss.unanswered;
	if (!is_alive)
		return;
	rtt_add(&stats->rtt, target->rtt_ns);
	histogram_add(&stats->histogram, target->rtt_ns);
}

static void summarize(struct run *run, const struct target *target)
{
	struct probe_row *row = &run->row;
	struct host_stats swept, *stats = target->stats;

	if (!stats)
		own_sum_up_sweep(target, stats = &swept);
	begin_row(run, OWN_SUMMARY, target, 0);
	row->transmitted = stats->loss.transmitted;
	row->received = stats->loss.received;
	row->duplicates = stats->loss.duplicates;
	row->errors = stats->loss.errors;
	row->reordered = stats->loss.reordered;
	row->corrupt = stats->loss.corrupt;
	row->other_source = stats->loss.other_source;
	row->local_drops = run->local_drops;
	row->longest_loss_run = stats->loss.longest_run;
	if (stats->loss.received + stats->loss.unanswered > 0)
		row->loss_percent = loss_percent(&stats->loss);
	row->elapsed_ns = run->last_sent_ns - run->start_ns;
	if (stats->rtt.count > 0)
		set_times(row, stats);
	end_row(run, OWN_SUMMARY);
	if (stats == &swept)
		histogram_fini(&swept.histogram);
}

/* An object for each host: what came of all of its probes. */
void own_end(struct run *run)
{
	for (size_t i = 0; i < run->targets.count; i++)
		summarize(run, &run->targets.list[i]);
	table_end(&run->tables[OWN_SUMMARY]);
}
