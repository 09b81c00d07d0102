// SPDX-License-Identifier: GPL-2.0-or-later
/* A raw socket for TCP (raw(7)). It is given a copy of each segment behind the firewall's INPUT and
 * before the kernel's own TCP; what is sent passes OUTPUT. It is connected, so that the kernel
 * sorts out other hosts' segments and ICMP errors about other hosts'; a filter sorts out other
 * ports. */
#include "raw/tcp.h"

#include <errno.h>
#include <linux/in6.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/capability.h>
#include <unistd.h>

#include "base/priv.h"
#include "raw/control.h"
#include "raw/sockaddr.h"
#include "raw/tcp_filter.h"
#include "wire/wire.h"

/* What the linux headers beside netinet/in.h cannot say. */
#ifndef IPV6_FLOWINFO
#define IPV6_FLOWINFO 11
#endif

#define STAMPS                                                                                     \
	(SOF_TIMESTAMPING_RX_SOFTWARE | SOF_TIMESTAMPING_TX_SOFTWARE | SOF_TIMESTAMPING_SOFTWARE | \
	 SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY)

/* Room for many segments that come while this process does not run. */
#define RECEIVE_BUFFER (1 << 20)

static int set_int(const struct tcp_socket *sock, int level, int option, int value,
		   const char *what, struct err *err)
{
	if (setsockopt(sock->fd, level, option, &value, sizeof(value)) < 0)
		return err_set(err, -errno, "%s: %s", what, strerror(errno));
	return 0;
}

static int open_raw(struct tcp_socket *sock, struct err *err)
{
	int ret = 0;

	priv_raise(CAP_NET_RAW); /* without it, socket() says the same */
	sock->fd =
		socket(sock->source.family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
	if (sock->fd < 0)
		ret = -errno;
	priv_lower();
	if (ret == -EPERM)
		return err_set(err, ret,
			       "raw sockets take CAP_NET_RAW, which is missing: be root, or let "
			       "root do 'setcap cap_net_raw=p' to a copy of this program for those "
			       "who are trusted");
	return ret < 0 ? err_set(err, ret, "socket: %s", strerror(-ret)) : 0;
}

static int set_mark(const struct tcp_socket *sock, uint32_t mark, struct err *err)
{
	int ret = 0;

	/* A matter of CAP_NET_RAW since Linux 5.17, of CAP_NET_ADMIN before. */
	if (priv_raise(CAP_NET_ADMIN) < 0)
		priv_raise(CAP_NET_RAW);
	if (setsockopt(sock->fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) < 0)
		ret = err_set(err, -errno, "mark %u: %s", mark, strerror(errno));
	priv_lower();
	return ret;
}

/* Options that differ between the families in name alone. Packets are not to be fragmented, and may
 * be as large as the device lets through, whatever the kernel has learned of the way. */
static int set_family_options(const struct tcp_socket *sock, const struct tcp_config *config,
			      struct err *err)
{
	const struct {
		int v4, v6;
		int value; /* -1: leave it */
		const char *what;
	} rows[] = {
		{ IP_RECVERR, IPV6_RECVERR, 1, "RECVERR" },
		{ IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, IP_PMTUDISC_PROBE, "MTU_DISCOVER" },
		{ IP_TTL, IPV6_UNICAST_HOPS, config->ttl, "time to live" },
		{ IP_TOS, IPV6_TCLASS, config->tos, "type of service" },
		{ IP_RECVTTL, IPV6_RECVHOPLIMIT, 1, "RECVTTL" },
		{ IP_RECVTOS, IPV6_RECVTCLASS, 1, "RECVTOS" },
	};
	bool is_v4 = sock->source.family == AF_INET;
	int ret = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && ret == 0; i++)
		if (rows[i].value >= 0)
			ret = set_int(sock, is_v4 ? IPPROTO_IP : IPPROTO_IPV6,
				      is_v4 ? rows[i].v4 : rows[i].v6, rows[i].value, rows[i].what,
				      err);
	if (ret == 0 && !is_v4)
		set_int(sock, IPPROTO_IPV6, IPV6_FLOWINFO, 1, "", NULL);
	return ret;
}

static int bind_source(const struct tcp_socket *sock, struct err *err)
{
	union sockaddr_any name;
	socklen_t length = sockaddr_make(&name, &sock->source);

	if (bind(sock->fd, &name.any, length) < 0)
		return err_set(err, -errno, "bind: %s", strerror(errno));
	return 0;
}

/* A socket that is connected cannot be set to another peer: its kernel would forget it. */
static int connect_dest(struct tcp_socket *sock, struct err *err)
{
	union sockaddr_any name;
	socklen_t length = sockaddr_make(&name, &sock->dest);

	if (connect(sock->fd, &name.any, length) < 0)
		return err_set(err, -errno, "connect: %s", strerror(errno));
	sock->is_connected = true;
	return 0;
}

