// SPDX-License-Identifier: GPL-2.0-or-later
/* What Prometheus reads (text exposition format 0.0.4). */
#include "table/metrics.h"

#include <string.h>

#include "base/escape.h"

#define PIECE_SIZE 128

/* Begin the samples of a metric: its type, "counter" or "gauge" or the like, and what it means. */
void metrics_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_add_text(out, "# HELP ");
	buf_add_text(out, name);
	buf_add_char(out, ' ');
	buf_add_text(out, help);
	buf_add_text(out, "\n# TYPE ");
	buf_add_text(out, name);
	buf_add_char(out, ' ');
	buf_add_text(out, type);
	buf_add_char(out, '\n');
}

/* Add a label's value, without the quotes around it: backslash, quote and newline are escaped, and
 * what steers a terminal. */
void metrics_label(struct buf *out, const char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		char *at = buf_reserve(out, 2 * PIECE_SIZE), piece[PIECE_SIZE];
		size_t used, n = escape_text(piece, sizeof(piece), text, length, &used);

		for (size_t i = 0; i < n; i++) {
			if (piece[i] == '"' || piece[i] == '\\')
				*at++ = '\\';
			*at++ = piece[i];
		}
		buf_commit(out, at);
		text += used;
		length -= used;
	}
}
