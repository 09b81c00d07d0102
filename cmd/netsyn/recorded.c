// SPDX-License-Identifier: GPL-2.0-or-later
/* --read: judging what --record kept. */
#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/signals.h"
#include "netsyn.h"

#define NS_PER_MS 1000000u

struct replay {
	struct run *run;
	struct site *site;
	uint64_t last_ns, start_ns; /* CLOCK_MONOTONIC of the recording host */
	bool is_out_of_order;
};

static int on_look(const struct syn_look *look, void *arg)
{
	struct replay *replay = arg;

	if (look->mono_ns <= replay->last_ns) {
		replay->is_out_of_order = true;
		return -EINVAL;
	}
	replay->last_ns = look->mono_ns;
	syn_observer_begin(&replay->site->observer, look);
	return 0;
}

static int on_sock(const struct sock *sock, void *arg)
{
	struct replay *replay = arg;

	return sock->state == SOCK_LISTEN ? syn_observer_listener(&replay->site->observer, sock) :
					    syn_observer_half_open(&replay->site->observer, sock);
}

/* Of several intervals people get a line each. */
static void write_line(struct run *run, const struct site *site)
{
	char *at = buf_reserve(&run->out, CLOCK_TEXT_MAX + 1);

	at = clock_format(at, site->facts.real_ns);
	*at++ = ' ';
	buf_commit(&run->out, at);
	text_headline(&run->out, run, site);
	buf_add_char(&run->out, '\n');
}

static int judge(struct replay *replay, bool is_series, struct err *err)
{
	static const int rank[] = { 0, 2, 3, 1 };
	struct run *run = replay->run;
	int before = run->status, ret = sites_judge(run, err);

	if (ret < 0)
		return ret;
	if (rank[before] > rank[run->status])
		run->status = before;
	if (!is_series || !settings_is_text(&run->settings) || run->settings.prometheus ||
	    run->settings.mode == MODE_NAGIOS)
		return judge_show(run, err);
	write_line(run, replay->site);
	return 0;
}

static int read_all(struct replay *replay, const struct look_folder *folder, struct err *err)
{
	uint64_t interval_ns = (uint64_t)replay->run->settings.interval_ms * NS_PER_MS;
	const struct syn_sink sink = { .on_look = on_look, .on_sock = on_sock, .arg = replay };
	struct syn_observer *observer = &replay->site->observer;
	bool is_judged = false;
	unsigned int extra = 0;
	int ret = 0;

	for (size_t i = 0; i < folder->count && ret == 0 && !cli_stop_signal(); i++) {
		char netns[LOOK_FILE_NAME_SIZE];
		unsigned int gaps = 0;

		ret = look_folder_read(folder, i, &sink, &gaps, netns, err);
		if (replay->is_out_of_order)
			err_set(err, ret, "%s: not later than the look before it",
				folder->names[i]);
		if (ret < 0)
			break;
		if (i > 0 && strcmp(netns, replay->site->name) != 0)
			return err_set(err, -EINVAL, "%s: of another network namespace",
				       folder->names[i]);
		text_copy(replay->site->name, sizeof(replay->site->name), netns);
		syn_observer_end(observer, gaps);
		if (i == 0)
			replay->start_ns = replay->last_ns;
		if (!interval_ns || replay->last_ns - replay->start_ns < interval_ns)
			continue;
		if (!sites_are_settled(replay->run, extra++))
			continue;
		extra = 0;
		ret = judge(replay, true, err);
		is_judged = true;
		replay->start_ns = replay->last_ns;
		syn_observer_next(observer);
	}
	if (ret == 0 && (!is_judged || observer->looks > 1))
		ret = judge(replay, is_judged, err);
	return ret;
}

/* Judge the looks of a folder: as one interval, or, if an interval was given, one after the other.
 *
 * Return: 0, with the worst as run->status, or -errno.
 */
int recorded_run(struct run *run, struct err *err)
{
	struct replay replay = { .run = run, .site = &run->sites[0] };
	struct look_folder folder;
	int ret = look_folder_open(&folder, run->settings.read_dir, err), end;

	if (ret == 0)
		ret = judge_begin(run, err);
	if (ret == 0)
		ret = read_all(&replay, &folder, err);
	look_folder_close(&folder);
	end = judge_end(run, ret < 0 ? NULL : err);
	return ret < 0 ? ret : end;
}
