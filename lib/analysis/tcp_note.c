// SPDX-License-Identifier: GPL-2.0-or-later
/* What an endpoint remarks, in words. */
#include <inttypes.h>
#include <stdio.h>

#include "analysis/tcp_endpoint.h"

const char *const tcp_end_names[TCP_END_COUNT] = {
	[TCP_END_NONE] = "none",   [TCP_END_CLOSED] = "closed",	  [TCP_END_REFUSED] = "refused",
	[TCP_END_RESET] = "reset", [TCP_END_ABORTED] = "aborted", [TCP_END_TIMEOUT] = "timeout",
	[TCP_END_ICMP] = "icmp",
};

/* What the numbers of a note are, and so how they are written. */
enum number {
	NUMBER_NONE,
	NUMBER_OURS,   /* of our sequence space */
	NUMBER_THEIRS, /* of the peer's */
	NUMBER_PLAIN,  /* neither */
	NUMBER_ICMP,   /* type << 8 | code */
};

/* A note's name in JSON, and its sentence: %1 and %2 are the numbers got and expected. */
static const struct phrase {
	const char *name, *text;
	enum number kind;
} phrases[TCP_NOTE_COUNT] = {
#define NOTE(key) [TCP_NOTE_##key]
	/* clang-format off */
	NOTE(ACK_OF_SYN) = { "ack_of_syn", "ack = %1 ok", NUMBER_OURS },
	NOTE(ACK_OF_DATA) = { "ack_of_data", "ack = %1 ok, of %2", NUMBER_OURS },
	NOTE(ACK_OF_FIN) = { "ack_of_fin", "ack = %1 ok: our FIN", NUMBER_OURS },
	NOTE(ACK_DUPLICATE) = { "ack_duplicate", "ack = %1 once more", NUMBER_OURS },
	NOTE(ACK_WRONG) = { "ack_wrong", "ack = %1 wrong: %2 was sent", NUMBER_OURS },
	NOTE(ACK_MISSING) = { "ack_missing", "no ACK: dropped", NUMBER_NONE },
	NOTE(SYN_MISSING) = { "syn_missing", "no SYN: dropped", NUMBER_NONE },
	NOTE(CHALLENGE_RECEIVED) = { "challenge_received",
		"challenge ACK: the peer has an old connection with these ports", NUMBER_NONE },
	NOTE(CHALLENGE_SENT) = { "challenge_sent", "answered with a challenge ACK", NUMBER_NONE },
	NOTE(RESET_OF_SYN) = { "reset_of_syn", "ack = %1 ok: reset", NUMBER_OURS },
	NOTE(RESET_ACCEPTED) = { "reset_accepted", "seq = %1 ok: reset", NUMBER_THEIRS },
	NOTE(RESET_IGNORED) = { "reset_ignored",
		"RST outside the window ignored: seq = %1, not %2", NUMBER_THEIRS },
	NOTE(RESET_UNPROVEN) = { "reset_unproven",
		"RST ignored: it does not acknowledge our SYN", NUMBER_NONE },
	NOTE(RESET_CHALLENGED) = { "reset_challenged",
		"RST challenged: seq = %1, not %2", NUMBER_THEIRS },
	NOTE(SYN_UNEXPECTED) = { "syn_unexpected", "SYN in an open connection", NUMBER_NONE },
	NOTE(SYN_DUPLICATE) = { "syn_duplicate", "SYN once more", NUMBER_NONE },
	NOTE(OLD_TIMESTAMP) = { "old_timestamp",
		"old timestamp %1, %2 was there: dropped (PAWS)", NUMBER_PLAIN },
	NOTE(NO_TIMESTAMP) = { "no_timestamp",
		"no timestamp, though agreed on: taken", NUMBER_NONE },
	NOTE(OUT_OF_WINDOW) = { "out_of_window",
		"outside the window: seq = %1, not %2", NUMBER_THEIRS },
	NOTE(OUT_OF_ORDER) = { "out_of_order", "out of order: %2 is missing", NUMBER_THEIRS },
	NOTE(OVERLAP) = { "overlap", "overlaps what came before %2", NUMBER_THEIRS },
	NOTE(DUPLICATE) = { "duplicate", "duplicate", NUMBER_NONE },
	NOTE(FIN_DUPLICATE) = { "fin_duplicate", "FIN once more", NUMBER_NONE },
	NOTE(DATA_AFTER_FIN) = { "data_after_fin", "text behind its FIN: ignored", NUMBER_NONE },
	NOTE(KEEP_ALIVE) = { "keep_alive", "keep-alive", NUMBER_NONE },
	NOTE(URGENT) = { "urgent", "urgent up to %1", NUMBER_THEIRS },
	NOTE(ZERO_WINDOW) = { "zero_window", "its window is closed", NUMBER_NONE },
	NOTE(WINDOW_UPDATE) = { "window_update", "its window is open: %1 bytes", NUMBER_PLAIN },
	NOTE(WINDOW_PROBE) = { "window_probe", "window probe", NUMBER_NONE },
	NOTE(RETRANSMISSION) = { "retransmission",
		"no answer in %2 ms: retransmission %1", NUMBER_PLAIN },
	NOTE(FAST_RETRANSMISSION) = { "fast_retransmission",
		"three duplicate ACKs: retransmission", NUMBER_NONE },
	NOTE(GAVE_UP) = { "gave_up", "gave up after %1 retransmissions", NUMBER_PLAIN },
	NOTE(BAD_CHECKSUM) = { "bad_checksum", "bad checksum: dropped", NUMBER_NONE },
	NOTE(BAD_OPTIONS) = { "bad_options",
		"malformed options: what can be read counts", NUMBER_NONE },
	NOTE(STRAY) = { "stray", "not of this connection: ignored", NUMBER_NONE },
	NOTE(ANSWERED_CLOSED) = { "answered_closed", "no such connection: RST", NUMBER_NONE },
	NOTE(ICMP_FATAL) = { "icmp_fatal", "ICMP type %1 code %2: connecting is in vain",
		NUMBER_ICMP },
	NOTE(ICMP_SOFT) = { "icmp_soft", "ICMP type %1 code %2: noted", NUMBER_ICMP },
	NOTE(ICMP_IGNORED) = { "icmp_ignored",
		"ICMP ignored: it quotes what is not under way", NUMBER_NONE },
	NOTE(ICMP_TOO_BIG) = { "icmp_too_big", "too big: segments of %1 bytes now, not %2",
		NUMBER_PLAIN },
	NOTE(SIMULTANEOUS_OPEN) = { "simultaneous_open", "simultaneous open", NUMBER_NONE },
	NOTE(SIMULTANEOUS_CLOSE) = { "simultaneous_close", "simultaneous close", NUMBER_NONE },
/* clang-format on */
#undef NOTE
};

