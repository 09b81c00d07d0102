// SPDX-License-Identifier: GPL-2.0-or-later
/* The detector, scene by scene: what one frame shows, routers, floods. */
#include "analysis/guard.h"

#include <string.h>

#include "scene.h"
#include "unit.h"

static void a_reply_nobody_asked_for(void **state)
{
	struct scene *scene = *state;

	scene_reply(scene, scene_mac(1), scene_v4(1)); /* to a question before the start, perhaps */
	scene_told(scene, "new_station/info ");
	scene_pass(scene, 6000);
	scene_reply(scene, scene_mac(1), scene_v4(1));
	scene_told(scene, "unasked_reply/warning ");
	scene_request(scene, scene_mac(9), scene_v4(9), scene_v4(1));
	scene_pass(scene, 4000);
	scene_reply(scene, scene_mac(1), scene_v4(1));
	scene_told(scene, "new_station/info ");
	scene_pass(scene, 60000);
	scene_announce(scene, scene_mac(1), scene_v4(1));
	scene_told(scene, "");
}

static void the_sender_inside_and_outside(void **state)
{
	struct scene *scene = *state;
	struct claim claim = {
		.kind = CLAIM_REQUEST,
		.eth_src = scene_mac(2),
		.eth_dst = scene_broadcast(),
		.mac = scene_mac(1),
		.addr = scene_v4(1),
		.asker = scene_v4(1),
		.target = scene_v4(2),
	};

	scene_hear(scene, &claim);
	scene_told(scene, "source_mismatch/warning new_station/info ");
}

static void what_no_station_has(void **state)
{
	struct scene *scene = *state;
	struct lladdr zero = { .length = 6 };

	scene_request(scene, scene_broadcast(), scene_v4(1), scene_v4(2));
	scene_request(scene, zero, scene_v4(3), scene_v4(2));
	scene_request(scene, scene_mac(1),
		      (struct addr){ .family = AF_INET, .bytes = { 224, 0, 0, 1 } }, scene_v4(2));
	scene_told(scene, "bad_mac/warning bad_mac/warning bad_address/warning ");
}

static void this_hosts_own(void **state)
{
	struct scene *scene = *state;
	struct guard_own own[] = {
		{ .mac = scene_mac(50), .iface = 1 },
		{ .addr = scene_v4(50),
		  .iface = 1,
		  .prefix = { .addr = scene_v4(0), .length = 24 } },
	};
	struct claim claim = {
		.kind = CLAIM_REQUEST,
		.eth_src = scene_mac(50),
		.eth_dst = scene_broadcast(),
		.mac = scene_mac(50),
		.addr = scene_v4(50),
		.asker = scene_v4(50),
		.target = scene_v4(2),
		.iface = 1,
		.time_ns = scene->now_ns,
	};

	guard_set_own(&scene->guard, own, UNIT_COUNT(own));
	guard_claim(&scene->guard, &claim, true);
	scene_told(scene, "");
	scene_request(scene, scene_mac(1), scene_v4(50), scene_v4(2));
	scene_told(scene, "own_address/critical ");
	scene_probe(scene, scene_mac(1), scene_v4(50));
	scene_told(scene, "");
	scene_request(scene, scene_mac(1),
		      (struct addr){ .family = AF_INET, .bytes = { 10, 9, 9, 9 } }, scene_v4(2));
	scene_told(scene, "foreign_address/notice new_station/info ");
}

static void one_that_answers_for_many(void **state)
{
	struct scene *scene = *state;

	for (uint8_t i = 1; i <= 3; i++) {
		scene_request(scene, scene_mac(99), scene_v4(99), scene_v4(i));
		scene_reply(scene, scene_mac(1), scene_v4(i));
	}
	scene_told(scene, "new_station/info new_station/info new_station/info new_station/info ");
	scene_request(scene, scene_mac(99), scene_v4(99), scene_v4(4));
	scene_reply(scene, scene_mac(1), scene_v4(4));
	scene_told(scene, "new_station/info proxy_arp/notice ");
}

static void routers(void **state)
{
	struct scene *scene = *state;

	scene_route(scene, scene_mac(1), scene_v6(1), 1800);
	scene_told(scene, "new_station/info new_router/warning ");
	scene_pass(scene, 20000);
	scene_route(scene, scene_mac(1), scene_v6(1), 1800);
	scene_told(scene, "");
	scene_route(scene, scene_mac(1), scene_v6(1), 0);
	scene_told(scene, "router_withdrawn/notice ");
	scene_pass(scene, 20000);
	scene_route(scene, scene_mac(2), scene_v6(1), 1800);
	scene_told(scene, "gateway_changed/critical ");
}

