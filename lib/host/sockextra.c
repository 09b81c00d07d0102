// SPDX-License-Identifier: GPL-2.0-or-later
/* The attributes of inet_diag (include/uapi/linux/inet_diag.h) that are read only if asked for. */
#include "host/sockextra.h"

#include <linux/inet_diag.h>
#include <linux/mptcp.h>
#include <linux/tcp.h>
#include <linux/tls.h>
#include <linux/unix_diag.h>
#include <string.h>

#include "host/nl.h"

#define EXTENSION(attribute) (1u << ((attribute)-1))

/* Nothing is known yet. */
void sockextra_init(struct sock_extra *extra)
{
	memset(extra, 0xff, sizeof(*extra));
	extra->has = 0;
	extra->options = 0;
	extra->congestion[0] = '\0';
	extra->ulp[0] = '\0';
}

/* Return: idiag_ext of a request for what @wanted says, bits SOCK_EXTRA_*. */
uint8_t sockextra_inet_request(unsigned int wanted)
{
	unsigned int extensions = 0;

	if (wanted & SOCK_EXTRA_INFO)
		extensions |= EXTENSION(INET_DIAG_INFO) | EXTENSION(INET_DIAG_VEGASINFO) |
			      EXTENSION(INET_DIAG_CONG);
	if (wanted & SOCK_EXTRA_MEMORY)
		extensions |= EXTENSION(INET_DIAG_SKMEMINFO);
	if (wanted & SOCK_EXTRA_DETAILS)
		extensions |= EXTENSION(INET_DIAG_INFO) | /* INET_DIAG_ULP_INFO comes with it */
			      EXTENSION(INET_DIAG_CONG) | EXTENSION(INET_DIAG_TOS) |
			      EXTENSION(INET_DIAG_TCLASS) | EXTENSION(INET_DIAG_SHUTDOWN);
	return (uint8_t)extensions;
}

/* Copy as much of the @length bytes at @from as @to has room for; the rest of @to has all bits
 * set. */
static void copy_part(void *to, size_t room, const void *from, size_t length)
{
	memset(to, 0xff, room);
	memcpy(to, from, length < room ? length : room);
}

/* Take the @length bytes at @bytes as SK_MEMINFO, of which older kernels give less. */
void sockextra_set_memory(struct sock_extra *extra, const void *bytes, size_t length)
{
	copy_part(&extra->memory, sizeof(extra->memory), bytes, length & ~(size_t)3);
	extra->has |= SOCK_HAS_MEMORY;
}

static void set_info(struct sock_extra *extra, enum sock_proto proto, const void *bytes,
		     size_t length)
{
	struct tcp_info info = { 0 };

	if (proto == SOCK_TCP && length > offsetof(struct tcp_record, bits)) {
		copy_part(&extra->tcp, sizeof(extra->tcp), bytes, length);
		memcpy(&info, bytes, length < sizeof(info) ? length : sizeof(info));
		extra->snd_wscale = info.tcpi_snd_wscale;
		extra->rcv_wscale = info.tcpi_rcv_wscale;
		extra->app_limited = info.tcpi_delivery_rate_app_limited;
		extra->fastopen_client_fail = info.tcpi_fastopen_client_fail;
		extra->has |= SOCK_HAS_TCP;
	} else if (proto == SOCK_MPTCP && length >= offsetof(struct mptcp_record, write_seq)) {
		copy_part(&extra->mptcp, sizeof(extra->mptcp), bytes, length);
		extra->has |= SOCK_HAS_MPTCP;
	}
}

static void set_options(struct sock_extra *extra, const void *bytes, size_t length)
{
	struct inet_diag_sockopt from;

	if (length < sizeof(from))
		return;
	memcpy(&from, bytes, sizeof(from));
	extra->options = (uint16_t)(from.recverr << SOCK_OPTION_RECVERR |
				    from.is_icsk << SOCK_OPTION_IS_ICSK |
				    from.freebind << SOCK_OPTION_FREEBIND |
				    from.hdrincl << SOCK_OPTION_HDRINCL |
				    from.mc_loop << SOCK_OPTION_MC_LOOP |
				    from.transparent << SOCK_OPTION_TRANSPARENT |
				    from.mc_all << SOCK_OPTION_MC_ALL |
				    from.nodefrag << SOCK_OPTION_NODEFRAG |
				    from.bind_address_no_port << SOCK_OPTION_BIND_ADDRESS_NO_PORT |
				    from.recverr_rfc4884 << SOCK_OPTION_RECVERR_RFC4884 |
				    from.defer_connect << SOCK_OPTION_DEFER_CONNECT);
	extra->has |= SOCK_HAS_OPTIONS;
}

