// SPDX-License-Identifier: GPL-2.0-or-later
#include "bytecode.h"

#include <linux/inet_diag.h>
#include <string.h>
#include <sys/socket.h>

#define OP_SIZE ((long)sizeof(struct inet_diag_bc_op))

static struct inet_diag_bc_op op_at(const char *at)
{
	struct inet_diag_bc_op op;

	memcpy(&op, at, sizeof(op));
	return op;
}

/* The length that the operation at @at has by its code, of @left bytes; -1 if it is not one. */
static long need(const char *at, long left)
{
	struct inet_diag_hostcond host;
	long size = OP_SIZE;

	switch (op_at(at).code) {
	case INET_DIAG_BC_S_COND:
	case INET_DIAG_BC_D_COND:
		size += (long)sizeof(host);
		if (left < size)
			return -1;
		memcpy(&host, at + OP_SIZE, sizeof(host));
		if (host.family != AF_UNSPEC && host.family != AF_INET && host.family != AF_INET6)
			return -1;
		size += host.family == AF_UNSPEC ? 0 : host.family == AF_INET ? 4 : 16;
		if (host.prefix_len > 8 * (size - OP_SIZE - (long)sizeof(host)))
			return -1;
		break;
	case INET_DIAG_BC_DEV_COND:
	case INET_DIAG_BC_S_EQ:
	case INET_DIAG_BC_S_GE:
	case INET_DIAG_BC_S_LE:
	case INET_DIAG_BC_D_EQ:
	case INET_DIAG_BC_D_GE:
	case INET_DIAG_BC_D_LE:
		size += 4;
		break;
	case INET_DIAG_BC_MARK_COND:
	case INET_DIAG_BC_CGROUP_COND:
		size += 8;
		break;
	case INET_DIAG_BC_AUTO:
	case INET_DIAG_BC_JMP:
	case INET_DIAG_BC_NOP:
		break;
	default:
		return -1;
	}
	return left < size ? -1 : size;
}

/* Whether an operation begins where @left bytes are left. */
static bool is_boundary(const char *code, long length, long left)
{
	while (length >= OP_SIZE && length > left) {
		struct inet_diag_bc_op op = op_at(code);

		if (op.yes < 4 || op.yes & 3)
			return false;
		length -= op.yes;
		code += op.yes;
	}
	return length == left;
}

bool bytecode_is_valid(const void *code, size_t length)
{
	const char *at = code;
	long left = (long)length;

	while (left > 0) {
		long size = left < OP_SIZE ? -1 : need(at, left);
		struct inet_diag_bc_op op;

		if (size < 0)
			return false;
		op = op_at(at);
		if (op.code != INET_DIAG_BC_NOP) {
			if (op.no < size || op.no > left + 4 || op.no & 3)
				return false;
			if (op.no < left && !is_boundary(code, (long)length, left - op.no))
				return false;
		}
		if (op.yes < size || op.yes > left + 4 || op.yes & 3)
			return false;
		left -= op.yes;
		at += op.yes;
	}
	return left == 0;
}

static bool bits_match(const uint8_t *a, const uint8_t *b, unsigned int bits)
{
	for (unsigned int i = 0; i < bits; i++)
		if ((a[i / 8] ^ b[i / 8]) >> (7 - i % 8) & 1)
			return false;
	return true;
}

static bool host_matches(const char *operand, const struct addr *end)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct inet_diag_hostcond host;
	const uint8_t *wanted = (const uint8_t *)operand + sizeof(host);

	memcpy(&host, operand, sizeof(host));
	if (host.port != -1 && host.port != end->port)
		return false;
	if (host.family != AF_UNSPEC && host.family != end->family)
		return end->family == AF_INET6 && host.family == AF_INET &&
		       memcmp(end->bytes, mapped, sizeof(mapped)) == 0 &&
		       bits_match(end->bytes + 12, wanted, host.prefix_len);
	return bits_match(end->bytes, wanted, host.prefix_len);
}

static bool holds(const char *at, const struct sock *sock, bool is_autobound)
{
	const char *operand = at + OP_SIZE;
	struct inet_diag_markcond mark;
	uint16_t port = op_at(operand).no;
	uint32_t device;
	uint64_t cgroup;

	switch (op_at(at).code) {
	case INET_DIAG_BC_NOP:
		return true;
	case INET_DIAG_BC_S_EQ:
		return sock->local.port == port;
	case INET_DIAG_BC_S_GE:
		return sock->local.port >= port;
	case INET_DIAG_BC_S_LE:
		return sock->local.port <= port;
	case INET_DIAG_BC_D_EQ:
		return sock->peer.port == port;
	case INET_DIAG_BC_D_GE:
		return sock->peer.port >= port;
	case INET_DIAG_BC_D_LE:
		return sock->peer.port <= port;
	case INET_DIAG_BC_AUTO:
		return is_autobound;
	case INET_DIAG_BC_S_COND:
		return host_matches(operand, &sock->local);
	case INET_DIAG_BC_D_COND:
		return host_matches(operand, &sock->peer);
	case INET_DIAG_BC_DEV_COND:
		memcpy(&device, operand, sizeof(device));
		return device == sock->iface;
	case INET_DIAG_BC_MARK_COND:
		memcpy(&mark, operand, sizeof(mark));
		return (sock->mark & mark.mask) == mark.mark;
	case INET_DIAG_BC_CGROUP_COND:
		memcpy(&cgroup, operand, sizeof(cgroup));
		return cgroup == sock->cgroup_id;
	default:
		return false; /* a jump */
	}
}

/* @code is valid. The longest operand is read whatever the operation: there must be eight bytes
 * behind the program. */
bool bytecode_run(const void *code, size_t length, const struct sock *sock, bool is_autobound)
{
	const char *at = code;
	long left = (long)length;

	while (left > 0) {
		struct inet_diag_bc_op op = op_at(at);
		long step = holds(at, sock, is_autobound) ? op.yes : op.no;

		left -= step;
		at += step;
	}
	return left == 0;
}
