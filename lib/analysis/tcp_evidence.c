// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_evidence.h"

#include <stdarg.h>
#include <stdio.h>

/* Add a sentence; what is beyond TCP_EVIDENCE_MAX is left out. */
void tcp_evidence_add(struct tcp_judgement *judgement, const char *format, ...)
{
	va_list args;

	if (judgement->evidence_count == TCP_EVIDENCE_MAX)
		return;
	va_start(args, format);
	vsnprintf(judgement->evidence[judgement->evidence_count++], TCP_EVIDENCE_SIZE, format,
		  args);
	va_end(args);
}

/* Return: milliseconds from one to the other; 0: unknown. */
double tcp_evidence_ms(uint64_t from_ns, uint64_t to_ns)
{
	return from_ns && to_ns > from_ns ? (double)(to_ns - from_ns) / 1e6 : 0;
}

/* Return: what makes a plural of a noun. */
const char *tcp_evidence_plural(uint32_t count)
{
	return count == 1 ? "" : "s";
}

/* Segments of the peer came to this host, which kept them from us. */
void tcp_evidence_undelivered(struct tcp_judgement *judgement, const struct tcp_findings *findings)
{
	char flags[SEGMENT_FLAGS_TEXT_MAX] = "";

	judgement->verdict = TCP_VERDICT_OWN_FIREWALL;
	if (findings->undelivered_first)
		segment_flags_text(flags, findings->undelivered_first->flags);
	tcp_evidence_add(judgement,
			 "%u segment%s of the peer (the first: %s) came to the interface, and "
			 "none of them to the socket",
			 findings->undelivered, tcp_evidence_plural(findings->undelivered), flags);
}
