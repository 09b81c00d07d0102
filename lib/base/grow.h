// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_GROW_H
#define NETSONDE_BASE_GROW_H

#include <stddef.h>

void *grow_array(void *array, size_t *room, size_t need, size_t item_size);

#endif
