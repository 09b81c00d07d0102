// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_HYPERLOGLOG_H
#define NETSONDE_ANALYSIS_HYPERLOGLOG_H

#include <stdint.h>

/* 2^14 registers: the standard error of an estimate is 1.04 / sqrt(2^14) = 0.81 %; 3 % are off
 * once in 4,500 times. */
#define HYPERLOGLOG_BITS 14
#define HYPERLOGLOG_REGISTERS (1u << HYPERLOGLOG_BITS)

/* So many different ones are counted exactly. */
#define HYPERLOGLOG_FEW 32

/* How many different things were seen, in fixed memory (16.3 KiB). A count of zero is an empty one;
 * the registers need no clearing before they are in use. */
struct hyperloglog {
	uint32_t few_count; /* beyond HYPERLOGLOG_FEW: the registers are in use */
	uint64_t few[HYPERLOGLOG_FEW];
	uint8_t registers[HYPERLOGLOG_REGISTERS];
};

void hyperloglog_clear(struct hyperloglog *sketch);
void hyperloglog_add(struct hyperloglog *sketch, uint64_t hash);
double hyperloglog_count(const struct hyperloglog *sketch);

#endif
