// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/texts.h"

#include <stdlib.h>
#include <string.h>

#define CHUNK_SIZE 65536

struct texts_chunk {
	struct texts_chunk *next;
	size_t length, size;
	char bytes[];
};

/* Return: a copy of @text that lives until texts_fini(), NULL if there is no memory. */
const char *texts_keep(struct texts *texts, const char *text)
{
	struct texts_chunk *chunk = texts->chunks;
	size_t need = strlen(text) + 1;
	char *copy;

	if (texts->last && strcmp(texts->last, text) == 0)
		return texts->last;
	if (!chunk || chunk->size - chunk->length < need) {
		size_t size = need > CHUNK_SIZE ? need : CHUNK_SIZE;

		chunk = malloc(sizeof(*chunk) + size);
		if (!chunk)
			return NULL;
		*chunk = (struct texts_chunk){ .next = texts->chunks, .size = size };
		texts->chunks = chunk;
	}
	copy = chunk->bytes + chunk->length;
	memcpy(copy, text, need);
	chunk->length += need;
	texts->last = copy;
	return copy;
}

/* Give all of them back. */
void texts_fini(struct texts *texts)
{
	while (texts->chunks) {
		struct texts_chunk *next = texts->chunks->next;

		free(texts->chunks);
		texts->chunks = next;
	}
	texts->last = NULL;
}
