// SPDX-License-Identifier: GPL-2.0-or-later
/* iputils' text for one host, byte for byte (20221126). Times are those of the kernel. */
#include <inttypes.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/message.h"
#include "netping.h"
#include "wire/icmp.h"

/* How long the name of an address may take. */
#define NAME_DEADLINE_NS 1000000000u

/* Data that is large enough for ping to time its reply. */
#define TIMED_SIZE 16

#define US 1000u

/* An address, with the interface that it is good for. */
static void add_address(struct run *run, const struct addr *addr)
{
	const struct if_nameindex *link = run->links;
	char text[ADDR_TEXT_MAX + 1];

	*addr_format(text, addr) = '\0';
	buf_add_text(&run->out, text);
	if (!addr->zone || !addr_is_scoped(addr))
		return;
	while (link && link->if_index && link->if_index != addr->zone)
		link++;
	if (link && link->if_index) {
		buf_add_char(&run->out, '%');
		buf_add_foreign(&run->out, link->if_name);
	}
}

/* Return: the name of @addr if names are wanted and it has one in time. */
static const char *name_of(struct run *run, const struct addr *addr)
{
	struct name_key key = name_key_host(addr);

	if (!run->has_names || names_want(&run->names, &key) < 0)
		return NULL;
	names_wait(&run->names, clock_mono_ns() + NAME_DEADLINE_NS);
	return names_get(&run->names, &key);
}

/* "NAME (ADDRESS)", or the address alone. */
static void add_host(struct run *run, const struct addr *addr)
{
	const char *name = name_of(run, addr);

	if (name) {
		buf_add_foreign(&run->out, name);
		buf_add_text(&run->out, " (");
	}
	add_address(run, addr);
	if (name)
		buf_add_char(&run->out, ')');
}

static void add_hostname(struct run *run)
{
	const struct target *target = &run->targets.list[0];

	buf_add_foreign(&run->out, target->name == UINT32_MAX ? run->hostname :
								run->targets.text + target->name);
}

static void add_pattern(struct run *run)
{
	size_t digits = strlen(run->settings.pattern);
	size_t bytes = digits < 32 ? (digits + 1) / 2 : 16;

	buf_add_text(&run->out, "PATTERN: 0x");
	for (size_t i = 0; i < bytes; i++)
		buf_add_format(&run->out, "%02x", run->data[i]);
	buf_add_char(&run->out, '\n');
}

static void add_source(struct run *run)
{
	const struct settings *settings = &run->settings;
	struct addr source;
	bool is_device = settings->interface && !source_is_address(settings, &source);

	if (!is_device && !settings->sticky)
		return;
	buf_add_text(&run->out, "from ");
	add_address(run, &run->source);
	buf_add_char(&run->out, ' ');
	if (is_device)
		buf_add_foreign(&run->out, settings->interface);
	buf_add_text(&run->out, ": ");
}

/* "PING ...": what is about to be done. */
void habit_begin(struct run *run)
{
	const struct settings *settings = &run->settings;
	const struct target *target = &run->targets.list[0];
	uint32_t options = settings->record_route || settings->ip_stamps >= 0 ? 40 : 0;

	if (settings->pattern && !settings->quiet)
		add_pattern(run);
	buf_add_text(&run->out, "PING ");
	add_hostname(run);
	buf_add_text(&run->out, target->addr.family == AF_INET ? " (" : "(");
	if (target->addr.family == AF_INET)
		add_address(run, &target->addr);
	else
		add_host(run, &target->addr);
	buf_add_text(&run->out, ") ");
	if (settings->flow_label != UNSET && target->addr.family == AF_INET6)
		buf_add_format(&run->out, ", flow 0x%05x, ", settings->flow_label);
	add_source(run);
	if (target->addr.family == AF_INET)
		buf_add_format(&run->out, "%u(%u) bytes of data.\n", settings->size,
			       settings->size + ICMP_HEADER_SIZE + options + 20);
	else
		buf_add_format(&run->out, "%u data bytes\n", settings->size);
}

/* A dot for each probe of a flood. */
void habit_launch(struct run *run)
{
	buf_add_char(&run->out, '.');
}

static void add_time_of_day(struct run *run)
{
	uint64_t now_ns = clock_real_ns();

	if (run->settings.timestamps)
		buf_add_format(&run->out, "[%" PRIu64 ".%06" PRIu64 "] ", now_ns / 1000000000u,
			       now_ns % 1000000000u / US);
}

