// SPDX-License-Identifier: GPL-2.0-or-later
/* Our own layouts: all that is known of a socket, for --wide, --json, --ndjson and --csv. */
#include <string.h>
#include <sys/socket.h>

#include "base/text.h"
#include "netconn.h"
#include "tables.h"

#define IN(type, field) .offset = offsetof(struct type, field)
#define AT(field) IN(conn_row, field)

static enum tint state_tint(const void *data)
{
	const struct conn_row *row = data;

	if (!row->state)
		return TINT_NONE;
	if (strncmp(row->state, "LISTEN", 6) == 0)
		return TINT_GOOD;
	if (strcmp(row->state, "SYN_RECV") == 0)
		return TINT_BAD;
	if (strcmp(row->state, "SYN_SENT") == 0 || strcmp(row->state, "CLOSE_WAIT") == 0)
		return TINT_NOTICE;
	return strcmp(row->state, "TIME_WAIT") == 0 ? TINT_FADED : TINT_NONE;
}

/* clang-format off */
static const struct column timer_columns[] = {
	{ "name", "Timer", "which timer runs", COLUMN_TEXT, IN(timer_row, name) },
	{ "expires_ms", "Expires", "in milliseconds", COLUMN_U32, IN(timer_row, expires_ms) },
	{ "retrans", "Retrans", "timeouts in a row", COLUMN_U8, IN(timer_row, retrans) },
	{ .key = NULL },
};

static const struct column owner_columns[] = {
	{ "pid", "PID", "process", COLUMN_U32, IN(owner_row, pid) },
	{ "program", "Program", "its first word", COLUMN_TEXT, IN(owner_row, program) },
	{ "fd", "FD", "descriptor", COLUMN_U32, IN(owner_row, fd) },
	{ "inferred", "Inferred", "taken from the listener", COLUMN_BOOL, IN(owner_row, inferred) },
	{ .key = NULL },
};

