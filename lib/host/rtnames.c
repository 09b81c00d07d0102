// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of tables, protocols, scopes, realms, types of service and groups of devices as iproute2
 * has them: its files in /etc/iproute2, or where newer versions keep them, /usr/share/iproute2,
 * with the additions in NAME.d; beside the numbers that the kernel fixes. */
#include "host/rtnames.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/grow.h"
#include "base/lines.h"
#include "base/text.h"

static const struct {
	enum rtnames_kind kind;
	struct rtname entry;
} fixed[] = {
	{ RTNAMES_TABLE, { 0, "unspec" } },    { RTNAMES_TABLE, { 253, "default" } },
	{ RTNAMES_TABLE, { 254, "main" } },    { RTNAMES_TABLE, { 255, "local" } },
	{ RTNAMES_PROTOCOL, { 0, "unspec" } }, { RTNAMES_PROTOCOL, { 1, "redirect" } },
	{ RTNAMES_PROTOCOL, { 2, "kernel" } }, { RTNAMES_PROTOCOL, { 3, "boot" } },
	{ RTNAMES_PROTOCOL, { 4, "static" } }, { RTNAMES_PROTOCOL, { 9, "ra" } },
	{ RTNAMES_PROTOCOL, { 16, "dhcp" } },  { RTNAMES_SCOPE, { 0, "global" } },
	{ RTNAMES_SCOPE, { 200, "site" } },    { RTNAMES_SCOPE, { 253, "link" } },
	{ RTNAMES_SCOPE, { 254, "host" } },    { RTNAMES_SCOPE, { 255, "nowhere" } },
	{ RTNAMES_GROUP, { 0, "default" } },
};

/* A later name of a number replaces the earlier one. */
static int add(struct rtnames *names, enum rtnames_kind kind, const struct rtname *entry)
{
	struct rtname *list;

	for (size_t i = 0; i < names->count[kind]; i++) {
		if (names->list[kind][i].number != entry->number)
			continue;
		names->list[kind][i] = *entry;
		return 0;
	}
	list = grow_array(names->list[kind], &names->room[kind], names->count[kind] + 1,
			  sizeof(*list));
	if (!list)
		return -ENOMEM;
	names->list[kind] = list;
	list[names->count[kind]++] = *entry;
	return 0;
}

static int parse_number(const char *text, uint32_t max, uint32_t *number)
{
	uint64_t value = 0;
	int ret = text_parse_number(text, max, &value);

	*number = (uint32_t)value;
	return ret;
}

/* Read one line of such a file, "NUMBER NAME", which is changed; comments and what is not
 * understood are passed over.
 *
 * Return: 0 or -ENOMEM.
 */
int rtnames_parse(struct rtnames *names, enum rtnames_kind kind, char *line)
{
	struct rtname entry = { 0 };
	char *rest = NULL, *number, *name;

	line[strcspn(line, "#")] = '\0';
	number = strtok_r(line, " \t\r", &rest);
	name = number ? strtok_r(NULL, " \t\r", &rest) : NULL;
	if (!name || parse_number(number, UINT32_MAX, &entry.number) < 0)
		return 0;
	text_copy(entry.name, sizeof(entry.name), name);
	return add(names, kind, &entry);
}

static int read_file(struct rtnames *names, enum rtnames_kind kind, int folder, const char *file)
{
	struct lines lines;
	size_t length;
	char *line;
	int fd = openat(folder, file, O_RDONLY | O_CLOEXEC | O_NONBLOCK), ret = 0;

	if (fd < 0)
		return 0;
	lines_init(&lines, fd);
	while (ret == 0 && lines_next(&lines, &line, &length) > 0)
		ret = rtnames_parse(names, kind, line);
	close(fd);
	return ret;
}

