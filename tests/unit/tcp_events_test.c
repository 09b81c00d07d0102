// SPDX-License-Identifier: GPL-2.0-or-later
/* SEGMENT ARRIVES, row by row (RFC 9293 section 3.10.7): a state, what arrives in it, and the
 * state, the answer and the remarks that follow; with numbers in the middle of their space and at
 * its wrap. */
#include <stdio.h>
#include <string.h>

#include "tcp_lone.h"
#include "unit.h"

enum opening {
	ACTIVE,
	PASSIVE,
};

struct row {
	enum tcp_state from;
	enum opening opening;
	struct tcp_lone_segment given;
	enum tcp_state to;
	const char *sent, *notes;
};

#define ON(state) TCP_STATE_##state, ACTIVE
#define BY(state) TCP_STATE_##state, PASSIVE
#define GO(state) TCP_STATE_##state
#define W ((int)TCP_LONE_WINDOW)

/* clang-format off */
/* flags, seq - K, ack - J, length of the text */
#define IN(letters, from_k, from_j, text) \
	{ .flags = (letters), .seq = (from_k), .ack = (from_j), .length = (text) }

static const struct row rows_unsynchronized[] = {
	/* 3.10.7.1 CLOSED: a reset for everything but a reset */
	{ ON(CLOSED), IN("R", 0, 0, 0), GO(CLOSED), "", "" },
	{ ON(CLOSED), IN("RA", 0, 9, 0), GO(CLOSED), "", "" },
	{ ON(CLOSED), IN("S", 0, 0, 0), GO(CLOSED), "RA 0 K+1", "answered_closed" },
	{ ON(CLOSED), IN("S", 0, 0, 10), GO(CLOSED), "RA 0 K+11", "answered_closed" },
	{ ON(CLOSED), IN("F", 5, 0, 10), GO(CLOSED), "RA 0 K+16", "answered_closed" },
	{ ON(CLOSED), IN("", 5, 0, 0), GO(CLOSED), "RA 0 K+5", "answered_closed" },
	{ ON(CLOSED), IN("A", 5, 7, 0), GO(CLOSED), "R J+7", "answered_closed" },
	{ ON(CLOSED), IN("SA", 5, 7, 0), GO(CLOSED), "R J+7", "answered_closed" },
	{ ON(CLOSED), IN("FPUA", 5, 7, 3), GO(CLOSED), "R J+7", "answered_closed" },

	/* 3.10.7.2 LISTEN: first RST, second ACK, third SYN, fourth the rest */
	{ BY(LISTEN), IN("R", 0, 0, 0), GO(LISTEN), "", "" },
	{ BY(LISTEN), IN("SR", 0, 0, 0), GO(LISTEN), "", "" },
	{ BY(LISTEN), IN("RA", 0, 1, 0), GO(LISTEN), "", "" },
	{ BY(LISTEN), IN("A", 1, 7, 0), GO(LISTEN), "R J+7", "answered_closed" },
	{ BY(LISTEN), IN("SA", 1, 7, 0), GO(LISTEN), "R J+7", "answered_closed" },
	{ BY(LISTEN), IN("S", 0, 0, 0), GO(SYN_RCVD), "SA J K+1", "" },
	{ BY(LISTEN), IN("SFPU", 0, 0, 9), GO(SYN_RCVD), "SA J K+1", "" },
	{ BY(LISTEN), IN("", 0, 0, 5), GO(LISTEN), "", "syn_missing" },
	{ BY(LISTEN), IN("F", 0, 0, 0), GO(LISTEN), "", "syn_missing" },

	/* 3.10.7.3 SYN_SENT: first the ACK bit */
	{ ON(SYN_SENT), IN("A", 1, 0, 0), GO(SYN_SENT), "R J", "challenge_received" },
	{ ON(SYN_SENT), IN("A", 1, 2, 0), GO(SYN_SENT), "R J+2", "challenge_received" },
	{ ON(SYN_SENT), IN("A", 1, -9, 0), GO(SYN_SENT), "R J-9", "challenge_received" },
	{ ON(SYN_SENT), IN("SA", 0, 0, 0), GO(SYN_SENT), "R J", "ack_wrong" },
	{ ON(SYN_SENT), IN("SA", 0, 2, 0), GO(SYN_SENT), "R J+2", "ack_wrong" },
	{ ON(SYN_SENT), IN("FA", 0, 5, 0), GO(SYN_SENT), "R J+5", "challenge_received" },
	/* second the RST bit */
	{ ON(SYN_SENT), IN("RA", 0, 1, 0), GO(CLOSED), "", "reset_of_syn" },
	{ ON(SYN_SENT), IN("SRA", 0, 1, 0), GO(CLOSED), "", "reset_of_syn" },
	{ ON(SYN_SENT), IN("RA", 0, 0, 0), GO(SYN_SENT), "", "reset_unproven" },
	{ ON(SYN_SENT), IN("RA", 0, 2, 0), GO(SYN_SENT), "", "reset_unproven" },
	{ ON(SYN_SENT), IN("R", 0, 0, 0), GO(SYN_SENT), "", "reset_unproven" },
	/* fourth the SYN bit */
	{ ON(SYN_SENT), IN("SA", 0, 1, 0), GO(ESTABLISHED), "A J+1 K+1", "ack_of_syn" },
	{ ON(SYN_SENT), IN("SA", 0, 1, 10), GO(ESTABLISHED), "A J+1 K+11", "ack_of_syn" },
	{ ON(SYN_SENT), IN("SFA", 0, 1, 0), GO(CLOSE_WAIT), "A J+1 K+2", "ack_of_syn" },
	{ ON(SYN_SENT), IN("SFA", 0, 1, 10), GO(CLOSE_WAIT), "A J+1 K+12", "ack_of_syn" },
	{ ON(SYN_SENT), IN("S", 0, 0, 0), GO(SYN_RCVD), "SA J K+1", "simultaneous_open" },
	{ ON(SYN_SENT), IN("SF", 0, 0, 7), GO(SYN_RCVD), "SA J K+1", "simultaneous_open" },
	/* fifth the rest */
	{ ON(SYN_SENT), IN("A", 1, 1, 0), GO(SYN_SENT), "", "syn_missing" },
	{ ON(SYN_SENT), IN("FA", 1, 1, 3), GO(SYN_SENT), "", "syn_missing" },
	{ ON(SYN_SENT), IN("", 0, 0, 0), GO(SYN_SENT), "", "syn_missing" },
	{ ON(SYN_SENT), IN("F", 0, 0, 5), GO(SYN_SENT), "", "syn_missing" },

	/* 3.10.7.4 SYN_RCVD: first the sequence number */
	{ BY(SYN_RCVD), IN("S", 0, 0, 0), GO(SYN_RCVD), "SA J K+1", "syn_duplicate" },
	{ BY(SYN_RCVD), IN("S", -99, 0, 0), GO(SYN_RCVD), "SA J K+1", "syn_unexpected" },
	{ BY(SYN_RCVD), IN("A", 1 + W, 1, 0), GO(SYN_RCVD), "A J+1 K+1",
		"out_of_window" },
	{ BY(SYN_RCVD), IN("PA", 1 + W, 1, 8), GO(SYN_RCVD), "A J+1 K+1", "out_of_window" },
	{ BY(SYN_RCVD), IN("R", 0, 0, 0), GO(SYN_RCVD), "", "reset_ignored" },
	{ BY(SYN_RCVD), IN("R", 1 + W, 0, 0), GO(SYN_RCVD), "", "reset_ignored" },
	{ ON(SYN_RCVD), IN("S", 0, 0, 0), GO(SYN_RCVD), "SA J K+1", "syn_duplicate" },
	/* second the RST bit */
	{ BY(SYN_RCVD), IN("R", 1, 0, 0), GO(LISTEN), "", "reset_accepted" },
	{ ON(SYN_RCVD), IN("R", 1, 0, 0), GO(CLOSED), "", "reset_accepted" },
	{ BY(SYN_RCVD), IN("R", 2, 0, 0), GO(SYN_RCVD), "A J+1 K+1",
		"reset_challenged, challenge_sent" },
	/* fourth the SYN bit */
	{ BY(SYN_RCVD), IN("S", 9, 0, 0), GO(LISTEN), "", "syn_unexpected" },
	{ ON(SYN_RCVD), IN("S", 9, 0, 0), GO(SYN_RCVD), "A J+1 K+1",
		"syn_unexpected, challenge_sent" },
	/* fifth the ACK bit */
	{ BY(SYN_RCVD), IN("P", 1, 0, 4), GO(SYN_RCVD), "", "ack_missing" },
	{ BY(SYN_RCVD), IN("A", 1, 0, 0), GO(SYN_RCVD), "R J", "ack_wrong" },
	{ BY(SYN_RCVD), IN("A", 1, 2, 0), GO(SYN_RCVD), "R J+2", "ack_wrong" },
	{ BY(SYN_RCVD), IN("A", 1, 1, 0), GO(ESTABLISHED), "", "ack_of_syn" },
	{ ON(SYN_RCVD), IN("SA", 0, 1, 0), GO(ESTABLISHED), "", "ack_of_syn" },
	{ ON(SYN_RCVD), IN("A", 1, 1, 0), GO(ESTABLISHED), "", "ack_of_syn" },
	{ ON(SYN_RCVD), IN("SA", 0, 2, 0), GO(SYN_RCVD), "SA J K+1", "syn_duplicate" },
	/* seventh and eighth */
	{ BY(SYN_RCVD), IN("PA", 1, 1, 9), GO(ESTABLISHED), "A J+1 K+10", "ack_of_syn" },
	{ BY(SYN_RCVD), IN("FA", 1, 1, 0), GO(CLOSE_WAIT), "A J+1 K+2", "ack_of_syn" },
	{ BY(SYN_RCVD), IN("FPA", 1, 1, 9), GO(CLOSE_WAIT), "A J+1 K+11", "ack_of_syn" },
};

