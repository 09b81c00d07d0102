// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_HISTOGRAM_H
#define NETSONDE_ANALYSIS_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/* Values kept one by one up to this many; beyond, in a log-linear histogram. */
#define HISTOGRAM_EXACT_MAX 1000000

/* Buckets to a power of two: a quantile is off by at most one part in 128. */
#define HISTOGRAM_FINE 64
#define HISTOGRAM_BUCKETS ((64 - 6 + 1) * HISTOGRAM_FINE)

/* A distribution of nanoseconds. All zero is an empty one. */
struct histogram {
	uint64_t *values; /* as they came, or sorted; NULL once there are too many */
	size_t room;
	uint64_t *buckets; /* HISTOGRAM_BUCKETS of them, once there are too many values */
	uint64_t count;
};

void histogram_fini(struct histogram *histogram);
int histogram_add(struct histogram *histogram, uint64_t value);
uint64_t histogram_quantile(struct histogram *histogram, unsigned int permille);
uint64_t histogram_count_below(const struct histogram *histogram, uint64_t limit);

#endif
