// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_question.h"

#include <stdio.h>
#include <stdlib.h>

#include "wire/tcp.h"

/* A cookie has room for so many sizes of segments; Linux knows four. */
#define MSS_SIZES 8

/* RFC 7413 section 4.1.1. */
#define FAST_OPEN_COOKIE_MIN 4
#define FAST_OPEN_COOKIE_MAX 16

const char *const tcp_question_verdict_names[TCP_QUESTION_COUNT] = {
	[TCP_QUESTION_UNANSWERED] = "unanswered",
	[TCP_QUESTION_CLOSED] = "closed",
	[TCP_QUESTION_ORDINARY] = "ordinary",
	[TCP_QUESTION_COOKIE] = "cookie",
	[TCP_QUESTION_SYNPROXY] = "synproxy",
	[TCP_QUESTION_FAST_OPEN] = "fast_open",
	[TCP_QUESTION_FAST_OPEN_REFUSED] = "fast_open_refused",
	[TCP_QUESTION_NO_FAST_OPEN] = "no_fast_open",
	[TCP_QUESTION_FAST_OPEN_BLOCKED] = "fast_open_blocked",
	[TCP_QUESTION_ECN] = "ecn",
	[TCP_QUESTION_ACCURATE_ECN] = "accurate_ecn",
	[TCP_QUESTION_NO_ECN] = "no_ecn",
	[TCP_QUESTION_ECN_REFLECTED] = "ecn_reflected",
	[TCP_QUESTION_ECN_BLOCKED] = "ecn_blocked",
};

static const char *const advice[TCP_QUESTION_COUNT] = {
	[TCP_QUESTION_UNANSWERED] =
		"see what becomes of an ordinary connection (netshake without "
		"--probe)",
	[TCP_QUESTION_CLOSED] = "see on the server whether the service runs (netconn -tlp)",
	[TCP_QUESTION_ORDINARY] = "nothing to do: the server keeps state for each SYN",
	[TCP_QUESTION_COOKIE] =
		"see on the server whether it is being flooded (netsyn), or set to "
		"net.ipv4.tcp_syncookies 2",
	[TCP_QUESTION_SYNPROXY] =
		"an open port tells nothing of the server behind it: ask that itself",
	[TCP_QUESTION_FAST_OPEN] = "nothing to do: requests may travel in the SYN",
	[TCP_QUESTION_FAST_OPEN_REFUSED] =
		"see the server's Fast Open queue "
		"(TCPFastOpenListenOverflow), and what is on the way "
		"(--probe middlebox)",
	[TCP_QUESTION_NO_FAST_OPEN] =
		"if it should: net.ipv4.tcp_fastopen 2 on the server, and "
		"TCP_FASTOPEN in the application; or it is taken away on the "
		"way (--probe middlebox)",
	[TCP_QUESTION_FAST_OPEN_BLOCKED] =
		"clients that use Fast Open wait for a timeout: look for "
		"who drops such SYNs (--hops)",
	[TCP_QUESTION_ECN] = "nothing to do: congestion can be told without loss",
	[TCP_QUESTION_ACCURATE_ECN] = "nothing to do: congestion can be told in detail",
	[TCP_QUESTION_NO_ECN] =
		"if it should: net.ipv4.tcp_ecn 1 or 2 on the server; or it is taken "
		"away on the way (--hops --ecn)",
	[TCP_QUESTION_ECN_REFLECTED] = "that TCP is broken: do not offer it ECN",
	[TCP_QUESTION_ECN_BLOCKED] =
		"clients that offer ECN wait for a timeout: look for who drops "
		"such SYNs (--hops --ecn)",
};

static void conclude(struct tcp_question_result *result, enum tcp_question_verdict verdict,
		     bool is_yes)
{
	result->verdict = verdict;
	result->is_yes = is_yes;
	result->advice = advice[verdict];
}

/* Whether a SYN,ACK came. */
bool tcp_exchange_is_open(const struct tcp_exchange *exchange)
{
	return exchange->is_answered && exchange->came.flags & SEGMENT_SYN;
}

/* What a SYN without a SYN,ACK says; the judge has nothing else to go by. */
static void conclude_shut(struct tcp_question_result *result, const struct tcp_exchange *exchange)
{
	conclude(result, exchange->is_answered ? TCP_QUESTION_CLOSED : TCP_QUESTION_UNANSWERED,
		 false);
	tcp_evidence_add(&result->evidence, "%s",
			 exchange->is_answered ? "the answer is RST" : "no answer to the SYNs");
}

/* Compare two SYNs of the same ports and options.
 *
 * Return: whether the numbers that answer them differ as theirs do.
 */
static bool follows(struct tcp_question_result *result, const struct tcp_exchange *from,
		    const struct tcp_exchange *to)
{
	uint32_t sent = to->sent.seq - from->sent.seq, came = to->came.seq - from->came.seq;

	if (!tcp_exchange_is_open(from) || !tcp_exchange_is_open(to))
		return false;
	tcp_evidence_add(&result->evidence,
			 "a SYN whose number is %u more brings a SYN,ACK whose number is %u more",
			 sent, came);
	return sent == came;
}

