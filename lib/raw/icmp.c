// SPDX-License-Identifier: GPL-2.0-or-later
/* Sockets for echo requests, and sending them. */
#include "raw/icmp.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/in6.h>
#include <linux/net_tstamp.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/priv.h"

/* Of linux/in6.h; some versions hide them where libc's netinet/in.h was there first. */
#ifndef IPV6_FLOWLABEL_MGR
#define IPV6_FLOWLABEL_MGR 32
#define IPV6_FLOWINFO_SEND 33
#endif

/* Asked of the kernel, which gives as much as net.core.rmem_max allows. */
#define RECEIVE_BUFFER (8 << 20)

/* The kernel's stamps, and the device's if somebody has set it up to give them (hwstamp_ctl(8)). */
#define STAMPS                                                                                     \
	(SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE |                                \
	 SOF_TIMESTAMPING_RAW_HARDWARE | SOF_TIMESTAMPING_RX_HARDWARE |                            \
	 SOF_TIMESTAMPING_OPT_TSONLY | SOF_TIMESTAMPING_TX_SOFTWARE |                              \
	 SOF_TIMESTAMPING_TX_HARDWARE | SOF_TIMESTAMPING_OPT_TX_SWHW | SOF_TIMESTAMPING_OPT_ID)

static int set_int(int fd, int level, int option, int value, const char *what, struct err *err)
{
	if (setsockopt(fd, level, option, &value, sizeof(value)) < 0)
		return err_set(err, -errno, "%s: %s", what, strerror(errno));
	return 0;
}

/* A raw socket, by the one capability that main() kept for it. */
static int open_raw(uint8_t family)
{
	int protocol = family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	int ret = priv_raise(CAP_NET_RAW), fd;

	if (ret < 0)
		return ret;
	fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	ret = fd < 0 ? -errno : fd;
	priv_lower();
	return ret;
}

/* Let only echo replies through to a raw socket, and redirects. */
static int filter_types(const struct icmp_socket *sock, struct err *err)
{
	static const uint32_t v4_types = ~(1u << ICMP_ECHOREPLY | 1u << ICMP_REDIRECT);
	struct icmp6_filter v6_types;
	int ret;

	memset(&v6_types, 0xff, sizeof(v6_types));
	v6_types.data[ICMPV6_ECHO_REPLY / 32] &= ~(1u << ICMPV6_ECHO_REPLY % 32);
	if (sock->family == AF_INET)
		ret = setsockopt(sock->fd, SOL_RAW, ICMP_FILTER, &v4_types, sizeof(v4_types));
	else
		ret = setsockopt(sock->fd, IPPROTO_ICMPV6, ICMPV6_FILTER, &v6_types,
				 sizeof(v6_types));
	return ret < 0 ? err_set(err, -errno, "filter: %s", strerror(errno)) : 0;
}

/* Of the replies that come to a raw socket let only those to our identifier through. The program
 * costs something for every packet, so this is for when others do come. What is in the queue
 * already stays there: every message is looked at when it is read. */
void icmp_filter_ident(struct icmp_socket *sock)
{
	struct sock_filter v4[] = {
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ICMP_ECHOREPLY, 0, 2),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, sock->ident, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_filter v6[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, sock->ident, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	bool is_v4 = sock->family == AF_INET;
	struct sock_fprog program = {
		.len = is_v4 ? sizeof(v4) / sizeof(v4[0]) : sizeof(v6) / sizeof(v6[0]),
		.filter = is_v4 ? v4 : v6,
	};

	/* Should this fail, the others' replies are dropped one by one. */
	setsockopt(sock->fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program));
	sock->is_filtered = true;
}

