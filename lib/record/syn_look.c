// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/syn_look.h"

const char *const syn_sysctl_paths[SYN_SYSCTL_COUNT] = {
	[SYN_SYSCTL_COOKIES] = "ipv4/tcp_syncookies",
	[SYN_SYSCTL_MAX_BACKLOG] = "ipv4/tcp_max_syn_backlog",
	[SYN_SYSCTL_SYNACK_RETRIES] = "ipv4/tcp_synack_retries",
	[SYN_SYSCTL_SOMAXCONN] = "core/somaxconn",
	[SYN_SYSCTL_ABORT] = "ipv4/tcp_abort_on_overflow",
	[SYN_SYSCTL_FASTOPEN] = "ipv4/tcp_fastopen",
	[SYN_SYSCTL_RP_FILTER] = "ipv4/conf/all/rp_filter",
};
