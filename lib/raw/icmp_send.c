// SPDX-License-Identifier: GPL-2.0-or-later
/* Sending echo requests, as many as are due in one system call.
 *
 * Theory of operation: a probe's transmit stamp comes back with a key. Since Linux 6.13 the sender
 * says which key: the sequence number. Before, the kernel counted what it sent on a socket, and
 * with a probe that could not be sent it was unclear whether that was counted; so there the whole
 * packet comes back, in which the sequence number stands.
 */
#include <errno.h>
#include <linux/net_tstamp.h>
#include <string.h>

#include "base/checksum.h"
#include "raw/icmp.h"
#include "wire/icmp.h"

/* What asm-generic/socket.h says since Linux 6.13. Where a processor has another number, the kernel
 * refuses this one, and counts. */
#ifndef SCM_TS_OPT_ID
#define SCM_TS_OPT_ID 81
#endif

_Static_assert(sizeof(((struct icmp_sender *)0)->heads[0]) == ICMP_HEADER_SIZE + ICMP_COPIED_SIZE,
	       "a head is the ICMP header and what is copied of the data");

/* Prepare to send probes that carry the @size bytes at @data, which stay the caller's: the first
 * ICMP_TOKEN_SIZE of them give way to the token. */
void icmp_sender_init(struct icmp_sender *sender, const uint8_t *data, size_t size)
{
	sender->data = data;
	sender->size = size;
	sender->key_type = SCM_TS_OPT_ID;
	sender->count = sender->done = 0;
	sender->tail_sum = 0;
	if (size > ICMP_TOKEN_SIZE)
		sender->tail_sum = checksum_add(0, data + ICMP_TOKEN_SIZE, size - ICMP_TOKEN_SIZE);
}

static void add_key(struct msghdr *message, char *control, int type, uint16_t seq)
{
	uint32_t key = seq;
	struct cmsghdr *head;

	message->msg_control = control;
	message->msg_controllen = CMSG_SPACE(sizeof(key));
	head = CMSG_FIRSTHDR(message);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = type;
	head->cmsg_len = CMSG_LEN(sizeof(key));
	memcpy(CMSG_DATA(head), &key, sizeof(key));
}

/* Add a probe to @dest with the ICMP_TOKEN_SIZE bytes of @token to those that the next
 * icmp_sender_flush() sends; there is room for ICMP_BATCH. All of them go through one socket. */
void icmp_sender_add(struct icmp_sender *sender, const struct icmp_socket *sock,
		     const struct addr *dest, uint16_t seq, const uint8_t *token)
{
	unsigned int i = sender->count++;
	size_t token_size = sender->size < ICMP_TOKEN_SIZE ? sender->size : ICMP_TOKEN_SIZE;
	size_t copied = sender->size <= ICMP_COPIED_SIZE ? sender->size : token_size;
	struct msghdr *message = &sender->messages[i].msg_hdr;
	uint8_t *head = sender->heads[i];

	icmp_put_echo_request(head, sock->family, sock->ident, seq);
	memcpy(head + ICMP_HEADER_SIZE, token, token_size);
	memcpy(head + ICMP_HEADER_SIZE + token_size, sender->data + token_size,
	       copied - token_size);
	if (sock->is_raw && sock->family == AF_INET)
		wire_put_u16(head + 2,
			     checksum_finish(checksum_add(sender->tail_sum, head,
							  ICMP_HEADER_SIZE + token_size)));
	sender->parts[i][0] =
		(struct iovec){ .iov_base = head, .iov_len = ICMP_HEADER_SIZE + copied };
	sender->parts[i][1] = (struct iovec){ .iov_base = (void *)(sender->data + copied),
					      .iov_len = sender->size - copied };
	*message = (struct msghdr){
		.msg_name = &sender->dests[i],
		.msg_namelen = sockaddr_make(&sender->dests[i], dest),
		.msg_iov = sender->parts[i],
		.msg_iovlen = 1 + (sender->size > copied),
	};
	if (sock->flow_info)
		sender->dests[i].v6.sin6_flowinfo = sock->flow_info;
	if (sock->names_stamps)
		add_key(message, sender->keys[i].bytes, sender->key_type, seq);
}

static uint16_t seq_at(const struct icmp_sender *sender, unsigned int i)
{
	return wire_get_u16(sender->heads[i] + 6);
}

/* This kernel does not let us name keys: have it return whole packets instead. */
static void stop_naming(struct icmp_sender *sender, struct icmp_socket *sock)
{
	unsigned int flags = 0;
	socklen_t length = sizeof(flags);

	sock->names_stamps = false;
	if (getsockopt(sock->fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, &length) == 0) {
		flags &= ~(unsigned int)(SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY);
		setsockopt(sock->fd, SOL_SOCKET, SO_TIMESTAMPING, &flags, sizeof(flags));
	}
	for (unsigned int i = 0; i < sender->count; i++) {
		sender->messages[i].msg_hdr.msg_control = NULL;
		sender->messages[i].msg_hdr.msg_controllen = 0;
	}
}

/* Send what is left of @sender, or its beginning. A plain probe that is alone takes the cheapest
 * way.
 *
 * Return: how many went, at least one; -1 with errno.
 */
static int send_some(struct icmp_sender *sender, const struct icmp_socket *sock)
{
	struct mmsghdr *first = &sender->messages[sender->done];
	const struct msghdr *message = &first->msg_hdr;
	unsigned int left = sender->count - sender->done;

	if (left > 1 || message->msg_control || message->msg_iovlen > 1)
		return sendmmsg(sock->fd, first, left, 0);
	return sendto(sock->fd, message->msg_iov->iov_base, message->msg_iov->iov_len, 0,
		      message->msg_name, message->msg_namelen) < 0 ?
		       -1 :
		       1;
}

/* Send what was added through @sock. What did not go stays, to be tried again by the next call, but
 * for a probe that icmp_sender_skip() gives up.
 *
 * Return: 0 if all went, otherwise the -errno of the first that did not: -EAGAIN and -ENOBUFS if
 * there is no room for now.
 */
int icmp_sender_flush(struct icmp_sender *sender, struct icmp_socket *sock)
{
	bool was_retried = false;

	while (sender->done < sender->count) {
		int n = send_some(sender, sock);

		if (n > 0) {
			sender->done += (unsigned int)n;
			was_retried = false;
			continue;
		}
		if (errno == EINTR)
			continue;
		if (errno == EINVAL && sock->names_stamps) {
			stop_naming(sender, sock);
			continue;
		}
		/* An ICMP error about an earlier probe is told here once, instead of sending. */
		if (was_retried || errno == EAGAIN || errno == ENOBUFS || errno == EMSGSIZE)
			return -errno;
		was_retried = true;
	}
	sender->count = sender->done = 0;
	return 0;
}

/* Give up the probe that icmp_sender_flush() could not send.
 *
 * Return: its sequence number.
 */
uint16_t icmp_sender_skip(struct icmp_sender *sender)
{
	uint16_t seq = seq_at(sender, sender->done++);

	if (sender->done == sender->count)
		sender->count = sender->done = 0;
	return seq;
}
