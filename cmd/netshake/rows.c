// SPDX-License-Identifier: GPL-2.0-or-later
/* Records for the structured formats: one a connection, and one over several. */
#include "rows.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of --wide. */
const char trace_wide_list[] =
	"time,destination,verdict,handshake_rtt_us,close_delay_us,"
	"closed_by,retransmissions,client_states,server_states";

/* Choose the columns of @all, those of @wide with --wide (NULL: all), and begin the listing that
 * all records go to.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int rows_begin(struct run *run, const struct column *all, const char *wide, struct err *err)
{
	const struct cli_common *common = &run->settings.common;
	const char *list = common->columns		     ? common->columns :
			   common->layout == CLI_LAYOUT_WIDE ? wide :
							       NULL;
	int ret = table_select(&run->table, all, list, err);

	if (ret < 0)
		return ret;
	run->table.header = !common->no_header;
	run->table.palette = cli_palette(common->color, STDOUT_FILENO);
	table_begin(&run->table, &run->out, cli_format(common, TABLE_ALIGNED));
	return 0;
}

static double us_or_unknown(uint64_t ns, uint64_t unknown)
{
	return ns == unknown ? NAN : (double)ns / 1e3;
}

static void fill_options(struct options_row *row, const struct segment_options *options)
{
	*row = (struct options_row){
		.mss = options->present & SEGMENT_OPTION_MSS ? options->mss : UINT32_MAX,
		.wscale = options->present & SEGMENT_OPTION_WSCALE ? options->wscale : UINT32_MAX,
		.sack_permitted = options->present & SEGMENT_OPTION_SACK_PERMITTED,
		.fast_open = options->present & SEGMENT_OPTION_FAST_OPEN,
		.mptcp = options->present & SEGMENT_OPTION_MPTCP,
		.other = options->present & SEGMENT_OPTION_OTHER,
		.malformed = options->is_malformed,
		.sack_count = options->sack_count,
		.timestamps_storage = { options->ts_val, options->ts_ecr },
	};
	if (options->present & SEGMENT_OPTION_TIMESTAMPS)
		row->timestamps = &row->timestamps_storage;
	row->sacks = row->sack_storage;
	for (uint8_t i = 0; i < options->sack_count; i++)
		row->sack_storage[i] =
			(struct sack_row){ options->sacks[i].left, options->sacks[i].right };
}

static const char *state_name(uint8_t state)
{
	return state == TCP_STATE_UNKNOWN ? NULL : tcp_state_names[state];
}

static void fill_numbers(struct segment_row *row, const struct ladder *ladder,
			 const struct segment *segment)
{
	bool is_out = segment->is_outgoing, is_absolute = ladder->run->settings.absolute;
	uint32_t seq = is_absolute ? 0 : ladder->isn[!is_out];
	uint32_t ack = is_absolute ? 0 : ladder->isn[is_out];

	row->seq_raw = segment->seq;
	row->ack_raw = segment->ack;
	row->seq = segment->seq - seq;
	row->ack = segment->flags & SEGMENT_ACK ? (double)(uint32_t)(segment->ack - ack) : NAN;
}

/* Make @row of @item, a segment of @ladder; both are borrowed. */
void rows_fill_segment(struct segment_row *row, const struct ladder *ladder,
		       const struct item *item)
{
	static const char *const senders[] = {
		[ITEM_SENT] = "netshake",
		[ITEM_RECEIVED] = "peer",
		[ITEM_UNDELIVERED] = "peer",
		[ITEM_KERNELS] = "kernel",
	};
	const struct segment *segment = &item->segment;
	bool is_probe = ladder->run->is_bare, serves = settings_serves(&ladder->run->settings);

	*row = (struct segment_row){
		.n = item->number,
		.time_us = (double)(int64_t)(segment->time_ns - ladder->origin_ns) / 1e3,
		.direction = segment->is_outgoing ? "out" : "in",
		.window = item->sight.window ? item->sight.window : segment->window,
		.window_raw = segment->window,
		.length = segment->payload_length,
		.ttl = segment->ip.ttl,
		.checksum_ok = segment->checksum_state == SEGMENT_CHECKSUM_OK ||
			       segment->checksum_state == SEGMENT_CHECKSUM_OFFLOADED,
		.checksum = segment_checksum_names[segment->checksum_state],
		.client_state = is_probe ? NULL : state_name(item->state_after[serves]),
		.server_state = is_probe ? NULL : state_name(item->state_after[!serves]),
		.sender = senders[item->kind],
		.delivered = item->kind != ITEM_UNDELIVERED,
		.retransmission =
			item->is_retransmission || item->sight.marks & TCP_MARK_RETRANSMISSION,
		.stamp = item->has_stamp ? "kernel" : "user",
	};
	segment_flags_text(row->flags_text, segment->flags);
	row->flags = row->flags_text;
	fill_numbers(row, ladder, segment);
	fill_options(&row->options_storage, &segment->options);
	row->options = &row->options_storage;
	for (uint8_t i = 0; i < item->note_count; i++)
		row->note_words[i] = item->notes[i];
	row->notes = row->note_words;
}

