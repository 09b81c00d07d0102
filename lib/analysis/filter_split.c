// SPDX-License-Identifier: GPL-2.0-or-later
/* What can somebody else decide, and what is left? An expression is split into two that together
 * are the whole. Of an AND each part goes where it can be decided. An OR is decided there only if
 * both of its parts are; otherwise what they imply goes there, as a sieve, and all of it stays,
 * too. There is no NOT above the conditions, so a sieve only ever lets too much through. */
#include <errno.h>
#include <sys/socket.h>

#include "analysis/filter.h"

struct halves {
	uint16_t kernel, rest;
};

struct splitter {
	struct filter *filter;
	uint32_t kinds; /* that the kernel can decide */
	bool is_full;
};

static uint16_t add(struct splitter *splitter, const struct filter_node *node)
{
	struct filter *filter = splitter->filter;

	if (filter->count == FILTER_NODES_MAX) {
		splitter->is_full = true;
		return FILTER_ALL;
	}
	filter->nodes[filter->count] = *node;
	return filter->count++;
}

static uint16_t both(struct splitter *splitter, uint16_t left, uint16_t right)
{
	struct filter_node node = { .kind = FILTER_AND, .left = left, .right = right };

	if (left == FILTER_ALL)
		return right;
	return right == FILTER_ALL ? left : add(splitter, &node);
}

static struct halves split_condition(struct splitter *splitter, uint16_t number, bool is_top)
{
	struct filter_node node = splitter->filter->nodes[number];
	struct halves kernel = { .kernel = number, .rest = FILTER_ALL };
	struct halves rest = { .kernel = FILTER_ALL, .rest = number };

	/* The states of the whole are asked for beside it. */
	if (node.kind == FILTER_STATE && is_top)
		return (struct halves){ .kernel = FILTER_ALL, .rest = FILTER_ALL };
	if (!(splitter->kinds & 1u << node.kind))
		return rest;
	if (node.kind != FILTER_ADDR || !node.prefix.addr.zone)
		return kernel;
	/* The kernel knows no zones: "not fe80::1%eth0" would become "not fe80::1". */
	if (!node.is_negated) {
		node.prefix.addr.zone = 0;
		rest.kernel = add(splitter, &node);
	}
	return rest;
}

static struct halves split(struct splitter *splitter, uint16_t number, bool is_top)
{
	struct filter_node node = splitter->filter->nodes[number];
	struct halves left, right, whole;

	if (node.kind != FILTER_AND && node.kind != FILTER_OR)
		return split_condition(splitter, number, is_top);
	is_top = is_top && node.kind == FILTER_AND;
	left = split(splitter, node.left, is_top);
	right = split(splitter, node.right, is_top);
	if (node.kind == FILTER_AND) {
		whole.kernel = both(splitter, left.kernel, right.kernel);
		whole.rest = both(splitter, left.rest, right.rest);
		return whole;
	}
	whole.rest = left.rest == FILTER_ALL && right.rest == FILTER_ALL ? FILTER_ALL : number;
	whole.kernel = FILTER_ALL;
	if (left.kernel != FILTER_ALL && right.kernel != FILTER_ALL)
		whole.kernel =
			left.kernel == node.left && right.kernel == node.right ?
				number :
				add(splitter, &(struct filter_node){ .kind = FILTER_OR,
								     .left = left.kernel,
								     .right = right.kernel });
	return whole;
}

/* The states that a socket can be in that passes the part of @filter under @node: 1 << enum
 * sock_state. */
uint16_t filter_states(const struct filter *filter, uint16_t node)
{
	const struct filter_node *at;

	if (node == FILTER_ALL)
		return UINT16_MAX;
	at = &filter->nodes[node];
	if (at->kind == FILTER_AND)
		return filter_states(filter, at->left) & filter_states(filter, at->right);
	if (at->kind == FILTER_OR)
		return filter_states(filter, at->left) | filter_states(filter, at->right);
	return at->kind == FILTER_STATE ? at->states : UINT16_MAX;
}

/* Return: the one port at @end of all sockets that pass the part of @filter under @node, 0 if there
 * is no such.
 */
uint16_t filter_exact_port(const struct filter *filter, uint16_t node, enum filter_end end)
{
	const struct filter_node *at;
	uint16_t port;

	if (node == FILTER_ALL)
		return 0;
	at = &filter->nodes[node];
	if (at->kind == FILTER_AND) {
		port = filter_exact_port(filter, at->left, end);
		return port ? port : filter_exact_port(filter, at->right, end);
	}
	if (at->kind != FILTER_PORT || at->is_negated || at->end != end || at->low != at->high)
		return 0;
	return at->low;
}

/* Whether a socket of @family can pass the part of @filter under @node. */
bool filter_may_match(const struct filter *filter, uint16_t node, uint8_t family)
{
	const struct filter_node *at;
	bool is_inet = family == AF_INET || family == AF_INET6;

	if (node == FILTER_ALL)
		return true;
	at = &filter->nodes[node];
	switch (at->kind) {
	case FILTER_AND:
		return filter_may_match(filter, at->left, family) &&
		       filter_may_match(filter, at->right, family);
	case FILTER_OR:
		return filter_may_match(filter, at->left, family) ||
		       filter_may_match(filter, at->right, family);
	case FILTER_PATH:
		return family == AF_UNIX;
	case FILTER_AUTOBOUND:
		return is_inet || family == AF_UNIX;
	case FILTER_DEV:
		return is_inet || family == AF_PACKET;
	case FILTER_ADDR:
	case FILTER_PORT:
	case FILTER_MARK:
	case FILTER_CGROUP:
		return is_inet;
	default:
		return true;
	}
}

/* Split the part of @filter under @node, whose conditions of @kernel_kinds (bit 1 << enum
 * filter_kind) somebody else can decide. The halves are added to the filter's nodes.
 *
 * Return: 0; -E2BIG if there is no room for them: then the rest is all of it.
 */
int filter_split(struct filter *filter, uint16_t node, uint32_t kernel_kinds,
		 struct filter_split *split_up)
{
	struct splitter splitter = { .filter = filter, .kinds = kernel_kinds };
	uint16_t count = filter->count;
	struct halves halves = { .kernel = FILTER_ALL, .rest = FILTER_ALL };

	split_up->states = filter_states(filter, node);
	if (node != FILTER_ALL)
		halves = split(&splitter, node, true);
	split_up->kernel = halves.kernel;
	split_up->rest = halves.rest;
	if (!splitter.is_full)
		return 0;
	filter->count = count;
	split_up->kernel = FILTER_ALL;
	split_up->rest = node;
	return -E2BIG;
}