/* About three digits, as ping has it. */
static void add_time(struct run *run, uint64_t rtt_ns)
{
	uint64_t us = rtt_ns / US;

	if (run->settings.precise || us < 1000)
		buf_add_format(&run->out, " time=%" PRIu64 ".%03" PRIu64 " ms", us / 1000,
			       us % 1000);
	else if (us >= 100000 - 50)
		buf_add_format(&run->out, " time=%" PRIu64 " ms", (us + 500) / 1000);
	else if (us >= 10000 - 5)
		buf_add_format(&run->out, " time=%" PRIu64 ".%01" PRIu64 " ms", (us + 50) / 1000,
			       (us + 50) % 1000 / 100);
	else
		buf_add_format(&run->out, " time=%" PRIu64 ".%02" PRIu64 " ms", (us + 5) / 1000,
			       (us + 5) % 1000 / 10);
}

/* The first byte that is not what was sent, and all of them. */
static void add_wrong_data(struct run *run, const struct probe_event *event)
{
	const uint8_t *payload = event->payload;
	size_t size = run->settings.size, i = TIMED_SIZE;

	while (i < size && payload[i] == run->data[i])
		i++;
	if (i >= size)
		return;
	buf_add_format(&run->out, "\nwrong data byte #%zu should be 0x%x but was 0x%x", i,
		       run->data[i], payload[i]);
	for (i = TIMED_SIZE; i < size; i++) {
		if (i % 32 == TIMED_SIZE)
			buf_add_format(&run->out, "\n#%zu\t", i);
		buf_add_format(&run->out, "%x ", payload[i]);
	}
}

static void add_marks(struct run *run, const struct reply *reply)
{
	if (reply->flags & PROBE_DUP && (!run->is_multicast || run->settings.verbose))
		buf_add_text(&run->out, " (DUP!)");
	if (reply->event->is_corrupt)
		buf_add_text(&run->out, " (BAD CHECKSUM!)");
	if (reply->flags & PROBE_OTHER_SOURCE)
		buf_add_text(&run->out, " (DIFFERENT ADDRESS!)");
	add_wrong_data(run, reply->event);
}

static void add_line(struct run *run, const struct reply *reply)
{
	const struct probe_event *event = reply->event;

	add_time_of_day(run);
	buf_add_format(&run->out, "%zu bytes from ", event->payload_length + ICMP_HEADER_SIZE);
	add_host(run, &event->from);
	buf_add_format(&run->out, ": icmp_seq=%u", (uint16_t)reply->number);
	if (run->settings.verbose)
		buf_add_format(&run->out, " ident=%u",
			       run->receiving->sockets[run->receiving_socket].ident);
	if (event->ttl >= 0)
		buf_add_format(&run->out, " ttl=%d", event->ttl);
	if (reply->flags & PROBE_TRUNCATED) {
		buf_add_text(&run->out, " (truncated)\n");
		return;
	}
	if (run->settings.size >= TIMED_SIZE)
		add_time(run, reply->rtt.rtt_ns);
	add_marks(run, reply);
	if (run->settings.audible)
		buf_add_char(&run->out, '\a');
	route_show(run, event);
	buf_add_char(&run->out, '\n');
}

/* A line for a reply; in a flood it takes its dot away. */
void habit_reply(struct run *run, const struct reply *reply)
{
	if (!run->settings.quiet && !run->settings.flood)
		add_line(run, reply);
	else if (!run->settings.quiet)
		buf_add_text(&run->out, reply->event->is_corrupt ? "\bC" : "\b \b");
	if (run->settings.audible && !run->settings.quiet && run->settings.flood)
		buf_add_char(&run->out, '\a');
}

/* -O: a probe stays without answer. */
void habit_loss(struct run *run, const struct slot *slot)
{
	add_time_of_day(run);
	buf_add_format(&run->out, "no answer yet for icmp_seq=%u\n", (uint16_t)slot->number);
}

/* A line for an ICMP error or a redirect. */
void habit_error(struct run *run, const struct slot *slot, const struct probe_event *event)
{
	bool is_redirect = event->kind == PROBE_REDIRECT;
	char text[ICMP_TEXT_MAX];

	if (run->settings.flood) {
		if (!is_redirect)
			buf_add_text(&run->out, "\bE");
		return;
	}
	icmp_describe(text, sizeof(text), event->from.family, event->icmp_type, event->icmp_code,
		      event->info);
	add_time_of_day(run);
	buf_add_text(&run->out, "From ");
	add_host(run, &event->from);
	buf_add_format(&run->out, "%s icmp_seq=%u %s\n", is_redirect ? ":" : "",
		       (uint16_t)slot->number, text);
}

