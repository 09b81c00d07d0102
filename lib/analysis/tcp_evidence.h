// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_EVIDENCE_H
#define NETSONDE_ANALYSIS_TCP_EVIDENCE_H

/* What the parts of the verdict share, and nobody else uses: tcp_verdict.c judges connections that
 * were open, tcp_unopened.c those that never were. */

#include <stdint.h>

#include "analysis/tcp_verdict.h"

/* tcp_evidence.c */
void tcp_evidence_add(struct tcp_judgement *judgement, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
double tcp_evidence_ms(uint64_t from_ns, uint64_t to_ns);
const char *tcp_evidence_plural(uint32_t count);
void tcp_evidence_undelivered(struct tcp_judgement *judgement, const struct tcp_findings *findings);

/* tcp_unopened.c */
void tcp_unopened_judge(struct tcp_judgement *judgement, const struct tcp_findings *findings);

#endif
