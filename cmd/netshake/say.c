// SPDX-License-Identifier: GPL-2.0-or-later
/* Text on its way out: escaped, and within 80 columns. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "netshake.h"

#define COLUMNS 80

/* Add text; what could steer a terminal is escaped, but for the line feed that ends it. */
void say(struct run *run, const char *format, ...)
{
	char text[1024];
	bool ends_line;
	size_t length;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	length = strlen(text);
	ends_line = length > 0 && text[length - 1] == '\n';
	text[length - ends_line] = '\0';
	buf_add_foreign(&run->out, text);
	if (ends_line)
		buf_add_char(&run->out, '\n');
}

/* Add text in the colour of its meaning, where there is colour. */
void say_tinted(struct run *run, enum tint tint, const char *text)
{
	if (run->palette)
		buf_add_text(&run->out, run->palette->sequence[tint]);
	say(run, "%s", text);
	if (run->palette)
		buf_add_text(&run->out, run->palette->sequence[TINT_NONE]);
}

/* Add @head and, behind it, @text in as many lines as it takes, broken between words. */
void say_wrapped(struct run *run, const char *head, const char *text)
{
	size_t indent = strlen(head), column = indent;

	say(run, "%s", head);
	while (*text) {
		size_t length = strcspn(text, " ");

		if (column > indent && column + 1 + length > COLUMNS) {
			buf_add_char(&run->out, '\n');
			buf_add_spaces(&run->out, indent);
			column = indent;
		} else if (column > indent) {
			buf_add_char(&run->out, ' ');
			column++;
		}
		say(run, "%.*s", (int)length, text);
		column += length;
		text += length;
		text += *text == ' ';
	}
	buf_add_char(&run->out, '\n');
}

/* Add the sentences of @evidence, the first of them behind @head. */
void say_evidence(struct run *run, const char *head, const struct tcp_evidence *evidence)
{
	for (size_t i = 0; i < evidence->count; i++)
		say_wrapped(run, i ? "          " : head, evidence->texts[i]);
}

/* Write the @count names of @states to @text, as a way from one to the next.
 *
 * Return: the length.
 */
size_t say_states(char *text, size_t size, const uint8_t *states, size_t count)
{
	size_t length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			length += text_copy(text + length, size - length, " > ");
		length += text_copy(text + length, size - length, tcp_state_names[states[i]]);
	}
	return length;
}
