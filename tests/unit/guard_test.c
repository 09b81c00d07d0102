// SPDX-License-Identifier: GPL-2.0-or-later
/* The detector, scene by scene: what is heard and when, and what must be told, no more. */
#include "analysis/guard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

#define SECOND 1000000000ull

struct scene {
	struct guard guard;
	char told[8192]; /* "kind/severity " of each event, in order */
	size_t length, events;
	uint64_t now_ns;
};

static void on_event(const struct link_event *event, void *arg)
{
	struct scene *scene = arg;

	scene->events++;
	assert_true(event->kind < EVENT_KIND_COUNT && event->severity < SEVERITY_COUNT);
	if (sizeof(scene->told) - scene->length < 64)
		return;
	scene->length += (size_t)snprintf(
		scene->told + scene->length, sizeof(scene->told) - scene->length, "%s/%s ",
		link_event_names[event->kind], link_severity_names[event->severity]);
}

static struct lladdr mac(uint8_t last)
{
	return (struct lladdr){ .length = 6, .bytes = { 2, [5] = last } };
}

static struct addr v4(uint8_t last)
{
	return (struct addr){ .family = AF_INET, .bytes = { 10, 0, 0, last } };
}

static struct addr v6(uint8_t last)
{
	return (struct addr){ .family = AF_INET6, .bytes = { 0xfe, 0x80, [15] = last } };
}

static int begin(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	if (!scene)
		return -1;
	guard_init(&scene->guard, 64, on_event, scene);
	scene->now_ns = 1700000000 * SECOND;
	*state = scene;
	return 0;
}

static int end(void **state)
{
	struct scene *scene = *state;

	guard_fini(&scene->guard);
	free(scene);
	return 0;
}

static void pass(struct scene *scene, uint64_t ms)
{
	scene->now_ns += ms * 1000000;
}

static void hear(struct scene *scene, struct claim *claim)
{
	claim->time_ns = scene->now_ns;
	claim->iface = 1;
	guard_claim(&scene->guard, claim, false);
}

static struct lladdr broadcast(void)
{
	return (struct lladdr){ .length = 6, .bytes = { 255, 255, 255, 255, 255, 255 } };
}

static void request(struct scene *scene, struct lladdr from, struct addr addr, struct addr target)
{
	struct claim claim = {
		.kind = CLAIM_REQUEST,
		.eth_src = from,
		.eth_dst = broadcast(),
		.mac = from,
		.addr = addr,
		.asker = addr,
		.target = target,
	};

	hear(scene, &claim);
}

static void probe(struct scene *scene, struct lladdr from, struct addr target)
{
	struct claim claim = {
		.kind = CLAIM_REQUEST,
		.eth_src = from,
		.eth_dst = broadcast(),
		.mac = from,
		.target = target,
		.is_probe = true,
	};

	hear(scene, &claim);
}

static void announce(struct scene *scene, struct lladdr from, struct addr addr)
{
	struct claim claim = {
		.kind = CLAIM_REQUEST,
		.eth_src = from,
		.eth_dst = broadcast(),
		.mac = from,
		.addr = addr,
		.asker = addr,
		.target = addr,
		.is_gratuitous = true,
	};

	hear(scene, &claim);
}

static void reply(struct scene *scene, struct lladdr from, struct addr addr)
{
	struct claim claim = {
		.kind = CLAIM_REPLY,
		.eth_src = from,
		.eth_dst = mac(99),
		.mac = from,
		.addr = addr,
		.asker = addr,
		.target = v4(99),
	};

	hear(scene, &claim);
}

static void advertise(struct scene *scene, struct lladdr from, struct addr addr)
{
	struct claim claim = {
		.kind = CLAIM_REPLY,
		.eth_src = from,
		.eth_dst = broadcast(),
		.mac = from,
		.addr = addr,
		.target = v6(1),
		.is_gratuitous = true,
		.is_override = true,
	};

	hear(scene, &claim);
}

static void route(struct scene *scene, struct lladdr from, struct addr addr, uint16_t lifetime_s)
{
	struct claim claim = {
		.kind = CLAIM_ROUTER,
		.eth_src = from,
		.eth_dst = broadcast(),
		.mac = from,
		.addr = addr,
		.asker = addr,
		.router_lifetime_s = lifetime_s,
	};

	hear(scene, &claim);
}

