// SPDX-License-Identifier: GPL-2.0-or-later
/* From the kernel to rows. Owners are found first. Then a row goes out as soon as it comes in; but
 * where names are wanted, or an order, sockets are kept, everything is asked at once, and then they
 * are shown. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "cli/message.h"
#include "cli/signals.h"
#include "host/sockstat.h"
#include "netconn.h"

/* The most sockets of IPv6 that wait for those of IPv4 to be through: list_tcp(). */
#define HELD_MAX 4096

/* Whether it has to be found out who holds the sockets. */
static bool needs_owners(const struct run *run)
{
	return run->needs & NEED_OWNERS || select_needs_owners(&run->selection);
}

static bool keeps_sockets(const struct run *run)
{
	return run->settings.common.resolve || (run->settings.sort && !run->settings.count_by) ||
	       run->settings.mode != MODE_LIST;
}

/* Whether sockets are to be found their listeners: for the user of half-open ones, for owners. */
static bool needs_listeners(const struct run *run)
{
	return !settings_is_habit(&run->settings) || run->settings.extend ||
	       select_needs_listeners(&run->selection);
}

/* Whether the owner of @sock is its listener's, which may come later. */
static bool waits_for_listener(const struct run *run, const struct sock *sock)
{
	return sock->proto == SOCK_UNIX && sock->un.is_pending && run->needs & NEED_OWNERS &&
	       !settings_is_habit(&run->settings);
}

/* Show @sock, or keep it. */
static int pass_on(struct run *run, const struct sock *sock)
{
	int ret;

	if (keeps_sockets(run) || waits_for_listener(run, sock)) {
		ret = store_add(&run->store, sock);
		return ret < 0 ? ret : facts_want(run, sock);
	}
	if (!select_wants_late(run, sock))
		return 0;
	ret = rows_add(run, sock);
	return ret < 0 ? ret : run->out.error || cli_stop_signal();
}

static int take(struct run *run, const struct sock *sock)
{
	int ret = 0;

	if (!run->has_listeners && needs_listeners(run))
		ret = listeners_add(&run->spaces.list[run->spaces.current]->listeners, sock);
	if (ret < 0 || !settings_wants(&run->settings, sock) ||
	    names_is_own_socket(&run->names, sock->inode) || !select_wants_early(run, sock))
		return ret;
	if (!run->holds_inet6 || sock->family != AF_INET6)
		return pass_on(run, sock);
	return run->held_count++ < HELD_MAX ? store_add(&run->held, sock) : 0;
}

static int on_sock(const struct sock *sock, void *arg)
{
	struct run *run = arg;
	struct sock there;

	if (!run->spaces.current)
		return take(run, sock);
	there = *sock;
	there.netns = run->spaces.current;
	return take(run, &there);
}

/* The states that can pass settings_wants(), or are needed to describe those that do. CLOSE is left
 * out for TCP: it would show sockets that are bound but neither listen nor connect. */
static uint16_t states_for(const struct run *run, enum sock_proto proto)
{
	const struct settings *settings = &run->settings;
	uint16_t states = (1u << SOCK_STATE_COUNT) - 2;

	if (proto != SOCK_TCP && proto != SOCK_SCTP)
		return UINT16_MAX;
	states &= (uint16_t) ~(1u << SOCK_CLOSE);
	if (settings->all)
		return states;
	if (settings->listening)
		return 1u << SOCK_LISTEN;
	return needs_listeners(run) ? states : states & (uint16_t) ~(1u << SOCK_LISTEN);
}

/* Say why a protocol is missing: that the kernel lacks it matters only if it was named, and is said
 * once. */
