// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_SCENE_H
#define NETSONDE_TESTS_UNIT_SCENE_H

#include <stddef.h>
#include <stdint.h>

#include "analysis/guard.h"

/* A guard, what it was let hear, and what it told. */
struct scene {
	struct guard guard;
	char told[8192]; /* "kind/severity " of each event, in order */
	size_t length, events;
	uint64_t now_ns;
};

struct lladdr scene_mac(uint8_t last);
struct addr scene_v4(uint8_t last);
struct addr scene_v6(uint8_t last);
int scene_begin(void **state);
int scene_end(void **state);
void scene_pass(struct scene *scene, uint64_t ms);
void scene_hear(struct scene *scene, struct claim *claim);
struct lladdr scene_broadcast(void);
void scene_request(struct scene *scene, struct lladdr from, struct addr addr, struct addr target);
void scene_probe(struct scene *scene, struct lladdr from, struct addr target);
void scene_announce(struct scene *scene, struct lladdr from, struct addr addr);
void scene_reply(struct scene *scene, struct lladdr from, struct addr addr);
void scene_advertise(struct scene *scene, struct lladdr from, struct addr addr);
void scene_route(struct scene *scene, struct lladdr from, struct addr addr, uint16_t lifetime_s);
void scene_forget(struct scene *scene);

/* What was told since the last time is exactly @expected. */
#define scene_told(scene, expected)                                                                \
	do {                                                                                       \
		assert_string_equal((scene)->told, expected);                                      \
		scene_forget(scene);                                                               \
	} while (0)

#endif
