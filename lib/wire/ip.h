// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_IP_H
#define NETSONDE_WIRE_IP_H

#include <stddef.h>
#include <stdint.h>

#include "base/addr.h"
#include "wire/wire.h"

/* The most options that an IPv4 header can hold. */
#define IP_OPTIONS_MAX 40

/* An IPv4 header, and where things are in the bytes it was read from. */
struct ip_header {
	struct addr source, dest;
	uint8_t ttl, protocol;
	const uint8_t *options;
	size_t options_length;
	const uint8_t *payload;
	size_t payload_length; /* what is there, at most what the header claims */
};

/* An IPv4 option: kind, and the bytes behind its length. */
struct ip_option {
	uint8_t kind;
	const uint8_t *data;
	size_t length;
};

enum wire_result ip_parse_v4(struct ip_header *header, const uint8_t *bytes, size_t length);
enum wire_result ip_next_option(struct ip_option *option, const uint8_t **at, const uint8_t *end);

#endif
