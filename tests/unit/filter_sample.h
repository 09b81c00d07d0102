// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_FILTER_SAMPLE_H
#define NETSONDE_TESTS_UNIT_FILTER_SAMPLE_H

#include "analysis/filter.h"
#include "support.h"

#define FILTER_SAMPLE_SIZE 4096

/* Names that expressions of filter_sample_text() use. */
extern const struct filter_names filter_sample_names;

/* The facts of the sockets of filter_sample_sock(): the pid of a socket is its inode modulo 5, its
 * program "prog" and that. */
extern const struct filter_facts filter_sample_facts;

void filter_sample_text(struct support_random *random, char *text);
void filter_sample_sock(struct support_random *random, struct sock *sock);

#endif
