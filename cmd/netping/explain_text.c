// SPDX-License-Identifier: GPL-2.0-or-later
/* --explain as text: a line for each stage, with the time it took. */
#include <inttypes.h>
#include <string.h>

#include "explain.h"

static void add_text(struct run *run, const char *before, const char *text)
{
	buf_add_text(&run->out, before);
	buf_add_foreign(&run->out, text);
}

static void add_addr(struct run *run, const char *before, const struct addr *addr)
{
	buf_add_text(&run->out, before);
	buf_commit(&run->out, addr_format(buf_reserve(&run->out, ADDR_TEXT_MAX), addr));
}

static void add_took(struct run *run, uint64_t ns)
{
	buf_add_format(&run->out, " (%" PRIu64 ".%03" PRIu64 " ms)\n", ns / 1000000u,
		       ns / 1000u % 1000u);
}

static void write_neighbour(struct run *run)
{
	const struct neighbour_row *row = &run->explain->neighbour;

	add_text(run, "Neighbour: ", row->lladdr ? row->lladdr : "no MAC address");
	add_text(run, ", ", row->after ? row->after : "no entry");
}

static void write_choice(struct run *run, const struct choice_row *choice)
{
	add_addr(run, "  ", &choice->addr);
	add_text(run, ", ", choice->choice);
	if (choice->reason)
		add_text(run, ": ", choice->reason);
	if (choice->rule)
		buf_add_format(&run->out, " (RFC 6724 rule %u)", choice->rule);
	buf_add_char(&run->out, '\n');
}

/* Write what is known before the first probe, as text. */
void explain_write(struct run *run)
{
	const struct explain_row *row = &run->explain->row;

	add_text(run, "Host: ", row->host);
	add_took(run, row->resolve_ns);
	for (uint32_t i = 0; i < row->address_count; i++)
		write_choice(run, &row->addresses[i]);
	buf_add_text(&run->out, "Route: ");
	if (row->prefix.addr.family)
		buf_commit(&run->out,
			   prefix_format(buf_reserve(&run->out, PREFIX_TEXT_MAX), &row->prefix));
	add_text(run, " in table ", row->table ? row->table : "?");
	if (row->rule) {
		buf_add_format(&run->out, ", by rule %u", row->rule->priority);
		add_text(run, ": ", row->rule->text);
	}
	add_took(run, row->route_ns);
	if (row->gateway.family)
		add_addr(run, "Next hop: ", &row->gateway);
	else
		add_text(run, "Next hop: ", row->neighbour ? "on the link" : "this host");
	if (!row->gateway.family && !row->neighbour && strcmp(row->route_type, "local") != 0)
		add_text(run, ", ", row->route_type);
	add_text(run, " dev ", row->dev ? row->dev : "?");
	add_addr(run, ", source ", &row->prefsrc);
	buf_add_char(&run->out, '\n');
	if (!row->neighbour)
		return;
	write_neighbour(run);
	buf_add_char(&run->out, '\n');
}

/* Write what came of asking for the next hop's MAC address. */
void explain_write_exchange(struct run *run)
{
	const struct neighbour_row *row = &run->explain->neighbour;

	write_neighbour(run);
	buf_add_text(&run->out, row->lladdr ? ", asked for" : ", no answer");
	if (row->exchange_ns != UINT64_MAX)
		add_took(run, row->exchange_ns);
	else
		buf_add_char(&run->out, '\n');
}
