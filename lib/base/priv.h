// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_PRIV_H
#define NETSONDE_BASE_PRIV_H

#include <stdbool.h>

bool priv_is_root(void);
bool priv_has(int capability);
int priv_keep(int capability);
int priv_keep_some(const int *capabilities, int count);
int priv_raise(int capability);
int priv_lower(void);
int priv_drop_all(void);

#endif
