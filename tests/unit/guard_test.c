// SPDX-License-Identifier: GPL-2.0-or-later
/* The detector, scene by scene: an address that is at another MAC address than before. */
#include "analysis/guard.h"

#include <string.h>

#include "scene.h"
#include "unit.h"

static void a_station_is_new_once(void **state)
{
	struct scene *scene = *state;

	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_told(scene, "new_station/info ");
	scene_pass(scene, 60000);
	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_told(scene, "");
	scene_pass(scene, 200ull * 86400 * 1000);
	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_told(scene, "new_activity/notice ");
}

static void a_change_out_of_the_blue(void **state)
{
	struct scene *scene = *state;

	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_pass(scene, 10000);
	scene_request(scene, scene_mac(2), scene_v4(1), scene_v4(2));
	scene_told(scene, "new_station/info changed_mac/warning ");
	scene_pass(scene, 11000);
	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_told(scene, "flip_flop/warning ");
	scene_pass(scene, 11000);
	scene_request(scene, scene_mac(3), scene_v4(1), scene_v4(2));
	scene_pass(scene, 11000);
	scene_request(scene, scene_mac(2), scene_v4(1), scene_v4(2));
	scene_told(scene, "changed_mac/warning reused_mac/warning ");
}

static void two_at_once(void **state)
{
	struct scene *scene = *state;

	scene_request(scene, scene_mac(9), scene_v4(9), scene_v4(1));
	scene_reply(scene, scene_mac(1), scene_v4(1));
	scene_pass(scene, 1);
	scene_reply(scene, scene_mac(2), scene_v4(1));
	scene_told(scene, "new_station/info new_station/info conflict/warning ");
	assert_int_equal(scene->guard.worst, SEVERITY_WARNING);
}

static void a_failover_is_a_notice_and_its_return_a_flip_flop(void **state)
{
	struct scene *scene = *state;

	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_pass(scene, 4000);
	scene_announce(scene, scene_mac(2), scene_v4(1));
	scene_told(scene, "new_station/info failover/notice ");
	scene_pass(scene, 5000);
	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2)); /* not so silent after all */
	scene_told(scene, "flip_flop/warning ");
}

static void a_proper_failback_is_a_failover(void **state)
{
	struct scene *scene = *state;

	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_pass(scene, 4000);
	scene_announce(scene, scene_mac(2), scene_v4(1));
	scene_pass(scene, 60000);
	scene_announce(scene, scene_mac(1), scene_v4(1));
	scene_told(scene, "new_station/info failover/notice failover/notice ");
	assert_int_equal(scene->guard.worst, SEVERITY_NOTICE);
}

static void an_announcement_without_silence_is_a_conflict(void **state)
{
	struct scene *scene = *state;

	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_pass(scene, 500);
	scene_announce(scene, scene_mac(2), scene_v4(1));
	scene_told(scene, "new_station/info conflict/warning ");
}

static void an_address_that_was_probed_for_moves(void **state)
{
	struct scene *scene = *state;

	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_pass(scene, 10000);
	for (int i = 0; i < 3; i++) {
		scene_probe(scene, scene_mac(2), scene_v4(1));
		scene_pass(scene, 1500);
	}
	scene_announce(scene, scene_mac(2), scene_v4(1));
	scene_told(scene, "new_station/info moved/notice ");
}

static void the_gateway_is_graver(void **state)
{
	struct scene *scene = *state;
	struct addr gateway = scene_v4(1);

	guard_add_gateway(&scene->guard, 1, &gateway);
	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_pass(scene, 10000);
	scene_request(scene, scene_mac(2), scene_v4(1), scene_v4(2));
	scene_told(scene, "new_station/info gateway_changed/critical ");
	scene_pass(scene, 1000);
	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_told(scene, "conflict/critical ");
	scene_pass(scene, 20000);
	scene_announce(scene, scene_mac(3), scene_v4(1));
	scene_told(scene, "failover/notice ");
	scene_pass(scene, 20000);
	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_told(scene, "gateway_changed/critical ");
}

