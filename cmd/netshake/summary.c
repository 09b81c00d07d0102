// SPDX-License-Identifier: GPL-2.0-or-later
/* What a connection came to, in words, and figures over several. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "netshake.h"

/* A local delay worth telling: an exchange with the neighbour, mostly. */
#define DELAY_WORTH_NS 1000000u

static void say_times(struct shake *shake)
{
	struct run *run = shake->run;
	uint64_t rtt_ns = judge_rtt_ns(shake);
	uint64_t close_ns = tcp_observer_close_delay_ns(&shake->trace.observer);

	if (rtt_ns)
		say(run, "network   %.3f ms from %s, by the kernel's stamps\n",
		    (double)rtt_ns / 1e6,
		    settings_serves(&run->settings) ? "SYN,ACK to ACK" : "SYN to SYN,ACK");
	if (shake->local_delay_ns != UINT64_MAX && shake->local_delay_ns > DELAY_WORTH_NS)
		say(run, "local     %.3f ms before the SYN left this host\n",
		    (double)shake->local_delay_ns / 1e6);
	if (close_ns && shake->trace.observer.closer == 0)
		say(run, "peer      %.3f ms from one FIN to the other: its application\n",
		    (double)close_ns / 1e6);
}

static void say_agreed(struct shake *shake)
{
	const struct tcp_endpoint *end = &shake->end;
	char text[160], scale[64] = "no window scale";

	if (shake->open_ns == 0)
		return;
	if (end->has_wscale)
		snprintf(scale, sizeof(scale), "window scale %u here, %u there", end->rcv_wscale,
			 end->snd_wscale);
	snprintf(text, sizeof(text), "segments of %u bytes, %s, %s, %s%s", end->mss, scale,
		 end->has_sack ? "SACK" : "no SACK",
		 end->has_timestamps ? "timestamps" : "no timestamps", end->has_ecn ? ", ECN" : "");
	say_wrapped(shake->run, "agreed    ", text);
}

static void say_sizes(struct shake *shake)
{
	const struct sizing *sizing = &shake->sizing;
	char text[160];

	if (shake->run->settings.size == UNSET || sizing->passed + sizing->lost == 0)
		return;
	if (sizing->lost)
		snprintf(text, sizeof(text), "%u bytes of payload pass, %u do not", sizing->passed,
			 sizing->lost);
	else
		snprintf(text, sizeof(text), "%u bytes of payload pass%s", sizing->passed,
			 sizing->is_too_big_told ? ", a router or this host said that more do not" :
						   "");
	say_wrapped(shake->run, "size      ", text);
}

/* Why one stays in TIME_WAIT. */
static void say_time_wait(struct shake *shake)
{
	char text[200];

	if (shake->run->settings.time_wait_ms == 0 || shake->trace.observer.closer != 0)
		return;
	if (shake->fins_again)
		snprintf(text, sizeof(text),
			 "the peer's FIN came %u time%s more, for the last ACK was lost, and was "
			 "acknowledged again; a closed end would have answered it with RST",
			 shake->fins_again, shake->fins_again == 1 ? "" : "s");
	else
		snprintf(text, sizeof(text),
			 "the peer's FIN did not come again: the last ACK arrived; but segments of "
			 "this connection may be under way for 2 MSL");
	say_wrapped(shake->run, "waited    ", text);
}

static void say_counts(struct shake *shake)
{
	const struct tcp_observer *seen = &shake->trace.observer;
	struct run *run = shake->run;

	if (seen->closer >= 0 && shake->open_ns)
		say(run, "closed    first by %s\n", seen->closer == 0 ? "this host" : "the peer");
	say_time_wait(shake);
	say(run, "segments  %llu sent, %llu received, %u retransmitted\n",
	    (unsigned long long)seen->sides[0].segments,
	    (unsigned long long)seen->sides[1].segments, shake->end.retransmissions);
	if (shake->trace.left_out)
		say(run, "          %u lines left out: too many to keep\n", shake->trace.left_out);
	if (shake->trace.kernels)
		say(run, "note      this host's kernel sent %u segments of its own\n",
		    shake->trace.kernels);
}

static const char *by_whom(const struct tcp_judgement *judgement)
{
	if (!judgement->by)
		return "";
	if (strcmp(judgement->by, "host") == 0)
		return ", by the host itself";
	if (strcmp(judgement->by, "nearer") == 0)
		return ", by something nearer than the host";
	return ", by whom cannot be told";
}

/* Write the verdict, what it rests on, and what to do. */
void summary_judgement(struct run *run, const struct tcp_judgement *judgement)
{
	const char *name = tcp_verdict_names[judgement->verdict];

	say(run, "verdict   ");
	say_tinted(run, judgement->is_as_asked ? TINT_GOOD : TINT_BAD, name);
	say(run, "%s", by_whom(judgement));
	buf_add_char(&run->out, '\n');
	say_evidence(run, "          ", &judgement->evidence);
	if (judgement->advice && *judgement->advice)
		say_wrapped(run, "advice    ", judgement->advice);
}

static void say_reading(struct run *run)
{
	say(run, "answer    ");
	say_tinted(run, run->status == CLI_EXIT_OK ? TINT_GOOD : TINT_BAD,
		   tcp_probe_names[run->probe.reading]);
	buf_add_char(&run->out, '\n');
	say_wrapped(run, "          ", run->probe.text);
	say_wrapped(run, "expected  ", run->probe.expected);
}

/* Write what the connection, or the one segment, came to. */
void summary_write(struct shake *shake)
{
	if (shake->trace.count > 0 || shake->trace.segments > 0)
		buf_add_char(&shake->run->out, '\n');
	if (shake->run->settings.send) {
		say_reading(shake->run);
		return;
	}
	if (shake->trace.segments > 0) {
		say_times(shake);
		say_agreed(shake);
		say_sizes(shake);
		say_counts(shake);
	}
	summary_judgement(shake->run, &shake->judgement);
}

/* Write the figures over all connections. */
void summary_tally(struct run *run)
{
	bool serves = settings_serves(&run->settings);
	const struct tally *tally = &run->tally;

	buf_add_char(&run->out, '\n');
	if (serves)
		say(run, "--- port %u, %llu connections ---\n", run->settings.serve,
		    (unsigned long long)tally->traces);
	else
		say(run, "--- %s port %u, %llu connections ---\n", run->target.host,
		    run->target.addr.port, (unsigned long long)tally->traces);
	for (int verdict = 0; verdict < TCP_VERDICT_COUNT; verdict++)
		if (tally->verdicts[verdict])
			say(run, "%-10llu%s\n", (unsigned long long)tally->verdicts[verdict],
			    tcp_verdict_names[verdict]);
	if (tally->rtt.count)
		say(run, "%s min/avg/max/mdev = %.3f/%.3f/%.3f/%.3f ms\n",
		    serves ? "SYN,ACK to ACK" : "SYN to SYN,ACK", (double)tally->rtt.min_ns / 1e6,
		    tally->rtt.mean_ns / 1e6, (double)tally->rtt.max_ns / 1e6,
		    (double)rtt_mdev_ns(&tally->rtt) / 1e6);
	say(run, "segments %llu, retransmitted %llu\n", (unsigned long long)tally->segments,
	    (unsigned long long)tally->retransmissions);
}
