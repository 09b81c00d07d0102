// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_CLOCK_H
#define NETSONDE_BASE_CLOCK_H

#include <stdint.h>

/* "2006-01-02T15:04:05.123456Z", no terminator. */
#define CLOCK_TEXT_MAX 27

uint64_t clock_mono_ns(void);
uint64_t clock_real_ns(void);
char *clock_format(char *at, uint64_t real_ns);
int clock_sleep_until_ns(uint64_t deadline_ns);

#endif