/* Return: rows of all segments, on the heap; NULL if there are none, or no memory. */
static struct segment_row *make_segments(const struct shake *shake, uint32_t *count)
{
	const struct trace *trace = &shake->trace;
	const struct ladder ladder = ladder_of(shake);
	struct segment_row *rows = calloc(trace->count + 1, sizeof(*rows));

	*count = 0;
	for (size_t i = 0; rows && i < trace->count; i++)
		if (trace->items[i].kind != ITEM_EVENT)
			rows_fill_segment(&rows[(*count)++], &ladder, &trace->items[i]);
	return rows;
}

static void fill_ends(struct trace_row *row, const struct run *run)
{
	char text[ADDR_TEXT_MAX + 1];

	*addr_format(text, &run->target.addr) = '\0';
	row->source_storage = (struct end_row){ .addr = run->source, .port = run->source.port };
	row->destination_storage = (struct end_row){
		.addr = run->target.addr,
		.port = run->target.addr.port,
		.host = strcmp(text, run->target.host) == 0 ? NULL : run->target.host,
	};
	row->source = row->source_storage.addr.family ? &row->source_storage : NULL;
	row->destination = &row->destination_storage;
}

static void fill_route(struct route_row *row, const struct run *run)
{
	const struct way *way = &run->way;
	const struct lladdr *lladdr = &way->neighbour.lladdr;

	*row = (struct route_row){
		.prefix = way->answer.prefix,
		.gateway = way->answer.gateway,
		.dev = way->device,
		.type = way->answer.type < ROUTE_TYPE_COUNT ? route_type_names[way->answer.type] :
							      NULL,
		.table = path_table_of(&way->path, &way->answer),
		.mtu = way->mtu,
	};
	if (way->next_hop.family == AF_UNSPEC)
		return;
	row->next_hop = &row->hop_storage;
	row->hop_storage.addr = way->next_hop;
	if (!way->has_neighbour)
		return;
	row->hop_storage.state = neigh_state_name(way->neighbour.state);
	*lladdr_format(row->hop_storage.lladdr_text, lladdr) = '\0';
	if (lladdr->length)
		row->hop_storage.lladdr = row->hop_storage.lladdr_text;
}

static void fill_negotiated(struct negotiated_row *row, const struct tcp_endpoint *end)
{
	*row = (struct negotiated_row){
		.mss = end->mss,
		.own_mss = end->settings.mss,
		.wscale = end->has_wscale ? end->snd_wscale : UINT32_MAX,
		.own_wscale = end->has_wscale ? end->rcv_wscale : UINT32_MAX,
		.sack = end->has_sack,
		.timestamps = end->has_timestamps,
		.ecn = end->has_ecn,
	};
}

static void fill_states(struct trace_row *row, const struct trace *trace, bool serves)
{
	const char **own = serves ? row->server_words : row->client_words;
	const char **others = serves ? row->client_words : row->server_words;
	const struct tcp_side *peer = &trace->observer.sides[1];
	size_t n = 0;

	for (uint8_t i = 0; i < trace->state_count; i++)
		own[i] = tcp_state_names[trace->states[i]];
	for (uint8_t i = 0; i < peer->state_count; i++)
		if (peer->states[i] != TCP_STATE_UNKNOWN)
			others[n++] = tcp_state_names[peer->states[i]];
	row->client_states = row->client_words;
	row->server_states = row->server_words;
}

static void fill_judgement(struct trace_row *row, const struct tcp_judgement *judgement)
{
	row->verdict = tcp_verdict_names[judgement->verdict];
	row->as_asked = judgement->is_as_asked;
	row->closed_from = judgement->by;
	row->reporter = judgement->reporter;
	if (judgement->reporter.family) {
		row->icmp_type = judgement->icmp_type;
		row->icmp_code = judgement->icmp_code;
	}
	tcp_evidence_list(&judgement->evidence, row->evidence_words);
	row->advice = judgement->advice;
}

