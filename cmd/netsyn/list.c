// SPDX-License-Identifier: GPL-2.0-or-later
/* --list: the half-open connections, as they stream past. The listeners come first, and are known
 * with their processes before the first row is written. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "analysis/listeners.h"
#include "cli/message.h"
#include "cli/signals.h"
#include "netsyn.h"

/* A half-open connection's first retransmission comes after a second, each next one after twice as
 * long (net/ipv4/inet_connection_sock.c, reqsk_timer_handler()). */
#define FIRST_TIMEOUT_MS 1000u

/* Beyond that the timeout does not double any more (TCP_RTO_MAX). */
#define DOUBLINGS_MAX 6

struct list_owner_row {
	uint32_t pid;
	const char *program;
};

struct half_open_row {
	const char *netns, *family, *state, *iface;
	struct addr local, peer, listener;
	uint32_t local_port, peer_port;
	uint64_t age_ms; /* UINT64_MAX: unknown */
	uint32_t expires_ms, retrans;
	bool deferred;
	const struct list_owner_row *owner;
	struct list_owner_row owner_storage;
};

struct listing {
	struct run *run;
	struct site *site;
	struct listeners listeners;
	struct half_open_row row;
};

#define AT(field) .offset = offsetof(struct half_open_row, field)

/* clang-format off */
static const struct column owner_columns[] = {
	{ "pid", "PID", "", COLUMN_U32, .offset = offsetof(struct list_owner_row, pid) },
	{ "program", "Program", "", COLUMN_TEXT,
	  .offset = offsetof(struct list_owner_row, program) },
	{ .key = NULL },
};

static const struct column half_open_columns[] = {
	{ "netns", "Netns", "", COLUMN_TEXT, AT(netns) },
	{ "family", "Family", "", COLUMN_TEXT, AT(family) },
	{ "state", "State", "", COLUMN_TEXT, AT(state) },
	{ "local", "Local", "", COLUMN_ENDPOINT, AT(local) },
	{ "peer", "Peer", "", COLUMN_ENDPOINT, AT(peer) },
	{ "local_addr", "Local-Addr", "", COLUMN_ADDR, AT(local) },
	{ "local_port", "Local-Port", "", COLUMN_U32, .align = COLUMN_RIGHT, AT(local_port) },
	{ "peer_addr", "Peer-Addr", "", COLUMN_ADDR, AT(peer) },
	{ "peer_port", "Peer-Port", "", COLUMN_U32, .align = COLUMN_RIGHT, AT(peer_port) },
	{ "iface", "Iface", "", COLUMN_TEXT, AT(iface) },
	{ "age_ms", "Age-ms", "", COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(age_ms) },
	{ "retrans", "Retrans", "", COLUMN_U32, .align = COLUMN_RIGHT, AT(retrans) },
	{ "expires_ms", "Expires-ms", "", COLUMN_U32, .align = COLUMN_RIGHT, AT(expires_ms) },
	{ "deferred", "Deferred", "", COLUMN_BOOL, AT(deferred) },
	{ "listener", "Listener", "", COLUMN_ENDPOINT, AT(listener) },
	{ "owner", "PID/Program", "", COLUMN_OBJECT, .nested = owner_columns, AT(owner) },
	{ .key = NULL },
};
/* clang-format on */

static const char habit_list[] = "local,peer,state,age_ms,retrans,owner";
static const char wide_list[] =
	"local,peer,state,age_ms,retrans,expires_ms,deferred,iface,listener,owner";
static const char full_list[] =
	"netns,family,state,local_addr,local_port,peer_addr,peer_port,iface,"
	"age_ms,retrans,expires_ms,deferred,listener,owner";

static int begin(struct run *run, struct err *err)
{
	const struct cli_common *common = &run->settings.common;
	const char *list = common->layout == CLI_LAYOUT_HABIT ? habit_list :
			   common->layout == CLI_LAYOUT_WIDE  ? wide_list :
								full_list;
	int ret = table_select(&run->table, half_open_columns,
			       common->columns ? common->columns : list, err);

	if (ret < 0)
		return ret;
	run->table.header = !common->no_header;
	run->table.palette = cli_palette(common->color, STDOUT_FILENO);
	table_begin(&run->table, &run->out, cli_format(common, TABLE_ALIGNED));
	return 0;
}

/* How long the handshake has been waited for. A client whose SYN came twice makes it look older. */
static uint64_t age_of(const struct sock *sock)
{
	unsigned int doublings = sock->retrans < DOUBLINGS_MAX ? sock->retrans : DOUBLINGS_MAX;
	uint64_t ends_ms = FIRST_TIMEOUT_MS * ((UINT64_C(2) << doublings) - 1);

	if (sock->retrans > DOUBLINGS_MAX || sock->expires_ms > ends_ms)
		return UINT64_MAX;
	return ends_ms - sock->expires_ms;
}