/* What was told since the last time is exactly @expected. */
static void told(struct scene *scene, const char *expected)
{
	assert_string_equal(scene->told, expected);
	scene->length = 0;
	scene->told[0] = '\0';
}

static void a_station_is_new_once(void **state)
{
	struct scene *scene = *state;

	request(scene, mac(1), v4(1), v4(2));
	told(scene, "new_station/info ");
	pass(scene, 60000);
	request(scene, mac(1), v4(1), v4(2));
	told(scene, "");
	pass(scene, 200ull * 86400 * 1000);
	request(scene, mac(1), v4(1), v4(2));
	told(scene, "new_activity/notice ");
}

static void a_change_out_of_the_blue(void **state)
{
	struct scene *scene = *state;

	request(scene, mac(1), v4(1), v4(2));
	pass(scene, 10000);
	request(scene, mac(2), v4(1), v4(2));
	told(scene, "new_station/info changed_mac/warning ");
	pass(scene, 11000);
	request(scene, mac(1), v4(1), v4(2));
	told(scene, "flip_flop/warning ");
	pass(scene, 11000);
	request(scene, mac(3), v4(1), v4(2));
	pass(scene, 11000);
	request(scene, mac(2), v4(1), v4(2));
	told(scene, "changed_mac/warning reused_mac/warning ");
}

static void two_at_once(void **state)
{
	struct scene *scene = *state;

	request(scene, mac(9), v4(9), v4(1));
	reply(scene, mac(1), v4(1));
	pass(scene, 1);
	reply(scene, mac(2), v4(1));
	told(scene, "new_station/info new_station/info conflict/warning ");
	assert_int_equal(scene->guard.worst, SEVERITY_WARNING);
}

static void a_failover_is_a_notice_and_its_return_a_flip_flop(void **state)
{
	struct scene *scene = *state;

	request(scene, mac(1), v4(1), v4(2));
	pass(scene, 4000);
	announce(scene, mac(2), v4(1));
	told(scene, "new_station/info failover/notice ");
	pass(scene, 5000);
	request(scene, mac(1), v4(1), v4(2)); /* not so silent after all */
	told(scene, "flip_flop/warning ");
}

static void a_proper_failback_is_a_failover(void **state)
{
	struct scene *scene = *state;

	request(scene, mac(1), v4(1), v4(2));
	pass(scene, 4000);
	announce(scene, mac(2), v4(1));
	pass(scene, 60000);
	announce(scene, mac(1), v4(1));
	told(scene, "new_station/info failover/notice failover/notice ");
	assert_int_equal(scene->guard.worst, SEVERITY_NOTICE);
}

static void an_announcement_without_silence_is_a_conflict(void **state)
{
	struct scene *scene = *state;

	request(scene, mac(1), v4(1), v4(2));
	pass(scene, 500);
	announce(scene, mac(2), v4(1));
	told(scene, "new_station/info conflict/warning ");
}

static void an_address_that_was_probed_for_moves(void **state)
{
	struct scene *scene = *state;

	request(scene, mac(1), v4(1), v4(2));
	pass(scene, 10000);
	for (int i = 0; i < 3; i++) {
		probe(scene, mac(2), v4(1));
		pass(scene, 1500);
	}
	announce(scene, mac(2), v4(1));
	told(scene, "new_station/info moved/notice ");
}

static void the_gateway_is_graver(void **state)
{
	struct scene *scene = *state;
	struct addr gateway = v4(1);

	guard_add_gateway(&scene->guard, 1, &gateway);
	request(scene, mac(1), v4(1), v4(2));
	pass(scene, 10000);
	request(scene, mac(2), v4(1), v4(2));
	told(scene, "new_station/info gateway_changed/critical ");
	pass(scene, 1000);
	request(scene, mac(1), v4(1), v4(2));
	told(scene, "conflict/critical ");
	pass(scene, 20000);
	announce(scene, mac(3), v4(1));
	told(scene, "failover/notice ");
	pass(scene, 20000);
	request(scene, mac(1), v4(1), v4(2));
	told(scene, "gateway_changed/critical ");
}

