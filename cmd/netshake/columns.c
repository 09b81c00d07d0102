// SPDX-License-Identifier: GPL-2.0-or-later
/* The column tables: what the structured formats and the manual say of a trace. */
#include "rows.h"

#define IN(type, field) .offset = offsetof(struct type, field)
#define LIST(type, element, list, count)                                                           \
	.stride = sizeof(struct element), .count_offset = offsetof(struct type, count),            \
	IN(type, list)

/* clang-format off */
static const struct column stamps_columns[] = {
	{ "val", "Value", "timestamp", COLUMN_U32, IN(stamps_row, val) },
	{ "ecr", "Echo", "of the other side's", COLUMN_U32, IN(stamps_row, ecr) },
	{ .key = NULL },
};

static const struct column sack_columns[] = {
	{ "left", "Left", "first number", COLUMN_U32, IN(sack_row, left) },
	{ "right", "Right", "one behind the last", COLUMN_U32, IN(sack_row, right) },
	{ .key = NULL },
};

const struct column options_columns[] = {
	{ "mss", "MSS", "maximum segment size", COLUMN_U32, COLUMN_NULL_MAX,
	  IN(options_row, mss) },
	{ "wscale", "Scale", "window scale", COLUMN_U32, COLUMN_NULL_MAX,
	  IN(options_row, wscale) },
	{ "sack_permitted", "SACK", "selective acknowledgements are welcome", COLUMN_BOOL,
	  IN(options_row, sack_permitted) },
	{ "timestamps", "Stamps", "value and echo", COLUMN_OBJECT, .nested = stamps_columns,
	  IN(options_row, timestamps) },
	{ "sack", "Blocks", "of a selective acknowledgement, as on the wire", COLUMN_LIST,
	  .nested = sack_columns, LIST(options_row, sack_row, sacks, sack_count) },
	{ "fast_open", "TFO", "Fast Open", COLUMN_BOOL, IN(options_row, fast_open) },
	{ "mptcp", "MPTCP", "Multipath TCP", COLUMN_BOOL, IN(options_row, mptcp) },
	{ "other", "Other", "others", COLUMN_BOOL, IN(options_row, other) },
	{ "malformed", "Bad", "lengths that cannot be", COLUMN_BOOL, IN(options_row, malformed) },
	{ .key = NULL },
};

static const struct column segment_columns[] = {
	{ "n", "N", "number", COLUMN_U32, IN(segment_row, n) },
	{ "time_us", "Time", "since the first SYN", COLUMN_DOUBLE, IN(segment_row, time_us) },
	{ "direction", "Way", "out, in", COLUMN_TEXT, IN(segment_row, direction) },
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
	{ "checksum_ok", "Ok", "verified, or left to the network card", COLUMN_BOOL,
	  IN(segment_row, checksum_ok) },
	{ "checksum", "Sum", "ok, bad, offloaded, unknown", COLUMN_TEXT,
	  IN(segment_row, checksum) },
	{ "client_state", "Client", "this end's, after it", COLUMN_TEXT,
	  IN(segment_row, client_state) },
	{ "server_state", "Server", "the peer's, after it, inferred", COLUMN_TEXT,
	  IN(segment_row, server_state) },
	{ "sender", "By", "netshake, peer, kernel", COLUMN_TEXT, IN(segment_row, sender) },
	{ "delivered", "Here", "false: this host dropped it", COLUMN_BOOL,
	  IN(segment_row, delivered) },
	{ "retransmission", "Again", "sent before", COLUMN_BOOL,
	  IN(segment_row, retransmission) },
	{ "stamp", "Stamp", "whose clock: kernel, user", COLUMN_TEXT, IN(segment_row, stamp) },
	{ "notes", "Notes", "what the protocol says to it", COLUMN_WORDS,
	  IN(segment_row, notes) },
	{ .key = NULL },
};

static const struct column source_columns[] = {
	{ "addr", "Address", "address", COLUMN_ADDR, IN(end_row, addr) },
	{ "port", "Port", "port", COLUMN_U32, COLUMN_NULL_ZERO, IN(end_row, port) },
	{ .key = NULL },
};