static void virtual_routers_are_told_quietly(void **state)
{
	static const uint8_t vrrp[2][6] = { { 0, 0, 0x5e, 0, 1, 1 }, { 0, 0, 0x5e, 0, 1, 2 } };
	struct lladdr one = lladdr_ether(vrrp[0]), two = lladdr_ether(vrrp[1]);
	struct scene *scene = *state;

	assert_true(guard_mac_is_virtual(&one));
	scene_announce(scene, one, scene_v4(1));
	scene_pass(scene, 1000);
	scene_announce(scene, two, scene_v4(1));
	scene_told(scene, "new_station/info failover/notice ");
	scene_pass(scene, 5000);
	scene_request(scene, scene_mac(7), scene_v4(1),
		      scene_v4(2)); /* the range alone excuses nobody */
	scene_told(scene, "changed_mac/warning ");
	scene_pass(scene, 5000);
	scene_request(scene, one, scene_v4(1), scene_v4(2));
	scene_told(scene, "reused_mac/warning ");
}

/* An ordinary hour: boots, a lease that goes to another host, a router that fails over. */
static void know(struct scene *scene, uint16_t state, uint8_t mac, uint8_t addr,
		 uint64_t confirmed_ms)
{
	const struct neigh neigh = {
		.dst = scene_v4(addr),
		.lladdr = scene_mac(mac),
		.confirmed_ms = confirmed_ms,
		.iface = 1,
		.state = state,
	};

	guard_learn(&scene->guard, &neigh, scene->now_ns);
}

static void whom_the_kernel_knows_is_not_new(void **state)
{
	struct scene *scene = *state;

	know(scene, NEIGH_REACHABLE, 1, 1, 10000);
	know(scene, NEIGH_STALE, 2, 2, NEIGH_NO_AGE);
	know(scene, NEIGH_FAILED, 3, 3, 0);
	scene_request(scene, scene_mac(1), scene_v4(1), scene_v4(2));
	scene_told(scene, "");
	scene_request(scene, scene_mac(3), scene_v4(3), scene_v4(2));
	scene_told(scene, "new_station/info ");
	scene_reply(scene, scene_mac(9), scene_v4(2));
	scene_told(scene, "conflict/warning ");
	/* what was heard counts more than what the kernel thinks */
	know(scene, NEIGH_PERMANENT, 8, 3, 0);
	scene_request(scene, scene_mac(3), scene_v4(3), scene_v4(2));
	scene_told(scene, "");
}

static void ordinary_traffic_is_no_conflict(void **state)
{
	struct scene *scene = *state;

	for (uint8_t round = 0; round < 60; round++) {
		for (uint8_t i = 1; i <= 20; i++) {
			if (round == 0) {
				scene_probe(scene, scene_mac(i), scene_v4(i));
				scene_announce(scene, scene_mac(i), scene_v4(i));
			}
			scene_request(scene, scene_mac(i), scene_v4(i),
				      scene_v4((uint8_t)(i % 20 + 1)));
			scene_pass(scene, 2);
			scene_reply(scene, scene_mac((uint8_t)(i % 20 + 1)),
				    scene_v4((uint8_t)(i % 20 + 1)));
		}
		scene_pass(scene, 60000);
	}
	scene_probe(scene, scene_mac(40), scene_v4(5));
	scene_pass(scene, 3000);
	scene_announce(scene, scene_mac(40), scene_v4(5));
	scene_pass(scene, 10000);
	scene_announce(scene, scene_mac(41), scene_v4(1));
	assert_true(scene->guard.worst < SEVERITY_WARNING);
}

int main(void)
{
#define SCENE(name) cmocka_unit_test_setup_teardown(name, scene_begin, scene_end)
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
		SCENE(whom_the_kernel_knows_is_not_new),
		SCENE(ordinary_traffic_is_no_conflict),
	};

	return cmocka_run_group_tests_name("guard", tests, NULL, NULL);
}
