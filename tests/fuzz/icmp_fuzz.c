// SPDX-License-Identifier: GPL-2.0-or-later
/* What an ICMP socket brings: the first byte chooses the socket and the queue; of the error queue,
 * the next ones are the extended error. Or what comes beside a message. */
#include <time.h>
#include <linux/errqueue.h>

#include "fuzz.h"
#include "raw/icmp.h"
#include "wire/icmp.h"
#include "wire/ip.h"

/* What the parser gave must lie in what it was given. */
static void check_inside(const uint8_t *at, size_t length, const uint8_t *data, size_t size)
{
	FUZZ_CHECK(length == 0 || (at >= data && at + length <= data + size));
}

static void check_options(const struct probe_event *event)
{
	const uint8_t *at = event->options, *end;
	struct ip_option option;
	size_t count = 0;

	if (event->options_length == 0)
		return;
	end = at + event->options_length;
	while (ip_next_option(&option, &at, end) == WIRE_OK && option.kind) {
		FUZZ_CHECK(at <= end);
		FUZZ_CHECK(++count <= IP_OPTIONS_MAX);
	}
}

static void read_reply(const struct icmp_socket *sock, const uint8_t *data, size_t size)
{
	struct probe_event event = { .ttl = -1 };
	char text[ICMP_TEXT_MAX];

	if (!icmp_parse_reply(&event, sock, data, size))
		return;
	check_inside(event.payload, event.payload_length, data, size);
	check_inside(event.options, event.options_length, data, size);
	check_options(&event);
	icmp_describe(text, sizeof(text), sock->family, event.icmp_type, event.icmp_code,
		      event.info);
}

static void read_error(const struct icmp_socket *sock, const uint8_t *data, size_t size)
{
	struct probe_event event = { .ttl = -1, .stamp_ns = 1 };
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(struct sock_extended_err) +
				      sizeof(struct sockaddr_in6))];
	} control = { 0 };
	const size_t room = sizeof(struct sock_extended_err) + sizeof(struct sockaddr_in6);
	size_t used = size < room ? size : room;
	struct msghdr message = { .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);

	head->cmsg_level = sock->family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6;
	head->cmsg_type = sock->family == AF_INET ? IP_RECVERR : IPV6_RECVERR;
	head->cmsg_len = CMSG_LEN(used);
	memcpy(CMSG_DATA(head), data, used);
	if (icmp_parse_error(&event, sock, &message, data + used, size - used) &&
	    event.kind == PROBE_ERROR)
		check_inside(event.payload, event.payload_length, data + used, size - used);
}

/* Control messages as the kernel puts them, one behind the other: a byte chooses level and type,
 * the next one says how much of the data is its own. */
static void read_controls(const uint8_t *data, size_t size)
{
	static const int kinds[][2] = {
		{ SOL_SOCKET, SCM_TIMESTAMPING }, { IPPROTO_IP, IP_TTL },
		{ IPPROTO_IPV6, IPV6_HOPLIMIT },  { IPPROTO_IP, IP_RETOPTS },
		{ SOL_SOCKET, SO_RXQ_OVFL },	  { SOL_SOCKET, SCM_TIMESTAMPNS },
	};
	struct probe_event event = { .ttl = -1 };
	struct msghdr message = { 0 };
	char *control = calloc(1, CONTROL_SIZE);
	size_t used = 0;

	FUZZ_CHECK(control);
	while (size >= 2) {
		const int *kind = kinds[data[0] % (sizeof(kinds) / sizeof(kinds[0]))];
		size_t length = data[1] < size - 2 ? data[1] : size - 2;
		struct cmsghdr head = { .cmsg_len = CMSG_LEN(length),
					.cmsg_level = kind[0],
					.cmsg_type = kind[1] };

		if (used + CMSG_SPACE(length) > CONTROL_SIZE)
			break;
		memcpy(control + used, &head, sizeof(head));
		memcpy(control + used + CMSG_LEN(0), data + 2, length);
		used += CMSG_SPACE(length);
		data += 2 + length;
		size -= 2 + length;
	}
	message.msg_control = realloc(control, used ? used : 1);
	message.msg_controllen = used;
	icmp_read_controls(&event, &message);
	check_inside(event.options, event.options_length, message.msg_control, used);
	check_options(&event);
	free(message.msg_control);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct icmp_socket sock = { .ident = 0x1234 };
	uint8_t *copy;

	if (size < 1)
		return 0;
	sock.family = data[0] & 1 ? AF_INET6 : AF_INET;
	sock.is_raw = data[0] & 2;
	sock.names_stamps = data[0] & 4;
	copy = malloc(size > 1 ? size - 1 :
				 1); /* exactly as long, so that a sanitizer sees a byte too many */
	FUZZ_CHECK(copy);
	memcpy(copy, data + 1, size - 1);
	if (data[0] & 16)
		read_controls(copy, size - 1);
	else if (data[0] & 8)
		read_error(&sock, copy, size - 1);
	else
		read_reply(&sock, copy, size - 1);
	free(copy);
	return 0;
}
