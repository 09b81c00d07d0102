// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_QUESTION_H
#define NETSONDE_ANALYSIS_TCP_QUESTION_H

/* What stands behind a port, by what SYNs of a certain kind bring: pure functions from the segments
 * sent and received to a verdict with its evidence.
 *
 * Theory of operation. A SYN cookie is a function of addresses, ports, the peer's initial number
 * and MSS, and the minute, and the peer's number is simply added (net/ipv4/syncookies.c; the idea
 * is D. J. Bernstein's): another SYN of the same ports whose number is larger by N brings a SYN,ACK
 * whose number is larger by N exactly. An end that keeps state takes a number from a clock (RFC
 * 6528), to which that would happen once in four thousand million times. A proxy that completes
 * handshakes before it knows whether the server will (netfilter's SYNPROXY, pf's synproxy) makes
 * cookies, too, and offers a window of 0, so that nothing is sent before it knows; then it opens
 * it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/tcp_evidence.h"
#include "record/segment.h"

/* A SYN, and what came of it. */
struct tcp_exchange {
	struct segment sent, came;
	bool is_answered;
};

enum tcp_question_verdict {
	TCP_QUESTION_UNANSWERED,
	TCP_QUESTION_CLOSED, /* RST to an ordinary SYN */
	TCP_QUESTION_ORDINARY,
	TCP_QUESTION_COOKIE,
	TCP_QUESTION_SYNPROXY,
	TCP_QUESTION_FAST_OPEN,		/* data in the SYN is taken */
	TCP_QUESTION_FAST_OPEN_REFUSED, /* a cookie is given, but data in the SYN is not taken */
	TCP_QUESTION_NO_FAST_OPEN,
	TCP_QUESTION_FAST_OPEN_BLOCKED, /* no answer to a SYN with the option, but without it */
	TCP_QUESTION_ECN,
	TCP_QUESTION_ACCURATE_ECN,
	TCP_QUESTION_NO_ECN,
	TCP_QUESTION_ECN_REFLECTED, /* all bits come back as they were sent */
	TCP_QUESTION_ECN_BLOCKED,   /* no answer to a SYN that offers it, but to another */
	TCP_QUESTION_COUNT,
};

struct tcp_question_result {
	enum tcp_question_verdict verdict;
	bool is_yes;
	struct tcp_evidence evidence;
	const char *advice;
};

/* The SYNs of each question, in the order in which they are given to its judge. */
enum tcp_cookie_syn {
	TCP_COOKIE_FIRST,
	TCP_COOKIE_SECOND, /* the same ports, another number */
	TCP_COOKIE_THIRD,  /* and another one */
	TCP_COOKIE_MSS,	   /* as the third, with another MSS */
	TCP_COOKIE_SYNS,
};

enum tcp_fast_open_syn {
	TCP_FAST_OPEN_REQUEST, /* asks for a cookie */
	TCP_FAST_OPEN_DATA,    /* with it, and with data */
	TCP_FAST_OPEN_PLAIN,   /* without the option; asked only if the first is not answered */
	TCP_FAST_OPEN_SYNS,
};

enum tcp_ecn_syn {
	TCP_ECN_CLASSIC,  /* RFC 3168 */
	TCP_ECN_ACCURATE, /* RFC 9768 */
	TCP_ECN_PLAIN,	  /* asked only if the first got no SYN,ACK */
	TCP_ECN_SYNS,
};

extern const char *const tcp_question_verdict_names[TCP_QUESTION_COUNT];

bool tcp_exchange_is_open(const struct tcp_exchange *exchange);
size_t tcp_fast_open_cookie(const struct tcp_exchange *exchange, const uint8_t **cookie);
void tcp_cookie_judge(struct tcp_question_result *result, const struct tcp_exchange *exchanges);
void tcp_synproxy_judge(struct tcp_question_result *result, const struct tcp_exchange *exchange,
			const struct segment *update);
void tcp_fast_open_judge(struct tcp_question_result *result, const struct tcp_exchange *exchanges);
void tcp_ecn_judge(struct tcp_question_result *result, const struct tcp_exchange *exchanges);

#endif
