// SPDX-License-Identifier: GPL-2.0-or-later
/* --summary: how many sockets there are, from the kernel's own count, as ss -s shows it. */
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "host/counters.h"
#include "host/sockstat.h"
#include "netconn.h"
#include "tables.h"

struct proto_row {
	uint64_t total, inet, inet6, memory_bytes;
};

struct summary_row {
	const char *netns;
	uint64_t sockets;
	const struct tcp_summary {
		struct proto_row all;
		uint64_t allocated, established, closed, orphaned, timewait;
	} * tcp;
	const struct proto_row *udp, *udplite, *raw, *frag;

	struct tcp_summary tcp_storage;
	struct proto_row storage[4];
};

#define COUNT(type, field)                                                                         \
	COLUMN_U64, COLUMN_NULL_MAX, COLUMN_RIGHT, .offset = offsetof(struct type, field)
#define PROTO(columns, field)                                                                      \
	COLUMN_OBJECT, .nested = (columns), .offset = offsetof(struct summary_row, field)

/* clang-format off */
static const struct column tcp_columns[] = {
	{ "total", "TCP", NULL, COUNT(tcp_summary, all.total) },
	{ "inet", "TCP-IPv4", NULL, COUNT(tcp_summary, all.inet) },
	{ "inet6", "TCP-IPv6", NULL, COUNT(tcp_summary, all.inet6) },
	{ "established", "Established", NULL, COUNT(tcp_summary, established) },
	{ "timewait", "Time-Wait", NULL, COUNT(tcp_summary, timewait) },
	{ "allocated", "Allocated", NULL, COUNT(tcp_summary, allocated) },
	{ "closed", "Closed", NULL, COUNT(tcp_summary, closed) },
	{ "orphaned", "Orphaned", NULL, COUNT(tcp_summary, orphaned) },
	{ "memory_bytes", "TCP-Memory", NULL, COUNT(tcp_summary, all.memory_bytes) },
	{ .key = NULL },
};

#define BOTH(name)                                                                                 \
	{ "total", name, NULL, COUNT(proto_row, total) },                                          \
		{ "inet", name "-IPv4", NULL, COUNT(proto_row, inet) },                            \
	{                                                                                          \
		"inet6", name "-IPv6", NULL, COUNT(proto_row, inet6)                               \
	}
#define MEMORY(name) { "memory_bytes", name "-Memory", NULL, COUNT(proto_row, memory_bytes) }

static const struct column udp_columns[] = { BOTH("UDP"), MEMORY("UDP"), { .key = NULL } };
static const struct column udplite_columns[] = { BOTH("UDP-Lite"), { .key = NULL } };
static const struct column raw_columns[] = { BOTH("Raw"), { .key = NULL } };
static const struct column frag_columns[] = { BOTH("Frag"), MEMORY("Frag"), { .key = NULL } };

static const struct column summary_columns[] = {
	{ "netns", "Netns", "network namespace",
	  COLUMN_TEXT, .offset = offsetof(struct summary_row, netns) },
	{ "sockets", "Sockets", "of all families", COUNT(summary_row, sockets) },
	{ "tcp", "TCP", "TCP sockets", PROTO(tcp_columns, tcp) },
	{ "udp", "UDP", "UDP sockets", PROTO(udp_columns, udp) },
	{ "udplite", "UDP-Lite", "UDP-Lite sockets", PROTO(udplite_columns, udplite) },
	{ "raw", "Raw", "raw IP sockets", PROTO(raw_columns, raw) },
	{ "frag", "Fragments", "packets that lack fragments", PROTO(frag_columns, frag) },
	{ .key = NULL },
};

static const char wide_list[] =
	"sockets,tcp.total,tcp.established,tcp.timewait,tcp.closed,tcp.orphaned,tcp.memory_bytes,"
	"udp.total,udp.memory_bytes,udplite.total,raw.total,frag.total";
static const char flat_list[] =
	"netns,sockets,tcp.total,tcp.inet,tcp.inet6,tcp.established,tcp.timewait,tcp.allocated,"
	"tcp.closed,tcp.orphaned,tcp.memory_bytes,udp.total,udp.inet,udp.inet6,udp.memory_bytes,"
	"udplite.total,udplite.inet,udplite.inet6,raw.total,raw.inet,raw.inet6,"
	"frag.total,frag.inet,frag.inet6,frag.memory_bytes";
/* clang-format on */

/* What is unknown counts for nothing. */
static uint64_t known(uint64_t count)
{
	return count == UINT64_MAX ? 0 : count;
}