static const struct row rows_established[] = {
	/* first the sequence number: table 6 */
	{ ON(ESTABLISHED), IN("A", 1, 1, 0), GO(ESTABLISHED), "", "" },
	{ ON(ESTABLISHED), IN("A", W, 1, 0), GO(ESTABLISHED), "", "" },
	{ ON(ESTABLISHED), IN("A", 1 + W, 1, 0), GO(ESTABLISHED), "A J+1 K+1",
		"out_of_window" },
	{ ON(ESTABLISHED), IN("A", -5, 1, 0), GO(ESTABLISHED), "A J+1 K+1",
		"out_of_window" },
	{ ON(ESTABLISHED), IN("A", 0, 1, 0), GO(ESTABLISHED), "A J+1 K+1",
		"keep_alive" },
	{ ON(ESTABLISHED), IN("A", 0, 1, 1), GO(ESTABLISHED), "A J+1 K+1", "keep_alive" },
	{ ON(ESTABLISHED), IN("SA", 0, 1, 0), GO(ESTABLISHED), "A J+1 K+1", "syn_duplicate" },
	{ ON(ESTABLISHED), IN("PA", -19, 1, 20), GO(ESTABLISHED), "A J+1 K+1", "duplicate" },
	{ ON(ESTABLISHED), IN("PA", 1 + W, 1, 20), GO(ESTABLISHED), "A J+1 K+1",
		"out_of_window" },
	{ ON(ESTABLISHED), IN("R", 0, 0, 0), GO(ESTABLISHED), "", "reset_ignored" },
	{ ON(ESTABLISHED), IN("R", 1 + W, 0, 0), GO(ESTABLISHED), "", "reset_ignored" },
	{ ON(ESTABLISHED), IN("RA", -W, 1, 0), GO(ESTABLISHED), "", "reset_ignored" },
	/* second the RST bit: RFC 5961 section 3.2 */
	{ ON(ESTABLISHED), IN("R", 1, 0, 0), GO(CLOSED), "", "reset_accepted" },
	{ ON(ESTABLISHED), IN("RA", 1, 1, 0), GO(CLOSED), "", "reset_accepted" },
	{ ON(ESTABLISHED), IN("R", 2, 0, 0), GO(ESTABLISHED), "A J+1 K+1",
		"reset_challenged, challenge_sent" },
	{ ON(ESTABLISHED), IN("R", W, 0, 0), GO(ESTABLISHED), "A J+1 K+1",
		"reset_challenged, challenge_sent" },
	/* fourth the SYN bit: RFC 5961 section 4.2 */
	{ ON(ESTABLISHED), IN("S", 9, 0, 0), GO(ESTABLISHED), "A J+1 K+1",
		"syn_unexpected, challenge_sent" },
	{ ON(ESTABLISHED), IN("SA", 1, 1, 0), GO(ESTABLISHED), "A J+1 K+1",
		"syn_unexpected, challenge_sent" },
	{ ON(ESTABLISHED), IN("S", -700, 0, 0), GO(ESTABLISHED), "A J+1 K+1",
		"syn_unexpected, challenge_sent" },
	{ ON(ESTABLISHED), IN("SA", 7 + W, 1, 0), GO(ESTABLISHED), "A J+1 K+1",
		"syn_unexpected, challenge_sent" },
	/* fifth the ACK bit */
	{ ON(ESTABLISHED), IN("P", 1, 0, 9), GO(ESTABLISHED), "", "ack_missing" },
	{ ON(ESTABLISHED), IN("PA", 1, 2, 9), GO(ESTABLISHED), "A J+1 K+1",
		"ack_wrong, challenge_sent" },
	{ ON(ESTABLISHED), IN("PA", 1, 1 - (int)TCP_LONE_PEER_WINDOW, 9), GO(ESTABLISHED),
		"A J+1 K+10", "" },
	{ ON(ESTABLISHED), IN("PA", 1, -(int)TCP_LONE_PEER_WINDOW, 9), GO(ESTABLISHED),
		"A J+1 K+1", "ack_wrong, challenge_sent" },
	/* sixth the URG bit */
	{ ON(ESTABLISHED), IN("PUA", 1, 1, 9), GO(ESTABLISHED), "A J+1 K+10", "urgent" },
	/* seventh the text */
	{ ON(ESTABLISHED), IN("PA", 1, 1, 9), GO(ESTABLISHED), "A J+1 K+10", "" },
	{ ON(ESTABLISHED), IN("A", 1, 1, TCP_LONE_WINDOW), GO(ESTABLISHED), "A J+1 K+5001", "" },
	{ ON(ESTABLISHED), IN("A", 1, 1, TCP_LONE_WINDOW + 9), GO(ESTABLISHED), "A J+1 K+5001",
		"" },
	{ ON(ESTABLISHED), IN("A", -3, 1, 9), GO(ESTABLISHED), "A J+1 K+6", "overlap" },
	{ ON(ESTABLISHED), IN("A", 5, 1, 9), GO(ESTABLISHED), "A J+1 K+1", "out_of_order" },
	/* eighth the FIN bit */
	{ ON(ESTABLISHED), IN("FA", 1, 1, 0), GO(CLOSE_WAIT), "A J+1 K+2", "" },
	{ ON(ESTABLISHED), IN("FPA", 1, 1, 9), GO(CLOSE_WAIT), "A J+1 K+11", "" },
	{ ON(ESTABLISHED), IN("FPA", -3, 1, 9), GO(CLOSE_WAIT), "A J+1 K+7", "overlap" },
	{ ON(ESTABLISHED), IN("FPA", -8, 1, 9), GO(CLOSE_WAIT), "A J+1 K+2", "" },
	{ ON(ESTABLISHED), IN("FA", 5, 1, 0), GO(ESTABLISHED), "A J+1 K+1", "out_of_order" },
	{ ON(ESTABLISHED), IN("FA", 5, 1, 9), GO(ESTABLISHED), "A J+1 K+1", "out_of_order" },
	{ ON(ESTABLISHED), IN("FA", 1, 1, TCP_LONE_WINDOW), GO(ESTABLISHED), "A J+1 K+5001", "" },
	{ ON(ESTABLISHED), IN("F", 1, 0, 0), GO(ESTABLISHED), "", "ack_missing" },
};

