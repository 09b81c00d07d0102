// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_SYN_TALLY_H
#define NETSONDE_ANALYSIS_SYN_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/hyperloglog.h"
#include "analysis/space_saving.h"
#include "record/syn.h"

/* Listeners of which the sources are counted; sources and groups of which all are known that send
 * more than one SYN in so many. */
#define SYN_TALLY_LISTENERS 64
#define SYN_TALLY_SOURCES 1024

/* SYNs that a handshake's ACK may still follow: sets of four, so that a set must be full before one
 * is forgotten. */
#define SYN_TALLY_SETS 65536u
#define SYN_TALLY_WAYS 4

struct syn_tally_listener {
	uint64_t heard;	    /* SYNs, without weights */
	uint64_t completed; /* handshakes, estimated */
	struct hyperloglog sources;
};

/* What came over the wire, in fixed memory (about 2.5 MiB, most of it touched only when needed).
 * Counts are weighted: what the sampler left out is in them, what the kernel dropped is not. */
struct syn_tally {
	uint64_t seed;
	uint64_t syns, completed, heard;
	bool is_sampled;	       /* some were left out: distinct sources are a lower bound */
	struct hyperloglog sources;    /* addresses, of all listeners */
	struct space_saving listeners; /* by listener */
	struct space_saving pairs;     /* by listener and source address */
	struct space_saving groups;    /* by listener and /24 or /48 of the source */
	struct syn_tally_listener *of_listener; /* of the item of the same index */
	uint32_t *pending;			/* SYN_TALLY_SETS times SYN_TALLY_WAYS */
};

/* What is known of one listener, or of all. Counts are estimates; rates are left to the caller. */
struct syn_tally_report {
	struct addr listener;
	uint64_t syns, completed;
	uint64_t heard;		 /* SYNs that were counted one by one: no more sources are known */
	double sources;		 /* distinct addresses among them */
	double top_source_share; /* of the SYNs, 0 to 1 */
	struct addr top_source;	 /* AF_UNSPEC: none stands out */
	double top_group_share;
	struct addr top_group; /* the first address of a /24 or /48 */
};

int syn_tally_init(struct syn_tally *tally, uint64_t seed);
void syn_tally_fini(struct syn_tally *tally);
void syn_tally_clear(struct syn_tally *tally);
void syn_tally_add(struct syn_tally *tally, const struct syn *syn);
size_t syn_tally_listeners(const struct syn_tally *tally, struct syn_tally_report *reports,
			   size_t room);
void syn_tally_all(const struct syn_tally *tally, struct syn_tally_report *report);

#endif
