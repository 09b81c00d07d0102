// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/place.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "base/text.h"

/* Digits of a container's name, and as many of them as its own tools show. */
#define ID_LENGTH 64
#define ID_SHOWN 12

struct runtime {
	const char *prefix; /* of a path's component */
	const char *name;
	bool has_id; /* ID_LENGTH hexadecimal digits follow; otherwise a name */
};

static const struct runtime runtimes[] = {
	{ "docker-", "docker", true },	  { "libpod-", "podman", true },
	{ "crio-", "cri-o", true },	  { "cri-containerd-", "containerd", true },
	{ "lxc.payload.", "lxc", false }, { "machine-", "machine", false },
};

static bool ends_with(const char *text, size_t length, const char *suffix)
{
	size_t n = strlen(suffix);

	return length > n && memcmp(text + length - n, suffix, n) == 0;
}

static bool is_unit(const char *text, size_t length)
{
	return ends_with(text, length, ".service") || ends_with(text, length, ".scope") ||
	       ends_with(text, length, ".socket") || ends_with(text, length, ".mount") ||
	       ends_with(text, length, ".swap");
}

static bool is_id(const char *text, size_t length)
{
	return length >= ID_LENGTH && strspn(text, "0123456789abcdef") == ID_LENGTH;
}

static void name_container(struct place *place, const char *runtime, const char *name,
			   size_t length)
{
	size_t at = text_copy(place->container, PLACE_SIZE, runtime);

	place->container[at++] = ':';
	if (length > PLACE_SIZE - 1 - at)
		length = PLACE_SIZE - 1 - at;
	memcpy(place->container + at, name, length);
	place->container[at + length] = '\0';
}

/* See what one component of the path tells; @before is the component in front of it. */
static void look(struct place *place, const char *text, size_t length, const char *before)
{
	for (size_t i = 0; i < sizeof(runtimes) / sizeof(runtimes[0]); i++) {
		size_t n = strlen(runtimes[i].prefix);
		const char *rest = text + n;

		if (length <= n || memcmp(text, runtimes[i].prefix, n) != 0)
			continue;
		if (!runtimes[i].has_id)
			name_container(place, runtimes[i].name, rest,
				       length - n -
					       (ends_with(rest, length - n, ".scope") ? 6 : 0));
		else if (is_id(rest, length - n))
			name_container(place, runtimes[i].name, rest, ID_SHOWN);
	}
	if (length == ID_LENGTH && is_id(text, length))
		name_container(place, strncmp(before, "docker/", 7) == 0 ? "docker" : "container",
			       text, ID_SHOWN);
	if (is_unit(text, length) && length < PLACE_SIZE)
		text_copy(place->unit, length + 1, text);
}

/* Read the systemd unit and the container out of the @path of a cgroup; the innermost of each
 * wins. */
void place_of_cgroup(struct place *place, const char *path)
{
	const char *before = "";

	*place = (struct place){ 0 };
	while (*path) {
		size_t length = strcspn(path, "/");

		if (length > 0) {
			look(place, path, length, before);
			before = path;
		}
		path += length + (path[length] == '/');
	}
}
