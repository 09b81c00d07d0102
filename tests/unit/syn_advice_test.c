// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/syn_advice.h"

#include <string.h>

#include "unit.h"
#include "vscene.h"

static struct syn_advice advice;

/* Judge the scene and have advice. */
static void advise(enum syn_what what)
{
	assert_int_equal(vscene_judge(), what);
	syn_advise(&vscene.facts, &vscene.verdict, &advice);
}

static bool advises(const char *text)
{
	for (uint32_t i = 0; i < advice.count; i++)
		if (strstr(advice.texts[i], text))
			return true;
	return false;
}

/* A full queue of half-opens that nobody completes. */
static void flood(void)
{
	vscene_hold(0, 129, 129, 129);
	vscene.listeners[0].sources = (struct syn_tally_report){ .syns = 129, .sources = 60 };
	vscene.facts.sysctls[SYN_SYSCTL_SYNACK_RETRIES] = 5;
	vscene.facts.sysctls[SYN_SYSCTL_SOMAXCONN] = 4096;
}

static void nothing_about_what_is_well(void **state)
{
	(void)state;
	advise(SYN_OK);
	assert_int_equal(advice.count, 0);
}

static void cookies_are_switched_on(void **state)
{
	(void)state;
	flood();
	advise(SYN_FLOOD);
	assert_false(advises("tcp_syncookies"));
	vscene.facts.sysctls[SYN_SYSCTL_COOKIES] = 0;
	advise(SYN_FLOOD);
	assert_true(advises("net.ipv4.tcp_syncookies=1 (now 0)"));
}

static void retries_are_lowered(void **state)
{
	(void)state;
	flood();
	advise(SYN_FLOOD);
	assert_true(advises("net.ipv4.tcp_synack_retries=2 (now 5)"));
	vscene.facts.sysctls[SYN_SYSCTL_SYNACK_RETRIES] = 2;
	advise(SYN_FLOOD);
	assert_false(advises("tcp_synack_retries"));
	vscene.facts.sysctls[SYN_SYSCTL_SYNACK_RETRIES] = SYN_SYSCTL_UNKNOWN;
	advise(SYN_FLOOD);
	assert_false(advises("tcp_synack_retries"));
}

static void sources_are_filtered_only_if_they_are_real(void **state)
{
	struct syn_listener *listener = &vscene.listeners[0];

	(void)state;
	flood();
	advise(SYN_FLOOD);
	assert_true(advises("--top 20"));
	listener->bogons = 129;
	advise(SYN_FLOOD);
	assert_true(advises("do not ban addresses"));
	assert_true(advises("synproxy) in front of port 80"));
	assert_false(advises("saddr"));
	listener->sources.top_source = vscene_at(77, 0);
	listener->sources.top_source_share = 0.9;
	advise(SYN_FLOOD);
	assert_true(
		advises("nft add rule inet filter input ip saddr 192.0.2.77 tcp dport 80 drop"));
	listener->sources.top_source =
		(struct addr){ .family = AF_INET6, .bytes = { 0x20, 1, 0xd, 0xb8 } };
	advise(SYN_FLOOD);
	assert_true(advises("ip6 saddr 2001:db8:: tcp dport 80 drop"));
}

static void backlogs_are_raised(void **state)
{
	uint64_t *sysctls = vscene.facts.sysctls;

	(void)state;
	flood();
	vscene_hold(0, 129, 0, 129);
	vscene_cookies(100, 100, 100);
	advise(SYN_BACKLOG_TOO_SMALL);
	assert_true(advises("application on port 80 gives listen() (now 128)"));
	assert_false(advises("somaxconn"));
	assert_false(advises("tcp_max_syn_backlog"));
	sysctls[SYN_SYSCTL_SOMAXCONN] = 128; /* it cuts what the application asks for */
	advise(SYN_BACKLOG_TOO_SMALL);
	assert_true(advises("net.core.somaxconn=4096 (now 128)"));
	/* Two sockets share the port: each has half. */
	vscene.listeners[0].sockets = 2;
	vscene.listeners[0].accept_backlog = 256;
	advise(SYN_BACKLOG_TOO_SMALL);
	assert_true(advises("(now 128), and restart"));
	vscene.listeners[0].accept_backlog = UINT64_MAX;
	advise(SYN_BACKLOG_TOO_SMALL);
	assert_true(advises("raise the backlog that the application gives listen(), and"));
}

static void without_cookies_another_setting_limits(void **state)
{
	uint64_t *sysctls = vscene.facts.sysctls;

	(void)state;
	flood();
	vscene_hold(0, 129, 0, 129);
	sysctls[SYN_SYSCTL_COOKIES] = 0;
	vscene_count(COUNTER_QUEUE_DROPS, 100);
	vscene_count(COUNTER_LISTEN_DROPS, 100);
	sysctls[SYN_SYSCTL_MAX_BACKLOG] = 170; /* three quarters: 128 */
	advise(SYN_BACKLOG_TOO_SMALL);
	assert_true(advises("net.ipv4.tcp_max_syn_backlog=258 (now 170)"));
	assert_true(advises("net.ipv4.tcp_syncookies=1 (now 0)"));
	sysctls[SYN_SYSCTL_MAX_BACKLOG] = 172; /* 129 */
	advise(SYN_BACKLOG_TOO_SMALL);
	assert_false(advises("tcp_max_syn_backlog"));
}

static void others_have_advice_of_their_own(void **state)
{
	(void)state;
	vscene_fill(0, 4);
	vscene_count(COUNTER_LISTEN_DROPS, 100);
	vscene_count(COUNTER_LISTEN_OVERFLOWS, 100);
	advise(SYN_APP_STALL);
	assert_true(advises("does not accept()"));
	vscene_begin(state);
	vscene_count(COUNTER_EMBRYONIC_RESETS, 100);
	advise(SYN_SCAN_OR_RST_FLOOD);
	assert_true(advises("--wire --top 20"));
	vscene_begin(state);
	vscene_count(COUNTER_NO_ROUTES4, 100);
	vscene_count(COUNTER_LISTEN_DROPS, 100);
	vscene.facts.sysctls[SYN_SYSCTL_RP_FILTER] = 2;
	advise(SYN_UNROUTABLE_FLOOD);
	assert_true(advises("net.ipv4.conf.all.rp_filter=1 (now 2)"));
	vscene_begin(state);
	vscene.listeners[0].half_open = vscene.listeners[0].peak = 50;
	advise(SYN_UNKNOWN);
	assert_true(advises("--interval 10"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		VSCENE(nothing_about_what_is_well),
		VSCENE(cookies_are_switched_on),
		VSCENE(retries_are_lowered),
		VSCENE(sources_are_filtered_only_if_they_are_real),
		VSCENE(backlogs_are_raised),
		VSCENE(without_cookies_another_setting_limits),
		VSCENE(others_have_advice_of_their_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
