// SPDX-License-Identifier: GPL-2.0-or-later
/* --watch: judging again and again, without a gap between the intervals. On a terminal the whole
 * verdict is kept up to date, with the latest events below it; elsewhere people get the events
 * alone, a line at each change of verdict, and programs a row for each interval. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "cli/signals.h"
#include "netsyn.h"

#define NS_PER_MS 1000000u
#define CLEAR_SCREEN "\033[H\033[2J"

#define EVENTS 8

/* What a verdict is compared by. */
struct stock {
	enum syn_what what;
	enum syn_severity severity;
	struct addr listener;
};

struct watch {
	struct stock *stocks; /* by site; of the judgement before */
	bool has_stocks;
	struct buf events[EVENTS]; /* the latest, in memory */
	unsigned int event_count;
};

static struct stock take_stock(const struct site *site)
{
	const struct syn_verdict *verdict = &site->verdict;
	struct stock stock = { .what = verdict->what, .severity = site->severity };

	if (verdict->listener != SYN_NO_LISTENER)
		stock.listener = site->facts.listeners[verdict->listener].addr;
	return stock;
}

static bool is_same(const struct stock *a, const struct stock *b)
{
	return a->what == b->what && a->severity == b->severity &&
	       addr_equal(&a->listener, &b->listener) && a->listener.port == b->listener.port;
}

/* "2026-11-27T04:15:00.123456Z FLOOD (warning): ..." */
static void write_event(struct buf *out, const struct run *run, const struct site *site)
{
	char *at = buf_reserve(out, CLOCK_TEXT_MAX + 1);

	at = clock_format(at, site->facts.real_ns);
	*at++ = ' ';
	buf_commit(out, at);
	text_headline(out, run, site);
	buf_add_char(out, '\n');
}

static void note_events(struct run *run, struct watch *watch, bool is_live)
{
	for (size_t i = 0; i < run->site_count; i++) {
		const struct site *site = &run->sites[i];
		struct stock stock = take_stock(site);

		if (watch->has_stocks && is_same(&stock, &watch->stocks[i]))
			continue;
		watch->stocks[i] = stock;
		if (is_live) {
			struct buf *event = &watch->events[watch->event_count++ % EVENTS];

			buf_init(event, -1);
			write_event(event, run, site);
		} else {
			write_event(&run->out, run, site);
		}
	}
	watch->has_stocks = true;
}

static int draw(struct run *run, const struct watch *watch, struct err *err)
{
	unsigned int first = watch->event_count > EVENTS ? watch->event_count - EVENTS : 0;
	int ret;

	buf_add_text(&run->out, CLEAR_SCREEN);
	ret = judge_show(run, err);
	buf_add_text(&run->out, "\nEvents\n");
	for (unsigned int i = first; i < watch->event_count; i++) {
		const struct buf *event = &watch->events[i % EVENTS];

		buf_add(&run->out, event->bytes, event->length);
	}
	return ret;
}

static int judge_and_show(struct run *run, struct watch *watch, struct err *err)
{
	bool is_text = settings_is_text(&run->settings) && !run->settings.prometheus;
	bool is_live = is_text && isatty(STDOUT_FILENO);
	int ret = sites_judge(run, err);

	if (ret < 0)
		return ret;
	sites_find_owners(run, false);
	if (is_text)
		note_events(run, watch, is_live);
	if (is_live)
		ret = draw(run, watch, err);
	else if (!is_text)
		ret = judge_show(run, err);
	return ret < 0 ? ret : judge_flush(run, err);
}

/* Until somebody says stop. The first interval is the usual one, so that survivors can be told.
 *
 * Return: 0 or -errno.
 */
int watch_run(struct run *run, struct err *err)
{
	struct watch *watch = calloc(1, sizeof(*watch));
	uint64_t period_ns = (uint64_t)run->settings.common.watch_ms * NS_PER_MS;
	uint64_t interval_ns = (uint64_t)run->settings.interval_ms * NS_PER_MS;
	int ret, end;

	if (!watch)
		return err_set(err, -ENOMEM, "out of memory");
	ret = judge_begin(run, err);
	watch->stocks = calloc(run->site_count, sizeof(*watch->stocks));
	if (!watch->stocks) {
		judge_end(run, NULL);
		free(watch);
		return err_set(err, -ENOMEM, "out of memory");
	}
	if (interval_ns < period_ns)
		interval_ns = period_ns;
	if (ret == 0)
		ret = sites_look(run, err);
	while (ret == 0 && !cli_stop_signal()) {
		ret = sites_observe(run, interval_ns, err);
		if (ret < 0 || cli_stop_signal())
			break;
		ret = judge_and_show(run, watch, err);
		interval_ns = period_ns;
		for (size_t i = 0; i < run->site_count; i++)
			syn_observer_next(&run->sites[i].observer);
		wire_next(run);
	}
	end = judge_end(run, ret < 0 ? NULL : err);
	free(watch->stocks);
	free(watch);
	return ret < 0 ? ret : end;
}
