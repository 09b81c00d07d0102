// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_STATION_TEXT_H
#define NETSONDE_ANALYSIS_STATION_TEXT_H

#include <net/if.h>
#include <stdint.h>

#include "analysis/stations.h"

/* Longest line that station_write() makes, with its newline. */
#define STATION_TEXT_MAX 256

#define STATION_TEXT_HEAD "# netsonde stations 1"
#define STATION_TEXT_END "# end "

/* A station as a state file has it: its interface by name, since numbers change. */
struct saved_station {
	char dev[IF_NAMESIZE];
	struct station station;
};

/* What a line of a state file is. */
enum station_line {
	STATION_LINE_BAD,
	STATION_LINE_HEAD,
	STATION_LINE_STATION,
	STATION_LINE_END,
};

char *station_write(char *at, const struct saved_station *saved);
enum station_line station_read(const char *line, struct saved_station *saved, uint64_t *count);

#endif
