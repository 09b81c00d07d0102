// SPDX-License-Identifier: GPL-2.0-or-later
/* --guard: what is heard on the link, or read from a capture file, goes to the detector; what that
 * tells goes out. */
#include "analysis/guard.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ask.h"
#include "base/clock.h"
#include "base/grow.h"
#include "capture/capture_reader.h"
#include "cli/message.h"
#include "cli/signals.h"
#include "event.h"
#include "guard_state.h"
#include "host/onlink.h"
#include "raw/packet.h"
#include "wire/claim.h"

#define STATIONS 16384
#define GATEWAYS_MAX 16
#define SAVE_NS 60000000000u

struct watch {
	struct run *run;
	struct guard guard;
	struct guard_state state;
	struct packet packet;
	struct packet_frame frame;
	struct capture_reader reader;
	struct nl events;
	struct guard_own *own;
	size_t own_count, own_room;
	uint32_t iface; /* 0: all of them */
	uint64_t frames, malformed, foreign;
	bool has_events, is_stale; /* addresses or interfaces changed */
};

static void on_event(const struct link_event *event, void *arg)
{
	event_show(arg, event);
}

static int add_own(struct watch *watch, const struct guard_own *own)
{
	struct guard_own *list;

	list = grow_array(watch->own, &watch->own_room, watch->own_count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	watch->own = list;
	list[watch->own_count++] = *own;
	return 0;
}

/* Tell the detector what is this host's: addresses, MAC addresses, gateways. */
static int learn_host(struct watch *watch, struct err *err)
{
	struct run *run = watch->run;
	struct onlink gateways[GATEWAYS_MAX];
	size_t count = 0;
	int ret = links_load(&run->links, err);

	watch->own_count = 0;
	watch->is_stale = false;
	if (ret == 0)
		ret = ifaddrs_load(&run->ifaddrs, err);
	for (size_t i = 0; i < run->links.count && ret == 0; i++) {
		const struct link *link = &run->links.list[i];
		struct guard_own own = { .mac = link->lladdr, .iface = link->index };

		if (link->lladdr.length == LLADDR_ETHER && !lladdr_is_zero(&link->lladdr))
			ret = add_own(watch, &own);
	}
	for (size_t i = 0; i < run->ifaddrs.count && ret == 0; i++) {
		const struct iface_addr *at = &run->ifaddrs.list[i];
		struct guard_own own = {
			.prefix = prefix_of(&at->addr, at->length),
			.addr = at->addr,
			.iface = at->iface,
		};

		ret = add_own(watch, &own);
	}
	guard_set_own(&watch->guard, watch->own, watch->own_count);
	if (ret == 0)
		ret = onlink_gateways(&run->nl, gateways, GATEWAYS_MAX, &count, err);
	for (size_t i = 0; i < count; i++)
		guard_add_gateway(&watch->guard, gateways[i].iface, &gateways[i].via);
	return ret == -ENOMEM ? err_set(err, ret, "out of memory") : ret;
}

static int on_known(const struct neigh *neigh, void *arg)
{
	struct watch *watch = arg;

	if (!neigh->is_proxy && (!watch->iface || neigh->iface == watch->iface))
		guard_learn(&watch->guard, neigh, clock_real_ns());
	return 0;
}

/* Tell the detector whom this host's kernel knows already. */
static int learn_known(struct watch *watch, struct err *err)
{
	const uint8_t families[] = { AF_INET, AF_INET6 };
	int ret = 0;

	for (size_t i = 0; i < sizeof(families) && ret == 0; i++) {
		const struct neigh_query query = { .family = families[i] };

		ret = neigh_list(&watch->run->nl, &query, on_known, watch, err);
	}
	return ret;
}

/* Judge a frame; @heard has what its bytes do not tell: time, interface, a tag that was taken
 * off. */
static void judge(struct watch *watch, const uint8_t *bytes, size_t length,
		  const struct claim *heard, bool is_outgoing)
{
	struct claim claim;
	enum wire_result verdict = claim_parse(bytes, length, &claim);

	watch->frames++;
	if (verdict == WIRE_UNSUPPORTED)
		watch->foreign++;
	else if (verdict != WIRE_OK)
		watch->malformed++;
	if (verdict != WIRE_OK)
		return;
	claim.time_ns = heard->time_ns;
	claim.iface = heard->iface;
	if (heard->vlan)
		claim.vlan = heard->vlan;
	guard_claim(&watch->guard, &claim, is_outgoing);
}

static int take_frames(struct watch *watch, struct err *err)
{
	int ret;

	while ((ret = packet_receive(&watch->packet, &watch->frame)) == 0) {
		const struct packet_frame *frame = &watch->frame;
		const struct claim heard = {
			.time_ns = frame->time_ns,
			.iface = frame->iface,
			.vlan = frame->vlan,
		};

		if (frame->is_ethernet)
			judge(watch, frame->bytes, frame->length, &heard, frame->is_outgoing);
	}
	if (ret == -EAGAIN || ret == -EINTR || ret == -ENETDOWN)
		return 0;
	return err_set(err, ret, "packet socket: %s", strerror(-ret));
}

static int on_message(const struct nlmsghdr *message, void *arg)
{
	struct watch *watch = arg;
	struct neigh neigh;

	if (message->nlmsg_type != RTM_NEWNEIGH)
		watch->is_stale = watch->is_stale || message->nlmsg_type != RTM_DELNEIGH;
	else if (neigh_parse(message, &neigh) && !neigh.is_proxy)
		guard_neigh(&watch->guard, &neigh, clock_real_ns());
	return 0;
}

static int take_events(struct watch *watch, struct err *err)
{
	int ret = nl_next_events(&watch->events, on_message, watch, err);

	if (ret == -ENOBUFS) {
		watch->is_stale = true;
		ret = 0;
	}
	if (ret == 0 && watch->is_stale)
		ret = learn_host(watch, err);
	return ret == -EINTR ? 0 : ret;
}

/* Watch until the end of --for, or until somebody says stop. */
static int watch_link(struct watch *watch, struct err *err)
{
	const struct settings *settings = &watch->run->settings;
	uint64_t now_ns = clock_mono_ns(), end_ns = UINT64_MAX, save_ns = now_ns + SAVE_NS;
	struct pollfd polled[] = {
		{ .fd = watch->packet.fd, .events = POLLIN },
		{ .fd = nl_fd(&watch->events), .events = POLLIN },
	};
	int ret = 0;

	if (settings->for_ms)
		end_ns = now_ns + (uint64_t)settings->for_ms * 1000000u;
	while (ret == 0 && !cli_stop_signal() && !watch->run->out.error &&
	       (now_ns = clock_mono_ns()) < end_ns) {
		uint64_t until_ns = save_ns < end_ns ? save_ns : end_ns;
		struct timespec left = {
			.tv_sec = (time_t)((until_ns - now_ns) / 1000000000u),
			.tv_nsec = (long)((until_ns - now_ns) % 1000000000u),
		};

		if (ppoll(polled, 2, &left, NULL) > 0) {
			if (polled[0].revents)
				ret = take_frames(watch, err);
			if (ret == 0 && polled[1].revents)
				ret = take_events(watch, err);
		}
		if (clock_mono_ns() >= save_ns) {
			save_ns = clock_mono_ns() + SAVE_NS;
			if (ret == 0)
				ret = guard_state_save(&watch->state, &watch->guard,
						       &watch->run->links, err);
		}
	}
	/* What came until now may still be unread. */
	return ret == 0 ? take_frames(watch, err) : ret;
}

static int open_link(struct watch *watch, struct err *err)
{
	static const unsigned int groups[] = { RTNLGRP_NEIGH, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
					       RTNLGRP_IPV6_IFADDR };
	const struct links *links = &watch->run->links;
	int ret = packet_open(&watch->packet, watch->iface, err);

	for (size_t i = 0; i < links->count && ret == 0; i++)
		if (!watch->iface || links->list[i].index == watch->iface)
			packet_hear_all(&watch->packet, links->list[i].index);
	if (ret == 0)
		ret = nl_open(&watch->events, NETLINK_ROUTE, err);
	watch->has_events = ret == 0;
	for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]) && ret == 0; i++)
		ret = nl_join(&watch->events, groups[i], err);
	return ret;
}

