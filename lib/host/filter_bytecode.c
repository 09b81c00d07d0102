// SPDX-License-Identifier: GPL-2.0-or-later
/* A filter as a program of inet_diag (include/uapi/linux/inet_diag.h, INET_DIAG_BC_*).
 *
 * An operation goes on by op->yes bytes if it holds, by op->no if it does not; a jump goes by
 * op->no. Whoever reaches the end exactly passes; whoever goes four bytes beyond it does not. All
 * jumps lead forward, and op->yes is always the length of the operation, since the kernel walks the
 * program along it to check the jumps (net/ipv4/inet_diag.c, inet_diag_bc_audit()). So everything
 * is written so that what holds comes out at its own end, and what does not jumps to a place that
 * is known from the start, for lengths are. */
#include "host/filter_bytecode.h"

#include <linux/inet_diag.h>
#include <string.h>
#include <sys/socket.h>

#define OP_SIZE sizeof(struct inet_diag_bc_op)
#define PORT_SIZE (2 * OP_SIZE)

struct writer {
	const struct filter *filter;
	char *code;
	size_t length;
};

static size_t addr_size(const struct filter_node *node)
{
	return node->prefix.addr.family == AF_INET ? 4 : 16;
}

static size_t ports_size(const struct filter_node *node)
{
	if (node->low == node->high)
		return PORT_SIZE;
	return PORT_SIZE * ((size_t)(node->low > 0) + (node->high < UINT16_MAX));
}

static size_t condition_size(const struct filter_node *node)
{
	switch (node->kind) {
	case FILTER_ADDR:
		return OP_SIZE + sizeof(struct inet_diag_hostcond) + addr_size(node);
	case FILTER_PORT:
		return ports_size(node);
	case FILTER_AUTOBOUND:
		return ports_size(node) + OP_SIZE;
	case FILTER_DEV:
		return OP_SIZE + sizeof(uint32_t);
	case FILTER_MARK:
		return OP_SIZE + sizeof(struct inet_diag_markcond);
	case FILTER_CGROUP:
		return OP_SIZE + sizeof(uint64_t);
	default:
		return 0;
	}
}

static size_t node_size(const struct filter *filter, uint16_t number)
{
	const struct filter_node *node = &filter->nodes[number];

	if (node->kind == FILTER_AND)
		return node_size(filter, node->left) + node_size(filter, node->right);
	if (node->kind == FILTER_OR)
		return node_size(filter, node->left) + OP_SIZE + node_size(filter, node->right);
	return condition_size(node) + (node->is_negated ? OP_SIZE : 0);
}

/* Add the operation @code with its operand, @size bytes at @operand; if it does not hold, it goes
 * on at @no, an offset in the program. */
static void add_op(struct writer *writer, unsigned int code, const void *operand, size_t size,
		   size_t no)
{
	struct inet_diag_bc_op op = {
		.code = (uint8_t)code,
		.yes = (uint8_t)(OP_SIZE + size),
		.no = (uint16_t)(no - writer->length),
	};

	memcpy(writer->code + writer->length, &op, sizeof(op));
	if (size > 0)
		memcpy(writer->code + writer->length + sizeof(op), operand, size);
	writer->length += sizeof(op) + size;
}

static void add_port(struct writer *writer, unsigned int code, uint16_t port, size_t no)
{
	struct inet_diag_bc_op operand = { .no = port };

	add_op(writer, code, &operand, sizeof(operand), no);
}

static void add_ports(struct writer *writer, const struct filter_node *node, size_t no)
{
	bool is_src = node->end == FILTER_SRC;

	if (node->low == node->high) {
		add_port(writer, is_src ? INET_DIAG_BC_S_EQ : INET_DIAG_BC_D_EQ, node->low, no);
		return;
	}
	if (node->low > 0)
		add_port(writer, is_src ? INET_DIAG_BC_S_GE : INET_DIAG_BC_D_GE, node->low, no);
	if (node->high < UINT16_MAX)
		add_port(writer, is_src ? INET_DIAG_BC_S_LE : INET_DIAG_BC_D_LE, node->high, no);
}

static void add_addr(struct writer *writer, const struct filter_node *node, size_t no)
{
	struct inet_diag_hostcond condition;
	char operand[sizeof(condition) + 16];

	memset(&condition, 0, sizeof(condition)); /* what lies between its parts, too */
	condition.family = node->prefix.addr.family;
	condition.prefix_len = node->prefix.length;
	condition.port = -1;
	memcpy(operand, &condition, sizeof(condition));
	memcpy(operand + sizeof(condition), node->prefix.addr.bytes, addr_size(node));
	add_op(writer, node->end == FILTER_SRC ? INET_DIAG_BC_S_COND : INET_DIAG_BC_D_COND, operand,
	       sizeof(condition) + addr_size(node), no);
}

static void add_condition(struct writer *writer, const struct filter_node *node, size_t no)
{
	struct inet_diag_markcond mark = { .mark = node->mark.value, .mask = node->mark.mask };
	uint32_t device = (uint32_t)node->number;

	switch (node->kind) {
	case FILTER_ADDR:
		add_addr(writer, node, no);
		break;
	case FILTER_PORT:
		add_ports(writer, node, no);
		break;
	case FILTER_DEV:
		add_op(writer, INET_DIAG_BC_DEV_COND, &device, sizeof(device), no);
		break;
	case FILTER_MARK:
		add_op(writer, INET_DIAG_BC_MARK_COND, &mark, sizeof(mark), no);
		break;
	case FILTER_CGROUP:
		add_op(writer, INET_DIAG_BC_CGROUP_COND, &node->number, sizeof(node->number), no);
		break;
	case FILTER_AUTOBOUND:
		/* To the kernel what a listener has accepted is autobound, too. */
		add_ports(writer, node, no);
		add_op(writer, INET_DIAG_BC_AUTO, NULL, 0, no);
	}
}

static void add_node(struct writer *writer, uint16_t number, size_t no)
{
	const struct filter_node *node = &writer->filter->nodes[number];
	size_t left_end;

	switch (node->kind) {
	case FILTER_AND:
		add_node(writer, node->left, no);
		add_node(writer, node->right, no);
		break;
	case FILTER_OR:
		left_end = writer->length + node_size(writer->filter, node->left) + OP_SIZE;
		add_node(writer, node->left, left_end);
		add_op(writer, INET_DIAG_BC_JMP, NULL, 0,
		       left_end + node_size(writer->filter, node->right));
		add_node(writer, node->right, no);
		break;
	default:
		if (!node->is_negated) {
			add_condition(writer, node, no);
			break;
		}
		add_condition(writer, node, writer->length + condition_size(node) + OP_SIZE);
		add_op(writer, INET_DIAG_BC_JMP, NULL, 0, no);
	}
}

/* Write the part of @filter under @node, all of whose conditions are of FILTER_BYTECODE_KINDS, as a
 * program to @code (@size bytes, FILTER_BYTECODE_MAX are enough).
 *
 * Return: its length in bytes; 0 if everything passes, or if there is no room.
 */
size_t filter_bytecode(const struct filter *filter, uint16_t node, void *code, size_t size)
{
	struct writer writer = { .filter = filter, .code = code };
	size_t length = node == FILTER_ALL ? 0 : node_size(filter, node);

	if (length == 0 || length > size || length > UINT16_MAX - OP_SIZE)
		return 0;
	add_node(&writer, node, length + OP_SIZE);
	return writer.length;
}