/* Open the descriptor alone, a datagram socket first. */
static int open_any(struct icmp_socket *sock, struct err *err)
{
	int protocol = sock->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;

	sock->fd = socket(sock->family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	if (sock->fd >= 0)
		return 0;
	if (errno != EACCES && errno != EPROTONOSUPPORT && errno != EAFNOSUPPORT)
		return err_set(err, -errno, "socket: %s", strerror(errno));
	sock->fd = open_raw(sock->family);
	sock->is_raw = true;
	if (sock->fd == -EPERM || sock->fd == -EACCES)
		return err_set(err, sock->fd,
			       "not permitted: be root, or have your group in "
			       "net.ipv4.ping_group_range (sysctl), or let root do "
			       "'setcap cap_net_raw=p' to this program");
	return sock->fd < 0 ? err_set(err, sock->fd, "socket: %s", strerror(-sock->fd)) : 0;
}

/* Who sends, with which identifier. By default datagram sockets share one, and steal each other's
 * replies: that is switched off before. */
static int bind_socket(struct icmp_socket *sock, const struct icmp_config *config, struct err *err)
{
	struct addr source = config->source;
	union sockaddr_any name;
	socklen_t length;

	if (sock->is_raw) {
		if (config->ident != UINT32_MAX)
			sock->ident = (uint16_t)config->ident;
		else if (getrandom(&sock->ident, sizeof(sock->ident), 0) < 0)
			return err_set(err, -errno, "getrandom: %s", strerror(errno));
		if (source.family == AF_UNSPEC)
			return 0;
	}
	set_int(sock->fd, SOL_SOCKET, SO_REUSEADDR, 0, "SO_REUSEADDR", NULL);
	source.family = sock->family;
	length = sockaddr_make(&name, &source);
	if (!sock->is_raw && config->ident != UINT32_MAX)
		name.v4.sin_port = htons((uint16_t)config->ident); /* sin6_port is there, too */
	if (bind(sock->fd, &name.any, length) < 0) {
		if (errno == EADDRINUSE && config->ident != UINT32_MAX)
			return err_set(err, -errno, "identifier %u is in use", config->ident);
		return err_set(err, -errno, "bind: %s", strerror(errno));
	}
	if (sock->is_raw)
		return 0;
	if (getsockname(sock->fd, &name.any, &length) < 0)
		return err_set(err, -errno, "getsockname: %s", strerror(errno));
	sock->ident = ntohs(name.v4.sin_port);
	return 0;
}

static int bind_device(const struct icmp_socket *sock, const char *device, struct err *err)
{
	int ret = setsockopt(sock->fd, SOL_SOCKET, SO_BINDTODEVICE, device,
			     (socklen_t)strlen(device) + 1);

	return ret < 0 ? err_set(err, -errno, "SO_BINDTODEVICE %s: %s", device, strerror(errno)) :
			 0;
}

/* Mark what is sent: a matter of CAP_NET_RAW since Linux 5.17, of CAP_NET_ADMIN before. Without the
 * right probes go unmarked, and sock->mark_errno says why. */
static void set_mark(struct icmp_socket *sock, uint32_t mark)
{
	priv_raise(CAP_NET_RAW);
	if (setsockopt(sock->fd, SOL_SOCKET, SO_MARK, &mark, sizeof(mark)) < 0)
		sock->mark_errno = errno;
	priv_lower();
}

/* Lease the flow label (Documentation/networking/ipv6.rst, RFC 6437) for what goes to dest. */
static int set_flow_label(struct icmp_socket *sock, const struct icmp_config *config,
			  struct err *err)
{
	struct in6_flowlabel_req request = {
		.flr_label = htonl((uint32_t)config->flow_label),
		.flr_action = IPV6_FL_A_GET,
		.flr_flags = IPV6_FL_F_CREATE,
		.flr_share = IPV6_FL_S_ANY, /* the lease outlives a run by seconds */
	};

	memcpy(&request.flr_dst, config->dest.bytes, sizeof(request.flr_dst));
	if (setsockopt(sock->fd, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, &request, sizeof(request)) < 0)
		return err_set(err, -errno, "can't set flowlabel: %s", strerror(errno));
	sock->flow_info = request.flr_label;
	return set_int(sock->fd, IPPROTO_IPV6, IPV6_FLOWINFO_SEND, 1, "can't send flowinfo", err);
}

/* Options that differ between the families in name alone. */
static int set_family_options(struct icmp_socket *sock, const struct icmp_config *config,
			      struct err *err)
{
	const struct {
		int v4, v6;
		int value; /* -1: leave it */
		const char *what;
	} rows[] = {
		{ IP_RECVERR, IPV6_RECVERR, 1, "RECVERR" },
		{ IP_RECVTTL, IPV6_RECVHOPLIMIT, config->receive_ttl ? 1 : -1, "RECVTTL" },
		{ IP_TTL, IPV6_UNICAST_HOPS, config->ttl, "cannot set unicast time-to-live" },
		{ IP_MULTICAST_TTL, IPV6_MULTICAST_HOPS, config->ttl,
		  "cannot set multicast time-to-live" },
		{ IP_TOS, IPV6_TCLASS, config->tos, "cannot set the type of service" },
		{ IP_MTU_DISCOVER, IPV6_MTU_DISCOVER, config->mtu_discovery, "MTU_DISCOVER" },
		{ IP_MULTICAST_LOOP, IPV6_MULTICAST_LOOP, config->no_loop ? 0 : -1,
		  "cannot disable multicast loopback" },
	};
	bool is_v4 = sock->family == AF_INET;
	int ret = 0;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && ret == 0; i++)
		if (rows[i].value >= 0)
			ret = set_int(sock->fd, is_v4 ? IPPROTO_IP : IPPROTO_IPV6,
				      is_v4 ? rows[i].v4 : rows[i].v6, rows[i].value, rows[i].what,
				      err);
	return ret;
}

