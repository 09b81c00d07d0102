// SPDX-License-Identifier: GPL-2.0-or-later
/* Writing pcap files (draft-ietf-opsawg-pcap), in this host's byte order, with nanoseconds. */
#include "capture/capture_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC_NANOSECONDS 0xa1b23c4du
#define LINKTYPE_RAW 101u
#define SNAPLEN 262144u

struct file_header {
	uint32_t magic;
	uint16_t major, minor;
	uint32_t reserved[2];
	uint32_t snaplen, linktype;
};

struct packet_header {
	uint32_t seconds, nanoseconds, length, wire_length;
};

/* A new file of its own name, or one that will take the place of what is there. */
static int begin(struct capture_writer *writer, const char *path, bool force, struct err *err)
{
	int fd;

	if (writer->file.fd >= 0 && !force)
		return err_set(err, -EEXIST, "%s exists: name another file, or say --force", path);
	if (writer->file.fd >= 0) {
		writer->is_replacing = true;
		return state_file_begin(&writer->file, &writer->out, err);
	}
	fd = openat(writer->file.dir, writer->file.name,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	buf_init(&writer->out, fd);
	return 0;
}

/* Begin the capture file @path, for its owner alone. One that is there is refused, or with @force
 * replaced when this one is closed.
 *
 * Return: 0, -EEXIST, or another -errno; capture_writer_close() is due after 0 alone.
 */
int capture_writer_open(struct capture_writer *writer, const char *path, bool force,
			struct err *err)
{
	const struct file_header header = {
		.magic = MAGIC_NANOSECONDS,
		.major = 2,
		.minor = 4,
		.snaplen = SNAPLEN,
		.linktype = LINKTYPE_RAW,
	};
	int ret;

	writer->is_open = writer->is_replacing = false;
	ret = state_file_open(&writer->file, path, err);
	if (ret == 0)
		ret = begin(writer, path, force, err);
	if (ret < 0) {
		state_file_close(&writer->file);
		return ret;
	}
	writer->is_open = true;
	buf_add(&writer->out, (const char *)&header, sizeof(header));
	return 0;
}

/* Add an IP packet that was on the wire at @time_ns (since 1970): the first @length of its
 * @wire_length bytes. */
void capture_writer_add(struct capture_writer *writer, uint64_t time_ns, const uint8_t *bytes,
			size_t length, size_t wire_length)
{
	const struct packet_header header = {
		.seconds = (uint32_t)(time_ns / 1000000000u),
		.nanoseconds = (uint32_t)(time_ns % 1000000000u),
		.length = (uint32_t)length,
		.wire_length = (uint32_t)wire_length,
	};

	buf_add(&writer->out, (const char *)&header, sizeof(header));
	buf_add(&writer->out, (const char *)bytes, length);
}

/* Bring the file to its end, and in its place; harmless for one that was never opened.
 *
 * Return: 0, or the -errno of the first write that failed.
 */
int capture_writer_close(struct capture_writer *writer, struct err *err)
{
	int ret;

	if (!writer->is_open)
		return 0;
	writer->is_open = false;
	if (writer->is_replacing) {
		ret = state_file_commit(&writer->file, &writer->out, err);
	} else {
		ret = buf_flush(&writer->out);
		if (close(writer->out.fd) < 0 && ret == 0)
			ret = -errno;
		if (ret < 0)
			err_set(err, ret, "%s: %s", writer->file.name, strerror(-ret));
	}
	state_file_close(&writer->file);
	return ret;
}
