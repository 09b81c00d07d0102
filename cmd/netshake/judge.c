// SPDX-License-Identifier: GPL-2.0-or-later
/* What a connection comes to: the findings for lib/analysis, which judges. */
#include <errno.h>

#include "netshake.h"

static const struct segment *first_undelivered(struct shake *shake)
{
	return shake->trace.undelivered > 0 ? &shake->trace.first_undelivered : NULL;
}

/* Return: how long the other end took to answer in the handshake, the way there and back included:
 * a SYN by SYN,ACK, or, where it is the client, SYN,ACK by ACK; 0: unknown. */
uint64_t judge_rtt_ns(const struct shake *shake)
{
	const struct tcp_observer *seen = &shake->trace.observer;

	if (!settings_serves(&shake->run->settings))
		return tcp_observer_rtt_ns(seen);
	return shake->end.retransmissions == 0 && seen->open_ns > seen->syn_ack_ns ?
		       seen->open_ns - seen->syn_ack_ns :
		       0;
}

/* Judge what was seen of the connection, and count it. */
void judge_shake(struct shake *shake)
{
	struct run *run = shake->run;
	const struct way *way = &run->way;
	bool is_unanswered =
		shake->end.end != TCP_END_CLOSED && !shake->trace.observer.sides[1].is_seen;
	struct tally *tally = &run->tally;
	uint64_t rtt_ns;

	shake->findings = (struct tcp_findings){
		.end = &shake->end,
		.seen = &shake->trace.observer,
		.plan = (enum tcp_close_plan)run->settings.close,
		.send_errno = way->answer.error ? -way->answer.error : shake->send_errno,
		.is_interrupted = shake->is_interrupted,
		.is_on_link = !way->is_local && way->answer.gateway.family == AF_UNSPEC,
		.is_local = way->is_local,
		.gateway = way->answer.gateway,
		.undelivered = shake->trace.undelivered,
		.undelivered_first = first_undelivered(shake),
		.reset = shake->reset.flags & SEGMENT_RST ? &shake->reset : NULL,
		.reference_ttl = run->reference_ttl,
		.strays = shake->strays + shake->end.strays,
		.size_passed = shake->sizing.passed,
		.size_lost = shake->sizing.lost,
	};
	if (way->answer.error == 0 && is_unanswered)
		shake->findings.is_neighbour_failed = way_neighbour_failed(run);
	if (!settings_serves(&run->settings))
		echo_compare(shake, &shake->findings);
	tcp_judge(&shake->judgement, &shake->findings);
	tally->traces++;
	tally->as_asked += shake->judgement.is_as_asked;
	tally->verdicts[shake->judgement.verdict]++;
	tally->segments += shake->trace.segments;
	tally->retransmissions += shake->end.retransmissions;
	rtt_ns = judge_rtt_ns(shake);
	if (rtt_ns)
		rtt_add(&tally->rtt, rtt_ns);
}
