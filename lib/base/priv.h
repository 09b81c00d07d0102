// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_PRIV_H
#define NETSONDE_BASE_PRIV_H

#include <stdbool.h>

#include "base/err.h"

/* What priv_borrow() found and priv_return() puts back. */
struct priv_loan {
	void *before; /* NULL: nothing was borrowed */
};

bool priv_is_root(void);
bool priv_has(int capability);
int priv_keep(int capability, struct err *err);
int priv_keep_some(const int *capabilities, int count, struct err *err);
int priv_raise(int capability);
int priv_lower(void);
int priv_borrow(struct priv_loan *loan, const int *capabilities, int count);
void priv_return(struct priv_loan *loan);
int priv_drop_all(struct err *err);

#endif
