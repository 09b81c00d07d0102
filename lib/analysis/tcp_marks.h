// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_MARKS_H
#define NETSONDE_ANALYSIS_TCP_MARKS_H

#include <stdint.h>

#include "analysis/tcp_observer.h"

uint16_t tcp_marks(const struct tcp_observer *observer, const struct segment *segment, int side);
void tcp_marks_remember(struct tcp_observer *observer, const struct segment *segment, int side,
			uint16_t marks);
uint32_t tcp_marks_window(const struct tcp_observer *observer, const struct segment *segment,
			  int side);

#endif
