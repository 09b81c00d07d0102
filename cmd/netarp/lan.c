// SPDX-License-Identifier: GPL-2.0-or-later
/* The link that a question goes to: which one it is, and how to ask it. */
#include "lan.h"

#include <errno.h>
#include <net/if_arp.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"
#include "cli/signals.h"
#include "host/onlink.h"
#include "wire/claim.h"
#include "wire/ndp.h"

/* The kernel begins to note the times of packets a moment after the first socket wants them
 * (net/core/dev.c, net_enable_timestamp()): until then it would tell when they were read. */
#define STAMPS_NS 20000000u

/* Whether questions can be asked there at all. */
static int check_link(const struct link *link, struct err *err)
{
	if (!(link->flags & IFF_UP))
		return err_set(err, -ENETDOWN, "%s is down", link->name);
	if (!(link->flags & IFF_RUNNING))
		return err_set(err, -ENETDOWN, "%s has no carrier", link->name);
	if (link->type != ARPHRD_ETHER || link->flags & IFF_NOARP ||
	    link->lladdr.length != LLADDR_ETHER)
		return err_set(err, -EOPNOTSUPP, "%s is no Ethernet with neighbours to ask",
			       link->name);
	return 0;
}

/* The interface of the link that @target is on: the one named, the one of its zone, the one that
 * has it, or the one that the routes say. */
static int choose_link(struct run *run, struct lan *lan, const struct addr *target, struct err *err)
{
	char text[ADDR_TEXT_MAX + 1];
	struct onlink onlink;
	int ret;

	*addr_format(text, target) = '\0';
	if (run->settings.device) {
		lan->link = links_named(&run->links, run->settings.device);
		if (!lan->link)
			return err_set(err, -ENODEV, "%s: no such interface", run->settings.device);
		return 0;
	}
	lan->link = links_find(&run->links, target->zone);
	for (size_t i = 0; i < run->ifaddrs.count && !lan->link; i++)
		if (addr_equal(&run->ifaddrs.list[i].addr, target))
			lan->link = links_find(&run->links, run->ifaddrs.list[i].iface);
	if (lan->link)
		return 0;
	ret = onlink_ask(&run->nl, target, &onlink, err);
	if (ret < 0)
		return err_set(err, ret, "%s: %s: name the interface (-I)", text, strerror(-ret));
	if (onlink.is_local || onlink.via.family != AF_UNSPEC)
		return err_set(err, -EINVAL,
			       "%s is not on a link of this host: name the interface (-I)", text);
	lan->link = links_find(&run->links, onlink.iface);
	return lan->link ? 0 : err_set(err, -ENODEV, "%s: its interface is gone", text);
}

static int choose_source(struct run *run, struct lan *lan, const struct addr *target,
			 struct err *err)
{
	const struct iface_addr *own;

	if (run->settings.source) {
		if (addr_parse(&lan->source, run->settings.source) < 0 ||
		    lan->source.family != target->family)
			return err_set(err, -EINVAL, "--source: '%s' is no address to ask from",
				       run->settings.source);
		if (!ifaddrs_has(&run->ifaddrs, &lan->source, 0))
			return err_set(err, -EADDRNOTAVAIL, "--source: %s is not this host's",
				       run->settings.source);
		return 0;
	}
	own = ifaddrs_source(&run->ifaddrs, target, lan->link->index);
	if (own)
		lan->source = own->addr;
	return 0;
}

/* Find out which link to ask about @target, and from which address.
 *
 * Return: 0 or -errno.
 */
int lan_choose(struct run *run, struct lan *lan, const struct addr *target, struct err *err)
{
	int ret = ifaddrs_load(&run->ifaddrs, err);

	lan->sender.fd = -1;
	lan->hearer.fd = -1;
	if (ret == 0)
		ret = choose_link(run, lan, target, err);
	if (ret == 0)
		ret = check_link(lan->link, err);
	return ret < 0 ? ret : choose_source(run, lan, target, err);
}

/* Open the sockets, then give up what is not needed any more.
 *
 * Return: 0, -EPERM without CAP_NET_RAW, or another -errno.
 */
int lan_open(struct lan *lan, struct err *err)
{
	int ret;

	if (getrandom(lan->nonce, sizeof(lan->nonce), 0) != (ssize_t)sizeof(lan->nonce))
		return err_set(err, -EIO, "no random numbers");
	ret = packet_open(&lan->hearer, lan->link->index, err);
	if (ret == 0)
		ret = packet_open_sender(&lan->sender, err);
	if (ret < 0)
		return ret;
	packet_hear_all(&lan->hearer, lan->link->index);
	ret = confine(err);
	if (ret < 0)
		return ret;
	clock_sleep_until_ns(clock_mono_ns() + STAMPS_NS);
	return 0;
}

/* Close what lan_open() opened; it may have failed. */
void lan_close(struct lan *lan)
{
	packet_close(&lan->hearer);
	packet_close(&lan->sender);
}

static int send_frame(struct lan *lan, const uint8_t *bytes, size_t length, struct err *err)
{
	int ret = packet_send(&lan->sender, lan->link->index, bytes, length);

	if (ret < 0)
		return err_set(err, ret, "cannot send on %s: %s", lan->link->name, strerror(-ret));
	lan->count_sent++;
	return 0;
}

