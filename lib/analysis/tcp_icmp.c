// SPDX-License-Identifier: GPL-2.0-or-later
/* ICMP errors about a connection: which to believe (RFC 5927) and what they do to it (RFC 1122
 * section 4.2.3.9, RFC 5461, RFC 1191, RFC 8201). */
#include <netinet/icmp6.h>
#include <netinet/ip_icmp.h>

#include "analysis/tcp_machine.h"
#include "analysis/tcp_seq.h"

/* No link has less (RFC 791, RFC 8200). */
#define V4_MTU_MIN 68
#define V6_MTU_MIN 1280
#define V4_HEADERS 40
#define V6_HEADERS 60
#define V4_MTU_GUESS 576 /* of a router from before RFC 1191, which tells none */

/* Whether it quotes something that is under way: nobody beside the path can know that number. */
static bool is_in_flight(const struct tcp_endpoint *tcp, const struct segment *quoted)
{
	const struct addr *local = &tcp->settings.local;

	return tcp->state != TCP_STATE_CLOSED && tcp->state != TCP_STATE_LISTEN &&
	       tcp->state != TCP_STATE_TIME_WAIT && quoted->src.port == local->port &&
	       quoted->dst.port == tcp->peer.port && addr_equal(&quoted->src, local) &&
	       addr_equal(&quoted->dst, &tcp->peer) &&
	       quoted->seq - tcp->snd_una < tcp->snd_nxt - tcp->snd_una;
}

/* Whether it says that connecting will be in vain, and not only that it is now. */
static bool is_hard(const struct tcp_quote *quote)
{
	if (quote->family == AF_INET6)
		return quote->type == ICMP6_PARAM_PROB ||
		       (quote->type == ICMP6_DST_UNREACH &&
			quote->code != ICMP6_DST_UNREACH_NOROUTE &&
			quote->code != ICMP6_DST_UNREACH_ADDR &&
			quote->code != ICMP6_DST_UNREACH_BEYONDSCOPE);
	if (quote->type == ICMP_PARAMETERPROB)
		return true;
	if (quote->type != ICMP_DEST_UNREACH)
		return false;
	switch (quote->code) {
	case ICMP_PROT_UNREACH:
	case ICMP_PORT_UNREACH:
	case ICMP_NET_ANO:
	case ICMP_HOST_ANO:
	case ICMP_PKT_FILTERED:
		return true;
	default:
		return false;
	}
}

/* As notes have it. */
static uint32_t what_of(const struct tcp_quote *quote)
{
	return (uint32_t)quote->type << 8 | quote->code;
}

static void shrink(struct tcp_endpoint *tcp, const struct tcp_quote *quote)
{
	bool is_v6 = quote->family == AF_INET6;
	uint32_t headers = is_v6 ? V6_HEADERS : V4_HEADERS;
	uint32_t mtu = quote->mtu ? quote->mtu : V4_MTU_GUESS, size;

	if (mtu < (is_v6 ? V6_MTU_MIN : V4_MTU_MIN) || mtu > 0xffff) {
		tcp->icmp_ignored++;
		tcp_machine_note(tcp, TCP_NOTE_ICMP_IGNORED, 0, mtu);
		return;
	}
	if (!tcp->icmp_mtu || mtu < tcp->icmp_mtu)
		tcp->icmp_mtu = (uint16_t)mtu;
	size = mtu - headers < TCP_SEGMENT_SIZE_MIN ? TCP_SEGMENT_SIZE_MIN : mtu - headers;
	if (!tcp_state_is_synchronized(tcp->state) || size >= tcp->segment_size) {
		tcp_machine_note(tcp, TCP_NOTE_ICMP_SOFT, 0, what_of(quote));
		return;
	}
	tcp_machine_note(tcp, TCP_NOTE_ICMP_TOO_BIG, tcp->segment_size, size);
	tcp_endpoint_limit(tcp, (uint16_t)size, tcp->now_ns);
}

/* An ICMP error arrived; quote->from and the addresses in quote->segment are set. */
void tcp_endpoint_icmp(struct tcp_endpoint *tcp, const struct tcp_quote *quote, uint64_t now_ns)
{
	tcp->now_ns = now_ns;
	if (quote->family == AF_INET && quote->type == ICMP_SOURCE_QUENCH)
		return; /* RFC 9293 section 3.9.2.2: silently */
	if (!is_in_flight(tcp, &quote->segment)) {
		tcp->icmp_ignored++;
		tcp_machine_note(tcp, TCP_NOTE_ICMP_IGNORED, tcp->snd_una, quote->segment.seq);
		return;
	}
	tcp->has_icmp = true;
	tcp->icmp_from = quote->from;
	tcp->icmp_type = quote->type;
	tcp->icmp_code = quote->code;
	if (tcp_quote_is_too_big(quote)) {
		shrink(tcp, quote);
	} else if (is_hard(quote) &&
		   (tcp->state == TCP_STATE_SYN_SENT || tcp->state == TCP_STATE_SYN_RCVD)) {
		tcp_machine_note(tcp, TCP_NOTE_ICMP_FATAL, 0, what_of(quote));
		tcp_machine_finish(tcp, TCP_END_ICMP);
	} else {
		tcp_machine_note(tcp, TCP_NOTE_ICMP_SOFT, 0, what_of(quote));
	}
}
