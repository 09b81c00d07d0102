// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_ENDING_H
#define NETSONDE_ANALYSIS_TCP_ENDING_H

/* How a connection ends, by FINs or by a reset, as the observer keeps it. Nobody else uses it. */

#include "analysis/tcp_observer.h"

void tcp_ending_reset(struct tcp_observer *observer, int side);
void tcp_ending_judge(struct tcp_observer *observer);

#endif
