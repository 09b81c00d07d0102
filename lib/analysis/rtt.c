// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/rtt.h"

/* Whether the time from @start to @end, on a clock that may be stepped, can be true: it is positive
 * and not longer than @most, which a clock that cannot step has measured around it. */
static bool is_plausible(uint64_t start, uint64_t end, uint64_t most)
{
	return start && end > start && end - start <= most;
}

/* Find the round-trip time that @stamps tell, preferring what the kernel saw to what this process
 * saw, and what the network device saw to both. The kernel's stamps are on CLOCK_REALTIME: if
 * somebody set that clock in between, they are dropped. A device's are on a clock of its own, and
 * those of two devices on two: they count only as far as the kernel's stamps around them bear them
 * out. */
struct rtt rtt_choose(const struct rtt_stamps *stamps)
{
	uint64_t user_ns = stamps->received_mono_ns > stamps->sent_mono_ns ?
				   stamps->received_mono_ns - stamps->sent_mono_ns :
				   0;
	struct rtt rtt = { user_ns, UINT64_MAX, PROBE_CLOCK_USER };

	if (is_plausible(stamps->kernel_sent_ns, stamps->kernel_received_ns, user_ns)) {
		rtt.rtt_ns = stamps->kernel_received_ns - stamps->kernel_sent_ns;
		rtt.clock = PROBE_CLOCK_KERNEL;
		if (is_plausible(stamps->sent_real_ns, stamps->kernel_sent_ns,
				 user_ns - rtt.rtt_ns))
			rtt.local_delay_ns = stamps->kernel_sent_ns - stamps->sent_real_ns;
		if (is_plausible(stamps->hardware_sent_ns, stamps->hardware_received_ns,
				 rtt.rtt_ns)) {
			rtt.rtt_ns = stamps->hardware_received_ns - stamps->hardware_sent_ns;
			rtt.clock = PROBE_CLOCK_HARDWARE;
		}
	} else if (is_plausible(stamps->sent_real_ns, stamps->kernel_received_ns, user_ns)) {
		rtt.rtt_ns = stamps->kernel_received_ns - stamps->sent_real_ns;
		rtt.clock = PROBE_CLOCK_RECEIVE;
	}
	return rtt;
}

/* Count one more round trip. */
void rtt_add(struct rtt_stats *stats, uint64_t rtt_ns)
{
	double value = (double)rtt_ns, distance = value - stats->mean_ns;
	double change = value - (double)stats->last_ns;

	stats->count++;
	if (stats->count == 1) {
		stats->min_ns = rtt_ns;
		stats->ewma_ns = value;
	} else {
		stats->ewma_ns += (value - stats->ewma_ns) / 8;
		stats->jitter_ns += ((change < 0 ? -change : change) - stats->jitter_ns) / 16;
	}
	if (rtt_ns < stats->min_ns)
		stats->min_ns = rtt_ns;
	if (rtt_ns > stats->max_ns)
		stats->max_ns = rtt_ns;
	stats->mean_ns += distance / (double)stats->count;
	stats->squares += distance * (value - stats->mean_ns);
	stats->last_ns = rtt_ns;
}

/* Return: the standard deviation of all round trips, which ping calls mdev. */
uint64_t rtt_mdev_ns(const struct rtt_stats *stats)
{
	double variance = stats->count > 0 ? stats->squares / (double)stats->count : 0;
	double guess = variance > 1 ? variance : 1;

	/* Newton's method spares the commands libm; it descends, so it ends. */
	if (!(variance > 0))
		return 0;
	for (;;) {
		double next = (guess + variance / guess) / 2;

		if (!(next < guess))
			return (uint64_t)guess;
		guess = next;
	}
}
