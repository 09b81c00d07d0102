// SPDX-License-Identifier: GPL-2.0-or-later
#include "netsyn.h"

const char *const words_what_keys[SYN_WHAT_COUNT] = {
	[SYN_OK] = "ok",
	[SYN_CLOSED_PORT_FLOOD] = "closed_port_flood",
	[SYN_UNROUTABLE_FLOOD] = "unroutable_flood",
	[SYN_SCAN_OR_RST_FLOOD] = "scan_or_rst_flood",
	[SYN_BACKLOG_TOO_SMALL] = "backlog_too_small",
	[SYN_APP_STALL] = "app_stall",
	[SYN_FLOOD] = "flood",
	[SYN_UNKNOWN] = "unknown",
};

const char *const words_what[SYN_WHAT_COUNT] = {
	[SYN_OK] = "OK",
	[SYN_CLOSED_PORT_FLOOD] = "CLOSED-PORT FLOOD",
	[SYN_UNROUTABLE_FLOOD] = "UNROUTABLE FLOOD",
	[SYN_SCAN_OR_RST_FLOOD] = "SCAN OR RST FLOOD",
	[SYN_BACKLOG_TOO_SMALL] = "BACKLOG TOO SMALL",
	[SYN_APP_STALL] = "APPLICATION STALLED",
	[SYN_FLOOD] = "FLOOD",
	[SYN_UNKNOWN] = "UNKNOWN",
};

const char *const words_severity_keys[SYN_SEVERITY_COUNT] = { "ok", "warning", "critical",
							      "unknown" };

const char *const words_kind_keys[SYN_KIND_COUNT] = {
	[SYN_KIND_RANDOM_SPOOFED] = "random_spoofed",
	[SYN_KIND_POOL] = "pool",
	[SYN_KIND_SINGLE_HOST] = "single_host",
	[SYN_KIND_LOW_RATE] = "low_rate",
	[SYN_KIND_CLOSED_PORT] = "closed_port",
	[SYN_KIND_UNROUTABLE] = "unroutable",
	[SYN_KIND_RST_SCAN] = "rst_scan",
};

const char *const words_kind[SYN_KIND_COUNT] = {
	[SYN_KIND_RANDOM_SPOOFED] = "random, so spoofed, sources",
	[SYN_KIND_POOL] = "many sources",
	[SYN_KIND_SINGLE_HOST] = "one source above all",
	[SYN_KIND_LOW_RATE] = "at a low rate",
};

const char *const words_outcome_keys[SYN_OUTCOME_COUNT] = {
	[SYN_OUTCOME_ABSORBED] = "absorbed",
	[SYN_OUTCOME_MITIGATED] = "mitigated",
	[SYN_OUTCOME_LOST] = "clients_lost",
};

const char *const words_outcome[SYN_OUTCOME_COUNT] = {
	[SYN_OUTCOME_ABSORBED] = "the SYN queue holds it",
	[SYN_OUTCOME_MITIGATED] = "SYN cookies keep clients connected",
	[SYN_OUTCOME_LOST] = "clients are turned away",
};

const char *const words_note_keys[SYN_NOTE_COUNT] = {
	[SYN_NOTE_SNAPSHOT] = "snapshot",	  [SYN_NOTE_SHORT] = "too_young",
	[SYN_NOTE_FILTERED] = "filtered",	  [SYN_NOTE_DEFERRED] = "deferred",
	[SYN_NOTE_PORT_SCAN] = "port_scan",	  [SYN_NOTE_COOKIES_ALWAYS] = "cookies_always",
	[SYN_NOTE_COOKIES_LOST] = "cookies_lost", [SYN_NOTE_SLOW_CLIENTS] = "slow_clients",
	[SYN_NOTE_NO_LISTENER] = "no_listener",	  [SYN_NOTE_SAMPLED] = "sampled",
	[SYN_NOTE_INCOMPLETE] = "incomplete",	  [SYN_NOTE_COUNTERS] = "counters_missing",
};

const char *const words_note[SYN_NOTE_COUNT] = {
	[SYN_NOTE_SNAPSHOT] =
		"judged from one look: weaker than an interval, a young flood is missed",
	[SYN_NOTE_SHORT] = "half-open connections are too young to tell a flood from a crowd",
	[SYN_NOTE_FILTERED] =
		"rp_filter drops packets from addresses that are not where they came from",
	[SYN_NOTE_DEFERRED] = "TCP_DEFER_ACCEPT keeps clients half open that have sent nothing yet",
	[SYN_NOTE_PORT_SCAN] = "RSTs were sent for closed ports: a port scan, or a short burst",
	[SYN_NOTE_COOKIES_ALWAYS] =
		"tcp_syncookies is 2: the SYN queue stays empty, whatever comes",
	[SYN_NOTE_COOKIES_LOST] =
		"some cookies do not come back: losses, or a flood too small to say so",
	[SYN_NOTE_SLOW_CLIENTS] =
		"clients take more than a second to complete: long ways, or losses",
	[SYN_NOTE_NO_LISTENER] = "nothing listens in this namespace",
	[SYN_NOTE_SAMPLED] = "more SYNs arrived than could be counted: their number is an estimate",
	[SYN_NOTE_INCOMPLETE] = "not everything could be seen",
	[SYN_NOTE_COUNTERS] = "this kernel lacks a counter that decides",
};
