// SPDX-License-Identifier: GPL-2.0-or-later
/* Which transmit stamp belongs to which probe, on real sockets: on the loopback of a network
 * namespace that this test has to itself, or not at all. */
#include <errno.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "raw/icmp.h"
#include "unit.h"

/* No kernel has a control message of this number; an old one says the same of SCM_TS_OPT_ID. */
#define UNKNOWN_KEY_TYPE 0x7ffe

#define SEQS 65536u

struct seen {
	unsigned int sent[SEQS], replied[SEQS];
};

static const uint8_t data[56];
static const uint8_t token[ICMP_TOKEN_SIZE];

/* This host, and one that there is no way to. */
static const struct ends {
	struct addr self, nowhere;
} ends[] = {
	{ { .family = AF_INET, .bytes = { 127, 0, 0, 1 } },
	  { .family = AF_INET, .bytes = { 192, 0, 2, 1 } } },
	{ { .family = AF_INET6, .bytes = { [15] = 1 } },
	  { .family = AF_INET6, .bytes = { 0x20, 1, 0xd, 0xb8, [15] = 1 } } },
};

/* A namespace whose loopback is up: by root's right, or as root of a namespace of users. */
static bool enter_namespace(void)
{
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
	int fd;
	bool is_up;

	if (unshare(CLONE_NEWNET) < 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) < 0)
		return false;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	is_up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &request) == 0;
	if (fd >= 0)
		close(fd);
	return is_up;
}

static void note(const struct probe_event *event, void *arg)
{
	struct seen *seen = arg;

	if (event->kind == PROBE_SENT)
		seen->sent[event->seq]++;
	if (event->kind == PROBE_REPLY)
		seen->replied[event->seq]++;
}

struct bench {
	const struct ends *ends;
	struct icmp_socket sock;
	struct icmp_sender sender;
	struct icmp_receiver receiver;
	struct seen seen;
};

static struct bench *begin(const struct ends *between, int key_type)
{
	struct icmp_config config = {
		.ttl = -1,
		.tos = -1,
		.mtu_discovery = -1,
		.mark = -1,
		.flow_label = -1,
		.ident = UINT32_MAX,
		.receive_stamps = true,
		.transmit_stamps = true,
	};
	struct bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	assert_int_equal(icmp_open(&bench->sock, between->self.family, &config, NULL), 0);
	bench->ends = between;
	assert_int_equal(icmp_receiver_init(&bench->receiver, sizeof(data)), 0);
	icmp_sender_init(&bench->sender, data, sizeof(data));
	if (key_type)
		bench->sender.key_type = key_type;
	return bench;
}

static void end(struct bench *bench)
{
	icmp_receiver_fini(&bench->receiver);
	icmp_close(&bench->sock);
	free(bench);
}

/* Read until the reply to @seq and its stamp are there, for a second at most. */
static void read_to(struct bench *bench, uint16_t seq)
{
	for (int i = 0; i < 1000 && !(bench->seen.replied[seq] && bench->seen.sent[seq]); i++) {
		struct pollfd fd = { .fd = bench->sock.fd, .events = POLLIN };

		poll(&fd, 1, 1);
		icmp_receive(&bench->receiver, &bench->sock, ICMP_BATCH, note, &bench->seen);
	}
}

/* Send @count probes from @first on; those whose number @fails divides have no way. */
static void send_batch(struct bench *bench, uint16_t first, unsigned int count, unsigned int fails)
{
	uint16_t last = (uint16_t)(first + count - 1);

	for (unsigned int i = 0; i < count; i++) {
		uint16_t seq = (uint16_t)(first + i);

		icmp_sender_add(&bench->sender, &bench->sock,
				fails && seq % fails == 0 ? &bench->ends->nowhere :
							    &bench->ends->self,
				seq, token);
	}
	while (icmp_sender_flush(&bench->sender, &bench->sock) < 0)
		assert_int_equal(icmp_sender_skip(&bench->sender) % fails, 0);
	if (!fails || last % fails)
		read_to(bench, last);
}

/* Every probe that left has one stamp, and no other has. */
static void check(const struct bench *bench, uint16_t first, unsigned int count, unsigned int fails)
{
	for (unsigned int i = 0; i < SEQS; i++) {
		uint16_t seq = (uint16_t)(first + i);
		unsigned int expected = i < count && !(fails && seq % fails == 0);

		if (bench->seen.sent[seq] != expected || bench->seen.replied[seq] != expected)
			fail_msg("seq %u: %u stamps, %u replies", seq, bench->seen.sent[seq],
				 bench->seen.replied[seq]);
	}
}

/* Around the end of the numbers, alone and in batches, with some that do not leave. */
static void send_and_check(const struct ends *between, int key_type, unsigned int fails, bool names)
{
	struct bench *bench = begin(between, key_type);
	uint16_t first = (uint16_t)(SEQS - 200);
	unsigned int count = 0;

	for (int i = 0; i < 40; i++, count++)
		send_batch(bench, (uint16_t)(first + count), 1, fails);
	for (int i = 0; i < 10; i++, count += 50)
		send_batch(bench, (uint16_t)(first + count), 50, fails);
	check(bench, first, count, fails);
	assert_int_equal(bench->sock.names_stamps, names);
	end(bench);
}

static bool has_namespace;

static void need_namespace(void)
{
	if (!has_namespace) {
		print_message("# no network namespace for this user\n");
		skip();
	}
}

static void stamps_find_their_probes(void **state)
{
	(void)state;
	need_namespace();
	for (size_t i = 0; i < UNIT_COUNT(ends); i++) {
		struct bench *bench = begin(&ends[i], 0);
		bool names;

		send_batch(bench, 1, 1, 0);
		names = bench->sock.names_stamps; /* from Linux 6.13 on; in IPv6 maybe later */
		end(bench);
		send_and_check(&ends[i], 0, 0, names);
		send_and_check(&ends[i], 0, 7, names);
	}
}

static void an_old_kernel_returns_the_packets(void **state)
{
	(void)state;
	need_namespace();
	for (size_t i = 0; i < UNIT_COUNT(ends); i++) {
		send_and_check(&ends[i], UNKNOWN_KEY_TYPE, 0, false);
		send_and_check(&ends[i], UNKNOWN_KEY_TYPE, 7, false);
		send_and_check(&ends[i], UNKNOWN_KEY_TYPE, 2, false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamps_find_their_probes),
		cmocka_unit_test(an_old_kernel_returns_the_packets),
	};

	has_namespace = enter_namespace();
	return cmocka_run_group_tests_name("icmp_stamps", tests, NULL, NULL);
}
