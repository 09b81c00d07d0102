// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_SYSCTL_H
#define NETSONDE_HOST_SYSCTL_H

#include <stdint.h>

int sysctl_read_number(const char *path, int64_t *value);
int sysctl_read_ports(const char *path, uint16_t *low, uint16_t *high);
int sysctl_read_conf(const char *family, const char *device, const char *name, int64_t *value);

#endif
