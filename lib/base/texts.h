// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_TEXTS_H
#define NETSONDE_BASE_TEXTS_H

struct texts_chunk;

/* Copies of texts that never move, given back all at once. {0} is empty. */
struct texts {
	struct texts_chunk *chunks;
	const char *last; /* the one kept last: neighbours are often alike */
};

const char *texts_keep(struct texts *texts, const char *text);
void texts_fini(struct texts *texts);

#endif
