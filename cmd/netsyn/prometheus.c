// SPDX-License-Identifier: GPL-2.0-or-later
/* The judgement for Prometheus: a file for node_exporter's textfile collector, or standard output.
 * Sources are never labels: a flood would make a time series of each. */
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "base/state_file.h"
#include "netsyn.h"
#include "table/metrics.h"

#define NS_PER_S 1000000000u

/* What is told of each namespace, and of each listener; NAN: it is not known, and left out. */
struct site_metric {
	const char *name, *help;
	double (*value)(const struct site *site);
};

struct listener_metric {
	const char *name, *help;
	double (*value)(const struct syn_listener *listener,
			const struct syn_listener_verdict *own);
};

static double known(uint64_t count)
{
	return count == UINT64_MAX ? NAN : (double)count;
}

static double site_severity(const struct site *site)
{
	return (double)site->severity;
}

static double site_syn_rate(const struct site *site)
{
	return site->verdict.syn_rate;
}

static double site_completion_rate(const struct site *site)
{
	return site->verdict.completion_rate;
}

static double site_cookie_return(const struct site *site)
{
	return site->verdict.cookie_return;
}

static double site_time(const struct site *site)
{
	uint64_t seconds = site->facts.real_ns / NS_PER_S;

	return (double)seconds;
}

static double severity(const struct syn_listener *listener, const struct syn_listener_verdict *own)
{
	(void)listener;
	return (double)own->severity;
}

static double half_open(const struct syn_listener *listener, const struct syn_listener_verdict *own)
{
	(void)own;
	return (double)listener->half_open;
}

static double capacity(const struct syn_listener *listener, const struct syn_listener_verdict *own)
{
	(void)own;
	return known(listener->capacity);
}

static double accept_queue(const struct syn_listener *listener,
			   const struct syn_listener_verdict *own)
{
	(void)own;
	return (double)listener->accept_queue;
}

static double backlog(const struct syn_listener *listener, const struct syn_listener_verdict *own)
{
	(void)own;
	return known(listener->accept_backlog);
}

static double survival(const struct syn_listener *listener, const struct syn_listener_verdict *own)
{
	(void)own;
	return listener->survival;
}

static double sources(const struct syn_listener *listener, const struct syn_listener_verdict *own)
{
	bool is_counted = listener->half_open == 0 || listener->sources.syns > 0;

	(void)own;
	return is_counted ? listener->sources.sources : NAN;
}

static const struct site_metric site_metrics[] = {
	{ "netsyn_severity", "Of the verdict: 0 ok, 1 warning, 2 critical, 3 unknown.",
	  site_severity },
	{ "netsyn_syn_rate", "SYNs a second, estimated.", site_syn_rate },
	{ "netsyn_completion_rate", "Handshakes completed a second.", site_completion_rate },
	{ "netsyn_cookie_return_ratio", "Share of SYN cookies that came back.",
	  site_cookie_return },
	{ "netsyn_last_run_timestamp_seconds", "When it was judged.", site_time },
};

static const struct listener_metric listener_metrics[] = {
	{ "netsyn_listener_severity", "Of its verdict: 0 ok, 1 warning, 2 critical.", severity },
	{ "netsyn_listener_half_open", "Half-open connections.", half_open },
	{ "netsyn_listener_syn_queue_capacity", "Half-open connections that fit.", capacity },
	{ "netsyn_listener_accept_queue", "Connections that wait for accept().", accept_queue },
	{ "netsyn_listener_backlog", "Connections that may wait.", backlog },
	{ "netsyn_listener_survival_ratio", "Half-opens still there two seconds later.", survival },
	{ "netsyn_listener_sources", "Distinct sources of half-opens.", sources },
};

/* NAME{netns="..." */
static void begin_sample(struct buf *out, const char *name, const struct site *site)
{
	buf_add_text(out, name);
	buf_add_text(out, "{netns=\"");
	metrics_label(out, site->name);
	buf_add_char(out, '"');
}

static void end_sample(struct buf *out, double value)
{
	buf_add_format(out, "} %.10g\n", value);
}

/* One of several states, as a gauge of 0 or 1 for each. */
static void add_verdicts(const struct run *run, struct buf *out)
{
	metrics_head(out, "netsyn_verdict", "gauge", "1 for what the namespace is judged to be.");
	for (size_t i = 0; i < run->site_count; i++) {
		for (unsigned int what = 0; what < SYN_WHAT_COUNT; what++) {
			begin_sample(out, "netsyn_verdict", &run->sites[i]);
			buf_add_text(out, ",verdict=\"");
			buf_add_text(out, words_what_keys[what]);
			buf_add_char(out, '"');
			end_sample(out, run->sites[i].verdict.what == what);
		}
	}
}

static void add_sites(const struct run *run, struct buf *out, const struct site_metric *metric)
{
	metrics_head(out, metric->name, "gauge", metric->help);
	for (size_t i = 0; i < run->site_count; i++) {
		double value = metric->value(&run->sites[i]);

		if (isnan(value))
			continue;
		begin_sample(out, metric->name, &run->sites[i]);
		end_sample(out, value);
	}
}

static void add_listener(struct buf *out, const char *name, const struct site *site,
			 const struct syn_listener *listener, double value)
{
	begin_sample(out, name, site);
	buf_add_text(out, ",addr=\"");
	buf_commit(out, addr_format(buf_reserve(out, ADDR_TEXT_MAX), &listener->addr));
	buf_add_format(out, "\",port=\"%u\",iface=\"%u\"", listener->addr.port, listener->iface);
	end_sample(out, value);
}

static void add_listeners(const struct run *run, struct buf *out,
			  const struct listener_metric *metric)
{
	metrics_head(out, metric->name, "gauge", metric->help);
	for (size_t i = 0; i < run->site_count; i++) {
		const struct site *site = &run->sites[i];

		for (uint32_t l = 0; l < site->facts.listener_count; l++) {
			const struct syn_listener *listener = &site->facts.listeners[l];
			double value = metric->value(listener, &site->own[l]);

			/* What a closed listener left goes away of itself: no series of it. */
			if (!isnan(value) && listener->sockets > 0)
				add_listener(out, metric->name, site, listener, value);
		}
	}
}

static void add_all(const struct run *run, struct buf *out)
{
	add_verdicts(run, out);
	for (size_t i = 0; i < sizeof(site_metrics) / sizeof(site_metrics[0]); i++)
		add_sites(run, out, &site_metrics[i]);
	for (size_t i = 0; i < sizeof(listener_metrics) / sizeof(listener_metrics[0]); i++)
		add_listeners(run, out, &listener_metrics[i]);
}

/* Write the metrics to the file of --prometheus, as a whole or not at all, or to standard output.
 *
 * Return: 0 or -errno.
 */
int prometheus_write(struct run *run, struct err *err)
{
	const char *path = run->settings.prometheus;
	struct buf *out = &run->metrics;
	struct state_file file;
	int ret;

	if (strcmp(path, "-") == 0) {
		add_all(run, &run->out);
		return 0;
	}
	ret = state_file_open(&file, path, err);
	if (ret == 0)
		ret = state_file_begin(&file, out, err);
	if (ret == 0) {
		add_all(run, out);
		if (fchmod(out->fd, 0644) < 0 && !out->error)
			out->error = -errno;
		ret = state_file_commit(&file, out, err);
	}
	state_file_close(&file);
	return ret;
}
