// SPDX-License-Identifier: GPL-2.0-or-later
/* The summaries as Prometheus reads them (text exposition format 0.0.4). */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "own.h"
#include "table/metrics.h"

struct metric {
	const char *name, *type, *help;
	double (*value)(const struct host_stats *stats);
};

static double transmitted(const struct host_stats *stats)
{
	return (double)stats->loss.transmitted;
}

static double received(const struct host_stats *stats)
{
	return (double)stats->loss.received;
}

static double duplicates(const struct host_stats *stats)
{
	return (double)stats->loss.duplicates;
}

static double errors(const struct host_stats *stats)
{
	return (double)stats->loss.errors;
}

static double loss_ratio(const struct host_stats *stats)
{
	return loss_percent(&stats->loss) / 100;
}

static double jitter(const struct host_stats *stats)
{
	return stats->rtt.jitter_ns / 1e9;
}

static const struct metric metrics[] = {
	{ "netping_probes_sent_total", "counter", "Echo requests sent.", transmitted },
	{ "netping_probes_answered_total", "counter", "Echo requests answered.", received },
	{ "netping_duplicates_total", "counter", "Replies beyond the first.", duplicates },
	{ "netping_errors_total", "counter", "ICMP and local errors.", errors },
	{ "netping_loss_ratio", "gauge", "Share of settled probes without answer.", loss_ratio },
	{ "netping_jitter_seconds", "gauge", "Jitter as RFC 3550 has it.", jitter },
};

static void add_sample(struct run *run, const char *name, const struct target *target,
		       const char *quantile, double value)
{
	struct buf *out = &run->out;
	char text[TARGET_NAME_SIZE];

	buf_add_text(out, name);
	buf_add_text(out, "{host=\"");
	metrics_label(out, target_name(run, target, text));
	buf_add_text(out, "\",addr=\"");
	*addr_format(text, &target->addr) = '\0';
	buf_add_text(out, text);
	if (quantile) {
		buf_add_text(out, "\",quantile=\"");
		buf_add_text(out, quantile);
	}
	snprintf(text, sizeof(text), "\"} %.9g\n", value);
	buf_add_text(out, text);
}

static void add_round_trips(struct run *run, const struct target *target, struct host_stats *stats)
{
	static const char name[] = "netping_rtt_seconds";
	double count = (double)stats->rtt.count;

	if (stats->rtt.count > 0) {
		add_sample(run, name, target, "0.5",
			   (double)histogram_quantile(&stats->histogram, 500) / 1e9);
		add_sample(run, name, target, "0.9",
			   (double)histogram_quantile(&stats->histogram, 900) / 1e9);
		add_sample(run, name, target, "0.99",
			   (double)histogram_quantile(&stats->histogram, 990) / 1e9);
	}
	add_sample(run, "netping_rtt_seconds_sum", target, NULL, stats->rtt.mean_ns * count / 1e9);
	add_sample(run, "netping_rtt_seconds_count", target, NULL, count);
}

/* Write all metrics, each for all hosts. */
void prometheus_end(struct run *run)
{
	struct host_stats swept;

	for (size_t m = 0; m < sizeof(metrics) / sizeof(metrics[0]); m++) {
		metrics_head(&run->out, metrics[m].name, metrics[m].type, metrics[m].help);
		for (size_t i = 0; i < run->targets.count; i++) {
			const struct target *target = &run->targets.list[i];

			if (!target->stats)
				own_sum_up_sweep(target, &swept);
			add_sample(run, metrics[m].name, target, NULL,
				   metrics[m].value(target->stats ? target->stats : &swept));
			if (!target->stats)
				histogram_fini(&swept.histogram);
		}
	}
	metrics_head(&run->out, "netping_rtt_seconds", "summary", "Round-trip times.");
	for (size_t i = 0; i < run->targets.count; i++) {
		const struct target *target = &run->targets.list[i];

		if (!target->stats)
			own_sum_up_sweep(target, &swept);
		add_round_trips(run, target, target->stats ? target->stats : &swept);
		if (!target->stats)
			histogram_fini(&swept.histogram);
	}
}
