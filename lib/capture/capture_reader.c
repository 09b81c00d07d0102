// SPDX-License-Identifier: GPL-2.0-or-later
/* Capture files by libpcap, which reads all that there are; a build without it says so. */
#include "capture/capture_reader.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#ifdef HAVE_LIBPCAP
#include <pcap/pcap.h>

/* Open the capture file @path, or standard input if that is "-".
 *
 * Return: 0, -EOPNOTSUPP for other links than Ethernet, -EINVAL for what is no capture file.
 */
int capture_reader_open(struct capture_reader *reader, const char *path, struct err *err)
{
	char text[PCAP_ERRBUF_SIZE];
	FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
	pcap_t *pcap;

	reader->pcap = NULL;
	if (!file)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	pcap = pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, text);
	if (!pcap) {
		if (file != stdin)
			fclose(file);
		return err_set(err, -EINVAL, "%s: %s", path, text);
	}
	reader->pcap = pcap;
	if (pcap_datalink(pcap) != DLT_EN10MB)
		return err_set(err, -EOPNOTSUPP, "%s: not a capture of Ethernet", path);
	return 0;
}

/* Take the next frame.
 *
 * Return: 1, 0 at the end, -EINVAL if the file is damaged there.
 */
int capture_reader_next(struct capture_reader *reader, struct captured *frame, struct err *err)
{
	struct pcap_pkthdr *head;
	const uint8_t *bytes;
	int ret = pcap_next_ex(reader->pcap, &head, &bytes);

	if (ret == PCAP_ERROR_BREAK)
		return 0;
	if (ret != 1)
		return err_set(err, -EINVAL, "%s", pcap_geterr(reader->pcap));
	*frame = (struct captured){
		.bytes = bytes,
		.length = head->caplen,
		.wire_length = head->len,
		.time_ns = (uint64_t)head->ts.tv_sec * 1000000000u + (uint64_t)head->ts.tv_usec,
	};
	return 1;
}

/* Close what capture_reader_open() opened; it may have failed. */
void capture_reader_close(struct capture_reader *reader)
{
	if (reader->pcap)
		pcap_close(reader->pcap);
	reader->pcap = NULL;
}

#else

/* Say that this build cannot.
 *
 * Return: -EOPNOTSUPP.
 */
int capture_reader_open(struct capture_reader *reader, const char *path, struct err *err)
{
	reader->pcap = NULL;
	return err_set(err, -EOPNOTSUPP, "%s: this build has no libpcap", path);
}

int capture_reader_next(struct capture_reader *reader, struct captured *frame, struct err *err)
{
	(void)reader;
	(void)frame;
	return err_set(err, -EOPNOTSUPP, "this build has no libpcap");
}

void capture_reader_close(struct capture_reader *reader)
{
	reader->pcap = NULL;
}

#endif
