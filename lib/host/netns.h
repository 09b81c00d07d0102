// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_NETNS_H
#define NETSONDE_HOST_NETNS_H

#include <stddef.h>

#include "base/err.h"

int netns_enter(const char *name, struct err *err);
int netns_enter_as(const char *name, char *label, size_t size, struct err *err);
int netns_each(int (*on_name)(const char *name, void *arg), void *arg, struct err *err);
int netns_describe(char *text, size_t size);

#endif
