// SPDX-License-Identifier: GPL-2.0-or-later
/* Does a socket pass? A condition on something that a socket does not have (the port of a UNIX
 * socket, a user who is unknown) holds neither as it stands nor turned over. */
#include <fnmatch.h>
#include <string.h>
#include <sys/socket.h>

#include "analysis/filter.h"

enum verdict {
	NO,
	YES,
	UNKNOWN,
};

static enum verdict verdict(bool yes)
{
	return yes ? YES : NO;
}

static bool is_inet(const struct sock *sock)
{
	return sock->family == AF_INET || sock->family == AF_INET6;
}

static const struct addr *end_of(const struct filter_node *node, const struct sock *sock)
{
	return node->end == FILTER_SRC ? &sock->local : &sock->peer;
}

/* As the kernel (inet_diag_bc_run()): IPv4 is found in v4-mapped addresses, too, other families are
 * kept apart, whatever the length of the prefix. */
static bool has_addr(const struct filter_node *node, const struct addr *addr)
{
	struct addr plain = *addr;

	if (node->prefix.addr.family == AF_INET)
		plain = addr_unmapped(addr);
	if (node->prefix.addr.zone && node->prefix.addr.zone != addr->zone)
		return false;
	return prefix_contains(&node->prefix, &plain);
}

/* A name that the kernel chose (net/unix/af_unix.c, unix_autobind()), or none. */
static bool is_unix_autobound(const struct sock *sock)
{
	const char *path = sock->un.path;

	return !path ||
	       (path[0] == '@' && strlen(path) == 6 && strspn(path + 1, "0123456789abcdef") == 5);
}

static bool is_within(const struct filter_node *node, uint16_t port)
{
	return port >= node->low && port <= node->high;
}

static enum verdict judge_inet(const struct filter_node *node, const struct sock *sock)
{
	switch (node->kind) {
	case FILTER_ADDR:
		return verdict(has_addr(node, end_of(node, sock)));
	case FILTER_PORT:
		return verdict(is_within(node, end_of(node, sock)->port));
	case FILTER_MARK:
		if (!sock->has_mark)
			return UNKNOWN;
		return verdict((sock->mark & node->mark.mask) == node->mark.value);
	case FILTER_CGROUP:
		return verdict(sock->cgroup_id == node->number);
	default:
		/* The kernel knows better; what it does not say the port tells, as in ss. */
		return verdict(is_within(node, sock->local.port));
	}
}

static enum verdict judge_user(const struct filter_node *node, const struct sock *sock,
			       const struct filter_facts *facts)
{
	uint32_t uid = facts->user ? facts->user(sock, facts->arg) : sock->uid;

	return uid == SOCK_NO_UID ? UNKNOWN : verdict(uid == node->number);
}

static enum verdict judge(const struct filter *filter, const struct filter_node *node,
			  const struct sock *sock, const struct filter_facts *facts)
{
	const char *text = filter->texts + node->text;

	switch (node->kind) {
	case FILTER_STATE:
		return verdict(sock->state < 16 ? node->states >> sock->state & 1 :
						  node->states == UINT16_MAX);
	case FILTER_PATH:
		if (sock->family != AF_UNIX)
			return UNKNOWN;
		return verdict(fnmatch(text, sock->un.path ? sock->un.path : "", FNM_CASEFOLD) ==
			       0);
	case FILTER_DEV:
		if (!is_inet(sock) && sock->family != AF_PACKET)
			return UNKNOWN;
		return verdict(sock->iface == node->number);
	case FILTER_PID:
		return verdict(facts->has_pid &&
			       facts->has_pid(sock, (uint32_t)node->number, facts->arg));
	case FILTER_USER:
		return judge_user(node, sock, facts);
	case FILTER_PROGRAM:
		return verdict(facts->has_program && facts->has_program(sock, text, facts->arg));
	case FILTER_INODE:
		return verdict(sock->inode == node->number);
	case FILTER_COOKIE:
		return sock->cookie == SOCK_NO_COOKIE ? UNKNOWN :
							verdict(sock->cookie == node->number);
	case FILTER_AUTOBOUND:
		if (sock->family == AF_UNIX)
			return verdict(is_unix_autobound(sock));
		/* fall through */
	default:
		return is_inet(sock) ? judge_inet(node, sock) : UNKNOWN;
	}
}

/* Whether @sock passes the part of @filter under @node: filter->root for all of it. */
bool filter_match(const struct filter *filter, uint16_t node, const struct sock *sock,
		  const struct filter_facts *facts)
{
	const struct filter_node *at;
	enum verdict found;

	if (node == FILTER_ALL)
		return true;
	at = &filter->nodes[node];
	if (at->kind == FILTER_AND)
		return filter_match(filter, at->left, sock, facts) &&
		       filter_match(filter, at->right, sock, facts);
	if (at->kind == FILTER_OR)
		return filter_match(filter, at->left, sock, facts) ||
		       filter_match(filter, at->right, sock, facts);
	found = judge(filter, at, sock, facts);
	return found == (at->is_negated ? NO : YES);
}

/* Whether @sock, which listens, passes because the expression says `state listening` of it: the
 * word was said in a part without which it would not pass. */
bool filter_says_listening(const struct filter *filter, uint16_t node, const struct sock *sock,
			   const struct filter_facts *facts)
{
	const struct filter_node *at;

	if (node == FILTER_ALL)
		return false;
	at = &filter->nodes[node];
	if (at->kind == FILTER_AND)
		return filter_match(filter, node, sock, facts) &&
		       (filter_says_listening(filter, at->left, sock, facts) ||
			filter_says_listening(filter, at->right, sock, facts));
	if (at->kind == FILTER_OR)
		return filter_says_listening(filter, at->left, sock, facts) ||
		       filter_says_listening(filter, at->right, sock, facts);
	return at->kind == FILTER_STATE && at->is_explicit &&
	       filter_match(filter, node, sock, facts);
}
