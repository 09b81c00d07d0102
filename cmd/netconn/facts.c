// SPDX-License-Identifier: GPL-2.0-or-later
/* What belongs to a socket but does not come with it: holders, names, device, cgroup. */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/grow.h"
#include "base/priv.h"
#include "base/text.h"
#include "cli/message.h"
#include "netconn.h"

/* How long names may take in all. */
#define NAMES_DEADLINE_NS 5000000000u

/* Whether names take the place of numbers, and of the kind @numeric, a bit of settings.numeric. */
static bool names_wanted(const struct run *run, unsigned int numeric)
{
	return run->settings.common.resolve && !(run->settings.numeric & numeric);
}

static enum name_kind service_kind(const struct sock *sock)
{
	if (sock->proto == SOCK_RAW_IP)
		return NAME_PROTOCOL;
	return sock->proto == SOCK_TCP || sock->proto == SOCK_SCTP || sock->proto == SOCK_MPTCP ?
		       NAME_TCP_SERVICE :
		       NAME_UDP_SERVICE;
}

static int want_end(struct run *run, const struct sock *sock, const struct addr *end)
{
	struct name_key key = name_key_host(end);
	int ret = 0;

	if (!addr_is_any(end))
		ret = names_want(&run->names, &key);
	if (ret == 0 && end->port) {
		key = name_key_service(service_kind(sock), end->port);
		ret = names_want(&run->names, &key);
	}
	return ret;
}

/* Note what has to be found out about @sock before it can be shown.
 *
 * Return: 0 or -ENOMEM.
 */
int facts_want(struct run *run, const struct sock *sock)
{
	const struct settings *settings = &run->settings;
	struct name_key user = name_key_user(facts_uid(run, sock));
	int ret = 0;

	if (!settings->common.resolve)
		return 0;
	if (sock_proto_is_inet(sock->proto)) {
		ret = want_end(run, sock, &sock->local);
		if (ret == 0)
			ret = want_end(run, sock, &sock->peer);
	}
	return ret < 0 ? ret : names_want(&run->names, &user);
}

/* Wait for what was asked for. What cannot be found is left out. */
void facts_wait(struct run *run)
{
	if (run->settings.common.resolve)
		names_wait(&run->names, clock_mono_ns() + NAMES_DEADLINE_NS);
}

/* -v: say, once, where owners come from. */
static void tell_how(struct run *run)
{
	const struct owners *owners = &run->owners;

	if (!run->settings.verbose || run->has_told_how)
		return;
	run->has_told_how = true;
	if (owners->by_bpf > 0)
		cli_message("netconn", "owners: of %zu processes, %zu by BPF", owners->looked,
			    owners->by_bpf);
	else
		cli_message("netconn", "owners: of %zu processes, from /proc: %s", owners->looked,
			    owners->why_no_bpf);
}

/* Find who holds the sockets of this host, before they are listed: a listing then need not be kept.
 * What cannot be found is said. */
void facts_find_owners(struct run *run)
{
	struct err err;

	if (owners_walk(&run->owners, FD_WALK_BEST, &err) < 0) {
		cli_message("netconn", "owners are not complete: %s", err.text);
		run->is_incomplete = true;
		return;
	}
	tell_how(run);
}

