// SPDX-License-Identifier: GPL-2.0-or-later
/* netstat's two layouts, byte for byte (net-tools 2.10), but that nothing is ever cut. */
#include <string.h>

#include "base/text.h"
#include "netconn.h"

#define AT(field) .offset = offsetof(struct conn_row, field)

/* clang-format off */
static const struct column inet_columns[] = {
	{ "proto", "Proto", NULL, COLUMN_TEXT, .width = 5, AT(proto) },
	{ "recv_q", "Recv-Q", NULL, COLUMN_U32, .align = COLUMN_RIGHT, .width = 6, AT(recv_q) },
	{ "send_q", "Send-Q", NULL, COLUMN_U32, .align = COLUMN_RIGHT, .width = 6, AT(send_q) },
	{ "local", "Local Address", NULL, COLUMN_ENDPOINT, .width = 23, AT(local_addr) },
	{ "peer", "Foreign Address", NULL, COLUMN_ENDPOINT, .width = 23, AT(peer_addr) },
	{ "local_name", "Local Address", NULL, COLUMN_TEXT, .width = 23, AT(local) },
	{ "peer_name", "Foreign Address", NULL, COLUMN_TEXT, .width = 23, AT(peer) },
	{ "state", "State", NULL, COLUMN_TEXT, .width = 11, AT(state) },
	{ "user", "User", NULL, COLUMN_TEXT, .width = 10, AT(user) },
	{ "inode", "Inode", NULL, COLUMN_U32, .width = 10, AT(inode) },
	{ "program", "PID/Program name", NULL, COLUMN_TEXT, .width = 20, AT(program) },
	{ "timer", "Timer", NULL, COLUMN_TEXT, AT(timers) },
	{ .key = NULL },
};

static const struct column unix_columns[] = {
	{ "proto", "Proto", NULL, COLUMN_TEXT, .width = 5, AT(proto) },
	{ "references", "RefCnt", NULL, COLUMN_U32, COLUMN_NULL_ZERO, .width = 6, AT(references) },
	{ "flags", "Flags", NULL, COLUMN_TEXT, .width = 11, AT(flags) },
	{ "type", "Type", NULL, COLUMN_TEXT, .width = 10, AT(type) },
	{ "state", "State", NULL, COLUMN_TEXT, .width = 13, AT(state) },
	{ "inode", "I-Node", NULL, COLUMN_U32, .width = 8, AT(inode) },
	{ "program", "PID/Program name", NULL, COLUMN_TEXT, .width = 20, AT(program) },
	{ "path", "Path", NULL, COLUMN_TEXT, AT(path) },
	{ .key = NULL },
};
/* clang-format on */

static const char *which(const struct settings *settings)
{
	if (settings->all)
		return "(servers and established)";
	return settings->listening ? "(only servers)" : "(w/o servers)";
}

/* The columns that the options ask for, as a list for table_select(). */
static void choose(const struct settings *settings, bool is_unix, char *list, size_t size)
{
	size_t length;

	if (is_unix) {
		length = text_copy(list, size, "proto,references,flags,type,state,inode");
		if (settings->programs)
			length += text_copy(list + length, size - length, ",program");
		text_copy(list + length, size - length, ",path");
		return;
	}
	length = text_copy(list, size,
			   settings->common.resolve ?
				   "proto,recv_q,send_q,local_name,peer_name,state" :
				   "proto,recv_q,send_q,local,peer,state");
	if (settings->extend)
		length += text_copy(list + length, size - length, ",user,inode");
	if (settings->programs)
		length += text_copy(list + length, size - length, ",program");
	if (settings->timers)
		text_copy(list + length, size - length, ",timer");
}

/* Write the title of netstat's next table and make it the one that rows go to. */
void habit_begin_section(struct run *run, bool is_unix)
{
	struct table *table = &run->table;
	char list[128];

	choose(&run->settings, is_unix, list, sizeof(list));
	table_select(table, is_unix ? unix_columns : inet_columns, list, NULL);
	table->header = !run->settings.common.no_header;
	table->palette = NULL;
	if (table->header) {
		buf_add_text(&run->out, is_unix ? "Active UNIX domain sockets " :
						  "Active Internet connections ");
		buf_add_text(&run->out, which(&run->settings));
		buf_add_char(&run->out, '\n');
	}
	table_begin(table, &run->out, TABLE_FIXED);
}

