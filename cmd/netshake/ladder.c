// SPDX-License-Identifier: GPL-2.0-or-later
/* The ladder: a line a segment, and between them what it means for both ends. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "netshake.h"
#include "wire/tcp.h"

#define COLUMNS 80

/* Where remarks and states stand. */
#define INDENT "      "

/* Where options stand that have no room behind the rest. */
#define OPTIONS_AT 56

#define LINE_SIZE 160

/* An end, with the host as the user named it, unless that is the address. */
static int name_end(char *text, size_t size, const char *host, const struct addr *addr)
{
	char address[ADDR_TEXT_MAX + 1];
	size_t length = host ? strcspn(host, "%") : 0;

	*addr_format(address, addr) = '\0';
	if (host && (strncmp(host, address, length) != 0 || address[length]))
		return snprintf(text, size, "%s (%s) port %u", host, address, addr->port);
	return snprintf(text, size, "%s port %u", host ? host : address, addr->port);
}

static void say_ends(struct run *run)
{
	char text[2 * HOST_SIZE];
	int length = name_end(text, sizeof(text), run->target.host, &run->target.addr);

	if (run->way.answer.error == 0) {
		length += snprintf(text + length, sizeof(text) - (size_t)length, " from ");
		name_end(text + length, sizeof(text) - (size_t)length, NULL, &run->source);
	}
	say_wrapped(run, "netshake  ", text);
}

static void say_route(struct run *run)
{
	const struct path_answer *answer = &run->way.answer;
	char prefix[PREFIX_TEXT_MAX + 2] = "", gateway[ADDR_TEXT_MAX + 1] = "";
	char source[ADDR_TEXT_MAX + 1], text[LINE_SIZE + 3 * ADDR_TEXT_MAX];
	uint32_t table = path_table_of(&run->way.path, answer);
	char number[TEXT_U64_MAX + 1];
	const char *name = table == ROUTE_TABLE_MAIN	? "main" :
			   table == ROUTE_TABLE_LOCAL	? "local" :
			   table == ROUTE_TABLE_DEFAULT ? "default" :
							  number;

	*text_u64(number, table) = '\0';
	if (answer->has_entry)
		text_copy(prefix_format(prefix, &answer->prefix), 2, " ");
	if (answer->gateway.family)
		*addr_format(gateway, &answer->gateway) = '\0';
	*addr_format(source, &run->source) = '\0';
	snprintf(text, sizeof(text), "%s%s%s%sdev %s source %s, mtu %u%s%s", prefix,
		 *gateway ? "via " : "", gateway, *gateway ? " " : "", run->way.device, source,
		 run->way.mtu, table ? ", table " : "", table ? name : "");
	say_wrapped(run, "route     ", text);
}

static void say_next_hop(struct run *run)
{
	const struct way *way = &run->way;
	const struct lladdr *lladdr = &way->neighbour.lladdr;
	char hop[ADDR_TEXT_MAX + 1], mac[LLADDR_TEXT_MAX + 1] = "", text[LINE_SIZE * 2];

	if (way->next_hop.family == AF_UNSPEC) {
		say(run, "next hop  none: the peer is this host itself\n");
		return;
	}
	*addr_format(hop, &way->next_hop) = '\0';
	if (way->has_neighbour && lladdr->length)
		*lladdr_format(mac, lladdr) = '\0';
	snprintf(text, sizeof(text), "%s%s, %s%s%s", hop,
		 way->answer.gateway.family ? "" : " (the peer, on the link)",
		 *mac ? mac : "MAC address unknown", way->has_neighbour ? ", " : "",
		 way->has_neighbour ? neigh_state_name(way->neighbour.state) : "");
	say_wrapped(run, "next hop  ", text);
}

/* The heading of the segments, behind an empty line. */
void ladder_heading(struct run *run)
{
	int width = run->settings.absolute ? 10 : 7;

	buf_add_char(&run->out, '\n');
	say(run, "  #        ms    %-7s %*s %*s %7s %5s  options\n", "flags", width, "seq", width,
	    "ack", "window", "len");
}

/* Whom the connection is with and how it gets there. By now the first segment has left, and so the
 * next hop's address on the link is known. */
