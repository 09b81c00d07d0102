// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_BELIEF_H
#define NETSONDE_ANALYSIS_TCP_BELIEF_H

/* What the observer believes of a SYN and of a reset: whether they are of this connection. Nobody
 * else uses it. */

#include <stdbool.h>

#include "analysis/tcp_observer.h"

/* What a segment is as a SYN. */
enum tcp_syn {
	TCP_SYN_ORDINARY, /* none, or with the number that its side has */
	TCP_SYN_FIRST,	  /* what its side sent before was of another age */
	TCP_SYN_ANOTHER,  /* it begins another connection between the same ports */
	TCP_SYN_STRAY,	  /* nobody can take it */
};

bool tcp_belief_has_opened(const struct tcp_side *side);
enum tcp_syn tcp_belief_of_syn(const struct tcp_observer *observer, const struct segment *segment,
			       int side);
bool tcp_belief_is_reset_credible(const struct tcp_observer *observer,
				  const struct segment *segment, int side);
bool tcp_belief_is_reset_answer(const struct tcp_observer *observer, const struct segment *segment,
				int side);

#endif