static int add_owner(struct run *run, const struct owner_holder *holder, bool inferred)
{
	struct owner_rows *rows = &run->owner_rows;
	struct owner_row *list =
		grow_array(rows->list, &rows->room, rows->count + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	rows->list = list;
	list[rows->count++] = (struct owner_row){
		.pid = (uint32_t)owners_pid(&run->owners, holder),
		.program = owners_program(&run->owners, holder),
		.fd = (uint32_t)holder->fd,
		.inferred = inferred,
	};
	return 0;
}

static void add_owners(struct run *run, uint32_t inode, bool inferred)
{
	const struct owner_holder *holder = owners_first(&run->owners, inode);

	while (holder && add_owner(run, holder, inferred) == 0)
		holder = owners_next(&run->owners, holder);
}

/* Put the holders of @sock into run->owner_rows. For one that no process can hold yet, or any more,
 * those of its listener are given, if @infer says so.
 *
 * Return: how many there are.
 */
int facts_owners(struct run *run, const struct sock *sock, bool infer)
{
	const struct sock *listener;

	run->owner_rows.count = 0;
	if (sock->inode) {
		add_owners(run, sock->inode, false);
		run->unknown_owners += run->owner_rows.count == 0;
	} else if (infer) {
		listener = listeners_find(&spaces_of(&run->spaces, sock)->listeners, sock);
		if (listener)
			add_owners(run, listener->inode, true);
	}
	return (int)run->owner_rows.count;
}

/* Say, once a listing, how many sockets have no owner that could be seen, and why. To root, who can
 * do nothing about it, only with -v: these sockets are the kernel's own, or of processes that even
 * root does not see from here. */
void facts_tell_unknown_owners(const struct run *run)
{
	unsigned int sockets = run->unknown_owners, denied = run->owners.denied;
	bool is_root = priv_is_root();

	if (!sockets || (is_root && !run->settings.verbose))
		return;
	if (denied)
		cli_message("netconn", "owners not shown: %u, for %u process%s cannot be read%s",
			    sockets, denied, denied == 1 ? "" : "es", is_root ? "" : "; be root");
	else
		cli_message("netconn", "owners not shown: %u, of %s", sockets,
			    is_root ? "the kernel or another PID namespace" :
				      "hidden processes; be root");
}

/* The user of @sock. The diag gives none for a half-open connection, which is its listener's, and
 * 0 for TIME_WAIT, which is nobody's any more: netstat shows that 0. */
uint32_t facts_uid(struct run *run, const struct sock *sock)
{
	const struct sock *listener;

	if (sock->state == SOCK_TIME_WAIT && sock->proto == SOCK_TCP)
		return settings_is_habit(&run->settings) ? sock->uid : SOCK_NO_UID;
	if (sock->state != SOCK_SYN_RECV || sock->proto != SOCK_TCP)
		return sock->uid;
	listener = listeners_find(&spaces_of(&run->spaces, sock)->listeners, sock);
	return listener ? listener->uid : sock->uid;
}

/* Return: the user's name if names are wanted and known, otherwise the number. */
const char *facts_user(struct run *run, uint32_t uid)
{
	struct name_key key = name_key_user(uid);
	const char *name = names_wanted(run, NUMERIC_USERS) ? names_get(&run->names, &key) : NULL;

	if (name)
		return name;
	*text_u64(run->row.user_text, uid) = '\0';
	return run->row.user_text;
}

/* Return: the name of the device @index where @sock is, "?" if it is gone. */
const char *facts_iface(struct run *run, const struct sock *sock, uint32_t index)
{
	struct space *space = spaces_of(&run->spaces, sock);
	const char *name;

	if (!space->has_links)
		links_load(&space->links, NULL);
	space->has_links = true;
	name = links_name(&space->links, index);
	return name ? name : "?";
}

/* Fill the row's cgroup, unit and container. Neighbours mostly share theirs: the last is kept. */
void facts_cgroup(struct run *run, const struct sock *sock)
{
	struct conn_row *row = &run->row;

	if (sock->cgroup_id && !run->has_cgroups) {
		cgroups_load(&run->cgroups, NULL);
		run->has_cgroups = true;
	}
	if (sock->cgroup_id != run->place_cgroup) {
		run->place_cgroup = sock->cgroup_id;
		row->cgroup = cgroups_path(&run->cgroups, sock->cgroup_id);
		place_of_cgroup(&run->place, row->cgroup ? row->cgroup : "");
	}
	row->unit = run->place.unit[0] ? run->place.unit : NULL;
	row->container = run->place.container[0] ? run->place.container : NULL;
}

/* Return: the name of a host, NULL for its number. netstat's 0.0.0.0 and [::] are no names. */
static const char *host_name(struct run *run, const struct addr *end)
{
	struct name_key key = name_key_host(end);

	if (!names_wanted(run, NUMERIC_HOSTS))
		return NULL;
	if (addr_is_any(end))
		return end->family == AF_INET6 ? "[::]" : NULL;
	return names_get(&run->names, &key);
}

/* Write one end of @sock to @text (END_TEXT_SIZE bytes): ADDRESS%DEVICE:PORT, '*' for no port, with
 * names for what has one if they are wanted. The device is left out of netstat's layout. */
void facts_end_text(struct run *run, const struct sock *sock, const struct addr *end, char *text)
{
	const char *host = host_name(run, end);
	struct addr plain = addr_unmapped(end);
	const char *service = NULL;
	struct name_key key;
	char *at = text;

	if (host)
		at += text_copy(at, NAMES_SIZE, host);
	else
		at = addr_format(at, &plain);
	if (end->zone && !host && !settings_is_habit(&run->settings)) {
		*at++ = '%';
		at += text_copy(at, IF_NAMESIZE, facts_iface(run, sock, end->zone));
	}
	*at++ = ':';
	if (names_wanted(run, NUMERIC_PORTS) && end->port) {
		key = name_key_service(service_kind(sock), end->port);
		service = names_get(&run->names, &key);
	}
	if (service)
		text_copy(at, NAMES_SIZE, service);
	else if (end->port)
		*text_u64(at, end->port) = '\0';
	else
		text_copy(at, sizeof("*"), "*");
}

/* Forget what holds for one listing only. */
void facts_forget(struct run *run)
{
	owners_fini(&run->owners);
	owners_init(&run->owners);
	spaces_forget(&run->spaces);
	cgroups_fini(&run->cgroups);
	run->has_cgroups = false;
	run->place_cgroup = 0;
	run->place = (struct place){ 0 };
	run->row.cgroup = NULL;
	run->unknown_owners = 0;
}