static void virtual_routers_are_told_quietly(void **state)
{
	static const uint8_t vrrp[2][6] = { { 0, 0, 0x5e, 0, 1, 1 }, { 0, 0, 0x5e, 0, 1, 2 } };
	struct lladdr one = lladdr_ether(vrrp[0]), two = lladdr_ether(vrrp[1]);
	struct scene *scene = *state;

	assert_true(guard_mac_is_virtual(&one));
	announce(scene, one, v4(1));
	pass(scene, 1000);
	announce(scene, two, v4(1));
	told(scene, "new_station/info failover/notice ");
	pass(scene, 5000);
	request(scene, mac(7), v4(1), v4(2)); /* the range alone excuses nobody */
	told(scene, "changed_mac/warning ");
	pass(scene, 5000);
	request(scene, one, v4(1), v4(2));
	told(scene, "reused_mac/warning ");
}

static void a_reply_nobody_asked_for(void **state)
{
	struct scene *scene = *state;

	reply(scene, mac(1), v4(1)); /* to a question before the start, perhaps */
	told(scene, "new_station/info ");
	pass(scene, 6000);
	reply(scene, mac(1), v4(1));
	told(scene, "unasked_reply/warning ");
	request(scene, mac(9), v4(9), v4(1));
	pass(scene, 4000);
	reply(scene, mac(1), v4(1));
	told(scene, "new_station/info ");
	pass(scene, 60000);
	announce(scene, mac(1), v4(1));
	told(scene, "");
}

static void the_sender_inside_and_outside(void **state)
{
	struct scene *scene = *state;
	struct claim claim = {
		.kind = CLAIM_REQUEST,
		.eth_src = mac(2),
		.eth_dst = broadcast(),
		.mac = mac(1),
		.addr = v4(1),
		.asker = v4(1),
		.target = v4(2),
	};

	hear(scene, &claim);
	told(scene, "source_mismatch/warning new_station/info ");
}

static void what_no_station_has(void **state)
{
	struct scene *scene = *state;
	struct lladdr zero = { .length = 6 };

	request(scene, broadcast(), v4(1), v4(2));
	request(scene, zero, v4(3), v4(2));
	request(scene, mac(1), (struct addr){ .family = AF_INET, .bytes = { 224, 0, 0, 1 } },
		v4(2));
	told(scene, "bad_mac/warning bad_mac/warning bad_address/warning ");
}

static void this_hosts_own(void **state)
{
	struct scene *scene = *state;
	struct guard_own own[] = {
		{ .mac = mac(50), .iface = 1 },
		{ .addr = v4(50), .iface = 1, .prefix = { .addr = v4(0), .length = 24 } },
	};
	struct claim claim = {
		.kind = CLAIM_REQUEST,
		.eth_src = mac(50),
		.eth_dst = broadcast(),
		.mac = mac(50),
		.addr = v4(50),
		.asker = v4(50),
		.target = v4(2),
		.iface = 1,
		.time_ns = scene->now_ns,
	};

	guard_set_own(&scene->guard, own, UNIT_COUNT(own));
	guard_claim(&scene->guard, &claim, true);
	told(scene, "");
	request(scene, mac(1), v4(50), v4(2));
	told(scene, "own_address/critical ");
	probe(scene, mac(1), v4(50));
	told(scene, "");
	request(scene, mac(1), (struct addr){ .family = AF_INET, .bytes = { 10, 9, 9, 9 } }, v4(2));
	told(scene, "foreign_address/notice new_station/info ");
}

static void one_that_answers_for_many(void **state)
{
	struct scene *scene = *state;

	for (uint8_t i = 1; i <= 3; i++) {
		request(scene, mac(99), v4(99), v4(i));
		reply(scene, mac(1), v4(i));
	}
	told(scene, "new_station/info new_station/info new_station/info new_station/info ");
	request(scene, mac(99), v4(99), v4(4));
	reply(scene, mac(1), v4(4));
	told(scene, "new_station/info proxy_arp/notice ");
}

static void routers(void **state)
{
	struct scene *scene = *state;

	route(scene, mac(1), v6(1), 1800);
	told(scene, "new_station/info new_router/warning ");
	pass(scene, 20000);
	route(scene, mac(1), v6(1), 1800);
	told(scene, "");
	route(scene, mac(1), v6(1), 0);
	told(scene, "router_withdrawn/notice ");
	pass(scene, 20000);
	route(scene, mac(2), v6(1), 1800);
	told(scene, "gateway_changed/critical ");
}

static void a_known_gateway_is_no_new_router(void **state)
{
	struct scene *scene = *state;
	struct addr gateway = v6(1);

	guard_add_gateway(&scene->guard, 1, &gateway);
	route(scene, mac(1), v6(1), 1800);
	told(scene, "new_station/info ");
}

