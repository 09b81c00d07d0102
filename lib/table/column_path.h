// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TABLE_COLUMN_PATH_H
#define NETSONDE_TABLE_COLUMN_PATH_H

#include <stddef.h>

#include "base/column.h"

const struct column *column_path(const struct column *all, const char *key, size_t length,
				 const struct column **parent);

#endif
