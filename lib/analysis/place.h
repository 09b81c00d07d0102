// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_PLACE_H
#define NETSONDE_ANALYSIS_PLACE_H

#define PLACE_SIZE 128

/* What a cgroup's path says about who runs in it. Empty where it says nothing. */
struct place {
	char unit[PLACE_SIZE];	    /* systemd's: "ssh.service" */
	char container[PLACE_SIZE]; /* "docker:0123456789ab", "lxc:NAME", "machine:NAME" */
};

void place_of_cgroup(struct place *place, const char *path);

#endif