static int explain(struct run *run, const struct sock_query *query, int ret, const struct err *err)
{
	static const char *const names[SOCK_PROTO_COUNT] = {
		[SOCK_TCP] = "TCP",
		[SOCK_SCTP] = "SCTP",
		[SOCK_UDP] = "UDP",
		[SOCK_UDPLITE] = "UDP-Lite",
		[SOCK_RAW_IP] = "raw IP",
		[SOCK_UNIX] = "UNIX",
		[SOCK_MPTCP] = "MPTCP diag",
		[SOCK_LINK_LAYER] = "packet diag",
		[SOCK_NETLINK] = "netlink diag",
		[SOCK_VSOCK] = "vsock diag",
	};
	const char *family = query->family == AF_INET6 ? " (IPv6)" : "";
	bool is_named = run->settings.protos == 1u << query->proto;

	if (ret == -ENOMEM)
		return ret;
	if (ret == -ENOENT) {
		if ((is_named || run->settings.verbose) && !(run->told & 1u << query->proto))
			cli_message("netconn", "this kernel has no %s%s", names[query->proto],
				    family);
		run->told |= 1u << query->proto;
		run->is_incomplete |= is_named;
		return 0;
	}
	cli_message("netconn", "%s%s: %s", names[query->proto], family, err->text);
	run->is_incomplete = true;
	return 0;
}

static int on_listener(const struct sock *sock, void *arg)
{
	struct run *run = arg;

	return listeners_add(&run->spaces.list[run->spaces.current]->listeners, sock);
}

/* What a filter leaves out may still be the listener of what it lets through: learn the listeners
 * first, all of them. Trouble is told by the listing itself. */
static int list_listeners(struct run *run, const struct sock_query *query)
{
	struct sock_query listeners = {
		.proto = query->proto,
		.family = query->family,
		.states = 1u << SOCK_LISTEN,
	};
	int ret;

	if (query->proto != SOCK_TCP && query->proto != SOCK_SCTP)
		return 0;
	ret = sockets_list(&run->sockets, &listeners, on_listener, run, NULL);
	run->has_listeners = ret == 0;
	return ret == -ENOMEM ? ret : 0;
}

static int list_proto(struct run *run, enum sock_proto proto, uint8_t family)
{
	struct sock_query query = {
		.proto = proto,
		.family = family,
		.states = states_for(run, proto),
		.with_probes = run->settings.timers && settings_is_habit(&run->settings),
		.extra = run->extra,
	};
	struct err err = { 0 };
	int ret = 0;

	if (!(run->settings.protos & 1u << proto))
		return 0;
	run->has_listeners = false;
	if (run->selection.is_active && needs_listeners(run))
		ret = list_listeners(run, &query);
	select_limit(&run->selection, &query);
	if (ret < 0 || !query.states)
		return ret;
	ret = sockets_list(&run->sockets, &query, on_sock, run, &err);
	return ret < 0 ? explain(run, &query, ret, &err) : 0;
}

static int list_families(struct run *run, enum sock_proto proto)
{
	int ret = 0;

	if (run->settings.families & FAMILY_INET)
		ret = list_proto(run, proto, AF_INET);
	if (ret == 0 && run->settings.families & FAMILY_INET6)
		ret = list_proto(run, proto, AF_INET6);
	return ret;
}

static int pass_held(struct run *run)
{
	struct store_place place = { 0 };
	const struct sock *sock;
	int ret = 0;

	while (ret == 0 && (sock = store_next(&run->held, &place)))
		ret = pass_on(run, sock);
	return ret < 0 ? ret : 0;
}

static bool has_few_inet6(void)
{
	struct sockstat stat;

	return sockstat_read(&stat, NULL) == 0 &&
	       (stat.tcp6 <= HELD_MAX || stat.tcp6 == UINT64_MAX);
}

/* The walk through the kernel's table takes its time, and where a filter leaves little of it nearly
 * all: one serves for both families. Sockets of IPv6 come behind those of IPv4, and so are held
 * back; if they are many, a walk of their own costs less. Groups have no such order. */
static int list_tcp(struct run *run)
{
	int ret;

	if (!(run->settings.protos & 1u << SOCK_TCP) ||
	    (run->settings.all_netns && spaces_has_no_tcp()))
		return 0;
	if (run->settings.families != (FAMILY_INET | FAMILY_INET6) ||
	    (!run->selection.is_active && !run->settings.count_by && !has_few_inet6()))
		return list_families(run, SOCK_TCP);
	run->holds_inet6 = !run->settings.count_by;
	run->held_count = 0;
	ret = list_proto(run, SOCK_TCP, AF_UNSPEC);
	run->holds_inet6 = false;
	if (ret == 0)
		ret = run->held_count > HELD_MAX ? list_proto(run, SOCK_TCP, AF_INET6) :
						   pass_held(run);
	store_clear(&run->held);
	return ret;
}

