// SPDX-License-Identifier: GPL-2.0-or-later
#include "message.h"

#include <stdlib.h>
#include <string.h>

/* linux/netlink.h counts with signs. */
#define ALIGN(length) (((length) + 3) & ~(size_t)3)
#define ATTR_HEADER sizeof(struct nlattr)

struct nlmsghdr *message_head(struct message *message)
{
	return (struct nlmsghdr *)message->bytes;
}

/* Start a message of @type with its fixed part, @length bytes at @payload. */
void message_begin(struct message *message, uint16_t type, uint32_t sequence, const void *payload,
		   size_t length)
{
	struct nlmsghdr *head = message_head(message);

	memset(message, 0, sizeof(*message));
	head->nlmsg_type = type;
	head->nlmsg_flags = NLM_F_MULTI;
	head->nlmsg_seq = sequence;
	head->nlmsg_len = (uint32_t)(NLMSG_HDRLEN + length);
	if (length > 0)
		memcpy(message->bytes + NLMSG_HDRLEN, payload, length);
}

/* Add an attribute.
 *
 * Return: its header, for who wants to spoil it.
 */
struct nlattr *message_attr(struct message *message, uint16_t type, const void *bytes,
			    size_t length)
{
	struct nlmsghdr *head = message_head(message);
	size_t at = ALIGN(head->nlmsg_len);
	struct nlattr *attr = (struct nlattr *)(message->bytes + at);

	if (at + ATTR_HEADER + ALIGN(length) > MESSAGE_SIZE)
		abort();
	attr->nla_type = type;
	attr->nla_len = (uint16_t)(ATTR_HEADER + length);
	if (length > 0)
		memcpy(message->bytes + at + ATTR_HEADER, bytes, length);
	head->nlmsg_len = (uint32_t)(at + ATTR_HEADER + length);
	return attr;
}

/* The first @length bytes (at least a header's) as a message of that length, with nothing behind
 * them, so that a sanitizer sees a byte too many.
 *
 * Return: the message, the caller's to free.
 */
struct nlmsghdr *message_exact(const struct message *message, size_t length)
{
	struct nlmsghdr *exact = malloc(length);

	if (!exact || length < NLMSG_HDRLEN || length > MESSAGE_SIZE)
		abort();
	memcpy(exact, message->bytes, length);
	exact->nlmsg_len = (uint32_t)length;
	return exact;
}
