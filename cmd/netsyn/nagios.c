// SPDX-License-Identifier: GPL-2.0-or-later
/* One line for Nagios, Icinga and the like, with performance data
 * (https://www.monitoring-plugins.org/doc/guidelines.html). */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "netsyn.h"

static const char *const states[SYN_SEVERITY_COUNT] = { "OK", "WARNING", "CRITICAL", "UNKNOWN" };

/* 'label'=value;warn;crit;min;max, each of the last four empty where there is none. */
static void add_value(struct buf *out, const char *label, double value, const char *warning,
		      const char *critical, uint64_t max)
{
	if (isnan(value)) {
		buf_add_format(out, " '%s'=U", label);
		return;
	}
	buf_add_format(out, " '%s'=%.6g;%.40s;%.40s;0", label, value, warning ? warning : "",
		       critical ? critical : "");
	if (max != UINT64_MAX)
		buf_add_format(out, ";%" PRIu64, max);
}

static double delta_of(const struct run *run, enum syn_counter counter)
{
	double sum = 0;

	for (size_t i = 0; i < run->site_count; i++) {
		uint64_t delta = run->sites[i].facts.deltas[counter];

		sum += delta == COUNTER_UNKNOWN ? NAN : (double)delta;
	}
	return sum;
}

/* The bar would begin the performance data. */
static void add_headline(struct buf *out, const struct run *run, const struct site *site)
{
	size_t before = out->length;

	text_headline(out, run, site);
	for (size_t i = before; i < out->length; i++)
		if (out->bytes[i] == '|')
			out->bytes[i] = '/';
}

/* Write the line: the worst of the sites, and figures of all. */
void nagios_write(struct run *run)
{
	const struct settings *settings = &run->settings;
	const struct site *worst = &run->sites[0];
	uint64_t half_open = 0, capacity = 0;
	struct buf *out = &run->out;
	double rate = 0;

	for (size_t i = 0; i < run->site_count; i++) {
		const struct site *site = &run->sites[i];

		if ((int)site->severity == run->status && (int)worst->severity != run->status)
			worst = site;
		rate += site->verdict.syn_rate;
		for (uint32_t l = 0; l < site->facts.listener_count; l++) {
			const struct syn_listener *listener = &site->facts.listeners[l];

			half_open += listener->half_open;
			if (listener->capacity != UINT64_MAX)
				capacity += listener->capacity;
		}
	}
	buf_add_text(out, "SYNFLOOD ");
	buf_add_text(out, states[run->status]);
	buf_add_text(out, " - ");
	add_headline(out, run, worst);
	buf_add_text(out, " |");
	add_value(out, "half_open", (double)half_open, settings->warning_text,
		  settings->critical_text, capacity > 0 ? capacity : UINT64_MAX);
	add_value(out, "syn_rate", rate, NULL, NULL, UINT64_MAX);
	add_value(out, "cookies_sent", delta_of(run, COUNTER_COOKIES_SENT), NULL, NULL, UINT64_MAX);
	add_value(out, "cookies_received", delta_of(run, COUNTER_COOKIES_RECV), NULL, NULL,
		  UINT64_MAX);
	add_value(out, "syns_dropped", delta_of(run, COUNTER_LISTEN_DROPS), NULL, NULL, UINT64_MAX);
	add_value(out, "handshakes", delta_of(run, COUNTER_PASSIVE_OPENS), NULL, NULL, UINT64_MAX);
	buf_add_char(out, '\n');
}

/* What went wrong, where monitoring looks for it: on standard output. */
void nagios_fail(struct buf *out, const char *text)
{
	buf_add_text(out, "SYNFLOOD UNKNOWN - ");
	for (; *text; text++)
		buf_add_char(out, (char)(*text == '|' || *text == '\n' ? '/' : *text));
	buf_add_char(out, '\n');
	buf_flush(out);
}