const struct column own_columns[] = {
	{ "time", "Time", "with --changes, --monitor: when it was seen",
	  COLUMN_TIME, AT(time_ns) },
	{ "event", "Event", "with --changes, --monitor: opened, changed, closed",
	  COLUMN_TEXT, AT(event) },
	{ "before", "Before", "with --changes: the state before",
	  COLUMN_TEXT, AT(before) },
	{ "netns", "Netns", "network namespace: its name, or net:[INODE]",
	  COLUMN_TEXT, AT(netns) },
	{ "proto", "Proto", "tcp, tcp6, udp, udp6, udpl, sctp, raw, unix, packet...",
	  COLUMN_TEXT, AT(proto) },
	{ "family", "Family", "inet, inet6, unix, packet, netlink, vsock",
	  COLUMN_TEXT, AT(family) },
	{ "state", "State", "netstat's names; UNCONNECTED where it has none",
	  COLUMN_TEXT, AT(state), .tint = state_tint },
	{ "recv_q", "Recv-Q", "bytes to read; listening: connections to accept",
	  COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(recv_q) },
	{ "send_q", "Send-Q", "bytes not acknowledged; UNIX: not read by the peer",
	  COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(send_q) },
	{ "local", "Local", "this end: ADDRESS%DEVICE:PORT, or UNIX path",
	  COLUMN_TEXT, AT(local) },
	{ "peer", "Peer", "the other end likewise",
	  COLUMN_TEXT, AT(peer) },
	{ "local_addr", "Local-Addr", "this end's address",
	  COLUMN_ADDR, AT(local_addr) },
	{ "local_port", "Local-Port", "this end's port; raw: protocol number",
	  COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(local_port) },
	{ "peer_addr", "Peer-Addr", "the other end's address",
	  COLUMN_ADDR, AT(peer_addr) },
	{ "peer_port", "Peer-Port", "the other end's port",
	  COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(peer_port) },
	{ "iface", "Iface", "device the socket is bound to",
	  COLUMN_TEXT, AT(iface) },
	{ "uid", "UID", "user who made it",
	  COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(uid) },
	{ "user", "User", "the same by name, with --resolve",
	  COLUMN_TEXT, AT(user) },
	{ "inode", "Inode", "its inode; 0: no process holds it",
	  COLUMN_U32, .align = COLUMN_RIGHT, AT(inode) },
	{ "cookie", "Cookie", "the kernel's own number for it",
	  COLUMN_ID, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(cookie) },
	{ "cgroup", "Cgroup", "path of its cgroup",
	  COLUMN_TEXT, AT(cgroup) },
	{ "unit", "Unit", "systemd unit, from the cgroup",
	  COLUMN_TEXT, AT(unit) },
	{ "container", "Container", "container, from the cgroup",
	  COLUMN_TEXT, AT(container) },
	{ "timer", "Timer", "name, milliseconds left, timeouts in a row",
	  COLUMN_OBJECT, .nested = timer_columns, AT(timer) },
	{ "accept_queue", "Accept-Q", "listening: connections to accept",
	  COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(accept_queue) },
	{ "backlog", "Backlog", "listening: how many may wait",
	  COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(backlog) },
	{ "type", "Type", "UNIX, packet...: STREAM, DGRAM, SEQPACKET, RAW",
	  COLUMN_TEXT, AT(type) },
	{ "path", "Path", "UNIX: path; @ begins an abstract name",
	  COLUMN_TEXT, AT(path) },
	{ "peer_inode", "Peer-Inode", "UNIX: inode of the peer",
	  COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT, AT(peer_inode) },
	{ "owners", "Owners", "with -p: every holder: pid, program, descriptor",
	  COLUMN_LIST, .nested = owner_columns, .stride = sizeof(struct owner_row),
	  .count_offset = offsetof(struct conn_row, owner_count), AT(owners) },
	{ "pid", "PID", "its first holder, alone",
	  COLUMN_U32, COLUMN_NULL_ZERO, COLUMN_RIGHT, AT(owner_pid) },
	{ "program", "Program", "what that one is called",
	  COLUMN_TEXT, AT(owner_program) },
	{ "timer_info", "Timer-Info", "with --timer-info: timer, probes, backoff, timeout",
	  COLUMN_FACTS, .nested = extra_timer_columns, AT(extra.timer_info) },
	{ "memory", "Memory", "with --memory: in use and allowed, in bytes",
	  COLUMN_FACTS, .nested = extra_memory_columns, AT(extra.memory) },
	{ "mark", "Mark", "SO_MARK, where you may see it",
	  COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(extra.mark) },
	{ "v6only", "V6-Only", "whether an IPv6 socket takes no IPv4",
	  COLUMN_BOOL, COLUMN_NULL_MAX, AT(extra.v6only) },
	{ "tos", "TOS", "type of service of what it sends",
	  COLUMN_U8, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(extra.tos) },
	{ "tclass", "Tclass", "traffic class of what it sends, IPv6",
	  COLUMN_U8, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(extra.tclass) },
	{ "class_id", "Class-ID", "net_cls class, or priority",
	  COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT, AT(extra.class_id) },
	{ "shutdown", "Shutdown", "ways that are shut: none, receive, send, both",
	  COLUMN_TEXT, AT(extra.shutdown) },
	{ "sockopts", "Sockopts", "options that are set",
	  COLUMN_WORDS, AT(extra.options) },
	{ "congestion", "Congestion", "congestion control algorithm",
	  COLUMN_TEXT, AT(extra.congestion) },
	{ "ulp", "ULP", "protocol on top of TCP: tls, mptcp, espintcp",
	  COLUMN_TEXT, AT(extra.ulp) },
	{ "tls", "TLS", "TLS in the kernel: version, cipher, where",
	  COLUMN_FACTS, .nested = extra_tls_columns, AT(extra.tls) },
	{ "subflow", "Subflow", "of a TCP connection within an MPTCP one",
	  COLUMN_FACTS, .nested = extra_subflow_columns, AT(extra.subflow) },
	{ "packet", "Packet", "of a packet socket: ethertype, rings, filter",
	  COLUMN_FACTS, .nested = extra_packet_columns, AT(extra.packet) },
	{ "netlink", "Netlink", "of a netlink socket: protocol, ports, groups",
	  COLUMN_FACTS, .nested = extra_netlink_columns, AT(extra.netlink) },
	{ "vsock", "Vsock", "of a vsock socket: contexts and ports",
	  COLUMN_FACTS, .nested = extra_vsock_columns, AT(extra.vsock) },
	{ "mptcp_info", "MPTCP-Info", "with --info: internals of MPTCP",
	  COLUMN_FACTS, .nested = extra_mptcp_columns, AT(extra.mptcp) },
	{ "tcp_info", "TCP-Info", "with --info: internals of TCP",
	  COLUMN_FACTS, .nested = extra_tcp_columns, AT(extra.tcp) },
	{ .key = NULL },
};
/* clang-format on */