static const char *inet_state(struct conn_row *row, const struct sock *sock)
{
	switch (sock->proto) {
	case SOCK_TCP:
	case SOCK_SCTP:
		return sock->state < SOCK_STATE_COUNT && sock_state_names[sock->state] ?
			       sock_state_names[sock->state] :
			       "UNKNOWN";
	case SOCK_RAW_IP:
		*text_u64(row->state_text, sock->state) = '\0';
		return row->state_text;
	default:
		if (sock->state == SOCK_CLOSE)
			return "";
		return sock->state == SOCK_ESTABLISHED ? "ESTABLISHED" : "UNKNOWN";
	}
}

static const char *unix_state(const struct sock *sock)
{
	if (sock->state == SOCK_LISTEN)
		return "LISTENING";
	if (sock->un.is_pending)
		return "CONNECTING";
	return sock->state == SOCK_ESTABLISHED ? "CONNECTED" : "";
}

/* "keepalive (12.34/0/0)": what runs, for how long yet, retransmissions, probes. */
static const char *timer_text(struct conn_row *row, const struct sock *sock)
{
	static const char *const names[] = { "off", "on", "keepalive", "timewait", "probe" };
	uint32_t hundredths = sock->timer == SOCK_TIMER_OFF ? 0 : sock->expires_ms / 10;
	char *at = row->timer_text;

	if (sock->timer < SOCK_TIMER_COUNT) {
		at += text_copy(at, 16, names[sock->timer]);
	} else {
		at += text_copy(at, 16, "unkn-");
		at = text_u64(at, sock->timer);
	}
	*at++ = ' ';
	*at++ = '(';
	at = text_u64(at, hundredths / 100);
	*at++ = '.';
	*at++ = (char)('0' + hundredths / 10 % 10);
	*at++ = (char)('0' + hundredths % 10);
	*at++ = '/';
	at = text_u64(at, sock->retrans);
	*at++ = '/';
	at = text_u64(at, sock->probes);
	*at++ = ')';
	*at = '\0';
	return row->timer_text;
}

/* netstat names one holder, and only one that really holds it. */
static const char *program_text(struct run *run, const struct sock *sock)
{
	struct conn_row *row = &run->row;
	char *at = row->program_text;

	if (facts_owners(run, sock, false) == 0)
		return "-";
	at = text_u64(at, run->owner_rows.list[0].pid);
	*at++ = '/';
	text_copy(at, PROGRAM_TEXT_SIZE - 16, run->owner_rows.list[0].program);
	return row->program_text;
}

static void fill_inet(struct run *run, const struct sock *sock)
{
	struct conn_row *row = &run->row;
	const struct settings *settings = &run->settings;

	row->local_addr = sock->local;
	row->peer_addr = sock->peer;
	row->recv_q = sock->rqueue;
	row->send_q = sock->state == SOCK_LISTEN && sock->proto == SOCK_TCP ? 0 : sock->wqueue;
	row->state = inet_state(row, sock);
	if (settings->extend)
		row->user = facts_user(run, facts_uid(run, sock));
	if (settings->timers)
		row->timers = timer_text(row, sock);
	if (settings->common.resolve) {
		facts_end_text(run, sock, &sock->local, row->local_text);
		facts_end_text(run, sock, &sock->peer, row->peer_text);
		row->local = row->local_text;
		row->peer = row->peer_text;
	}
}

static void fill_unix(struct run *run, const struct sock *sock)
{
	struct conn_row *row = &run->row;

	row->references = sock->un.references;
	row->flags = sock->state == SOCK_LISTEN ? "[ ACC ]" : "[ ]";
	row->type = sock_type_name(sock->un.type);
	row->state = unix_state(sock);
	row->path = sock->un.path ? sock->un.path : "";
}

/* Make run->row a row of netstat's table. */
void habit_fill(struct run *run, const struct sock *sock)
{
	run->row.proto = sock_proto_name(sock);
	run->row.inode = sock->inode;
	if (run->settings.programs)
		run->row.program = program_text(run, sock);
	if (sock->proto == SOCK_UNIX)
		fill_unix(run, sock);
	else
		fill_inet(run, sock);
}
