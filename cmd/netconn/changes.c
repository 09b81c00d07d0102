// SPDX-License-Identifier: GPL-2.0-or-later
/* --changes: what has opened, changed its state and closed since the last look.
 *
 * A socket is the same as long as its cookie is. But what remains of a connection in TIME_WAIT is
 * another object to the kernel, with a cookie of its own: it is taken for the connection whose ends
 * it has. */
#include "changes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "netconn.h"

#define FIRST_SIZE 64

/* Of the ends where there are any, since a connection is looked for by them, too. */
static size_t hash_of(const struct sock *sock)
{
	uint64_t hash = sock->cookie, words[4];

	if (sock_proto_is_inet(sock->proto)) {
		memcpy(words, sock->local.bytes, 16);
		memcpy(words + 2, sock->peer.bytes, 16);
		hash = (uint64_t)sock->local.port << 16 | sock->peer.port;
		for (int i = 0; i < 4; i++)
			hash = (hash ^ words[i]) * 0xff51afd7ed558ccdu;
	}
	hash *= 0x9e3779b97f4a7c15u;
	return (size_t)(hash ^ hash >> 32);
}

static bool has_same_ends(const struct sock *a, const struct sock *b)
{
	return a->netns == b->netns && a->proto == b->proto && sock_proto_is_inet(a->proto) &&
	       a->iface == b->iface && a->local.port == b->local.port &&
	       a->peer.port == b->peer.port && addr_equal(&a->local, &b->local) &&
	       addr_equal(&a->peer, &b->peer);
}

static bool is_same(const struct sock *old, const struct sock *sock)
{
	if (old->cookie != SOCK_NO_COOKIE && sock->cookie != SOCK_NO_COOKIE)
		return old->cookie == sock->cookie && old->netns == sock->netns;
	return old->netns == sock->netns && old->inode == sock->inode &&
	       old->proto == sock->proto &&
	       (!sock_proto_is_inet(sock->proto) || has_same_ends(old, sock));
}

/* The remains of a connection have no inode, and nobody listens with them. */
static bool is_remainder(const struct sock *old, const struct sock *sock)
{
	return sock->proto == SOCK_TCP && !sock->inode && old->state != SOCK_LISTEN &&
	       (sock->state == SOCK_TIME_WAIT || sock->state == SOCK_FIN_WAIT2) &&
	       has_same_ends(old, sock);
}

static struct known *find(const struct changes *changes, const struct sock *sock)
{
	struct known *remainder = NULL;

	if (!changes->size)
		return NULL;
	for (size_t at = hash_of(sock);; at++) {
		struct known *known = &changes->table[at & (changes->size - 1)];

		if (!known->sock)
			return remainder;
		if (is_same(known->sock, sock))
			return known;
		if (!known->is_seen && is_remainder(known->sock, sock))
			remainder = known;
	}
}

static void insert(struct changes *changes, const struct sock *sock)
{
	size_t at = hash_of(sock);

	while (changes->table[at & (changes->size - 1)].sock)
		at++;
	changes->table[at & (changes->size - 1)].sock = sock;
}

static int show(struct run *run, const struct sock *sock, const char *event, const char *before)
{
	run->row.time_ns = clock_real_ns();
	run->row.event = event;
	run->row.before = before;
	return rows_add(run, sock);
}

static int compare(struct run *run, const struct sock *sock)
{
	struct known *known = find(&run->changes, sock);

	if (!known)
		return show(run, sock, "opened", NULL);
	known->is_seen = true;
	if (known->sock->state == sock->state)
		return 0;
	return show(run, sock, "changed",
		    own_state(run->before_text, sizeof(run->before_text), known->sock));
}

static size_t table_size(const struct store *store)
{
	struct store_place place = { 0 };
	size_t count = 0, size = FIRST_SIZE;

	while (store_next(store, &place))
		count++;
	while (size < 2 * count)
		size *= 2;
	return size;
}

/* Show what is different in run->store, and keep that for the next time. The first look shows
 * nothing.
 *
 * Return: 0 or -ENOMEM.
 */
int changes_show(struct run *run)
{
	struct changes fresh = { .has_looked = true, .size = table_size(&run->store) };
	struct changes *old = &run->changes;
	struct store_place place = { 0 };
	const struct sock *sock;
	int ret = 0;

	fresh.table = calloc(fresh.size, sizeof(*fresh.table));
	if (!fresh.table)
		return -ENOMEM;
	while (ret == 0 && (sock = store_next(&run->store, &place))) {
		if (!select_wants_late(run, sock))
			continue;
		insert(&fresh, sock);
		if (old->has_looked)
			ret = compare(run, sock);
	}
	for (size_t i = 0; i < old->size && ret == 0; i++)
		if (old->table[i].sock && !old->table[i].is_seen)
			ret = show(run, old->table[i].sock, "closed", NULL);
	fresh.store = run->store;
	run->store = (struct store){ 0 };
	changes_fini(old);
	*old = fresh;
	return ret;
}

void changes_fini(struct changes *changes)
{
	store_clear(&changes->store);
	free(changes->table);
	*changes = (struct changes){ 0 };
}
