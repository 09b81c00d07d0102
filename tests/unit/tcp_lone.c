// SPDX-License-Identifier: GPL-2.0-or-later
#include "tcp_lone.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcp_check.h"

static const struct {
	char letter;
	uint16_t flag;
} letters[] = {
	{ 'S', SEGMENT_SYN }, { 'F', SEGMENT_FIN }, { 'R', SEGMENT_RST }, { 'P', SEGMENT_PSH },
	{ 'U', SEGMENT_URG }, { 'A', SEGMENT_ACK }, { 'E', SEGMENT_ECE }, { 'C', SEGMENT_CWR },
};

#define LETTERS (sizeof(letters) / sizeof(letters[0]))

static void add(char *text, const char *more)
{
	size_t length = strlen(text);

	if (length + strlen(more) + 3 > TCP_LONE_TEXT)
		abort();
	sprintf(text + length, "%s%s", length > 0 ? ", " : "", more);
}

static void put_relative(char *text, uint32_t number, uint32_t initial, char letter)
{
	int32_t distance = (int32_t)(number - initial);

	if (distance == 0)
		sprintf(text, " %c", letter);
	else
		sprintf(text, " %c%+" PRId32, letter, distance);
}

static void describe(const struct tcp_lone *lone, const struct segment *segment, char *text)
{
	char *at = text;

	for (size_t i = 0; i < LETTERS; i++)
		if (segment->flags & letters[i].flag)
			*at++ = letters[i].letter;
	*at = '\0';
	/* A reset that answers what acknowledges nothing has no number to go by. */
	if ((segment->flags & SEGMENT_RST) && (segment->flags & SEGMENT_ACK))
		sprintf(at, " %" PRIu32, segment->seq);
	else
		put_relative(at, segment->seq, lone->settings.iss, 'J');
	if (segment->flags & SEGMENT_ACK)
		put_relative(text + strlen(text), segment->ack, lone->irs, 'K');
	if (segment->payload_length > 0)
		sprintf(text + strlen(text), " %" PRIu32, segment->payload_length);
}

static void on_event(const struct tcp_event *event, void *arg)
{
	struct tcp_lone *lone = arg;
	char text[128];

	switch (event->kind) {
	case TCP_EVENT_SEND:
		describe(lone, event->segment, text);
		add(lone->sent, text);
		lone->last = *event->segment;
		lone->is_retransmission = event->is_retransmission;
		break;
	case TCP_EVENT_STATE:
		if (!tcp_state_may_follow(event->from, event->to))
			abort();
		add(lone->states, tcp_state_names[event->to]);
		break;
	case TCP_EVENT_NOTE:
		add(lone->notes, tcp_note_name(event->note));
		break;
	}
}

/* CLOSED, with ordinary settings and no options but MSS; change them and call tcp_lone_again(). */
void tcp_lone_init(struct tcp_lone *lone, uint32_t iss, uint32_t irs)
{
	*lone = (struct tcp_lone){
		.settings = {
			.local = { .bytes = { 192, 0, 2, 1 }, .port = 40000, .family = AF_INET },
			.peer = { .bytes = { 192, 0, 2, 2 }, .port = 80, .family = AF_INET },
			.iss = iss,
			.window = TCP_LONE_WINDOW,
			.mss = 1460,
			.wscale = TCP_NO_WSCALE,
			.retries = 5,
			.stream_length = 1 << 20,
		},
		.now_ns = 1000000000000u,
		.irs = irs,
	};
	tcp_lone_again(lone);
}

/* Begin anew, with the settings as they are now. */
void tcp_lone_again(struct tcp_lone *lone)
{
	tcp_endpoint_init(&lone->tcp, &lone->settings, on_event, lone);
	tcp_lone_forget(lone);
}

void tcp_lone_forget(struct tcp_lone *lone)
{
	lone->sent[0] = '\0';
	lone->notes[0] = '\0';
	lone->states[0] = '\0';
}

