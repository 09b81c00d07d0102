// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_GUARD_WORDS_H
#define NETSONDE_ANALYSIS_GUARD_WORDS_H

#include "analysis/guard.h"

struct link_event guard_event_of(enum link_event_kind kind, enum link_severity severity,
				 const struct claim *claim, const struct addr *addr);
const char *guard_frame_name(const struct claim *claim);
const char *guard_mac_text(char *text, const struct lladdr *mac);
uint64_t guard_since(const struct guard *guard, uint64_t time_ns);
uint32_t guard_link_of(const struct claim *claim);
size_t guard_slot(uint32_t iface, const uint8_t *bytes, size_t length);

#endif
