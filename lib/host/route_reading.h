// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_ROUTE_READING_H
#define NETSONDE_HOST_ROUTE_READING_H

#include <stdbool.h>
#include <stdint.h>

#include "host/route_file.h"

struct json_reader;

/* A route while it is read, key by key, be they words of a line or JSON's. */
struct route_reading {
	struct route_text route;
	char dst[PREFIX_TEXT_MAX + 1];
	uint8_t family; /* of "default" where nothing else tells, or AF_UNSPEC */
	bool has_dst, is_bad;
	bool in_tunnel;	     /* keys are those of the tunnel, until the hop comes */
	bool tunnel_has_tos; /* and "tos" is still to come among them */
};

void route_reading_begin(struct route_reading *reading, uint8_t family);
bool route_reading_type(struct route_reading *reading, const char *type);
void route_reading_dst(struct route_reading *reading, const char *dst);
void route_reading_via_family(struct route_reading *reading, const char *family);
void route_reading_put(struct route_reading *reading, const char *key, const char *value);
bool route_reading_has_hop(const struct route_reading *reading);
bool route_reading_finish(struct route_reading *reading);

/* route_file_json.c */
int route_file_read_json(struct json_reader *reader, uint8_t family, route_file_fn *on_route,
			 void *arg, struct err *err);

#endif
