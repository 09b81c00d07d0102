// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_WIRE_H
#define NETSONDE_WIRE_WIRE_H

#include <stdint.h>

/* What a parser makes of bytes from outside. */
enum wire_result {
	WIRE_OK,
	WIRE_SHORT,	  /* they end before the header does */
	WIRE_BAD,	  /* they contradict themselves */
	WIRE_UNSUPPORTED, /* a version or type that is not read here */
};

/* Read a number in network order; the caller has checked the length. */
static inline uint16_t wire_get_u16(const uint8_t *at)
{
	return (uint16_t)((unsigned int)at[0] << 8 | at[1]);
}

static inline uint32_t wire_get_u32(const uint8_t *at)
{
	return (uint32_t)wire_get_u16(at) << 16 | wire_get_u16(at + 2);
}

/* Write a number in network order. */
static inline void wire_put_u16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

static inline void wire_put_u32(uint8_t *at, uint32_t value)
{
	wire_put_u16(at, (uint16_t)(value >> 16));
	wire_put_u16(at + 2, (uint16_t)value);
}

#endif
