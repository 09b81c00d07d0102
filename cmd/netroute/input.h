// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETROUTE_INPUT_H
#define NETROUTE_INPUT_H

#include "netroute.h"

/* Destinations out of a file, one a line. */
struct input {
	struct run *run;
	int fd;
	uint64_t line, bad;
	uint64_t told_ns; /* when progress was told last, 0: never tell */
	bool has_told;	  /* a figure stands on the terminal's last line */
	struct lines lines;
};

int input_open(struct input *input, struct run *run, struct err *err);
bool input_would_wait(struct input *input);
int input_next(struct input *input, struct addr *dst, struct err *err);
void input_close(struct input *input);

#endif
