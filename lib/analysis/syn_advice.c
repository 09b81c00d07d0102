// SPDX-License-Identifier: GPL-2.0-or-later
/* What to do about a verdict: which setting, backlog or rule, and what it is now. */
#include "analysis/syn_advice.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* A SYN-ACK sent twice more is 7 seconds of patience. */
#define FEW_RETRIES 2

/* What SYN_ADVICE_SIZE leaves of an address. */
#define TEXT_SIZE (ADDR_TEXT_MAX + 8)

__attribute__((format(printf, 2, 3))) static void say(struct syn_advice *advice, const char *format,
						      ...)
{
	va_list args;

	if (advice->count == SYN_ADVICE_MAX)
		return;
	va_start(args, format);
	vsnprintf(advice->texts[advice->count++], SYN_ADVICE_SIZE, format, args);
	va_end(args);
}

static const struct syn_listener *listener_of(const struct syn_facts *facts,
					      const struct syn_verdict *verdict)
{
	return verdict->listener == SYN_NO_LISTENER ? NULL : &facts->listeners[verdict->listener];
}

static uint64_t setting(const struct syn_facts *facts, enum syn_sysctl which)
{
	return facts->sysctls[which];
}

/* The listener's port for people: "port 80", or "the listener". */
static const char *port_text(const struct syn_listener *listener, char *text, size_t size)
{
	if (!listener)
		return "the listener";
	snprintf(text, size, "port %u", listener->addr.port);
	return text;
}

static void advise_cookies(const struct syn_facts *facts, struct syn_advice *advice)
{
	if (setting(facts, SYN_SYSCTL_COOKIES) == 0)
		say(advice,
		    "sysctl -w net.ipv4.tcp_syncookies=1 (now 0): a full SYN queue then "
		    "answers by cookies in place of dropping");
}

static void advise_backlog(const struct syn_facts *facts, const struct syn_listener *listener,
			   struct syn_advice *advice)
{
	uint64_t most = setting(facts, SYN_SYSCTL_SOMAXCONN);
	uint64_t syn_backlog = setting(facts, SYN_SYSCTL_MAX_BACKLOG), backlog;
	char text[TEXT_SIZE];
	const char *port = port_text(listener, text, sizeof(text));

	if (!listener || listener->accept_backlog == UINT64_MAX || listener->sockets == 0) {
		say(advice,
		    "raise the backlog that the application gives listen(), and restart it: a "
		    "socket keeps the one it began with");
		return;
	}
	backlog = listener->accept_backlog / listener->sockets;
	if (most != SYN_SYSCTL_UNKNOWN && backlog >= most)
		say(advice, "sysctl -w net.core.somaxconn=%" PRIu64 " (now %" PRIu64 ")",
		    most < 4096 ? UINT64_C(4096) : 2 * most, most);
	say(advice,
	    "raise the backlog that the application on %s gives listen() (now %" PRIu64
	    "), and restart it: a socket keeps the one it began with",
	    port, backlog);
	if (setting(facts, SYN_SYSCTL_COOKIES) == 0 && syn_backlog != SYN_SYSCTL_UNKNOWN &&
	    syn_backlog - syn_backlog / 4 <= backlog)
		say(advice,
		    "sysctl -w net.ipv4.tcp_max_syn_backlog=%" PRIu64 " (now %" PRIu64
		    "): without cookies it limits the SYN queue, too",
		    2 * backlog + 2, syn_backlog);
}

static void advise_sources(const struct syn_facts *facts, const struct syn_verdict *verdict,
			   struct syn_advice *advice)
{
	const struct syn_listener *listener = listener_of(facts, verdict);
	const struct syn_tally_report *sources = facts->wire.seconds > 0 ? &facts->wire.all :
						 listener		 ? &listener->sources :
									   NULL;
	char text[ADDR_TEXT_MAX + 1], port[16];

	switch (verdict->kind) {
	case SYN_KIND_SINGLE_HOST:
		if (!sources || sources->top_source.family == AF_UNSPEC)
			break;
		*addr_format(text, &sources->top_source) = '\0';
		port[0] = '\0';
		if (listener)
			snprintf(port, sizeof(port), " dport %u", listener->addr.port);
		say(advice,
		    "filter the source: nft add rule inet filter input %s saddr %s tcp%s drop",
		    sources->top_source.family == AF_INET ? "ip" : "ip6", text,
		    listener ? port : " flags syn");
		break;
	case SYN_KIND_RANDOM_SPOOFED:
		say(advice, "do not ban addresses: they are spoofed, and bans would hit strangers");
		say(advice,
		    "put SYNPROXY (nft: synproxy) in front of %s, or have it filtered upstream",
		    port_text(listener, text, sizeof(text)));
		break;
	default:
		say(advice,
		    "see who sends: --top 20; limit new connections a source, or have it "
		    "filtered upstream; SYNPROXY stops it if the sources are spoofed");
		break;
	}
}

static void advise_flood(const struct syn_facts *facts, const struct syn_verdict *verdict,
			 struct syn_advice *advice)
{
	uint64_t retries = setting(facts, SYN_SYSCTL_SYNACK_RETRIES);

	advise_cookies(facts, advice);
	advise_sources(facts, verdict, advice);
	if (retries != SYN_SYSCTL_UNKNOWN && retries > FEW_RETRIES &&
	    setting(facts, SYN_SYSCTL_COOKIES) != 2)
		say(advice,
		    "sysctl -w net.ipv4.tcp_synack_retries=%d (now %" PRIu64
		    "): half-opens are given up after seven seconds",
		    FEW_RETRIES, retries);
	if (verdict->outcome == SYN_OUTCOME_LOST && setting(facts, SYN_SYSCTL_COOKIES) != 0)
		advise_backlog(facts, listener_of(facts, verdict), advice);
	if (verdict->listener == SYN_NO_LISTENER)
		say(advice, "--wire, with CAP_NET_RAW, names the listener and the sources");
}

/* Say what to do; nothing about what is well. */
void syn_advise(const struct syn_facts *facts, const struct syn_verdict *verdict,
		struct syn_advice *advice)
{
	uint64_t rp_filter = setting(facts, SYN_SYSCTL_RP_FILTER);

	advice->count = 0;
	switch (verdict->what) {
	case SYN_FLOOD:
		advise_flood(facts, verdict, advice);
		break;
	case SYN_BACKLOG_TOO_SMALL:
		advise_backlog(facts, listener_of(facts, verdict), advice);
		advise_cookies(facts, advice);
		break;
	case SYN_APP_STALL:
		say(advice,
		    "see what the process is waiting for: it does not accept() connections; "
		    "no setting of the kernel helps, and a longer backlog only delays");
		break;
	case SYN_SCAN_OR_RST_FLOOD:
		say(advice,
		    "nothing is lost yet: limit SYNs a source if it goes on (nft: limit rate), "
		    "or see on the wire who it is: --wire --top 20");
		break;
	case SYN_CLOSED_PORT_FLOOD:
		say(advice,
		    "drop SYNs to ports that nobody uses in the firewall, so that they are not "
		    "answered by RST");
		break;
	case SYN_UNROUTABLE_FLOOD:
		if (rp_filter != SYN_SYSCTL_UNKNOWN)
			say(advice,
			    "sysctl -w net.ipv4.conf.all.rp_filter=1 (now %" PRIu64
			    "): what comes from where no route leads is dropped at once",
			    rp_filter);
		break;
	case SYN_UNKNOWN:
		if (verdict->notes & 1u << SYN_NOTE_SHORT)
			say(advice, "observe for longer: --interval 10");
		break;
	default:
		break;
	}
}
