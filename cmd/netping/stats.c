// SPDX-License-Identifier: GPL-2.0-or-later
/* What only we show: quantiles, jitter, runs of loss, what this host added, the distribution. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "netping.h"

/* Rows of a drawn distribution, and the longest bar. */
#define ROWS 20
#define BAR 50

/* Count the times of @reply; every one is kept if @with_quantiles says so. */
void stats_add(struct host_stats *stats, const struct reply *reply, bool with_quantiles)
{
	rtt_add(&stats->rtt, reply->rtt.rtt_ns);
	if (reply->rtt.local_delay_ns != UINT64_MAX)
		rtt_add(&stats->local_delay, reply->rtt.local_delay_ns);
	if (with_quantiles)
		histogram_add(&stats->histogram, reply->rtt.rtt_ns);
}

static void add_ms(struct run *run, uint64_t ns)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRIu64 ".%03" PRIu64, ns / 1000000u, ns / 1000u % 1000);
	buf_add_text(&run->out, text);
}

/* --stats: lines below ping's. */
void stats_show(struct run *run, struct host_stats *stats)
{
	static const unsigned int permilles[] = { 500, 900, 990 };
	char text[160];

	if (stats->histogram.count > 0) {
		buf_add_text(&run->out, "rtt p50/p90/p99 = ");
		for (int i = 0; i < 3; i++) {
			if (i > 0)
				buf_add_char(&run->out, '/');
			add_ms(run, histogram_quantile(&stats->histogram, permilles[i]));
		}
		buf_add_text(&run->out, " ms, jitter ");
		add_ms(run, (uint64_t)stats->rtt.jitter_ns);
		buf_add_text(&run->out, " ms\n");
	}
	if (stats->local_delay.count > 0) {
		buf_add_text(&run->out, "local delay min/avg/max = ");
		add_ms(run, stats->local_delay.min_ns);
		buf_add_char(&run->out, '/');
		add_ms(run, (uint64_t)stats->local_delay.mean_ns);
		buf_add_char(&run->out, '/');
		add_ms(run, stats->local_delay.max_ns);
		buf_add_text(&run->out, " ms\n");
	}
	snprintf(text, sizeof(text),
		 "longest loss run %" PRIu64 ", reordered %" PRIu64 ", other source %" PRIu64
		 ", dropped by this host %" PRIu64 ", in flight %" PRIu64 "\n",
		 stats->loss.longest_run, stats->loss.reordered, stats->loss.other_source,
		 run->local_drops, loss_in_flight(&stats->loss));
	buf_add_text(&run->out, text);
}

/* --histogram: how the times are distributed, in steps of equal ratio from the least to the
 * most. */
void histogram_show(struct run *run, const struct host_stats *stats)
{
	uint64_t limits[ROWS + 1], counts[ROWS], most = 1;
	uint64_t low = stats->rtt.min_ns, high = stats->rtt.max_ns + 1;
	int rows = 0;

	if (stats->histogram.count == 0)
		return;
	/* A step of an eighth, doubled until the rows suffice. */
	for (uint64_t eighths = 1; rows == 0; eighths *= 2) {
		uint64_t limit = low > 0 ? low : 1;
		int n = 0;

		for (limits[0] = low; n < ROWS && limits[n] < high; n++) {
			limit += limit * eighths / 8 > 0 ? limit * eighths / 8 : 1;
			limits[n + 1] = limit;
		}
		if (limits[n] >= high)
			rows = n;
	}
	for (int i = 0; i < rows; i++) {
		counts[i] = histogram_count_below(&stats->histogram, limits[i + 1]) -
			    histogram_count_below(&stats->histogram, limits[i]);
		if (counts[i] > most)
			most = counts[i];
	}
	for (int i = 0; i < rows; i++) {
		size_t bar = (size_t)((counts[i] * BAR + most - 1) / most);
		char text[64];

		snprintf(text, sizeof(text), "%12.3f ms %10" PRIu64 " ", (double)limits[i] / 1e6,
			 counts[i]);
		buf_add_text(&run->out, text);
		for (size_t j = 0; j < bar; j++)
			buf_add_char(&run->out, '#');
		buf_add_char(&run->out, '\n');
	}
}