static const struct row rows_closing[] = {
	/* the FIN of this end is J+1 */
	{ ON(FIN_WAIT_1), IN("A", 1, 1, 0), GO(FIN_WAIT_1), "", "ack_duplicate" },
	{ ON(FIN_WAIT_1), IN("A", 1, 2, 0), GO(FIN_WAIT_2), "", "ack_of_fin" },
	{ ON(FIN_WAIT_1), IN("A", 1, 3, 0), GO(FIN_WAIT_1), "A J+2 K+1",
		"ack_wrong, challenge_sent" },
	{ ON(FIN_WAIT_1), IN("PA", 1, 1, 9), GO(FIN_WAIT_1), "A J+2 K+10", "" },
	{ ON(FIN_WAIT_1), IN("PA", 1, 2, 9), GO(FIN_WAIT_2), "A J+2 K+10", "ack_of_fin" },
	{ ON(FIN_WAIT_1), IN("FA", 1, 1, 0), GO(CLOSING), "A J+2 K+2", "simultaneous_close" },
	{ ON(FIN_WAIT_1), IN("FPA", 1, 1, 9), GO(CLOSING), "A J+2 K+11", "simultaneous_close" },
	{ ON(FIN_WAIT_1), IN("FA", 1, 2, 0), GO(TIME_WAIT), "A J+2 K+2", "ack_of_fin" },
	{ ON(FIN_WAIT_1), IN("FPA", 1, 2, 9), GO(TIME_WAIT), "A J+2 K+11", "ack_of_fin" },
	{ ON(FIN_WAIT_1), IN("R", 1, 0, 0), GO(CLOSED), "", "reset_accepted" },
	{ ON(FIN_WAIT_1), IN("R", 9, 0, 0), GO(FIN_WAIT_1), "A J+2 K+1",
		"reset_challenged, challenge_sent" },
	{ ON(FIN_WAIT_1), IN("S", 9, 0, 0), GO(FIN_WAIT_1), "A J+2 K+1",
		"syn_unexpected, challenge_sent" },
	{ ON(FIN_WAIT_1), IN("SA", 0, 1, 0), GO(FIN_WAIT_1), "A J+2 K+1", "syn_duplicate" },
	{ ON(FIN_WAIT_1), IN("F", 1, 0, 0), GO(FIN_WAIT_1), "", "ack_missing" },
	{ BY(FIN_WAIT_1), IN("A", 1, 2, 0), GO(FIN_WAIT_2), "", "ack_of_fin" },

	{ ON(FIN_WAIT_2), IN("A", 1, 2, 0), GO(FIN_WAIT_2), "", "" },
	{ ON(FIN_WAIT_2), IN("A", 1, 3, 0), GO(FIN_WAIT_2), "A J+2 K+1",
		"ack_wrong, challenge_sent" },
	{ ON(FIN_WAIT_2), IN("PA", 1, 2, 9), GO(FIN_WAIT_2), "A J+2 K+10", "" },
	{ ON(FIN_WAIT_2), IN("FA", 1, 2, 0), GO(TIME_WAIT), "A J+2 K+2", "" },
	{ ON(FIN_WAIT_2), IN("FPA", 1, 2, 9), GO(TIME_WAIT), "A J+2 K+11", "" },
	{ ON(FIN_WAIT_2), IN("FA", 1, 1, 0), GO(TIME_WAIT), "A J+2 K+2", "" },
	{ ON(FIN_WAIT_2), IN("FA", 9, 2, 0), GO(FIN_WAIT_2), "A J+2 K+1", "out_of_order" },
	{ ON(FIN_WAIT_2), IN("R", 1, 0, 0), GO(CLOSED), "", "reset_accepted" },
	{ ON(FIN_WAIT_2), IN("R", 0, 0, 0), GO(FIN_WAIT_2), "", "reset_ignored" },
	{ ON(FIN_WAIT_2), IN("S", 9, 0, 0), GO(FIN_WAIT_2), "A J+2 K+1",
		"syn_unexpected, challenge_sent" },

	/* the peer's FIN is K+1 */
	{ ON(CLOSE_WAIT), IN("A", 2, 1, 0), GO(CLOSE_WAIT), "", "" },
	{ ON(CLOSE_WAIT), IN("FA", 1, 1, 0), GO(CLOSE_WAIT), "A J+1 K+2", "fin_duplicate" },
	{ ON(CLOSE_WAIT), IN("PA", 2, 1, 9), GO(CLOSE_WAIT), "", "data_after_fin" },
	{ ON(CLOSE_WAIT), IN("FPA", 2, 1, 9), GO(CLOSE_WAIT), "", "data_after_fin" },
	{ ON(CLOSE_WAIT), IN("A", 2, 2, 0), GO(CLOSE_WAIT), "A J+1 K+2",
		"ack_wrong, challenge_sent" },
	{ ON(CLOSE_WAIT), IN("R", 2, 0, 0), GO(CLOSED), "", "reset_accepted" },
	{ ON(CLOSE_WAIT), IN("R", 1, 0, 0), GO(CLOSE_WAIT), "", "reset_ignored" },
	{ ON(CLOSE_WAIT), IN("S", 9, 0, 0), GO(CLOSE_WAIT), "A J+1 K+2",
		"syn_unexpected, challenge_sent" },

	{ ON(CLOSING), IN("A", 2, 2, 0), GO(TIME_WAIT), "", "ack_of_fin" },
	{ ON(CLOSING), IN("A", 2, 1, 0), GO(CLOSING), "", "ack_duplicate" },
	{ ON(CLOSING), IN("A", 2, 3, 0), GO(CLOSING), "A J+2 K+2", "ack_wrong, challenge_sent" },
	{ ON(CLOSING), IN("FA", 1, 1, 0), GO(CLOSING), "A J+2 K+2", "fin_duplicate" },
	{ ON(CLOSING), IN("PA", 2, 1, 9), GO(CLOSING), "", "data_after_fin" },
	{ ON(CLOSING), IN("R", 2, 0, 0), GO(CLOSED), "", "reset_accepted" },
	{ ON(CLOSING), IN("S", 9, 0, 0), GO(CLOSING), "A J+2 K+2",
		"syn_unexpected, challenge_sent" },

	{ ON(LAST_ACK), IN("A", 2, 2, 0), GO(CLOSED), "", "ack_of_fin" },
	{ ON(LAST_ACK), IN("A", 2, 1, 0), GO(LAST_ACK), "", "ack_duplicate" },
	{ ON(LAST_ACK), IN("A", 2, 3, 0), GO(LAST_ACK), "A J+2 K+2", "ack_wrong, challenge_sent" },
	{ ON(LAST_ACK), IN("FA", 1, 1, 0), GO(LAST_ACK), "A J+2 K+2", "fin_duplicate" },
	{ ON(LAST_ACK), IN("PA", 2, 1, 9), GO(LAST_ACK), "", "data_after_fin" },
	{ ON(LAST_ACK), IN("R", 2, 0, 0), GO(CLOSED), "", "reset_accepted" },
	{ ON(LAST_ACK), IN("S", 9, 0, 0), GO(LAST_ACK), "A J+2 K+2",
		"syn_unexpected, challenge_sent" },

	{ ON(TIME_WAIT), IN("A", 2, 2, 0), GO(TIME_WAIT), "", "" },
	{ ON(TIME_WAIT), IN("FA", 1, 2, 0), GO(TIME_WAIT), "A J+2 K+2", "fin_duplicate" },
	{ ON(TIME_WAIT), IN("PA", 2, 2, 9), GO(TIME_WAIT), "", "data_after_fin" },
	{ ON(TIME_WAIT), IN("R", 2, 0, 0), GO(CLOSED), "", "reset_accepted" },
	{ ON(TIME_WAIT), IN("R", 1, 0, 0), GO(TIME_WAIT), "", "reset_ignored" },
	{ ON(TIME_WAIT), IN("S", 9, 0, 0), GO(TIME_WAIT), "A J+2 K+2",
		"syn_unexpected, challenge_sent" },
	{ ON(TIME_WAIT), IN("S", -9, 0, 0), GO(TIME_WAIT), "A J+2 K+2",
		"syn_unexpected, challenge_sent" },
};
/* clang-format on */

