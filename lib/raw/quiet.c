// SPDX-License-Identifier: GPL-2.0-or-later
/* Keeping the kernel's TCP quiet at a port whose segments are made elsewhere.
 *
 * Theory of operation: to a segment for a port that nobody has, the kernel answers RST, which would
 * end a connection that a raw socket has begun. A listening socket claims the port, and is set up
 * so that the kernel throws every segment for it away before looking closer, without an answer:
 * generalised TTL security (RFC 5082) wants a hop limit of 255, TCP-MD5 (RFC 2385) a signature
 * that nobody can make, and a socket filter lets nothing through. Raw sockets are given their copy
 * before that. No firewall rule is needed, and nothing outlives the process.
 *
 * Each guard has a hole: a neighbour may send with 255; the kernel may lack TCP-MD5; the filter
 * takes CAP_NET_ADMIN on some kernels. So all that can be had are set, and before listen().
 */
#include "raw/quiet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/in6.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/priv.h"
#include "raw/sockaddr.h"

static bool guard_by_ttl(int fd, uint8_t family)
{
	const int least = 255;

	return family == AF_INET ?
		       setsockopt(fd, IPPROTO_IP, IP_MINTTL, &least, sizeof(least)) == 0 :
		       setsockopt(fd, IPPROTO_IPV6, IPV6_MINHOPCOUNT, &least, sizeof(least)) == 0;
}

/* A key that nobody knows, this process soon included: of everybody, since Linux 4.13, or else of
 * the peer. */
static bool guard_by_key(int fd, const struct addr *peer)
{
	struct tcp_md5sig key = {
		.tcpm_flags = TCP_MD5SIG_FLAG_PREFIX,
		.tcpm_keylen = 16,
	};
	union sockaddr_any name = { 0 };
	bool is_set;

	if (getrandom(key.tcpm_key, key.tcpm_keylen, 0) != key.tcpm_keylen)
		return false;
	sockaddr_make(&name, &(struct addr){ .family = peer->family });
	memcpy(&key.tcpm_addr, &name, sizeof(name));
	is_set = setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG_EXT, &key, sizeof(key)) == 0;
	if (!is_set) {
		key.tcpm_flags = 0;
		sockaddr_make(&name, peer);
		memcpy(&key.tcpm_addr, &name, sizeof(name));
		is_set = setsockopt(fd, IPPROTO_TCP, TCP_MD5SIG, &key, sizeof(key)) == 0;
	}
	explicit_bzero(&key, sizeof(key));
	return is_set;
}

static bool guard_by_filter(int fd)
{
	struct sock_filter nothing[] = { BPF_STMT(BPF_RET | BPF_K, 0) };
	const struct sock_fprog program = { .len = 1, .filter = nothing };
	const int yes = 1;
	bool is_set;

	priv_raise(CAP_NET_ADMIN);
	is_set = setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) == 0 &&
		 setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &yes, sizeof(yes)) == 0;
	priv_lower();
	return is_set;
}

/* Take the port of @source, or any free one if that is 0. */
static int take_port(struct quiet *quiet, const struct addr *source, struct err *err)
{
	const int yes = 1;
	union sockaddr_any name;
	socklen_t length = sockaddr_make(&name, source);
	int ret = 0;

	name.v4.sin_port = htons(source->port); /* sin6_port is there, too */
	if (source->family == AF_INET6)
		setsockopt(quiet->fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof(yes));
	priv_raise(CAP_NET_BIND_SERVICE);
	if (bind(quiet->fd, &name.any, length) < 0)
		ret = -errno;
	priv_lower();
	if (ret == -EADDRINUSE && source->port)
		return err_set(err, ret, "port %u is in use by another socket", source->port);
	if (ret == -EACCES && source->port)
		return err_set(err, ret, "port %u takes CAP_NET_BIND_SERVICE", source->port);
	if (ret < 0)
		return err_set(err, ret, "bind: %s", strerror(-ret));
	if (listen(quiet->fd, 1) < 0 || getsockname(quiet->fd, &name.any, &length) < 0)
		return err_set(err, -errno, "listen: %s", strerror(errno));
	quiet->port = ntohs(name.v4.sin_port);
	return 0;
}

/* Keep the kernel quiet at the port of @source (0: any free one) towards @peer. @device is that of
 * the VRF that segments arrive in, NULL otherwise: a listener that is bound to less than that might
 * be passed over.
 *
 * Return: 0; -EADDRINUSE if any socket has the port; -EOPNOTSUPP if the kernel has no guard at all;
 * or another -errno. quiet_close() is due only after 0.
 */
int quiet_open(struct quiet *quiet, const struct addr *source, const struct addr *peer,
	       const char *device, struct err *err)
{
	int ret = 0;

	*quiet = (struct quiet){ .fd = socket(source->family, SOCK_STREAM | SOCK_CLOEXEC, 0) };
	if (quiet->fd < 0)
		return err_set(err, -errno, "socket: %s", strerror(errno));
	if (device && setsockopt(quiet->fd, SOL_SOCKET, SO_BINDTODEVICE, device,
				 (socklen_t)strlen(device) + 1) < 0)
		ret = err_set(err, -errno, "SO_BINDTODEVICE %s: %s", device, strerror(errno));
	if (guard_by_ttl(quiet->fd, source->family))
		quiet->guards |= QUIET_TTL;
	if (guard_by_key(quiet->fd, peer))
		quiet->guards |= QUIET_KEY;
	if (guard_by_filter(quiet->fd))
		quiet->guards |= QUIET_FILTER;
	if (ret == 0 && quiet->guards == 0)
		ret = err_set(err, -EOPNOTSUPP, "this kernel's TCP cannot be kept quiet");
	if (ret == 0)
		ret = take_port(quiet, source, err);
	if (ret < 0)
		quiet_close(quiet);
	return ret;
}

/* Whether no segment of the peer's can make the kernel answer, its hop limit be what it may. */
bool quiet_is_tight(const struct quiet *quiet)
{
	return quiet->guards & (QUIET_KEY | QUIET_FILTER);
}

/* Let go of the port; harmless for one that was never taken, with a descriptor of -1. */
void quiet_close(struct quiet *quiet)
{
	if (quiet->fd >= 0)
		close(quiet->fd);
	quiet->fd = -1;
}
