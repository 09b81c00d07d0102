// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/nl.h"

#include <errno.h>
#include <string.h>

#include "host/nl_ahead.h"
#include "host/nl_link.h"

/* Dumps of more datagrams than this are received ahead: for a short one a thread does not pay. */
#define AHEAD_FROM 8

/* Open a session with the netlink family @protocol (NETLINK_ROUTE, NETLINK_SOCK_DIAG, ...).
 *
 * Return: 0, or -errno (-EPROTONOSUPPORT: not in this kernel); nl_close() is due only after 0.
 */
int nl_open(struct nl *nl, int protocol, struct err *err)
{
	int ret;

	nl->link = NULL;
	nl->protocol = protocol;
	nl->sequence = 0;
	nl->is_stale = false;
	nl->is_strict = false;
	nl->is_interrupted = false;
	ret = nl_link_open(&nl->link, protocol);
	if (ret < 0)
		return err_set(err, ret, "cannot talk netlink to the kernel: %s", strerror(-ret));
	return 0;
}

/* End the session. */
void nl_close(struct nl *nl)
{
	nl_link_close(nl->link);
	nl->link = NULL;
}

/* The error that a NLMSG_ERROR or NLMSG_DONE carries: 0 or -errno. A dump that the kernel cannot do
 * (an inet_diag handler it lacks) is told in NLMSG_DONE's payload, where libmnl's own loop does not
 * look. */
static int carried_error(const struct nlmsghdr *message)
{
	int error;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(error))
		return message->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	memcpy(&error, mnl_nlmsg_get_payload(message), sizeof(error));
	if (error < -4095)
		return -EBADMSG;
	return error < 0 ? error : 0;
}

/* Hand the messages of one datagram on.
 *
 * Return: 0 to receive more, 1 at the end of the dump, 2 if the receiver has had enough, -errno.
 */
static int walk_datagram(struct nl *nl, const void *bytes, ssize_t length,
			 nl_message_fn *on_message, void *arg)
{
	const struct nlmsghdr *message = bytes;
	int left = (int)length, ret;

	/* A length of 2^31 and more is a negative one to mnl_nlmsg_ok(), and so within bounds. */
	for (; mnl_nlmsg_ok(message, left) && message->nlmsg_len <= (uint32_t)left;
	     message = mnl_nlmsg_next(message, &left)) {
		if (message->nlmsg_seq != nl->sequence)
			continue;
		if (message->nlmsg_flags & NLM_F_DUMP_INTR)
			nl->is_interrupted = true;
		switch (message->nlmsg_type) {
		case NLMSG_NOOP:
			break;
		case NLMSG_OVERRUN:
			return -EOVERFLOW;
		case NLMSG_ERROR:
		case NLMSG_DONE:
			ret = carried_error(message);
			return ret < 0 ? ret : 1;
		default:
			ret = on_message(message, arg);
			if (ret)
				return ret < 0 ? ret : 2;
		}
	}
	return left > 0 ? -EBADMSG : 0;
}

/* A request that was abandoned leaves its dump running on the socket: start on a fresh one.
 *
 * Return: 0 or -errno.
 */
int nl_refresh(struct nl *nl)
{
	int ret;

	if (!nl->is_stale)
		return 0;
	nl_link_close(nl->link);
	nl->link = NULL;
	nl->is_stale = false;
	ret = nl_link_open(&nl->link, nl->protocol);
	if (ret == 0 && nl->is_strict)
		nl_be_strict(nl);
	return ret;
}

/* Have the kernel filter dumps by what stands in the request. Before Linux 4.20 it does not:
 * receivers have to look themselves, too. */
void nl_be_strict(struct nl *nl)
{
	nl->is_strict = nl_link_be_strict(nl->link) == 0;
}

/* Send @request, whose flags are set, under the session's next number.
 *
 * Return: 0 or -errno.
 */
static int send_next(struct nl *nl, struct nlmsghdr *request)
{
	int ret = nl_refresh(nl);

	request->nlmsg_seq = ++nl->sequence;
	nl->is_interrupted = false;
	return ret < 0 ? ret : nl_link_send(nl->link, request, request->nlmsg_len);
}

/* Send @request, whose flags are set, and hand what comes back to @on_message until it ends.
 *
 * Return: 0 at the end or when @on_message stopped it, -errno.
 */
