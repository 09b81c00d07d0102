// SPDX-License-Identifier: GPL-2.0-or-later
/* Capture files, and interfaces, by libpcap; a build without it says so.
 *
 * Theory of operation: a file may come from somebody hostile, and libpcap reads its header as soon
 * as it has it. So a reader is made in two steps: capture_reader_open() opens the file, with the
 * rights of whoever named it, and reads nothing; once the caller has given up what it can do,
 * capture_reader_begin() reads the first byte.
 */
#include "capture/capture_reader.h"

#include <errno.h>
#include <string.h>

#ifdef HAVE_LIBPCAP
#include <pcap/pcap.h>

#include "capture/capture_link.h"

/* Read at once. */
#define FILE_BUFFER (256u << 10)

/* Open the capture file @path, or standard input if that is "-". Nothing is read yet.
 *
 * Return: 0 or -errno.
 */
int capture_reader_open(struct capture_reader *reader, const char *path, struct err *err)
{
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");

	*reader = (struct capture_reader){ .fd = -1 };
	if (!file)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	return capture_reader_take(reader, file, path);
}

/* Read @file, which is open, and is the reader's from now on; @name is for messages, borrowed.
 *
 * Return: 0.
 */
int capture_reader_take(struct capture_reader *reader, FILE *file, const char *name)
{
	*reader = (struct capture_reader){ .fd = -1, .file = file, .name = name };
	setvbuf(file, NULL, _IOFBF, FILE_BUFFER);
	return 0;
}

static int set_filter(struct capture_reader *reader, const struct capture_filter *filter,
		      struct err *err)
{
	struct bpf_program *programs = filter ? filter->programs : NULL;

	if (!programs)
		return 0;
	if (programs[reader->link].bf_insns)
		return pcap_setfilter(reader->pcap, &programs[reader->link]) < 0 ?
			       err_set(err, -EINVAL, "filter: %s", pcap_geterr(reader->pcap)) :
			       0;
	return err_set(err, -EINVAL, "%s: the filter does not fit this link layer (%s)",
		       reader->name, pcap_datalink_val_to_name(pcap_datalink(reader->pcap)));
}

static int begin_file(struct capture_reader *reader, struct err *err)
{
	char text[PCAP_ERRBUF_SIZE];

	reader->pcap = pcap_fopen_offline_with_tstamp_precision(reader->file,
								PCAP_TSTAMP_PRECISION_NANO, text);
	if (!reader->pcap)
		return err_set(err, -EINVAL, "%s: %s", reader->name, text);
	reader->file = NULL; /* libpcap's */
	return capture_link_find(&reader->link, pcap_datalink(reader->pcap), reader->name, err);
}

/* Begin to read: the file's header, or what is heard on the interface. Frames that @filter (NULL:
 * none) refuses are passed over.
 *
 * Return: 0, -EINVAL for what is no capture file, -EOPNOTSUPP for a link layer that is not read.
 */
int capture_reader_begin(struct capture_reader *reader, const struct capture_filter *filter,
			 struct err *err)
{
	int ret = reader->is_live ? 0 : begin_file(reader, err);

	return ret == 0 ? set_filter(reader, filter, err) : ret;
}

/* Take the next frame. From an interface it is not waited for: poll reader->fd.
 *
 * Return: 1, 0 at the end of the file or if nothing waits, -EINVAL if the file is damaged there,
 * -ENETDOWN if the interface is gone or down.
 */
int capture_reader_next(struct capture_reader *reader, struct captured *frame, struct err *err)
{
	struct pcap_pkthdr *head;
	const uint8_t *bytes;
	int ret = pcap_next_ex(reader->pcap, &head, &bytes);

	if (ret == PCAP_ERROR_BREAK || ret == 0)
		return 0;
	if (ret != 1)
		return err_set(err, reader->is_live ? -ENETDOWN : -EINVAL, "%s: %s", reader->name,
			       pcap_geterr(reader->pcap));
	*frame = (struct captured){
		.bytes = bytes,
		.length = head->caplen,
		.wire_length = head->len,
		.time_ns = (uint64_t)head->ts.tv_sec * 1000000000u + (uint64_t)head->ts.tv_usec,
	};
	return 1;
}

/* Close what was opened; that may have failed. */
void capture_reader_close(struct capture_reader *reader)
{
	if (reader->pcap)
		pcap_close(reader->pcap);
	if (reader->file && reader->file != stdin)
		fclose(reader->file);
	reader->pcap = NULL;
	reader->file = NULL;
}

#endif
