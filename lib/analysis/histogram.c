// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/histogram.h"

#include <errno.h>
#include <stdlib.h>

#include "base/grow.h"

#define FINE_BITS 6

/* The bucket of @value: below HISTOGRAM_FINE its own; above, HISTOGRAM_FINE of them share each
 * power of two. */
static size_t bucket_of(uint64_t value)
{
	unsigned int power;

	if (value < HISTOGRAM_FINE)
		return (size_t)value;
	power = 63 - (unsigned int)__builtin_clzll(value) - FINE_BITS;
	return (size_t)(power + 1) * HISTOGRAM_FINE + (size_t)((value >> power) - HISTOGRAM_FINE);
}

/* The least value of a bucket. */
static uint64_t bucket_start(size_t bucket)
{
	size_t power = bucket / HISTOGRAM_FINE;

	if (power == 0)
		return bucket;
	return (uint64_t)(HISTOGRAM_FINE + bucket % HISTOGRAM_FINE) << (power - 1);
}

/* The middle of a bucket, which stands for all of its values. */
static uint64_t bucket_middle(size_t bucket)
{
	size_t power = bucket / HISTOGRAM_FINE;

	return bucket_start(bucket) + (power > 1 ? (uint64_t)1 << (power - 2) : 0);
}

/* Forget everything. */
void histogram_fini(struct histogram *histogram)
{
	free(histogram->values);
	free(histogram->buckets);
	*histogram = (struct histogram){ 0 };
}

/* From single values to buckets. */
static int coarsen(struct histogram *histogram)
{
	histogram->buckets = calloc(HISTOGRAM_BUCKETS, sizeof(*histogram->buckets));
	if (!histogram->buckets)
		return -ENOMEM;
	for (uint64_t i = 0; i < histogram->count; i++)
		histogram->buckets[bucket_of(histogram->values[i])]++;
	free(histogram->values);
	histogram->values = NULL;
	histogram->room = 0;
	return 0;
}

/* Add @value.
 *
 * Return: 0 or -ENOMEM.
 */
int histogram_add(struct histogram *histogram, uint64_t value)
{
	uint64_t *values;

	if (!histogram->buckets && histogram->count == HISTOGRAM_EXACT_MAX &&
	    coarsen(histogram) < 0)
		return -ENOMEM;
	if (histogram->buckets) {
		histogram->buckets[bucket_of(value)]++;
		histogram->count++;
		return 0;
	}
	values = grow_array(histogram->values, &histogram->room, (size_t)histogram->count + 1,
			    sizeof(*values));
	if (!values)
		return -ENOMEM;
	histogram->values = values;
	values[histogram->count++] = value;
	return 0;
}

static int by_value(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

/* Return: the value that @permille of a thousand do not exceed, by nearest rank; 0 for an empty
 * distribution. The values are sorted for that. */
uint64_t histogram_quantile(struct histogram *histogram, unsigned int permille)
{
	uint64_t rank, seen = 0;

	if (histogram->count == 0)
		return 0;
	rank = (histogram->count / 1000) * permille +
	       ((histogram->count % 1000) * permille + 999) / 1000;
	if (rank == 0)
		rank = 1;
	if (!histogram->buckets) {
		qsort(histogram->values, (size_t)histogram->count, sizeof(*histogram->values),
		      by_value);
		return histogram->values[rank - 1];
	}
	for (size_t i = 0; i < HISTOGRAM_BUCKETS; i++) {
		seen += histogram->buckets[i];
		if (seen >= rank)
			return bucket_middle(i);
	}
	return bucket_middle(HISTOGRAM_BUCKETS - 1);
}

/* Return: how many values are below @limit; with buckets, to the precision of one. */
uint64_t histogram_count_below(const struct histogram *histogram, uint64_t limit)
{
	uint64_t below = 0;

	if (histogram->buckets) {
		for (size_t i = 0; i < HISTOGRAM_BUCKETS && bucket_middle(i) < limit; i++)
			below += histogram->buckets[i];
		return below;
	}
	for (uint64_t i = 0; i < histogram->count; i++)
		below += histogram->values[i] < limit;
	return below;
}
