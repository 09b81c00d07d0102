// SPDX-License-Identifier: GPL-2.0-or-later
/* A verdict for programs: the columns, and the table that they go to. */
#include <string.h>
#include <unistd.h>

#include "rows.h"

#define IN(type, field) .offset = offsetof(struct type, field)
#define AT(field) IN(verdict_row, field)
#define LIST(columns, element, count)                                                              \
	.nested = (columns), .stride = sizeof(struct element),                                     \
	.count_offset = offsetof(struct verdict_row, count)
#define COUNTER(which, name)                                                                       \
	{                                                                                          \
		.key = (name), .heading = (name), .help = (name), .type = COLUMN_U64,              \
		.null = COLUMN_NULL_MAX, .offset = (which) * sizeof(uint64_t)                      \
	}

static enum tint severity_tint(const void *data)
{
	const struct verdict_row *row = data;

	if (strcmp(row->severity, "ok") == 0)
		return TINT_GOOD;
	return strcmp(row->severity, "critical") == 0 ? TINT_BAD : TINT_NOTICE;
}

/* clang-format off */
static const struct column owner_columns[] = {
	{ "pid", "PID", "process", COLUMN_U32, IN(owner_row, pid) },
	{ "program", "Program", "its first word", COLUMN_TEXT, IN(owner_row, program) },
	{ .key = NULL },
};

static const struct column age_columns[] = {
	{ "", "", "half-opens whose SYN-ACK was sent again so often", COLUMN_U64, .offset = 0 },
	{ .key = NULL },
};

static const struct column listener_columns[] = {
	{ "addr", "Address", "", COLUMN_ADDR, IN(listener_row, addr) },
	{ "port", "Port", "", COLUMN_U32, IN(listener_row, port) },
	{ "family", "Family", "", COLUMN_TEXT, IN(listener_row, family) },
	{ "verdict", "Verdict", "", COLUMN_TEXT, IN(listener_row, verdict) },
	{ "severity", "Severity", "", COLUMN_TEXT, IN(listener_row, severity) },
	{ "syn_queue", "SYN-Q", "", COLUMN_U64, IN(listener_row, syn_queue) },
	{ "syn_capacity", "of", "", COLUMN_U64, COLUMN_NULL_MAX, IN(listener_row, syn_capacity) },
	{ "accept_queue", "Accept-Q", "", COLUMN_U64, IN(listener_row, accept_queue) },
	{ "accept_capacity", "of", "", COLUMN_U64, COLUMN_NULL_MAX,
	  IN(listener_row, accept_capacity) },
	{ "sockets", "Sockets", "", COLUMN_U32, IN(listener_row, sockets) },
	{ "half_open", "Half-open", "", COLUMN_U64, IN(listener_row, half_open) },
	{ "deferred", "Deferred", "", COLUMN_U64, IN(listener_row, deferred) },
	{ "survivors", "Survivors", "", COLUMN_U64, COLUMN_NULL_MAX, IN(listener_row, survivors) },
	{ "survival", "Survival", "", COLUMN_DOUBLE, IN(listener_row, survival) },
	{ "retrans_ages", "Retrans", "", COLUMN_LIST, .nested = age_columns,
	  .stride = sizeof(uint64_t), .count_offset = offsetof(struct listener_row, age_count),
	  IN(listener_row, ages) },
	{ "sources", "Sources", "", COLUMN_U64, COLUMN_NULL_MAX, IN(listener_row, sources) },
	{ "top_source", "Top-Source", "", COLUMN_ADDR, IN(listener_row, top_source) },
	{ "top_source_share", "Share", "", COLUMN_DOUBLE, IN(listener_row, top_source_share) },
	{ "top_group", "Top-Group", "", COLUMN_PREFIX, IN(listener_row, top_group) },
	{ "top_group_share", "Share", "", COLUMN_DOUBLE, IN(listener_row, top_group_share) },
	{ "syn_rate", "SYN/s", "", COLUMN_DOUBLE, IN(listener_row, syn_rate) },
	{ "completion_rate", "Done/s", "", COLUMN_DOUBLE, IN(listener_row, completion_rate) },
	{ "cookies", "Cookies", "", COLUMN_U64, COLUMN_NULL_MAX, IN(listener_row, cookies) },
	{ "drops", "Drops", "", COLUMN_U64, COLUMN_NULL_MAX, IN(listener_row, drops) },
	{ "owner", "Owner", "", COLUMN_OBJECT, .nested = owner_columns, IN(listener_row, owner) },
	{ .key = NULL },
};

