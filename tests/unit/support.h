// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_SUPPORT_H
#define NETSONDE_TESTS_UNIT_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* What several unit tests and fuzz targets need. It fails by abort(): nothing in here is under
 * test. */

/* Pseudo-random numbers, the same ones in every run (xorshift64). Any state but 0 will do. */
struct support_random {
	uint64_t state;
};

uint64_t support_random(struct support_random *random);

/* Output caught in a file without a name: out is a buf that writes there. */
struct support_catch {
	struct buf out;
	char *text; /* what support_caught() returned last */
};

void support_catch(struct support_catch *caught);
void support_recatch(struct support_catch *caught);
const char *support_caught(struct support_catch *caught, size_t *length);
void support_release(struct support_catch *caught);

int support_file(const void *bytes, size_t length);
bool support_json_is_valid(const char *text, size_t length);
size_t support_csv_fields(const char *line, size_t length);
bool support_text_is_harmless(const char *text, size_t length);

#endif
