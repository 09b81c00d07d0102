// SPDX-License-Identifier: GPL-2.0-or-later
/* Very many TCP sockets, in two dumps at once.
 *
 * Theory of operation: the kernel makes a dump in the time of whoever receives it, so that one
 * takes one processor. Two of them, each with a program that leaves it those whose local (or
 * peer's) port is up to some number, or beyond it, take two. A sample of the first thousand
 * sockets, which the kernel's table has in the order of a hash, tells which port that is.
 * Listening sockets come first, by themselves: receivers may count on that.
 *
 * Measured at 200,000 sockets (Linux 6.18, two processors): one dump takes 190 ms, two take 125.
 */
#include "host/sockdiag_halves.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host/sockstat.h"

/* From this many sockets on two threads save more than they and a sample cost. */
#define DIVIDE_FROM 20000
#define SAMPLE_SIZE 1024

struct sample {
	size_t count;
	uint16_t ports[2][SAMPLE_SIZE]; /* local, peer */
};

/* Where to divide: the sockets whose port number @end is up to @port, and the others. */
struct line {
	int end;
	uint16_t port;
	size_t larger; /* half of the sample */
};

/* Whether what @query asks for may be worth two dumps: as far as can be told without one. A filter
 * leaves the walk through the table to do, as rare states do, and two would do that twice. */
bool sockdiag_divides(const struct sock_query *query)
{
	struct sockstat stat;
	uint64_t count;

	if (query->proto != SOCK_TCP || query->is_sieved ||
	    !(query->states & 1u << SOCK_ESTABLISHED) || sockstat_read(&stat, NULL) < 0)
		return false;
	count = stat.tcp + stat.tcp_timewait + (stat.tcp6 == UINT64_MAX ? 0 : stat.tcp6);
	return count >= DIVIDE_FROM && sysconf(_SC_NPROCESSORS_ONLN) >= 2;
}

static int on_sample(const struct nlmsghdr *message, void *arg)
{
	const struct inet_diag_msg *diag = mnl_nlmsg_get_payload(message);
	struct sample *sample = arg;

	if (mnl_nlmsg_get_payload_len(message) < sizeof(*diag))
		return -EBADMSG;
	sample->ports[0][sample->count] = ntohs(diag->id.idiag_sport);
	sample->ports[1][sample->count] = ntohs(diag->id.idiag_dport);
	return ++sample->count == SAMPLE_SIZE;
}

static int in_order(const void *a, const void *b)
{
	return *(const uint16_t *)a - *(const uint16_t *)b;
}

static void consider(struct line *best, const struct sample *sample, int end, unsigned int port)
{
	size_t up_to = 0, larger;

	for (size_t i = 0; i < sample->count; i++)
		up_to += sample->ports[end][i] <= port;
	larger = up_to > sample->count / 2 ? up_to : sample->count - up_to;
	if (larger < best->larger)
		*best = (struct line){ end, (uint16_t)port, larger };
}

/* Find the port that divides @sample best: the one in the middle, or the one before if many have
 * just that.
 *
 * Return: whether the larger half is small enough to make it worth while.
 */
static bool find_line(struct sample *sample, struct line *line)
{
	line->larger = sample->count;
	for (int end = 0; end < 2; end++) {
		uint16_t *ports = sample->ports[end];
		unsigned int middle;

		qsort(ports, sample->count, sizeof(*ports), in_order);
		middle = ports[sample->count / 2];
		consider(line, sample, end, middle);
		if (middle > 0)
			consider(line, sample, end, middle - 1);
	}
	return sample->count == SAMPLE_SIZE && line->larger <= SAMPLE_SIZE * 7 / 10;
}

/* The program that passes what is on one side of @line (net/ipv4/inet_diag.c,
 * inet_diag_bc_run()). */
static void make_program(struct inet_diag_bc_op code[2], const struct line *line, bool is_beyond)
{
	static const uint8_t codes[2][2] = {
		{ INET_DIAG_BC_S_LE, INET_DIAG_BC_S_GE },
		{ INET_DIAG_BC_D_LE, INET_DIAG_BC_D_GE },
	};
	const unsigned short size = 2 * sizeof(*code);

	code[0] = (struct inet_diag_bc_op){
		.code = codes[line->end][is_beyond],
		.yes = (unsigned char)size,
		.no = size + 4, /* beyond the end: rejected */
	};
	code[1] = (struct inet_diag_bc_op){ .no = (unsigned short)(line->port + is_beyond) };
}

static int dump_both_sides(struct nl *nl, const struct sock_query *query, const struct line *line,
			   sock_row_fn *on_row, void *const args[2], struct err *err)
{
	struct inet_diag_bc_op codes[2][2];
	struct sock_query side = *query;
	struct sockdiag_buffer buffers[2];
	struct sockdiag_dump dumps[2];
	struct nlmsghdr *requests[2];
	struct nl other;
	int ret = nl_open(&other, NETLINK_SOCK_DIAG, err);

	if (ret < 0)
		return ret;
	for (int i = 0; i < 2; i++) {
		make_program(codes[i], line, i == 1);
		side.code = codes[i];
		side.code_length = sizeof(codes[i]);
		requests[i] = sockdiag_request(&buffers[i], &side);
		sockdiag_begin(&dumps[i], query, on_row, args[i]);
	}
	ret = nl_dump_two((struct nl *const[]){ nl, &other }, requests, sockdiag_on_inet,
			  (void *const[]){ &dumps[0], &dumps[1] }, err);
	nl_close(&other);
	return ret;
}

/* Dump the TCP sockets that @query asks for, each half with its own of @args, if they can be
 * divided; otherwise all with the first. A socket that comes twice does so within a half.
 *
 * Return: as nl_dump().
 */
int sockdiag_halves(struct nl *nl, const struct sock_query *query, sock_row_fn *on_row,
		    void *const args[2], struct err *err)
{
	struct sock_query part = *query;
	struct sample sample = { 0 };
	struct sockdiag_buffer buffer;
	struct line line = { 0 };
	int ret = 0;

	if (query->states & 1u << SOCK_LISTEN) {
		part.states = 1u << SOCK_LISTEN;
		ret = sockdiag_inet(nl, &part, on_row, args[0], err);
	}
	if (ret < 0)
		return ret;
	part.states = query->states & (uint16_t) ~(1u << SOCK_LISTEN);
	ret = nl_dump(nl, sockdiag_request(&buffer, &part), on_sample, &sample, err);
	if (ret < 0)
		return ret;
	if (!find_line(&sample, &line))
		return sockdiag_inet(nl, &part, on_row, args[0], err);
	return dump_both_sides(nl, &part, &line, on_row, args, err);
}
