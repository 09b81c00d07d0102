// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_CHECKSUM_H
#define NETSONDE_BASE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

uint32_t checksum_add(uint32_t sum, const void *bytes, size_t length);
uint16_t checksum_finish(uint32_t sum);

#endif
