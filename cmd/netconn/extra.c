// SPDX-License-Identifier: GPL-2.0-or-later
/* What a socket has beyond the plain columns, if it was asked for: memory, details, internals. */
#include "extra.h"

#include <stddef.h>
#include <string.h>

#include "base/text.h"
#include "netconn.h"

#define IN(type, field) .offset = offsetof(struct type, field)
#define MPTCP(field) .null = COLUMN_NULL_MAX, .offset = offsetof(struct mptcp_row, is.field)
#define PACKET(field) .null = COLUMN_NULL_MAX, .offset = offsetof(struct packet_row, is.field)
#define MEMORY(field)                                                                              \
	.null = COLUMN_NULL_MAX, .align = COLUMN_RIGHT,                                            \
	.offset = offsetof(struct sock_memory, field)
#define VSOCK(field) .null = COLUMN_NULL_MAX, .offset = offsetof(struct sock_vsock, field)

/* clang-format off */
const struct column extra_mptcp_columns[] = {
	{ "token", "Token", NULL, COLUMN_U32, MPTCP(token) },
	{ "fell_back", "Fell-Back", NULL, COLUMN_BOOL, IN(mptcp_row, fell_back) },
	{ "remote_key", "Remote-Key", NULL, COLUMN_BOOL, IN(mptcp_row, has_remote_key) },
	{ "subflows", "Subflows", NULL, COLUMN_U8, MPTCP(subflows) },
	{ "subflows_total", "Total", NULL, COLUMN_U8, MPTCP(subflows_total) },
	{ "subflows_max", "Max", NULL, COLUMN_U8, MPTCP(subflows_max) },
	{ "add_addr_signal", "Signalled", NULL, COLUMN_U8, MPTCP(add_addr_signal) },
	{ "add_addr_signal_max", "Signalled-Max", NULL, COLUMN_U8, MPTCP(add_addr_signal_max) },
	{ "add_addr_accepted", "Accepted", NULL, COLUMN_U8, MPTCP(add_addr_accepted) },
	{ "add_addr_accepted_max", "Accepted-Max", NULL, COLUMN_U8, MPTCP(add_addr_accepted_max) },
	{ "local_addr_used", "Local-Used", NULL, COLUMN_U8, MPTCP(local_addr_used) },
	{ "local_addr_max", "Local-Max", NULL, COLUMN_U8, MPTCP(local_addr_max) },
	{ "endp_laminar_max", "Laminar-Max", NULL, COLUMN_U8, MPTCP(endp_laminar_max) },
	{ "csum_enabled", "Checksum", NULL, COLUMN_BOOL, MPTCP(csum_enabled) },
	{ "write_seq", "Write-Seq", NULL, COLUMN_ID, MPTCP(write_seq) },
	{ "snd_una", "Snd-Una", NULL, COLUMN_ID, MPTCP(snd_una) },
	{ "rcv_nxt", "Rcv-Nxt", NULL, COLUMN_ID, MPTCP(rcv_nxt) },
	{ "retransmits", "Retransmits", NULL, COLUMN_U32, MPTCP(retransmits) },
	{ "bytes_sent", "Sent", NULL, COLUMN_U64, MPTCP(bytes_sent) },
	{ "bytes_retrans", "Resent", NULL, COLUMN_U64, MPTCP(bytes_retrans) },
	{ "bytes_acked", "Acked", NULL, COLUMN_U64, MPTCP(bytes_acked) },
	{ "bytes_received", "Received", NULL, COLUMN_U64, MPTCP(bytes_received) },
	{ "last_data_sent_ms", "Last-Sent", NULL, COLUMN_U32, MPTCP(last_data_sent_ms) },
	{ "last_data_recv_ms", "Last-Received", NULL, COLUMN_U32, MPTCP(last_data_recv_ms) },
	{ "last_ack_recv_ms", "Last-Ack", NULL, COLUMN_U32, MPTCP(last_ack_recv_ms) },
	{ .key = NULL },
};

const struct column extra_memory_columns[] = {
	{ "rmem_alloc", "Rmem", NULL, COLUMN_U32, MEMORY(rmem_alloc) },
	{ "rcvbuf", "Rcvbuf", NULL, COLUMN_U32, MEMORY(rcvbuf) },
	{ "wmem_alloc", "Wmem", NULL, COLUMN_U32, MEMORY(wmem_alloc) },
	{ "sndbuf", "Sndbuf", NULL, COLUMN_U32, MEMORY(sndbuf) },
	{ "fwd_alloc", "Fwd", NULL, COLUMN_U32, MEMORY(fwd_alloc) },
	{ "wmem_queued", "Wmem-Queued", NULL, COLUMN_U32, MEMORY(wmem_queued) },
	{ "optmem", "Optmem", NULL, COLUMN_U32, MEMORY(optmem) },
	{ "backlog", "Backlog", NULL, COLUMN_U32, MEMORY(backlog) },
	{ "drops", "Drops", NULL, COLUMN_U32, MEMORY(drops) },
	{ .key = NULL },
};

