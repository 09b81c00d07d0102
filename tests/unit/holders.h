// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_TESTS_UNIT_HOLDERS_H
#define NETSONDE_TESTS_UNIT_HOLDERS_H

#include <stddef.h>
#include <sys/types.h>

#define HOLDERS_MAX 16
#define HOLDERS_MANY 700u /* sockets of one process: more than one read tells */

/* Children of this process that hold sockets, each in its own way. */
struct holders {
	pid_t children[HOLDERS_MAX];
	size_t count;
	int shared; /* a socket that several hold */
};

/* Which child is which. */
enum holder {
	HOLDER_TWICE,	       /* has the shared socket and a copy */
	HOLDER_TAKER,	       /* took one that was passed, while another is in flight */
	HOLDER_THREADS,	       /* one has descriptors of its own, two more, not the shared socket */
	HOLDER_WITHOUT_LEADER, /* the first thread is gone, another opened a socket */
	HOLDER_MANY,
	HOLDER_ZOMBIE,
	HOLDER_PARENT, /* of one in a PID namespace of its own, if that was allowed */
};

int holders_begin(void **state);
int holders_end(void **state);
void holders_breed(void);

#endif
