// SPDX-License-Identifier: GPL-2.0-or-later
/* Looks out of files; look_writer.c has the format. A file is trusted in no part: who reads it may
 * not be who recorded it. */
#include "host/look_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cursor.h"
#include "base/grow.h"
#include "base/lines.h"
#include "base/text.h"
#include "host/look_words.h"

/* More files than that, a second apart for a week, are not a recording. */
#define FOLDER_MAX 1000000u

struct reading {
	const struct syn_sink *sink;
	struct syn_look look;
	char *netns;
	unsigned int gaps;
	uint64_t rows;
	bool has_time, is_handed_on, is_over;
};

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool is_look(const char *name)
{
	size_t length = strlen(name), suffix = sizeof(LOOK_SUFFIX) - 1;

	return name[0] != '.' && length > suffix && length < 64 &&
	       strcmp(name + length - suffix, LOOK_SUFFIX) == 0;
}

static int collect(struct look_folder *folder, DIR *entries)
{
	const struct dirent *entry;

	while ((entry = readdir(entries))) {
		void *names;

		if (!is_look(entry->d_name))
			continue;
		if (folder->count == FOLDER_MAX)
			return -E2BIG;
		names = grow_array(folder->names, &folder->room, folder->count + 1,
				   sizeof(*folder->names));
		if (!names)
			return -ENOMEM;
		folder->names = names;
		text_copy(folder->names[folder->count++], sizeof(*folder->names), entry->d_name);
	}
	return 0;
}

/* Find the looks that were recorded in the folder @path.
 *
 * Return: 0, -ENOENT if there are none, or another -errno; look_folder_close() is due in any case.
 */