const struct column extra_timer_columns[] = {
	{ "name", "Timer", NULL, COLUMN_TEXT, IN(timer_info_row, name) },
	{ "expires_ms", "Expires", NULL, COLUMN_U32, COLUMN_NULL_MAX,
	  IN(timer_info_row, expires_ms) },
	{ "retrans", "Retrans", NULL, COLUMN_U8, COLUMN_NULL_MAX, IN(timer_info_row, retrans) },
	{ "probes", "Probes", NULL, COLUMN_U8, COLUMN_NULL_MAX, IN(timer_info_row, probes) },
	{ "backoff", "Backoff", NULL, COLUMN_U8, COLUMN_NULL_MAX, IN(timer_info_row, backoff) },
	{ "rto_ms", "RTO", NULL, COLUMN_US32, COLUMN_NULL_MAX, IN(timer_info_row, rto_us) },
	{ .key = NULL },
};

const struct column extra_subflow_columns[] = {
	{ "local_token", "Local-Token", NULL, COLUMN_U32, IN(subflow_row, is.local_token) },
	{ "remote_token", "Remote-Token", NULL, COLUMN_U32, IN(subflow_row, is.remote_token) },
	{ "local_id", "Local-ID", NULL, COLUMN_U8, IN(subflow_row, is.local_id) },
	{ "remote_id", "Remote-ID", NULL, COLUMN_U8, IN(subflow_row, is.remote_id) },
	{ "flags", "Flags", NULL, COLUMN_WORDS, IN(subflow_row, flags) },
	{ "map_seq", "Map-Seq", NULL, COLUMN_ID, IN(subflow_row, is.map_seq) },
	{ "map_subflow_seq", "Map-Subflow-Seq", NULL, COLUMN_U32, IN(subflow_row, is.subflow_seq) },
	{ "map_length", "Map-Length", NULL, COLUMN_U16, IN(subflow_row, is.map_length) },
	{ "ssn_offset", "SSN-Offset", NULL, COLUMN_U32, IN(subflow_row, is.ssn_offset) },
	{ .key = NULL },
};

const struct column extra_tls_columns[] = {
	{ "version", "Version", NULL, COLUMN_TEXT, IN(tls_row, version) },
	{ "cipher", "Cipher", NULL, COLUMN_TEXT, IN(tls_row, cipher) },
	{ "send", "Send", NULL, COLUMN_TEXT, IN(tls_row, send_mode) },
	{ "receive", "Receive", NULL, COLUMN_TEXT, IN(tls_row, receive_mode) },
	{ .key = NULL },
};

const struct column extra_packet_columns[] = {
	{ "ethertype", "Ethertype", NULL, COLUMN_TEXT, IN(packet_row, ethertype) },
	{ "version", "Version", NULL, COLUMN_U32, PACKET(version) },
	{ "flags", "Flags", NULL, COLUMN_WORDS, IN(packet_row, flags) },
	{ "copy_threshold", "Copy", NULL, COLUMN_U32, PACKET(copy_threshold) },
	{ "reserve", "Reserve", NULL, COLUMN_U32, PACKET(reserve) },
	{ "timestamps", "Timestamps", NULL, COLUMN_U32, PACKET(timestamps) },
	{ "rx_blocks", "Rx-Blocks", NULL, COLUMN_U32, PACKET(rx_blocks) },
	{ "rx_block_size", "Rx-Block-Size", NULL, COLUMN_U32, PACKET(rx_block_size) },
	{ "tx_blocks", "Tx-Blocks", NULL, COLUMN_U32, PACKET(tx_blocks) },
	{ "tx_block_size", "Tx-Block-Size", NULL, COLUMN_U32, PACKET(tx_block_size) },
	{ "fanout", "Fanout", NULL, COLUMN_U32, PACKET(fanout) },
	{ "memberships", "Memberships", NULL, COLUMN_U32, PACKET(memberships) },
	{ "filter_length", "Filter", NULL, COLUMN_U32, PACKET(filter_length) },
	{ .key = NULL },
};

