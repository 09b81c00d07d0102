// SPDX-License-Identifier: GPL-2.0-or-later
/* A second thread for sending.
 *
 * Theory of operation: on the way to a near host the kernel does nearly all of the work in the call
 * that sends, even that of the host which answers, if it is on the same machine. Two of these calls
 * on different sockets do not get into each other's way. So the thread does that one call and
 * nothing else; what is sent, and what becomes of it, stays with its owner, who touches neither
 * sender nor socket from icmp_hand_send() to icmp_hand_wait().
 */
#include "raw/icmp_hand.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

static void wait_until(sem_t *semaphore)
{
	while (sem_wait(semaphore) < 0 && errno == EINTR)
		;
}

static void *send_batches(void *arg)
{
	struct icmp_hand *hand = arg;

	for (;;) {
		wait_until(&hand->has_work);
		if (!hand->sender)
			return NULL;
		hand->result = icmp_sender_flush(hand->sender, hand->sock);
		sem_post(&hand->is_done);
	}
}

/* Start the thread. It has the rights that this one has now, and takes no signals.
 *
 * Return: 0, or -errno; then there is nothing to stop.
 */
int icmp_hand_start(struct icmp_hand *hand)
{
	sigset_t all, before;
	int ret;

	sem_init(&hand->has_work, 0, 0);
	sem_init(&hand->is_done, 0, 0);
	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &before);
	ret = pthread_create(&hand->thread, NULL, send_batches, hand);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	hand->is_started = ret == 0;
	return -ret;
}

/* Let the thread send what was added to @sender through @sock; icmp_hand_wait() is due then. */
void icmp_hand_send(struct icmp_hand *hand, struct icmp_sender *sender, struct icmp_socket *sock)
{
	hand->sender = sender;
	hand->sock = sock;
	sem_post(&hand->has_work);
}

/* Wait until that is done.
 *
 * Return: what icmp_sender_flush() returned.
 */
int icmp_hand_wait(struct icmp_hand *hand)
{
	wait_until(&hand->is_done);
	return hand->result;
}

/* End the thread; harmless if it was never started. */
void icmp_hand_stop(struct icmp_hand *hand)
{
	if (!hand->is_started)
		return;
	icmp_hand_send(hand, NULL, NULL);
	pthread_join(hand->thread, NULL);
	sem_destroy(&hand->has_work);
	sem_destroy(&hand->is_done);
	hand->is_started = false;
}
