// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets and their paths in chunks that never move: no copy when it grows, no peak. */
#include "store.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "record/sock_extra.h"

#define CHUNK_SOCKS 1024
#define TEXT_SIZE 65536

struct store_chunk {
	struct store_chunk *next;
	size_t count;
	struct sock socks[CHUNK_SOCKS];
};

struct store_text {
	struct store_text *next;
	size_t length;
	_Alignas(max_align_t) char bytes[TEXT_SIZE];
};

/* Return: a copy of the @size bytes at @bytes that lives as long as the store, aligned for
 * anything; NULL if there is no memory. */
static void *keep(struct store *store, const void *bytes, size_t size)
{
	const size_t alignment = _Alignof(max_align_t);
	size_t taken = (size + alignment - 1) / alignment * alignment;
	char *copy;

	if (!store->texts || TEXT_SIZE - store->texts->length < taken) {
		struct store_text *fresh = taken <= TEXT_SIZE ? malloc(sizeof(*fresh)) : NULL;

		if (!fresh)
			return NULL;
		fresh->next = store->texts;
		fresh->length = 0;
		store->texts = fresh;
	}
	copy = store->texts->bytes + store->texts->length;
	memcpy(copy, bytes, size);
	store->texts->length += taken;
	return copy;
}

/* Keep a copy of @sock, and of what it borrows.
 *
 * Return: 0 or -ENOMEM.
 */
int store_add(struct store *store, const struct sock *sock)
{
	const struct sock_extra *extra = NULL;
	const char *path = NULL;
	struct sock *copy;

	if (!store->last || store->last->count == CHUNK_SOCKS) {
		struct store_chunk *fresh = malloc(sizeof(*fresh));

		if (!fresh)
			return -ENOMEM;
		fresh->next = NULL;
		fresh->count = 0;
		*(store->last ? &store->last->next : &store->first) = fresh;
		store->last = fresh;
	}
	if (sock->proto == SOCK_UNIX && sock->un.path) {
		path = keep(store, sock->un.path, strlen(sock->un.path) + 1);
		if (!path)
			return -ENOMEM;
	}
	if (sock->extra) {
		extra = keep(store, sock->extra, sizeof(*extra));
		if (!extra)
			return -ENOMEM;
	}
	copy = &store->last->socks[store->last->count++];
	*copy = *sock;
	copy->extra = extra;
	if (path)
		copy->un.path = path;
	return 0;
}

/* Return: the next socket after @place, which moves on; NULL after the last. */
const struct sock *store_next(const struct store *store, struct store_place *place)
{
	if (!place->chunk)
		place->chunk = store->first;
	else if (place->index == place->chunk->count)
		*place = (struct store_place){ .chunk = place->chunk->next };
	if (!place->chunk)
		return NULL;
	return &place->chunk->socks[place->index++];
}

/* Forget everything. */
void store_clear(struct store *store)
{
	struct store_chunk *chunk = store->first;
	struct store_text *text = store->texts;

	while (chunk) {
		struct store_chunk *next = chunk->next;

		free(chunk);
		chunk = next;
	}
	while (text) {
		struct store_text *next = text->next;

		free(text);
		text = next;
	}
	*store = (struct store){ 0 };
}
