// SPDX-License-Identifier: GPL-2.0-or-later
/* Theory of operation: half-opens are counted by the listener they belong to, their sources go into
 * sketches, and a sample of them is followed from look to look. Nothing is kept of a single one
 * beyond that: a flood may bring more than memory holds. Counters of the first and the latest looks
 * are kept; everything else of a look is forgotten with the next. */
#include "analysis/syn_observer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A half-open connection begins with a second to its first retransmission; one that was
 * acknowledged, and waits for data, may have more (inet_csk_listen_poll(), TCP_DEFER_ACCEPT). */
#define FIRST_TIMEOUT_MS 1000u

/* Prepare. @seed should be nobody's to guess: it decides which half-opens are followed.
 *
 * Return: 0 or -ENOMEM; syn_observer_fini() is due in either case.
 */
int syn_observer_init(struct syn_observer *observer, uint64_t seed)
{
	int ret;

	memset(observer, 0, sizeof(*observer));
	observer->seed = seed;
	ret = syn_tally_init(&observer->tally, seed);
	return ret < 0 ? ret : syn_survival_init(&observer->survival);
}

void syn_observer_fini(struct syn_observer *observer)
{
	syn_survival_fini(&observer->survival);
	syn_tally_fini(&observer->tally);
	free(observer->listeners);
	free(observer->sorted);
	free(observer->counts);
	free(observer->next);
	memset(observer, 0, sizeof(*observer));
}

/* A look begins; its counters and settings are known. */
void syn_observer_begin(struct syn_observer *observer, const struct syn_look *look)
{
	observer->look = *look;
	syn_survival_begin_look(&observer->survival);
	syn_tally_clear(&observer->tally);
	for (size_t i = 0; i < observer->count; i++) {
		struct syn_listener *listener = &observer->listeners[i];

		listener->sockets = listener->full_sockets = 0;
		listener->accept_queue = listener->accept_backlog = listener->capacity = 0;
		listener->half_open = listener->deferred = listener->bogons = 0;
		memset(listener->ages, 0, sizeof(listener->ages));
		memset(listener->octets, 0, sizeof(listener->octets));
	}
}

static uint32_t *bucket_of(struct syn_observer *observer, uint16_t port)
{
	return &observer->buckets[port % SYN_OBSERVER_BUCKETS];
}

static int grow(struct syn_observer *observer)
{
	size_t room = observer->room ? 2 * observer->room : 16;
	void *listeners = realloc(observer->listeners, room * sizeof(*observer->listeners));
	void *sorted, *counts, *next;

	if (listeners)
		observer->listeners = listeners;
	sorted = realloc(observer->sorted, room * sizeof(*observer->sorted));
	if (sorted)
		observer->sorted = sorted;
	counts = realloc(observer->counts, room * sizeof(*observer->counts));
	if (counts)
		observer->counts = counts;
	next = realloc(observer->next, room * sizeof(*observer->next));
	if (next)
		observer->next = next;
	if (!listeners || !sorted || !counts || !next)
		return -ENOMEM;
	observer->room = room;
	return syn_survival_reserve(&observer->survival, (uint32_t)room);
}

static struct syn_listener *add(struct syn_observer *observer, const struct addr *addr,
				uint32_t iface)
{
	uint32_t *bucket = bucket_of(observer, addr->port), at;

	if (observer->unused) {
		at = observer->unused - 1;
		observer->unused = observer->next[at];
	} else {
		if (observer->count == observer->room && grow(observer) < 0)
			return NULL;
		at = (uint32_t)observer->count++;
	}
	observer->listeners[at] = (struct syn_listener){ .addr = *addr, .iface = iface };
	observer->next[at] = *bucket;
	*bucket = at + 1;
	return &observer->listeners[at];
}

/* Add a socket that listens to this look.
 *
 * Return: 0 or -ENOMEM.
 */
int syn_observer_listener(struct syn_observer *observer, const struct sock *sock)
{
	struct syn_listener *listener = NULL;

	for (uint32_t next = *bucket_of(observer, sock->local.port); next;
	     next = observer->next[next - 1]) {
		listener = &observer->listeners[next - 1];
		if (listener->addr.port == sock->local.port && listener->iface == sock->iface &&
		    addr_equal(&listener->addr, &sock->local))
			break;
		listener = NULL;
	}
	if (!listener)
		listener = add(observer, &sock->local, sock->iface);
	if (!listener)
		return -ENOMEM;
	if (listener->sockets++ == 0 || !listener->inode)
		listener->inode = sock->inode;
	listener->accept_queue += sock->rqueue;
	if (sock->wqueue == SOCK_NO_BACKLOG || listener->capacity == UINT64_MAX) {
		listener->accept_backlog = listener->capacity = UINT64_MAX;
		return 0;
	}
	listener->accept_backlog += sock->wqueue;
	listener->capacity += (uint64_t)sock->wqueue + 1;
	listener->full_sockets += sock->rqueue > sock->wqueue;
	return 0;
}

/* How well a listener fits a half-open connection, 0: not at all. What listens now beats what did,
 * bound to the address beats bound to any, and to a device beats to none
 * (net/ipv4/inet_hashtables.c, compute_score()). */
static int fit(const struct syn_listener *listener, const struct sock *sock)
{
	int score;

	if (listener->addr.port != sock->local.port)
		return 0;
	if (listener->iface && listener->iface != sock->iface)
		return 0;
	if (addr_equal(&listener->addr, &sock->local))
		score = 5;
	else if (!addr_is_any(&listener->addr))
		return 0;
	else
		score = listener->addr.family == sock->family ? 3 : 1;
	return score + (listener->iface != 0) + (listener->sockets > 0 ? 8 : 0);
}

