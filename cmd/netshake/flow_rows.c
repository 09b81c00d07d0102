// SPDX-License-Identifier: GPL-2.0-or-later
/* A record of a connection that was watched. */
#include "flow_rows.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

static const char *const side_names[2] = { "client", "server" };

static double us_or_unknown(uint64_t ns)
{
	return ns ? (double)ns / 1e3 : NAN;
}

static void format_end(char *text, const struct addr *end)
{
	char *at = text;

	if (end->family == AF_INET6)
		*at++ = '[';
	at = addr_format(at, end);
	if (end->family == AF_INET6)
		*at++ = ']';
	*at++ = ':';
	*text_u64(at, end->port) = '\0';
}

/* "CLIENT/SERVER" */
static const char *format_pair(char *text, uint64_t client, uint64_t server)
{
	char *at = text_u64(text, client);

	*at++ = '/';
	*text_u64(at, server) = '\0';
	return text;
}

/* The time of the day, of "2026-11-27T09:00:34.123456Z". */
static const char *format_clock(char *text, uint64_t time_ns)
{
	*clock_format(text, time_ns) = '\0';
	text[23] = '\0'; /* milliseconds are enough */
	return text + 11;
}

/* What flow_line_columns alone has. */
static void fill_line(struct flow_row *row, const struct tcp_flow *flow)
{
	uint64_t rtt_ns = tcp_observer_rtt_ns(&flow->seen);
	const struct tcp_side *a = &flow->seen.sides[0], *b = &flow->seen.sides[1];

	for (int side = 0; side < 2; side++)
		format_end(row->end_texts[side], &flow->ends[side]);
	row->clock = format_clock(row->clock_storage, flow->seen.first_ns);
	snprintf(row->rtt_storage, sizeof(row->rtt_storage), "%.3f", (double)rtt_ns / 1e6);
	row->rtt_text = rtt_ns ? row->rtt_storage : NULL;
	row->client_text = row->end_texts[0];
	row->server_text = row->end_texts[1];
	row->segments_text = format_pair(row->pair_texts[0], a->segments, b->segments);
	row->bytes_text = format_pair(row->pair_texts[1], a->payload_unique, b->payload_unique);
	row->again_text = format_pair(row->pair_texts[2], a->retransmissions, b->retransmissions);
}

static void fill_side(struct side_row *row, const struct addr *end, const struct tcp_side *side)
{
	size_t n = 0;

	*row = (struct side_row){
		.addr = *end,
		.port = end->port,
		.mss = side->mss,
		.wscale = side->has_syn || side->has_syn_ack ? side->wscale : UINT32_MAX,
		.ttl = side->ttl_min,
		.segments = side->segments,
		.bytes = side->payload_unique,
		.bytes_sent = side->bytes,
		.retransmissions = side->retransmissions,
		.out_of_order = side->out_of_order,
		.zero_windows = side->zero_windows,
	};
	if (row->wscale == TCP_NO_WSCALE)
		row->wscale = UINT32_MAX;
	for (uint8_t i = 0; i < side->state_count; i++)
		if (side->states[i] != TCP_STATE_UNKNOWN)
			row->state_words[n++] = tcp_state_names[side->states[i]];
	row->states = row->state_words;
}

static void fill_judgement(struct flow_row *row, const struct tcp_judgement *judgement)
{
	row->verdict = tcp_verdict_names[judgement->verdict];
	row->is_good = judgement->is_as_asked;
	row->advice = judgement->advice;
	row->reporter = judgement->reporter;
	row->icmp_type = row->icmp_code = UINT32_MAX;
	if (judgement->reporter.family) {
		row->icmp_type = judgement->icmp_type;
		row->icmp_code = judgement->icmp_code;
	}
	tcp_evidence_list(&judgement->evidence, row->evidence_words);
	row->evidence = row->evidence_words;
}

static void fill(struct flow_row *row, const struct tcp_flow *flow, enum tcp_flow_end end)
{
	const struct tcp_observer *seen = &flow->seen;

	row->n = flow->number;
	row->time_ns = seen->first_ns;
	row->duration_us =
		seen->last_ns > seen->first_ns ? (double)(seen->last_ns - seen->first_ns) / 1e3 : 0;
	row->handshake_rtt_us = us_or_unknown(tcp_observer_rtt_ns(seen));
	row->handshake_us = us_or_unknown(tcp_observer_handshake_ns(seen));
	row->close_delay_us = us_or_unknown(tcp_observer_close_delay_ns(seen));
	for (int side = 0; side < 2; side++)
		fill_side(&row->sides[side], &flow->ends[side], &seen->sides[side]);
	row->client = &row->sides[0];
	row->server = &row->sides[1];
	row->client_known = flow->client == TCP_FLOW_CLIENT_SEEN;
	row->captured = !seen->sides[0].is_seen ? "server" :
			!seen->sides[1].is_seen ? "client" :
						  "both";
	row->open = tcp_open_names[seen->open];
	row->close = tcp_close_names[seen->close];
	row->closed_by = seen->closer < 0 ? NULL : side_names[seen->closer];
	row->ended = tcp_flow_end_names[end];
	row->offloaded = flow->offloaded;
	row->fragments = flow->fragments;
	row->cut = flow->cut;
	row->bad_checksums = flow->bad_sums;
	row->ports_reused = flow->is_reuse;
}

/* Rows of the segments that are kept, on the heap. */
static int fill_segments(struct flow_row *row, const struct keep *keep)
{
	struct segment_row *rows = NULL;

	row->segments = NULL;
	row->segment_count = keep ? (uint32_t)keep->count : 0;
	if (row->segment_count == 0)
		return 0;
	rows = calloc(row->segment_count, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	for (size_t i = 0; i < keep->count; i++) {
		const struct kept *kept = &keep->list[i];
		struct item item;
		size_t n = 0;

		flow_item(&item, kept);
		item.number = (uint32_t)i + 1;
		rows_fill_segment(&rows[i], &keep->ladder, &item);
		rows[i].frame = kept->frame;
		rows[i].sender = side_names[!kept->segment.is_outgoing];
		rows[i].notes = NULL; /* they are the item's */
		for (int mark = 0; mark < TCP_MARKS; mark++)
			if (kept->sight.marks & 1u << mark)
				rows[i].mark_words[n++] = tcp_mark_names[mark];
		rows[i].marks = rows[i].mark_words;
	}
	row->segments = rows;
	return 0;
}

/* Write the record of @flow, which @judgement is on; @keep is NULL, or has its segments.
 *
 * Return: 0, or -ENOMEM.
 */
int flow_row_write(struct run *run, const struct tcp_flow *flow, const struct keep *keep,
		   enum tcp_flow_end end, const struct tcp_judgement *judgement)
{
	struct flow_row row;
	int ret = fill_segments(&row, keep);

	if (ret < 0)
		return ret;
	fill(&row, flow, end);
	if (settings_is_ladder(&run->settings))
		fill_line(&row, flow);
	fill_judgement(&row, judgement);
	table_row(&run->table, &row);
	free((void *)row.segments);
	return 0;
}
