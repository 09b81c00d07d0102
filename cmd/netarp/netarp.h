// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETARP_H
#define NETARP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/prefix.h"
#include "cli/cli.h"
#include "cli/common.h"
#include "host/ifaddrs.h"
#include "host/links.h"
#include "host/names.h"
#include "host/neigh.h"
#include "host/netns.h"
#include "host/nl.h"
#include "host/vendors.h"
#include "record/neigh.h"
#include "table/table.h"

/* Families of settings.families. */
#define FAMILY_INET 1u
#define FAMILY_INET6 2u

/* What a command line is for: settings.mode. */
enum mode {
	MODE_LIST,
	MODE_SET,
	MODE_DELETE,
	MODE_FILE,
	MODE_FLUSH,
	MODE_MONITOR,
	MODE_PROBE,
	MODE_DAD,
	MODE_ANNOUNCE,
	MODE_SCAN,
	MODE_GUARD,
};

struct settings {
	struct cli_common common;
	int mode; /* enum mode */
	unsigned int families;
	const char *family_name, *device, *hwtype, *nud;
	const char *source, *state_file, *read_file;
	uint32_t count, retries, rate, stations;
	uint32_t deadline_ms, wait_ms, interval_ms, for_ms;
	bool bsd, from_file, use_device, verbose, quiet, vendor;
	bool first, refused_letter;

	/* Made of the above by settings_check(). */
	uint16_t states; /* enum neigh_state that are shown, NUD_NONE_BIT for none of them */
	int type;	 /* ARPHRD_*, -1: any */
};

#define NUD_NONE_BIT 0x100u

/* What the listing's operand narrows it down to. */
struct wanted {
	struct prefix prefix;
	const char *name; /* as it was typed; NULL: nothing was */
	bool is_host;
};

/* An entry as the column tables see it. Texts are borrowed, or made in the storage at the end. */
struct neigh_row {
	const char *netns, *family, *dev, *lladdr, *hwtype, *vendor, *protocol;
	struct addr dst;
	const char *const *states;
	uint32_t ifindex, probes, refcnt, vlan, vni;
	uint64_t confirmed_ms, used_ms, updated_ms;
	bool router, proxy, extern_learn, offload, sticky, managed;

	/* --monitor alone. */
	uint64_t time_ns;
	const char *change, *old_lladdr;

	/* The habit's layouts alone. */
	const char *address, *flags, *mask, *line;

	const char *state_words[2]; /* one, or none */
	char lladdr_text[LLADDR_TEXT_MAX + 1], protocol_text[8], state_text[8];
	char address_text[NAMES_SIZE], line_text[2 * NAMES_SIZE + 128];
};

/* Everything a run needs; main owns it. */
struct run {
	struct settings settings;
	char **operands;
	int operand_count;
	struct buf out;
	struct table table;
	struct nl nl;
	struct links links;
	struct ifaddrs ifaddrs;
	struct names names;
	struct vendors vendors;
	struct wanted wanted;
	struct kept {
		struct neigh *list;
		size_t count, room;
	} kept;
	struct neigh_row row;
	char netns[64];
	uint64_t entries, shown; /* of this listing */
	bool has_nl;
	int status; /* enum cli_exit */
};

/* options.c */
extern const struct cli_command netarp_command;
int settings_check(struct settings *settings, int operand_count, struct err *err);
bool settings_is_habit(const struct settings *settings);
bool settings_wants_family(const struct settings *settings, uint8_t family);

/* list.c: the table */
int list_prepare(struct run *run, struct err *err);
int list_collect(struct run *run, struct err *err);
int list_keep(struct run *run, const struct neigh *neigh);
int list_once(struct run *run, struct err *err);
bool list_wants(const struct run *run, const struct neigh *neigh);

/* rows.c: from entries to text */
extern const struct column neigh_columns[];
int rows_begin(struct run *run, const struct column *columns, const char *wide, const char *full,
	       struct err *err);
int rows_begin_list(struct run *run, struct err *err);
void rows_fill(struct run *run, const struct neigh *neigh);
void rows_add(struct run *run, const struct neigh *neigh);
int rows_end(struct run *run, struct err *err);
const char *rows_protocol(uint8_t protocol, char *text);

/* habit.c: arp's layouts */
int habit_begin(struct run *run);
void habit_fill(struct run *run, const struct neigh *neigh);
void habit_end(struct run *run);
void say_line(struct run *run, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* confine.c: what is given up before others are heard */
int confine(struct err *err);

/* change.c: entries set, deleted, flushed */
int change_set(struct run *run, struct err *err);
int change_delete(struct run *run, struct err *err);
int change_from_file(struct run *run, struct err *err);
int change_flush(struct run *run, struct err *err);

#endif
