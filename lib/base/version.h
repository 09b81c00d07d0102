// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_VERSION_H
#define NETSONDE_BASE_VERSION_H

#define NETSONDE_VERSION "0.1.0"

#endif
