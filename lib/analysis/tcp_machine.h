// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_TCP_MACHINE_H
#define NETSONDE_ANALYSIS_TCP_MACHINE_H

/* What the parts of the TCP endpoint share, and nobody else uses: tcp_endpoint.c has the user's
 * calls and the timers; tcp_arrive.c the arrival of segments, tcp_ack.c their acknowledgements,
 * tcp_receive.c their text and FIN; tcp_icmp.c that of ICMP errors; tcp_transmit.c has whatever is
 * sent. */

#include <stdbool.h>
#include <stdint.h>

#include "analysis/tcp_endpoint.h"

/* Payload and options of the smallest segment to be sent: less would leave no room for text beside
 * the options. */
#define TCP_SEGMENT_SIZE_MIN 48

/* A segment that arrived, as far as it is still to be looked at. */
struct tcp_arrival {
	const struct segment *segment;
	uint32_t seq, length; /* of the text: a SYN before it is taken off */
	uint16_t flags;
};

/* tcp_endpoint.c */
void tcp_machine_enter(struct tcp_endpoint *tcp, enum tcp_state state);
void tcp_machine_finish(struct tcp_endpoint *tcp, enum tcp_end why);
void tcp_machine_note(struct tcp_endpoint *tcp, enum tcp_note note, uint32_t expected,
		      uint32_t got);
void tcp_machine_enter_time_wait(struct tcp_endpoint *tcp);
void tcp_machine_continue_close(struct tcp_endpoint *tcp);
void tcp_machine_listen_again(struct tcp_endpoint *tcp);

/* tcp_ack.c */
void tcp_machine_acknowledge(struct tcp_endpoint *tcp);
void tcp_machine_challenge(struct tcp_endpoint *tcp);
void tcp_machine_refuse_ack(struct tcp_endpoint *tcp, const struct segment *segment);
void tcp_machine_take_ack(struct tcp_endpoint *tcp, uint32_t ack);
void tcp_machine_establish(struct tcp_endpoint *tcp);
bool tcp_machine_accept_ack(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival);

/* tcp_receive.c */
void tcp_machine_negotiate(struct tcp_endpoint *tcp, const struct segment *syn);
void tcp_machine_update_window(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival);
void tcp_machine_receive(struct tcp_endpoint *tcp, const struct tcp_arrival *arrival);

/* tcp_transmit.c */
uint32_t tcp_machine_timestamp(const struct tcp_endpoint *tcp);
void tcp_machine_emit(struct tcp_endpoint *tcp, unsigned int flags, uint32_t seq, uint32_t length,
		      bool is_retransmission);
void tcp_machine_send_ack(struct tcp_endpoint *tcp);
void tcp_machine_answer_reset(struct tcp_endpoint *tcp, const struct segment *segment);
void tcp_machine_output(struct tcp_endpoint *tcp);
void tcp_machine_retransmit(struct tcp_endpoint *tcp);
void tcp_machine_probe(struct tcp_endpoint *tcp);
void tcp_machine_arm(struct tcp_endpoint *tcp);
uint32_t tcp_machine_unsent(const struct tcp_endpoint *tcp);

#endif
