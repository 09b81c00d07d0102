// SPDX-License-Identifier: GPL-2.0-or-later
/* What the user wants of the connection, step by step: open, send, probe sizes, hold, close. Each
 * step but holding has a patience of its own; when that is at its end, the connection is reset. */
#include <stdio.h>

#include "netshake.h"

static uint64_t patience_ns(const struct shake *shake)
{
	return (uint64_t)shake->run->settings.timeout_ms * NS_PER_MS;
}

static bool is_open(const struct shake *shake)
{
	return tcp_state_is_synchronized(shake->end.state) &&
	       shake->end.state != TCP_STATE_SYN_RCVD;
}

/* Whether there is nothing left to wait for: TIME_WAIT is left at once unless it was asked for. */
static bool is_over(const struct shake *shake)
{
	return shake->end.state == TCP_STATE_CLOSED ||
	       (shake->end.state == TCP_STATE_LISTEN && shake->reset.flags & SEGMENT_RST) ||
	       (shake->end.state == TCP_STATE_TIME_WAIT && shake->run->settings.time_wait_ms == 0);
}

/* Begin to open. */
void stage_begin(struct shake *shake, uint64_t now_ns)
{
	shake->stage = STAGE_OPENING;
	shake->wait_until_ns = now_ns + patience_ns(shake);
	trace_begin_call(&shake->trace, NULL);
	if (settings_serves(&shake->run->settings)) {
		tcp_endpoint_listen(&shake->end, now_ns); /* the state is told with the SYN */
		return;
	}
	tcp_endpoint_connect(&shake->end, now_ns);
	trace_end_call(&shake->trace, now_ns);
}

/* Reset the connection, because of @why, and be done. */
void stage_give_up(struct shake *shake, const char *why, uint64_t now_ns)
{
	shake->gave_up = true;
	trace_begin_call(&shake->trace, NULL);
	trace_remark(&shake->trace, why);
	tcp_endpoint_abort(&shake->end, now_ns);
	trace_end_call(&shake->trace, now_ns);
	shake->stage = STAGE_OVER;
}

static void begin_closing(struct shake *shake, uint64_t now_ns)
{
	shake->stage = STAGE_CLOSING;
	shake->wait_until_ns = now_ns + patience_ns(shake);
	trace_begin_call(&shake->trace, NULL);
	if (shake->run->settings.close == TCP_PLAN_RST)
		tcp_endpoint_abort(&shake->end, now_ns);
	else if (shake->run->settings.close != TCP_PLAN_NONE)
		tcp_endpoint_close(&shake->end, now_ns);
	trace_end_call(&shake->trace, now_ns);
	if (shake->run->settings.close == TCP_PLAN_NONE)
		shake->stage = STAGE_OVER;
}

static void begin_holding(struct shake *shake, uint64_t now_ns)
{
	uint32_t hold_ms = shake->run->settings.hold_ms;

	shake->stage = STAGE_HOLDING;
	shake->hold_until_ns = now_ns + (hold_ms == UNSET ? 0 : (uint64_t)hold_ms * NS_PER_MS);
	shake->wait_until_ns = shake->hold_until_ns;
	if (shake->run->settings.close == TCP_PLAN_WAIT)
		shake->wait_until_ns += patience_ns(shake);
}

static void begin_using(struct shake *shake, uint64_t now_ns)
{
	struct run *run = shake->run;

	if (run->data_length > 0) {
		shake->stage = STAGE_SENDING;
		shake->wait_until_ns = now_ns + patience_ns(shake);
		trace_begin_call(&shake->trace, NULL);
		tcp_endpoint_send(&shake->end, run->data_length, now_ns);
		trace_end_call(&shake->trace, now_ns);
	} else if (run->settings.size != UNSET) {
		shake->stage = STAGE_SIZING;
		shake->wait_until_ns = UINT64_MAX;
		size_begin(shake, now_ns);
	} else {
		begin_holding(shake, now_ns);
	}
}

static void step_holding(struct shake *shake, uint64_t now_ns)
{
	bool peer_closed = shake->end.state == TCP_STATE_CLOSE_WAIT;

	if (shake->run->settings.close == TCP_PLAN_WAIT) {
		if (peer_closed && now_ns >= shake->hold_until_ns)
			begin_closing(shake, now_ns);
	} else if (now_ns >= shake->hold_until_ns || peer_closed) {
		begin_closing(shake, now_ns);
	}
}

static void lose_patience(struct shake *shake, uint64_t now_ns)
{
	char text[ITEM_NOTE_SIZE];

	snprintf(text, sizeof(text), "gave up after %g s",
		 shake->run->settings.timeout_ms / 1000.0);
	stage_give_up(shake, text, now_ns);
}

/* See whether the next step is due. */
void stage_step(struct shake *shake, uint64_t now_ns)
{
	if (shake->stage == STAGE_OVER)
		return;
	if (is_over(shake)) {
		shake->stage = STAGE_OVER;
		return;
	}
	if (shake->stage == STAGE_OPENING && (shake->send_errno || shake->is_unreachable)) {
		shake->stage = STAGE_OVER; /* it will not leave the next time either */
		return;
	}
	if (shake->stage == STAGE_OPENING && is_open(shake))
		begin_using(shake, now_ns);
	if (shake->stage == STAGE_SENDING && tcp_endpoint_is_all_acked(&shake->end))
		begin_holding(shake, now_ns);
	if (shake->stage == STAGE_SIZING && size_step(shake, now_ns))
		begin_holding(shake, now_ns);
	if (shake->stage == STAGE_HOLDING)
		step_holding(shake, now_ns);
	if (shake->end.state == TCP_STATE_TIME_WAIT)
		shake->wait_until_ns = UINT64_MAX; /* the endpoint's own timer ends it */
	if (is_over(shake))
		shake->stage = STAGE_OVER;
	if (shake->stage != STAGE_OVER && now_ns >= shake->wait_until_ns)
		lose_patience(shake, now_ns);
}

/* Return: when stage_step() is due without news. */
uint64_t stage_due(const struct shake *shake)
{
	uint64_t due_ns = shake->wait_until_ns;

	if (shake->stage == STAGE_SIZING)
		return shake->sizing.give_up_ns;
	if (shake->stage == STAGE_HOLDING && shake->hold_until_ns < due_ns &&
	    (shake->run->settings.close != TCP_PLAN_WAIT ||
	     shake->end.state == TCP_STATE_CLOSE_WAIT))
		due_ns = shake->hold_until_ns;
	return due_ns;
}