/* Initial numbers: in the middle, and so that each of the next few wraps, or passes 2^31. */
static const uint32_t initials[] = {
	1000000000u, 0,		  0xffffffffu, 0xfffffffeu, 0xfffffff5u,
	0x7fffffffu, 0x7ffffffeu, 0x80000000u, 0xffffec78u, 0xffffefffu,
};

static void check_row(const struct row *row, uint32_t iss, uint32_t irs)
{
	static struct tcp_lone lone;

	tcp_lone_init(&lone, iss, irs);
	tcp_lone_bring(&lone, row->from, row->opening == PASSIVE);
	tcp_lone_arrive(&lone, &row->given);
	if (lone.tcp.state == row->to && strcmp(lone.sent, row->sent) == 0 &&
	    strcmp(lone.notes, row->notes) == 0)
		return;
	fail_msg("%s, J %u, K %u: \"%s\" seq K%+d ack J%+d length %u: %s \"%s\" \"%s\"",
		 tcp_state_names[row->from], iss, irs, row->given.flags, row->given.seq,
		 row->given.ack, row->given.length, tcp_state_names[lone.tcp.state], lone.sent,
		 lone.notes);
}

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < UNIT_COUNT(initials); j++)
			for (size_t k = 0; k < UNIT_COUNT(initials); k++)
				check_row(&rows[i], initials[j], initials[k]);
}

static void before_and_during_the_open(void **state)
{
	(void)state;
	check_rows(rows_unsynchronized, UNIT_COUNT(rows_unsynchronized));
}

static void while_it_is_open(void **state)
{
	(void)state;
	check_rows(rows_established, UNIT_COUNT(rows_established));
}

static void during_the_close(void **state)
{
	(void)state;
	check_rows(rows_closing, UNIT_COUNT(rows_closing));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_and_during_the_open),
		cmocka_unit_test(while_it_is_open),
		cmocka_unit_test(during_the_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