/* Open a socket for segments between config->source and config->dest; a dest of AF_UNSPEC is
 * anybody, who then gets no answer before tcp_set_peer(). CAP_NET_RAW is raised for as
 * long as that takes.
 *
 * Return: 0, -EPERM without CAP_NET_RAW, -ENETUNREACH and the like without a route, or another
 * -errno with @err; tcp_close() is due only after 0.
 */
int tcp_open(struct tcp_socket *sock, const struct tcp_config *config, struct err *err)
{
	int ret;

	*sock = (struct tcp_socket){ .fd = -1, .source = config->source, .dest = config->dest };
	ret = open_raw(sock, err);
	if (ret < 0)
		return ret;
	set_int(sock, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER, "SO_RCVBUF", NULL);
	ret = tcp_filter_attach(sock, err);
	if (ret == 0 && config->device &&
	    setsockopt(sock->fd, SOL_SOCKET, SO_BINDTODEVICE, config->device,
		       (socklen_t)strlen(config->device) + 1) < 0)
		ret = err_set(err, -errno, "SO_BINDTODEVICE %s: %s", config->device,
			      strerror(errno));
	if (ret == 0 && config->mark >= 0)
		ret = set_mark(sock, (uint32_t)config->mark, err);
	if (ret == 0)
		ret = set_family_options(sock, config, err);
	if (ret == 0)
		ret = bind_source(sock, err);
	if (ret == 0 && sock->dest.family != AF_UNSPEC)
		ret = connect_dest(sock, err);
	if (ret < 0) {
		tcp_close(sock);
		return ret;
	}
	sock->stamps = set_int(sock, SOL_SOCKET, SO_TIMESTAMPING, STAMPS, "", NULL) == 0;
	return 0;
}

/* Close it; harmless for one that was never opened, with a descriptor of -1. */
void tcp_close(struct tcp_socket *sock)
{
	if (sock->fd >= 0)
		close(sock->fd);
	sock->fd = -1;
}

/* Add a number of the IP header to what goes beside @message. */
static void add_control(struct msghdr *message, int level, int type, int value)
{
	struct cmsghdr *head =
		(struct cmsghdr *)((char *)message->msg_control + message->msg_controllen);

	head->cmsg_level = level;
	head->cmsg_type = type;
	head->cmsg_len = CMSG_LEN(sizeof(value));
	memcpy(CMSG_DATA(head), &value, sizeof(value));
	message->msg_controllen += CMSG_SPACE(sizeof(value));
}

/* Send the segment of @length bytes, from its TCP header on with its checksum, in packets of the
 * type of service or traffic class @tos and of the time to live or hop limit @ttl (-1: the
 * socket's). @key becomes what its stamp will be known by.
 *
 * Return: 0; -EPERM if a firewall of this host refused it; -EMSGSIZE for more than the device takes
 * in one packet; or another -errno.
 */
int tcp_send(struct tcp_socket *sock, const uint8_t *bytes, size_t length, int tos, int ttl,
	     uint32_t *key)
{
	union {
		struct cmsghdr align;
		char bytes[2 * CMSG_SPACE(sizeof(int))];
	} control = { .bytes = { 0 } };
	bool is_v4 = sock->source.family == AF_INET;
	int level = is_v4 ? IPPROTO_IP : IPPROTO_IPV6;
	struct iovec part = { .iov_base = (void *)bytes, .iov_len = length };
	struct msghdr message = {
		.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
	};
	union sockaddr_any name;
	ssize_t sent = -1;

	if (!sock->is_connected) {
		message.msg_namelen = sockaddr_make(&name, &sock->dest);
		message.msg_name = &name;
		if (!is_v4)
			name.v6.sin6_port = 0; /* of raw sockets it is a protocol (raw(7)) */
	}
	if (tos >= 0)
		add_control(&message, level, is_v4 ? IP_TOS : IPV6_TCLASS, tos);
	if (ttl >= 0)
		add_control(&message, level, is_v4 ? IP_TTL : IPV6_HOPLIMIT, ttl);
	/* An ICMP error about an earlier segment is told here once, instead of sending. */
	for (int i = 0; i < 3 && sent < 0; i++) {
		sent = sendmsg(sock->fd, &message, MSG_NOSIGNAL);
		if (sent < 0 &&
		    (errno == EPERM || errno == EMSGSIZE || errno == EAGAIN || errno == ENOBUFS))
			break;
	}
	if (sent < 0)
		return -errno;
	*key = sock->sent++;
	return 0;
}

/* From now on be the socket of another port of the source; what comes for the one before is passed
 * over.
 *
 * Return: 0, or -errno with @err.
 */
int tcp_change_port(struct tcp_socket *sock, uint16_t port, struct err *err)
{
	sock->source.port = port;
	return tcp_filter_attach(sock, err);
}

