// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TABLE_WRITERS_H
#define NETSONDE_TABLE_WRITERS_H

#include "table/table.h"

extern const struct table_writer table_fixed_writer;
extern const struct table_writer table_aligned_writer;
extern const struct table_writer table_json_writer;
extern const struct table_writer table_ndjson_writer;
extern const struct table_writer table_csv_writer;

#endif
