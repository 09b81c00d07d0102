// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_ENCAPS_H
#define NETSONDE_HOST_ENCAPS_H

#include "record/encap.h"

void encaps_parse(struct encap *encap, uint16_t type, const unsigned char *bytes, size_t length);

#endif
