// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_CHANGES_H
#define NETSONDE_ANALYSIS_TCP_CHANGES_H

/* What became of the headers of a segment on its way (tracebox's method: Detal and others,
 * "Revealing Middlebox Interference with Tracebox", IMC 2013): the segment as it was sent, compared
 * with what an ICMP error quotes of it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "record/segment.h"
#include "wire/tcp_quote.h"

enum tcp_field {
	TCP_FIELD_DSCP,
	TCP_FIELD_ECN, /* of the IP header */
	TCP_FIELD_DF,
	TCP_FIELD_FLOW_LABEL,
	TCP_FIELD_SEQ,
	TCP_FIELD_ACK,
	TCP_FIELD_FLAGS,
	TCP_FIELD_RESERVED,
	TCP_FIELD_WINDOW,
	TCP_FIELD_URGENT,
	TCP_FIELD_OPTION,
	TCP_FIELD_COUNT,
};

/* What was done to an option. */
enum tcp_rewrite {
	TCP_REWRITE_VALUE,   /* from, to: the first four bytes of its data */
	TCP_REWRITE_NOP,     /* no-operations stand in its place */
	TCP_REWRITE_REMOVED, /* it is gone */
	TCP_REWRITE_ADDED,   /* it was not sent */
	TCP_REWRITE_LENGTH,  /* its data has another length: from, to */
};

/* One difference. */
struct tcp_change {
	uint8_t field;	 /* enum tcp_field */
	uint8_t rewrite; /* enum tcp_rewrite; other fields: VALUE */
	uint8_t option;	 /* its kind */
	uint32_t from, to;
};

/* A header has room for no more: 10 fields, and 20 options of two bytes each, both ways. */
#define TCP_CHANGES_MAX 50

struct tcp_changes {
	struct tcp_change list[TCP_CHANGES_MAX];
	uint8_t count;
};

/* How much of a TCP header was quoted. */
enum tcp_extent {
	TCP_EXTENT_NONE,   /* nothing came */
	TCP_EXTENT_PORTS,  /* ports and sequence number: the 8 octets of RFC 792 */
	TCP_EXTENT_HEADER, /* the 20 octets that every header has, not all options */
	TCP_EXTENT_ALL,
};

/* Room for the longest text of tcp_change_text(), its NUL included. */
#define TCP_CHANGE_TEXT_MAX 96

/* "dscp", "ecn", ... as JSON has them. */
extern const char *const tcp_field_names[TCP_FIELD_COUNT];

enum tcp_extent tcp_quote_extent(const struct tcp_quote *quote);
void tcp_changes_find(struct tcp_changes *changes, const struct segment *sent,
		      const struct tcp_quote *quote);
bool tcp_changes_has(const struct tcp_changes *changes, const struct tcp_change *change);
bool tcp_change_is_told(const struct tcp_change *change, enum tcp_extent extent);
const char *tcp_option_name(uint8_t kind, char *text);
size_t tcp_change_text(char *text, const struct tcp_change *change);

#endif