static const struct column destination_columns[] = {
	{ "addr", "Address", "address", COLUMN_ADDR, IN(end_row, addr) },
	{ "port", "Port", "port", COLUMN_U32, IN(end_row, port) },
	{ "host", "Host", "as it was named, if that is not the address", COLUMN_TEXT,
	  IN(end_row, host) },
	{ .key = NULL },
};

static const struct column hop_columns[] = {
	{ "addr", "Address", "on the link", COLUMN_ADDR, IN(hop_row, addr) },
	{ "lladdr", "MAC", "MAC address", COLUMN_TEXT, IN(hop_row, lladdr) },
	{ "state", "State", "of the neighbour's entry", COLUMN_TEXT, IN(hop_row, state) },
	{ .key = NULL },
};

static const struct column route_columns[] = {
	{ "dst", "Prefix", "of the route", COLUMN_PREFIX, IN(route_row, prefix) },
	{ "gateway", "Gateway", "none: the peer is on the link", COLUMN_ADDR,
	  IN(route_row, gateway) },
	{ "dev", "Dev", "device", COLUMN_TEXT, IN(route_row, dev) },
	{ "type", "Type", "unicast, local", COLUMN_TEXT, IN(route_row, type) },
	{ "table", "Table", "number", COLUMN_U32, COLUMN_NULL_ZERO, IN(route_row, table) },
	{ "mtu", "MTU", "of route or device", COLUMN_U32, COLUMN_NULL_ZERO, IN(route_row, mtu) },
	{ "next_hop", "Hop", "null: this host itself", COLUMN_OBJECT, .nested = hop_columns,
	  IN(route_row, next_hop) },
	{ .key = NULL },
};

static const struct column negotiated_columns[] = {
	{ "mss", "MSS", "what the peer takes", COLUMN_U32, IN(negotiated_row, mss) },
	{ "own_mss", "Own", "what this end announced", COLUMN_U32, COLUMN_NULL_ZERO,
	  IN(negotiated_row, own_mss) },
	{ "wscale", "Scale", "of the peer's window", COLUMN_U32, COLUMN_NULL_MAX,
	  IN(negotiated_row, wscale) },
	{ "own_wscale", "Own", "of this end's window", COLUMN_U32, COLUMN_NULL_MAX,
	  IN(negotiated_row, own_wscale) },
	{ "sack", "SACK", "selective acknowledgements", COLUMN_BOOL, IN(negotiated_row, sack) },
	{ "timestamps", "Stamps", "timestamps", COLUMN_BOOL, IN(negotiated_row, timestamps) },
	{ "ecn", "ECN", "explicit congestion notification", COLUMN_BOOL,
	  IN(negotiated_row, ecn) },
	{ .key = NULL },
};

static const struct column sizes_columns[] = {
	{ "passed", "Passed", "largest payload that was acknowledged", COLUMN_U32,
	  COLUMN_NULL_ZERO, IN(sizes_row, passed) },
	{ "lost", "Lost", "smallest that was not", COLUMN_U32, COLUMN_NULL_ZERO,
	  IN(sizes_row, lost) },
	{ .key = NULL },
};

