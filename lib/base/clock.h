// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_CLOCK_H
#define NETSONDE_BASE_CLOCK_H

#include <stdint.h>

uint64_t clock_mono_ns(void);
int clock_sleep_until_ns(uint64_t deadline_ns);

#endif
