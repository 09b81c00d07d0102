// SPDX-License-Identifier: GPL-2.0-or-later
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/message.h"

/* Bad lines are told one by one up to this many; the rest is counted. */
#define TOLD_MAX 100

#define SECOND_NS 1000000000u

/* Lines between two looks at the clock. */
#define TELL_EVERY 4096

/* Open the file that the command line names, "-" for standard input.
 *
 * Return: 0 or -errno.
 */
int input_open(struct input *input, struct run *run, struct err *err)
{
	const char *file = run->settings.file;

	input->run = run;
	input->line = 0;
	input->bad = 0;
	input->has_told = false;
	input->fd = STDIN_FILENO;
	if (strcmp(file, "-") != 0)
		input->fd = open(file, O_RDONLY | O_CLOEXEC);
	if (input->fd < 0)
		return err_set(err, -errno, "%s: %s", file, strerror(errno));
	input->told_ns = isatty(STDERR_FILENO) && !isatty(STDOUT_FILENO) && !isatty(input->fd) ?
				 clock_mono_ns() :
				 0;
	lines_init(&input->lines, input->fd);
	return 0;
}

/* Whether input_next() would have to wait for somebody who writes. */
bool input_would_wait(struct input *input)
{
	struct pollfd poll_fd = { .fd = input->fd, .events = POLLIN };

	if (input->lines.start < input->lines.end || input->lines.at_end)
		return false;
	return poll(&poll_fd, 1, 0) == 0;
}

static void tell_progress(struct input *input)
{
	uint64_t now_ns;
	char text[64];
	char *at;
	ssize_t written;

	if (!input->told_ns || input->line % TELL_EVERY != 0)
		return;
	now_ns = clock_mono_ns();
	if (now_ns - input->told_ns < SECOND_NS)
		return;
	input->told_ns = now_ns;
	input->has_told = true;
	at = text + text_copy(text, sizeof(text), "\rnetroute: ");
	at = text_u64(at, input->line);
	at += text_copy(at, 16, " lines");
	written = write(STDERR_FILENO, text, (size_t)(at - text));
	(void)written;
}

/* Write the last figure over the one before, and leave its line. */
static void end_progress(struct input *input)
{
	ssize_t written = write(STDERR_FILENO, "\r", 1);

	(void)written;
	input->has_told = false;
	cli_message("netroute", "%llu lines", (unsigned long long)input->line);
}

static bool is_usable(const struct run *run, const struct addr *dst)
{
	if (run->flow.src.family && run->flow.src.family != dst->family)
		return false;
	return query_wants_family(run, dst->family);
}

/* Get the next destination. Blank lines and comments are passed over; bad lines are said, counted,
 * and passed over, too.
 *
 * Return: 1, 0 at the end, -errno of reading.
 */
int input_next(struct input *input, struct addr *dst, struct err *err)
{
	size_t length;
	char *line;
	int ret;

	while ((ret = lines_next(&input->lines, &line, &length)) > 0) {
		bool has_nul = strlen(line) < length;

		input->line++;
		tell_progress(input);
		line = text_bare(line);
		if (!*line && !has_nul)
			continue;
		if (!has_nul && addr_parse(dst, line) == 0 && is_usable(input->run, dst))
			return 1;
		if (++input->bad > TOLD_MAX)
			continue;
		if (input->has_told)
			end_progress(input);
		cli_message("netroute", "line %llu: '%.64s' is no destination%s",
			    (unsigned long long)input->line, line,
			    input->run->settings.families || input->run->flow.src.family ?
				    " of this family" :
				    "");
	}
	if (ret < 0)
		err_set(err, ret, "%s: %s", input->run->settings.file, strerror(-ret));
	return ret;
}

/* Close the file, and say how many bad lines there were. */
void input_close(struct input *input)
{
	if (input->has_told)
		end_progress(input);
	if (input->bad > TOLD_MAX)
		cli_message("netroute", "%llu bad lines in all", (unsigned long long)input->bad);
	input->run->is_incomplete |= input->bad > 0;
	if (input->fd != STDIN_FILENO)
		close(input->fd);
}