/* The listener of a half-open connection. One that is closed may have left some. */
static struct syn_listener *listener_of(struct syn_observer *observer, const struct sock *sock)
{
	struct syn_listener *best = NULL;
	int best_fit = 0;

	for (uint32_t next = *bucket_of(observer, sock->local.port); next;
	     next = observer->next[next - 1]) {
		int score = fit(&observer->listeners[next - 1], sock);

		if (score > best_fit) {
			best = &observer->listeners[next - 1];
			best_fit = score;
		}
	}
	return best ? best : add(observer, &sock->local, 0);
}

/* Sources that nobody has: the kernel lets pass what lies in 240/4, and in 10/8 where this host is
 * elsewhere; of IPv6 what lies outside of 2000::/3 and the local ranges. */
static bool is_bogon(const struct addr *source, const struct addr *local)
{
	const uint8_t *bytes = source->bytes;

	if (source->family == AF_INET)
		return bytes[0] == 0 || bytes[0] >= 240 || bytes[0] == 127 ||
		       (bytes[0] == 10 && local->bytes[0] != 10);
	return (bytes[0] & 0xe0) != 0x20 && (bytes[0] & 0xfe) != 0xfc &&
	       (bytes[0] != 0xfe || (bytes[1] & 0xc0) != 0x80) && bytes[0] != local->bytes[0];
}

/* Add a half-open connection to this look.
 *
 * Return: 0 or -ENOMEM.
 */
int syn_observer_half_open(struct syn_observer *observer, const struct sock *sock)
{
	struct syn_listener *listener = listener_of(observer, sock);
	uint32_t ports = (uint32_t)sock->peer.port << 16 | sock->local.port;
	struct syn syn = { .source = addr_unmapped(&sock->peer), .weight = 1 };
	struct addr local = addr_unmapped(&sock->local);

	if (!listener)
		return -ENOMEM;
	if (sock->retrans == 0 && sock->expires_ms > FIRST_TIMEOUT_MS) {
		listener->deferred++;
		return 0;
	}
	listener->half_open++;
	listener->ages[sock->retrans < SYN_AGES ? sock->retrans : SYN_AGES - 1]++;
	listener->bogons += is_bogon(&syn.source, &local);
	if (syn.source.family == AF_INET)
		listener->octets[syn.source.bytes[0] / 64] |= UINT64_C(1)
							      << syn.source.bytes[0] % 64;
	syn.dest = listener->addr;
	syn.source.port = sock->peer.port;
	syn_tally_add(&observer->tally, &syn);
	syn_survival_add(&observer->survival, (uint32_t)(listener - observer->listeners),
			 addr_hash(&local, addr_hash(&syn.source, observer->seed ^ ports)),
			 sock->retrans >= SYN_AGE_OLD);
	return 0;
}

static void count_resets(struct syn_observer *observer, const struct syn_moment *before)
{
	uint64_t resets = syn_counter_delta(before->counters.values[COUNTER_RESETS_SENT],
					    observer->look.counters.values[COUNTER_RESETS_SENT]);

	if (resets < observer->least_resets)
		observer->least_resets = resets;
}

/* The look is over; @gaps, of enum syn_gap, tells what of it is missing. */
void syn_observer_end(struct syn_observer *observer, unsigned int gaps)
{
	const struct syn_look *look = &observer->look;
	struct syn_moment moment = { .mono_ns = look->mono_ns, .counters = look->counters };

	for (size_t i = 0; i < observer->count; i++) {
		struct syn_listener *listener = &observer->listeners[i];

		if (listener->sockets == 0)
			listener->accept_backlog = listener->capacity = UINT64_MAX;
		listener->looks += listener->sockets > 0;
		listener->full_looks += listener->full_sockets > 0;
		if (listener->half_open > listener->peak)
			listener->peak = listener->half_open;
	}
	if (observer->looks == 0)
		observer->least_resets = COUNTER_UNKNOWN;
	else
		count_resets(observer,
			     &observer->past[(observer->all_looks - 1) % SYN_SURVIVAL_LOOKS]);
	if (observer->looks < SYN_OBSERVER_LAGS)
		observer->first[observer->looks] = moment;
	observer->past[observer->all_looks++ % SYN_SURVIVAL_LOOKS] = moment;
	observer->looks++;
	observer->gaps |= look->gaps | gaps;
}

/* Let the place of a listener be another one's, once nothing speaks of it any more. */
static void release(struct syn_observer *observer, uint32_t at)
{
	uint32_t *link = bucket_of(observer, observer->listeners[at].addr.port);

	while (*link != at + 1)
		link = &observer->next[*link - 1];
	*link = observer->next[at];
	observer->listeners[at] = (struct syn_listener){ 0 };
	observer->survival.levels[at] = 0;
	observer->next[at] = observer->unused;
	observer->unused = at + 1;
}

/* Begin the next interval, with the last look as its first. */
void syn_observer_next(struct syn_observer *observer)
{
	if (observer->looks == 0)
		return;
	observer->first[0] = observer->past[(observer->all_looks - 1) % SYN_SURVIVAL_LOOKS];
	observer->looks = 1;
	observer->gaps = observer->look.gaps;
	observer->least_resets = COUNTER_UNKNOWN;
	for (uint32_t i = 0; i < observer->count; i++) {
		struct syn_listener *listener = &observer->listeners[i];

		listener->looks = listener->sockets > 0;
		listener->full_looks = listener->full_sockets > 0;
		listener->peak = listener->half_open;
		if (listener->addr.family != AF_UNSPEC && listener->sockets == 0 &&
		    listener->half_open == 0 && listener->deferred == 0 &&
		    observer->survival.taken[i] == 0)
			release(observer, i);
	}
}
