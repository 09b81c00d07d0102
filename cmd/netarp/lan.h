// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETARP_LAN_H
#define NETARP_LAN_H

#include <stdbool.h>
#include <stdint.h>

#include "netarp.h"
#include "raw/packet.h"
#include "record/claim.h"
#include "record/link_event.h"
#include "wire/echo6.h"

/* The link that is asked. One socket sends, the other hears: what the first one sent, too, with the
 * kernel's time of it. */
struct lan {
	const struct link *link;
	struct addr source; /* AF_UNSPEC: none, requests are probes */
	struct packet sender, hearer;
	uint8_t nonce[6];    /* by which this run knows its own requests */
	uint64_t sent_ns;    /* the kernel's time of the last request that went out */
	uint64_t count_sent; /* requests that the kernel took */
	uint64_t malformed;
	struct packet_frame frame;
};

/* Called with what was heard, but for what this run sent itself; whether this host sent it is in
 * lan->frame.is_outgoing.
 *
 * Return: 0 to go on, a positive number to stop waiting, -errno.
 */
typedef int lan_claim_fn(const struct claim *claim, void *arg);

int lan_choose(struct run *run, struct lan *lan, const struct addr *target, struct err *err);
int lan_open(struct lan *lan, struct err *err);
void lan_close(struct lan *lan);
int lan_ask(struct lan *lan, const struct addr *target, bool is_probe, struct err *err);
int lan_tell(struct lan *lan, const struct claim *claim, struct err *err);
int lan_echo(struct lan *lan, const struct echo6 *echo, struct err *err);
int lan_wait(struct lan *lan, uint64_t deadline_ns, lan_claim_fn *on_claim, void *arg,
	     struct err *err);
uint32_t lan_rtt_ns(const struct lan *lan, const struct claim *claim);

#endif
