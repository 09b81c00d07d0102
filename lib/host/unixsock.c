// SPDX-License-Identifier: GPL-2.0-or-later
/* UNIX sockets, out of the two places where the kernel tells of them.
 *
 * Theory of operation: unix_diag knows exact names, peers, users and queues, but neither the
 * reference count nor the sockets that wait for accept(). /proc/net/unix knows these, but a newline
 * in a name (anybody may bind one) ends its line early, and what follows may look like a row of its
 * own. So the diag is read first, into a table by inode; then /proc gives the order and what the
 * diag lacks, and the diag's exact names tell how many lines each row really takes. A row that only
 * /proc has is one that waits for accept() (inode 0, with its listener's name, which tells as many
 * of the following lines as belong to it), or it was made in between, or it was forged: only the
 * first is believed. Either source alone will do.
 */
#include "host/unixsock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/grow.h"
#include "base/lines.h"
#include "base/text.h"
#include "host/inode_map.h"
#include "host/procnet.h"
#include "host/sockdiag.h"
#include "host/sockextra.h"

struct entry {
	uint64_t cookie;
	uint32_t inode, peer_inode;
	uint32_t rqueue, wqueue, uid;
	uint32_t name;	/* offset in names; NO_NAME: none */
	uint32_t extra; /* index in extras, where there are some */
	uint16_t type;
	uint8_t state;
	bool is_shown;
};

#define NO_NAME UINT32_MAX

/* What is kept of sock_extra. */
struct unix_extra {
	struct sock_memory memory;
	uint8_t shutdown;
};

struct listing {
	sock_row_fn *on_row;
	void *arg;
	int verdict; /* what on_row said last: not 0 ends the listing */
	bool has_diag;
	struct entry *entries;
	size_t count, room;
	char *names;
	size_t names_length, names_room;
	struct unix_extra *extras;
	size_t extra_count, extra_room;
	struct inode_map by_inode;
	bool has_rows;	   /* /proc gave one */
	bool has_newlines; /* in some listener's name */
	struct sock held;  /* one that waits for accept(); proto is SOCK_PROTO_COUNT for none */
	char held_path[SOCK_PATH_SIZE];
};

static int make_room(struct listing *list, size_t name_length)
{
	struct entry *entries =
		grow_array(list->entries, &list->room, list->count + 1, sizeof(*entries));
	char *names =
		grow_array(list->names, &list->names_room, list->names_length + name_length + 1, 1);

	if (entries)
		list->entries = entries;
	if (names)
		list->names = names;
	return entries && names ? 0 : -ENOMEM;
}

/* Keep what @extra has for the entry that was made last. */
static int add_extra(struct listing *list, const struct sock_extra *extra)
{
	struct unix_extra *extras =
		grow_array(list->extras, &list->extra_room, list->extra_count + 1, sizeof(*extras));

	if (!extras)
		return -ENOMEM;
	list->extras = extras;
	list->entries[list->count - 1].extra = (uint32_t)list->extra_count;
	extras[list->extra_count++] = (struct unix_extra){ extra->memory, extra->shutdown };
	return 0;
}

/* Give @sock what was kept for @entry; @extra is where it goes. */
static void show_extra(const struct listing *list, const struct entry *entry, struct sock *sock,
		       struct sock_extra *extra)
{
	const struct unix_extra *kept;

	if (list->extra_count == 0)
		return;
	kept = &list->extras[entry->extra];
	sockextra_init(extra);
	extra->memory = kept->memory;
	extra->shutdown = kept->shutdown;
	extra->has = kept->memory.rcvbuf != UINT32_MAX ? SOCK_HAS_MEMORY : 0;
	sock->extra = extra;
}

static int remember(const struct sock *sock, void *arg)
{
	struct listing *list = arg;
	size_t length = sock->un.path ? strlen(sock->un.path) + 1 : 0;
	struct entry *entry;

	if (inode_map_find(&list->by_inode, sock->inode))
		return 0; /* a dump may give a socket twice: see host/sockets.c */
	if (make_room(list, length) < 0 ||
	    !inode_map_add(&list->by_inode, sock->inode, (uint32_t)list->count))
		return -ENOMEM;
	entry = &list->entries[list->count++];
	*entry = (struct entry){
		.cookie = sock->cookie,
		.inode = sock->inode,
		.peer_inode = sock->un.peer_inode,
		.rqueue = sock->rqueue,
		.wqueue = sock->wqueue,
		.uid = sock->uid,
		.name = length ? (uint32_t)list->names_length : NO_NAME,
		.type = sock->un.type,
		.state = sock->state,
	};
	if (sock->extra && add_extra(list, sock->extra) < 0)
		return -ENOMEM;
	if (length) {
		memcpy(list->names + list->names_length, sock->un.path, length);
		list->names_length += length;
		if (sock->state == SOCK_LISTEN && strchr(sock->un.path, '\n'))
			list->has_newlines = true;
	}
	return 0;
}

static const char *name_of(const struct listing *list, const struct entry *entry)
{
	return entry->name == NO_NAME ? NULL : list->names + entry->name;
}

