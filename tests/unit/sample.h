// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_SAMPLE_H
#define NETSONDE_TESTS_UNIT_SAMPLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "base/column.h"

/* A record with a field of every type, for tests of the writers. */
struct sample_part {
	uint32_t number;
	const char *name;
	bool flag;
};

struct sample {
	const char *text;
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64, id;
	bool yes;
	struct addr addr, end;
	const struct sample_part *object, *list;
	uint32_t count;
};

extern const struct column sample_columns[];

#endif
