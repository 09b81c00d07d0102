// SPDX-License-Identifier: GPL-2.0-or-later
/* What ICMP errors mean, in iputils' words. */
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip_icmp.h>
#include <stdio.h>

#include "base/addr.h"
#include "wire/icmp.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const unreachable_v4[] = {
	[ICMP_NET_UNREACH] = "Destination Net Unreachable",
	[ICMP_HOST_UNREACH] = "Destination Host Unreachable",
	[ICMP_PROT_UNREACH] = "Destination Protocol Unreachable",
	[ICMP_PORT_UNREACH] = "Destination Port Unreachable",
	[ICMP_SR_FAILED] = "Source Route Failed",
	[ICMP_NET_UNKNOWN] = "Destination Net Unknown",
	[ICMP_HOST_UNKNOWN] = "Destination Host Unknown",
	[ICMP_HOST_ISOLATED] = "Source Host Isolated",
	[ICMP_NET_ANO] = "Destination Net Prohibited",
	[ICMP_HOST_ANO] = "Destination Host Prohibited",
	[ICMP_NET_UNR_TOS] = "Destination Net Unreachable for Type of Service",
	[ICMP_HOST_UNR_TOS] = "Destination Host Unreachable for Type of Service",
	[ICMP_PKT_FILTERED] = "Packet filtered",
	[ICMP_PREC_VIOLATION] = "Precedence Violation",
	[ICMP_PREC_CUTOFF] = "Precedence Cutoff",
};

static const char *const redirect_v4[] = {
	[ICMP_REDIR_NET] = "Redirect Network",
	[ICMP_REDIR_HOST] = "Redirect Host",
	[ICMP_REDIR_NETTOS] = "Redirect Type of Service and Network",
	[ICMP_REDIR_HOSTTOS] = "Redirect Type of Service and Host",
};

static const char *const unreachable_v6[] = {
	[ICMP6_DST_UNREACH_NOROUTE] = "No route",
	[ICMP6_DST_UNREACH_ADMIN] = "Administratively prohibited",
	[ICMP6_DST_UNREACH_BEYONDSCOPE] = "Beyond scope of source address",
	[ICMP6_DST_UNREACH_ADDR] = "Address unreachable",
	[ICMP6_DST_UNREACH_NOPORT] = "Port unreachable",
	[5] = "Source address failed ingress/egress policy", /* RFC 4443 section 3.1 */
	[6] = "Reject route to destination",
};

static void describe_redirect(char *text, size_t size, uint8_t code, uint32_t info)
{
	char gateway[ADDR_TEXT_MAX + 1];
	struct addr addr = { .family = AF_INET };

	for (int i = 0; i < 4; i++)
		addr.bytes[i] = (uint8_t)(info >> (24 - 8 * i));
	*addr_format(gateway, &addr) = '\0';
	if (code < COUNT(redirect_v4))
		snprintf(text, size, "%s(New nexthop: %s)", redirect_v4[code], gateway);
	else
		snprintf(text, size, "Redirect, Bad Code: %d(New nexthop: %s)", code, gateway);
}

static void describe_v4(char *text, size_t size, uint8_t type, uint8_t code, uint32_t info)
{
	switch (type) {
	case ICMP_DEST_UNREACH:
		if (code == ICMP_FRAG_NEEDED)
			snprintf(text, size, "Frag needed and DF set (mtu = %u)", info);
		else if (code < COUNT(unreachable_v4))
			snprintf(text, size, "%s", unreachable_v4[code]);
		else
			snprintf(text, size, "Dest Unreachable, Bad Code: %d", code);
		break;
	case ICMP_SOURCE_QUENCH:
		snprintf(text, size, "Source Quench");
		break;
	case ICMP_REDIRECT:
		describe_redirect(text, size, code, info);
		break;
	case ICMP_TIME_EXCEEDED:
		if (code == ICMP_EXC_TTL)
			snprintf(text, size, "Time to live exceeded");
		else if (code == ICMP_EXC_FRAGTIME)
			snprintf(text, size, "Frag reassembly time exceeded");
		else
			snprintf(text, size, "Time exceeded, Bad Code: %d", code);
		break;
	case ICMP_PARAMETERPROB:
		snprintf(text, size, "Parameter problem: pointer = %u", info);
		break;
	default:
		snprintf(text, size, "Bad ICMP type: %d", type);
	}
}

static void describe_v6(char *text, size_t size, uint8_t type, uint8_t code, uint32_t info)
{
	static const char *const problems[] = { "Wrong header field ", "Unknown header ",
						"Unknown option " };

	switch (type) {
	case ICMP6_DST_UNREACH:
		if (code < COUNT(unreachable_v6))
			snprintf(text, size, "Destination unreachable: %s", unreachable_v6[code]);
		else
			snprintf(text, size, "Destination unreachable: Unknown code %d", code);
		break;
	case ICMP6_PACKET_TOO_BIG:
		if (code)
			snprintf(text, size, "Packet too big: mtu=%u, code=%d", info, code);
		else
			snprintf(text, size, "Packet too big: mtu=%u", info);
		break;
	case ICMP6_TIME_EXCEEDED:
		if (code == ICMP6_TIME_EXCEED_TRANSIT)
			snprintf(text, size, "Time exceeded: Hop limit");
		else if (code == ICMP6_TIME_EXCEED_REASSEMBLY)
			snprintf(text, size, "Time exceeded: Defragmentation failure");
		else
			snprintf(text, size, "Time exceeded: code %d", code);
		break;
	case ICMP6_PARAM_PROB:
		if (code < COUNT(problems))
			snprintf(text, size, "Parameter problem: %sat %u", problems[code], info);
		else
			snprintf(text, size, "Parameter problem: code %d at %u", code, info);
		break;
	default:
		snprintf(text, size, "unknown icmp type: %u", type);
	}
}

/* Write to @text (ICMP_TEXT_MAX bytes are enough) what an error of @family means: as iputils' ping
 * says it. @info is the MTU, the pointer, or the gateway's address (its first byte on top). */
void icmp_describe(char *text, size_t size, uint8_t family, uint8_t type, uint8_t code,
		   uint32_t info)
{
	if (family == AF_INET)
		describe_v4(text, size, type, code, info);
	else
		describe_v6(text, size, type, code, info);
}