/* What the diag said, with what /proc added to it. */
static void show(struct listing *list, struct entry *entry, uint32_t references)
{
	struct sock sock = {
		.un = {
			.path = name_of(list, entry),
			.peer_inode = entry->peer_inode,
			.references = references,
			.type = entry->type,
		},
		.cookie = entry->cookie,
		.inode = entry->inode,
		.rqueue = entry->rqueue,
		.wqueue = entry->wqueue,
		.uid = entry->uid,
		.proto = SOCK_UNIX,
		.family = AF_UNIX,
		.state = entry->state,
	};
	struct sock_extra extra;

	entry->is_shown = true;
	show_extra(list, entry, &sock, &extra);
	list->verdict = list->on_row(&sock, list->arg);
}

static int newlines(const char *name)
{
	int count = 0;

	for (; name && (name = strchr(name, '\n')); name++)
		count++;
	return count;
}

/* Return: what the diag said of the socket @inode, NULL for nothing. */
static struct entry *find_entry(const struct listing *list, uint32_t inode)
{
	const uint32_t *index = inode_map_find(&list->by_inode, inode);

	return index && list->entries ? &list->entries[*index] : NULL;
}

/* Show the socket that waits for accept() and was held back until its name was complete. */
static void show_held(struct listing *list)
{
	if (list->held.proto == SOCK_UNIX && !list->verdict)
		list->verdict = list->on_row(&list->held, list->arg);
	list->held.proto = SOCK_PROTO_COUNT;
}

/* If @line goes on with the name of the socket that is held, since some listener has the name that
 * both make together, or one that begins with it, take it.
 *
 * Return: whether it was taken.
 */
static bool extend_held(struct listing *list, const char *line)
{
	size_t length = strlen(list->held_path), more = strlen(line);

	for (size_t i = 0; i < list->count; i++) {
		const char *name = name_of(list, &list->entries[i]);

		if (list->entries[i].state != SOCK_LISTEN || !name ||
		    strncmp(name, list->held_path, length) != 0 || name[length] != '\n' ||
		    strncmp(name + length + 1, line, more) != 0 ||
		    (name[length + 1 + more] && name[length + 1 + more] != '\n'))
			continue;
		memcpy(list->held_path + length, name + length, more + 1);
		list->held_path[length + more + 1] = '\0';
		return true;
	}
	return false;
}

/* One line of /proc.
 *
 * Return: the number of lines behind it that belong to its name as far as that is known by now,
 * -EBADMSG if it is no row and cannot be the rest of one before it.
 */
static int on_line(struct listing *list, const char *line)
{
	char path[SOCK_PATH_SIZE];
	struct entry *entry;
	struct sock sock;

	if (list->held.proto == SOCK_UNIX) {
		if (extend_held(list, line))
			return 0;
		show_held(list);
	}
	if (!procnet_parse_unix(line, &sock, path))
		return list->has_diag || list->has_rows ? 0 : -EBADMSG;
	list->has_rows = true;
	entry = find_entry(list, sock.inode);
	if (entry) {
		if (!entry->is_shown)
			show(list, entry, sock.un.references);
		return newlines(name_of(list, entry));
	}
	if (list->has_diag && (sock.inode != 0 || !sock.un.is_pending))
		return 0;
	list->held = sock;
	if (sock.un.path) {
		text_copy(list->held_path, sizeof(list->held_path), path);
		list->held.un.path = list->held_path;
	}
	if (!sock.un.path || !list->has_newlines)
		show_held(list);
	return 0;
}

static int read_proc(struct listing *list, struct err *err)
{
	int fd = procnet_open("unix", err), ret, skip = 0;
	struct lines lines;
	size_t length;
	char *line;

	if (fd < 0)
		return fd;
	lines_init(&lines, fd);
	ret = lines_next(&lines, &line, &length); /* the header */
	while (ret > 0 && !list->verdict && (ret = lines_next(&lines, &line, &length)) > 0) {
		skip = skip > 0 ? skip - 1 : on_line(list, line);
		if (skip < 0)
			ret = err_set(err, skip, "/proc/net/unix: bad line");
	}
	show_held(list);
	close(fd);
	return ret < 0 ? ret : 0;
}

/* List the UNIX sockets, in /proc's order.
 *
 * Return: as sockets_list().
 */
int unixsock_list(struct sockets *sockets, const struct sock_query *query, sock_row_fn *on_row,
		  void *arg, struct err *err)
{
	struct listing list = { .on_row = on_row, .arg = arg, .held.proto = SOCK_PROTO_COUNT };
	int ret = -ENOENT;

	if (sockets->has_diag)
		ret = sockdiag_unix(&sockets->nl, query, remember, &list, err);
	if (ret == -ENOMEM)
		goto out;
	list.has_diag = ret == 0;
	if (ret != -EBADMSG) /* that is to be told, not to be made up for */
		ret = read_proc(&list, err);
	if (list.has_diag)
		ret = 0;
	for (size_t i = 0; i < list.count && !list.verdict; i++)
		if (!list.entries[i].is_shown)
			show(&list, &list.entries[i], 0);
	if (list.verdict < 0)
		ret = list.verdict;
out:
	free(list.entries);
	free(list.names);
	free(list.extras);
	inode_map_fini(&list.by_inode);
	return ret;
}
