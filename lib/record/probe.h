// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_PROBE_H
#define NETSONDE_RECORD_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

enum probe_event_kind {
	PROBE_REPLY,	   /* an echo reply */
	PROBE_ERROR,	   /* an ICMP error about a probe */
	PROBE_REDIRECT,	   /* a router knows a better one for a probe; nothing is lost */
	PROBE_LOCAL_ERROR, /* this host could not send a probe after all */
	PROBE_SENT,	   /* the kernel's word on when a probe left, or the device's */
};

/* Something a socket has to say about the probe that carried a sequence number. Payload and options
 * are borrowed. */
struct probe_event {
	enum probe_event_kind kind;
	uint16_t seq;
	struct addr from;     /* who replied or reported */
	struct addr dest;     /* errors: where the probe was sent */
	uint64_t stamp_ns;    /* the kernel's, on CLOCK_REALTIME; 0: none */
	uint64_t hardware_ns; /* the network device's, on a clock of its own; 0: none */
	uint64_t read_mono_ns, read_real_ns; /* when this process read it, by either clock */
	const uint8_t *payload;
	size_t payload_length; /* behind the ICMP header; of an error: what was quoted of it */
	const uint8_t *options;
	size_t options_length; /* IPv4 options of a reply */
	uint32_t info;	       /* errors: the MTU, the pointer or the gateway (network order) */
	int code_errno;	       /* PROBE_LOCAL_ERROR: why, an errno */
	int ttl;	       /* of a reply; -1: unknown */
	uint8_t icmp_type, icmp_code;
	bool is_corrupt; /* its checksum is wrong */
};

/* Where the two ends of a round-trip time come from. */
enum probe_clock {
	PROBE_CLOCK_HARDWARE, /* the network device, both */
	PROBE_CLOCK_KERNEL,   /* the kernel sent it, the kernel received it */
	PROBE_CLOCK_RECEIVE,  /* this process sent it, the kernel received it */
	PROBE_CLOCK_USER,     /* this process, both */
};

/* Flags of a reply. */
#define PROBE_DUP 1u	      /* answered before */
#define PROBE_CORRUPT 2u      /* checksum or data are wrong */
#define PROBE_REORDERED 4u    /* a later probe was answered first */
#define PROBE_OTHER_SOURCE 8u /* it did not come from where the probe went */
#define PROBE_LATE 16u	      /* after it had been given up */
#define PROBE_TRUNCATED 32u   /* shorter than the probe */

#endif
