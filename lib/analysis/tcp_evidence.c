// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_evidence.h"

#include <stdarg.h>
#include <stdio.h>

#include "wire/icmp.h"

/* Add a sentence; what is beyond TCP_EVIDENCE_MAX is left out. */
void tcp_evidence_add(struct tcp_evidence *evidence, const char *format, ...)
{
	va_list args;

	if (evidence->count == TCP_EVIDENCE_MAX)
		return;
	va_start(args, format);
	vsnprintf(evidence->texts[evidence->count++], TCP_EVIDENCE_SIZE, format, args);
	va_end(args);
}

/* Add what an ICMP error of @from (AF_UNSPEC: nobody knows) says; @info is as icmp_describe() has
 * it. */
void tcp_evidence_add_icmp(struct tcp_evidence *evidence, const struct addr *from, uint8_t type,
			   uint8_t code, uint32_t info)
{
	char what[ICMP_TEXT_MAX], who[ADDR_TEXT_MAX + 1] = "an unknown sender";

	icmp_describe(what, sizeof(what), from->family, type, code, info);
	if (from->family)
		*addr_format(who, from) = '\0';
	tcp_evidence_add(evidence, "ICMP type %u code %u from %s: %s", type, code, who, what);
}

/* Point @words (TCP_EVIDENCE_MAX + 1) at the sentences, with NULL behind the last. */
void tcp_evidence_list(const struct tcp_evidence *evidence, const char **words)
{
	for (size_t i = 0; i < evidence->count; i++)
		words[i] = evidence->texts[i];
	words[evidence->count] = NULL;
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
