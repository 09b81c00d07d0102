// SPDX-License-Identifier: GPL-2.0-or-later
/* Receiving what echo requests bring back: replies, and from the error queue the errors and the
 * kernel's word on when they left. Nothing in here trusts a byte that came in. */
#include <errno.h>
#include <linux/icmp.h>
#include <linux/if_ether.h>
#include <linux/net_tstamp.h>
#include <stdlib.h>
#include <string.h>

#include "base/checksum.h"
#include "base/clock.h"
#include "raw/control.h"
#include "raw/icmp.h"
#include "wire/icmp.h"
#include "wire/ip.h"

/* Memory for one batch, but for at least one message. */
#define BATCH_BYTES (256 * 1024)

/* What a reply may have beyond its data: the largest IPv4 header, the ICMP header, and a bit, so
 * that a reply that is too long is seen to be. */
#define REPLY_OVERHEAD (60 + ICMP_HEADER_SIZE + 20)

#define IPV6_HEADER_SIZE 40

/* Room for what an error quotes. */
#define QUOTE_SIZE 512

/* Make the messages ready to be filled that are not, with who sent them or without. */
static void empty_room(struct icmp_room *room, bool with_sources)
{
	if (room->with_sources != with_sources)
		room->used = room->batch;
	room->with_sources = with_sources;
	for (unsigned int i = 0; i < room->used; i++)
		room->messages[i].msg_hdr = (struct msghdr){
			.msg_name = with_sources ? &room->sources[i] : NULL,
			.msg_namelen = with_sources ? sizeof(room->sources[i]) : 0,
			.msg_iov = &room->parts[i],
			.msg_iovlen = 1,
			.msg_control = room->controls[i].bytes,
			.msg_controllen = sizeof(room->controls[i].bytes),
		};
}

static int init_room(struct icmp_room *room, size_t size)
{
	size_t batch = BATCH_BYTES / size;

	room->size = size;
	room->batch = batch > ICMP_BATCH ? ICMP_BATCH : batch < 1 ? 1 : (unsigned int)batch;
	room->used = room->batch;
	room->with_sources = false;
	room->bytes = malloc(room->size * room->batch);
	if (!room->bytes)
		return -ENOMEM;
	for (unsigned int i = 0; i < room->batch; i++)
		room->parts[i] = (struct iovec){
			.iov_base = room->bytes + i * room->size,
			.iov_len = room->size,
		};
	return 0;
}

/* Make room for replies to probes with @data_size bytes, and for errors.
 *
 * Return: 0 or -ENOMEM.
 */
int icmp_receiver_init(struct icmp_receiver *receiver, size_t data_size)
{
	int ret = init_room(&receiver->replies, data_size + REPLY_OVERHEAD);

	return ret == 0 ? init_room(&receiver->errors, QUOTE_SIZE) : ret;
}

/* Give the room back. */
void icmp_receiver_fini(struct icmp_receiver *receiver)
{
	free(receiver->replies.bytes);
	free(receiver->errors.bytes);
	receiver->replies.bytes = receiver->errors.bytes = NULL;
}

/* A raw IPv4 socket gives the header, too: the system need not tell twice who sent a message. */
static bool has_header(const struct icmp_socket *sock)
{
	return sock->is_raw && sock->family == AF_INET;
}

/* One system call, for @batch messages at most.
 *
 * Return: how many messages came, 0 if there is none, or -errno.
 */
static int fill_room(struct icmp_room *room, unsigned int batch, const struct icmp_socket *sock,
		     int flags)
{
	int n;

	empty_room(room, flags & MSG_ERRQUEUE || !has_header(sock));
	do
		n = recvmmsg(sock->fd, room->messages, batch, MSG_DONTWAIT | flags, NULL);
	while (n < 0 && errno == EINTR);
	/* One more than came may have been touched. */
	room->used = n >= 0 && (unsigned int)n < room->batch ? (unsigned int)n + 1 : room->batch;
	return n >= 0 ? n : errno == EAGAIN ? 0 : -errno;
}

