// SPDX-License-Identifier: GPL-2.0-or-later
/* The ladder of a connection that was watched: its heading, its segments as items, its summary. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "passive.h"

/* What the marks mean, for who reads the ladder; by the bits of TCP_MARK_*. */
static const char *const mark_texts[TCP_MARKS] = {
	"sent again",
	"fast: duplicate ACKs had asked for it",
	"spurious: it had been acknowledged",
	"out of order: it was overtaken on the way",
	"something before it is not in the capture",
	"duplicate ACK",
	"acknowledges what is not in the capture",
	"keep-alive",
	"answers a keep-alive",
	"the window is closed",
	"probes the closed window",
	"answers a window probe",
	"window update",
	"fills the window",
	"larger than the MSS: a network card cuts or glues it, no fault",
	"the ports are used again: another connection begins",
};

static void note_marks(struct item *item, uint16_t marks)
{
	for (int i = 0; i < TCP_MARKS; i++)
		if (marks & 1u << i)
			trace_note(item, mark_texts[i]);
}

/* Make @item, as ladders have it, of a segment that was kept; its number is the caller's. */
void flow_item(struct item *item, const struct kept *kept)
{
	*item = (struct item){
		.kind = ITEM_RECEIVED,
		.segment = kept->segment,
		.has_stamp = true,
		.is_settled = true,
		.is_on_wire = true,
		.sight = kept->sight,
		.state_after = { kept->sight.after[0], kept->sight.after[1] },
		.state_count = kept->state_counts[0],
		.peer_state_count = kept->state_counts[1],
	};
	memcpy(item->states, kept->states[0], kept->state_counts[0]);
	memcpy(item->peer_states, kept->states[1], kept->state_counts[1]);
	if (kept->segment.ip.is_mf)
		trace_note(item, "the first of several IP fragments: the others are not read");
	if (kept->segment.checksum_state == SEGMENT_CHECKSUM_BAD)
		trace_note(item, "wrong checksum");
	note_marks(item, kept->sight.marks);
}

static void name_end(char *text, const struct addr *end)
{
	*addr_format(text, end) = '\0';
	sprintf(text + strlen(text), " port %u", end->port);
}

/* Write whose connection it is, and the heading of its segments. */
void flow_ladder_begin(struct run *run, const struct tcp_flow *flow)
{
	char text[2 * ADDR_TEXT_MAX + 64], head[32];
	char from[ADDR_TEXT_MAX + 16], to[ADDR_TEXT_MAX + 16];

	if (run->has_told)
		buf_add_char(&run->out, '\n');
	run->has_told = true;
	name_end(from, &flow->ends[0]);
	name_end(to, &flow->ends[1]);
	snprintf(text, sizeof(text), "%s to %s", from, to);
	snprintf(head, sizeof(head), "%-9llu ", (unsigned long long)flow->number);
	say_wrapped(run, head, text);
	*clock_format(text, flow->seen.first_ns) = '\0';
	say_wrapped(run, "begins    ", text);
	if (flow->client == TCP_FLOW_CLIENT_GUESSED)
		say_wrapped(run, "note      ",
			    "its opening is not in the capture: the server is presumed at the "
			    "lower port");
	ladder_heading(run);
}

static void say_side(struct run *run, const char *head, const struct tcp_side *side)
{
	char text[200];

	snprintf(text, sizeof(text),
		 "%llu segment%s, %llu bytes of payload, %llu sent again, %llu out of order",
		 (unsigned long long)side->segments, side->segments == 1 ? "" : "s",
		 (unsigned long long)side->payload_unique,
		 (unsigned long long)side->retransmissions, (unsigned long long)side->out_of_order);
	say_wrapped(run, head, text);
}

/* Write what it came to. */
void flow_ladder_end(struct run *run, const struct tcp_flow *flow, const struct keep *keep,
		     const struct tcp_judgement *judgement)
{
	const struct tcp_observer *seen = &flow->seen;
	uint64_t rtt_ns = tcp_observer_rtt_ns(seen);
	uint64_t close_ns = tcp_observer_close_delay_ns(seen);

	buf_add_char(&run->out, '\n');
	if (keep->left_out)
		say(run, "note      %llu segments left out: too many to keep\n",
		    (unsigned long long)keep->left_out);
	if (rtt_ns)
		say(run, "network   %.3f ms from SYN to SYN,ACK, where it was captured\n",
		    (double)rtt_ns / 1e6);
	if (close_ns)
		say(run, "close     %.3f ms from one FIN to the other: the application\n",
		    (double)close_ns / 1e6);
	if (seen->closer >= 0)
		say(run, "closed    %s, first by the %s\n", tcp_close_names[seen->close],
		    keep->ladder.ends[seen->closer]);
	say_side(run, "client    ", &seen->sides[0]);
	say_side(run, "server    ", &seen->sides[1]);
	summary_judgement(run, judgement);
}