static void fill(struct listing *listing, const struct sock *sock)
{
	const struct sock *listener = listeners_find(&listing->listeners, sock);
	const struct owner_holder *holder =
		listener ? site_owner(listing->run, listener->inode) : NULL;
	struct half_open_row *row = &listing->row;

	*row = (struct half_open_row){
		.netns = listing->site->name,
		.state = "SYN_RECV",
		.local = addr_unmapped(&sock->local),
		.peer = addr_unmapped(&sock->peer),
		.local_port = sock->local.port,
		.peer_port = sock->peer.port,
		.age_ms = age_of(sock),
		.expires_ms = sock->expires_ms,
		.retrans = sock->retrans,
		.deferred = sock->retrans == 0 && sock->expires_ms > FIRST_TIMEOUT_MS,
	};
	row->local.port = sock->local.port;
	row->peer.port = sock->peer.port;
	row->family = row->local.family == AF_INET6 ? "inet6" : "inet";
	if (sock->iface)
		row->iface = links_name(&listing->run->links, sock->iface);
	if (listener)
		row->listener = listener->local;
	if (holder) {
		row->owner_storage = (struct list_owner_row){
			.pid = (uint32_t)owners_pid(&listing->run->owners, holder),
			.program = owners_program(&listing->run->owners, holder),
		};
		row->owner = &row->owner_storage;
	}
}

static bool is_wanted(const struct settings *settings, const struct sock *sock)
{
	struct addr local = addr_unmapped(&sock->local);

	return !settings->families ||
	       settings->families & (local.family == AF_INET ? FAMILY_INET : FAMILY_INET6);
}

static int on_half_open(const struct sock *sock, void *arg)
{
	struct listing *listing = arg;
	struct run *run = listing->run;

	if (!is_wanted(&run->settings, sock))
		return 0;
	fill(listing, sock);
	table_row(&run->table, &listing->row);
	return run->out.error || cli_stop_signal();
}

static int on_listener(const struct sock *sock, void *arg)
{
	struct listing *listing = arg;
	int ret = listeners_add(&listing->listeners, sock);

	return ret < 0 ? ret : owners_want(&listing->run->owners, sock->inode);
}

static int on_first(const struct sock *sock, void *arg)
{
	(void)sock;
	*(bool *)arg = true;
	return 1;
}

static int list(struct listing *listing, enum sock_state state, sock_row_fn *on_row, void *arg,
		struct err *err)
{
	const struct sock_query query = {
		.proto = SOCK_TCP,
		.family = AF_UNSPEC,
		.states = (uint16_t)(1u << state),
	};

	return sockets_list(&listing->site->sockets, &query, on_row, arg, err);
}

static int list_site(struct listing *listing, struct err *err)
{
	struct run *run = listing->run;
	bool has_some = false;
	int ret = site_enter(listing->site, err);

	owners_fini(&run->owners);
	run->has_owners = false;
	if (ret == 0)
		ret = list(listing, SOCK_LISTEN, on_listener, listing, err);
	if (ret == 0)
		ret = list(listing, SOCK_SYN_RECV, on_first, &has_some, err);
	if (ret < 0 || !has_some)
		return ret;
	run->has_owners = true;
	owners_walk(&run->owners, FD_WALK_PROC, NULL); /* what is denied stays unknown */
	links_fini(&run->links);
	links_load(&run->links, NULL); /* as is the name of a device */
	return list(listing, SOCK_SYN_RECV, on_half_open, listing, err);
}

static int list_once(void *arg, struct err *err)
{
	struct run *run = arg;
	int ret = begin(run, err), end;

	if (ret < 0)
		return ret;
	for (size_t i = 0; i < run->site_count && ret == 0 && !cli_stop_signal(); i++) {
		struct listing listing = { .run = run, .site = &run->sites[i] };

		listeners_init(&listing.listeners);
		ret = list_site(&listing, err);
		listeners_fini(&listing.listeners);
	}
	if (ret == -ENOMEM)
		err_set(err, ret, "out of memory");
	table_end(&run->table);
	end = buf_flush(&run->out);
	if (ret == 0 && end < 0)
		ret = err_set(err, end, "cannot write: %s", strerror(-end));
	return ret;
}

/* List once, or again and again.
 *
 * Return: 0 or -errno.
 */
int list_run(struct run *run, struct err *err)
{
	run->status = run->is_incomplete ? SYN_SEVERITY_UNKNOWN : SYN_SEVERITY_OK;
	return cli_repeat(&run->settings.common, true, &run->out, list_once, run, err);
}