void ladder_ends(struct shake *shake)
{
	struct run *run = shake->run;

	shake->is_begun = true;
	if (run->way.answer.error == 0)
		way_learn_neighbour(run);

	if (run->has_told)
		buf_add_char(&run->out, '\n');
	run->has_told = true;
	say_ends(run);
	if (run->way.answer.error) {
		say(run, "route     none: %s\n", strerror(-run->way.answer.error));
		buf_add_char(&run->out, '\n');
		return;
	}
	say_route(run);
	say_next_hop(run);
	if (!quiet_is_tight(&run->quiet))
		say_wrapped(run, "note      ",
			    "this kernel has no TCP-MD5 and no filter for us: it may answer "
			    "a peer on the link by itself");
}

/* The same, and the heading. */
void ladder_begin(struct shake *shake)
{
	ladder_ends(shake);
	if (shake->run->way.answer.error == 0)
		ladder_heading(shake->run);
}

struct line {
	char text[LINE_SIZE];
	size_t length;
};

/* Add a word to a list that is separated by blanks. */
static void add_word(struct line *line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_word(struct line *line, const char *format, ...)
{
	va_list args;
	int n;

	if (line->length > 0 && line->length + 1 < LINE_SIZE) {
		line->text[line->length++] = ' ';
		line->text[line->length] = '\0';
	}
	va_start(args, format);
	n = vsnprintf(line->text + line->length, LINE_SIZE - line->length, format, args);
	va_end(args);
	line->length += n > 0 ? (size_t)n : 0;
	if (line->length >= LINE_SIZE)
		line->length = LINE_SIZE - 1;
}

/* Words that belong together are joined by '\1' until lines are broken. */
static void list_options(struct line *line, const struct ladder *ladder,
			 const struct segment *segment)
{
	const struct segment_options *options = &segment->options;
	uint32_t isn = ladder->isn[segment->is_outgoing];

	if (segment_has(segment, SEGMENT_OPTION_MSS))
		add_word(line, "mss\1%u", options->mss);
	if (segment_has(segment, SEGMENT_OPTION_SACK_PERMITTED))
		add_word(line, "sack");
	if (segment_has(segment, SEGMENT_OPTION_TIMESTAMPS))
		add_word(line, "ts");
	if (segment_has(segment, SEGMENT_OPTION_WSCALE))
		add_word(line, "ws\1%u", options->wscale);
	for (uint8_t i = 0; i < options->sack_count; i++)
		add_word(line, "sack\1%u-%u", options->sacks[i].left - isn,
			 options->sacks[i].right - isn);
	if (segment_has(segment, SEGMENT_OPTION_FAST_OPEN))
		add_word(line, "fastopen");
	if (segment_has(segment, SEGMENT_OPTION_MPTCP))
		add_word(line, "mptcp");
	if (segment_has(segment, SEGMENT_OPTION_OTHER))
		add_word(line, "other");
	if (options->is_malformed)
		add_word(line, "malformed");
}

static void number_or_dash(char *text, size_t size, bool is_there, uint32_t number)
{
	if (is_there)
		snprintf(text, size, "%u", number);
	else
		text_copy(text, size, "-");
}

/* Sequence numbers as the user wants them: from the initial one on, or as they are. */
static uint32_t seq_of(const struct ladder *ladder, const struct segment *segment)
{
	uint32_t isn = ladder->isn[!segment->is_outgoing];

	return ladder->run->settings.absolute ? segment->seq : segment->seq - isn;
}

static uint32_t ack_of(const struct ladder *ladder, const struct segment *segment)
{
	uint32_t isn = ladder->isn[segment->is_outgoing];

	return ladder->run->settings.absolute ? segment->ack : segment->ack - isn;
}

static double ms_since(const struct ladder *ladder, uint64_t time_ns)
{
	return (double)(int64_t)(time_ns - ladder->origin_ns) / 1e6;
}

/* The options behind the rest of the line, in as many lines as they take. */
static void say_options(struct run *run, const struct line *options, size_t indent)
{
	const char *at = options->text;
	size_t column = indent;

	while (*at) {
		size_t length = strcspn(at, " ");
		bool is_first = column == indent;

		if (column + !is_first + length > COLUMNS && (!is_first || indent > OPTIONS_AT)) {
			if (is_first) /* flags or numbers took its place */
				indent = OPTIONS_AT;
			buf_add_char(&run->out, '\n');
			buf_add_spaces(&run->out, indent);
			column = indent;
		} else if (column > indent) {
			buf_add_char(&run->out, ' ');
			column++;
		}
		for (size_t i = 0; i < length; i++)
			buf_add_char(&run->out, at[i] == '\1' ? ' ' : at[i]);
		column += length;
		at += length + (at[length] == ' ');
	}
	buf_add_char(&run->out, '\n');
}

static void say_segment(const struct ladder *ladder, const struct item *item)
{
	struct run *run = ladder->run;
	const struct segment *segment = &item->segment;
	int width = run->settings.absolute ? 10 : 7;
	const char *arrow = segment->is_outgoing ? (run->has_utf8 ? "\u2192 " : "->") :
						   (run->has_utf8 ? "\u2190 " : "<-");
	char flags[SEGMENT_FLAGS_TEXT_MAX], seq[16], ack[16], line[LINE_SIZE];
	struct line options = { .length = 0 };
	int before, behind;

	segment_flags_text(flags, segment->flags);
	number_or_dash(seq, sizeof(seq), true, seq_of(ladder, segment));
	number_or_dash(ack, sizeof(ack), segment->flags & SEGMENT_ACK, ack_of(ladder, segment));
	list_options(&options, ladder, segment);
	before = snprintf(line, sizeof(line), "%3u %9.3f ", item->number,
			  ms_since(ladder, segment->time_ns));
	say(run, "%s%s", line, arrow);
	behind = snprintf(line, sizeof(line), " %-7s %*s %*s %7u %5u", flags, width, seq, width,
			  ack, item->sight.window ? item->sight.window : segment->window,
			  segment->payload_length);
	say(run, "%s", line);
	if (options.length > 0)
		buf_add_text(&run->out, "  ");
	say_options(run, &options, (size_t)before + 2 + (size_t)behind + 2);
}

/* Return: the length of what @text becomes: the states that this end went through by @item, or the
 * one that it is in. */
static size_t own_states(const struct ladder *ladder, char *text, const struct item *item)
{
	const uint8_t opening[] = {
		settings_serves(&ladder->run->settings) ? TCP_STATE_LISTEN : TCP_STATE_CLOSED,
		item->states[0],
	};

	if (item->state_count > 0 && item->number == 1 && !ladder->is_watched)
		return say_states(text, LINE_SIZE, opening, 2);
	if (item->state_count > 0)
		return say_states(text, LINE_SIZE, item->states, item->state_count);
	if (item->state_after[0] == TCP_STATE_UNKNOWN)
		return text_copy(text, LINE_SIZE, "?");
	return say_states(text, LINE_SIZE, item->state_after, 1);
}

/* The same of the other end. */
static size_t peer_states(char *text, const struct item *item)
{
	if (item->state_after[1] == TCP_STATE_UNKNOWN)
		return text_copy(text, LINE_SIZE, "?");
	if (item->peer_state_count > 0)
		return say_states(text, LINE_SIZE, item->peer_states, item->peer_state_count);
	return say_states(text, LINE_SIZE, &item->state_after[1], 1);
}

/* What both ends are now, if that has changed. Of a connection that is only watched everything is
 * inferred, and that is not said of each. */
static void say_both_states(const struct ladder *ladder, const struct item *item)
{
	bool is_inferred = !ladder->is_watched && item->state_after[1] != TCP_STATE_UNKNOWN;
	char here[LINE_SIZE], there[LINE_SIZE];
	struct run *run = ladder->run;
	size_t width;

	if (item->state_count == 0 && item->peer_state_count == 0)
		return;
	own_states(ladder, here, item);
	width = peer_states(there, item);
	say(run, INDENT "%s  %-24s", ladder->ends[0], here);
	if (strlen(INDENT) + strlen(ladder->ends[0]) + 2 + 24 + strlen(ladder->ends[1]) + 2 +
		    width + (ladder->is_watched ? 0 : 11) >
	    COLUMNS)
		buf_add_text(&run->out, "\n" INDENT);
	say(run, " %s %s%s\n", ladder->ends[1], there, is_inferred ? " (inferred)" : "");
}

/* Write an item of @ladder. */
void ladder_write(const struct ladder *ladder, const struct item *item)
{
	if (item->kind != ITEM_EVENT)
		say_segment(ladder, item);
	for (uint8_t i = 0; i < item->note_count; i++)
		say_wrapped(ladder->run, INDENT, item->notes[i]);
	if (!ladder->run->is_bare)
		say_both_states(ladder, item);
}

/* Return: how the connection of this host in @shake is written. */
struct ladder ladder_of(const struct shake *shake)
{
	return (struct ladder){
		.run = shake->run,
		.ends = { "here", "there" },
		.origin_ns = shake->trace.origin_ns,
		.isn = { shake->isn[0], shake->isn[1] },
	};
}

/* Write an item of this host's connection. */
void ladder_item(struct shake *shake, const struct item *item)
{
	const struct ladder ladder = ladder_of(shake);

	ladder_write(&ladder, item);
}
