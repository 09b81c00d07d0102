// SPDX-License-Identifier: GPL-2.0-or-later
#include "guard_state.h"

#include <string.h>
#include <unistd.h>

#include "analysis/station_text.h"
#include "base/lines.h"
#include "base/text.h"
#include "cli/message.h"

/* What a frame of a capture file came through, and an interface that is gone. */
#define NO_DEVICE "-"

/* Open what --state names, before anything from outside is read; NULL: nothing is kept.
 *
 * Return: 0 or -errno.
 */
int guard_state_open(struct guard_state *state, const char *path, struct err *err)
{
	state->is_used = path;
	return path ? state_file_open(&state->file, path, err) : 0;
}

void guard_state_close(struct guard_state *state)
{
	if (state->is_used)
		state_file_close(&state->file);
}

static void restore(struct guard *guard, const struct links *links,
		    const struct saved_station *saved)
{
	const struct link *link = links_named(links, saved->dev);
	uint32_t iface = link ? link->index : 0;
	const struct station *from = &saved->station;
	struct station *station;

	if (!link && strcmp(saved->dev, NO_DEVICE) != 0)
		return;
	station = stations_find(&guard->stations, iface, &from->addr);
	if (!station)
		station = stations_add(&guard->stations, iface, &from->addr);
	if (!station)
		return;
	memcpy(station->macs, from->macs, sizeof(station->macs));
	station->mac_count = from->mac_count;
	station->first_ns = from->first_ns;
	station->last_ns = from->last_ns;
	station->is_router = from->is_router;
	station->is_gateway = station->is_gateway || from->is_router;
}

/* Read the whole file, to judge it (@guard is NULL) or to take it over.
 *
 * Return: whether it is sound.
 */
static bool read_all(struct guard_state *state, struct guard *guard, const struct links *links)
{
	uint64_t count = 0, expected = UINT64_MAX;
	struct saved_station saved;
	struct lines lines;
	size_t length, number = 0;
	char *line;

	lines_init(&lines, state->file.fd);
	while (lines_next(&lines, &line, &length) > 0) {
		enum station_line kind = station_read(line, &saved, &expected);

		if (strlen(line) != length || (number++ == 0) != (kind == STATION_LINE_HEAD) ||
		    kind == STATION_LINE_BAD)
			return false;
		if (kind == STATION_LINE_END)
			return count == expected && lines_next(&lines, &line, &length) == 0;
		if (kind != STATION_LINE_STATION)
			continue;
		count++;
		if (guard)
			restore(guard, links, &saved);
	}
	return false;
}

/* Take over what an earlier run knew. A file that is damaged is not trusted in any part: it is set
 * aside, and said.
 *
 * Return: 0 or -errno.
 */
int guard_state_load(struct guard_state *state, struct guard *guard, const struct links *links,
		     struct err *err)
{
	char name[NAME_MAX + 1];
	int ret;

	if (!state->is_used || state->file.fd < 0)
		return 0;
	if (read_all(state, NULL, links)) {
		lseek(state->file.fd, 0, SEEK_SET);
		read_all(state, guard, links);
		return 0;
	}
	ret = state_file_set_aside(&state->file, name, sizeof(name), err);
	if (ret == 0)
		cli_message("netarp", "%s is damaged: it is %s now, and nothing in it is trusted",
			    state->file.name, name);
	return ret;
}

/* Replace the file by what is known now.
 *
 * Return: 0 or -errno.
 */
int guard_state_save(struct guard_state *state, const struct guard *guard,
		     const struct links *links, struct err *err)
{
	const struct stations *stations = &guard->stations;
	uint64_t count = 0;
	char *at;
	int ret;

	if (!state->is_used)
		return 0;
	ret = state_file_begin(&state->file, &state->out, err);
	if (ret < 0)
		return ret;
	buf_add_text(&state->out, STATION_TEXT_HEAD "\n");
	for (uint32_t next = stations->oldest; next; next = stations->list[next - 1].newer) {
		struct saved_station saved = { .station = stations->list[next - 1] };
		const char *dev = links_name(links, saved.station.iface);

		if (saved.station.mac_count == 0 || (!dev && saved.station.iface))
			continue;
		text_copy(saved.dev, sizeof(saved.dev), dev ? dev : NO_DEVICE);
		buf_commit(&state->out,
			   station_write(buf_reserve(&state->out, STATION_TEXT_MAX), &saved));
		count++;
	}
	buf_add_text(&state->out, STATION_TEXT_END);
	at = text_u64(buf_reserve(&state->out, TEXT_U64_MAX + 1), count);
	*at++ = '\n';
	buf_commit(&state->out, at);
	return state_file_commit(&state->file, &state->out, err);
}
