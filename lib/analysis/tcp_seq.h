// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_SEQ_H
#define NETSONDE_ANALYSIS_TCP_SEQ_H

#include <stdbool.h>
#include <stdint.h>

/* Arithmetic modulo 2^32 (RFC 9293 section 3.4). Numbers compared are at most 2^31 - 1 apart. It
 * serves timestamps (RFC 7323 section 5.2) as well. */
static inline bool seq_lt(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static inline bool seq_le(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) <= 0;
}

static inline uint32_t seq_max(uint32_t a, uint32_t b)
{
	return seq_lt(a, b) ? b : a;
}

static inline uint32_t seq_min(uint32_t a, uint32_t b)
{
	return seq_lt(a, b) ? a : b;
}

#endif
