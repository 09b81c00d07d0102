// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_UNOPENED_H
#define NETSONDE_ANALYSIS_TCP_UNOPENED_H

/* What tcp_verdict.c leaves to tcp_unopened.c: connections that never opened. Nobody else uses
 * it. */

#include "analysis/tcp_verdict.h"

void tcp_unopened_judge(struct tcp_judgement *judgement, const struct tcp_findings *findings);
void tcp_unopened_undelivered(struct tcp_judgement *judgement, const struct tcp_findings *findings);

#endif
