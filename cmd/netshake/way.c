// SPDX-License-Identifier: GPL-2.0-or-later
/* How segments reach the peer: the kernel's route, the next hop, the source address. */
#include <errno.h>
#include <linux/neighbour.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "host/ifaddrs.h"
#include "host/neigh.h"
#include "netshake.h"

/* Without options. */
#define HEADERS_V4 40u
#define HEADERS_V6 60u

static struct flow flow_of(const struct run *run)
{
	const struct settings *settings = &run->settings;
	struct flow flow = {
		.dst = run->target.addr,
		.src = run->source,
		.oif = settings->interface ? if_nametoindex(settings->interface) :
					     run->target.addr.zone,
		.mark = settings->mark == UNSET ? 0 : settings->mark,
		.uid = run->way.uid,
		.sport = run->source.port,
		.dport = run->target.addr.port,
		.tos = settings->dscp == UNSET ? 0 : (uint8_t)(settings->dscp << 2),
		.proto = IPPROTO_TCP,
	};

	flow.dst.port = flow.src.port = 0;
	return flow;
}

/* Read --source: an address of this host, whatever ip_nonlocal_bind lets bind() do. */
static int check_source(struct run *run, struct err *err)
{
	struct ifaddrs ifaddrs;
	int ret = addr_parse(&run->source, run->settings.source);
	bool is_own;

	if (ret < 0)
		return err_set(err, -EINVAL, "--source %s: not an address", run->settings.source);
	if (run->target.addr.family != AF_UNSPEC && run->source.family != run->target.addr.family)
		return err_set(err, -EAFNOSUPPORT, "--source %s and %s are of different families",
			       run->settings.source, run->target.host);
	if (addr_is_scoped(&run->source) && !run->source.zone)
		run->source.zone = run->target.addr.zone;
	ifaddrs_init(&ifaddrs);
	ret = ifaddrs_load(&ifaddrs, err);
	is_own = ret == 0 && (ifaddrs_has(&ifaddrs, &run->source, run->source.zone) ||
			      (run->source.family == AF_INET && run->source.bytes[0] == 127));
	ifaddrs_fini(&ifaddrs);
	if (ret == 0 && !is_own)
		ret = err_set(err, -EADDRNOTAVAIL, "--source %s: not an address of this host",
			      run->settings.source);
	return ret;
}

static void learn_device(struct way *way)
{
	const struct link *link = links_find(&way->path.links, way->answer.oif), *master;

	if (!link)
		return;
	text_copy(way->device, sizeof(way->device), link->name);
	master = link->master ? links_find(&way->path.links, link->master) : NULL;
	if (link->vrf_table)
		text_copy(way->vrf, sizeof(way->vrf), link->name);
	else if (master && master->vrf_table)
		text_copy(way->vrf, sizeof(way->vrf), master->name);
}

/* Learn what the kernel knows of the next hop on the link. */
void way_learn_neighbour(struct run *run)
{
	struct way *way = &run->way;

	way->has_neighbour = way->next_hop.family != AF_UNSPEC &&
			     neigh_get(&way->path.nl, &way->next_hop, way->answer.oif,
				       &way->neighbour, NULL) == 0;
}

/* Whether the next hop does not answer on the link. */
bool way_neighbour_failed(struct run *run)
{
	way_learn_neighbour(run);
	return run->way.has_neighbour && run->way.neighbour.state & (NUD_FAILED | NUD_INCOMPLETE);
}

/* Read what of the command line is about the way, and get ready to ask the kernel.
 *
 * Return: 0, or -errno with @err; path_close() is due in any case, if way.is_open.
 */
int way_open(struct run *run, struct err *err)
{
	int ret;

	if (run->settings.interface && !if_nametoindex(run->settings.interface))
		return err_set(err, -ENODEV, "-I %s: no such interface", run->settings.interface);
	if (run->settings.source) {
		ret = check_source(run, err);
		if (ret < 0)
			return ret;
	}
	run->way.uid = (uint32_t)geteuid();
	run->way.is_open = true;
	return path_open(&run->way.path, err);
}

/* Whether @addr is this host's: what comes for it is not forwarded. */
bool way_is_own(struct run *run, const struct addr *addr)
{
	struct flow flow = { .dst = *addr, .oif = addr->zone };
	struct path_answer answer;

	flow.dst.port = 0;
	return path_look_up(&run->way.path.nl, &flow, 1, true, &answer, NULL) == 0 &&
	       answer.error == 0 && answer.type == ROUTE_LOCAL;
}

/* Ask the kernel for the way to the peer. That there is none is an answer, too: answer.error.
 *
 * Return: 0, or -errno with @err.
 */
int way_find(struct run *run, struct err *err)
{
	struct way *way = &run->way;
	struct flow flow = flow_of(run);
	int ret;

	ret = path_look_up(&way->path.nl, &flow, 1, true, &way->answer, err);
	if (ret < 0)
		return ret;
	if (way->answer.error)
		return 0;
	if (way->answer.type == ROUTE_BROADCAST || way->answer.type == ROUTE_MULTICAST)
		return err_set(err, -EINVAL,
			       "%s: TCP is between two hosts: %s is a broadcast address",
			       run->target.host, run->target.host);
	learn_device(way);
	way->is_local = way->answer.type == ROUTE_LOCAL;
	way->mtu = path_mtu_of(&way->path, &way->answer);
	if (way->answer.gateway.family)
		way->next_hop = way->answer.gateway;
	else if (!way->is_local)
		way->next_hop = flow.dst;
	way_learn_neighbour(run);
	return 0;
}

/* Where nothing can be said without a way to the peer.
 *
 * Return: 0 if there is one, or the kernel's -errno with @err.
 */
int way_require(const struct run *run, struct err *err)
{
	int ret = run->way.answer.error;

	return ret ? err_set(err, ret, "no route to %s: %s", run->target.host, strerror(-ret)) : 0;
}

/* Return: the largest segment that the way takes, without its headers. */
uint32_t way_largest(const struct run *run)
{
	uint32_t headers = run->target.addr.family == AF_INET ? HEADERS_V4 : HEADERS_V6;

	return run->way.mtu > headers ? run->way.mtu - headers : TCP_MSS_DEFAULT_V4;
}

/* Take the source address of the route, unless --source says another one.
 *
 * Return: 0, or -errno with @err.
 */
int way_choose_source(struct run *run, struct err *err)
{
	struct way *way = &run->way;

	if (run->source.family == AF_UNSPEC)
		run->source = way->answer.source;
	if (run->source.family == AF_UNSPEC && way->is_local)
		run->source = run->target.addr;
	if (run->source.family == AF_UNSPEC)
		return err_set(err, -EADDRNOTAVAIL, "%s has no address to send from", way->device);
	if (addr_is_scoped(&run->source) && !run->source.zone)
		run->source.zone = way->answer.oif;
	run->source.port = run->settings.sport == UNSET ? 0 : (uint16_t)run->settings.sport;
	return 0;
}
