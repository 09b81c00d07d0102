// SPDX-License-Identifier: GPL-2.0-or-later
#include "host/syn_looker.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "host/counters.h"
#include "host/sysctl.h"

struct reading {
	struct syn_counters *counters;
	const char *file;
};

static int on_counter(const struct counter *counter, void *arg)
{
	const struct reading *reading = arg;

	for (unsigned int i = 0; i < SYN_COUNTER_COUNT; i++) {
		const struct syn_counter_def *def = &syn_counter_defs[i];

		if (strcmp(def->name, counter->name) == 0 &&
		    strcmp(def->file, reading->file) == 0 &&
		    strcmp(def->group, counter->group) == 0)
			reading->counters->values[i] = counter->value;
	}
	return 0;
}

/* Read the counters of the calling thread's network namespace. One that is not there is
 * COUNTER_UNKNOWN; a kernel without IPv6 has no snmp6.
 *
 * Return: 0, or -errno, @err telling the file, if netstat or snmp could not be read.
 */
int syn_counters_read(struct syn_counters *counters, struct err *err)
{
	struct reading reading = { .counters = counters, .file = "netstat" };
	int ret, second;

	syn_counters_init(counters);
	ret = counters_read(COUNTERS_NETSTAT, on_counter, &reading, err);
	reading.file = "snmp";
	second = counters_read(COUNTERS_SNMP, on_counter, &reading, ret < 0 ? NULL : err);
	reading.file = "snmp6";
	counters_read(COUNTERS_SNMP6, on_counter, &reading, NULL);
	return ret < 0 ? ret : second;
}

/* Read the settings of the calling thread's network namespace; one that is not there is
 * SYN_SYSCTL_UNKNOWN. If none is, look->gaps says so. */
void syn_sysctls_read(struct syn_look *look)
{
	unsigned int found = 0;
	int64_t value;

	for (unsigned int i = 0; i < SYN_SYSCTL_COUNT; i++) {
		bool is_there = sysctl_read_number(syn_sysctl_paths[i], &value) == 0 && value >= 0;

		look->sysctls[i] = is_there ? (uint64_t)value : SYN_SYSCTL_UNKNOWN;
		found += is_there;
	}
	if (found == 0)
		look->gaps |= SYN_GAP_SYSCTLS;
}

static int list(struct sockets *sockets, const struct syn_sink *sink, enum sock_state state,
		struct err *err)
{
	const struct sock_query query = {
		.proto = SOCK_TCP,
		.family = AF_UNSPEC,
		.states = (uint16_t)(1u << state),
	};

	return sockets_list(sockets, &query, sink->on_sock, sink->arg, err);
}

/* Take one look at the calling thread's network namespace and hand everything to @sink. What could
 * not be seen is a bit in @gaps, and @err tells the first of it; that alone is no failure.
 *
 * Return: 0, or -errno of @sink.
 */
int syn_look_take(struct sockets *sockets, const struct syn_sink *sink, unsigned int *gaps,
		  struct err *err)
{
	struct syn_look look = { 0 };
	int ret;

	err->text[0] = '\0';
	if (syn_counters_read(&look.counters, err) < 0)
		look.gaps |= SYN_GAP_COUNTERS;
	syn_sysctls_read(&look);
	look.real_ns = clock_real_ns();
	look.mono_ns = clock_mono_ns();
	*gaps = look.gaps;
	ret = sink->on_look(&look, sink->arg);
	if (ret < 0)
		return ret;
	ret = list(sockets, sink, SOCK_LISTEN, err->text[0] ? NULL : err);
	if (ret == -ENOMEM)
		return ret;
	if (ret < 0)
		*gaps |= SYN_GAP_LISTENERS;
	ret = list(sockets, sink, SOCK_SYN_RECV, err->text[0] ? NULL : err);
	if (ret == -ENOMEM)
		return ret;
	if (ret < 0 || (sockets->has_diag && sockets->nl.is_interrupted))
		*gaps |= SYN_GAP_HALF_OPENS;
	return 0;
}
