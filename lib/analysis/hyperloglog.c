// SPDX-License-Identifier: GPL-2.0-or-later
/* HyperLogLog: P. Flajolet, E. Fusy, O. Gandouet, F. Meunier, "HyperLogLog: the analysis of a
 * near-optimal cardinality estimation algorithm", AofA 2007, over hashes of 64 bits, so that large
 * counts need no correction. The estimator is that of O. Ertl, "New cardinality estimation
 * algorithms for HyperLogLog sketches" (arXiv:1702.01284, section 2.4), which is not biased
 * between the original's two ranges and needs no table. */
#include "analysis/hyperloglog.h"

#include <string.h>

/* A register holds at most the number of a hash's other bits: more would take 2^50 things. */
#define RANK_MAX (64 - HYPERLOGLOG_BITS)

/* 1 / (2 ln 2) */
#define ALPHA 0.7213475204444817

/* Forget everything. */
void hyperloglog_clear(struct hyperloglog *sketch)
{
	sketch->few_count = 0;
}

/* The first bits of a hash choose the register; it keeps the longest run of zeros in the others,
 * and the one behind it. */
static void note(struct hyperloglog *sketch, uint64_t hash)
{
	uint8_t *at = &sketch->registers[hash >> RANK_MAX];
	uint64_t rest = hash << HYPERLOGLOG_BITS;
	int rank = rest ? __builtin_clzll(rest) + 1 : RANK_MAX;

	if (rank > RANK_MAX)
		rank = RANK_MAX;
	if (rank > *at)
		*at = (uint8_t)rank;
}

/* Note one thing by its @hash, all of whose bits must be as good as random. */
void hyperloglog_add(struct hyperloglog *sketch, uint64_t hash)
{
	if (sketch->few_count > HYPERLOGLOG_FEW) {
		note(sketch, hash);
		return;
	}
	for (uint32_t i = 0; i < sketch->few_count; i++)
		if (sketch->few[i] == hash)
			return;
	if (sketch->few_count < HYPERLOGLOG_FEW) {
		sketch->few[sketch->few_count++] = hash;
		return;
	}
	memset(sketch->registers, 0, sizeof(sketch->registers));
	for (uint32_t i = 0; i < HYPERLOGLOG_FEW; i++)
		note(sketch, sketch->few[i]);
	note(sketch, hash);
	sketch->few_count++;
}

/* Ertl's sigma, for a share @x of registers that are zero. */
static double sigma(double x)
{
	double y = 1, z = x, before;

	do {
		x *= x;
		before = z;
		z += x * y;
		y += y;
	} while (z > before);
	return z;
}

/* Return: how many different things were noted: exact up to HYPERLOGLOG_FEW, beyond an estimate
 * with a standard error of 0.81 %.
 */
double hyperloglog_count(const struct hyperloglog *sketch)
{
	const double registers = HYPERLOGLOG_REGISTERS;
	uint32_t counts[RANK_MAX + 1] = { 0 };
	double z = 0;

	if (sketch->few_count <= HYPERLOGLOG_FEW)
		return sketch->few_count;
	for (uint32_t i = 0; i < HYPERLOGLOG_REGISTERS; i++)
		counts[sketch->registers[i]]++;
	for (int rank = RANK_MAX; rank > 0; rank--)
		z = 0.5 * (z + counts[rank]);
	z += registers * sigma(counts[0] / registers);
	return ALPHA * registers * registers / z;
}
