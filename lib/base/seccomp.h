// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_SECCOMP_H
#define NETSONDE_BASE_SECCOMP_H

#include "base/err.h"

int seccomp_confine(const char *command, const char *const *calls, struct err *err);

#endif