/* The MSS is a small index in a cookie, and so shifts it by little. */
static void compare_mss(struct tcp_question_result *result, const struct tcp_exchange *from,
			const struct tcp_exchange *to)
{
	int32_t shift = (int32_t)(to->came.seq - from->came.seq);

	if (tcp_exchange_is_open(from) && tcp_exchange_is_open(to) && shift > -MSS_SIZES &&
	    shift < MSS_SIZES)
		tcp_evidence_add(
			&result->evidence,
			"an MSS of %u in place of %u shifts it by %d: it is encoded in the number",
			to->sent.options.mss, from->sent.options.mss, shift);
}

/* Does the other end answer with SYN cookies? @exchanges are of enum tcp_cookie_syn. A minute may
 * end between two of the SYNs, and change the cookies: one of two comparisons is enough. */
void tcp_cookie_judge(struct tcp_question_result *result, const struct tcp_exchange *exchanges)
{
	const struct tcp_exchange *first = &exchanges[TCP_COOKIE_FIRST];
	bool is_cookie;

	*result = (struct tcp_question_result){ .is_yes = false };
	if (!tcp_exchange_is_open(first)) {
		conclude_shut(result, first);
		return;
	}
	is_cookie = follows(result, first, &exchanges[TCP_COOKIE_SECOND]);
	is_cookie |= follows(result, &exchanges[TCP_COOKIE_SECOND], &exchanges[TCP_COOKIE_THIRD]);
	if (is_cookie)
		compare_mss(result, &exchanges[TCP_COOKIE_THIRD], &exchanges[TCP_COOKIE_MSS]);
	if (result->evidence.count == 0) {
		tcp_evidence_add(&result->evidence,
				 "one SYN,ACK alone: nothing to compare it with");
		conclude(result, TCP_QUESTION_UNANSWERED, false);
	} else if (is_cookie && first->came.window == 0) {
		tcp_evidence_add(
			&result->evidence,
			"and its window is 0, as a proxy's that has to ask the server first");
		conclude(result, TCP_QUESTION_SYNPROXY, true);
	} else {
		conclude(result, is_cookie ? TCP_QUESTION_COOKIE : TCP_QUESTION_ORDINARY,
			 is_cookie);
	}
}

/* Does a proxy answer the SYN before it knows of the server? @update is what came after our ACK, or
 * NULL. */
void tcp_synproxy_judge(struct tcp_question_result *result, const struct tcp_exchange *exchange,
			const struct segment *update)
{
	*result = (struct tcp_question_result){ .is_yes = false };
	if (!tcp_exchange_is_open(exchange)) {
		conclude_shut(result, exchange);
		return;
	}
	tcp_evidence_add(&result->evidence, "the SYN,ACK offers a window of %u%s",
			 exchange->came.window,
			 exchange->came.window ? "" : ": nothing may be sent yet");
	conclude(result, exchange->came.window ? TCP_QUESTION_ORDINARY : TCP_QUESTION_SYNPROXY,
		 exchange->came.window == 0);
	if (exchange->came.window)
		return;
	if (update && update->flags & SEGMENT_RST)
		tcp_evidence_add(&result->evidence,
				 "after our ACK the connection is reset: the server refused it");
	else if (update)
		tcp_evidence_add(&result->evidence,
				 "after our ACK an ACK opens it: the server has answered");
	else
		tcp_evidence_add(&result->evidence,
				 "after our ACK it stays closed: the server has not answered");
}

/* Find the cookie of Fast Open in an answer (RFC 7413).
 *
 * Return: its length, 0 if there is none; @cookie points into @exchange.
 */
size_t tcp_fast_open_cookie(const struct tcp_exchange *exchange, const uint8_t **cookie)
{
	const struct segment_options *options = &exchange->came.options;
	const uint8_t *at = options->bytes, *end = at + options->length;
	struct tcp_option option;

	if (!tcp_exchange_is_open(exchange))
		return 0;
	while (tcp_next_option(&option, &at, end) == WIRE_OK && option.kind != TCP_OPTION_END)
		if (option.kind == TCP_OPTION_FAST_OPEN && option.length >= FAST_OPEN_COOKIE_MIN &&
		    option.length <= FAST_OPEN_COOKIE_MAX) {
			*cookie = option.data;
			return option.length;
		}
	return 0;
}

