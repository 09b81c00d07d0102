// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_ending.h"

const char *const tcp_close_names[TCP_CLOSE_COUNT] = {
	[TCP_CLOSE_NONE] = "none",
	[TCP_CLOSE_FIN] = "fin",
	[TCP_CLOSE_SIMULTANEOUS] = "simultaneous",
	[TCP_CLOSE_HALF] = "half",
	[TCP_CLOSE_UNACKED] = "unacknowledged",
	[TCP_CLOSE_RST] = "rst",
	[TCP_CLOSE_REFUSED] = "refused",
	[TCP_CLOSE_RST_AFTER_FIN] = "rst_after_fin",
};

const char *const tcp_open_names[TCP_OPEN_COUNT] = {
	[TCP_OPEN_NONE] = "none",
	[TCP_OPEN_ACTIVE] = "active",
	[TCP_OPEN_SIMULTANEOUS] = "simultaneous",
	[TCP_OPEN_UNSEEN] = "unseen",
};

static bool is_reset(const struct tcp_observer *observer)
{
	return observer->close == TCP_CLOSE_RST || observer->close == TCP_CLOSE_REFUSED ||
	       observer->close == TCP_CLOSE_RST_AFTER_FIN;
}

/* @side has reset the connection: what that ends. */
void tcp_ending_reset(struct tcp_observer *observer, int side)
{
	const struct tcp_side *own = &observer->sides[side], *other = &observer->sides[!side];
	bool was_over = own->is_fin_acked && other->is_fin_acked;

	if (observer->closer < 0)
		observer->closer = (int8_t)side;
	if (is_reset(observer) || was_over)
		return;
	if (own->has_fin || other->has_fin)
		observer->close = TCP_CLOSE_RST_AFTER_FIN;
	else if (other->has_syn && !other->has_syn_ack && !own->has_syn_ack &&
		 tcp_observer_state(observer, !side) <= TCP_STATE_SYN_SENT)
		observer->close = TCP_CLOSE_REFUSED;
	else
		observer->close = TCP_CLOSE_RST;
}

/* How the connection stands with FINs; a reset has the last word. */
void tcp_ending_judge(struct tcp_observer *observer)
{
	const struct tcp_side *a = &observer->sides[0], *b = &observer->sides[1];

	if (is_reset(observer))
		return;
	if (!a->has_fin && !b->has_fin)
		observer->close = TCP_CLOSE_NONE;
	else if (!a->has_fin || !b->has_fin)
		observer->close = TCP_CLOSE_HALF;
	else if (!a->is_fin_acked || !b->is_fin_acked)
		observer->close = TCP_CLOSE_UNACKED;
	else
		observer->close =
			observer->have_fins_crossed ? TCP_CLOSE_SIMULTANEOUS : TCP_CLOSE_FIN;
}
