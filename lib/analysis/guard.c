// SPDX-License-Identifier: GPL-2.0-or-later
/* Noticing on a link that somebody says to be who he is not.
 *
 * Theory of operation: every frame of ARP and neighbour discovery claims that an address is at a
 * MAC address, or asks. The guard remembers who claimed each address, and judges a change by
 * what was heard around it: whether the old MAC address spoke a moment ago (two at once: a
 * conflict), has been silent while the new one announced itself (a failover, or, if the new one
 * asked whether the address is free, a move), or neither (a change). A failover is what an
 * attacker would like to look like: it is told, as a notice; and when the silent one speaks
 * again, that is a flip-flop, of a gateway the gravest of all. A MAC address out of a virtual
 * router's range proves nothing: anybody can use it.
 */
#include "analysis/guard.h"

#include <stdio.h>
#include <string.h>

#include "analysis/guard_checks.h"
#include "analysis/guard_report.h"
#include "analysis/guard_words.h"

#define SECOND_NS 1000000000ull
#define AT_ONCE_NS (2 * SECOND_NS) /* two claims this close are made at once */
#define SILENCE_NS (3 * SECOND_NS) /* VRRP's backup takes over after three (RFC 9568) */
#define PROBE_NS (30 * SECOND_NS)  /* asking whether it is free, until taking it */
#define FIGHT_NS (10 * SECOND_NS)  /* overriding advertisements, back and forth */
#define PROXY_NS (60 * SECOND_NS)  /* answering for many addresses */
#define PROXY_ADDRESSES 4
#define LONG_SILENCE_NS (180 * 86400 * SECOND_NS) /* arpwatch's six months */

/* Start watching with room for @stations_max stations; @on_event is told what is noticed. */
void guard_init(struct guard *guard, size_t stations_max, guard_event_fn *on_event, void *arg)
{
	memset(guard, 0, sizeof(*guard));
	stations_init(&guard->stations, stations_max);
	guard->on_event = on_event;
	guard->arg = arg;
}

void guard_fini(struct guard *guard)
{
	stations_fini(&guard->stations);
}

/* Say what is this host's; @own is borrowed. */
void guard_set_own(struct guard *guard, const struct guard_own *own, size_t count)
{
	guard->own = own;
	guard->own_count = count;
}

/* One that answers for many addresses answers for others: proxy ARP, or worse. */
static void count_answer(struct guard *guard, struct station *station, const struct claim *claim)
{
	struct guard_answerer *answerer;
	struct link_event event;

	if (claim->kind != CLAIM_REPLY || claim->is_gratuitous || station->has_answered ||
	    claim->addr.family != AF_INET)
		return;
	station->has_answered = true;
	answerer =
		&guard->answerers[guard_slot(guard_link_of(claim), claim->mac.bytes, LLADDR_ETHER) %
				  GUARD_ANSWERERS];
	if (!lladdr_equal(&answerer->mac, &claim->mac) || answerer->iface != guard_link_of(claim) ||
	    guard_since(guard, answerer->since_ns) > PROXY_NS)
		*answerer = (struct guard_answerer){
			.mac = claim->mac,
			.iface = guard_link_of(claim),
			.since_ns = guard->now_ns,
		};
	if (++answerer->addresses < PROXY_ADDRESSES)
		return;
	event = guard_event_of(EVENT_PROXY_ARP, SEVERITY_NOTICE, claim, &claim->addr);
	event.addr = (struct addr){ 0 };
	snprintf(event.evidence, sizeof(event.evidence),
		 "it answered for %u addresses within %llu s", answerer->addresses,
		 PROXY_NS / SECOND_NS);
	guard_report(guard, &event);
}

/* The kind and severity of a change of MAC address; @earlier is where the new one stands among the
 * station's, 0 if nowhere. */
static enum link_event_kind judge(const struct guard *guard, struct station *station,
				  const struct claim *claim, int earlier,
				  enum link_severity *severity)
{
	uint64_t silent_ns = guard_since(guard, station->last_ns);
	bool is_announced = claim->is_gratuitous;
	bool is_probed = station->probed_ns && guard_since(guard, station->probed_ns) <= PROBE_NS &&
			 (lladdr_equal(&station->prober, &claim->eth_src) ||
			  lladdr_equal(&station->prober, &claim->mac));
	bool are_virtual =
		guard_mac_is_virtual(&station->macs[0]) && guard_mac_is_virtual(&claim->mac);

	*severity = SEVERITY_NOTICE;
	if (silent_ns >= SILENCE_NS && (is_announced || are_virtual))
		return is_probed && earlier == 0 ? EVENT_MOVED : EVENT_FAILOVER;
	if (silent_ns >= SILENCE_NS && is_probed)
		return EVENT_MOVED;
	if (are_virtual && is_announced)
		return EVENT_FAILOVER;
	*severity = station->is_gateway ? SEVERITY_CRITICAL : SEVERITY_WARNING;
	if (station->overrides > 1)
		return EVENT_OVERRIDE_FIGHT;
	if (silent_ns <= AT_ONCE_NS)
		return EVENT_CONFLICT;
	if (station->is_gateway)
		return EVENT_GATEWAY_CHANGED;
	if (earlier == 1)
		return EVENT_FLIP_FLOP;
	return earlier > 1 ? EVENT_REUSED_MAC : EVENT_CHANGED_MAC;
}