/* Does the other end take data in a SYN? @exchanges are of enum tcp_fast_open_syn. */
void tcp_fast_open_judge(struct tcp_question_result *result, const struct tcp_exchange *exchanges)
{
	const struct tcp_exchange *request = &exchanges[TCP_FAST_OPEN_REQUEST];
	const struct tcp_exchange *data = &exchanges[TCP_FAST_OPEN_DATA];
	const uint8_t *cookie;
	size_t length = tcp_fast_open_cookie(request, &cookie);
	uint32_t taken;

	*result = (struct tcp_question_result){ .is_yes = false };
	if (!tcp_exchange_is_open(request) &&
	    tcp_exchange_is_open(&exchanges[TCP_FAST_OPEN_PLAIN])) {
		tcp_evidence_add(
			&result->evidence,
			"a SYN that asks for a cookie is answered with %s, one that does not "
			"with SYN,ACK",
			request->is_answered ? "RST" : "nothing");
		conclude(result, TCP_QUESTION_FAST_OPEN_BLOCKED, false);
		return;
	}
	if (!tcp_exchange_is_open(request)) {
		conclude_shut(result, request);
		return;
	}
	if (length == 0) {
		tcp_evidence_add(&result->evidence,
				 "the SYN asks for a cookie, the SYN,ACK has none");
		conclude(result, TCP_QUESTION_NO_FAST_OPEN, false);
		return;
	}
	tcp_evidence_add(&result->evidence, "the SYN,ACK has a cookie of %zu bytes", length);
	taken = tcp_exchange_is_open(data) ? data->came.ack - data->sent.seq - 1 : 0;
	if (!data->is_answered)
		tcp_evidence_add(&result->evidence, "no answer to a SYN with the cookie and data");
	else
		tcp_evidence_add(
			&result->evidence,
			"of %u bytes in a SYN with the cookie, %u are acknowledged by the %s",
			data->sent.payload_length, taken,
			tcp_exchange_is_open(data) ? "SYN,ACK" : "RST");
	if (taken > 0)
		conclude(result, TCP_QUESTION_FAST_OPEN, true);
	else if (data->is_answered)
		conclude(result, TCP_QUESTION_FAST_OPEN_REFUSED, false);
	else
		conclude(result, TCP_QUESTION_FAST_OPEN_BLOCKED, false);
}

/* What the answer to a SYN of RFC 9768 says of its own IP header (section 3.1.1, table 2). */
static const char *arrived_as(uint16_t flags)
{
	switch (flags & (SEGMENT_AE | SEGMENT_CWR | SEGMENT_ECE)) {
	case SEGMENT_CWR:
		return "Not-ECT";
	case SEGMENT_CWR | SEGMENT_ECE:
		return "ECT(1)";
	case SEGMENT_AE:
		return "ECT(0)";
	case SEGMENT_AE | SEGMENT_CWR:
		return "CE";
	default:
		return NULL; /* not of RFC 9768 */
	}
}

static void judge_classic(struct tcp_question_result *result, uint16_t flags)
{
	switch (flags & (SEGMENT_ECE | SEGMENT_CWR)) {
	case SEGMENT_ECE:
		tcp_evidence_add(
			&result->evidence,
			"a SYN with ECE and CWR brings a SYN,ACK with ECE alone (RFC 3168)");
		conclude(result, TCP_QUESTION_ECN, true);
		break;
	case SEGMENT_ECE | SEGMENT_CWR:
		tcp_evidence_add(
			&result->evidence,
			"a SYN with ECE and CWR brings a SYN,ACK with both: they are reflected");
		conclude(result, TCP_QUESTION_ECN_REFLECTED, false);
		break;
	default:
		tcp_evidence_add(&result->evidence,
				 "a SYN with ECE and CWR brings a SYN,ACK without ECE");
		conclude(result, TCP_QUESTION_NO_ECN, false);
	}
}

/* Does the other end agree to explicit congestion notification? @exchanges are of enum
 * tcp_ecn_syn. */
void tcp_ecn_judge(struct tcp_question_result *result, const struct tcp_exchange *exchanges)
{
	const struct tcp_exchange *classic = &exchanges[TCP_ECN_CLASSIC];
	const struct tcp_exchange *accurate = &exchanges[TCP_ECN_ACCURATE];
	const char *as = tcp_exchange_is_open(accurate) ? arrived_as(accurate->came.flags) : NULL;

	*result = (struct tcp_question_result){ .is_yes = false };
	if (!tcp_exchange_is_open(classic) && tcp_exchange_is_open(&exchanges[TCP_ECN_PLAIN])) {
		tcp_evidence_add(
			&result->evidence,
			"a SYN with ECE and CWR is answered with %s, one without with SYN,ACK",
			classic->is_answered ? "RST" : "nothing");
		conclude(result, TCP_QUESTION_ECN_BLOCKED, false);
		return;
	}
	if (!tcp_exchange_is_open(classic)) {
		conclude_shut(result, classic);
		return;
	}
	judge_classic(result, classic->came.flags);
	if (as) {
		tcp_evidence_add(
			&result->evidence,
			"the answer to a SYN with AE, CWR and ECE is one of RFC 9768: the SYN "
			"arrived as %s",
			as);
		if (result->verdict == TCP_QUESTION_ECN)
			conclude(result, TCP_QUESTION_ACCURATE_ECN, true);
	} else if (tcp_exchange_is_open(accurate)) {
		tcp_evidence_add(&result->evidence,
				 "the answer to a SYN with AE, CWR and ECE is not one of RFC 9768");
	} else {
		tcp_evidence_add(&result->evidence,
				 "no SYN,ACK to a SYN with AE, CWR and ECE (RFC 9768)");
	}
}