const struct column trace_columns[] = {
	{ "type", "Type", "trace, or statistics of several", COLUMN_TEXT, IN(trace_row, type) },
	{ "time", "Time", "when it began", COLUMN_TIME, IN(trace_row, time_ns) },
	{ "source", "Source", "this end", COLUMN_OBJECT, .nested = source_columns,
	  IN(trace_row, source) },
	{ "destination", "Destination", "the peer", COLUMN_OBJECT, .nested = destination_columns,
	  IN(trace_row, destination) },
	{ "route", "Route", "the way to it", COLUMN_OBJECT, .nested = route_columns,
	  IN(trace_row, route) },
	{ "segments", "Segments", "what was sent and received", COLUMN_LIST,
	  .nested = segment_columns, LIST(trace_row, segment_row, segments, segment_count) },
	{ "negotiated", "Agreed", "options; null if it was never open", COLUMN_OBJECT,
	  .nested = negotiated_columns, IN(trace_row, negotiated) },
	{ "sizes", "Sizes", "of --size", COLUMN_OBJECT, .nested = sizes_columns,
	  IN(trace_row, sizes) },
	{ "handshake_rtt_us", "RTT", "from SYN to SYN,ACK", COLUMN_DOUBLE, .align = COLUMN_RIGHT,
	  IN(trace_row, handshake_rtt_us) },
	{ "local_delay_us", "Local", "before the SYN left this host", COLUMN_DOUBLE,
	  .align = COLUMN_RIGHT, IN(trace_row, local_delay_us) },
	{ "close_delay_us", "Close", "from one FIN to the other: the application",
	  COLUMN_DOUBLE, .align = COLUMN_RIGHT, IN(trace_row, close_delay_us) },
	{ "closed_by", "Closed", "client, server: whose FIN or RST was first", COLUMN_TEXT,
	  IN(trace_row, closed_by) },
	{ "client_states", "Client", "this end's", COLUMN_WORDS, IN(trace_row, client_states) },
	{ "server_states", "Server", "the peer's, inferred", COLUMN_WORDS,
	  IN(trace_row, server_states) },
	{ "retransmissions", "Again", "segments sent once more", COLUMN_U32,
	  .align = COLUMN_RIGHT, IN(trace_row, retransmissions) },
	{ "strays", "Strays", "segments of nothing known, ignored", COLUMN_U32,
	  .align = COLUMN_RIGHT, IN(trace_row, strays) },
	{ "undelivered", "Dropped", "segments that this host dropped", COLUMN_U32,
	  .align = COLUMN_RIGHT, IN(trace_row, undelivered) },
	{ "kernel_segments", "Kernel", "that this host's kernel sent by itself", COLUMN_U32,
	  .align = COLUMN_RIGHT, IN(trace_row, kernel_segments) },
	{ "verdict", "Verdict", "see netshake(8), VERDICTS", COLUMN_TEXT, IN(trace_row, verdict) },
	{ "closed_from", "From", "closed: host, nearer, unknown", COLUMN_TEXT,
	  IN(trace_row, closed_from) },
	{ "reporter", "Reporter", "who sent the ICMP error", COLUMN_ADDR,
	  IN(trace_row, reporter) },
	{ "icmp_type", "ICMP", "its type", COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT,
	  IN(trace_row, icmp_type) },
	{ "icmp_code", "Code", "its code", COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT,
	  IN(trace_row, icmp_code) },
	{ "as_asked", "Ok", "open, and closed as asked", COLUMN_BOOL, IN(trace_row, as_asked) },
	{ "evidence", "Evidence", "for the verdict", COLUMN_WORDS, IN(trace_row, evidence) },
	{ "advice", "Advice", "what to do", COLUMN_TEXT, IN(trace_row, advice) },
	{ .key = NULL },
};

static const struct column verdict_columns[] = {
	{ "verdict", "Verdict", "its name", COLUMN_TEXT, IN(verdict_row, verdict) },
	{ "count", "Count", "how often", COLUMN_U64, IN(verdict_row, count) },
	{ .key = NULL },
};

const struct column tally_columns[] = {
	{ "type", "Type", "statistics", COLUMN_TEXT, IN(tally_row, type) },
	{ "traces", "Traces", "connections", COLUMN_U64, IN(tally_row, traces) },
	{ "as_asked", "Ok", "open, and closed as asked", COLUMN_U64, IN(tally_row, as_asked) },
	{ "verdicts", "Verdicts", "how often each", COLUMN_LIST, .nested = verdict_columns,
	  LIST(tally_row, verdict_row, verdicts, verdict_count) },
	{ "segments", "Segments", "of all of them", COLUMN_U64, IN(tally_row, segments) },
	{ "retransmissions", "Again", "of all of them", COLUMN_U64,
	  IN(tally_row, retransmissions) },
	{ "handshake_rtt_min_us", "Min", "least", COLUMN_DOUBLE, IN(tally_row, min_us) },
	{ "handshake_rtt_avg_us", "Avg", "mean", COLUMN_DOUBLE, IN(tally_row, avg_us) },
	{ "handshake_rtt_max_us", "Max", "most", COLUMN_DOUBLE, IN(tally_row, max_us) },
	{ "handshake_rtt_mdev_us", "Mdev", "standard deviation", COLUMN_DOUBLE,
	  IN(tally_row, mdev_us) },
	{ .key = NULL },
};
/* clang-format on */