static void put_first(struct station *station, const struct lladdr *mac, int earlier)
{
	int last = earlier ? earlier : station->mac_count;

	if (last == STATION_MACS)
		last--;
	else if (!earlier)
		station->mac_count++;
	memmove(station->macs + 1, station->macs, (size_t)last * sizeof(*mac));
	station->macs[0] = *mac;
}

/* An address is at another MAC address than before. */
static void change(struct guard *guard, struct station *station, const struct claim *claim)
{
	char before[LLADDR_TEXT_MAX + 1], now[LLADDR_TEXT_MAX + 1];
	enum link_severity severity;
	struct link_event event;
	int earlier = 0;

	for (int i = 1; i < station->mac_count; i++)
		if (lladdr_equal(&station->macs[i], &claim->mac))
			earlier = i;
	if (claim->kind == CLAIM_REPLY && claim->is_override) {
		station->overrides = guard_since(guard, station->override_ns) <= FIGHT_NS ?
					     station->overrides + 1 :
					     1;
		station->override_ns = guard->now_ns;
	}
	event = guard_event_of(judge(guard, station, claim, earlier, &severity), SEVERITY_INFO,
			       claim, &claim->addr);
	event.severity = (uint8_t)severity;
	event.macs[event.mac_count++] = station->macs[0];
	snprintf(event.evidence, sizeof(event.evidence),
		 "%s%s now, %s until %llu.%03llu s ago, in %s%s",
		 station->is_gateway ? "gateway: " : "", guard_mac_text(now, &claim->mac),
		 guard_mac_text(before, &station->macs[0]),
		 guard_since(guard, station->last_ns) / SECOND_NS,
		 guard_since(guard, station->last_ns) % SECOND_NS / 1000000,
		 guard_frame_name(claim), earlier ? ", as it was before" : "");
	guard_report(guard, &event);
	put_first(station, &claim->mac, earlier);
	station->has_answered = false;
	station->probed_ns = 0;
}

static struct station *add_station(struct guard *guard, uint32_t iface, const struct addr *addr)
{
	struct station *station = stations_add(&guard->stations, iface, addr);

	if (!station) {
		guard->is_out_of_memory = true;
		return NULL;
	}
	if (guard->stations.evicted > guard->told_evictions) {
		struct link_event event = {
			.kind = EVENT_EVICTED,
			.severity = SEVERITY_NOTICE,
		};

		guard->told_evictions = guard->stations.evicted;
		snprintf(event.evidence, sizeof(event.evidence),
			 "the table of %zu stations is full: %llu forgotten so far",
			 guard->stations.max, (unsigned long long)guard->stations.evicted);
		guard_report(guard, &event);
	}
	return station;
}

/* Return: the station at @addr, a new one if nobody was known there, NULL without memory. */
static struct station *station_at(struct guard *guard, uint32_t iface, const struct addr *addr)
{
	struct station *station = stations_find(&guard->stations, iface, addr);

	return station ? station : add_station(guard, iface, addr);
}

/* Remember who claims the address, and tell what is new about it. */
static void learn(struct guard *guard, const struct claim *claim)
{
	struct station *station = station_at(guard, guard_link_of(claim), &claim->addr);
	struct link_event event;

	if (!station)
		return;
	if (station->mac_count == 0) {
		event = guard_event_of(EVENT_NEW_STATION, SEVERITY_INFO, claim, &claim->addr);
		snprintf(event.evidence, sizeof(event.evidence), "first seen in %s",
			 guard_frame_name(claim));
		guard_report(guard, &event);
		put_first(station, &claim->mac, 0);
		station->first_ns = guard->now_ns;
	} else if (!lladdr_equal(&station->macs[0], &claim->mac)) {
		change(guard, station, claim);
	} else if (guard_since(guard, station->last_ns) > LONG_SILENCE_NS) {
		event = guard_event_of(EVENT_NEW_ACTIVITY, SEVERITY_NOTICE, claim, &claim->addr);
		snprintf(event.evidence, sizeof(event.evidence), "silent for %llu days",
			 guard_since(guard, station->last_ns) / (86400 * SECOND_NS));
		guard_report(guard, &event);
	}
	station->last_ns = guard->now_ns;
	stations_touch(&guard->stations, station);
	count_answer(guard, station, claim);
}

