// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_CLAIM_H
#define NETSONDE_WIRE_CLAIM_H

#include <stddef.h>
#include <stdint.h>

#include "record/claim.h"
#include "wire/wire.h"

/* Longest frame that claim_build() makes. */
#define CLAIM_BUILD_MAX 128

enum wire_result claim_parse(const uint8_t *bytes, size_t length, struct claim *claim);
size_t claim_build(uint8_t *at, const struct claim *claim);

#endif
