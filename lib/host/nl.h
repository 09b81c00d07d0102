// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_NL_H
#define NETSONDE_HOST_NL_H

#include <libmnl/libmnl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/addr.h"
#include "base/err.h"

/* The kernel fills dump datagrams up to 32 KiB; a larger buffer buys nothing. */
#define NL_BUFFER_SIZE 32768

struct nl_link;

/* A conversation with one netlink family of the kernel, one request at a time. */
struct nl {
	struct nl_link *link;
	int protocol;
	uint32_t sequence;
	bool is_stale;	     /* replies to an abandoned request may still come */
	bool is_strict;	     /* the kernel filters dumps */
	bool is_interrupted; /* the kernel says that the last dump's table changed meanwhile */
	_Alignas(struct nlmsghdr) char buffer[NL_BUFFER_SIZE];
};

/* The attributes of @message behind its fixed part of @offset bytes, each checked to lie within. */
#define nl_for_each_attr(attr, message, offset)                                                    \
	for ((attr) = mnl_nlmsg_get_payload_offset(message, offset);                               \
	     mnl_attr_ok(attr, nl_attr_left(message, attr)); (attr) = mnl_attr_next(attr))

/* The attributes in the @length bytes at @bytes, each checked to lie within. */
#define nl_for_each_inner(attr, bytes, length)                                                     \
	for ((attr) = (const struct nlattr *)(bytes);                                              \
	     mnl_attr_ok(attr, (int)((const char *)(bytes) + (length) - (const char *)(attr)));    \
	     (attr) = mnl_attr_next(attr))

/* Unlike mnl_nlmsg_get_payload_tail() without the padding, which the last message may lack. */
static inline int nl_attr_left(const struct nlmsghdr *message, const struct nlattr *attr)
{
	return (int)((const char *)message + message->nlmsg_len - (const char *)attr);
}

/* Return: the number that @attr holds, 0 if it is too short for one. */
static inline uint32_t nl_attr_u32(const struct nlattr *attr)
{
	uint32_t value = 0;

	if (mnl_attr_get_payload_len(attr) >= sizeof(value))
		memcpy(&value, mnl_attr_get_payload(attr), sizeof(value));
	return value;
}

/* Read the address of @family that @attr holds; a family of AF_UNSPEC says that it is too short. */
static inline void nl_attr_addr(const struct nlattr *attr, uint8_t family, struct addr *addr)
{
	uint16_t size = family == AF_INET ? 4 : 16;

	*addr = (struct addr){ 0 };
	if (mnl_attr_get_payload_len(attr) < size)
		return;
	addr->family = family;
	memcpy(addr->bytes, mnl_attr_get_payload(attr), size);
}

/* Called with each message of a dump, which it borrows.
 *
 * Return: 0 to go on, a positive number to stop the dump, -errno to fail it.
 */
typedef int nl_message_fn(const struct nlmsghdr *message, void *arg);

/* The most requests that nl_exchange() takes at once: the default receive buffer of 208 KiB holds
 * 256 replies to look-ups, and what does not fit is lost. */
#define NL_EXCHANGE_MAX 128

/* Called with the reply to request @index of an exchange: a message, which it borrows, or NULL and
 * the kernel's @error (-errno, or 0 for a bare acknowledgement).
 *
 * Return: 0 to go on, -errno to fail the exchange.
 */
typedef int nl_reply_fn(uint32_t index, const struct nlmsghdr *reply, int error, void *arg);

int nl_open(struct nl *nl, int protocol, struct err *err);
void nl_close(struct nl *nl);
int nl_dump(struct nl *nl, struct nlmsghdr *request, nl_message_fn *on_message, void *arg,
	    struct err *err);
int nl_dump_two(struct nl *const nls[2], struct nlmsghdr *const requests[2],
		nl_message_fn *on_message, void *const args[2], struct err *err);
int nl_request(struct nl *nl, struct nlmsghdr *request, nl_message_fn *on_message, void *arg,
	       struct err *err);
int nl_join(struct nl *nl, unsigned int group, struct err *err);
int nl_fd(const struct nl *nl);
int nl_next_events(struct nl *nl, nl_message_fn *on_message, void *arg, struct err *err);
int nl_exchange(struct nl *nl, void *requests, size_t length, nl_reply_fn *on_reply, void *arg,
		struct err *err);
int nl_refresh(struct nl *nl);
void nl_be_strict(struct nl *nl);

#endif
