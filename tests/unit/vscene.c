// SPDX-License-Identifier: GPL-2.0-or-later
#include "vscene.h"

#include <math.h>
#include <string.h>

struct vscene vscene;

struct addr vscene_at(uint8_t last, uint16_t port)
{
	return (struct addr){ .family = AF_INET, .bytes = { 192, 0, 2, last }, .port = port };
}

/* Three seconds, four looks, one listener with a backlog of 128, and nothing happens. */
int vscene_begin(void **state)
{
	(void)state;
	memset(&vscene, 0, sizeof(vscene));
	vscene.limits = syn_thresholds_default;
	vscene.facts = (struct syn_facts){
		.seconds = 3,
		.survival_seconds = 2,
		.looks = 4,
		.settled_seconds = 1,
		.sysctls = { [SYN_SYSCTL_COOKIES] = 1, [SYN_SYSCTL_MAX_BACKLOG] = 2048 },
		.listeners = vscene.listeners,
		.listener_count = 1,
	};
	for (int i = 0; i < VSCENE_LISTENERS; i++)
		vscene.listeners[i] = (struct syn_listener){
			.addr = vscene_at(1, (uint16_t)(80 + i)),
			.sockets = 1,
			.accept_backlog = 128,
			.capacity = 129,
			.looks = 4,
			.survival = NAN,
		};
	return 0;
}

enum syn_what vscene_judge(void)
{
	syn_judge(&vscene.facts, &vscene.limits, &vscene.verdict, vscene.own);
	return vscene.verdict.what;
}

/* @now half-opens of the listener @i, of which @survivors were among @before. */
void vscene_hold(int i, uint64_t now, uint64_t survivors, uint64_t before)
{
	struct syn_listener *listener = &vscene.listeners[i];

	listener->half_open = listener->peak = now;
	listener->ages[0] = now - (survivors < now ? survivors : now);
	listener->ages[1] = now - listener->ages[0];
	listener->survivors = survivors;
	listener->before = before;
	listener->survival = (double)survivors / (double)before;
}

void vscene_count(enum syn_counter which, uint64_t delta)
{
	vscene.facts.deltas[which] = delta;
}

void vscene_cookies(uint64_t sent, uint64_t settled, uint64_t returned)
{
	vscene_count(COUNTER_COOKIES_SENT, sent);
	vscene_count(COUNTER_COOKIES_RECV, returned);
	vscene.facts.settled_sent = settled;
	vscene.facts.settled_recv = returned;
}

bool vscene_has_note(enum syn_note note)
{
	return vscene.verdict.notes & 1u << note;
}

const struct syn_evidence *vscene_evidence(const char *rule)
{
	for (uint32_t i = 0; i < vscene.verdict.evidence_count; i++)
		if (strcmp(vscene.verdict.evidence[i].rule, rule) == 0)
			return &vscene.verdict.evidence[i];
	return NULL;
}

void vscene_hear(int i, uint16_t port, uint64_t syns, uint64_t completed, uint64_t settled)
{
	vscene.facts.wire.seconds = 3;
	vscene.facts.wire.targets = vscene.targets;
	vscene.facts.wire.settled = vscene.settled;
	vscene.facts.wire.target_count = (uint32_t)i + 1;
	vscene.facts.wire.all.syns += syns - vscene.targets[i].syns;
	vscene.targets[i] = (struct syn_tally_report){
		.listener = vscene_at(1, port),
		.syns = syns,
		.completed = completed,
	};
	vscene.settled[i] = settled;
}

void vscene_fill(int i, uint32_t looks)
{
	vscene.listeners[i].full_sockets = 1;
	vscene.listeners[i].full_looks = looks;
	vscene.listeners[i].accept_queue = 129;
}
