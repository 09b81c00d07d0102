// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_RECORD_SEGMENT_H
#define NETSONDE_RECORD_SEGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"

/* Control bits (RFC 9293 section 3.1; AE: RFC 9768 section 3.1). */
#define SEGMENT_FIN 0x001u
#define SEGMENT_SYN 0x002u
#define SEGMENT_RST 0x004u
#define SEGMENT_PSH 0x008u
#define SEGMENT_ACK 0x010u
#define SEGMENT_URG 0x020u
#define SEGMENT_ECE 0x040u
#define SEGMENT_CWR 0x080u
#define SEGMENT_AE 0x100u
#define SEGMENT_FLAGS 0x1ffu

/* The most bytes of options that a header has room for. */
#define SEGMENT_OPTIONS_MAX 40

/* As many blocks of a selective acknowledgement as fit (RFC 2018 section 3). */
#define SEGMENT_SACKS_MAX 4

/* Longest text of segment_flags_text(), its NUL included: "AE,CWR,...", or "none". */
#define SEGMENT_FLAGS_TEXT_MAX 40

/* Bits of segment_options.present. */
#define SEGMENT_OPTION_MSS 0x01u
#define SEGMENT_OPTION_WSCALE 0x02u
#define SEGMENT_OPTION_SACK_PERMITTED 0x04u
#define SEGMENT_OPTION_SACK 0x08u
#define SEGMENT_OPTION_TIMESTAMPS 0x10u
#define SEGMENT_OPTION_FAST_OPEN 0x20u
#define SEGMENT_OPTION_MPTCP 0x40u
#define SEGMENT_OPTION_OTHER 0x80u /* one that is not decoded here */

/* Options: what they say, and the bytes that they stood in, padding included. An option that is
 * there twice counts as the last one. What has no field here is found again in the bytes with
 * tcp_next_option(): the cookie of Fast Open, MPTCP, unknown kinds. */
struct segment_options {
	uint32_t ts_val, ts_ecr;
	struct segment_sack {
		uint32_t left, right;
	} sacks[SEGMENT_SACKS_MAX];
	uint16_t present; /* SEGMENT_OPTION_* */
	uint16_t mss;
	uint8_t wscale; /* as it stands there: above 14 is possible, and means 14 */
	uint8_t sack_count;
	uint8_t length;	   /* of bytes */
	bool is_malformed; /* a length of 0, 1 or beyond the end, or wrong for its kind */
	uint8_t bytes[SEGMENT_OPTIONS_MAX];
};

enum segment_checksum {
	SEGMENT_CHECKSUM_UNKNOWN, /* not all of the segment is there to be summed up */
	SEGMENT_CHECKSUM_OK,
	SEGMENT_CHECKSUM_BAD,
	SEGMENT_CHECKSUM_OFFLOADED, /* left to the network card: it holds the pseudo-header's sum */
	SEGMENT_CHECKSUM_COUNT,
};

/* What the IP header says. */
struct segment_ip {
	uint32_t flow_label;  /* IPv6 */
	uint16_t id;	      /* IPv4; IPv6: 0 */
	uint16_t fragment;    /* offset in bytes: 0 for a segment that can be read */
	uint8_t version;      /* 4, 6 */
	uint8_t ttl;	      /* or hop limit */
	uint8_t dscp;	      /* 0 to 63 */
	uint8_t ecn;	      /* 0 to 3: Not-ECT, ECT(1), ECT(0), CE */
	uint8_t header_words; /* IPv4: header length; building: 0 is 5 */
	bool is_df, is_mf;    /* IPv4: do not fragment, more fragments */
};

/* A TCP segment as it was seen, or as it is to be sent. */
struct segment {
	uint64_t time_ns;     /* since 1970; 0: unknown */
	struct addr src, dst; /* with their ports */
	uint32_t seq, ack;    /* host order */
	uint16_t flags;	      /* SEGMENT_FIN... */
	uint16_t window;      /* as it stands there, not scaled */
	uint16_t checksum;    /* as it stands there */
	uint16_t urgent;
	uint8_t data_offset; /* header length in words of 4 bytes, 5 to 15 */
	uint8_t reserved;    /* the 3 bits between data offset and AE */
	uint8_t checksum_state;
	bool is_outgoing;  /* this host sent it */
	bool is_truncated; /* payload_captured is less than payload_length */
	struct segment_options options;
	const uint8_t *payload;	   /* borrowed */
	uint32_t payload_length;   /* on the wire, as the IP header says */
	uint32_t payload_captured; /* bytes that are there at payload */
	struct segment_ip ip;
};

extern const char *const segment_checksum_names[SEGMENT_CHECKSUM_COUNT];

/* "Not-ECT", ... of segment_ip.ecn (RFC 3168 section 5). */
extern const char *const segment_ecn_names[4];

/* The sequence space that the segment takes: its payload, and one each for SYN and FIN. */
static inline uint32_t segment_seq_length(const struct segment *segment)
{
	return segment->payload_length + !!(segment->flags & SEGMENT_SYN) +
	       !!(segment->flags & SEGMENT_FIN);
}

/* Return: how many routers a packet that came with @ttl has passed, if it left with an initial time
 * to live that systems set. */
static inline unsigned int segment_routers_passed(uint8_t ttl)
{
	return (ttl <= 32 ? 32u : ttl <= 64 ? 64u : ttl <= 128 ? 128u : 255u) - ttl;
}

static inline bool segment_has(const struct segment *segment, unsigned int option)
{
	return segment->options.present & option;
}

char *segment_flags_text(char *text, unsigned int flags);
int segment_flags_parse(const char *text, uint16_t *flags);

#endif
