// SPDX-License-Identifier: GPL-2.0-or-later
/* What a build without libpcap says. */
#ifndef HAVE_LIBPCAP
#include <errno.h>

#include "capture/capture_reader.h"

static int cannot(struct capture_reader *reader, const char *name, struct err *err)
{
	*reader = (struct capture_reader){ .fd = -1 };
	return err_set(err, -EOPNOTSUPP, "%s: this build has no libpcap", name);
}

/* Say that this build cannot.
 *
 * Return: -EOPNOTSUPP.
 */
int capture_reader_open(struct capture_reader *reader, const char *path, struct err *err)
{
	return cannot(reader, path, err);
}

int capture_reader_take(struct capture_reader *reader, FILE *file, const char *name)
{
	(void)file;
	return cannot(reader, name, NULL);
}

int capture_reader_begin(struct capture_reader *reader, const struct capture_filter *filter,
			 struct err *err)
{
	(void)filter;
	return cannot(reader, "capture files", err);
}

int capture_reader_listen(struct capture_reader *reader, const char *interface, int snaplen,
			  struct err *err)
{
	(void)snaplen;
	return cannot(reader, interface, err);
}

int capture_reader_next(struct capture_reader *reader, struct captured *frame, struct err *err)
{
	(void)frame;
	return cannot(reader, "capture files", err);
}

int capture_reader_count_drops(struct capture_reader *reader)
{
	(void)reader;
	return 0;
}

void capture_reader_close(struct capture_reader *reader)
{
	reader->pcap = NULL;
}

/* Everything passes: there is nothing that could be refused. */
int capture_filter_compile(struct capture_filter *filter, const char *expression, struct err *err)
{
	(void)expression;
	filter->programs = NULL;
	return err_set(err, -EOPNOTSUPP, "this build has no libpcap, and so no filters");
}

void capture_filter_free(struct capture_filter *filter)
{
	filter->programs = NULL;
}

#endif