/* Send what @claim says.
 *
 * Return: 0 or -errno.
 */
int lan_tell(struct lan *lan, const struct claim *claim, struct err *err)
{
	uint8_t bytes[CLAIM_BUILD_MAX];

	return send_frame(lan, bytes, claim_build(bytes, claim), err);
}

/* Send an echo request; the replies come as claims, of the kind CLAIM_REPLY.
 *
 * Return: 0 or -errno.
 */
int lan_echo(struct lan *lan, const struct echo6 *echo, struct err *err)
{
	uint8_t bytes[ECHO6_LENGTH];

	return send_frame(lan, bytes, echo6_build(bytes, echo), err);
}

/* Ask everybody on the link who has @target; as a probe, without claiming an address.
 *
 * Return: 0 or -errno.
 */
int lan_ask(struct lan *lan, const struct addr *target, bool is_probe, struct err *err)
{
	static const uint8_t broadcast[LLADDR_ETHER] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	struct claim claim = {
		.kind = CLAIM_REQUEST,
		.eth_src = lan->link->lladdr,
		.eth_dst = lladdr_ether(broadcast),
		.mac = lan->link->lladdr,
		.addr = lan->source,
		.asker = lan->source,
		.target = *target,
		.is_probe = is_probe || lan->source.family != target->family,
		.has_nonce = true,
	};

	memcpy(claim.nonce, lan->nonce, sizeof(claim.nonce));
	if (target->family == AF_INET6) {
		struct addr group = ndp_solicited_node(target);

		claim.eth_dst = ndp_multicast_mac(&group);
	}
	return lan_tell(lan, &claim, err);
}

/* Read a frame; an echo reply says where an address is as well as an advertisement does. */
static bool read_claim(const struct packet_frame *frame, struct claim *claim)
{
	struct echo6 echo;

	if (claim_parse(frame->bytes, frame->length, claim) == WIRE_OK)
		return true;
	if (echo6_parse(frame->bytes, frame->length, &echo) != WIRE_OK)
		return false;
	*claim = (struct claim){
		.kind = CLAIM_REPLY,
		.eth_src = echo.eth_src,
		.eth_dst = echo.eth_dst,
		.mac = echo.eth_src,
		.addr = echo.src,
		.target = echo.dst,
	};
	return true;
}

/* Take what has come, all of it.
 *
 * Return: 0 when there is no more, what @on_claim returned if that was not 0, or -errno.
 */
static int take(struct lan *lan, lan_claim_fn *on_claim, void *arg, struct err *err)
{
	for (;;) {
		int ret = packet_receive(&lan->hearer, &lan->frame);
		struct claim claim;

		if (ret == -EAGAIN || ret == -EINTR)
			return 0;
		if (ret < 0)
			return err_set(err, ret, "%s: %s", lan->link->name, strerror(-ret));
		if (!read_claim(&lan->frame, &claim)) {
			lan->malformed++;
			continue;
		}
		claim.time_ns = lan->frame.time_ns;
		claim.iface = lan->frame.iface;
		if (claim.has_nonce && claim.kind == CLAIM_REQUEST &&
		    memcmp(claim.nonce, lan->nonce, sizeof(claim.nonce)) == 0) {
			if (lan->frame.is_outgoing)
				lan->sent_ns = claim.time_ns;
			continue;
		}
		ret = on_claim(&claim, arg);
		if (ret)
			return ret;
	}
}

/* Hear until clock_mono_ns() reaches @deadline_ns, somebody says stop, or @on_claim does.
 *
 * Return: 0, what @on_claim returned if that was not 0, or -errno.
 */
int lan_wait(struct lan *lan, uint64_t deadline_ns, lan_claim_fn *on_claim, void *arg,
	     struct err *err)
{
	struct pollfd polled = { .fd = lan->hearer.fd, .events = POLLIN };
	uint64_t left_ns = UINT64_MAX;
	int ret = 0;

	/* Once more when the time is over: what came until then may still be unread. */
	while (ret == 0 && !cli_stop_signal() && left_ns > 0) {
		uint64_t now_ns = clock_mono_ns();
		struct timespec left;

		left_ns = deadline_ns > now_ns ? deadline_ns - now_ns : 0;
		left = (struct timespec){
			.tv_sec = (time_t)(left_ns / 1000000000u),
			.tv_nsec = (long)(left_ns % 1000000000u),
		};
		if (ppoll(&polled, 1, &left, NULL) > 0)
			ret = take(lan, on_claim, arg, err);
	}
	return ret;
}

/* Return: the time between the last request and @claim, LINK_EVENT_NO_RTT if it is not known. */
uint32_t lan_rtt_ns(const struct lan *lan, const struct claim *claim)
{
	if (!lan->sent_ns || claim->time_ns < lan->sent_ns ||
	    claim->time_ns - lan->sent_ns >= LINK_EVENT_NO_RTT)
		return LINK_EVENT_NO_RTT;
	return (uint32_t)(claim->time_ns - lan->sent_ns);
}
