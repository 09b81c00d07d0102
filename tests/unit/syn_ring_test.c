// SPDX-License-Identifier: GPL-2.0-or-later
/* A ring in a network namespace of its own, with SYNs over its loopback: none is lost of few, and
 * of more than may be read a sample tells how many there were. */
#include "raw/syn_ring.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/checksum.h"
#include "base/clock.h"
#include "unit.h"

#define PATIENCE_NS 20000000000u

struct heard {
	uint64_t syns, acks, weight;
	uint32_t heaviest;
};

static void on_syn(const struct syn *syn, void *arg)
{
	struct heard *heard = arg;

	if (syn->is_ack) {
		heard->acks++;
		return;
	}
	assert_int_equal(syn->dest.port, 80);
	heard->syns++;
	heard->weight += syn->weight;
	if (syn->weight > heard->heaviest)
		heard->heaviest = syn->weight;
}

static int lo_fd = -1; /* sends frames on lo of a new namespace, which is up; -1: none can be had */

static int open_namespace(void **state)
{
	struct ifreq up = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	struct sockaddr_ll lo = { .sll_family = AF_PACKET };

	(void)state;
	if (unshare(CLONE_NEWNET) < 0)
		return 0;
	lo_fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	lo.sll_ifindex = (int)if_nametoindex("lo");
	if (lo_fd < 0 || ioctl(lo_fd, SIOCSIFFLAGS, &up) < 0)
		return -1;
	return bind(lo_fd, (const struct sockaddr *)&lo, sizeof(lo));
}

static int close_namespace(void **state)
{
	(void)state;
	return lo_fd < 0 ? 0 : close(lo_fd);
}

/* A segment with these flags from 192.0.2.N to 192.0.2.1:80. The kernel has no such address. */
static void send_segment(uint32_t n, uint8_t flags)
{
	static const uint8_t head[] = {
		0,    0, 0, 0,	0, 0, 0, 0, 0,	0, 0, 0, 8,    0, /* Ethernet */
		0x45, 0, 0, 40, 0, 0, 0, 0, 64, 6, 0, 0, 192,  0, 2, 2, 192, 0, 2, 1,
		4,    0, 0, 80, 0, 0, 0, 0, 0,	0, 0, 0, 0x50, 0, 1, 0, 0,   0, 0, 0,
	};
	uint8_t frame[sizeof(head)];
	uint16_t sum;

	memcpy(frame, head, sizeof(frame));
	frame[29] = (uint8_t)(2 + n % 250);
	frame[38] = (uint8_t)(n >> 24);
	frame[39] = (uint8_t)(n >> 16);
	frame[40] = (uint8_t)(n >> 8);
	frame[41] = (uint8_t)n;
	frame[47] = flags;
	sum = htons(checksum_finish(checksum_add(0, frame + 14, 20)));
	memcpy(frame + 24, &sum, sizeof(sum));
	assert_int_equal(send(lo_fd, frame, sizeof(frame), 0), sizeof(frame));
}

static void hear(struct syn_ring *ring, struct heard *heard, int wait_ms)
{
	struct pollfd poll_fd = { .fd = ring->fd, .events = POLLIN };

	poll(&poll_fd, 1, wait_ms);
	assert_true(syn_ring_read(ring, on_syn, heard) >= 0);
}

/* Until so many segments were read: the last ones come when the kernel hands over their block. */
static void hear_until(struct syn_ring *ring, struct heard *heard, uint64_t count)
{
	uint64_t end_ns = clock_mono_ns() + PATIENCE_NS;

	while (heard->syns + heard->acks < count && clock_mono_ns() < end_ns)
		hear(ring, heard, 100);
}

static bool begin(struct syn_ring *ring, uint32_t max_per_s, bool by_iface)
{
	struct syn_ring_settings settings = { .wants_acks = true, .max_per_s = max_per_s };
	struct err err;

	if (lo_fd < 0)
		return false;
	if (by_iface)
		settings.iface = if_nametoindex("lo");
	assert_int_equal(syn_ring_open(ring, &settings, &err), 0);
	return true;
}

static void each_of_few_is_heard_once(bool by_iface)
{
	struct heard heard = { 0 };
	struct syn_ring ring;

	if (!begin(&ring, 0, by_iface)) {
		skip();
		return;
	}
	for (uint32_t i = 0; i < 3000; i++) {
		send_segment(i, 0x02);
		send_segment(i, 0x12); /* SYN, ACK: not wanted */
		send_segment(i, 0x04);
		if (i % 10 == 0)
			send_segment(i, 0x10);
		if (i % 100 == 0)
			hear(&ring, &heard, 0);
	}
	hear_until(&ring, &heard, 3300);
	assert_int_equal(heard.syns, 3000);
	assert_int_equal(heard.acks, 300);
	assert_int_equal(heard.weight, 3000);
	assert_false(ring.is_sampled);
	assert_int_equal(ring.dropped, 0);
	syn_ring_close(&ring);
}

static void by_protocol(void **state)
{
	(void)state;
	each_of_few_is_heard_once(false);
}

static void by_interface(void **state)
{
	(void)state;
	each_of_few_is_heard_once(true);
}

/* Nobody reads meanwhile: blocks that are handed over nearly empty last. */
static void a_reader_may_be_late(void **state)
{
	struct heard heard = { 0 };
	struct syn_ring ring;

	(void)state;
	if (!begin(&ring, 0, false)) {
		skip();
		return;
	}
	for (uint32_t i = 0; i < 12; i++) {
		send_segment(i, 0x02);
		usleep(60000); /* longer than a block waits for more */
	}
	hear_until(&ring, &heard, 12);
	assert_int_equal(heard.syns, 12);
	assert_int_equal(ring.dropped, 0);
	syn_ring_close(&ring);
}

static void send_many(struct syn_ring *ring, struct heard *heard, uint32_t *sent)
{
	for (int i = 0; i < 400; i++)
		send_segment((*sent)++, 0x02);
	usleep(4000);
	hear(ring, heard, 0);
}

static void of_many_a_sample(void **state)
{
	uint64_t before, end_ns = clock_mono_ns() + PATIENCE_NS;
	struct heard heard = { 0 };
	struct syn_ring ring;
	uint32_t sent = 0;

	(void)state;
	if (!begin(&ring, 2000, false)) {
		skip();
		return;
	}
	while (!ring.is_sampled && clock_mono_ns() < end_ns)
		send_many(&ring, &heard, &sent);
	assert_true(ring.is_sampled);
	for (before = heard.syns; heard.syns < before + 400 && clock_mono_ns() < end_ns;)
		send_many(&ring, &heard, &sent);
	do {
		before = heard.syns;
		hear(&ring, &heard, 300);
	} while (heard.syns > before);
	assert_true(heard.syns < sent);
	assert_true(heard.heaviest > 1 && heard.heaviest <= 1u << ring.shift);
	assert_true((double)heard.weight > 0.7 * sent && (double)heard.weight < 1.3 * sent);
	syn_ring_close(&ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_protocol),
		cmocka_unit_test(by_interface),
		cmocka_unit_test(a_reader_may_be_late),
		cmocka_unit_test(of_many_a_sample),
	};

	return cmocka_run_group_tests(tests, open_namespace, close_namespace);
}