void tcp_lone_arrive(struct tcp_lone *lone, const struct tcp_lone_segment *given)
{
	struct segment segment = {
		.src = lone->settings.peer,
		.dst = lone->settings.local,
		.seq = lone->irs + (uint32_t)given->seq,
		.window = given->window ? given->window : TCP_LONE_PEER_WINDOW,
		.payload_length = given->length,
		.options = given->options,
		.ip.ecn = given->ecn,
	};

	if (given->is_window_closed)
		segment.window = 0;
	for (size_t i = 0; i < LETTERS; i++)
		if (strchr(given->flags, letters[i].letter))
			segment.flags |= letters[i].flag;
	if (segment.flags & SEGMENT_ACK)
		segment.ack = lone->settings.iss + (uint32_t)given->ack;
	tcp_endpoint_segment(&lone->tcp, &segment, lone->now_ns);
	tcp_check(&lone->tcp);
}

/* Let the time of the deadline come. */
void tcp_lone_wait(struct tcp_lone *lone)
{
	uint64_t due_ns = tcp_endpoint_deadline(&lone->tcp);

	if (due_ns == TCP_NEVER_NS)
		abort();
	lone->now_ns = due_ns;
	tcp_endpoint_timeout(&lone->tcp, due_ns);
	tcp_check(&lone->tcp);
}

static void open_up(struct tcp_lone *lone, bool is_passive)
{
	if (is_passive) {
		tcp_endpoint_listen(&lone->tcp, lone->now_ns);
		tcp_lone_give(lone, "S", .seq = 0);
		tcp_lone_give(lone, "A", .seq = 1, .ack = 1);
	} else {
		tcp_endpoint_connect(&lone->tcp, lone->now_ns);
		tcp_lone_give(lone, "SA", .seq = 0, .ack = 1);
	}
}

/* Lead it from CLOSED to @state by the shortest way. SYN_RCVD is that of a simultaneous open,
 * unless @is_passive. What it said meanwhile is forgotten. */
void tcp_lone_bring(struct tcp_lone *lone, enum tcp_state state, bool is_passive)
{
	bool closes_first = state == TCP_STATE_FIN_WAIT_1 || state == TCP_STATE_FIN_WAIT_2 ||
			    state == TCP_STATE_CLOSING || state == TCP_STATE_TIME_WAIT;

	if (state == TCP_STATE_LISTEN) {
		tcp_endpoint_listen(&lone->tcp, lone->now_ns);
	} else if (state == TCP_STATE_SYN_SENT) {
		tcp_endpoint_connect(&lone->tcp, lone->now_ns);
	} else if (state == TCP_STATE_SYN_RCVD) {
		if (is_passive)
			tcp_endpoint_listen(&lone->tcp, lone->now_ns);
		else
			tcp_endpoint_connect(&lone->tcp, lone->now_ns);
		tcp_lone_give(lone, "S", .seq = 0);
	} else if (state != TCP_STATE_CLOSED) {
		open_up(lone, is_passive);
	}
	if (closes_first)
		tcp_endpoint_close(&lone->tcp, lone->now_ns);
	if (state == TCP_STATE_FIN_WAIT_2)
		tcp_lone_give(lone, "A", .seq = 1, .ack = 2);
	else if (state == TCP_STATE_CLOSING || state == TCP_STATE_CLOSE_WAIT ||
		 state == TCP_STATE_LAST_ACK)
		tcp_lone_give(lone, "FA", .seq = 1, .ack = 1);
	else if (state == TCP_STATE_TIME_WAIT)
		tcp_lone_give(lone, "FA", .seq = 1, .ack = 2);
	if (state == TCP_STATE_LAST_ACK)
		tcp_endpoint_close(&lone->tcp, lone->now_ns);
	if (lone->tcp.state != state)
		abort();
	tcp_lone_forget(lone);
}
