// SPDX-License-Identifier: GPL-2.0-or-later
/* Whose connection is it? The kernel forgets the holder of a socket that is not accepted yet, half
 * open, or closed; its listener, found by local address and port, is the one to ask. That remains
 * an inference: the listener may be another process than the one that accepted. */
#include "analysis/listeners.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

void listeners_init(struct listeners *listeners)
{
	memset(listeners, 0, sizeof(*listeners));
}

void listeners_fini(struct listeners *listeners)
{
	for (size_t i = 0; i < listeners->count; i++)
		if (listeners->list[i].sock.proto == SOCK_UNIX)
			free((char *)listeners->list[i].sock.un.path);
	free(listeners->list);
	listeners_init(listeners);
}

static unsigned int bucket_of(const struct sock *sock)
{
	unsigned int value = 5381;

	if (sock->proto > SOCK_UNIX)
		return 0;
	if (sock->proto != SOCK_UNIX)
		return sock->local.port % LISTENERS_BUCKETS;
	for (const char *at = sock->un.path; at && *at; at++)
		value = value * 33 + (unsigned char)*at;
	return value % LISTENERS_BUCKETS;
}

/* Remember @sock if it listens; other sockets are passed over.
 *
 * Return: 0 or -ENOMEM.
 */
int listeners_add(struct listeners *listeners, const struct sock *sock)
{
	uint32_t *bucket = &listeners->buckets[bucket_of(sock)];
	struct listener *list;
	char *path = NULL;

	if (sock->state != SOCK_LISTEN || sock->proto > SOCK_UNIX ||
	    (sock->proto == SOCK_UNIX && !sock->un.path))
		return 0;
	list = grow_array(listeners->list, &listeners->room, listeners->count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	listeners->list = list;
	if (sock->proto == SOCK_UNIX) {
		path = strdup(sock->un.path);
		if (!path)
			return -ENOMEM;
	}
	list[listeners->count] = (struct listener){ .sock = *sock, .next = *bucket };
	list[listeners->count].sock.extra = NULL;
	if (path)
		list[listeners->count].sock.un.path = path;
	*bucket = (uint32_t)++listeners->count;
	return 0;
}

/* How well @listener fits a connection: 0 not at all; bound to the address beats bound to any,
 * bound to the device beats bound to none (net/ipv4/inet_hashtables.c, compute_score()). */
static int fit(const struct sock *listener, const struct sock *sock)
{
	int score = 1;

	if (listener->proto != sock->proto)
		return 0;
	if (sock->proto == SOCK_UNIX)
		return sock->un.path && strcmp(listener->un.path, sock->un.path) == 0;
	if (listener->local.port != sock->local.port || listener->family != sock->family)
		return 0;
	if (addr_equal(&listener->local, &sock->local))
		score += 2;
	else if (!addr_is_any(&listener->local))
		return 0;
	if (listener->iface && listener->iface != sock->iface)
		return 0;
	return score + (listener->iface != 0);
}

/* Find the listener that the connection @sock came, or would have come, through.
 *
 * Return: the listener that fits best, NULL if none does. It is good until the next addition.
 */
const struct sock *listeners_find(const struct listeners *listeners, const struct sock *sock)
{
	uint32_t next = listeners->buckets[bucket_of(sock)];
	const struct sock *best = NULL;
	int best_fit = 0;

	while (next) {
		const struct listener *listener = &listeners->list[next - 1];
		int score = fit(&listener->sock, sock);

		if (score > best_fit) {
			best = &listener->sock;
			best_fit = score;
		}
		next = listener->next;
	}
	return best;
}
