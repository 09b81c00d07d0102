// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_MOUNTS_H
#define NETSONDE_HOST_MOUNTS_H

char *mounts_point(char *line, const char *type);

#endif