/* Read what comes beside a message: stamps, hop limit, IPv4 options. The options are borrowed. */
void icmp_read_controls(struct probe_event *event, struct msghdr *message)
{
	struct cmsghdr *head;

	for (head = CMSG_FIRSTHDR(message); head; head = CMSG_NXTHDR(message, head)) {
		if (head->cmsg_level == SOL_SOCKET &&
		    (head->cmsg_type == SCM_TIMESTAMPING || head->cmsg_type == SCM_TIMESTAMPNS)) {
			event->stamp_ns = control_stamp_ns(head);
			event->hardware_ns = control_hardware_ns(head);
		} else if (control_number(head, IP_TTL, IPV6_HOPLIMIT, &event->ttl)) {
			continue;
		} else if (head->cmsg_level == IPPROTO_IP && head->cmsg_type == IP_RETOPTS &&
			   head->cmsg_len <= CMSG_LEN(IP_OPTIONS_MAX)) {
			event->options = CMSG_DATA(head);
			event->options_length = head->cmsg_len - CMSG_LEN(0);
		}
	}
}

/* Read an ICMPv4 message that is not a reply: of what the filter lets through, a redirect about one
 * of our probes. */
static bool parse_redirect(struct probe_event *event, const struct icmp_socket *sock,
			   const struct icmp_message *message)
{
	struct icmp_message quoted;
	const uint8_t *dest;

	if (sock->family != AF_INET || message->type != ICMP_REDIRECT ||
	    icmp_parse_quote(&quoted, &dest, message) != WIRE_OK ||
	    !icmp_is_echo_request(AF_INET, &quoted) || quoted.id != sock->ident)
		return false;
	event->kind = PROBE_REDIRECT;
	event->seq = quoted.seq;
	event->icmp_type = message->type;
	event->icmp_code = message->code;
	event->info = message->info;
	event->dest = (struct addr){ .family = AF_INET };
	memcpy(event->dest.bytes, dest, 4);
	event->payload = quoted.payload;
	event->payload_length = quoted.payload_length;
	return true;
}

/* Read a message as @sock gives it: with the IPv4 header if it is raw. What the caller knows from
 * beside the message (source, stamp, hop limit) stands in @event already.
 *
 * Return: whether it concerns a probe with our identifier.
 */
bool icmp_parse_reply(struct probe_event *event, const struct icmp_socket *sock,
		      const uint8_t *bytes, size_t length)
{
	struct icmp_message message;

	if (has_header(sock)) {
		struct ip_header header;

		if (ip_parse_v4(&header, bytes, length) != WIRE_OK)
			return false;
		event->from = header.source;
		event->ttl = header.ttl;
		event->options = header.options;
		event->options_length = header.options_length;
		bytes = header.payload;
		length = header.payload_length;
		event->is_corrupt = checksum_finish(checksum_add(0, bytes, length)) != 0;
	}
	if (icmp_parse(&message, bytes, length) != WIRE_OK)
		return false;
	if (!icmp_is_echo_reply(sock->family, &message))
		return parse_redirect(event, sock, &message);
	event->kind = PROBE_REPLY;
	event->seq = message.seq;
	event->icmp_type = message.type;
	event->payload = message.payload;
	event->payload_length = message.payload_length;
	return message.id == sock->ident;
}

/* Find the probe in a packet as it left: behind the IP header, in front of which there may be that
 * of the link, with a VLAN tag or without. */
static bool find_probe(struct icmp_message *probe, const struct icmp_socket *sock,
		       const uint8_t *bytes, size_t length)
{
	static const size_t link_sizes[] = { 0, ETH_HLEN, ETH_HLEN + 4 };

	for (size_t i = 0; i < sizeof(link_sizes) / sizeof(link_sizes[0]); i++) {
		const uint8_t *at = bytes + link_sizes[i];
		struct ip_header header = { .payload = at + IPV6_HEADER_SIZE };

		if (length < link_sizes[i] + IPV6_HEADER_SIZE)
			return false;
		header.payload_length = length - link_sizes[i] - IPV6_HEADER_SIZE;
		if (sock->family == AF_INET &&
		    (ip_parse_v4(&header, at, length - link_sizes[i]) != WIRE_OK ||
		     header.protocol != IPPROTO_ICMP))
			continue;
		if (sock->family == AF_INET6 && (at[0] >> 4 != 6 || at[6] != IPPROTO_ICMPV6))
			continue;
		if (icmp_parse(probe, header.payload, header.payload_length) == WIRE_OK &&
		    icmp_is_echo_request(sock->family, probe) && probe->id == sock->ident)
			return true;
	}
	return false;
}

/* Read a transmit stamp, which stands in @event already: which probe is it of? */
static bool parse_sent(struct probe_event *event, const struct icmp_socket *sock,
		       const struct sock_extended_err *error, const uint8_t *bytes, size_t length)
{
	struct icmp_message probe = { .seq = (uint16_t)error->ee_data };

	if (error->ee_info != SCM_TSTAMP_SND || !(event->stamp_ns || event->hardware_ns) ||
	    (!sock->names_stamps && !find_probe(&probe, sock, bytes, length)))
		return false;
	event->kind = PROBE_SENT;
	event->seq = probe.seq;
	return true;
}

