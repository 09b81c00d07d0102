// SPDX-License-Identifier: GPL-2.0-or-later
/* To whichever layout is in force: the ladder as it happens, or records. */
#include <langinfo.h>
#include <string.h>
#include <unistd.h>

#include "netshake.h"

/* Begin the output.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int tell_begin(struct run *run, struct err *err)
{
	const struct settings *settings = &run->settings;

	run->has_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	if (settings_is_ladder(settings)) {
		run->palette = cli_palette(settings->common.color, STDOUT_FILENO);
		return 0;
	}
	if (settings_walks(settings))
		return rows_begin(run, walk_columns, NULL, err);
	if (settings->probe >= 0)
		return rows_begin(run, question_columns, NULL, err);
	return rows_begin(run, trace_columns, trace_wide_list, err);
}

/* Let go what was told so far: who watches a ladder watches it grow.
 *
 * Return: 0, or the -errno of a failed write.
 */
int tell_flush(struct run *run, struct err *err)
{
	int ret = settings_is_ladder(&run->settings) ? buf_flush(&run->out) : 0;

	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}

/* All is known of @item. */
void tell_item(struct shake *shake, struct item *item)
{
	struct run *run = shake->run;

	if (!settings_is_ladder(&run->settings) || settings_walks(&run->settings))
		return;
	if (!shake->is_begun)
		ladder_begin(shake);
	ladder_item(shake, item);
	if (run->settings.verbose && item->kind != ITEM_EVENT)
		dump_segment(run, &item->segment);
}

/* The connection is judged. */
int tell_result(struct shake *shake, struct err *err)
{
	if (!settings_is_ladder(&shake->run->settings))
		return rows_result(shake, err);
	if (!shake->is_begun)
		ladder_begin(shake);
	summary_write(shake);
	return tell_flush(shake->run, err);
}

/* All connections are over.
 *
 * Return: 0, or the -errno of a failed write.
 */
int tell_end(struct run *run, struct err *err)
{
	int ret;

	if (!settings_is_ladder(&run->settings)) {
		if (run->tally.traces > 1)
			rows_tally(run);
		table_end(&run->table);
	} else if (run->tally.traces > 1) {
		summary_tally(run);
	}
	ret = buf_flush(&run->out);
	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}