static const char wide_list[] = "proto,state,recv_q,send_q,local,peer,uid,inode,unit,timer";
static const char full_list[] =
	"netns,proto,family,state,recv_q,send_q,local_addr,local_port,peer_addr,peer_port,"
	"iface,uid,user,inode,cookie,cgroup,unit,container,timer,accept_queue,backlog,"
	"type,path,peer_inode";

/* The columns that the options ask for, as a list for table_select(). */
static void choose(const struct settings *settings, char *list, size_t size)
{
	bool is_wide = settings->common.layout == CLI_LAYOUT_WIDE;
	bool has_changes = settings->mode == MODE_CHANGES;
	bool has_details = settings->extra & SOCK_EXTRA_DETAILS;
	bool has_info = settings->extra & SOCK_EXTRA_INFO;
	unsigned int protos = settings->protos;
	const struct {
		bool is_wanted;
		const char *columns;
	} parts[] = {
		{ has_changes || settings->mode == MODE_MONITOR, "time,event," },
		{ has_changes, "before," },
		{ is_wide && settings->all_netns, "netns," },
		{ true, is_wide ? wide_list : full_list },
		{ is_wide && has_details && settings->common.resolve, ",user" },
		{ settings->programs, ",owners" },
		{ is_wide && has_details, ",cookie,cgroup" },
		{ has_details,
		  ",mark,v6only,tos,tclass,class_id,shutdown,congestion,ulp,tls,"
		  "subflow,sockopts" },
		{ (!is_wide || has_details) && protos & 1u << SOCK_LINK_LAYER, ",packet" },
		{ (!is_wide || has_details) && protos & 1u << SOCK_NETLINK, ",netlink" },
		{ !is_wide && protos & 1u << SOCK_VSOCK, ",vsock" },
		{ settings->extra & SHOW_TIMER_INFO, ",timer_info" },
		{ settings->extra & SOCK_EXTRA_MEMORY, ",memory" },
		{ has_info && !has_details, ",congestion" },
		{ has_info && protos & 1u << SOCK_MPTCP, ",mptcp_info" },
		{ has_info, ",tcp_info" },
	};
	size_t length = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (parts[i].is_wanted)
			length += text_copy(list + length, size - length, parts[i].columns);
}

/* Note what it takes to fill @column, of own_columns or, if @parent is not NULL, of that one. */
void own_need(struct run *run, const struct column *column, const struct column *parent)
{
	const struct column *whole = parent ? parent : column;

	run->extra |= extra_needed(whole);
	switch (whole->offset) {
	case offsetof(struct conn_row, owners):
	case offsetof(struct conn_row, owner_pid):
	case offsetof(struct conn_row, owner_program):
		run->needs |= NEED_OWNERS;
		break;
	case offsetof(struct conn_row, cgroup):
	case offsetof(struct conn_row, unit):
	case offsetof(struct conn_row, container):
		run->needs |= NEED_CGROUP;
		break;
	case offsetof(struct conn_row, local):
	case offsetof(struct conn_row, peer):
		run->needs |= NEED_TEXTS;
		break;
	}
}