/* As Stevens has it: J is the initial number of the side that opens, K the other's; a number near
 * it is written as a distance. */
static void put_relative(char *text, size_t size, uint32_t number, uint32_t initial, char letter)
{
	int32_t distance = (int32_t)(number - initial);

	if (distance == 0)
		snprintf(text, size, "%c", letter);
	else if (distance < 1 << 24 && distance > -(1 << 24))
		snprintf(text, size, "%c%+" PRId32, letter, distance);
	else
		snprintf(text, size, "%" PRIu32, number);
}

static void put_number(char *text, size_t size, const struct tcp_endpoint *tcp, enum number kind,
		       uint32_t number)
{
	if (kind == NUMBER_OURS)
		put_relative(text, size, number, tcp->iss, tcp->is_passive ? 'K' : 'J');
	else if (kind == NUMBER_THEIRS)
		put_relative(text, size, number, tcp->irs, tcp->is_passive ? 'J' : 'K');
	else
		snprintf(text, size, "%" PRIu32, number);
}

/* The name of a note in structured output: "ack_of_syn". */
const char *tcp_note_name(enum tcp_note note)
{
	return phrases[note].name;
}

/* Write what @event, of kind TCP_EVENT_NOTE, says to @text (TCP_NOTE_TEXT_MAX bytes are enough):
 * "ack = J+1 ok". Sequence numbers are relative to the initial ones. */
void tcp_note_text(char *text, size_t size, const struct tcp_event *event,
		   const struct tcp_endpoint *tcp)
{
	const struct phrase *phrase = &phrases[event->note];
	char numbers[2][24];
	size_t length = 0;

	if (phrase->kind == NUMBER_ICMP) {
		put_number(numbers[0], sizeof(numbers[0]), tcp, NUMBER_PLAIN, event->got >> 8);
		put_number(numbers[1], sizeof(numbers[1]), tcp, NUMBER_PLAIN, event->got & 255);
	} else {
		put_number(numbers[0], sizeof(numbers[0]), tcp, phrase->kind, event->got);
		put_number(numbers[1], sizeof(numbers[1]), tcp, phrase->kind, event->expected);
	}
	for (const char *at = phrase->text; *at && length + 1 < size; at++) {
		if (*at == '%') {
			const char *number = numbers[*++at - '1'];

			for (; *number && length + 1 < size; number++)
				text[length++] = *number;
		} else {
			text[length++] = *at;
		}
	}
	if (size > 0)
		text[length] = '\0';
}