static void set_bbr(struct sock_extra *extra, const void *bytes, size_t length)
{
	struct tcp_bbr_info info;

	if (length < sizeof(info))
		return;
	memcpy(&info, bytes, sizeof(info));
	extra->bbr = (struct sock_bbr){
		.bandwidth = (uint64_t)info.bbr_bw_hi << 32 | info.bbr_bw_lo,
		.min_rtt_us = info.bbr_min_rtt,
		.pacing_gain = info.bbr_pacing_gain / 256.0,
		.cwnd_gain = info.bbr_cwnd_gain / 256.0,
	};
	extra->has |= SOCK_HAS_BBR;
}

static void set_vegas(struct sock_extra *extra, const void *bytes, size_t length)
{
	struct tcpvegas_info info;

	if (length < sizeof(info))
		return;
	memcpy(&info, bytes, sizeof(info));
	extra->vegas = (struct sock_vegas){
		.enabled = info.tcpv_enabled,
		.rtt_count = info.tcpv_rttcnt,
		.rtt_us = info.tcpv_rtt,
		.min_rtt_us = info.tcpv_minrtt,
	};
	extra->has |= SOCK_HAS_VEGAS;
}

static void set_dctcp(struct sock_extra *extra, const void *bytes, size_t length)
{
	struct tcp_dctcp_info info;

	if (length < sizeof(info))
		return;
	memcpy(&info, bytes, sizeof(info));
	extra->dctcp = (struct sock_dctcp){
		.enabled = info.dctcp_enabled,
		.ce_state = info.dctcp_ce_state,
		.alpha = info.dctcp_alpha,
		.ab_ecn = info.dctcp_ab_ecn,
		.ab_total = info.dctcp_ab_tot,
	};
	extra->has |= SOCK_HAS_DCTCP;
}

/* A number of one, two, four or eight bytes, as much of it as fits @size; untouched if it is
 * shorter. */
static void take_number(const struct nlattr *attr, void *to, size_t size)
{
	if (mnl_attr_get_payload_len(attr) >= size)
		memcpy(to, mnl_attr_get_payload(attr), size);
}

static void take_name(const struct nlattr *attr, char *to)
{
	uint16_t length = mnl_attr_get_payload_len(attr);
	size_t size = length < SOCK_ALGORITHM_SIZE - 1 ? length : SOCK_ALGORITHM_SIZE - 1;

	memcpy(to, mnl_attr_get_payload(attr), size);
	to[size] = '\0';
}

static void set_tls(struct sock_extra *extra, const struct nlattr *nest)
{
	const struct nlattr *attr;
	struct sock_tls *tls = &extra->tls;

	memset(tls, 0xff, sizeof(*tls));
	nl_for_each_inner(attr, mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest)) {
		switch (mnl_attr_get_type(attr)) {
		case TLS_INFO_VERSION:
			take_number(attr, &tls->version, sizeof(tls->version));
			break;
		case TLS_INFO_CIPHER:
			take_number(attr, &tls->cipher, sizeof(tls->cipher));
			break;
		case TLS_INFO_TXCONF:
			take_number(attr, &tls->send_mode, sizeof(tls->send_mode));
			break;
		case TLS_INFO_RXCONF:
			take_number(attr, &tls->receive_mode, sizeof(tls->receive_mode));
			break;
		}
	}
	extra->has |= SOCK_HAS_TLS;
}

static void set_subflow(struct sock_extra *extra, const struct nlattr *nest)
{
	struct sock_subflow *subflow = &extra->subflow;
	const struct {
		void *to;
		size_t size;
	} fields[] = {
		[MPTCP_SUBFLOW_ATTR_TOKEN_REM] = { &subflow->remote_token, 4 },
		[MPTCP_SUBFLOW_ATTR_TOKEN_LOC] = { &subflow->local_token, 4 },
		[MPTCP_SUBFLOW_ATTR_MAP_SEQ] = { &subflow->map_seq, 8 },
		[MPTCP_SUBFLOW_ATTR_MAP_SFSEQ] = { &subflow->subflow_seq, 4 },
		[MPTCP_SUBFLOW_ATTR_SSN_OFFSET] = { &subflow->ssn_offset, 4 },
		[MPTCP_SUBFLOW_ATTR_MAP_DATALEN] = { &subflow->map_length, 2 },
		[MPTCP_SUBFLOW_ATTR_FLAGS] = { &subflow->flags, 4 },
		[MPTCP_SUBFLOW_ATTR_ID_REM] = { &subflow->remote_id, 1 },
		[MPTCP_SUBFLOW_ATTR_ID_LOC] = { &subflow->local_id, 1 },
	};
	const struct nlattr *attr;

	memset(subflow, 0, sizeof(*subflow));
	nl_for_each_inner(attr, mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest)) {
		uint16_t type = mnl_attr_get_type(attr);

		if (type < sizeof(fields) / sizeof(fields[0]) && fields[type].to)
			take_number(attr, fields[type].to, fields[type].size);
	}
	extra->has |= SOCK_HAS_SUBFLOW;
}