/* The names are nstat's, as syn_counter_defs has them. */
static const struct column counter_columns[] = {
	COUNTER(COUNTER_COOKIES_SENT, "TcpExtSyncookiesSent"),
	COUNTER(COUNTER_COOKIES_RECV, "TcpExtSyncookiesRecv"),
	COUNTER(COUNTER_COOKIES_FAILED, "TcpExtSyncookiesFailed"),
	COUNTER(COUNTER_QUEUE_COOKIES, "TcpExtTCPReqQFullDoCookies"),
	COUNTER(COUNTER_QUEUE_DROPS, "TcpExtTCPReqQFullDrop"),
	COUNTER(COUNTER_LISTEN_OVERFLOWS, "TcpExtListenOverflows"),
	COUNTER(COUNTER_LISTEN_DROPS, "TcpExtListenDrops"),
	COUNTER(COUNTER_EMBRYONIC_RESETS, "TcpExtEmbryonicRsts"),
	COUNTER(COUNTER_DEFER_DROPS, "TcpExtTCPDeferAcceptDrop"),
	COUNTER(COUNTER_SYN_RETRANS, "TcpExtTCPSynRetrans"),
	COUNTER(COUNTER_TIMEOUTS, "TcpExtTCPTimeouts"),
	COUNTER(COUNTER_RP_FILTER, "TcpExtIPReversePathFilter"),
	COUNTER(COUNTER_DUPLICATE_SYNS, "TcpExtTCPACKSkippedSynRecv"),
	COUNTER(COUNTER_FASTOPEN_PASSIVE, "TcpExtTCPFastOpenPassive"),
	COUNTER(COUNTER_FASTOPEN_OVERFLOW, "TcpExtTCPFastOpenListenOverflow"),
	COUNTER(COUNTER_ABORT_DATA, "TcpExtTCPAbortOnData"),
	COUNTER(COUNTER_ABORT_CLOSE, "TcpExtTCPAbortOnClose"),
	COUNTER(COUNTER_MPTCP_SYNS, "MPTcpExtMPCapableSYNRX"),
	COUNTER(COUNTER_PASSIVE_OPENS, "TcpPassiveOpens"),
	COUNTER(COUNTER_ATTEMPT_FAILS, "TcpAttemptFails"),
	COUNTER(COUNTER_RESETS_SENT, "TcpOutRsts"),
	COUNTER(COUNTER_SEGMENTS_IN, "TcpInSegs"),
	COUNTER(COUNTER_NO_ROUTES4, "IpOutNoRoutes"),
	COUNTER(COUNTER_NO_ROUTES6, "Ip6OutNoRoutes"),
	{ .key = NULL },
};

static const struct column sysctl_columns[] = {
	COUNTER(SYN_SYSCTL_COOKIES, "net.ipv4.tcp_syncookies"),
	COUNTER(SYN_SYSCTL_MAX_BACKLOG, "net.ipv4.tcp_max_syn_backlog"),
	COUNTER(SYN_SYSCTL_SYNACK_RETRIES, "net.ipv4.tcp_synack_retries"),
	COUNTER(SYN_SYSCTL_SOMAXCONN, "net.core.somaxconn"),
	COUNTER(SYN_SYSCTL_ABORT, "net.ipv4.tcp_abort_on_overflow"),
	COUNTER(SYN_SYSCTL_FASTOPEN, "net.ipv4.tcp_fastopen"),
	COUNTER(SYN_SYSCTL_RP_FILTER, "net.ipv4.conf.all.rp_filter"),
	{ .key = NULL },
};

static const struct column evidence_columns[] = {
	{ "rule", "Rule", "", COLUMN_TEXT, IN(evidence_row, rule) },
	{ "listener", "Listener", "", COLUMN_ENDPOINT, IN(evidence_row, listener) },
	{ "value", "Value", "", COLUMN_DOUBLE, IN(evidence_row, value) },
	{ "comparison", "", "", COLUMN_TEXT, IN(evidence_row, comparison) },
	{ "threshold", "Threshold", "", COLUMN_DOUBLE, IN(evidence_row, threshold) },
	{ "taken", "Taken", "", COLUMN_BOOL, IN(evidence_row, taken) },
	{ .key = NULL },
};

static const struct column source_columns[] = {
	{ "prefix", "Source", "", COLUMN_PREFIX, IN(source_row, prefix) },
	{ "listener", "Listener", "", COLUMN_ENDPOINT, IN(source_row, listener) },
	{ "count", "Count", "", COLUMN_U64, IN(source_row, count) },
	{ .key = NULL },
};

static const struct column wire_columns[] = {
	{ "seconds", "Seconds", "", COLUMN_DOUBLE, IN(wire_row, seconds) },
	{ "syns", "SYNs", "", COLUMN_U64, IN(wire_row, syns) },
	{ "syn_rate", "SYN/s", "", COLUMN_DOUBLE, IN(wire_row, syn_rate) },
	{ "completed", "Done", "", COLUMN_U64, IN(wire_row, completed) },
	{ "sources", "Sources", "", COLUMN_U64, IN(wire_row, sources) },
	{ "top_target", "Target", "", COLUMN_ENDPOINT, IN(wire_row, top_target) },
	{ "top_source", "Top-Source", "", COLUMN_ADDR, IN(wire_row, top_source) },
	{ "top_source_share", "Share", "", COLUMN_DOUBLE, IN(wire_row, top_source_share) },
	{ "sampled", "Sampled", "", COLUMN_BOOL, IN(wire_row, sampled) },
	{ "lost", "Lost", "", COLUMN_DOUBLE, IN(wire_row, lost) },
	{ .key = NULL },
};

