// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_WIRE_VERDICT_H
#define NETSONDE_WIRE_VERDICT_H

/* What a parser says about bytes from a network. */
enum wire_verdict {
	WIRE_OK,
	WIRE_SHORT,	  /* ends before it should */
	WIRE_BAD,	  /* contradicts itself or its standard */
	WIRE_UNSUPPORTED, /* well formed as far as that was looked at, but nothing for this parser */
};

#endif
