// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_CLI_MESSAGE_H
#define NETSONDE_CLI_MESSAGE_H

void cli_message(const char *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
