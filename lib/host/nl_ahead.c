// SPDX-License-Identifier: GPL-2.0-or-later
/* Long dumps, received ahead.
 *
 * Theory of operation: the kernel makes the next part of a dump in the time of whoever receives it,
 * and in a large table that takes as long as reading the part before. So a thread of its own
 * receives, into a few buffers in turn, while the caller reads. It must not receive beyond the
 * dump's end, where nothing comes any more: it looks for the message that ends it. A caller that
 * has had enough before the end does not wait long either, since as long as a dump is under way
 * the kernel has a next part.
 */
#include "host/nl_ahead.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

#include "host/nl.h"

/* Buffers: one that is read, one that is filled, and one between them on each side. */
#define SLOTS 4

struct slot {
	ssize_t length; /* or -errno */
	_Alignas(struct nlmsghdr) char bytes[NL_BUFFER_SIZE];
};

struct nl_ahead {
	struct nl_link *link;
	uint32_t sequence;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t filled, read; /* slots, counted on and on: filled - SLOTS <= read <= filled */
	bool is_held;	     /* the caller still looks at slot number read */
	bool is_unwanted;
	struct slot slots[SLOTS];
};

/* Whether the dump ends in @slot, or is broken there: nothing may follow. */
static bool is_last(const struct slot *slot, uint32_t sequence)
{
	const struct nlmsghdr *message = (const struct nlmsghdr *)slot->bytes;
	int left = (int)slot->length;

	if (slot->length < 0)
		return true;
	for (; mnl_nlmsg_ok(message, left) && message->nlmsg_len <= (uint32_t)left;
	     message = mnl_nlmsg_next(message, &left))
		if (message->nlmsg_seq == sequence && message->nlmsg_type < NLMSG_MIN_TYPE &&
		    message->nlmsg_type != NLMSG_NOOP)
			return true;
	return left > 0;
}

/* Return: the slot to fill next, NULL if none is wanted any more. */
static struct slot *wait_for_room(struct nl_ahead *ahead)
{
	struct slot *slot = NULL;

	pthread_mutex_lock(&ahead->lock);
	while (!ahead->is_unwanted && ahead->filled - ahead->read == SLOTS)
		pthread_cond_wait(&ahead->changed, &ahead->lock);
	if (!ahead->is_unwanted)
		slot = &ahead->slots[ahead->filled % SLOTS];
	pthread_mutex_unlock(&ahead->lock);
	return slot;
}

static void *receive(void *arg)
{
	struct nl_ahead *ahead = arg;
	struct slot *slot;
	bool is_over = false;

	while (!is_over && (slot = wait_for_room(ahead))) {
		do
			slot->length = nl_link_receive(ahead->link, slot->bytes, NL_BUFFER_SIZE);
		while (slot->length == -EINTR);
		is_over = is_last(slot, ahead->sequence);
		pthread_mutex_lock(&ahead->lock);
		ahead->filled++;
		pthread_cond_signal(&ahead->changed);
		pthread_mutex_unlock(&ahead->lock);
	}
	return NULL;
}

/* Start receiving the rest of the dump with this @sequence number on @link, which is the thread's
 * alone until nl_ahead_stop().
 *
 * Return: 0, or -errno if there is no memory or no thread to be had.
 */
int nl_ahead_start(struct nl_ahead **ahead, struct nl_link *link, uint32_t sequence)
{
	struct nl_ahead *started = malloc(sizeof(*started));
	int ret;

	if (!started)
		return -ENOMEM;
	started->link = link;
	started->sequence = sequence;
	started->filled = 0;
	started->read = 0;
	started->is_held = false;
	started->is_unwanted = false;
	pthread_mutex_init(&started->lock, NULL);
	pthread_cond_init(&started->changed, NULL);
	ret = pthread_create(&started->thread, NULL, receive, started);
	if (ret) {
		free(started);
		return -ret;
	}
	*ahead = started;
	return 0;
}

/* Wait for the next datagram; the one before is given back. Not to be called again after the end of
 * the dump, or an error.
 *
 * Return: the length of the datagram at @bytes, or -errno as nl_link_receive().
 */
ssize_t nl_ahead_next(struct nl_ahead *ahead, const void **bytes)
{
	struct slot *slot;

	pthread_mutex_lock(&ahead->lock);
	if (ahead->is_held) {
		ahead->read++;
		pthread_cond_signal(&ahead->changed);
	}
	ahead->is_held = true;
	while (ahead->filled == ahead->read)
		pthread_cond_wait(&ahead->changed, &ahead->lock);
	slot = &ahead->slots[ahead->read % SLOTS];
	pthread_mutex_unlock(&ahead->lock);
	*bytes = slot->bytes;
	return slot->length;
}

/* End the thread, and give back what was received. */
void nl_ahead_stop(struct nl_ahead *ahead)
{
	pthread_mutex_lock(&ahead->lock);
	ahead->is_unwanted = true;
	pthread_cond_signal(&ahead->changed);
	pthread_mutex_unlock(&ahead->lock);
	pthread_join(ahead->thread, NULL);
	pthread_mutex_destroy(&ahead->lock);
	pthread_cond_destroy(&ahead->changed);
	free(ahead);
}