const struct column extra_netlink_columns[] = {
	{ "protocol", "Protocol", NULL, COLUMN_TEXT, IN(netlink_row, protocol) },
	{ "port_id", "Port-ID", NULL, COLUMN_U32, IN(netlink_row, is.port_id) },
	{ "peer_port_id", "Peer-Port-ID", NULL, COLUMN_U32, IN(netlink_row, is.peer_port_id) },
	{ "peer_group", "Peer-Group", NULL, COLUMN_U32, IN(netlink_row, is.peer_group) },
	{ "groups", "Groups", NULL, COLUMN_TEXT, IN(netlink_row, groups) },
	{ .key = NULL },
};

const struct column extra_vsock_columns[] = {
	{ "cid", "CID", NULL, COLUMN_U32, VSOCK(cid) },
	{ "port", "Port", NULL, COLUMN_U32, VSOCK(port) },
	{ "peer_cid", "Peer-CID", NULL, COLUMN_U32, VSOCK(peer_cid) },
	{ "peer_port", "Peer-Port", NULL, COLUMN_U32, VSOCK(peer_port) },
	{ .key = NULL },
};
/* clang-format on */

/* What has to be asked for to fill @column, of own_columns: bits SOCK_EXTRA_*. */
uint8_t extra_needed(const struct column *column)
{
	switch (column->offset) {
	case offsetof(struct conn_row, extra.tcp):
	case offsetof(struct conn_row, extra.mptcp):
	case offsetof(struct conn_row, extra.timer_info):
		return SOCK_EXTRA_INFO;
	case offsetof(struct conn_row, extra.memory):
		return SOCK_EXTRA_MEMORY;
	case offsetof(struct conn_row, extra.packet):
	case offsetof(struct conn_row, extra.netlink):
	case offsetof(struct conn_row, extra.vsock):
	case offsetof(struct conn_row, extra.mark):
	case offsetof(struct conn_row, extra.subflow):
	case offsetof(struct conn_row, extra.tls):
	case offsetof(struct conn_row, extra.congestion):
	case offsetof(struct conn_row, extra.ulp):
	case offsetof(struct conn_row, extra.shutdown):
	case offsetof(struct conn_row, extra.options):
	case offsetof(struct conn_row, extra.class_id):
	case offsetof(struct conn_row, extra.tos):
	case offsetof(struct conn_row, extra.tclass):
	case offsetof(struct conn_row, extra.v6only):
		return SOCK_EXTRA_DETAILS;
	default:
		return 0;
	}
}

static const char *hex_text(char *text, uint64_t value)
{
	char *at = text + text_copy(text, 3, "0x");
	int bytes = value >> 32 ? 8 : value >> 16 ? 4 : 2;

	while (bytes-- > 0)
		at = text_hex8(at, (uint8_t)(value >> 8 * bytes));
	*at = '\0';
	return text;
}

static const struct timer_info_row *fill_timer(struct timer_info_row *row, const struct sock *sock)
{
	const struct sock_extra *extra = sock->extra;
	bool has_tcp = extra && extra->has & SOCK_HAS_TCP;

	*row = (struct timer_info_row){
		.name = "off",
		.expires_ms = sock->timer == SOCK_TIMER_OFF ? UINT32_MAX : sock->expires_ms,
		.retrans = sock->retrans,
		.probes = has_tcp ? extra->tcp.probes : UINT8_MAX,
		.backoff = has_tcp ? extra->tcp.backoff : UINT8_MAX,
		.rto_us = has_tcp ? extra->tcp.rto_us : UINT32_MAX,
	};
	if (sock->timer != SOCK_TIMER_OFF)
		row->name =
			sock->timer < SOCK_TIMER_COUNT ? sock_timer_names[sock->timer] : "unknown";
	return row;
}

static const struct tls_row *fill_tls(struct tls_row *row, const struct sock_tls *tls)
{
	static const char *const ciphers[] = {
		"aes-gcm-128", "aes-gcm-256", "aes-ccm-128",  "chacha20-poly1305",
		"sm4-gcm",     "sm4-ccm",     "aria-gcm-128", "aria-gcm-256",
	};
	static const char *const modes[] = { "unknown", "none", "software", "device", "record" };
	const uint16_t first_cipher = 51; /* TLS_CIPHER_AES_GCM_128 */
	unsigned int cipher = (unsigned int)tls->cipher - first_cipher;

	row->version = tls->version == 0x0303 ? "1.2" : tls->version == 0x0304 ? "1.3" : NULL;
	row->cipher = cipher < 8 ? ciphers[cipher] : NULL;
	row->send_mode = tls->send_mode < 5 ? modes[tls->send_mode] : NULL;
	row->receive_mode = tls->receive_mode < 5 ? modes[tls->receive_mode] : NULL;
	return row;
}

