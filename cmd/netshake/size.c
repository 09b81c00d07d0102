// SPDX-License-Identifier: GPL-2.0-or-later
/* --size: how large a segment gets through, unfragmented.
 *
 * Theory of operation: segments of growing size are sent, one at a time, in packets that no router
 * may fragment. One that is not acknowledged in time is tried once more; then its bytes are sent
 * again in smaller segments, as TCP has to, and the search goes on between the largest size that
 * passed and the smallest that was lost. A router that says "fragmentation needed" ends the search:
 * then the way has no black hole.
 */
#include <stdio.h>

#include "netshake.h"

/* Longer than a receiver may keep an acknowledgement back (RFC 9293 section 3.8.6.3). */
#define PATIENCE_NS 600000000u

/* A segment that was lost twice is not lost by chance. */
#define TRIES 2

/* The largest segment that the endpoint sends while nothing has passed yet. */
#define SMALLEST 88u

#define TIMESTAMPS_LENGTH 12u

/* Sizes of packets that links and tunnels are known for (RFC 1191 section 7, and later ones). */
static const uint32_t plateaus[] = { 576,  1024, 1280, 1400, 1420, 1440,  1460, 1480,
				     1492, 1500, 4352, 8192, 9000, 16384, 32768 };

static uint32_t options_length(const struct shake *shake)
{
	return shake->end.has_timestamps ? TIMESTAMPS_LENGTH : 0;
}

/* The next size to try; 0: the search is over. */
static uint32_t next_size(const struct shake *shake)
{
	const struct sizing *sizing = &shake->sizing;
	uint32_t headers = (shake->local.family == AF_INET ? 40 : 60) + options_length(shake);

	if (sizing->lost)
		return sizing->lost - sizing->passed > 1 ? (sizing->lost + sizing->passed) / 2 : 0;
	if (sizing->passed >= sizing->most)
		return 0;
	for (size_t i = 0; i < sizeof(plateaus) / sizeof(plateaus[0]); i++)
		if (plateaus[i] > headers + sizing->passed && plateaus[i] - headers < sizing->most)
			return plateaus[i] - headers;
	return sizing->most;
}

static uint16_t limit_of(const struct shake *shake, uint32_t size)
{
	return (uint16_t)(size + options_length(shake));
}

static void try_size(struct shake *shake, uint32_t size, uint64_t now_ns)
{
	struct sizing *sizing = &shake->sizing;

	sizing->now = size;
	sizing->is_recovering = false;
	sizing->give_up_ns = now_ns + PATIENCE_NS + 2 * shake->end.rto.srtt_ns;
	trace_begin_call(&shake->trace, NULL);
	tcp_endpoint_limit(&shake->end, limit_of(shake, size), now_ns);
	if (tcp_endpoint_send(&shake->end, size, now_ns) < 0)
		sizing->most = sizing->passed; /* the stream is at its end */
	trace_end_call(&shake->trace, now_ns);
}

/* Begin with the smallest size. What the peer's MSS or the device cannot take is not tried. */
void size_begin(struct shake *shake, uint64_t now_ns)
{
	struct sizing *sizing = &shake->sizing;
	uint32_t most = shake->end.segment_size - options_length(shake);
	char text[ITEM_NOTE_SIZE];

	*sizing = (struct sizing){ .most = shake->run->settings.size };
	if (sizing->most > most) {
		snprintf(text, sizeof(text),
			 "segments of at most %u bytes: the peer's MSS and "
			 "the device's MTU allow no more",
			 most);
		trace_note(trace_add(&shake->trace, ITEM_EVENT, NULL, now_ns), text);
		sizing->most = most;
	}
	try_size(shake, next_size(shake), now_ns);
}

/* The size under way was not acknowledged: note it if it is certain, and bring its bytes across in
 * pieces. */
static void lose_size(struct shake *shake, uint64_t now_ns)
{
	struct sizing *sizing = &shake->sizing;
	uint32_t smaller = sizing->passed ? sizing->passed : SMALLEST;
	char text[ITEM_NOTE_SIZE];

	snprintf(text, sizeof(text), "%u bytes got no answer%s", sizing->now,
		 sizing->lost || sizing->tries + 1 >= TRIES ? "" : ": once more");
	if (sizing->lost || ++sizing->tries >= TRIES) {
		sizing->lost = sizing->now;
		sizing->tries = 0;
	}
	sizing->is_recovering = true;
	sizing->give_up_ns = now_ns + (uint64_t)shake->run->settings.timeout_ms * NS_PER_MS;
	trace_begin_call(&shake->trace, NULL);
	trace_remark(&shake->trace, text);
	tcp_endpoint_limit(&shake->end, limit_of(shake, smaller), now_ns);
	trace_end_call(&shake->trace, now_ns);
}

/* See how the size under way does.
 *
 * Return: whether the search is over.
 */
bool size_step(struct shake *shake, uint64_t now_ns)
{
	struct sizing *sizing = &shake->sizing;
	uint32_t size;

	if (sizing->is_too_big_told || !tcp_state_is_synchronized(shake->end.state))
		return true;
	if (!tcp_endpoint_is_all_acked(&shake->end)) {
		if (now_ns < sizing->give_up_ns)
			return false;
		if (sizing->is_recovering)
			return true; /* the connection is dead */
		lose_size(shake, now_ns);
		return false;
	}
	if (!sizing->is_recovering) {
		sizing->passed = sizing->now;
		sizing->tries = 0;
	}
	size = sizing->is_recovering && sizing->tries > 0 ? sizing->now : next_size(shake);
	if (size == 0)
		return true;
	try_size(shake, size, now_ns);
	return false;
}