int look_folder_open(struct look_folder *folder, const char *path, struct err *err)
{
	DIR *entries = NULL;
	int again, ret;

	*folder = (struct look_folder){ .dir = -1 };
	folder->dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (folder->dir < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	again = fcntl(folder->dir, F_DUPFD_CLOEXEC, 0);
	if (again >= 0)
		entries = fdopendir(again);
	if (!entries) {
		ret = -errno;
		if (again >= 0)
			close(again);
		return err_set(err, ret, "%s: %s", path, strerror(-ret));
	}
	ret = collect(folder, entries);
	closedir(entries);
	if (ret < 0)
		return err_set(err, ret, "%s: %s", path, strerror(-ret));
	if (folder->count == 0)
		return err_set(err, -ENOENT, "%s: nothing was recorded there (no *%s)", path,
			       LOOK_SUFFIX);
	qsort(folder->names, folder->count, sizeof(*folder->names), by_name);
	return 0;
}

/* Give back what look_folder_open() took. */
void look_folder_close(struct look_folder *folder)
{
	if (folder->dir >= 0)
		close(folder->dir);
	free(folder->names);
	*folder = (struct look_folder){ .dir = -1 };
}

/* Copy the next word to @word, without what is too long for it. */
static void take_text(struct cursor *cursor, char *word, size_t size)
{
	size_t length;
	const char *start = cursor_take_word(cursor, &length);

	if (length >= size) {
		cursor->failed = true;
		length = size - 1;
	}
	memcpy(word, start, length);
	word[length] = '\0';
}

static uint64_t take_number(struct cursor *cursor, uint64_t max)
{
	uint64_t value = cursor_take_decimal(cursor);

	cursor->failed |= value > max || (*cursor->at && *cursor->at != ' ');
	return value;
}

static void take_end(struct cursor *cursor, struct addr *end)
{
	char text[ADDR_TEXT_MAX + 1];

	take_text(cursor, text, sizeof(text));
	if (strchr(text, '%') || addr_parse(end, text) < 0) {
		cursor->failed = true;
		*end = (struct addr){ .family = AF_INET };
	}
	end->port = (uint16_t)take_number(cursor, UINT16_MAX);
}

/* What comes before the sockets is handed on with the first of them. */
static int hand_on_look(struct reading *reading)
{
	if (reading->is_handed_on)
		return 0;
	reading->is_handed_on = true;
	return reading->sink->on_look(&reading->look, reading->sink->arg);
}

static int take_sock(struct reading *reading, struct cursor *cursor, bool is_listener)
{
	struct sock sock = {
		.cookie = SOCK_NO_COOKIE,
		.state = is_listener ? SOCK_LISTEN : SOCK_SYN_RECV,
		.timer = is_listener ? SOCK_TIMER_OFF : SOCK_TIMER_ON,
		.uid = SOCK_NO_UID,
		.proto = SOCK_TCP,
	};
	int ret;

	take_end(cursor, &sock.local);
	if (!is_listener)
		take_end(cursor, &sock.peer);
	sock.family = sock.local.family;
	sock.iface = (uint32_t)take_number(cursor, UINT32_MAX);
	if (!is_listener) {
		sock.retrans = (uint8_t)take_number(cursor, UINT8_MAX);
		sock.expires_ms = (uint32_t)take_number(cursor, UINT32_MAX);
		cursor->failed |= sock.peer.family != sock.family;
	} else {
		sock.rqueue = (uint32_t)take_number(cursor, UINT32_MAX);
		sock.wqueue = SOCK_NO_BACKLOG;
		if (strncmp(cursor->at, " - ", 3) == 0)
			cursor->at += 2;
		else
			sock.wqueue = (uint32_t)take_number(cursor, UINT32_MAX - 1);
		sock.inode = (uint32_t)take_number(cursor, UINT32_MAX);
	}
	if (cursor->failed || *cursor->at)
		return -EBADMSG;
	if (addr_is_scoped(&sock.local))
		sock.local.zone = sock.iface;
	reading->rows++;
	ret = hand_on_look(reading);
	return ret < 0 ? ret : reading->sink->on_sock(&sock, reading->sink->arg);
}

/* A name of the counters or settings, one that this version does not know being none of its
 * business. */
static void take_value(struct reading *reading, struct cursor *cursor, bool is_counter)
{
	char name[64];
	uint64_t value;

	take_text(cursor, name, sizeof(name));
	value = take_number(cursor, UINT64_MAX - 1);
	for (unsigned int i = 0; i < SYN_COUNTER_COUNT && is_counter; i++)
		if (strcmp(syn_counter_defs[i].key, name) == 0)
			reading->look.counters.values[i] = value;
	for (unsigned int i = 0; i < SYN_SYSCTL_COUNT && !is_counter; i++)
		if (strcmp(syn_sysctl_paths[i], name) == 0)
			reading->look.sysctls[i] = value;
}

static void take_netns(struct reading *reading, struct cursor *cursor)
{
	size_t length = 0;

	cursor_skip_blanks(cursor);
	for (; *cursor->at && *cursor->at != ' '; length++) {
		uint8_t byte = (uint8_t)*cursor->at++;

		if (byte == '%')
			cursor_take_bytes(cursor, &byte, 1);
		if (cursor->failed || byte == 0 || length == LOOK_FILE_NAME_SIZE - 1) {
			cursor->failed = true;
			break;
		}
		reading->netns[length] = (char)byte;
	}
	reading->netns[length] = '\0';
}

static void take_gap(struct reading *reading, struct cursor *cursor)
{
	char word[16];
	bool is_known = false;

	take_text(cursor, word, sizeof(word));
	for (unsigned int i = 0; i < LOOK_GAPS; i++) {
		if (strcmp(look_gap_words[i], word) != 0)
			continue;
		reading->gaps |= 1u << i;
		is_known = true;
	}
	cursor->failed |= !is_known;
}

static int take_line(struct reading *reading, const char *line)
{
	struct cursor cursor = { .at = line };
	char word[16];

	take_text(&cursor, word, sizeof(word));
	if (cursor.failed || reading->is_over)
		return -EBADMSG;
	if (strcmp(word, "half") == 0 || strcmp(word, "listen") == 0)
		return reading->has_time ? take_sock(reading, &cursor, word[0] == 'l') : -EBADMSG;
	if (strcmp(word, "gap") == 0) {
		take_gap(reading, &cursor);
	} else if (strcmp(word, "end") == 0) {
		reading->is_over = true;
		cursor.failed |= take_number(&cursor, UINT64_MAX) != reading->rows;
	} else if (reading->is_handed_on) { /* NOLINT(bugprone-branch-clone): in this order */
		return -EBADMSG;
	} else if (strcmp(word, "time") == 0) {
		reading->look.real_ns = take_number(&cursor, UINT64_MAX);
		reading->look.mono_ns = take_number(&cursor, UINT64_MAX);
		cursor.failed |= reading->has_time;
		reading->has_time = true;
	} else if (strcmp(word, "netns") == 0) {
		take_netns(reading, &cursor);
	} else if (strcmp(word, "counter") == 0 || strcmp(word, "sysctl") == 0) {
		take_value(reading, &cursor, word[0] == 'c');
	} else {
		return -EBADMSG;
	}
	return cursor.failed || *cursor.at ? -EBADMSG : 0;
}

/* Read one look from @fd, called @name in messages, and hand it to @sink. What was said to be
 * missing is in @gaps; @netns (LOOK_FILE_NAME_SIZE bytes) is what the namespace was called.
 *
 * Return: 0, -EBADMSG if the file is damaged, cut or none of these, or another -errno.
 */
int look_file_read(int fd, const char *name, const struct syn_sink *sink, unsigned int *gaps,
		   char *netns, struct err *err)
{
	struct reading reading = { .sink = sink, .netns = netns };
	struct lines lines;
	size_t length;
	uint64_t number = 0;
	char *line;
	int ret;

	syn_counters_init(&reading.look.counters);
	for (unsigned int i = 0; i < SYN_SYSCTL_COUNT; i++)
		reading.look.sysctls[i] = SYN_SYSCTL_UNKNOWN;
	netns[0] = '\0';
	lines_init(&lines, fd);
	while ((ret = lines_next(&lines, &line, &length)) > 0) {
		number++;
		if (strlen(line) != length || (number == 1 && strcmp(line, LOOK_FILE_HEAD) != 0))
			ret = -EBADMSG;
		else
			ret = number == 1 ? 0 : take_line(&reading, line);
		if (ret < 0)
			break;
	}
	if (ret == 0 && (!reading.is_over || !reading.has_time))
		ret = err_set(err, -EBADMSG, "%s: it is cut, or no look of netsyn", name);
	else if (ret == -EBADMSG && number == 1)
		err_set(err, ret, "%s: no look of netsyn, or of a later version", name);
	else if (ret == -EBADMSG)
		err_set(err, ret, "%s, line %llu: not understood", name,
			(unsigned long long)number);
	else if (ret < 0)
		err_set(err, ret, "%s: %s", name, strerror(-ret));
	if (ret < 0)
		return ret;
	*gaps = reading.gaps;
	return hand_on_look(&reading);
}

/* Read the look @index of @folder.
 *
 * Return: as look_file_read().
 */
int look_folder_read(const struct look_folder *folder, size_t index, const struct syn_sink *sink,
		     unsigned int *gaps, char *netns, struct err *err)
{
	const char *name = folder->names[index];
	struct stat status;
	int fd = openat(folder->dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC), ret;

	if (fd < 0)
		return err_set(err, -errno, "%s: %s", name, strerror(errno));
	if (fstat(fd, &status) < 0 || !S_ISREG(status.st_mode))
		ret = err_set(err, -EINVAL, "%s is no regular file", name);
	else
		ret = look_file_read(fd, name, sink, gaps, netns, err);
	close(fd);
	return ret;
}
