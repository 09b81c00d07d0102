// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_TCP_STEPS_H
#define NETSONDE_TESTS_UNIT_TCP_STEPS_H

/* A connection as a list of segments with what is to be seen of each. Side 0 has the ISN 1000, side
 * 1 the ISN 5000. What a step leaves out is as usual. */

#include <stddef.h>
#include <stdint.h>

#include "analysis/tcp_observer.h"
#include "unit.h"

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"

#define MS 1000000u
#define S SEGMENT_SYN
#define A SEGMENT_ACK
#define F SEGMENT_FIN
#define R SEGMENT_RST
#define ST(state) TCP_STATE_##state
#define WINDOW 1000

/* A segment, and what is to be seen of it. */
struct step {
	int side;
	uint16_t flags;
	uint32_t seq, ack, length;
	uint8_t states[2]; /* of both sides after it */
	uint16_t marks;
	uint32_t after_ms; /* the one before it; 0: 20 */
	uint32_t window;   /* 0: WINDOW; 1: closed */
};

#define OPEN                                                                                       \
	{ 0, S, 1000, 0, 0, { ST(SYN_SENT), ST(UNKNOWN) } },                                       \
		{ 1, S | A, 5000, 1001, 0, { ST(SYN_SENT), ST(SYN_RCVD) } },                       \
	{                                                                                          \
		0, A, 1001, 5001, 0,                                                               \
		{                                                                                  \
			ST(ESTABLISHED), ST(ESTABLISHED)                                           \
		}                                                                                  \
	}

/* Both are open. */
#define E2                                                                                         \
	{                                                                                          \
		ST(ESTABLISHED), ST(ESTABLISHED)                                                   \
	}

/* Show the step to the observer, its time after that of the one before. */
static inline void tcp_steps_see(struct tcp_observer *observer, const struct step *step,
				 struct tcp_sight *sight)
{
	struct segment segment = {
		.seq = step->seq,
		.ack = step->ack,
		.flags = step->flags,
		.window = step->window == 1 ? 0 :
			  step->window	    ? (uint16_t)step->window :
					      WINDOW,
		.payload_length = step->length,
		.ip.ttl = 64,
	};

	segment.time_ns = observer->segments ? observer->last_ns : 1000ull * 1000000000u;
	segment.time_ns += (step->after_ms ? step->after_ms : 20) * (uint64_t)MS;
	tcp_observer_see(observer, &segment, step->side, sight);
}

/* Begin anew, show all steps, and compare after each. */
static inline void tcp_steps_play(struct tcp_observer *observer, const struct step *steps,
				  size_t count)
{
	struct tcp_sight sight;

	tcp_observer_init(observer);
	for (size_t i = 0; i < count; i++) {
		tcp_steps_see(observer, &steps[i], &sight);
		for (int side = 0; side < 2; side++)
			if (tcp_observer_state(observer, side) != steps[i].states[side])
				fail_msg("step %zu: side %d is %s, not %s", i, side,
					 tcp_state_names[tcp_observer_state(observer, side)],
					 tcp_state_names[steps[i].states[side]]);
		if (sight.marks != steps[i].marks)
			fail_msg("step %zu: marks %04x, not %04x", i, sight.marks, steps[i].marks);
	}
}

#endif