/* Choose the columns and start the one table that all rows go to.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int own_begin(struct run *run, struct err *err)
{
	struct table *table = &run->table;
	char list[512];
	int ret = 0;

	if (run->settings.count_by)
		return tables_begin(run, run->order.groups.columns, NULL, err);
	choose(&run->settings, list, sizeof(list));
	/* Changes go on under one header, look after look. */
	if (!run->changes.has_looked)
		ret = tables_begin(run, own_columns, list, err);
	for (size_t i = 0; i < table->count && ret == 0; i++)
		own_need(run, table->columns[i], table->parents[i]);
	return ret;
}

/* Return: the state of @sock by name; @text (@size bytes) is for those that have none. */
const char *own_state(char *text, size_t size, const struct sock *sock)
{
	bool is_stream = sock->proto == SOCK_TCP || sock->proto == SOCK_SCTP ||
			 sock->proto == SOCK_MPTCP || sock->proto == SOCK_VSOCK;
	bool is_connected = sock->state == SOCK_ESTABLISHED;
	char number[4];

	if (sock->proto == SOCK_UNIX && sock->un.is_pending)
		return "CONNECTING";
	if ((sock->proto == SOCK_UNIX || sock->proto == SOCK_NETLINK) && is_connected)
		return "CONNECTED";
	if (sock->proto == SOCK_UNIX && sock->state == SOCK_LISTEN)
		return "LISTENING";
	if (!is_stream && sock->state == SOCK_CLOSE)
		return "UNCONNECTED";
	if (sock->state < SOCK_STATE_COUNT && sock_state_names[sock->state])
		return sock_state_names[sock->state];
	*text_u64(number, sock->state) = '\0';
	text_copy(text, size, number);
	return text;
}

static void fill_timer(struct conn_row *row, const struct sock *sock)
{
	row->timer = NULL;
	if (sock->timer == SOCK_TIMER_OFF)
		return;
	row->timer = &row->timer_storage;
	row->timer_storage = (struct timer_row){
		.name = sock->timer < SOCK_TIMER_COUNT ? sock_timer_names[sock->timer] : "unknown",
		.expires_ms = sock->expires_ms,
		.retrans = sock->retrans,
	};
}

static void fill_owners(struct run *run, const struct sock *sock)
{
	struct conn_row *row = &run->row;

	facts_owners(run, sock, true);
	row->owners = run->owner_rows.list;
	row->owner_count = (uint32_t)run->owner_rows.count;
	row->owner_pid = row->owner_count > 0 ? row->owners->pid : 0;
	row->owner_program = row->owner_count > 0 ? row->owners->program : NULL;
}

/* Make run->row a row of our own table. */
void own_fill(struct run *run, const struct sock *sock)
{
	struct conn_row *row = &run->row;
	const char *netns = spaces_of(&run->spaces, sock)->name;
	bool is_listener = sock->state == SOCK_LISTEN;

	row->netns = *netns ? netns : NULL;
	row->proto = sock_proto_name(sock);
	row->state = own_state(row->state_text, sizeof(row->state_text), sock);
	row->recv_q = sock->rqueue;
	row->send_q = is_listener ? 0 : sock->wqueue;
	row->accept_queue = is_listener ? sock->rqueue : UINT32_MAX;
	row->backlog = is_listener ? sock->wqueue : UINT32_MAX;
	row->uid = facts_uid(run, sock);
	row->user = run->settings.common.resolve && row->uid != SOCK_NO_UID ?
			    facts_user(run, row->uid) :
			    NULL;
	row->inode = sock->inode;
	row->cookie = sock->cookie;
	if (run->needs & NEED_CGROUP)
		facts_cgroup(run, sock);
	fill_timer(row, sock);
	ends_fill(run, sock);
	if (run->extra)
		extra_fill(&row->extra, sock);
	if (run->needs & NEED_OWNERS)
		fill_owners(run, sock);
}
