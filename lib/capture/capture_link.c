// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/capture_link.h"

#ifdef HAVE_LIBPCAP
#include <pcap/pcap.h>

static const int dlts[LINK_KINDS] = {
	[LINK_ETHERNET] = DLT_EN10MB,	 [LINK_COOKED] = DLT_LINUX_SLL,
	[LINK_COOKED2] = DLT_LINUX_SLL2, [LINK_RAW] = DLT_RAW,
	[LINK_NULL] = DLT_NULL,		 [LINK_LOOP] = DLT_LOOP,
};

/* Return: whether frames of libpcap's @dlt can be read, with what they are in @kind. */
bool capture_link_of(int dlt, enum link_kind *kind)
{
	for (int i = 0; i < LINK_KINDS; i++) {
		if (dlts[i] == dlt) {
			*kind = (enum link_kind)i;
			return true;
		}
	}
	*kind = LINK_RAW;
	return dlt == DLT_IPV4 || dlt == DLT_IPV6;
}

/* Return: libpcap's number of @kind. */
int capture_link_dlt(enum link_kind kind)
{
	return dlts[kind];
}

#endif
