// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_BASE_OPTION_H
#define NETSONDE_BASE_OPTION_H

#include <stdint.h>

/* What an option does to the command's settings at its offset. */
enum option_kind {
	OPTION_FLAG,	 /* bool = true */
	OPTION_COUNT,	 /* int += 1 */
	OPTION_BITS,	 /* unsigned int |= max */
	OPTION_SELECT,	 /* int = max; two different ones for one offset exclude each other */
	OPTION_NUMBER,	 /* uint32_t = argument, from min to max */
	OPTION_HEX,	 /* the same, also as 0x... */
	OPTION_SECONDS,	 /* uint32_t in ms = argument in seconds with decimals; min, max in ms */
	OPTION_TEXT,	 /* const char * = argument */
	OPTION_CHOICE,	 /* int = index of the argument in choices */
	OPTION_ACCEPTED, /* nothing: always in force here, or never of weight */
	OPTION_HELP,
	OPTION_VERSION,
	OPTION_DUMP, /* hidden: print what `max`, an enum option_dump, names */
};

enum option_dump {
	OPTION_DUMP_OPTIONS,
	OPTION_DUMP_COLUMNS,
	OPTION_DUMP_COMPLETION,
};

/* What completion offers for an argument beyond `choices`. */
enum option_hint {
	OPTION_HINT_NONE,
	OPTION_HINT_FILE,
	OPTION_HINT_COLUMNS,
	OPTION_HINT_NETNS,
};

/* An option: getopt's strings, typed storage with its range, --help, completions and the check
 * against the manual all come from it. A table ends with a NULL name. */
struct option_def {
	int key;	      /* its letter, or 0 */
	const char *name;     /* long name */
	const char *argument; /* its placeholder in --help, NULL for none */
	const char *help;     /* NULL: hidden from --help and the manual */
	enum option_kind kind;
	enum option_hint hint;
	uint16_t offset;
	uint32_t min, max;
	const char *group;	    /* heading in --help */
	const char *const *choices; /* OPTION_CHOICE, NULL-terminated */
};

#endif
