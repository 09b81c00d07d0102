// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_CLI_SIGNALS_H
#define NETSONDE_CLI_SIGNALS_H

#include <stdbool.h>

int cli_catch_stop(void);
int cli_stop_signal(void);
int cli_catch_quit(void);
bool cli_take_quit(void);
void cli_die_of(int signal_number);

#endif