/* Judge what a capture file holds; nothing is known of the host that made it. */
static int read_capture(struct watch *watch, struct err *err)
{
	struct captured frame;
	struct claim heard = { .iface = watch->iface };
	int ret = capture_reader_begin(&watch->reader, NULL, err);

	if (ret == 0 && watch->reader.link != LINK_ETHERNET)
		ret = err_set(err, -EOPNOTSUPP, "%s: not a capture of Ethernet",
			      watch->reader.name);
	while (ret >= 0 && !cli_stop_signal() && !watch->run->out.error &&
	       (ret = capture_reader_next(&watch->reader, &frame, err)) > 0) {
		heard.time_ns = frame.time_ns;
		judge(watch, frame.bytes, frame.length, &heard, false);
	}
	return ret < 0 ? ret : 0;
}

static void tell_counts(struct watch *watch)
{
	if (watch->packet.fd >= 0)
		packet_count_drops(&watch->packet);
	if (watch->run->settings.verbose)
		cli_message("netarp",
			    "%llu frames, %llu malformed, %llu of other kinds, %zu stations",
			    (unsigned long long)watch->frames, (unsigned long long)watch->malformed,
			    (unsigned long long)watch->foreign, watch->guard.stations.count);
	if (watch->packet.dropped > 0)
		cli_message("netarp", "%llu frames were lost: there were too many",
			    (unsigned long long)watch->packet.dropped);
}

