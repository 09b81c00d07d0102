// SPDX-License-Identifier: GPL-2.0-or-later
#include "tcp_check.h"

#include <stdio.h>
#include <stdlib.h>

#include "analysis/tcp_seq.h"

#define CHECK(condition) check(condition, #condition, __LINE__)

static void check(bool condition, const char *text, int line)
{
	if (condition)
		return;
	fprintf(stderr, "tcp_check.c:%d: not so: %s\n", line, text);
	abort();
}

static void check_held(const struct tcp_endpoint *tcp)
{
	CHECK(tcp->held.count <= TCP_RANGES_MAX);
	for (size_t i = 0; i < tcp->held.count; i++) {
		const struct tcp_range *range = &tcp->held.list[i];

		CHECK(seq_lt(range->left, range->right));
		CHECK(seq_lt(i > 0 ? range[-1].right : tcp->rcv_nxt, range->left));
		CHECK(!tcp->has_fin || seq_le(range->right, tcp->peer_fin_seq));
	}
}

/* What holds for an end at any time: aborts if it does not. */
void tcp_check(const struct tcp_endpoint *tcp)
{
	bool waits = tcp_endpoint_deadline(tcp) != TCP_NEVER_NS;

	CHECK(tcp->state > TCP_STATE_UNKNOWN && tcp->state < TCP_STATE_COUNT);
	CHECK(seq_le(tcp->iss, tcp->snd_una));
	CHECK(seq_le(tcp->snd_una, tcp->snd_nxt));
	CHECK(tcp->snd_nxt - tcp->iss <= tcp->released + 2);
	CHECK(!tcp->is_fin_acked || tcp->is_fin_sent);
	CHECK(!tcp->is_fin_sent || tcp->snd_nxt == tcp->fin_seq + 1);
	CHECK(!tcp->is_fin_sent || tcp->is_closing);
	CHECK(tcp->end < TCP_END_COUNT);
	CHECK(tcp->state != TCP_STATE_CLOSED || !waits);
	CHECK(tcp->state != TCP_STATE_LISTEN || !waits);
	CHECK(tcp->state != TCP_STATE_TIME_WAIT || tcp->end == TCP_END_CLOSED);
	CHECK(tcp->state == TCP_STATE_CLOSED || tcp->state == TCP_STATE_TIME_WAIT ||
	      tcp->end == TCP_END_NONE);
	check_held(tcp);
	/* Something is under way, so something will happen. */
	if (tcp->snd_una != tcp->snd_nxt && !tcp_endpoint_is_over(tcp))
		CHECK(waits);
	if (tcp_state_is_synchronized(tcp->state) && !tcp_endpoint_is_over(tcp) &&
	    !tcp_endpoint_is_all_acked(tcp))
		CHECK(waits);
}
