// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETCONN_WORDS_H
#define NETCONN_WORDS_H

/* When netstat says something about a counter. */
enum words_kind {
	WORDS_ALWAYS,
	WORDS_NONZERO,
	WORDS_RECEIVED, /* not 0; under a title of its own, of what ICMP has received */
	WORDS_SENT,	/* likewise */
	WORDS_NEVER,
};

struct words {
	const char *name; /* the kernel's; a NULL one ends a list */
	const char *text; /* '#' stands for the number */
	enum words_kind kind;
};

/* A group of counters that netstat knows. */
struct words_group {
	const char *name;
	unsigned int proto; /* bit 1 << enum sock_proto that chooses it */
	const struct words *words;
};

const struct words_group *words_group(const char *name);
const struct words *words_find(const struct words_group *group, const char *name);

#endif