const struct column verdict_columns[] = {
	{ "time", "Time", "when the last look was",
	  COLUMN_TIME, AT(time_ns) },
	{ "netns", "Netns", "network namespace: its name, or net:[INODE]",
	  COLUMN_TEXT, AT(netns) },
	{ "verdict", "Verdict", "ok, flood, backlog_too_small, app_stall...",
	  COLUMN_TEXT, AT(verdict), .tint = severity_tint },
	{ "severity", "Severity", "ok, warning, critical, unknown",
	  COLUMN_TEXT, AT(severity), .tint = severity_tint },
	{ "kind", "Kind", "of flood: random_spoofed, pool...",
	  COLUMN_TEXT, AT(kind) },
	{ "outcome", "Outcome", "absorbed, mitigated, clients_lost",
	  COLUMN_TEXT, AT(outcome) },
	{ "listener", "Listener", "the one that is meant, if it is known",
	  COLUMN_ENDPOINT, AT(listener) },
	{ "affected", "Affected", "how many listeners are judged so",
	  COLUMN_U32, .align = COLUMN_RIGHT, AT(affected) },
	{ "half_open", "Half-open", "connections, of all listeners",
	  COLUMN_U64, .align = COLUMN_RIGHT, AT(half_open) },
	{ "syn_rate", "SYN/s", "SYNs a second, estimated",
	  COLUMN_DOUBLE, .align = COLUMN_RIGHT, AT(syn_rate) },
	{ "completion_rate", "Done/s", "handshakes completed a second",
	  COLUMN_DOUBLE, .align = COLUMN_RIGHT, AT(completion_rate) },
	{ "cookie_return", "Return", "share of SYN cookies that came back",
	  COLUMN_DOUBLE, .align = COLUMN_RIGHT, AT(cookie_return) },
	{ "interval_s", "Interval", "seconds from the first look to the last",
	  COLUMN_DOUBLE, .align = COLUMN_RIGHT, AT(interval_s) },
	{ "looks", "Looks", "how many there were",
	  COLUMN_U32, .align = COLUMN_RIGHT, AT(looks) },
	{ "notes", "Notes", "snapshot, deferred, port_scan, incomplete...",
	  COLUMN_WORDS, AT(notes) },
	{ "listeners", "Listeners", "each, with queues, survivors, sources",
	  COLUMN_LIST, LIST(listener_columns, listener_row, listener_count), AT(listeners) },
	{ "counters", "Counters", "differences of the kernel's counters",
	  COLUMN_OBJECT, .nested = counter_columns, AT(counters) },
	{ "sysctls", "Settings", "those that matter",
	  COLUMN_OBJECT, .nested = sysctl_columns, AT(sysctls) },
	{ "evidence", "Evidence", "each rule, its figures, taken or not",
	  COLUMN_LIST, LIST(evidence_columns, evidence_row, evidence_count), AT(evidence) },
	{ "sources", "Sources", "with --top: the biggest, and their groups",
	  COLUMN_LIST, LIST(source_columns, source_row, source_count), AT(sources) },
	{ "wire", "Wire", "what arrived, with --wire",
	  COLUMN_OBJECT, .nested = wire_columns, AT(wire) },
	{ "advice", "Advice", "what to do",
	  COLUMN_WORDS, AT(advice) },
	{ .key = NULL },
};
/* clang-format on */

static const char short_list[] =
	"time,netns,verdict,severity,kind,outcome,listener,half_open,syn_rate,completion_rate,"
	"notes";

/* Start the table of verdicts.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int rows_begin(struct run *run, struct err *err)
{
	const struct cli_common *common = &run->settings.common;
	bool is_flat = common->layout == CLI_LAYOUT_WIDE || common->layout == CLI_LAYOUT_CSV;
	const char *list = common->columns ? common->columns : is_flat ? short_list : NULL;
	int ret = table_select(&run->table, verdict_columns, list, err);

	if (ret < 0)
		return ret;
	run->table.header = !common->no_header;
	run->table.palette = cli_palette(common->color, STDOUT_FILENO);
	table_begin(&run->table, &run->out, cli_format(common, TABLE_ALIGNED));
	return 0;
}

/* Finish it.
 *
 * Return: 0 or the -errno of a failed write.
 */
int rows_end(struct run *run, struct err *err)
{
	int ret;

	table_end(&run->table);
	ret = buf_flush(&run->out);
	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}
