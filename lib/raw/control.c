// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel says beside a message: stamps, header fields, errors. */
#include "raw/control.h"

#include <linux/in6.h>
#include <netinet/in.h>
#include <string.h>

#include "raw/sockaddr.h"

/* One of the stamps in an SCM_TIMESTAMPING (Documentation/networking/timestamping.rst): 0 is the
 * kernel's, 2 the device's, 1 is not used any more. An SCM_TIMESTAMPNS has the first one alone. */
static uint64_t stamp_ns(const struct cmsghdr *head, int which)
{
	struct scm_timestamping stamps = { 0 };
	size_t length = head->cmsg_type == SCM_TIMESTAMPNS ? sizeof(stamps.ts[0]) : sizeof(stamps);

	if (head->cmsg_len < CMSG_LEN(length))
		return 0;
	memcpy(&stamps, CMSG_DATA(head), length);
	return (uint64_t)stamps.ts[which].tv_sec * 1000000000u + (uint64_t)stamps.ts[which].tv_nsec;
}

/* Return: the software stamp in an SCM_TIMESTAMPING or SCM_TIMESTAMPNS, in ns since 1970; 0 if
 * there is none. */
uint64_t control_stamp_ns(const struct cmsghdr *head)
{
	return stamp_ns(head, 0);
}

/* Return: the hardware stamp in an SCM_TIMESTAMPING, in ns on the device's own clock; 0 if there is
 * none. */
uint64_t control_hardware_ns(const struct cmsghdr *head)
{
	return stamp_ns(head, 2);
}

/* Read a field of the IP header that comes as a number: @v4_type of IPPROTO_IP or @v6_type of
 * IPPROTO_IPV6.
 *
 * Return: whether @head is that; IPv4's type of service comes as a byte.
 */
bool control_number(const struct cmsghdr *head, int v4_type, int v6_type, int *value)
{
	if (!(head->cmsg_level == IPPROTO_IP && head->cmsg_type == v4_type) &&
	    !(head->cmsg_level == IPPROTO_IPV6 && head->cmsg_type == v6_type))
		return false;
	if (head->cmsg_len >= CMSG_LEN(sizeof(*value)))
		memcpy(value, CMSG_DATA(head), sizeof(*value));
	else if (head->cmsg_len >= CMSG_LEN(1))
		*value = *CMSG_DATA(head);
	else
		return false;
	return true;
}

/* Return: the error that a message of the error queue is about (ip(7), IP_RECVERR), NULL if it has
 * none; the offender's address may follow it. */
const struct sock_extended_err *control_error(struct msghdr *message)
{
	struct cmsghdr *head;

	for (head = CMSG_FIRSTHDR(message); head; head = CMSG_NXTHDR(message, head)) {
		bool is_error =
			(head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_RECVERR) ||
			(head->cmsg_level == IPPROTO_IPV6 && head->cmsg_type == IPV6_RECVERR);

		if (is_error && head->cmsg_len >= CMSG_LEN(sizeof(struct sock_extended_err) +
							   sizeof(struct sockaddr_in)))
			return (const void *)CMSG_DATA(head);
	}
	return NULL;
}

/* Return: who reported an ICMP error. */
struct addr control_offender(const struct sock_extended_err *error, const struct msghdr *message)
{
	size_t room = (size_t)((const char *)message->msg_control + message->msg_controllen -
			       (const char *)(error + 1));
	union sockaddr_any offender = { .any.sa_family = AF_UNSPEC };

	if (room > sizeof(offender))
		room = sizeof(offender);
	memcpy(&offender, error + 1, room);
	return sockaddr_addr(&offender, (socklen_t)room);
}