static int watch_all(struct watch *watch, struct err *err)
{
	struct run *run = watch->run;
	bool is_live = !run->settings.read_file;
	const struct link *link = NULL;
	int ret = event_begin(run, false, err);

	if (ret == 0 && run->settings.device) {
		link = links_named(&run->links, run->settings.device);
		if (!link)
			ret = err_set(err, -ENODEV, "%s: no such interface", run->settings.device);
		else
			watch->iface = link->index;
	}
	if (ret == 0)
		ret = guard_state_open(&watch->state, run->settings.state_file, err);
	if (ret == 0)
		ret = is_live ? open_link(watch, err) :
				capture_reader_open(&watch->reader, run->settings.read_file, err);
	if (ret == 0)
		ret = confine(err);
	if (ret == 0 && is_live)
		ret = learn_host(watch, err);
	if (ret == 0)
		ret = guard_state_load(&watch->state, &watch->guard, &run->links, err);
	if (ret == 0 && is_live)
		ret = learn_known(watch, err);
	if (ret < 0)
		return ret;
	ret = is_live ? watch_link(watch, err) : read_capture(watch, err);
	if (ret == 0 && watch->guard.is_out_of_memory)
		ret = err_set(err, -ENOMEM, "out of memory: not every station could be remembered");
	guard_finish(&watch->guard);
	if (ret == 0)
		ret = guard_state_save(&watch->state, &watch->guard, &run->links, err);
	tell_counts(watch);
	run->status = watch->guard.worst >= SEVERITY_WARNING ? CLI_EXIT_NO : CLI_EXIT_OK;
	return ret;
}

/* --guard.
 *
 * Return: 0, with run->status 1 if there was a conflict; or -errno.
 */
int guard_run(struct run *run, struct err *err)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	uint32_t stations = run->settings.stations ? run->settings.stations : STATIONS;
	int ret, end;

	if (!watch)
		return err_set(err, -ENOMEM, "out of memory");
	watch->run = run;
	watch->packet.fd = -1;
	watch->state.file.dir = watch->state.file.fd = -1;
	guard_init(&watch->guard, stations, on_event, run);
	ret = watch_all(watch, err);
	packet_close(&watch->packet);
	capture_reader_close(&watch->reader);
	if (watch->has_events)
		nl_close(&watch->events);
	guard_state_close(&watch->state);
	guard_fini(&watch->guard);
	free(watch->own);
	free(watch);
	end = event_end(run, ret < 0 ? NULL : err);
	return ret < 0 ? ret : end;
}
