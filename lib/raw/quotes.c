// SPDX-License-Identifier: GPL-2.0-or-later
#include "raw/quotes.h"

#include <errno.h>
#include <linux/icmp.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/capability.h>
#include <unistd.h>

#include "base/checksum.h"
#include "base/priv.h"
#include "raw/control.h"
#include "raw/sockaddr.h"
#include "wire/icmp.h"
#include "wire/ip.h"

static int pass_errors(const struct quotes *quotes)
{
	struct icmp_filter filter4 = {
		.data = ~(1u << ICMP_DEST_UNREACH | 1u << ICMP_SOURCE_QUENCH |
			  1u << ICMP_TIME_EXCEEDED | 1u << ICMP_PARAMETERPROB),
	};
	struct icmp6_filter filter6;

	if (quotes->family == AF_INET)
		return setsockopt(quotes->fd, SOL_RAW, ICMP_FILTER, &filter4, sizeof(filter4));
	ICMP6_FILTER_SETBLOCKALL(&filter6);
	for (int type = ICMP6_DST_UNREACH; type <= ICMP6_PARAM_PROB; type++)
		ICMP6_FILTER_SETPASS(type, &filter6);
	return setsockopt(quotes->fd, IPPROTO_ICMPV6, ICMP6_FILTER, &filter6, sizeof(filter6));
}

/* Open a socket for ICMP errors of @family (AF_INET, AF_INET6) that come in through @device (NULL:
 * any). CAP_NET_RAW is raised for as long as that takes.
 *
 * Return: 0, -EPERM without CAP_NET_RAW, or another -errno with @err; quotes_close() is due only
 * after 0.
 */
int quotes_open(struct quotes *quotes, uint8_t family, const char *device, struct err *err)
{
	const int yes = 1;
	int ret = 0;

	*quotes = (struct quotes){ .family = family };
	priv_raise(CAP_NET_RAW);
	quotes->fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			    family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6);
	if (quotes->fd < 0)
		ret = -errno;
	priv_lower();
	if (ret == 0 && (pass_errors(quotes) < 0 ||
			 (device && setsockopt(quotes->fd, SOL_SOCKET, SO_BINDTODEVICE, device,
					       (socklen_t)strlen(device) + 1) < 0)))
		ret = -errno;
	if (ret == 0) /* without, the time of reading has to do */
		setsockopt(quotes->fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes));
	if (ret < 0)
		quotes_close(quotes);
	return ret < 0 ? err_set(err, ret, "cannot hear ICMP: %s", strerror(-ret)) : 0;
}

/* Close it; harmless for one that was never opened, with a descriptor of -1. */
void quotes_close(struct quotes *quotes)
{
	if (quotes->fd >= 0)
		close(quotes->fd);
	quotes->fd = -1;
}

/* Find the ICMP message in what the socket gave: IPv4's comes with its IP header, and with a
 * checksum that nobody has verified yet. */
static bool find_message(const struct quotes *quotes, struct quotes_message *message)
{
	struct ip_header header;

	if (quotes->family == AF_INET6)
		return message->length >= ICMP_HEADER_SIZE;
	if (ip_parse_v4(&header, message->bytes, message->length) != WIRE_OK ||
	    header.payload_length < ICMP_HEADER_SIZE ||
	    checksum_finish(checksum_add(0, header.payload, header.payload_length)) != 0)
		return false;
	message->bytes = header.payload;
	message->length = header.payload_length;
	return true;
}

/* Take the next error, without waiting for one, into the @size bytes of @room. Whom it is about is
 * not looked at: tcp_quote_parse() tells.
 *
 * Return: 0, -EAGAIN if there is none, or another -errno.
 */
int quotes_receive(const struct quotes *quotes, struct quotes_message *message, void *room,
		   size_t size)
{
	for (;;) {
		union {
			struct cmsghdr align;
			char bytes[CONTROL_SIZE];
		} control;
		union sockaddr_any from = { 0 };
		struct iovec part = { .iov_base = room, .iov_len = size };
		struct msghdr heading = {
			.msg_name = &from,
			.msg_namelen = sizeof(from),
			.msg_iov = &part,
			.msg_iovlen = 1,
			.msg_control = control.bytes,
			.msg_controllen = sizeof(control.bytes),
		};
		ssize_t length = recvmsg(quotes->fd, &heading, MSG_DONTWAIT);

		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return -errno;
		*message = (struct quotes_message){ .bytes = room, .length = (size_t)length };
		message->from = sockaddr_addr(&from, heading.msg_namelen);
		message->from.port = 0;
		for (struct cmsghdr *head = CMSG_FIRSTHDR(&heading); head;
		     head = CMSG_NXTHDR(&heading, head))
			if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_TIMESTAMPNS)
				message->stamp_ns = control_stamp_ns(head);
		if (find_message(quotes, message))
			return 0;
	}
}
