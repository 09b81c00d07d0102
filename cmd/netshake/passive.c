// SPDX-License-Identifier: GPL-2.0-or-later
/* --read and --sniff: frames go to lib/analysis, which finds connections in them.
 *
 * The file, or the interface, is opened with the rights that this needs; then all of them are given
 * up, and every system call but those that read and write what is open; only then is the first byte
 * read. */
#include "passive.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/clock.h"
#include "base/priv.h"
#include "base/seccomp.h"
#include "cli/message.h"
#include "cli/signals.h"

#define NS_PER_S 1000000000u

/* Of a frame that is heard: enough for all headers. The payload is read with -v alone. */
#define HEADERS_SNAPLEN 256

/* How long a wait may last: signals that come just before it are not missed for longer. */
#define WAIT_NS (NS_PER_S / 4)

/* Longest filter. */
#define FILTER_SIZE 4096

static int compile_filter(struct passive *passive, char **words, int count, struct err *err)
{
	char text[FILTER_SIZE] = "";
	size_t length = 0;

	for (int i = 0; i < count; i++) {
		size_t more = strlen(words[i]);

		if (length + more + 2 > sizeof(text))
			return err_set(err, -E2BIG, "filter: longer than %zu bytes", sizeof(text));
		if (i > 0)
			text[length++] = ' ';
		memcpy(text + length, words[i], more + 1);
		length += more;
	}
	return count > 0 ? capture_filter_compile(&passive->filter, text, err) : 0;
}

/* Give up every privilege, and every system call that what is open does not need. */
static int give_up(bool is_live, struct err *err)
{
	static const char *const none[] = { NULL };
	static const char *const live[] = { "recvfrom",	  "recv",	"setsockopt",
					    "getsockopt", "epoll_wait", NULL };
	int ret = priv_drop_all(err);

	return ret < 0 ? ret : seccomp_confine(netshake_command.name, is_live ? live : none, err);
}

static int open_source(struct passive *passive, struct err *err)
{
	const struct settings *settings = &passive->run->settings;

	if (settings->read_file)
		return capture_reader_open(&passive->reader, settings->read_file, err);
	return capture_reader_listen(&passive->reader, settings->sniff,
				     settings->verbose ? 0 : HEADERS_SNAPLEN, err);
}

static void see(struct passive *passive, const struct captured *captured)
{
	const struct tcp_watch_frame frame = {
		.bytes = captured->bytes,
		.length = captured->length,
		.wire_length = captured->wire_length,
		.time_ns = captured->time_ns,
	};
	struct segment segment;
	struct tcp_sight sight;
	struct tcp_flow *flow = tcp_watch_see(&passive->watch, &frame, &segment, &sight);

	if (flow)
		passive_segment(passive, flow, &segment, &sight);
}

/* Whether enough was told, or nobody reads it, or somebody said stop. */
static bool is_enough(const struct passive *passive)
{
	const struct run *run = passive->run;

	return cli_stop_signal() || run->out.error || passive->ret < 0 ||
	       (run->settings.flow != UNSET && passive->told > 0) ||
	       (run->settings.count != UNSET && passive->told >= run->settings.count);
}

/* See all frames that there are.
 *
 * Return: 0, or -errno where the file is damaged.
 */
static int take_frames(struct passive *passive, struct err *err)
{
	struct captured frame;
	int ret = 1;

	while (ret > 0 && !is_enough(passive)) {
		ret = capture_reader_next(&passive->reader, &frame, err);
		if (ret > 0)
			see(passive, &frame);
	}
	return ret < 0 ? ret : 0;
}

static int flush(struct passive *passive, struct err *err)
{
	struct run *run = passive->run;
	int ret;

	if (run->table.writer)
		table_flush(&run->table);
	ret = buf_flush(&run->out);
	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}

