// SPDX-License-Identifier: GPL-2.0-or-later
/* The column tables of connections that were watched: a line each, and everything. */
#include "flow_rows.h"

#define IN(type, field) .offset = offsetof(struct type, field)
#define LIST(type, element, list, count)                                                           \
	.stride = sizeof(struct element), .count_offset = offsetof(struct type, count),            \
	IN(type, list)

static enum tint verdict_tint(const void *of)
{
	const struct flow_row *row = of;

	return row->is_good ? TINT_GOOD : TINT_BAD;
}

/* clang-format off */
const struct column flow_line_columns[] = {
	{ "n", "#", "number", COLUMN_U64, .align = COLUMN_RIGHT,
	  .width = 3, IN(flow_row, n) },
	{ "time", "time", "of the day, UTC", COLUMN_TEXT,
	  .width = 12, IN(flow_row, clock) },
	{ "client", "client", "who opened it", COLUMN_TEXT,
	  .width = 21, IN(flow_row, client_text) },
	{ "server", "server", "the other end", COLUMN_TEXT,
	  .width = 21, IN(flow_row, server_text) },
	{ "rtt", "rtt ms", "SYN to SYN,ACK", COLUMN_TEXT, .align = COLUMN_RIGHT,
	  .width = 8, IN(flow_row, rtt_text) },
	{ "segments", "segments", "of client/server", COLUMN_TEXT, .align = COLUMN_RIGHT,
	  .width = 9, IN(flow_row, segments_text) },
	{ "bytes", "bytes", "of payload, likewise", COLUMN_TEXT, .align = COLUMN_RIGHT,
	  .width = 13, IN(flow_row, bytes_text) },
	{ "again", "again", "sent again, likewise", COLUMN_TEXT, .align = COLUMN_RIGHT,
	  .width = 5, IN(flow_row, again_text) },
	{ "close", "close", "how it ended", COLUMN_TEXT,
	  .width = 13, IN(flow_row, close) },
	{ "by", "by", "whose FIN or RST was first", COLUMN_TEXT,
	  .width = 6, IN(flow_row, closed_by) },
	{ "verdict", "verdict", "see netshake(8), VERDICTS", COLUMN_TEXT, IN(flow_row, verdict),
	  .tint = verdict_tint },
	{ .key = NULL },
};

static const struct column side_columns[] = {
	{ "addr", "Address", "address", COLUMN_ADDR, IN(side_row, addr) },
	{ "port", "Port", "port", COLUMN_U32, IN(side_row, port) },
	{ "segments", "Segments", "sent by it", COLUMN_U64, .align = COLUMN_RIGHT,
	  IN(side_row, segments) },
	{ "bytes", "Bytes", "of payload, each once", COLUMN_U64, .align = COLUMN_RIGHT,
	  IN(side_row, bytes) },
	{ "bytes_sent", "Sent", "with what was sent again", COLUMN_U64, .align = COLUMN_RIGHT,
	  IN(side_row, bytes_sent) },
	{ "retransmissions", "Again", "segments sent again", COLUMN_U64, .align = COLUMN_RIGHT,
	  IN(side_row, retransmissions) },
	{ "out_of_order", "Order", "segments that were overtaken", COLUMN_U64,
	  .align = COLUMN_RIGHT, IN(side_row, out_of_order) },
	{ "zero_windows", "Closed", "segments that closed the window", COLUMN_U64,
	  .align = COLUMN_RIGHT, IN(side_row, zero_windows) },
	{ "mss", "MSS", "announced", COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT,
	  IN(side_row, mss) },
	{ "wscale", "Scale", "announced", COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT,
	  IN(side_row, wscale) },
	{ "ttl", "TTL", "least seen", COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT,
	  IN(side_row, ttl) },
	{ "states", "States", "inferred", COLUMN_WORDS, IN(side_row, states) },
	{ .key = NULL },
};

static const struct column rung_columns[] = {
	{ "n", "N", "number", COLUMN_U32, IN(segment_row, n) },
	{ "frame", "Frame", "of the capture, from 1", COLUMN_U64, IN(segment_row, frame) },
	{ "time_us", "Time", "since the first segment", COLUMN_DOUBLE, IN(segment_row, time_us) },
	{ "sender", "By", "client, server", COLUMN_TEXT, IN(segment_row, sender) },
	{ "flags", "Flags", "SYN,ACK", COLUMN_TEXT, IN(segment_row, flags) },
	{ "seq", "Seq", "from the initial number on, unless --absolute", COLUMN_U32,
	  IN(segment_row, seq) },
	{ "ack", "Ack", "likewise; null without ACK", COLUMN_DOUBLE, IN(segment_row, ack) },
	{ "seq_raw", "Raw", "as on the wire", COLUMN_U32, IN(segment_row, seq_raw) },
	{ "ack_raw", "Raw", "as on the wire", COLUMN_U32, IN(segment_row, ack_raw) },
	{ "window", "Window", "in bytes", COLUMN_U32, IN(segment_row, window) },
	{ "window_raw", "Raw", "as on the wire", COLUMN_U32, IN(segment_row, window_raw) },
	{ "options", "Options", "of the header", COLUMN_OBJECT, .nested = options_columns,
	  IN(segment_row, options) },
	{ "length", "Len", "payload", COLUMN_U32, IN(segment_row, length) },
	{ "ttl", "TTL", "or hop limit", COLUMN_U32, COLUMN_NULL_ZERO, IN(segment_row, ttl) },
	{ "checksum", "Sum", "ok, bad, offloaded, unknown", COLUMN_TEXT,
	  IN(segment_row, checksum) },
	{ "client_state", "Client", "after it, inferred", COLUMN_TEXT,
	  IN(segment_row, client_state) },
	{ "server_state", "Server", "likewise", COLUMN_TEXT, IN(segment_row, server_state) },
	{ "marks", "Marks", "what it is to those before", COLUMN_WORDS, IN(segment_row, marks) },
	{ .key = NULL },
};

