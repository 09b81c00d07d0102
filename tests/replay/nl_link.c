// SPDX-License-Identifier: GPL-2.0-or-later
/* lib/host/nl_link.h with recordings in place of the kernel, for test programs only.
 *
 * NETSONDE_REPLAY=FOLDER plays FOLDER/N.nl to whoever opens netlink protocol N; a protocol without
 * a file is one that the kernel does not have. NETSONDE_RECORD=FOLDER talks to the kernel and
 * writes these files.
 *
 * A recording is a sequence of records, one for each time something was received: a length (32
 * bits, little-endian) and as many bytes. A length whose top bit is set is an errno instead, and
 * nothing follows. Messages are in the byte order of the machine that recorded them. What was sent
 * is not kept: a session numbers its requests from 1, so that the same questions in the same order
 * fit the recorded answers. A record that the end of the file cuts off is received as far as it
 * goes; after the last one comes ENODATA, where a kernel would let wait for ever.
 */
#include "host/nl_link.h"

#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define IS_ERRNO 0x80000000u
#define PROTOCOLS 32 /* MAX_LINKS in linux/netlink.h */

struct nl_link {
	struct mnl_socket *socket; /* NULL: replaying */
	FILE *recording;
};

/* A session that reopens its link goes on where it was, so the place belongs to the process. */
static FILE *recordings[PROTOCOLS];

static _Noreturn void die(const char *what)
{
	fprintf(stderr, "replay: %s\n", what);
	exit(125);
}

/* The recording of @protocol in @folder.
 *
 * Return: 0, or -EPROTONOSUPPORT if there is none to be read.
 */
static int open_recording(FILE **recording, int protocol, const char *folder, const char *mode)
{
	char path[4096];

	if (protocol < 0 || protocol >= PROTOCOLS)
		return -EPROTONOSUPPORT;
	if (!recordings[protocol]) {
		snprintf(path, sizeof(path), "%s/%d.nl", folder, protocol);
		recordings[protocol] = fopen(path, mode);
	}
	*recording = recordings[protocol];
	return *recording ? 0 : -EPROTONOSUPPORT;
}

static int open_socket(struct mnl_socket **link, int protocol)
{
	struct mnl_socket *opened = mnl_socket_open2(protocol, SOCK_CLOEXEC);

	if (!opened)
		return -errno;
	if (mnl_socket_bind(opened, 0, MNL_SOCKET_AUTOPID) < 0) {
		int ret = -errno;

		mnl_socket_close(opened);
		return ret;
	}
	*link = opened;
	return 0;
}

int nl_link_open(struct nl_link **link, int protocol)
{
	const char *replay = getenv("NETSONDE_REPLAY"), *record = getenv("NETSONDE_RECORD");
	struct nl_link *opened = calloc(1, sizeof(*opened));
	int ret;

	if (!opened)
		return -ENOMEM;
	if (replay) {
		ret = open_recording(&opened->recording, protocol, replay, "rb");
	} else if (record) {
		ret = open_socket(&opened->socket, protocol);
		if (ret == 0 && open_recording(&opened->recording, protocol, record, "wb") < 0)
			die("cannot write to the folder NETSONDE_RECORD");
	} else {
		die("NETSONDE_REPLAY or NETSONDE_RECORD must name a folder");
	}
	if (ret < 0)
		free(opened);
	else
		*link = opened;
	return ret;
}

void nl_link_close(struct nl_link *link)
{
	if (link && link->socket)
		mnl_socket_close(link->socket);
	free(link);
}

int nl_link_send(struct nl_link *link, const void *bytes, size_t length)
{
	if (!link->socket)
		return 0;
	return mnl_socket_sendto(link->socket, bytes, length) < 0 ? -errno : 0;
}

/* A recording of events is played to whoever asks for any. */
int nl_link_join(struct nl_link *link, unsigned int group)
{
	int value = (int)group;

	if (!link->socket)
		return 0;
	return mnl_socket_setsockopt(link->socket, NETLINK_ADD_MEMBERSHIP, &value, sizeof(value)) <
			       0 ?
		       -errno :
		       0;
}

int nl_link_fd(const struct nl_link *link)
{
	return link->socket ? mnl_socket_get_fd(link->socket) : -1;
}

/* The next record.
 *
 * Return: as nl_link_receive().
 */
static ssize_t replay_receive(FILE *recording, void *bytes, size_t size)
{
	unsigned char head[4];
	uint32_t length;
	size_t got;

	if (fread(head, 1, sizeof(head), recording) != sizeof(head))
		return -ENODATA;
	length = head[0] | (uint32_t)head[1] << 8 | (uint32_t)head[2] << 16 |
		 (uint32_t)head[3] << 24;
	if (length & IS_ERRNO)
		return -(ssize_t)(length & ~IS_ERRNO);
	got = fread(bytes, 1, length < size ? length : size, recording);
	if (length <= size)
		return (ssize_t)got;
	fseek(recording, (long)(length - got), SEEK_CUR);
	return -ENOSPC; /* as libmnl says of a datagram that was cut */
}

/* Write what was received, @length bytes or -errno. */
static void record(FILE *recording, const void *bytes, ssize_t length)
{
	uint32_t value = length < 0 ? IS_ERRNO | (uint32_t)-length : (uint32_t)length;
	unsigned char head[4] = { (unsigned char)value, (unsigned char)(value >> 8),
				  (unsigned char)(value >> 16), (unsigned char)(value >> 24) };

	fwrite(head, 1, sizeof(head), recording);
	if (length > 0)
		fwrite(bytes, 1, (size_t)length, recording);
	if (fflush(recording) != 0 || ferror(recording))
		die("cannot write to the folder NETSONDE_RECORD");
}

ssize_t nl_link_receive(struct nl_link *link, void *bytes, size_t size)
{
	ssize_t length;

	if (!link->socket)
		return replay_receive(link->recording, bytes, size);
	length = mnl_socket_recvfrom(link->socket, bytes, size);
	if (length < 0)
		length = -errno;
	record(link->recording, bytes, length);
	return length;
}

/* One at a time: a recording knows no better. */
int nl_link_receive_many(struct nl_link *link, struct nl_piece *pieces, unsigned int count)
{
	ssize_t length = count ? nl_link_receive(link, pieces[0].bytes, pieces[0].size) : 0;

	if (length < 0)
		return (int)length;
	pieces[0].length = (size_t)length;
	return 1;
}

/* A recording has answers to what was asked, filtered or not. */
int nl_link_be_strict(struct nl_link *link)
{
	int on = 1;

	if (!link->socket)
		return 0;
	return mnl_socket_setsockopt(link->socket, NETLINK_GET_STRICT_CHK, &on, sizeof(on)) < 0 ?
		       -errno :
		       0;
}