static void a_fight_of_overrides(void **state)
{
	struct scene *scene = *state;

	advertise(scene, mac(1), v6(9));
	pass(scene, 1000);
	advertise(scene, mac(2), v6(9));
	pass(scene, 1000);
	advertise(scene, mac(1), v6(9));
	told(scene, "new_station/info conflict/warning override_fight/warning ");
}

static void a_migrated_guest(void **state)
{
	struct scene *scene = *state;
	struct claim claim = {
		.kind = CLAIM_REVERSE,
		.eth_src = mac(1),
		.eth_dst = broadcast(),
		.mac = mac(1),
	};

	hear(scene, &claim);
	told(scene, "migration/info ");
}

static void repetitions_are_counted(void **state)
{
	struct scene *scene = *state;

	for (int i = 0; i < 100; i++) {
		request(scene, mac((uint8_t)(1 + i % 2)), v4(1), v4(2));
		pass(scene, 10);
	}
	told(scene, "new_station/info conflict/warning ");
	pass(scene, 10000);
	guard_finish(&scene->guard);
	told(scene, "suppressed/info ");
}

/* Thousands of made-up stations neither grow the table nor hide what is grave, and the gateway
 * stays. */
static void a_flood_of_stations(void **state)
{
	struct scene *scene = *state;
	struct addr gateway = v4(1);

	guard_add_gateway(&scene->guard, 1, &gateway);
	request(scene, mac(1), v4(1), v4(2));
	for (unsigned int i = 0; i < 10000; i++) {
		struct addr addr = { .family = AF_INET,
				     .bytes = { 10, 1, (uint8_t)(i >> 8), (uint8_t)i } };

		request(scene, mac(3), addr, v4(2));
	}
	assert_int_equal(scene->guard.stations.count, 64);
	assert_true(scene->guard.stations.evicted > 9000);
	assert_non_null(strstr(scene->told, "evicted/notice"));
	assert_true(scene->events < 300);
	scene->length = 0;
	scene->told[0] = '\0';
	pass(scene, 3000);
	request(scene, mac(2), v4(1), v4(2));
	assert_non_null(strstr(scene->told, "gateway_changed/critical"));
}

/* An ordinary hour: boots, a lease that goes to another host, a router that fails over. */
static void ordinary_traffic_is_no_conflict(void **state)
{
	struct scene *scene = *state;

	for (uint8_t round = 0; round < 60; round++) {
		for (uint8_t i = 1; i <= 20; i++) {
			if (round == 0) {
				probe(scene, mac(i), v4(i));
				announce(scene, mac(i), v4(i));
			}
			request(scene, mac(i), v4(i), v4((uint8_t)(i % 20 + 1)));
			pass(scene, 2);
			reply(scene, mac((uint8_t)(i % 20 + 1)), v4((uint8_t)(i % 20 + 1)));
		}
		pass(scene, 60000);
	}
	probe(scene, mac(40), v4(5));
	pass(scene, 3000);
	announce(scene, mac(40), v4(5));
	pass(scene, 10000);
	announce(scene, mac(41), v4(1));
	assert_true(scene->guard.worst < SEVERITY_WARNING);
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, begin, end)
	const struct CMUnitTest tests[] = {
		SCENE(a_station_is_new_once),
		SCENE(a_change_out_of_the_blue),
		SCENE(two_at_once),
		SCENE(a_failover_is_a_notice_and_its_return_a_flip_flop),
		SCENE(a_proper_failback_is_a_failover),
		SCENE(an_announcement_without_silence_is_a_conflict),
		SCENE(an_address_that_was_probed_for_moves),
		SCENE(the_gateway_is_graver),
		SCENE(virtual_routers_are_told_quietly),
		SCENE(a_reply_nobody_asked_for),
		SCENE(the_sender_inside_and_outside),
		SCENE(what_no_station_has),
		SCENE(this_hosts_own),
		SCENE(one_that_answers_for_many),
		SCENE(routers),
		SCENE(a_known_gateway_is_no_new_router),
		SCENE(a_fight_of_overrides),
		SCENE(a_migrated_guest),
		SCENE(repetitions_are_counted),
		SCENE(a_flood_of_stations),
		SCENE(ordinary_traffic_is_no_conflict),
	};

	return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