static void a_known_gateway_is_no_new_router(void **state)
{
	struct scene *scene = *state;
	struct addr gateway = scene_v6(1);

	guard_add_gateway(&scene->guard, 1, &gateway);
	scene_route(scene, scene_mac(1), scene_v6(1), 1800);
	scene_told(scene, "new_station/info ");
}

static void a_fight_of_overrides(void **state)
{
	struct scene *scene = *state;

	scene_advertise(scene, scene_mac(1), scene_v6(9));
	scene_pass(scene, 1000);
	scene_advertise(scene, scene_mac(2), scene_v6(9));
	scene_pass(scene, 1000);
	scene_advertise(scene, scene_mac(1), scene_v6(9));
	scene_told(scene, "new_station/info conflict/warning override_fight/warning ");
}

/* The same address in two VLANs is two stations. */
static void vlans_are_links_of_their_own(void **state)
{
	struct scene *scene = *state;
	struct claim claim = {
		.kind = CLAIM_REQUEST,
		.eth_src = scene_mac(1),
		.eth_dst = scene_broadcast(),
		.mac = scene_mac(1),
		.addr = scene_v4(1),
		.asker = scene_v4(1),
		.target = scene_v4(2),
	};

	scene_hear(scene, &claim);
	claim.eth_src = claim.mac = scene_mac(2);
	claim.vlan = 7;
	scene_hear(scene, &claim);
	scene_told(scene, "new_station/info new_station/info ");
	claim.eth_src = claim.mac = scene_mac(3);
	scene_hear(scene, &claim);
	scene_told(scene, "conflict/warning ");
}

static void a_migrated_guest(void **state)
{
	struct scene *scene = *state;
	struct claim claim = {
		.kind = CLAIM_REVERSE,
		.eth_src = scene_mac(1),
		.eth_dst = scene_broadcast(),
		.mac = scene_mac(1),
	};

	scene_hear(scene, &claim);
	scene_told(scene, "migration/info ");
}

static void repetitions_are_counted(void **state)
{
	struct scene *scene = *state;

	for (int i = 0; i < 100; i++) {
		scene_request(scene, scene_mac((uint8_t)(1 + i % 2)), scene_v4(1), scene_v4(2));
		scene_pass(scene, 10);
	}
	scene_told(scene, "new_station/info conflict/warning ");
	scene_pass(scene, 10000);
	guard_finish(&scene->guard);
	scene_told(scene, "suppressed/info ");
}

/* Thousands of made-up stations neither grow the table nor hide what is grave, and the gateway
 * stays. */
static void a_flood_of_stations(void **state)
{
	struct scene *scene = *state;
	struct addr gateway = scene_v4(1);

	guard_add_gateway(&scene->guard, 1, &gateway);
	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	for (unsigned int i = 0; i < 10000; i++) {
		struct addr addr = { .family = AF_INET,
				     .bytes = { 10, 1, (uint8_t)(i >> 8), (uint8_t)i } };

		scene_request(scene, scene_mac(3), addr, scene_v4(2));
	}
	assert_int_equal(scene->guard.stations.count, 64);
	assert_true(scene->guard.stations.evicted > 9000);
	assert_non_null(strstr(scene->told, "evicted/notice"));
	assert_true(scene->events < 300);
	scene_forget(scene);
	scene_pass(scene, 3000);
	scene_request(scene, scene_mac(2), scene_v4(1), scene_v4(2));
	assert_non_null(strstr(scene->told, "gateway_changed/critical"));
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)
	const struct CMUnitTest tests[] = {
		SCENE(a_reply_nobody_asked_for),
		SCENE(the_sender_inside_and_outside),
		SCENE(what_no_station_has),
		SCENE(this_hosts_own),
		SCENE(one_that_answers_for_many),
		SCENE(routers),
		SCENE(a_known_gateway_is_no_new_router),
		SCENE(a_fight_of_overrides),
		SCENE(vlans_are_links_of_their_own),
		SCENE(a_migrated_guest),
		SCENE(repetitions_are_counted),
		SCENE(a_flood_of_stations),
	};

	return cmocka_run_group_tests_name("guard_checks", tests, NULL, NULL);
}
