// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_FLOW_VERDICT_H
#define NETSONDE_ANALYSIS_TCP_FLOW_VERDICT_H

#include "analysis/tcp_flows.h"
#include "analysis/tcp_verdict.h"

void tcp_flow_judge(struct tcp_judgement *judgement, const struct tcp_flow *flow,
		    enum tcp_flow_end end, uint64_t now_ns);

#endif
