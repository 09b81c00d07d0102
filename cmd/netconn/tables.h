// SPDX-License-Identifier: GPL-2.0-or-later
/* netstat's other tables: each lists something else than sockets, once, through run->table. */
#ifndef NETCONN_TABLES_H
#define NETCONN_TABLES_H

#include "base/column.h"
#include "base/err.h"

struct run;
struct settings;

/* tables.c */
int tables_check(struct settings *settings, struct err *err);
int tables_refuse(const struct settings *settings);
int tables_list(struct run *run, struct err *err);
int tables_begin(struct run *run, const struct column *columns, const char *list, struct err *err);

/* statistics.c, interfaces.c, memberships.c: -s, -i, -g */
int statistics_list(struct run *run, struct err *err);
int interfaces_list(struct run *run, struct err *err);
int groups_list(struct run *run, struct err *err);

/* summary.c */
int summary_list(struct run *run, struct err *err);

#endif
