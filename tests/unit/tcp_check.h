// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_TCP_CHECK_H
#define NETSONDE_TESTS_UNIT_TCP_CHECK_H

#include "analysis/tcp_endpoint.h"

void tcp_check(const struct tcp_endpoint *tcp);

#endif
