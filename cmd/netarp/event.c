// SPDX-License-Identifier: GPL-2.0-or-later
/* What was noticed, as rows: one table for all that --probe, --dad, --scan and --guard find. */
#include "event.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

#define AT(field) .offset = offsetof(struct event_row, field)

struct event_row {
	uint64_t time_ns;
	const char *event, *severity, *dev, *evidence, *cast;
	struct addr addr;
	const char *const *macs, *const *vendors;
	uint32_t rtt_us;
	uint16_t vlan;
	const char *mac_words[LINK_EVENT_MACS + 1], *vendor_words[LINK_EVENT_MACS + 1];
	char mac_texts[LINK_EVENT_MACS][LLADDR_TEXT_MAX + 1];
};

static enum tint severity_tint(const void *data)
{
	const struct event_row *row = data;

	if (strcmp(row->severity, "critical") == 0 || strcmp(row->severity, "warning") == 0)
		return TINT_BAD;
	return strcmp(row->severity, "notice") == 0 ? TINT_NOTICE : TINT_NONE;
}

/* clang-format off */
static const struct column event_columns[] = {
	{ "time", "Time", "when", COLUMN_TIME, AT(time_ns) },
	{ "event", "Event", "what", COLUMN_TEXT, AT(event) },
	{ "severity", "Severity", "how bad", COLUMN_TEXT, AT(severity), .tint = severity_tint },
	{ "dev", "Iface", "where", COLUMN_TEXT, AT(dev) },
	{ "vlan", "VLAN", "on which VLAN", COLUMN_U16, COLUMN_NULL_ZERO, COLUMN_RIGHT, AT(vlan) },
	{ "addr", "Address", "whose address", COLUMN_ADDR, AT(addr) },
	{ "macs", "HWaddresses", "who", COLUMN_WORDS, AT(macs) },
	{ "vendor", "Vendors", "made by", COLUMN_WORDS, AT(vendors) },
	{ "rtt_us", "RTT", "microseconds to the reply", COLUMN_U32, COLUMN_NULL_MAX, COLUMN_RIGHT,
	  AT(rtt_us) },
	{ "cast", "Cast", "unicast or broadcast reply", COLUMN_TEXT, AT(cast) },
	{ "evidence", "Evidence", "what shows it", COLUMN_TEXT, AT(evidence) },
	{ .key = NULL },
};
/* clang-format on */

static const char wide_list[] = "time,severity,event,dev,addr,macs,evidence";
static const char full_list[] = "time,event,severity,dev,vlan,addr,macs,vendor,evidence";
static const char reply_list[] = "time,event,severity,dev,addr,macs,vendor,rtt_us,cast,evidence";

/* Start a listing of what is found; @has_replies for modes that measure. In the habit's layout
 * there is nothing to start: each mode has lines of its own.
 *
 * Return: 0, or -EINVAL for a bad --columns.
 */
int event_begin(struct run *run, bool has_replies, struct err *err)
{
	if (settings_is_habit(&run->settings))
		return 0;
	return rows_begin(run, event_columns, has_replies ? reply_list : wide_list,
			  has_replies ? reply_list : full_list, err);
}

static void fill_macs(const struct run *run, struct event_row *row, const struct link_event *event)
{
	for (uint32_t i = 0; i < event->mac_count; i++) {
		const char *vendor = vendors_name(&run->vendors, &event->macs[i]);

		*lladdr_format(row->mac_texts[i], &event->macs[i]) = '\0';
		row->mac_words[i] = row->mac_texts[i];
		if (run->settings.vendor)
			row->vendor_words[i] = vendor ? vendor : "unknown";
	}
	row->macs = row->mac_words;
	row->vendors = run->settings.vendor ? row->vendor_words : NULL;
}

/* Write one event in the format that was asked for, and send it off at once.
 *
 * Return: 0 or the -errno of a failed write.
 */
int event_show(struct run *run, const struct link_event *event)
{
	struct event_row row = {
		.time_ns = event->time_ns ? event->time_ns : clock_real_ns(),
		.event = link_event_names[event->kind],
		.severity = link_severity_names[event->severity],
		.dev = links_name(&run->links, event->iface),
		.evidence = event->evidence[0] ? event->evidence : NULL,
		.addr = event->addr,
		.vlan = event->vlan,
		.rtt_us = event->rtt_ns == LINK_EVENT_NO_RTT ? UINT32_MAX : event->rtt_ns / 1000,
	};

	if (event->kind == EVENT_REPLY)
		row.cast = event->is_broadcast ? "broadcast" : "unicast";
	fill_macs(run, &row, event);
	if (settings_is_habit(&run->settings)) {
		char addr[ADDR_TEXT_MAX + 1], time[CLOCK_TEXT_MAX + 1], vlan[16] = "";

		*clock_format(time, row.time_ns) = '\0';
		*addr_format(addr, &event->addr) = '\0';
		if (event->vlan)
			*text_u64(vlan + text_copy(vlan, 8, " vlan "), event->vlan) = '\0';
		say_line(run, "%s %s %s %s%s%s%s%s%s", time, row.severity, row.event,
			 row.dev ? row.dev : "-", vlan, addr[0] ? " " : "", addr,
			 row.evidence ? ": " : "", row.evidence ? row.evidence : "");
	} else {
		table_row(&run->table, &row);
	}
	/* Who watches a link wants to know at once, not when the widths of columns are known. */
	if (run->settings.mode == MODE_GUARD && !settings_is_habit(&run->settings))
		table_flush(&run->table);
	if (run->settings.mode == MODE_GUARD || run->settings.common.layout == CLI_LAYOUT_HABIT ||
	    run->settings.common.layout == CLI_LAYOUT_NDJSON)
		return buf_flush(&run->out);
	return run->out.error;
}

/* Finish the listing.
 *
 * Return: 0 or the -errno of a failed write.
 */
int event_end(struct run *run, struct err *err)
{
	int ret;

	if (!settings_is_habit(&run->settings))
		table_end(&run->table);
	ret = buf_flush(&run->out);
	return ret < 0 ? err_set(err, ret, "cannot write: %s", strerror(-ret)) : 0;
}