/* Listen until the end of --for, or until there is enough. */
static int listen_on(struct passive *passive, struct err *err)
{
	uint64_t now_ns = clock_mono_ns(), end_ns = UINT64_MAX;
	struct pollfd polled = { .fd = passive->reader.fd, .events = POLLIN };
	int ret = 0;

	if (passive->run->settings.for_ms)
		end_ns = now_ns + (uint64_t)passive->run->settings.for_ms * NS_PER_MS;
	while (ret == 0 && !is_enough(passive) && (now_ns = clock_mono_ns()) < end_ns) {
		uint64_t left_ns = end_ns - now_ns < WAIT_NS ? end_ns - now_ns : WAIT_NS;
		const struct timespec left = { .tv_nsec = (long)left_ns };

		ppoll(&polled, 1, &left, NULL);
		ret = take_frames(passive, err);
		tcp_flows_advance(&passive->watch.flows, clock_real_ns());
		if (ret == 0)
			ret = flush(passive, err);
	}
	return ret;
}

static int watch(struct passive *passive, struct err *err)
{
	bool is_live = passive->run->settings.sniff;
	int ret = open_source(passive, err);

	if (ret == 0)
		ret = give_up(is_live, err);
	if (ret == 0)
		ret = capture_reader_begin(&passive->reader, &passive->filter, err);
	if (ret == 0)
		ret = passive_begin(passive, err);
	if (ret < 0)
		return ret;
	passive->watch.link = passive->reader.link;
	return is_live ? listen_on(passive, err) : take_frames(passive, err);
}

static void say_count(uint64_t count, const char *noun, const char *what)
{
	if (count > 0)
		cli_message(netshake_command.name, "%llu %s%s %s", (unsigned long long)count, noun,
			    count == 1 ? "" : "s", what);
}

/* What was not read, or not waited for. */
static void say_missing(struct passive *passive)
{
	const struct tcp_watch *seen = &passive->watch;

	capture_reader_count_drops(&passive->reader);
	say_count(passive->reader.dropped, "packet", "missing: they came too fast");
	say_count(seen->flows.evicted, "open connection",
		  "not waited for: there were more at once than --connections");
	say_count(seen->flows.lost, "segment", "not seen: out of memory");
	say_count(passive->left_out, "segment", "left out of ladders: too many to keep");
	say_count(seen->fragments, "IP fragment", "behind the first of a packet not read");
	say_count(seen->cut, "packet", "cut before the end of the TCP header: not read");
	say_count(seen->malformed, "packet", "with IP or TCP headers that cannot be: not read");
	if (seen->segments == 0 && seen->frames > 0)
		cli_message(netshake_command.name, "no TCP segment in %llu frame%s",
			    (unsigned long long)seen->frames, seen->frames == 1 ? "" : "s");
}

/* --read, --sniff. @filter has @words of an expression of pcap-filter(7).
 *
 * Return: 0, with run->status 1 if a filter or --flow matched nothing; or -errno.
 */
int passive_run(struct run *run, char **filter, int words, struct err *err)
{
	struct passive passive = { .run = run, .reader.fd = -1 };
	bool is_chosen = words > 0 || run->settings.flow != UNSET;
	struct err late = { 0 };
	uint64_t seed = 0;
	int ret, end;

	if (getrandom(&seed, sizeof(seed), GRND_NONBLOCK) < 0)
		seed = clock_mono_ns();
	tcp_flows_init(&passive.watch.flows, run->settings.connections, seed, passive_done,
		       &passive);
	ret = compile_filter(&passive, filter, words, err);
	if (ret == 0)
		ret = watch(&passive, err);
	tcp_flows_fini(&passive.watch.flows);
	end = passive_end(&passive, &late);
	say_missing(&passive);
	capture_reader_close(&passive.reader);
	capture_filter_free(&passive.filter);
	if (ret == 0 && end < 0) {
		ret = end;
		*err = late;
	}
	run->status = is_chosen && passive.told == 0 ? CLI_EXIT_NO : CLI_EXIT_OK;
	return ret;
}
