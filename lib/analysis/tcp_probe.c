// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_probe.h"

#include <stdio.h>

#include "wire/icmp.h"

const char *const tcp_probe_names[TCP_PROBE_COUNT] = {
	[TCP_PROBE_SILENT] = "silent",	   [TCP_PROBE_LISTENING] = "listening",
	[TCP_PROBE_CLOSED] = "closed",	   [TCP_PROBE_NO_CONNECTION] = "no_connection",
	[TCP_PROBE_FILTERED] = "filtered", [TCP_PROBE_CHALLENGED] = "challenged",
	[TCP_PROBE_ODD] = "odd",
};

/* What a closed and a listening end answer to these flags, in the order in which RFC 9293 looks at
 * them: CLOSED section 3.10.7.1, LISTEN 3.10.7.2. */
static const char *expect(unsigned int flags)
{
	if (flags & SEGMENT_RST)
		return "closed: nothing; listening: nothing (an RST is never answered)";
	if (flags & SEGMENT_ACK)
		return "closed: RST; listening: RST (it knows of no connection to acknowledge)";
	if (flags & SEGMENT_SYN)
		return "closed: RST,ACK; listening: SYN,ACK";
	return "closed: RST,ACK; listening: nothing";
}

static enum tcp_probe_reading read_reset(const struct segment *sent, const struct segment *answer)
{
	uint32_t expected = sent->seq + segment_seq_length(sent);

	if (sent->flags & SEGMENT_ACK)
		return answer->seq == sent->ack ? TCP_PROBE_NO_CONNECTION : TCP_PROBE_ODD;
	if (sent->flags & SEGMENT_RST)
		return TCP_PROBE_ODD;
	return answer->flags & SEGMENT_ACK && answer->seq == 0 && answer->ack == expected ?
		       TCP_PROBE_CLOSED :
		       TCP_PROBE_ODD;
}

static enum tcp_probe_reading read_answer(const struct segment *sent, const struct segment *answer)
{
	unsigned int flags =
		answer->flags & (SEGMENT_SYN | SEGMENT_RST | SEGMENT_ACK | SEGMENT_FIN);
	bool is_syn = (sent->flags & (SEGMENT_SYN | SEGMENT_ACK | SEGMENT_RST)) == SEGMENT_SYN;

	if (flags & SEGMENT_RST)
		return read_reset(sent, answer);
	if (flags == (SEGMENT_SYN | SEGMENT_ACK) && is_syn &&
	    (answer->ack == sent->seq + 1 || answer->ack == sent->seq + segment_seq_length(sent)))
		return TCP_PROBE_LISTENING;
	if (flags == SEGMENT_ACK)
		return TCP_PROBE_CHALLENGED;
	return TCP_PROBE_ODD;
}

static const char *meaning(enum tcp_probe_reading reading)
{
	switch (reading) {
	case TCP_PROBE_LISTENING:
		return "somebody listens";
	case TCP_PROBE_CLOSED:
		return "nobody listens: only a closed end sends this";
	case TCP_PROBE_NO_CONNECTION:
		return "there is no such connection; closed and listening ends both say so";
	case TCP_PROBE_CHALLENGED:
		return "a connection between these ports exists: a challenge ACK (RFC 5961)";
	default:
		return "RFC 9293 has no such answer: something between, or not quite TCP";
	}
}

/* Read what came back for @sent: @answer, a segment, or @error, an ICMP error; NULL for none. */
void tcp_probe_read(struct tcp_probe_result *result, const struct segment *sent,
		    const struct segment *answer, const struct tcp_quote *error)
{
	char flags[SEGMENT_FLAGS_TEXT_MAX], what[128], who[ADDR_TEXT_MAX + 1] = "";

	snprintf(result->expected, sizeof(result->expected), "%s", expect(sent->flags));
	if (answer) {
		result->reading = read_answer(sent, answer);
		segment_flags_text(flags, answer->flags);
		snprintf(result->text, sizeof(result->text), "%s: %s", flags,
			 meaning(result->reading));
	} else if (error) {
		result->reading = TCP_PROBE_FILTERED;
		icmp_describe(what, sizeof(what), error->family, error->type, error->code,
			      error->info);
		if (error->from.family)
			*addr_format(who, &error->from) = '\0';
		snprintf(result->text, sizeof(result->text), "ICMP type %u code %u from %s: %s",
			 error->type, error->code, *who ? who : "an unknown sender", what);
	} else {
		result->reading = TCP_PROBE_SILENT;
		snprintf(result->text, sizeof(result->text), "%s",
			 "nothing came: an end that is silent to this, a filter, or nobody there");
	}
}
