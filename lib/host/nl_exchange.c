// SPDX-License-Identifier: GPL-2.0-or-later
/* Many requests at once, each with one reply.
 *
 * Theory of operation: the requests leave as one datagram, the kernel works them off in order and
 * queues a datagram for each, and several of these are fetched with one system call. Replies are
 * known by their sequence numbers. Should the receive buffer overflow all the same (somebody made
 * it small), the kernel says so with ENOBUFS, and what was not answered is asked again, one by one.
 */
#include <errno.h>
#include <string.h>

#include "host/nl.h"
#include "host/nl_link.h"

/* The parts that nl->buffer is divided into. The answer to a look-up takes some 200 bytes; one with
 * all the hops of a large group needs more, and then the whole buffer. */
#define PIECE_SIZE 1024
#define PIECES (NL_BUFFER_SIZE / PIECE_SIZE)

struct exchange {
	struct nl *nl;
	nl_reply_fn *on_reply;
	void *arg;
	struct nlmsghdr *requests[NL_EXCHANGE_MAX];
	uint32_t count, answered;
	uint32_t first; /* sequence number of request 0 */
	bool is_answered[NL_EXCHANGE_MAX];
};

/* Number the requests in the @length bytes at @bytes.
 *
 * Return: 0 or -EINVAL.
 */
static int number_requests(struct exchange *exchange, void *bytes, size_t length)
{
	struct nlmsghdr *request = bytes;
	int left = (int)length;

	exchange->first = exchange->nl->sequence + 1;
	for (; mnl_nlmsg_ok(request, left); request = mnl_nlmsg_next(request, &left)) {
		if (exchange->count == NL_EXCHANGE_MAX)
			return -EINVAL;
		request->nlmsg_flags |= NLM_F_REQUEST;
		request->nlmsg_seq = ++exchange->nl->sequence;
		exchange->requests[exchange->count++] = request;
	}
	return left == 0 ? 0 : -EINVAL;
}

static int error_of(const struct nlmsghdr *message, int *error)
{
	if (mnl_nlmsg_get_payload_len(message) < sizeof(*error))
		return -EBADMSG;
	memcpy(error, mnl_nlmsg_get_payload(message), sizeof(*error));
	return *error > 0 || *error < -4095 ? -EBADMSG : 0;
}

/* Hand on the replies in one datagram. */
static int take(struct exchange *exchange, const void *bytes, size_t length)
{
	const struct nlmsghdr *message = bytes;
	int left = (int)length, ret = 0;

	for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
		uint32_t index = message->nlmsg_seq - exchange->first;
		bool is_error = message->nlmsg_type == NLMSG_ERROR;
		int error = 0;

		if (index >= exchange->count || exchange->is_answered[index])
			continue;
		if (is_error)
			ret = error_of(message, &error);
		if (ret == 0)
			ret = exchange->on_reply(index, is_error ? NULL : message, error,
						 exchange->arg);
		if (ret < 0)
			return ret;
		exchange->is_answered[index] = true;
		exchange->answered++;
	}
	return left > 0 ? -EBADMSG : 0;
}

static int receive(struct exchange *exchange)
{
	struct nl_piece pieces[PIECES];
	unsigned int wanted = exchange->count - exchange->answered;
	int received, ret = 0;

	if (wanted > PIECES)
		wanted = PIECES;
	for (unsigned int i = 0; i < wanted; i++)
		pieces[i] = (struct nl_piece){ .bytes = exchange->nl->buffer + i * PIECE_SIZE,
					       .size = PIECE_SIZE };
	received = nl_link_receive_many(exchange->nl->link, pieces, wanted);
	for (int i = 0; i < received && ret == 0; i++)
		ret = take(exchange, pieces[i].bytes, pieces[i].length);
	return received < 0 ? received : ret;
}

/* Ask again for what was not answered, one request at a time: the rest of what was may still come,
 * so that replies are waited for until there are enough. */
static int ask_again(struct exchange *exchange)
{
	struct nl *nl = exchange->nl;
	int ret = 0;

	for (uint32_t i = 0; i < exchange->count && ret == 0; i++) {
		struct nlmsghdr *request = exchange->requests[i];

		if (!exchange->is_answered[i])
			ret = nl_link_send(nl->link, request, request->nlmsg_len);
		while (ret == 0 && !exchange->is_answered[i]) {
			ssize_t length = nl_link_receive(nl->link, nl->buffer, sizeof(nl->buffer));

			if (length == -EINTR || length == -ENOBUFS || length == -ENOSPC)
				continue;
			ret = length < 0 ? (int)length : take(exchange, nl->buffer, (size_t)length);
		}
	}
	return ret;
}

/* Send the @length bytes of requests at @requests, NL_EXCHANGE_MAX messages at most, each with
 * type, length and payload, and hand each one's reply to @on_reply, in the kernel's order: each
 * request has exactly one. The rest of the headers is filled in here.
 *
 * Return: 0 when all have been answered (what the kernel refuses is an answer, too), -errno from
 * @on_reply or of the socket, -EINVAL for bad requests, -EBADMSG if what came is no netlink.
 */
int nl_exchange(struct nl *nl, void *requests, size_t length, nl_reply_fn *on_reply, void *arg,
		struct err *err)
{
	struct exchange exchange = { .nl = nl, .on_reply = on_reply, .arg = arg };
	int ret = nl_refresh(nl);

	if (ret == 0)
		ret = number_requests(&exchange, requests, length);
	if (ret == 0)
		ret = nl_link_send(nl->link, requests, length);
	while (ret == 0 && exchange.answered < exchange.count) {
		ret = receive(&exchange);
		if (ret == -EINTR)
			ret = 0;
		else if (ret == -ENOBUFS || ret == -ENOSPC)
			ret = ask_again(&exchange);
	}
	nl->is_stale = ret < 0;
	return ret < 0 ? err_set(err, ret, "netlink request: %s", strerror(-ret)) : 0;
}
