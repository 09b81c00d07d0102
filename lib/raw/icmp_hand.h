// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RAW_ICMP_HAND_H
#define NETSONDE_RAW_ICMP_HAND_H

#include <pthread.h>
#include <semaphore.h>
#include <stdbool.h>

#include "raw/icmp.h"

/* A thread that sends batches of probes, so that its owner can use another processor meanwhile. All
 * zero is one that was never started. */
struct icmp_hand {
	bool is_started;
	pthread_t thread;
	sem_t has_work, is_done;
	struct icmp_sender *sender; /* NULL: end */
	struct icmp_socket *sock;
	int result;
};

int icmp_hand_start(struct icmp_hand *hand);
void icmp_hand_send(struct icmp_hand *hand, struct icmp_sender *sender, struct icmp_socket *sock);
int icmp_hand_wait(struct icmp_hand *hand);
void icmp_hand_stop(struct icmp_hand *hand);

#endif
