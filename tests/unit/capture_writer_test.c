// SPDX-License-Identifier: GPL-2.0-or-later
#include "capture/capture_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

#define FILE_HEADER 24
#define PACKET_HEADER 16

struct place {
	char folder[64], path[96];
};

static int make_folder(void **state)
{
	static struct place place;

	snprintf(place.folder, sizeof(place.folder), "/tmp/netsonde-unit.XXXXXX");
	assert_non_null(mkdtemp(place.folder));
	snprintf(place.path, sizeof(place.path), "%s/a.pcap", place.folder);
	*state = &place;
	return 0;
}

static int remove_folder(void **state)
{
	struct place *place = *state;

	unlink(place->path);
	return rmdir(place->folder); /* fails if anything else was left there */
}

static size_t read_file(const char *path, uint8_t *bytes, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	assert_true(fd >= 0);
	n = read(fd, bytes, size);
	close(fd);
	assert_true(n >= 0);
	return (size_t)n;
}

static void write_one(const char *path, bool force, const char *packet)
{
	static struct capture_writer writer;
	struct err err;

	assert_int_equal(capture_writer_open(&writer, path, force, &err), 0);
	capture_writer_add(&writer, 1500000000123456789u, (const uint8_t *)packet, strlen(packet),
			   strlen(packet) + 100);
	assert_int_equal(capture_writer_close(&writer, &err), 0);
	assert_int_equal(capture_writer_close(&writer, &err), 0);
}

static void the_file_is_pcap_with_nanoseconds(void **state)
{
	const struct place *place = *state;
	uint8_t bytes[256];
	uint32_t words[10];
	struct stat status;

	write_one(place->path, false, "packet");
	assert_int_equal(read_file(place->path, bytes, sizeof(bytes)),
			 FILE_HEADER + PACKET_HEADER + 6);
	memcpy(words, bytes, sizeof(words));
	assert_int_equal(words[0], 0xa1b23c4d);
	assert_memory_equal(&words[1], ((const uint16_t[]){ 2, 4 }), 4); /* version 2.4 */
	assert_int_equal(words[5], 101);
	assert_int_equal(words[6], 1500000000);
	assert_int_equal(words[7], 123456789);
	assert_int_equal(words[8], 6);
	assert_int_equal(words[9], 106);
	assert_memory_equal(bytes + FILE_HEADER + PACKET_HEADER, "packet", 6);
	assert_int_equal(stat(place->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void a_file_that_is_there_is_kept_unless_forced(void **state)
{
	static struct capture_writer writer;
	const struct place *place = *state;
	uint8_t bytes[256];
	struct err err;

	write_one(place->path, false, "first");
	assert_int_equal(capture_writer_open(&writer, place->path, false, &err), -EEXIST);
	assert_non_null(strstr(err.text, "--force"));
	read_file(place->path, bytes, sizeof(bytes));
	assert_memory_equal(bytes + FILE_HEADER + PACKET_HEADER, "first", 5);
	write_one(place->path, true, "second");
	read_file(place->path, bytes, sizeof(bytes));
	assert_memory_equal(bytes + FILE_HEADER + PACKET_HEADER, "second", 6);
}

static void links_and_what_is_no_file_are_refused(void **state)
{
	static struct capture_writer writer;
	const struct place *place = *state;
	struct err err;

	assert_int_equal(symlink("/dev/null", place->path), 0);
	assert_int_equal(capture_writer_open(&writer, place->path, true, &err), -ELOOP);
	assert_int_equal(capture_writer_open(&writer, place->folder, true, &err), -EINVAL);
	assert_int_equal(capture_writer_open(&writer, "/nonexistent/a", true, &err), -ENOENT);
	assert_int_equal(capture_writer_open(&writer, "", true, &err), -EINVAL);
	assert_int_equal(capture_writer_close(&writer, &err), 0);
}

static void a_full_disk_is_told(void **state)
{
	static struct capture_writer writer;
	const struct place *place = *state;
	uint8_t packet[1500] = { 0 };
	struct err err;
	int full;

	assert_int_equal(capture_writer_open(&writer, place->path, false, &err), 0);
	full = open("/dev/full", O_WRONLY | O_CLOEXEC);
	assert_true(full >= 0);
	assert_true(dup2(full, writer.out.fd) >= 0);
	close(full);
	for (int i = 0; i < 100; i++)
		capture_writer_add(&writer, 1, packet, sizeof(packet), sizeof(packet));
	assert_int_equal(capture_writer_close(&writer, &err), -ENOSPC);
}

int main(void)
{
#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(the_file_is_pcap_with_nanoseconds),
		IN_FOLDER(a_file_that_is_there_is_kept_unless_forced),
		IN_FOLDER(links_and_what_is_no_file_are_refused),
		IN_FOLDER(a_full_disk_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
