// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/capture_link.h"

#ifdef HAVE_LIBPCAP
#include <errno.h>
#include <pcap/pcap.h>

static const int dlts[LINK_KINDS] = {
	[LINK_ETHERNET] = DLT_EN10MB,	 [LINK_COOKED] = DLT_LINUX_SLL,
	[LINK_COOKED2] = DLT_LINUX_SLL2, [LINK_RAW] = DLT_RAW,
	[LINK_NULL] = DLT_NULL,		 [LINK_LOOP] = DLT_LOOP,
};

/* Find out what frames of libpcap's @dlt are; @name is that of their file or interface, for
 * messages.
 *
 * Return: 0 with @kind, -EOPNOTSUPP if they cannot be read.
 */
int capture_link_find(enum link_kind *kind, int dlt, const char *name, struct err *err)
{
	const char *text = pcap_datalink_val_to_name(dlt);

	for (int i = 0; i < LINK_KINDS; i++) {
		if (dlts[i] == dlt) {
			*kind = (enum link_kind)i;
			return 0;
		}
	}
	*kind = LINK_RAW;
	if (dlt == DLT_IPV4 || dlt == DLT_IPV6)
		return 0;
	return err_set(err, -EOPNOTSUPP, "%s: a link layer that is not read here: %s", name,
		       text ? text : "unknown");
}

/* Return: libpcap's number of @kind. */
int capture_link_dlt(enum link_kind kind)
{
	return dlts[kind];
}

#endif
