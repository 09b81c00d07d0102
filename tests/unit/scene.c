// SPDX-License-Identifier: GPL-2.0-or-later
#include "scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000000000ull

static void on_event(const struct link_event *event, void *arg)
{
	struct scene *scene = arg;

	scene->events++;
	if (sizeof(scene->told) - scene->length < 64)
		return;
	scene->length += (size_t)snprintf(
		scene->told + scene->length, sizeof(scene->told) - scene->length, "%s/%s ",
		link_event_names[event->kind], link_severity_names[event->severity]);
}

struct lladdr scene_mac(uint8_t last)
{
	return (struct lladdr){ .length = 6, .bytes = { 2, [5] = last } };
}

struct addr scene_v4(uint8_t last)
{
	return (struct addr){ .family = AF_INET, .bytes = { 10, 0, 0, last } };
}

struct addr scene_v6(uint8_t last)
{
	return (struct addr){ .family = AF_INET6, .bytes = { 0xfe, 0x80, [15] = last } };
}

int scene_begin(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	if (!scene)
		return -1;
	guard_init(&scene->guard, 64, on_event, scene);
	scene->now_ns = 1700000000 * SECOND;
	*state = scene;
	return 0;
}

int scene_end(void **state)
{
	struct scene *scene = *state;

	guard_fini(&scene->guard);
	free(scene);
	return 0;
}

void scene_pass(struct scene *scene, uint64_t ms)
{
	scene->now_ns += ms * 1000000;
}

void scene_hear(struct scene *scene, struct claim *claim)
{
	claim->time_ns = scene->now_ns;
	claim->iface = 1;
	guard_claim(&scene->guard, claim, false);
}

struct lladdr scene_broadcast(void)
{
	return (struct lladdr){ .length = 6, .bytes = { 255, 255, 255, 255, 255, 255 } };
}

void scene_request(struct scene *scene, struct lladdr from, struct addr addr, struct addr target)
{
	struct claim claim = {
		.kind = CLAIM_REQUEST,
		.eth_src = from,
		.eth_dst = scene_broadcast(),
		.mac = from,
		.addr = addr,
		.asker = addr,
		.target = target,
	};

	scene_hear(scene, &claim);
}

void scene_probe(struct scene *scene, struct lladdr from, struct addr target)
{
	struct claim claim = {
		.kind = CLAIM_REQUEST,
		.eth_src = from,
		.eth_dst = scene_broadcast(),
		.mac = from,
		.target = target,
		.is_probe = true,
	};

	scene_hear(scene, &claim);
}

void scene_announce(struct scene *scene, struct lladdr from, struct addr addr)
{
	struct claim claim = {
		.kind = CLAIM_REQUEST,
		.eth_src = from,
		.eth_dst = scene_broadcast(),
		.mac = from,
		.addr = addr,
		.asker = addr,
		.target = addr,
		.is_gratuitous = true,
	};

	scene_hear(scene, &claim);
}

void scene_reply(struct scene *scene, struct lladdr from, struct addr addr)
{
	struct claim claim = {
		.kind = CLAIM_REPLY,
		.eth_src = from,
		.eth_dst = scene_mac(99),
		.mac = from,
		.addr = addr,
		.asker = addr,
		.target = scene_v4(99),
	};

	scene_hear(scene, &claim);
}

void scene_advertise(struct scene *scene, struct lladdr from, struct addr addr)
{
	struct claim claim = {
		.kind = CLAIM_REPLY,
		.eth_src = from,
		.eth_dst = scene_broadcast(),
		.mac = from,
		.addr = addr,
		.target = scene_v6(1),
		.is_gratuitous = true,
		.is_override = true,
	};

	scene_hear(scene, &claim);
}

void scene_route(struct scene *scene, struct lladdr from, struct addr addr, uint16_t lifetime_s)
{
	struct claim claim = {
		.kind = CLAIM_ROUTER,
		.eth_src = from,
		.eth_dst = scene_broadcast(),
		.mac = from,
		.addr = addr,
		.asker = addr,
		.router_lifetime_s = lifetime_s,
	};

	scene_hear(scene, &claim);
}

/* Forget what was told so far. */
void scene_forget(struct scene *scene)
{
	scene->length = 0;
	scene->told[0] = '\0';
}
