// SPDX-License-Identifier: GPL-2.0-or-later
/* Theory of operation: AF_PACKET with TPACKET_V3 (Documentation/networking/packet_mmap.rst): the
 * kernel fills blocks of shared memory with what passes the filter and hands each over when it is
 * full, or after a time. The socket is opened for no protocol, so that nothing arrives before the
 * filter is attached; then it is bound.
 *
 * Without an interface there is a socket for IPv4 and one for IPv6: packets for a certain protocol
 * are handed to sockets as they are to IP (net/core/dev.c, __netif_receive_skb_core()), once,
 * behind VLANs, bonds and bridges, and none that this host sends. A socket for all protocols would
 * see them on each of these devices; it is the one for an interface that was named, which may be a
 * bridge's port.
 *
 * What a block holds is read in one go. Blocks are many, since those that are not full are handed
 * over, too: a reader that is busy elsewhere for a second loses nothing of a quiet wire.
 *
 * More than can be read in time is not filtered out by waiting for the kernel to drop it, which
 * costs nearly as much as reading: the filter is replaced by one that passes half, a quarter, ...
 * by chance. A segment that came before that is known by its time. */
#include "raw/syn_ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "raw/packet.h"
#include "raw/syn_filter.h"
#include "wire/syn.h"

#define BLOCK_SIZE (32u * 1024)
#define BLOCKS 32u
#define MAP_SIZE ((size_t)BLOCK_SIZE * BLOCKS)
#define FRAME_SIZE 256u /* nothing is longer: header, address, SYN_PACKET_MAX */
#define RETIRE_MS 40u	/* a block that is not full is handed over after this time */

#define NS_PER_S 1000000000u
#define NS_PER_MS 1000000u
#define WINDOW_NS (100 * NS_PER_MS)

/* The sender's address follows a packet's header, aligned. */
_Static_assert(sizeof(struct tpacket3_hdr) % TPACKET_ALIGNMENT == 0, "a gap before the address");

static int attach(const struct syn_ring_socket *sock, const struct sock_filter *program,
		  size_t length)
{
	const struct sock_fprog filter = {
		.len = (unsigned short)length,
		.filter = (struct sock_filter *)program, /* the kernel copies it */
	};

	return setsockopt(sock->fd, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof(filter)) < 0 ?
		       -errno :
		       0;
}

/* Attach the filter for ring->shift. */
static int attach_filter(const struct syn_ring *ring, const struct syn_ring_socket *sock)
{
	const struct syn_filter wanted = {
		.is_for_host = ring->settings.iface == 0,
		.wants_acks = ring->settings.wants_acks,
		.shift = ring->shift,
	};
	struct sock_filter program[SYN_FILTER_MAX];

	return attach(sock, program, syn_filter_build(program, &wanted));
}

static int map_ring(struct syn_ring_socket *sock)
{
	const struct tpacket_req3 request = {
		.tp_block_size = BLOCK_SIZE,
		.tp_block_nr = BLOCKS,
		.tp_frame_size = FRAME_SIZE,
		.tp_frame_nr = BLOCK_SIZE / FRAME_SIZE * BLOCKS,
		.tp_retire_blk_tov = RETIRE_MS,
	};
	const int version = TPACKET_V3;
	void *map;

	if (setsockopt(sock->fd, SOL_PACKET, PACKET_VERSION, &version, sizeof(version)) < 0 ||
	    setsockopt(sock->fd, SOL_PACKET, PACKET_RX_RING, &request, sizeof(request)) < 0)
		return -errno;
	map = mmap(NULL, MAP_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, sock->fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	sock->map = map;
	return 0;
}

static int prepare(struct syn_ring *ring, struct syn_ring_socket *sock, uint16_t protocol)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(protocol),
		.sll_ifindex = (int)ring->settings.iface,
	};
	struct epoll_event event = { .events = EPOLLIN };
	const int yes = 1;
	int ret = attach_filter(ring, sock);

	if (ret == 0)
		ret = map_ring(sock);
	if (ret < 0)
		return ret;
	if (setsockopt(sock->fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &yes, sizeof(yes)) < 0 ||
	    epoll_ctl(ring->fd, EPOLL_CTL_ADD, sock->fd, &event) < 0 ||
	    bind(sock->fd, (const struct sockaddr *)&to, sizeof(to)) < 0)
		return -errno;
	return 0;
}

/* Begin to hear the SYNs that arrive in this network namespace, as @settings say. Everything that
 * needs a privilege is done here: all of them may be dropped behind it.
 *
 * Return: 0, -EPERM without CAP_NET_RAW, or another -errno.
 */
int syn_ring_open(struct syn_ring *ring, const struct syn_ring_settings *settings, struct err *err)
{
	static const uint16_t all[] = { ETH_P_ALL }, by_protocol[] = { ETH_P_IP, ETH_P_IPV6 };
	const uint16_t *protocols = settings->iface ? all : by_protocol;
	unsigned int count = settings->iface ? 1 : 2;
	int ret = 0;

	*ring = (struct syn_ring){ .settings = *settings };
	if (ring->settings.max_per_s == 0)
		ring->settings.max_per_s = SYN_RING_MAX_PER_S;
	ring->fd = epoll_create1(EPOLL_CLOEXEC);
	if (ring->fd < 0)
		return err_set(err, -errno, "epoll: %s", strerror(errno));
	for (unsigned int i = 0; i < count; i++) {
		struct syn_ring_socket *sock = &ring->sockets[i];

		sock->fd = packet_socket(SOCK_DGRAM, err);
		if (sock->fd < 0) {
			ret = sock->fd;
			goto out;
		}
		ring->socket_count++;
		ret = prepare(ring, sock, protocols[i]);
		if (ret < 0) {
			err_set(err, ret, "cannot hear packets: %s", strerror(-ret));
			goto out;
		}
	}
	ring->window_ns = clock_mono_ns();
out:
	if (ret < 0)
		syn_ring_close(ring);
	return ret;
}

