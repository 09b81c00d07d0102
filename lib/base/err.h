// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_ERR_H
#define NETSONDE_BASE_ERR_H

/* What went wrong, in words, for the person in front of the command. Callers own it; functions
 * that take one accept NULL. */
struct err {
	char text[256];
};

int err_set(struct err *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