/* INET_DIAG_ULP_INFO: what took the place of the plain protocol above TCP. */
static void set_ulp(struct sock_extra *extra, const struct nlattr *nest)
{
	const struct nlattr *attr;

	nl_for_each_inner(attr, mnl_attr_get_payload(nest), mnl_attr_get_payload_len(nest)) {
		switch (mnl_attr_get_type(attr)) {
		case INET_ULP_INFO_NAME:
			take_name(attr, extra->ulp);
			break;
		case INET_ULP_INFO_TLS:
			set_tls(extra, attr);
			break;
		case INET_ULP_INFO_MPTCP:
			set_subflow(extra, attr);
			break;
		}
	}
}

static void parse_attr(const struct nlattr *attr, enum sock_proto proto, struct sock_extra *extra)
{
	const void *bytes = mnl_attr_get_payload(attr);
	uint16_t length = mnl_attr_get_payload_len(attr);

	switch (mnl_attr_get_type(attr)) {
	case INET_DIAG_INFO:
		set_info(extra, proto, bytes, length);
		break;
	case INET_DIAG_VEGASINFO:
		set_vegas(extra, bytes, length);
		break;
	case INET_DIAG_DCTCPINFO:
		set_dctcp(extra, bytes, length);
		break;
	case INET_DIAG_BBRINFO:
		set_bbr(extra, bytes, length);
		break;
	case INET_DIAG_CONG:
		take_name(attr, extra->congestion);
		break;
	case INET_DIAG_ULP_INFO:
		set_ulp(extra, attr);
		break;
	case INET_DIAG_SKMEMINFO:
		sockextra_set_memory(extra, bytes, length);
		break;
	case INET_DIAG_TOS:
		take_number(attr, &extra->tos, sizeof(extra->tos));
		break;
	case INET_DIAG_TCLASS:
		take_number(attr, &extra->tclass, sizeof(extra->tclass));
		break;
	case INET_DIAG_SKV6ONLY:
		take_number(attr, &extra->v6only, sizeof(extra->v6only));
		break;
	case INET_DIAG_SHUTDOWN:
		take_number(attr, &extra->shutdown, sizeof(extra->shutdown));
		break;
	case INET_DIAG_PROTOCOL:
		take_number(attr, &extra->ip_protocol, sizeof(extra->ip_protocol));
		break;
	case INET_DIAG_CLASS_ID:
		take_number(attr, &extra->class_id, sizeof(extra->class_id));
		break;
	case INET_DIAG_SOCKOPT:
		set_options(extra, bytes, length);
		break;
	}
}

/* Read what @message, an answer of inet_diag about a socket of @proto, has beyond struct sock. */
void sockextra_parse_inet(const struct nlmsghdr *message, enum sock_proto proto,
			  struct sock_extra *extra)
{
	const struct nlattr *attr;

	sockextra_init(extra);
	nl_for_each_attr(attr, message, sizeof(struct inet_diag_msg))
		parse_attr(attr, proto, extra);
}

/* The same of an answer of unix_diag. */
void sockextra_parse_unix(const struct nlmsghdr *message, struct sock_extra *extra)
{
	const struct nlattr *attr;

	sockextra_init(extra);
	nl_for_each_attr(attr, message, sizeof(struct unix_diag_msg)) {
		uint16_t length = mnl_attr_get_payload_len(attr);

		if (mnl_attr_get_type(attr) == UNIX_DIAG_MEMINFO)
			sockextra_set_memory(extra, mnl_attr_get_payload(attr), length);
		else if (mnl_attr_get_type(attr) == UNIX_DIAG_SHUTDOWN)
			take_number(attr, &extra->shutdown, sizeof(extra->shutdown));
	}
}
