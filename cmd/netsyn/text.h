// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSYN_TEXT_H
#define NETSYN_TEXT_H

#include "netsyn.h"

void text_say(struct buf *out, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_foreign(struct buf *out, const char *text);
void text_end(struct buf *out, const struct addr *end);
bool text_is_shown(const struct site *site, uint32_t i);
void text_listener(struct run *run, const struct site *site, uint32_t i);

#endif
