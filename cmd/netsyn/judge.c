// SPDX-License-Identifier: GPL-2.0-or-later
/* Judging what is seen now, once, and showing it. */
#include <errno.h>
#include <string.h>

#include "cli/signals.h"
#include "netsyn.h"

#define NS_PER_MS 1000000u

static bool is_table(const struct settings *settings)
{
	return settings->mode != MODE_NAGIOS && !settings->prometheus &&
	       !settings_is_text(settings);
}

/* Begin what is to be shown: one judgement or many.
 *
 * Return: 0 or -errno.
 */
int judge_begin(struct run *run, struct err *err)
{
	int ret = is_table(&run->settings) ? rows_begin(run, err) : 0;

	run->has_begun = ret == 0;
	return ret;
}

/* Show the judgement in the format that was asked for.
 *
 * Return: 0 or -errno.
 */
int judge_show(struct run *run, struct err *err)
{
	if (run->settings.prometheus)
		return prometheus_write(run, err);
	if (run->settings.mode == MODE_NAGIOS) {
		nagios_write(run);
		return 0;
	}
	for (size_t i = 0; i < run->site_count; i++) {
		const struct site *site = &run->sites[i];

		if (is_table(&run->settings)) {
			if (rows_add(run, site) < 0)
				return err_set(err, -ENOMEM, "out of memory");
			continue;
		}
		if (i > 0)
			buf_add_char(&run->out, '\n');
		text_verdict(run, site);
	}
	return 0;
}

/* Send off what was shown.
 *
 * Return: 0 or the -errno of a failed write.
 */
int judge_flush(struct run *run, struct err *err)
{
	int ret;

	if (is_table(&run->settings))
		table_flush(&run->table);
	ret = buf_flush(&run->out);
	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}

/* Bring it to an end, if it has begun.
 *
 * Return: 0 or the -errno of a failed write.
 */
int judge_end(struct run *run, struct err *err)
{
	if (!run->has_begun)
		return 0;
	return is_table(&run->settings) ? rows_end(run, err) : judge_flush(run, err);
}

/* Look, judge and show once.
 *
 * Return: 0, with run->status, or -errno.
 */
int judge_once(struct run *run, struct err *err)
{
	uint64_t interval_ns = (uint64_t)run->settings.interval_ms * NS_PER_MS;
	int ret = judge_begin(run, err), end;

	if (ret == 0)
		ret = sites_look(run, err);
	if (ret == 0 && !run->settings.snapshot)
		ret = sites_observe(run, interval_ns, err);
	if (ret == 0 && !cli_stop_signal()) {
		ret = sites_judge(run, err);
		if (ret == 0)
			sites_find_owners(run, false);
		if (ret == 0)
			ret = judge_show(run, err);
	}
	end = judge_end(run, ret < 0 ? NULL : err);
	return ret < 0 ? ret : end;
}