static uint64_t in_bytes(uint64_t pages)
{
	return pages == UINT64_MAX ? pages : pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static struct proto_row both(uint64_t inet, uint64_t inet6, uint64_t memory_bytes)
{
	return (struct proto_row){ known(inet) + known(inet6), inet, inet6, memory_bytes };
}

/* TCP sockets that are neither bound nor in TIME_WAIT. The numbers are not of the same moment: it
 * may be negative. */
static int64_t closed_sockets(const struct sockstat *stat)
{
	uint64_t open = known(stat->tcp) + known(stat->tcp6) - known(stat->tcp_timewait);

	return (int64_t)(known(stat->tcp_allocated) - open);
}

static void fill(struct summary_row *row, const struct sockstat *stat, uint64_t established)
{
	int64_t closed = closed_sockets(stat);

	row->sockets = stat->sockets;
	row->tcp_storage = (struct tcp_summary){
		.all = both(stat->tcp, stat->tcp6, in_bytes(stat->tcp_pages)),
		.established = established,
		.timewait = stat->tcp_timewait,
		.allocated = stat->tcp_allocated,
		.closed = closed > 0 ? (uint64_t)closed : 0,
		.orphaned = stat->tcp_orphaned,
	};
	row->storage[0] = both(stat->udp, stat->udp6, in_bytes(stat->udp_pages));
	row->storage[1] = both(stat->udplite, stat->udplite6, UINT64_MAX);
	row->storage[2] = both(stat->raw, stat->raw6, UINT64_MAX);
	row->storage[3] =
		both(stat->frag, stat->frag6, known(stat->frag_bytes) + known(stat->frag6_bytes));
	row->tcp = &row->tcp_storage;
	row->udp = &row->storage[0];
	row->udplite = &row->storage[1];
	row->raw = &row->storage[2];
	row->frag = &row->storage[3];
}

static void add_number(struct buf *out, const char *before, int64_t number)
{
	buf_add_text(out, before);
	buf_commit(out, text_i64(buf_reserve(out, TEXT_U64_MAX + 1), number));
}

/* A line of ss's table: each number to the left in nine columns, a blank between them. */
static void add_line(struct buf *out, const char *name, uint64_t inet, uint64_t inet6)
{
	const uint64_t numbers[] = { known(inet) + known(inet6), known(inet), known(inet6) };
	char text[TEXT_U64_MAX];

	buf_add_text(out, name);
	buf_add_text(out, "\t ");
	for (int i = 0; i < 3; i++) {
		size_t length = (size_t)(text_u64(text, numbers[i]) - text);

		buf_add_char(out, ' ');
		buf_add(out, text, length);
		buf_add_spaces(out, length < 9 ? 9 - length : 0);
	}
	buf_add_char(out, '\n');
}

/* The layout of ss -s (iproute2's misc/ss.c, print_summary()). */
static void show_as_ss(struct buf *out, const struct sockstat *stat, uint64_t established)
{
	uint64_t timewait = known(stat->tcp_timewait);

	add_number(out, "Total: ", (int64_t)known(stat->sockets));
	add_number(out, "\nTCP:   ", (int64_t)(known(stat->tcp_allocated) + timewait));
	add_number(out, " (estab ", (int64_t)known(established));
	add_number(out, ", closed ", closed_sockets(stat));
	add_number(out, ", orphaned ", (int64_t)known(stat->tcp_orphaned));
	add_number(out, ", timewait ", (int64_t)timewait);
	buf_add_text(out, ")\n\nTransport Total     IP        IPv6\n");
	add_line(out, "RAW", stat->raw, stat->raw6);
	add_line(out, "UDP", stat->udp, stat->udp6);
	add_line(out, "TCP", stat->tcp, stat->tcp6);
	add_line(out, "INET", known(stat->raw) + known(stat->udp) + known(stat->tcp),
		 known(stat->raw6) + known(stat->udp6) + known(stat->tcp6));
	add_line(out, "FRAG", stat->frag, stat->frag6);
	buf_add_char(out, '\n');
}

static int on_counter(const struct counter *counter, void *arg)
{
	uint64_t *established = arg;

	if (strcmp(counter->group, "Tcp") != 0 || strcmp(counter->name, "CurrEstab") != 0)
		return 0;
	*established = counter->value;
	return 1;
}

/* Show how many sockets there are.
 *
 * Return: 0 or -errno.
 */
int summary_list(struct run *run, struct err *err)
{
	bool is_text = settings_is_habit(&run->settings);
	int layout = run->settings.common.layout;
	const char *list = layout == CLI_LAYOUT_WIDE ? wide_list :
			   layout == CLI_LAYOUT_CSV  ? flat_list :
						       NULL;
	struct summary_row row = { .netns = *run->spaces.home.name ? run->spaces.home.name : NULL };
	uint64_t established = UINT64_MAX;
	struct sockstat stat;
	int ret = sockstat_read(&stat, err);

	if (ret == 0)
		ret = counters_read(COUNTERS_SNMP, on_counter, &established, err);
	if (ret == 0 && is_text) {
		show_as_ss(&run->out, &stat, established);
		return 0;
	}
	if (ret == 0)
		ret = tables_begin(run, summary_columns, list, err);
	if (ret < 0)
		return ret;
	fill(&row, &stat, established);
	table_row(&run->table, &row);
	return table_end(&run->table);
}
