// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_DESTINATION_H
#define NETSONDE_ANALYSIS_DESTINATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/addr.h"

/* The rules of RFC 6724 section 6 by their numbers. */
enum destination_rule {
	DESTINATION_NO_RULE, /* the order is not that of the RFC */
	DESTINATION_UNUSABLE,
	DESTINATION_SCOPE,
	DESTINATION_DEPRECATED,
	DESTINATION_HOME,
	DESTINATION_LABEL,
	DESTINATION_PRECEDENCE,
	DESTINATION_TRANSPORT,
	DESTINATION_SMALLER_SCOPE,
	DESTINATION_PREFIX,
	DESTINATION_UNCHANGED,
	DESTINATION_RULES,
};

/* An address of a host, and where packets to it would come from. */
struct destination {
	struct addr addr;
	struct addr source;    /* AF_UNSPEC: there is no way to it */
	uint8_t source_length; /* of the source's prefix on its link, in bits */
	bool is_deprecated;    /* the source, as RFC 4862 has it */
};

/* What a rule says of the address that it puts behind another. */
extern const char *const destination_reasons[DESTINATION_RULES];

enum destination_rule destination_decide(const struct destination *first,
					 const struct destination *second);

#endif