/* A router says that it is one. */
static void learn_router(struct guard *guard, const struct claim *claim)
{
	struct claim by_source = *claim;
	struct station *station;
	struct link_event event;

	by_source.addr = claim->asker;
	if (by_source.mac.length == 0)
		by_source.mac = claim->eth_src;
	learn(guard, &by_source);
	station = stations_find(&guard->stations, guard_link_of(claim), &by_source.addr);
	if (!station)
		return;
	if (!station->is_router && !station->is_gateway && claim->router_lifetime_s > 0) {
		event = guard_event_of(EVENT_NEW_ROUTER, SEVERITY_WARNING, &by_source,
				       &by_source.addr);
		snprintf(event.evidence, sizeof(event.evidence),
			 "it advertises itself as a default router for %u s",
			 claim->router_lifetime_s);
		guard_report(guard, &event);
	}
	if (claim->router_lifetime_s == 0 && (station->is_router || station->is_gateway)) {
		event = guard_event_of(EVENT_ROUTER_WITHDRAWN, SEVERITY_NOTICE, &by_source,
				       &by_source.addr);
		snprintf(event.evidence, sizeof(event.evidence),
			 "it is a default router no longer, says a router advertisement");
		guard_report(guard, &event);
	}
	station->is_router = station->is_router || claim->router_lifetime_s > 0;
	station->is_gateway = station->is_gateway || station->is_router;
}

/* RARP asks for one's own address. Diskless hosts are gone; what is left is hypervisors that tell
 * the switches where a guest is now. */
static void tell_migration(struct guard *guard, const struct claim *claim)
{
	const struct addr nobody = { 0 };
	struct link_event event = guard_event_of(EVENT_MIGRATION, SEVERITY_INFO, claim, &nobody);

	snprintf(event.evidence, sizeof(event.evidence),
		 "RARP of its own address: a guest that was moved here, or a host without one");
	guard_report(guard, &event);
}

/* Judge one frame; @is_outgoing if this host sent it. */
void guard_claim(struct guard *guard, const struct claim *claim, bool is_outgoing)
{
	if (claim->time_ns > guard->now_ns)
		guard->now_ns = claim->time_ns;
	if (!guard->start_ns)
		guard->start_ns = guard->now_ns;
	if (claim->kind == CLAIM_REQUEST)
		guard_note_question(guard, claim);
	if (is_outgoing || !guard_check_sound(guard, claim))
		return;
	guard_check_source(guard, claim);
	if (claim->kind == CLAIM_REVERSE) {
		tell_migration(guard, claim);
		return;
	}
	if (claim->kind == CLAIM_ROUTER) {
		learn_router(guard, claim);
		return;
	}
	if (claim->addr.family == AF_UNSPEC || guard_check_own(guard, claim))
		return;
	guard_check_asked(guard, claim);
	guard_check_foreign(guard, claim);
	learn(guard, claim);
}

/* Make @addr a gateway of this host: a change of its MAC address is the gravest thing. */
void guard_add_gateway(struct guard *guard, uint32_t iface, const struct addr *addr)
{
	struct station *station = station_at(guard, iface, addr);

	if (station)
		station->is_gateway = true;
}

/* Take from @neigh, of this host's own neighbour table, where it sends to now, so that the first
 * claim of somebody else is a change. Who is known already stays as he is. */
void guard_learn(struct guard *guard, const struct neigh *neigh, uint64_t time_ns)
{
	const uint16_t known =
		NEIGH_REACHABLE | NEIGH_STALE | NEIGH_DELAY | NEIGH_PROBE | NEIGH_PERMANENT;
	uint64_t ago_ns = neigh->confirmed_ms * 1000000u;
	struct station *station;

	if (!(neigh->state & known) || neigh->lladdr.length != LLADDR_ETHER)
		return;
	station = station_at(guard, neigh->iface, &neigh->dst);
	if (!station || station->mac_count > 0)
		return;
	if (neigh->confirmed_ms > time_ns / 1000000u)
		ago_ns = 0;
	put_first(station, &neigh->lladdr, 0);
	station->first_ns = station->last_ns = time_ns - ago_ns;
}

/* Judge a change of this host's own neighbour table: that it follows a claim makes it effective. */
void guard_neigh(struct guard *guard, const struct neigh *neigh, uint64_t time_ns)
{
	struct station *station = stations_find(&guard->stations, neigh->iface, &neigh->dst);
	char text[LLADDR_TEXT_MAX + 1];
	struct link_event event = {
		.kind = EVENT_KERNEL_CHANGED,
		.severity = SEVERITY_INFO,
		.addr = neigh->dst,
		.iface = neigh->iface,
		.macs = { neigh->lladdr },
		.mac_count = 1,
	};

	if (!station || neigh->lladdr.length != LLADDR_ETHER || station->mac_count < 2 ||
	    !lladdr_equal(&station->macs[0], &neigh->lladdr))
		return;
	if (time_ns > guard->now_ns)
		guard->now_ns = time_ns;
	snprintf(event.evidence, sizeof(event.evidence), "this host sends to %s now",
		 guard_mac_text(text, &neigh->lladdr));
	guard_report(guard, &event);
}

/* Tell what was held back. */
void guard_finish(struct guard *guard)
{
	guard_report_rest(guard);
}