static int converse(struct nl *nl, struct nlmsghdr *request, nl_message_fn *on_message, void *arg)
{
	bool is_dump = (request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	struct nl_ahead *ahead = NULL;
	unsigned int count = 0;
	int ret = send_next(nl, request);

	while (ret == 0) {
		const void *bytes = nl->buffer;
		ssize_t length;

		/* without a thread it goes on as before */
		if (is_dump && ++count == AHEAD_FROM)
			nl_ahead_start(&ahead, nl->link, nl->sequence);
		length = ahead ? nl_ahead_next(ahead, &bytes) :
				 nl_link_receive(nl->link, nl->buffer, sizeof(nl->buffer));
		if (length == -EINTR)
			continue;
		ret = length < 0 ? (int)length : walk_datagram(nl, bytes, length, on_message, arg);
	}
	if (ahead)
		nl_ahead_stop(ahead);
	nl->is_stale = ret != 1;
	return ret < 0 ? ret : 0;
}

/* Ask for a table and hand each of its entries to @on_message. @request has type and payload; the
 * rest of its header is filled in here. A dump is no snapshot: the table may change under it, which
 * nl->is_interrupted tells where the kernel notices.
 *
 * Return: 0 at the end or when @on_message stopped it, -errno from the kernel or from @on_message;
 * -ENOENT and -EOPNOTSUPP are the kernel's ways to say that it has no such table, -EBADMSG that
 * what came is no netlink.
 */
int nl_dump(struct nl *nl, struct nlmsghdr *request, nl_message_fn *on_message, void *arg,
	    struct err *err)
{
	int ret;

	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	ret = converse(nl, request, on_message, arg);
	if (ret < 0)
		return err_set(err, ret, "netlink dump: %s", strerror(-ret));
	return 0;
}

/* Send a request whose answer a thread receives.
 *
 * Return: 0, and the thread in @ahead, or -errno.
 */
static int begin_ahead(struct nl *nl, struct nlmsghdr *request, struct nl_ahead **ahead)
{
	int ret;

	request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	ret = send_next(nl, request);
	return ret < 0 ? ret : nl_ahead_start(ahead, nl->link, nl->sequence);
}

/* Ask for two dumps at once, each in a session and a thread of its own, as nl_dump() does for one.
 * Their messages come with the one and the other of @args, by turns, datagram by datagram: always
 * in the same order. What stops one stops both.
 *
 * Return: as nl_dump().
 */
int nl_dump_two(struct nl *const nls[2], struct nlmsghdr *const requests[2],
		nl_message_fn *on_message, void *const args[2], struct err *err)
{
	struct nl_ahead *aheads[2] = { NULL, NULL };
	bool is_over[2] = { false, false };
	int ret = 0;

	for (int i = 0; i < 2 && ret == 0; i++)
		ret = begin_ahead(nls[i], requests[i], &aheads[i]);
	for (int i = 0; ret == 0 && !(is_over[0] && is_over[1]); i ^= 1) {
		const void *bytes;
		ssize_t length;

		if (is_over[i])
			continue;
		length = nl_ahead_next(aheads[i], &bytes);
		ret = length < 0 ? (int)length :
				   walk_datagram(nls[i], bytes, length, on_message, args[i]);
		is_over[i] = ret == 1;
		if (is_over[i])
			ret = 0;
	}
	for (int i = 0; i < 2; i++) {
		if (aheads[i])
			nl_ahead_stop(aheads[i]);
		nls[i]->is_stale = !is_over[i];
	}
	return ret < 0 ? err_set(err, ret, "netlink dump: %s", strerror(-ret)) : 0;
}

static int ignore_message(const struct nlmsghdr *message, void *arg)
{
	(void)message;
	(void)arg;
	return 0;
}

/* Ask for one thing, or have one thing changed, and wait until the kernel has acknowledged it.
 * @request has type, payload and flags such as NLM_F_CREATE; the rest of its header is filled in
 * here. What is answered goes to @on_message, NULL for requests without an answer.
 *
 * Return: 0, or -errno as the kernel says, or from @on_message.
 */
int nl_request(struct nl *nl, struct nlmsghdr *request, nl_message_fn *on_message, void *arg,
	       struct err *err)
{
	int ret;

	request->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
	ret = converse(nl, request, on_message ? on_message : ignore_message, arg);
	if (ret < 0)
		return err_set(err, ret, "netlink: %s", strerror(-ret));
	return 0;
}

/* Have the events of @group (RTNLGRP_NEIGH, ...) sent to this session, which is then for nothing
 * else but nl_next_events().
 *
 * Return: 0 or -errno.
 */
int nl_join(struct nl *nl, unsigned int group, struct err *err)
{
	int ret = nl_link_join(nl->link, group);

	if (ret < 0)
		return err_set(err, ret, "netlink events: %s", strerror(-ret));
	return 0;
}

/* Return: the descriptor to poll for events, -1 where there is none. */
int nl_fd(const struct nl *nl)
{
	return nl_link_fd(nl->link);
}

/* Wait for events and hand those that came together to @on_message.
 *
 * Return: 0, what @on_message returned if that was not 0, -EINTR if a signal came first,
 * -ENOBUFS if the kernel had to drop some, or another -errno.
 */
int nl_next_events(struct nl *nl, nl_message_fn *on_message, void *arg, struct err *err)
{
	ssize_t length = nl_link_receive(nl->link, nl->buffer, sizeof(nl->buffer));
	const struct nlmsghdr *message = (const struct nlmsghdr *)nl->buffer;
	int left = (int)length, ret = 0;

	if (length < 0)
		return err_set(err, (int)length, "netlink events: %s", strerror((int)-length));
	for (; ret == 0 && mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left))
		if (message->nlmsg_type >= NLMSG_MIN_TYPE)
			ret = on_message(message, arg);
	return ret;
}