/* Read a message of the error queue: @length bytes from behind the IP header that an ICMP error
 * quotes; for a transmit stamp nothing, or the packet as it left if @sock does not name stamps. The
 * destination of the probe stands in @event already.
 *
 * Return: whether it concerns a probe with our identifier, or this host.
 */
bool icmp_parse_error(struct probe_event *event, const struct icmp_socket *sock,
		      struct msghdr *message, const uint8_t *bytes, size_t length)
{
	const struct sock_extended_err *error = control_error(message);
	struct icmp_message quoted;

	if (!error)
		return false;
	if (error->ee_origin == SO_EE_ORIGIN_TIMESTAMPING)
		return parse_sent(event, sock, error, bytes, length);
	event->info = error->ee_info;
	if (error->ee_origin == SO_EE_ORIGIN_LOCAL) {
		event->kind = PROBE_LOCAL_ERROR;
		event->code_errno = (int)error->ee_errno;
		return true;
	}
	if ((error->ee_origin != SO_EE_ORIGIN_ICMP && error->ee_origin != SO_EE_ORIGIN_ICMP6) ||
	    icmp_parse(&quoted, bytes, length) != WIRE_OK ||
	    !icmp_is_echo_request(sock->family, &quoted) || quoted.id != sock->ident)
		return false;
	event->kind = PROBE_ERROR;
	event->seq = quoted.seq;
	event->from = control_offender(error, message);
	event->icmp_type = error->ee_type;
	event->icmp_code = error->ee_code;
	event->payload = quoted.payload;
	event->payload_length = quoted.payload_length;
	return true;
}

/* Read the error queue to its end.
 *
 * Return: how many messages there were, or -errno.
 */
static int receive_errors(struct icmp_room *room, const struct icmp_socket *sock,
			  icmp_callback callback, void *arg)
{
	int total = 0, n;

	do {
		n = fill_room(room, room->batch, sock, MSG_ERRQUEUE);
		if (n < 0)
			return n;
		for (int i = 0; i < n; i++) {
			struct msghdr *message = &room->messages[i].msg_hdr;
			struct probe_event event = { .ttl = -1 };

			event.dest = sockaddr_addr(&room->sources[i], message->msg_namelen);
			icmp_read_controls(&event, message);
			if (icmp_parse_error(&event, sock, message, room->parts[i].iov_base,
					     room->messages[i].msg_len))
				callback(&event, arg);
		}
		total += n;
	} while (n == (int)room->batch);
	return total;
}

/* Read everything that the socket has, and tell it to @callback: of a batch of replies and the
 * stamps of their probes, the stamps first. What is not ours is dropped. If no more than @expected
 * come, the system is not asked for more.
 *
 * Return: how many messages there were, or -errno.
 */
int icmp_receive(struct icmp_receiver *receiver, struct icmp_socket *sock, uint64_t expected,
		 icmp_callback callback, void *arg)
{
	struct icmp_room *room = &receiver->replies;
	unsigned int batch = expected < 1	    ? 1 :
			     expected < room->batch ? (unsigned int)expected :
						      room->batch;
	uint64_t mono_ns, real_ns;
	int total = 0, n, errors;

	do {
		n = fill_room(room, batch, sock, 0);
		mono_ns = clock_mono_ns();
		real_ns = clock_real_ns();
		/* A pending ICMP error is told here once, in place of a message. */
		errors = n < 0 || sock->stamps ?
				 receive_errors(&receiver->errors, sock, callback, arg) :
				 0;
		if (errors < 0)
			return errors;
		for (int i = 0; i < n; i++) {
			struct msghdr *message = &room->messages[i].msg_hdr;
			struct probe_event event = {
				.ttl = -1,
				.read_mono_ns = mono_ns,
				.read_real_ns = real_ns,
			};

			if (!has_header(sock))
				event.from = sockaddr_addr(&room->sources[i], message->msg_namelen);
			icmp_read_controls(&event, message);
			if (icmp_parse_reply(&event, sock, room->parts[i].iov_base,
					     room->messages[i].msg_len))
				callback(&event, arg);
			else if (sock->is_raw && !sock->is_filtered)
				icmp_filter_ident(sock);
		}
		total += (n > 0 ? n : 0) + errors;
	} while (n < 0 ? errors > 0 : n == (int)room->batch);
	return total;
}