/* Close what syn_ring_open() opened; it may have failed. */
void syn_ring_close(struct syn_ring *ring)
{
	for (unsigned int i = 0; i < ring->socket_count; i++) {
		if (ring->sockets[i].map)
			munmap(ring->sockets[i].map, MAP_SIZE);
		close(ring->sockets[i].fd);
	}
	ring->socket_count = 0;
	if (ring->fd >= 0)
		close(ring->fd);
	ring->fd = -1;
}

/* What one segment that came at @time_ns stands for. */
static uint32_t weight_at(const struct syn_ring *ring, uint64_t time_ns)
{
	return 1u << (time_ns < ring->shift_ns ? ring->old_shift : ring->shift);
}

/* Read one packet, which is kernel memory that others may not write to.
 *
 * Return: whether it is one that the caller wants.
 */
static bool read_packet(struct syn_ring *ring, const struct tpacket3_hdr *packet, struct syn *syn)
{
	const uint8_t *start = (const uint8_t *)packet;
	struct sockaddr_ll from;
	uint64_t time_ns = (uint64_t)packet->tp_sec * NS_PER_S + packet->tp_nsec;

	memcpy(&from, start + sizeof(*packet), sizeof(from));
	ring->read++;
	ring->read_weight += weight_at(ring, time_ns);
	if (syn_parse(ntohs(from.sll_protocol), start + packet->tp_net, packet->tp_snaplen,
		      packet->tp_len, syn) != WIRE_OK)
		return false;
	syn->time_ns = time_ns;
	syn->iface = (uint32_t)from.sll_ifindex;
	syn->weight = weight_at(ring, time_ns);
	return true;
}

static int read_block(struct syn_ring *ring, struct tpacket_block_desc *block,
		      void (*on_syn)(const struct syn *syn, void *arg), void *arg)
{
	const uint8_t *at = (const uint8_t *)block + block->hdr.bh1.offset_to_first_pkt;
	uint32_t count = block->hdr.bh1.num_pkts;

	for (uint32_t i = 0; i < count; i++) {
		const struct tpacket3_hdr *packet = (const void *)at;
		struct syn syn;

		if (read_packet(ring, packet, &syn))
			on_syn(&syn, arg);
		at += packet->tp_next_offset;
	}
	return (int)count;
}

static int read_socket(struct syn_ring *ring, struct syn_ring_socket *sock,
		       void (*on_syn)(const struct syn *syn, void *arg), void *arg)
{
	int count = 0;

	for (unsigned int i = 0; i < BLOCKS; i++) {
		struct tpacket_block_desc *block =
			(void *)(sock->map + (size_t)sock->next * BLOCK_SIZE);
		uint32_t *status = &block->hdr.bh1.block_status;

		if (!(__atomic_load_n(status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
			break;
		count += read_block(ring, block, on_syn, arg);
		__atomic_store_n(status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		sock->next = (sock->next + 1) % BLOCKS;
	}
	return count;
}

/* Add what the kernel dropped since the last call. */
static int count_drops(struct syn_ring *ring)
{
	for (unsigned int i = 0; i < ring->socket_count; i++) {
		struct tpacket_stats_v3 stats;
		socklen_t size = sizeof(stats);

		if (getsockopt(ring->sockets[i].fd, SOL_PACKET, PACKET_STATISTICS, &stats, &size) <
		    0)
			return -errno;
		ring->dropped += stats.tp_drops;
		ring->dropped_weight += (uint64_t)stats.tp_drops << ring->shift;
		ring->window_read += stats.tp_packets; /* those dropped included */
	}
	return 0;
}

/* Pass so few that about half of what may be read is left: not more again later, since a flood that
 * comes in waves would not be sampled evenly. */
static int sample(struct syn_ring *ring, uint64_t per_s)
{
	int ret;

	ring->old_shift = ring->shift;
	while (per_s > ring->settings.max_per_s / 2 && ring->shift < SYN_FILTER_SHIFT) {
		per_s /= 2;
		ring->shift++;
	}
	ring->is_sampled = true;
	for (unsigned int i = 0; i < ring->socket_count; i++) {
		ret = attach_filter(ring, &ring->sockets[i]);
		if (ret < 0)
			return ret;
	}
	ring->shift_ns = clock_real_ns();
	return 0;
}

/* At the end of each window: was there more than may be read? */
static int judge_window(struct syn_ring *ring)
{
	uint64_t now = clock_mono_ns(), elapsed = now - ring->window_ns, per_s;
	int ret;

	if (elapsed < WINDOW_NS)
		return 0;
	ret = count_drops(ring);
	if (ret < 0)
		return ret;
	per_s = ring->window_read * NS_PER_S / elapsed;
	ring->window_ns = now;
	ring->window_read = 0;
	if (per_s <= ring->settings.max_per_s || ring->shift == SYN_FILTER_SHIFT)
		return 0;
	return sample(ring, per_s);
}

/* Take what has come, without waiting; @on_syn borrows each segment. To be called whenever ring->fd
 * is readable: the memory lasts for 100,000 segments a second over 60 ms.
 *
 * Return: how many packets were read, or -errno.
 */
int syn_ring_read(struct syn_ring *ring, void (*on_syn)(const struct syn *syn, void *arg),
		  void *arg)
{
	int count = 0, ret;

	for (unsigned int i = 0; i < ring->socket_count; i++)
		count += read_socket(ring, &ring->sockets[i], on_syn, arg);
	ret = judge_window(ring);
	return ret < 0 ? ret : count;
}