const struct column flow_columns[] = {
	{ "n", "#", "number, in the order of beginnings", COLUMN_U64, .align = COLUMN_RIGHT,
	  IN(flow_row, n) },
	{ "time", "Time", "of the first segment", COLUMN_TIME, IN(flow_row, time_ns) },
	{ "duration_us", "Lasted", "from the first segment to the last", COLUMN_DOUBLE,
	  .align = COLUMN_RIGHT, IN(flow_row, duration_us) },
	{ "client", "Client", "who opened it", COLUMN_OBJECT, .nested = side_columns,
	  IN(flow_row, client) },
	{ "server", "Server", "the other end", COLUMN_OBJECT, .nested = side_columns,
	  IN(flow_row, server) },
	{ "client_known", "Known", "false: the server is presumed at the lower port", COLUMN_BOOL,
	  IN(flow_row, client_known) },
	{ "captured", "Captured", "both, client, server: whose segments", COLUMN_TEXT,
	  IN(flow_row, captured) },
	{ "open", "Open", "active, simultaneous, unseen, none", COLUMN_TEXT,
	  IN(flow_row, open) },
	{ "handshake_rtt_us", "RTT", "from SYN to SYN,ACK", COLUMN_DOUBLE, .align = COLUMN_RIGHT,
	  IN(flow_row, handshake_rtt_us) },
	{ "handshake_us", "Open in", "from SYN to the ACK that opens", COLUMN_DOUBLE,
	  .align = COLUMN_RIGHT, IN(flow_row, handshake_us) },
	{ "close", "Close", "fin, rst, ...: how it ended", COLUMN_TEXT, IN(flow_row, close) },
	{ "closed_by", "Closed", "client, server: whose FIN or RST was first", COLUMN_TEXT,
	  IN(flow_row, closed_by) },
	{ "close_delay_us", "Close", "from one FIN to the other: the application",
	  COLUMN_DOUBLE, .align = COLUMN_RIGHT, IN(flow_row, close_delay_us) },
	{ "offloaded", "Offloaded", "segments larger than the MSS, no fault", COLUMN_U64,
	  .align = COLUMN_RIGHT, IN(flow_row, offloaded) },
	{ "fragments", "Fragments", "segments of which one IP fragment was read", COLUMN_U64,
	  .align = COLUMN_RIGHT, IN(flow_row, fragments) },
	{ "cut", "Cut", "segments that are not whole in the capture", COLUMN_U64,
	  .align = COLUMN_RIGHT, IN(flow_row, cut) },
	{ "bad_checksums", "Bad", "segments with a wrong checksum", COLUMN_U64,
	  .align = COLUMN_RIGHT, IN(flow_row, bad_checksums) },
	{ "ports_reused", "Reused", "another connection had the same ends", COLUMN_BOOL,
	  IN(flow_row, ports_reused) },
	{ "ended", "Ended", "closed, unanswered, replaced, evicted, end", COLUMN_TEXT,
	  IN(flow_row, ended) },
	{ "verdict", "Verdict", "see netshake(8), VERDICTS", COLUMN_TEXT, IN(flow_row, verdict),
	  .tint = verdict_tint },
	{ "reporter", "Reporter", "who sent the ICMP error", COLUMN_ADDR,
	  IN(flow_row, reporter) },
	{ "icmp_type", "ICMP", "its type", COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT,
	  IN(flow_row, icmp_type) },
	{ "icmp_code", "Code", "its code", COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT,
	  IN(flow_row, icmp_code) },
	{ "evidence", "Evidence", "for the verdict, and what else is to be known", COLUMN_WORDS,
	  IN(flow_row, evidence) },
	{ "advice", "Advice", "what to do", COLUMN_TEXT, IN(flow_row, advice) },
	{ "segments", "Segments", "with --flow and --ladder", COLUMN_LIST,
	  .nested = rung_columns, LIST(flow_row, segment_row, segments, segment_count) },
	{ .key = NULL },
};
/* clang-format on */

/* Of --wide. */
const char flow_wide_list[] =
	"n,time,duration_us,client.addr,client.port,server.addr,server.port,open,handshake_rtt_us,"
	"client.segments,server.segments,client.bytes,server.bytes,client.retransmissions,"
	"server.retransmissions,close,closed_by,verdict";
