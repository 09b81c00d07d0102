// SPDX-License-Identifier: GPL-2.0-or-later
#include "cli/message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/escape.h"

/* Tell the user one line on standard error, prefixed with the command's name and with everything
 * escaped that could steer a terminal. A failure to do so goes unnoticed: there is nobody to
 * tell. */
void cli_message(const char *command, const char *format, ...)
{
	char text[1024], line[4 * sizeof(text)];
	size_t used, length;
	ssize_t written;
	va_list args;

	length = (size_t)snprintf(text, sizeof(text), "%s: ", command);
	va_start(args, format);
	vsnprintf(text + length, sizeof(text) - length, format, args);
	va_end(args);
	length = escape_text(line, sizeof(line) - 1, text, strlen(text), &used);
	line[length++] = '\n';
	written = write(STDERR_FILENO, line, length);
	(void)written;
}
