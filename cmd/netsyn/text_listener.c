// SPDX-License-Identifier: GPL-2.0-or-later
/* A listener for people, and what all text is made of. */
#include <inttypes.h>
#include <math.h>

#include "text.h"

/* Add "ADDRESS:PORT", "[ADDRESS]:PORT" of IPv6; v4-mapped addresses as IPv4. */
void text_end(struct buf *out, const struct addr *end)
{
	struct addr folded = addr_unmapped(end);
	char *at = buf_reserve(out, ADDR_TEXT_MAX + 8);
	bool is_v6 = folded.family == AF_INET6;

	if (is_v6)
		*at++ = '[';
	at = addr_format(at, &folded);
	if (is_v6)
		*at++ = ']';
	buf_commit(out, at);
	buf_add_format(out, ":%u", end->port);
}

static void say_queues(struct buf *out, const struct syn_listener *listener)
{
	buf_add_format(out, "  SYN queue     %" PRIu64, listener->half_open + listener->deferred);
	if (listener->capacity != UINT64_MAX)
		buf_add_format(out, " of %" PRIu64, listener->capacity);
	if (listener->sockets == 0)
		buf_add_text(out, "; it is closed, these are left");
	else
		buf_add_format(out, "; accept queue %" PRIu64, listener->accept_queue);
	if (listener->accept_backlog != UINT64_MAX)
		buf_add_format(out, " of %" PRIu64, listener->accept_backlog);
	if (listener->sockets > 1)
		buf_add_format(out, "; %u sockets", listener->sockets);
	buf_add_char(out, '\n');
}

static void say_half_opens(struct buf *out, const struct site *site,
			   const struct syn_listener *listener)
{
	const struct syn_tally_report *sources = &listener->sources;

	buf_add_text(out, "  half-open     ");
	for (unsigned int age = 0; age < SYN_AGES; age++)
		if (listener->ages[age] > 0)
			buf_add_format(out, "%" PRIu64 " after %u%s SYN-ACK%s, ",
				       listener->ages[age], age + 1,
				       age == SYN_AGES - 1 ? " or more" : "", age == 0 ? "" : "s");
	buf_add_format(out, "%" PRIu64 " deferred\n", listener->deferred);
	if (!isnan(listener->survival))
		buf_add_format(out,
			       "  survivors     %" PRIu64 " of %" PRIu64 " after %.1f s: %.0f %%\n",
			       listener->survivors, listener->before, site->facts.survival_seconds,
			       listener->survival * 100);
	if (sources->syns == 0)
		return;
	buf_add_format(out, "  sources       %.0f", sources->sources);
	if (sources->top_source.family != AF_UNSPEC) {
		char *at;

		buf_add_format(out, "; %.1f %% ", sources->top_source_share * 100);
		at = buf_reserve(out, ADDR_TEXT_MAX);
		buf_commit(out, addr_format(at, &sources->top_source));
	}
	if (sources->top_group.family != AF_UNSPEC) {
		char *at;

		buf_add_format(out, ", %.1f %% ", sources->top_group_share * 100);
		at = buf_reserve(out, ADDR_TEXT_MAX);
		buf_commit(out, addr_format(at, &sources->top_group));
		buf_add_text(out, sources->top_group.family == AF_INET ? "/24" : "/48");
	}
	buf_add_char(out, '\n');
}

static void say_rates(struct buf *out, const struct syn_listener_verdict *own)
{
	bool is_first = true;

	if (isnan(own->syn_rate) && isnan(own->completion_rate) &&
	    own->cookies == COUNTER_UNKNOWN && own->drops == COUNTER_UNKNOWN)
		return;
	buf_add_text(out, "  rates         ");
	if (!isnan(own->syn_rate)) {
		buf_add_format(out, "about %.0f SYN/s", own->syn_rate);
		is_first = false;
	}
	if (!isnan(own->completion_rate)) {
		buf_add_format(out, "%s%.0f handshakes/s complete", is_first ? "" : ", ",
			       own->completion_rate);
		is_first = false;
	}
	if (own->cookies != COUNTER_UNKNOWN)
		buf_add_format(out, "%s%" PRIu64 " cookies", is_first ? "" : "; ", own->cookies);
	if (own->drops != COUNTER_UNKNOWN)
		buf_add_format(out, ", %" PRIu64 " SYNs dropped", own->drops);
	buf_add_char(out, '\n');
}

/* Whether there is something to say about the listener @i. */
bool text_is_shown(const struct site *site, uint32_t i)
{
	const struct syn_listener *listener = &site->facts.listeners[i];

	return site->own[i].what != SYN_OK || listener->half_open > 0 || listener->deferred > 0 ||
	       listener->full_sockets > 0;
}

/* Write what is known of the listener @i. */
void text_listener(struct run *run, const struct site *site, uint32_t i)
{
	const struct syn_listener *listener = &site->facts.listeners[i];
	const struct owner_holder *owner = site_owner(run, listener->inode);
	struct buf *out = &run->out;

	buf_add_text(out, "\nListener ");
	text_end(out, &listener->addr);
	if (owner) {
		buf_add_format(out, ", %d/", (int)owners_pid(&run->owners, owner));
		buf_add_foreign(out, owners_program(&run->owners, owner));
	}
	if (site->own[i].what != SYN_OK)
		buf_add_format(out, ": %s", words_what[site->own[i].what]);
	buf_add_char(out, '\n');
	say_queues(out, listener);
	if (listener->half_open > 0 || listener->deferred > 0)
		say_half_opens(out, site, listener);
	say_rates(out, &site->own[i]);
}
