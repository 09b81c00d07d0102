// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_HOST_LOOK_WORDS_H
#define NETSONDE_HOST_LOOK_WORDS_H

/* What the writer and the reader of looks share. */

#define LOOK_SUFFIX ".look"
#define LOOK_GAPS 5

/* By the number of the bit, enum syn_gap. */
extern const char *const look_gap_words[LOOK_GAPS];

#endif
