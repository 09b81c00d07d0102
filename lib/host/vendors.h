// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_VENDORS_H
#define NETSONDE_HOST_VENDORS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/lladdr.h"

#define VENDOR_SIZE 96

struct vendor;

/* Who was given which MAC addresses, as this host's files have it. */
struct vendors {
	struct vendor *list; /* sorted */
	size_t count, room;
	char *names;
	size_t length, names_room;
};

void vendors_init(struct vendors *vendors);
void vendors_fini(struct vendors *vendors);
int vendors_load(struct vendors *vendors, struct err *err);
int vendors_read_hwdb(struct vendors *vendors, int fd);
int vendors_read_csv(struct vendors *vendors, int fd);
void vendors_sort(struct vendors *vendors);
const char *vendors_name(const struct vendors *vendors, const struct lladdr *mac);

#endif
