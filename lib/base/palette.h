// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_PALETTE_H
#define NETSONDE_BASE_PALETTE_H

/* What a piece of text means; a palette says how that looks. */
enum tint {
	TINT_NONE,
	TINT_HEADING,
	TINT_GOOD,
	TINT_NOTICE,
	TINT_BAD,
	TINT_FADED,
	TINT_COUNT,
};

/* The terminal sequence that begins each tint. TINT_NONE holds the one that ends them all. */
struct palette {
	const char *sequence[TINT_COUNT];
};

#endif
