// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_EVIDENCE_H
#define NETSONDE_ANALYSIS_TCP_EVIDENCE_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

#define TCP_EVIDENCE_MAX 8
#define TCP_EVIDENCE_SIZE 200

/* What a verdict rests on, in sentences. */
struct tcp_evidence {
	char texts[TCP_EVIDENCE_MAX][TCP_EVIDENCE_SIZE];
	size_t count;
};

void tcp_evidence_add(struct tcp_evidence *evidence, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void tcp_evidence_add_icmp(struct tcp_evidence *evidence, const struct addr *from, uint8_t type,
			   uint8_t code, uint32_t info);
void tcp_evidence_list(const struct tcp_evidence *evidence, const char **words);
double tcp_evidence_ms(uint64_t from_ns, uint64_t to_ns);
const char *tcp_evidence_plural(uint32_t count);

#endif