static const struct subflow_row *fill_subflow(struct subflow_row *row,
					      const struct sock_subflow *subflow)
{
	static const char *const flags[] = {
		"capable_remote", "capable_local",     "join_remote", "join_local", "backup_remote",
		"backup_local",	  "fully_established", "connected",   "map_valid",
	};

	row->is = *subflow;
	row->flags = extra_words(row->flag_words, flags, 9, subflow->flags);
	return row;
}

/* Without a diag nothing is known but the ethertype. */
static const struct packet_row *fill_packet(struct packet_row *row, char *text,
					    const struct sock *sock)
{
	static const char *const flags[] = { "running", "auxdata", "origdev", "vnethdr", "loss" };

	bool has_more = sock->extra && sock->extra->has & SOCK_HAS_PACKET;

	memset(&row->is, 0xff, sizeof(row->is));
	if (has_more)
		row->is = sock->extra->packet;
	row->ethertype = sock_ethertype_name(sock->ll.ethertype);
	if (!row->ethertype)
		row->ethertype = hex_text(text, sock->ll.ethertype);
	row->flags = has_more ? extra_words(row->flag_words, flags, 5, row->is.flags) : NULL;
	return row;
}

static const struct netlink_row *fill_netlink(struct netlink_row *row, char *text,
					      const struct sock *sock)
{
	row->is = sock->nl;
	row->protocol = sock_netlink_name(sock->nl.protocol);
	if (!row->protocol) {
		*text_u64(text, sock->nl.protocol) = '\0';
		row->protocol = text;
	}
	row->groups = hex_text(row->groups_text, sock->nl.groups);
	return row;
}

static const struct mptcp_row *fill_mptcp(struct mptcp_row *row, const struct mptcp_record *is)
{
	row->is = *is;
	row->fell_back = is->flags & 1;
	row->has_remote_key = is->flags & 2;
	return row;
}

/* "none", "receive", "send", "both": which ways are shut. */
static const char *shutdown_text(uint8_t mask)
{
	static const char *const texts[] = { "none", "receive", "send", "both" };

	return mask < 4 ? texts[mask] : NULL;
}

static void fill_details(struct extra_row *row, const struct sock_extra *extra)
{
	static const char *const options[SOCK_OPTION_COUNT] = {
		"recverr",	   "is_icsk",	    "freebind",
		"hdrincl",	   "mc_loop",	    "transparent",
		"mc_all",	   "nodefrag",	    "bind_address_no_port",
		"recverr_rfc4884", "defer_connect",
	};

	row->class_id = extra->class_id;
	row->tos = extra->tos;
	row->tclass = extra->tclass;
	row->v6only = extra->v6only;
	row->congestion = extra->congestion[0] ? extra->congestion : NULL;
	row->ulp = extra->ulp[0] ? extra->ulp : NULL;
	row->shutdown = shutdown_text(extra->shutdown);
	if (extra->has & SOCK_HAS_OPTIONS)
		row->options =
			extra_words(row->option_words, options, SOCK_OPTION_COUNT, extra->options);
}

/* Fill @row with what came of @sock beyond the plain columns. */
void extra_fill(struct extra_row *row, const struct sock *sock)
{
	const struct sock_extra *extra = sock->extra;

	memset(row, 0, offsetof(struct extra_row, mark));
	row->mark = sock->has_mark ? sock->mark : UINT32_MAX;
	row->class_id = UINT32_MAX;
	row->tos = row->tclass = row->v6only = UINT8_MAX;
	if (sock->proto == SOCK_NETLINK)
		row->netlink = fill_netlink(&row->netlink_storage, row->number_text, sock);
	if (sock->proto == SOCK_LINK_LAYER)
		row->packet = fill_packet(&row->packet_storage, row->number_text, sock);
	if (sock->proto == SOCK_VSOCK)
		row->vsock = &sock->vs;
	if (!extra)
		return;
	fill_details(row, extra);
	if (sock->proto == SOCK_TCP || sock->proto == SOCK_MPTCP)
		row->timer_info = fill_timer(&row->timer_storage, sock);
	if (extra->has & SOCK_HAS_MEMORY)
		row->memory = &extra->memory;
	if (extra->has & SOCK_HAS_MPTCP)
		row->mptcp = fill_mptcp(&row->mptcp_storage, &extra->mptcp);
	if (extra->has & SOCK_HAS_SUBFLOW)
		row->subflow = fill_subflow(&row->subflow_storage, &extra->subflow);
	else if (extra->has & SOCK_HAS_TLS)
		row->tls = fill_tls(&row->tls_storage, &extra->tls);
	if (extra->has & SOCK_HAS_TCP) {
		extra_fill_tcp(&row->tcp_storage, extra);
		row->tcp = &row->tcp_storage;
	}
}
