// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_LINK_H
#define NETSONDE_RECORD_LINK_H

#include <net/if.h>
#include <stdint.h>

#include "base/lladdr.h"

/* What a network interface has carried: struct rtnl_link_stats64 of include/uapi/linux/if_link.h,
 * member by member, so that what a kernel gives is copied. Older kernels give less: what has not
 * come has all bits set. */
struct link_counters {
	uint64_t rx_packets, tx_packets, rx_bytes, tx_bytes, rx_errors, tx_errors;
	uint64_t rx_dropped, tx_dropped, multicast, collisions;
	uint64_t rx_length_errors, rx_over_errors, rx_crc_errors, rx_frame_errors;
	uint64_t rx_fifo_errors, rx_missed_errors;
	uint64_t tx_aborted_errors, tx_carrier_errors, tx_fifo_errors, tx_heartbeat_errors;
	uint64_t tx_window_errors;
	uint64_t rx_compressed, tx_compressed, rx_nohandler, rx_otherhost_dropped;
};

_Static_assert(sizeof(struct link_counters) == 25 * sizeof(uint64_t), "as the kernel's");

/* A network interface. */
struct link {
	uint32_t index;
	uint32_t flags; /* IFF_UP, ... */
	uint32_t mtu;
	uint32_t group;
	uint32_t master;    /* index of the bridge, VRF... that it is part of, 0: none */
	uint32_t vrf_table; /* routing table if it is a VRF, else 0 */
	uint16_t type;	    /* ARPHRD_ETHER, ... */
	uint8_t operstate;  /* RFC 2863: IF_OPER_UP, ... */
	struct lladdr lladdr;
	struct link_counters counters;
	char name[IF_NAMESIZE];
};

const char *link_operstate_name(uint8_t operstate);
const char *link_type_name(uint16_t type);
int link_type_parse(const char *name);

#endif