/* The options of an IPv4 header, and those of replies, which a raw socket gives anyway. */
static int set_ip_options(const struct icmp_socket *sock, const struct icmp_config *config,
			  struct err *err)
{
	if (setsockopt(sock->fd, IPPROTO_IP, IP_OPTIONS, config->options,
		       (socklen_t)config->options_length) < 0)
		return err_set(err, -errno, "IP_OPTIONS: %s", strerror(errno));
	return sock->is_raw ? 0 : set_int(sock->fd, IPPROTO_IP, IP_RETOPTS, 1, "RETOPTS", err);
}

static int set_options(struct icmp_socket *sock, const struct icmp_config *config, struct err *err)
{
	int fd = sock->fd, ret = 0;

	set_int(fd, SOL_SOCKET, SO_RCVBUF, RECEIVE_BUFFER, "SO_RCVBUF", NULL);
	if (config->send_buffer)
		set_int(fd, SOL_SOCKET, SO_SNDBUF, (int)config->send_buffer, "SO_SNDBUF", NULL);
	else
		set_int(fd, SOL_SOCKET, SO_SNDBUF, RECEIVE_BUFFER, "SO_SNDBUF", NULL);
	if (config->device)
		ret = bind_device(sock, config->device, err);
	if (ret == 0 && config->mark >= 0)
		set_mark(sock, (uint32_t)config->mark);
	if (ret == 0 && config->broadcast)
		ret = set_int(fd, SOL_SOCKET, SO_BROADCAST, 1, "cannot set broadcasting", err);
	if (ret == 0 && config->dont_route)
		ret = set_int(fd, SOL_SOCKET, SO_DONTROUTE, 1, "SO_DONTROUTE", err);
	if (ret == 0)
		ret = set_family_options(sock, config, err);
	if (ret == 0 && sock->family == AF_INET && config->options)
		ret = set_ip_options(sock, config, err);
	if (ret == 0 && sock->family == AF_INET6 && config->flow_label >= 0)
		ret = set_flow_label(sock, config, err);
	return ret;
}

/* Ask for the kernel's stamps; where it has none, the clock of this process must do. */
static void set_stamps(struct icmp_socket *sock, const struct icmp_config *config)
{
	if (config->transmit_stamps)
		sock->stamps = sock->names_stamps =
			set_int(sock->fd, SOL_SOCKET, SO_TIMESTAMPING, STAMPS, "", NULL) == 0;
	else if (config->receive_stamps)
		set_int(sock->fd, SOL_SOCKET, SO_TIMESTAMPNS, 1, "", NULL);
}

/* Open a socket for echo requests of @family. CAP_NET_RAW is raised for as long as that takes, if
 * this process may do so and a datagram socket is refused.
 *
 * Return: 0, or -errno with @err; icmp_close() is due only after 0.
 */
int icmp_open(struct icmp_socket *sock, uint8_t family, const struct icmp_config *config,
	      struct err *err)
{
	union sockaddr_any dest;
	int ret;

	*sock = (struct icmp_socket){ .fd = -1, .family = family };
	ret = open_any(sock, err);
	if (ret < 0)
		return ret;
	ret = set_options(sock, config, err);
	if (ret == 0)
		ret = bind_socket(sock, config, err);
	if (ret == 0 && sock->is_raw)
		ret = filter_types(sock, err);
	if (ret == 0 && config->connect &&
	    connect(sock->fd, &dest.any, sockaddr_make(&dest, &config->dest)) < 0)
		ret = err_set(err, -errno, "connect: %s", strerror(errno));
	if (ret == 0)
		set_stamps(sock, config);
	else
		icmp_close(sock);
	return ret;
}

/* Close it; harmless for one that was never opened, with a descriptor of -1. */
void icmp_close(struct icmp_socket *sock)
{
	if (sock->fd >= 0)
		close(sock->fd);
	sock->fd = -1;
}

/* Return: how many messages this host threw away for want of room in the socket. */
uint64_t icmp_drops(const struct icmp_socket *sock)
{
	uint32_t memory[SK_MEMINFO_VARS] = { 0 };
	socklen_t length = sizeof(memory);

	if (getsockopt(sock->fd, SOL_SOCKET, SO_MEMINFO, memory, &length) < 0)
		return 0;
	return memory[SK_MEMINFO_DROPS];
}
