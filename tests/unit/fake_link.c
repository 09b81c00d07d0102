// SPDX-License-Identifier: GPL-2.0-or-later
#include "fake_link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "host/nl_link.h"

struct fake_link fake_link;

/* Forget everything, counters included. */
void fake_link_reset(void)
{
	for (size_t i = 0; i < fake_link.count; i++)
		free(fake_link.queue[i].bytes);
	memset(&fake_link, 0, sizeof(fake_link));
}

static struct fake_datagram *add(void)
{
	if (fake_link.count == FAKE_LINK_DATAGRAMS_MAX)
		abort();
	return &fake_link.queue[fake_link.count++];
}

/* Queue a datagram. */
void fake_link_add(const void *bytes, size_t length)
{
	struct fake_datagram *datagram = add();

	datagram->bytes = malloc(length ? length : 1);
	if (!datagram->bytes)
		abort();
	memcpy(datagram->bytes, bytes, length);
	datagram->length = length;
}

/* Queue a failure to receive, @error being -errno. */
void fake_link_add_error(int error)
{
	add()->error = error;
}

/* Queue a datagram of one message. */
void fake_link_add_message(struct message *message)
{
	fake_link_add(message->bytes, message_head(message)->nlmsg_len);
}

/* Queue the end of a dump: NLMSG_DONE or NLMSG_ERROR, with 0 or -errno. */
void fake_link_add_end(uint16_t type, uint32_t sequence, int error)
{
	struct message message;

	message_begin(&message, type, sequence, &error, sizeof(error));
	fake_link_add_message(&message);
}

int nl_link_open(struct nl_link **link, int protocol)
{
	(void)protocol;
	if (fake_link.open_error)
		return fake_link.open_error;
	fake_link.opened++;
	*link = (struct nl_link *)&fake_link;
	return 0;
}

void nl_link_close(struct nl_link *link)
{
	fake_link.closed += link != NULL;
}

int nl_link_send(struct nl_link *link, const void *bytes, size_t length)
{
	if (link != (struct nl_link *)&fake_link || length > sizeof(fake_link.request))
		abort();
	memcpy(&fake_link.request, bytes, length);
	fake_link.sent++;
	return fake_link.send_error;
}

int nl_link_join(struct nl_link *link, unsigned int group)
{
	(void)link;
	(void)group;
	return 0;
}

int nl_link_fd(const struct nl_link *link)
{
	(void)link;
	return -1;
}

ssize_t nl_link_receive(struct nl_link *link, void *bytes, size_t size)
{
	const struct fake_datagram *datagram = &fake_link.queue[fake_link.next];

	if (link != (struct nl_link *)&fake_link)
		abort();
	if (fake_link.next == fake_link.count)
		return -ENODATA;
	fake_link.next++;
	if (datagram->error)
		return datagram->error;
	if (datagram->length > size)
		return -ENOSPC;
	memcpy(bytes, datagram->bytes, datagram->length);
	return (ssize_t)datagram->length;
}

int nl_link_receive_many(struct nl_link *link, struct nl_piece *pieces, unsigned int count)
{
	unsigned int received = 0;

	for (; received < count && fake_link.next < fake_link.count; received++) {
		ssize_t length =
			nl_link_receive(link, pieces[received].bytes, pieces[received].size);

		if (length < 0 && received > 0) {
			fake_link.next--; /* for the next call, as recvmmsg() does */
			break;
		}
		if (length < 0)
			return (int)length;
		pieces[received].length = (size_t)length;
	}
	return received > 0 ? (int)received : -ENODATA;
}

int nl_link_be_strict(struct nl_link *link)
{
	(void)link;
	return fake_link.strict_error;
}
