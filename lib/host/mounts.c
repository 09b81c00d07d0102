// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/mounts.h"

#include <stddef.h>
#include <string.h>

/* Blanks, line feeds and backslashes are written as \ and three octal digits. */
static void unescape(char *text)
{
	char *to = text;

	while (*text) {
		unsigned int value = 0;
		int digits = 0;

		while (text[0] == '\\' && digits < 3 && text[digits + 1] >= '0' &&
		       text[digits + 1] <= '7')
			value = value * 8 + (unsigned int)(text[++digits] - '0');
		*to++ = digits == 3 ? (char)value : *text;
		text += digits == 3 ? 4 : 1;
	}
	*to = '\0';
}

/* The mount point in a line of /proc/self/mountinfo (proc_pid_mountinfo(5)), its fifth word. The
 * file system's type stands behind a lone "-", with a varying number of words before it.
 *
 * Return: the mount point, within @line, which is written to; NULL if the line is not of a file
 * system of @type.
 */
char *mounts_point(char *line, const char *type)
{
	const char *behind = strstr(line, " - ");
	size_t length = strlen(type);
	char *point = line;

	if (!behind || strncmp(behind + 3, type, length) != 0 || behind[3 + length] != ' ')
		return NULL;
	for (int i = 0; i < 4; i++) {
		point = strchr(point, ' ');
		if (!point)
			return NULL;
		point++;
	}
	point[strcspn(point, " ")] = '\0';
	unescape(point);
	return point;
}