static int list_internet(struct run *run)
{
	int ret = list_tcp(run);

	for (int proto = SOCK_TCP + 1; sock_proto_is_inet((unsigned int)proto) && ret == 0; proto++)
		ret = list_families(run, (enum sock_proto)proto);
	return ret;
}

/* What is not of the Internet: netstat's second table is of UNIX sockets alone. */
static int list_others(struct run *run)
{
	int ret = 0;

	for (int proto = SOCK_UNIX; proto < SOCK_PROTO_COUNT && ret == 0; proto++)
		ret = list_proto(run, (enum sock_proto)proto, AF_UNSPEC);
	return ret;
}

static bool goes_on(const struct run *run)
{
	return !run->out.error && !cli_stop_signal();
}

static int show_one(struct run *run, const struct sock *sock)
{
	if (run->settings.mode == MODE_KILL && !kill_one(run, sock))
		return 0;
	return rows_add(run, sock);
}

static int show_sorted(struct run *run, bool is_unix)
{
	const struct order *order = &run->order;
	int ret = 0;

	for (size_t i = 0; i < order->count && ret == 0 && goes_on(run); i++)
		if (sock_proto_is_inet(order->list[i]->proto) != is_unix)
			ret = show_one(run, order->list[i]);
	return ret;
}

static int show_kept(struct run *run, bool is_unix)
{
	struct store_place place = { 0 };
	const struct sock *sock;
	int ret = 0;

	while (ret == 0 && goes_on(run) && (sock = store_next(&run->store, &place)))
		if (sock_proto_is_inet(sock->proto) != is_unix && select_wants_late(run, sock))
			ret = show_one(run, sock);
	return ret;
}

static bool has_section(const struct settings *settings, bool is_unix)
{
	unsigned int inet_bits = (1u << SOCK_UNIX) - 1;

	return settings->protos & (is_unix ? ~inet_bits : inet_bits);
}

/* Find out what is missing of the sockets that were kept, and show them. */
static int show(struct run *run)
{
	bool is_sorted = run->settings.sort && !run->settings.count_by;
	int ret = 0;

	facts_wait(run);
	if (run->settings.mode == MODE_CHANGES)
		return changes_show(run);
	if (is_sorted)
		ret = order_sort(run);
	for (int section = 0; section < 2 && ret == 0; section++) {
		if (!has_section(&run->settings, section == 1))
			continue;
		rows_begin_section(run, section == 1);
		ret = is_sorted ? show_sorted(run, section == 1) : show_kept(run, section == 1);
	}
	return ret;
}

/* Ask for all sockets of the network namespace that the thread is in. */
static int list_here(struct run *run)
{
	bool keeps = keeps_sockets(run);
	int ret = 0;

	for (int section = 0; section < 2 && ret == 0; section++) {
		if (!has_section(&run->settings, section == 1))
			continue;
		if (!keeps)
			rows_begin_section(run, section == 1);
		ret = section == 1 ? list_others(run) : list_internet(run);
	}
	return ret;
}

/* List once.
 *
 * Return: 0, -ENOMEM, or the -errno of a failed write, which is left to the caller to say; anything
 * else that went wrong was said, and made run->is_incomplete true.
 */
int gather(struct run *run, struct err *err)
{
	int ret = rows_begin(run, err);

	if (ret == 0 && needs_owners(run))
		facts_find_owners(run);
	if (ret == 0)
		ret = run->settings.all_netns ? spaces_each(run, list_here, err) : list_here(run);
	if (ret == 0)
		ret = keeps_sockets(run) ? show(run) : show_kept(run, true);
	if (ret == 0) {
		ret = rows_end(run);
		if (ret < 0 && ret != -ENOMEM)
			err_set(err, ret, "cannot write: %s", strerror(-ret));
		if (run->needs & NEED_OWNERS)
			facts_tell_unknown_owners(run);
	}
	if (ret == -ENOMEM)
		err_set(err, ret, "out of memory");
	order_end(&run->order);
	store_clear(&run->store);
	facts_forget(run);
	return ret;
}