/* From now on be the socket between @source and @dest; a @dest of AF_UNSPEC is anybody again. For
 * one that was opened for anybody.
 *
 * Return: 0, or -errno with @err.
 */
int tcp_set_peer(struct tcp_socket *sock, const struct addr *source, const struct addr *dest,
		 struct err *err)
{
	int ret;

	sock->source = *source;
	sock->dest = *dest;
	ret = bind_source(sock, err);
	return ret == 0 ? tcp_filter_attach(sock, err) : ret;
}

static void read_controls(struct tcp_message *news, struct msghdr *message)
{
	struct cmsghdr *head;
	uint32_t flow;

	for (head = CMSG_FIRSTHDR(message); head; head = CMSG_NXTHDR(message, head)) {
		if (head->cmsg_level == SOL_SOCKET && head->cmsg_type == SCM_TIMESTAMPING) {
			news->stamp_ns = control_stamp_ns(head);
		} else if (head->cmsg_level == IPPROTO_IPV6 && head->cmsg_type == IPV6_FLOWINFO &&
			   head->cmsg_len >= CMSG_LEN(sizeof(flow))) {
			memcpy(&flow, CMSG_DATA(head), sizeof(flow));
			news->flow_label = ntohl(flow) & 0xfffff;
		} else if (!control_number(head, IP_TTL, IPV6_HOPLIMIT, &news->ttl)) {
			control_number(head, IP_TOS, IPV6_TCLASS, &news->tos);
		}
	}
}

/* Whether the quoted or received TCP header at @bytes has these ports. */
static bool has_ports(const uint8_t *bytes, size_t length, uint16_t from, uint16_t to)
{
	return length >= 4 && wire_get_u16(bytes) == from && wire_get_u16(bytes + 2) == to;
}

/* Return: whether the message of the error queue concerns a segment of ours. */
static bool read_error(const struct tcp_socket *sock, struct tcp_message *news,
		       struct msghdr *message)
{
	const struct sock_extended_err *error = control_error(message);

	if (!error)
		return false;
	news->info = error->ee_info;
	news->code_errno = (int)error->ee_errno;
	if (error->ee_origin == SO_EE_ORIGIN_TIMESTAMPING) {
		news->kind = TCP_MESSAGE_STAMP;
		news->key = error->ee_data;
		return error->ee_info == SCM_TSTAMP_SND && news->stamp_ns;
	}
	if (error->ee_origin == SO_EE_ORIGIN_LOCAL) {
		news->kind = TCP_MESSAGE_LOCAL_ERROR;
		return true;
	}
	if ((error->ee_origin != SO_EE_ORIGIN_ICMP && error->ee_origin != SO_EE_ORIGIN_ICMP6) ||
	    news->length < 8 ||
	    !has_ports(news->bytes, news->length, sock->source.port, sock->dest.port))
		return false;
	news->kind = TCP_MESSAGE_ICMP;
	news->icmp_type = error->ee_type;
	news->icmp_code = error->ee_code;
	news->from = control_offender(error, message);
	return true;
}

static bool is_segment(const struct tcp_socket *sock, const struct tcp_message *news)
{
	size_t header = 0;

	if (sock->source.family == AF_INET && news->length > 0)
		header = (size_t)(news->bytes[0] & 15) * 4;
	return news->length >= header && has_ports(news->bytes + header, news->length - header,
						   sock->dest.port, sock->source.port);
}

/* Take what the socket has next, without waiting: stamps and errors first. @room has @size bytes.
 *
 * Return: 0, -EAGAIN if there is nothing more, or another -errno.
 */
int tcp_receive(const struct tcp_socket *sock, struct tcp_message *news, void *room, size_t size)
{
	bool is_error = true;
	int failures = 0;

	for (;;) {
		union {
			struct cmsghdr align;
			char bytes[CONTROL_SIZE];
		} control;
		struct iovec part = { .iov_base = room, .iov_len = size };
		struct msghdr message = {
			.msg_iov = &part,
			.msg_iovlen = 1,
			.msg_control = control.bytes,
			.msg_controllen = sizeof(control.bytes),
		};
		ssize_t length =
			recvmsg(sock->fd, &message, MSG_DONTWAIT | (is_error ? MSG_ERRQUEUE : 0));

		if (length < 0 && is_error && errno == EAGAIN) {
			is_error = false;
			continue;
		}
		if (length < 0 && errno == EAGAIN)
			return -EAGAIN;
		if (length < 0) {
			/* A pending ICMP error is told here once; the queue has its whole story. */
			if ((is_error && errno != EINTR) || ++failures == 8)
				return -errno;
			is_error = true;
			continue;
		}
		*news = (struct tcp_message){
			.bytes = room,
			.length = (size_t)length,
			.ttl = -1,
			.tos = -1,
		};
		read_controls(news, &message);
		if (is_error ? read_error(sock, news, &message) : is_segment(sock, news))
			return 0;
	}
}
