// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSYN_TEXT_H
#define NETSYN_TEXT_H

#include "netsyn.h"

void text_end(struct buf *out, const struct addr *end);
bool text_is_shown(const struct site *site, uint32_t i);
void text_listener(struct run *run, const struct site *site, uint32_t i);

#endif
