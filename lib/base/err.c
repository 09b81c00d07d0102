// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>

/* Store a formatted explanation in @err (may be NULL; cut at its size).
 *
 * Return: @code, so that a caller can write `return err_set(err, -EINVAL, ...)`.
 */
int err_set(struct err *err, int code, const char *format, ...)
{
	va_list args;

	if (!err)
		return code;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return code;
}