static int read_folder(struct rtnames *names, enum rtnames_kind kind, int parent, const char *path)
{
	int fd = openat(parent, path, O_RDONLY | O_CLOEXEC | O_DIRECTORY), ret = 0;
	DIR *folder = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!folder) {
		if (fd >= 0)
			close(fd);
		return 0;
	}
	while (ret == 0 && (entry = readdir(folder))) {
		size_t length = strlen(entry->d_name);

		if (length > 5 && strcmp(entry->d_name + length - 5, ".conf") == 0)
			ret = read_file(names, kind, dirfd(folder), entry->d_name);
	}
	closedir(folder);
	return ret;
}

/* Learn the names. A file that is missing or cannot be read leaves numbers.
 *
 * Return: 0 or -ENOMEM.
 */
int rtnames_load(struct rtnames *names)
{
	static const char *const folders[] = { "/usr/share/iproute2", "/etc/iproute2" };
	static const char *const files[][2] = {
		[RTNAMES_TABLE] = { "rt_tables", "rt_tables.d" },
		[RTNAMES_PROTOCOL] = { "rt_protos", "rt_protos.d" },
		[RTNAMES_SCOPE] = { "rt_scopes", "rt_scopes.d" },
		[RTNAMES_REALM] = { "rt_realms", "rt_realms.d" },
		[RTNAMES_DSFIELD] = { "rt_dsfield", "rt_dsfield.d" },
		[RTNAMES_GROUP] = { "group", "group.d" },
	};
	int ret = 0;

	*names = (struct rtnames){ 0 };
	for (size_t i = 0; ret == 0 && i < sizeof(fixed) / sizeof(fixed[0]); i++)
		ret = add(names, fixed[i].kind, &fixed[i].entry);
	for (size_t i = 0; ret == 0 && i < sizeof(folders) / sizeof(folders[0]); i++) {
		int folder = open(folders[i], O_RDONLY | O_CLOEXEC | O_DIRECTORY);

		if (folder < 0)
			continue;
		for (int kind = 0; ret == 0 && kind < RTNAMES_KIND_COUNT; kind++) {
			ret = read_file(names, (enum rtnames_kind)kind, folder, files[kind][0]);
			if (ret == 0)
				ret = read_folder(names, (enum rtnames_kind)kind, folder,
						  files[kind][1]);
		}
		close(folder);
	}
	return ret;
}

/* Give back what rtnames_load() took. */
void rtnames_fini(struct rtnames *names)
{
	for (int kind = 0; kind < RTNAMES_KIND_COUNT; kind++)
		free(names->list[kind]);
	*names = (struct rtnames){ 0 };
}

/* Return: the name of @number, NULL if it has none. */
const char *rtnames_find(const struct rtnames *names, enum rtnames_kind kind, uint32_t number)
{
	for (size_t i = 0; i < names->count[kind]; i++)
		if (names->list[kind][i].number == number)
			return names->list[kind][i].name;
	return NULL;
}

/* A rule_name_fn: write the name of a number in a rule; @names is a struct rtnames. */
char *rtnames_of_rule(char *at, enum rule_name kind, uint32_t number, void *names)
{
	static const enum rtnames_kind kinds[] = {
		[RULE_NAME_TABLE] = RTNAMES_TABLE,
		[RULE_NAME_TOS] = RTNAMES_DSFIELD,
		[RULE_NAME_REALM] = RTNAMES_REALM,
		[RULE_NAME_GROUP] = RTNAMES_GROUP,
	};
	const char *name = rtnames_find(names, kinds[kind], number);

	if (name)
		return at + text_copy(at, RTNAMES_SIZE, name);
	if (kind == RULE_NAME_TOS)
		return text_hex8(at + text_copy(at, 3, "0x"), (uint8_t)number);
	return text_u64(at, number);
}

/* The number that @text is the name of, or that it is itself, up to @max.
 *
 * Return: 0, -EINVAL if it is neither, -ERANGE.
 */
int rtnames_number(const struct rtnames *names, enum rtnames_kind kind, const char *text,
		   uint32_t max, uint32_t *number)
{
	for (size_t i = 0; i < names->count[kind]; i++) {
		if (strcmp(names->list[kind][i].name, text) != 0)
			continue;
		*number = names->list[kind][i].number;
		return 0;
	}
	return parse_number(text, max, number);
}