static void fill_reading(struct trace_row *row, const struct run *run)
{
	row->verdict = tcp_probe_names[run->probe.reading];
	row->as_asked =
		run->probe.reading != TCP_PROBE_SILENT && run->probe.reading != TCP_PROBE_FILTERED;
	row->evidence_words[0] = run->probe.text;
	row->evidence_words[1] = run->probe.expected;
	if (run->shake.has_icmp) {
		row->reporter = run->shake.icmp.from;
		row->icmp_type = run->shake.icmp.type;
		row->icmp_code = run->shake.icmp.code;
	}
}

static void fill_trace(struct trace_row *row, struct shake *shake)
{
	const struct tcp_observer *seen = &shake->trace.observer;
	const struct run *run = shake->run;
	bool serves = settings_serves(&run->settings);

	*row = (struct trace_row){
		.type = "trace",
		.time_ns = shake->trace.origin_ns ? shake->trace.origin_ns : shake->start_real_ns,
		.icmp_type = UINT32_MAX,
		.icmp_code = UINT32_MAX,
		.retransmissions = shake->end.retransmissions,
		.strays = shake->strays + shake->end.strays,
		.undelivered = shake->trace.undelivered,
		.kernel_segments = shake->trace.kernels,
		.handshake_rtt_us = us_or_unknown(judge_rtt_ns(shake), 0),
		.local_delay_us = us_or_unknown(shake->local_delay_ns, UINT64_MAX),
		.close_delay_us = us_or_unknown(tcp_observer_close_delay_ns(seen), 0),
		.closed_by = seen->closer < 0 || !shake->open_ns ? NULL :
			     (seen->closer == 0) != serves	 ? "client" :
								   "server",
		.sizes_storage = { shake->sizing.passed, shake->sizing.lost },
	};
	fill_ends(row, run);
	if (run->way.answer.error == 0) {
		way_learn_neighbour(shake->run);
		fill_route(&row->route_storage, run);
		row->route = &row->route_storage;
	}
	if (shake->open_ns) {
		fill_negotiated(&row->negotiated_storage, &shake->end);
		row->negotiated = &row->negotiated_storage;
	}
	if (run->settings.size != UNSET)
		row->sizes = &row->sizes_storage;
	fill_states(row, &shake->trace, serves);
	row->evidence = row->evidence_words;
	if (run->settings.send) {
		row->closed_by = NULL;
		row->client_words[0] = row->server_words[0] = NULL;
		fill_reading(row, run);
	} else {
		fill_judgement(row, &shake->judgement);
	}
}

/* Write the record of a connection that was judged.
 *
 * Return: 0, or -errno with @err.
 */
int rows_result(struct shake *shake, struct err *err)
{
	struct run *run = shake->run;
	struct segment_row *segments;
	struct trace_row row;
	int ret = 0;

	fill_trace(&row, shake);
	segments = make_segments(shake, &row.segment_count);
	if (!segments)
		return err_set(err, -ENOMEM, "out of memory");
	row.segments = segments;
	table_row(&run->table, &row);
	free(segments);
	if (run->settings.count > 1) {
		table_flush(&run->table);
		ret = buf_flush(&run->out);
	}
	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}

/* Write a record that has @columns in place of those of the others, where records may differ. */
void rows_last(struct run *run, const struct column *columns, const void *row)
{
	int layout = run->settings.common.layout;

	if (run->settings.common.columns ||
	    (layout != CLI_LAYOUT_JSON && layout != CLI_LAYOUT_NDJSON))
		return;
	table_select(&run->last_table, columns, NULL, NULL);
	table_join(&run->last_table, &run->table);
	table_row(&run->last_table, row);
}

/* Write the record over all connections. */
void rows_tally(struct run *run)
{
	const struct tally *tally = &run->tally;
	struct tally_row row = {
		.type = "statistics",
		.traces = tally->traces,
		.as_asked = tally->as_asked,
		.segments = tally->segments,
		.retransmissions = tally->retransmissions,
		.min_us = us_or_unknown(tally->rtt.min_ns, 0),
		.avg_us = tally->rtt.count ? tally->rtt.mean_ns / 1e3 : NAN,
		.max_us = us_or_unknown(tally->rtt.max_ns, 0),
		.mdev_us = tally->rtt.count ? (double)rtt_mdev_ns(&tally->rtt) / 1e3 : NAN,
	};

	for (int verdict = 0; verdict < TCP_VERDICT_COUNT; verdict++)
		if (tally->verdicts[verdict])
			row.verdict_storage[row.verdict_count++] = (struct verdict_row){
				tcp_verdict_names[verdict],
				tally->verdicts[verdict],
			};
	row.verdicts = row.verdict_storage;
	rows_last(run, tally_columns, &row);
}
