// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_CLI_STDIO_GUARD_H
#define NETSONDE_CLI_STDIO_GUARD_H

void cli_guard_stdio(void);

#endif
