// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/link.h"

#include <net/if_arp.h>
#include <stddef.h>
#include <string.h>

/* net-tools' names (lib/hw.c). */
static const struct {
	const char *name;
	uint16_t type;
} types[] = {
	{ "ether", ARPHRD_ETHER },   { "loop", ARPHRD_LOOPBACK },
	{ "netrom", ARPHRD_NETROM }, { "ax25", ARPHRD_AX25 },
	{ "arcnet", ARPHRD_ARCNET }, { "dlci", ARPHRD_DLCI },
	{ "eui64", ARPHRD_EUI64 },   { "infiniband", ARPHRD_INFINIBAND },
	{ "ash", ARPHRD_ASH },	     { "rose", ARPHRD_ROSE },
	{ "x25", ARPHRD_X25 },	     { "ppp", ARPHRD_PPP },
	{ "hdlc", ARPHRD_HDLC },     { "tunnel", ARPHRD_TUNNEL },
	{ "frad", ARPHRD_FRAD },     { "fddi", ARPHRD_FDDI },
	{ "sit", ARPHRD_SIT },	     { "gre", ARPHRD_IPGRE },
	{ "hippi", ARPHRD_HIPPI },   { "irda", ARPHRD_IRDA },
	{ "ec", ARPHRD_ECONET },
};

/* Return: what net-tools calls interfaces of @type (ARPHRD_*), NULL if it has no name for them. */
const char *link_type_name(uint16_t type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == type)
			return types[i].name;
	return NULL;
}

/* Return: the type that @name stands for, -1 if it is none. */
int link_type_parse(const char *name)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].name, name) == 0)
			return types[i].type;
	return -1;
}

/* Return: what ip-link(8) calls this state of RFC 2863, NULL for one that a newer kernel says. */
const char *link_operstate_name(uint8_t operstate)
{
	static const char *const names[] = {
		"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP",
	};

	return operstate < sizeof(names) / sizeof(names[0]) ? names[operstate] : NULL;
}