/* "a.bbb" of nanoseconds, in milliseconds. */
static char *format_ms(char *at, uint64_t ns)
{
	return at + sprintf(at, "%" PRIu64 ".%03" PRIu64, ns / 1000000u, ns / US % 1000);
}

/* How things stand, in one line on standard error. */
void habit_short(struct run *run)
{
	const struct host_stats *stats = run->is_several ? &run->total : run->targets.list[0].stats;
	char text[256], *at = text;

	at += sprintf(at, "%" PRIu64 "/%" PRIu64 " packets, %d%% loss", stats->loss.received,
		      stats->loss.transmitted, (int)loss_percent(&stats->loss));
	if (stats->loss.received && run->settings.size >= TIMED_SIZE) {
		at += sprintf(at, ", min/avg/ewma/max = ");
		at = format_ms(at, stats->rtt.min_ns);
		*at++ = '/';
		at = format_ms(at, (uint64_t)stats->rtt.mean_ns);
		*at++ = '/';
		at = format_ms(at, (uint64_t)stats->rtt.ewma_ns);
		*at++ = '/';
		at = format_ms(at, stats->rtt.max_ns);
		sprintf(at, " ms");
	}
	dprintf(STDERR_FILENO, "\r%s\n", text);
}

static void add_counts(struct run *run, const struct loss *loss, uint64_t elapsed_ns)
{
	uint64_t errors = loss->errors;

	buf_add_format(&run->out, "%" PRIu64 " packets transmitted, %" PRIu64 " received",
		       loss->transmitted, loss->received);
	if (loss->duplicates)
		buf_add_format(&run->out, ", +%" PRIu64 " duplicates", loss->duplicates);
	if (loss->corrupt)
		buf_add_format(&run->out, ", +%" PRIu64 " corrupted", loss->corrupt);
	if (errors)
		buf_add_format(&run->out, ", +%" PRIu64 " errors", errors);
	if (loss->transmitted)
		buf_add_format(&run->out, ", %g%% packet loss, time %" PRIu64 "ms",
			       (double)(float)loss_percent(loss), (elapsed_ns + 500000) / 1000000u);
	buf_add_char(&run->out, '\n');
}

static void add_round_trips(struct run *run, const struct host_stats *stats, uint64_t elapsed_ns)
{
	const struct settings *settings = &run->settings;
	const struct rtt_stats *rtt = &stats->rtt;
	bool has_times = stats->loss.received && settings->size >= TIMED_SIZE;
	const char *comma = "";
	char text[4][24];

	if (has_times) {
		format_ms(text[0], rtt->min_ns);
		format_ms(text[1], (uint64_t)rtt->mean_ns);
		format_ms(text[2], rtt->max_ns);
		format_ms(text[3], rtt_mdev_ns(rtt));
		buf_add_format(&run->out, "rtt min/avg/max/mdev = %s/%s/%s/%s ms", text[0], text[1],
			       text[2], text[3]);
		comma = ", ";
	}
	if (stats->pipe > 1) {
		buf_add_format(&run->out, "%spipe %" PRIu64, comma, stats->pipe);
		comma = ", ";
	}
	if (stats->loss.received && stats->loss.transmitted > 1 &&
	    (!run->interval_ns || settings->flood || settings->adaptive)) {
		format_ms(text[0], elapsed_ns / (stats->loss.transmitted - 1));
		format_ms(text[1], (uint64_t)rtt->ewma_ns);
		buf_add_format(&run->out, "%sipg/ewma %s/%s ms", comma, text[0], text[1]);
	}
	buf_add_char(&run->out, '\n');
}

/* The statistics. */
void habit_end(struct run *run)
{
	struct host_stats *stats = run->targets.list[0].stats;
	uint64_t elapsed_ns = run->last_sent_ns - run->start_ns;

	buf_add_text(&run->out, "\n--- ");
	add_hostname(run);
	buf_add_text(&run->out, " ping statistics ---\n");
	add_counts(run, &stats->loss, elapsed_ns);
	add_round_trips(run, stats, elapsed_ns);
	if (run->settings.stats)
		stats_show(run, stats);
	if (run->settings.histogram)
		histogram_show(run, stats);
}
