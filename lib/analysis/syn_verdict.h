// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_ANALYSIS_SYN_VERDICT_H
#define NETSONDE_ANALYSIS_SYN_VERDICT_H

#include "analysis/syn_facts.h"

/* Of two with the same severity, the later one is told first. */
enum syn_what {
	SYN_OK,
	SYN_CLOSED_PORT_FLOOD,
	SYN_UNROUTABLE_FLOOD,
	SYN_SCAN_OR_RST_FLOOD,
	SYN_BACKLOG_TOO_SMALL,
	SYN_APP_STALL,
	SYN_FLOOD,
	SYN_UNKNOWN,
	SYN_WHAT_COUNT,
};

/* The numbers are the monitoring plugins' exit status. */
enum syn_severity {
	SYN_SEVERITY_OK,
	SYN_SEVERITY_WARNING,
	SYN_SEVERITY_CRITICAL,
	SYN_SEVERITY_UNKNOWN,
	SYN_SEVERITY_COUNT,
};

enum syn_kind {
	SYN_KIND_NONE,
	SYN_KIND_RANDOM_SPOOFED, /* sources drawn from all addresses */
	SYN_KIND_POOL,		 /* many addresses, real ones perhaps */
	SYN_KIND_SINGLE_HOST,
	SYN_KIND_LOW_RATE, /* too slow to fill the SYN queue, long enough to show */
	SYN_KIND_CLOSED_PORT,
	SYN_KIND_UNROUTABLE,
	SYN_KIND_RST_SCAN,
	SYN_KIND_COUNT,
};

/* How those fare who want to connect: what the severity comes from. */
enum syn_outcome {
	SYN_OUTCOME_NONE,
	SYN_OUTCOME_ABSORBED,  /* the SYN queue takes it */
	SYN_OUTCOME_MITIGATED, /* by cookies */
	SYN_OUTCOME_LOST,      /* clients are turned away */
	SYN_OUTCOME_COUNT,
};

/* What else is to be said. */
enum syn_note {
	SYN_NOTE_SNAPSHOT,	 /* judged from one look: weaker */
	SYN_NOTE_SHORT,		 /* what is there is too young to judge */
	SYN_NOTE_FILTERED,	 /* rp_filter drops packets */
	SYN_NOTE_DEFERRED,	 /* TCP_DEFER_ACCEPT keeps connections half open */
	SYN_NOTE_PORT_SCAN,	 /* RSTs were sent for many ports, or for a short time */
	SYN_NOTE_COOKIES_ALWAYS, /* tcp_syncookies=2: the SYN queue shows nothing */
	SYN_NOTE_COOKIES_LOST,	 /* some cookies do not come back: loss, or a small flood */
	SYN_NOTE_SLOW_CLIENTS,	 /* half-opens wait for seconds, and complete */
	SYN_NOTE_NO_LISTENER,
	SYN_NOTE_SAMPLED,    /* the wire had more than could be counted one by one */
	SYN_NOTE_INCOMPLETE, /* facts->gaps */
	SYN_NOTE_COUNTERS,   /* a counter that decides is not there */
	SYN_NOTE_COUNT,
};

/* Where judging changes its mind. Shares are 0 to 1. Counts, but for survivors, are those of an
 * interval of three seconds: of others they are in proportion. */
struct syn_thresholds {
	double survivors;     /* half-opens still there two seconds later: a flood has at least */
	double survival;      /* ... and of those that were there, this share */
	double old_share;     /* one look alone: this share was sent a SYN-ACK three times */
	double occupancy;     /* a SYN queue is full from this share of its capacity on */
	double cookies;	      /* a flood has at least so many SYNs answered by cookies */
	double cookie_return; /* ... of which less than this share comes back */
	double overflow;      /* too small a queue: at least so many cookies or drops */
	double accept_share;  /* a stalled application: overflows of all drops */
	double resets;	      /* a scan or RST flood: half-opens ended by RST */
	double reset_share;   /* ... of all handshakes */
	double closed;	      /* a flood at closed ports: RSTs sent */
	double closed_share;  /* ... of all segments that arrive; of all SYNs, by the wire */
	double unroutable;    /* SYNs without a way back */
	double filtered;      /* packets that rp_filter drops: worth a note */
	double single_source; /* one source has this share: a single host */
	double bogon_share;   /* random sources: at least this share is nobody's */
};

extern const struct syn_thresholds syn_thresholds_default;

#define SYN_EVIDENCE_MAX 96
#define SYN_NO_LISTENER UINT32_MAX

/* One rule that was asked, with its figures. */
struct syn_evidence {
	const char *rule;  /* "survival" */
	uint32_t listener; /* index in facts->listeners, SYN_NO_LISTENER: the whole namespace */
	double value;	   /* NAN: unknown */
	double threshold;
	bool is_below; /* taken if the value is below the threshold, not if it is at least that */
	bool is_taken;
};

/* What one listener is judged to be. */
struct syn_listener_verdict {
	enum syn_what what;
	enum syn_severity severity;
	enum syn_kind kind;
	enum syn_outcome outcome;
	double syn_rate;	/* SYNs a second, estimated; NAN: cannot be told from others' */
	double completion_rate; /* handshakes a second that complete; NAN likewise */
	uint64_t cookies;	/* sent; COUNTER_UNKNOWN likewise */
	uint64_t drops;		/* SYNs; COUNTER_UNKNOWN likewise */
};

struct syn_verdict {
	enum syn_what what;
	enum syn_severity severity;
	enum syn_kind kind;
	enum syn_outcome outcome;
	unsigned int notes;	/* bit 1 << enum syn_note */
	uint32_t listener;	/* the one that is meant, SYN_NO_LISTENER: none, or unknown */
	uint32_t affected;	/* how many listeners are judged so */
	double syn_rate;	/* as above, of the whole namespace */
	double completion_rate; /* likewise */
	double cookie_return;	/* share of cookies that come back; NAN: unknown, or none sent */
	uint32_t evidence_count;
	struct syn_evidence evidence[SYN_EVIDENCE_MAX];
};

void syn_judge(const struct syn_facts *facts, const struct syn_thresholds *limits,
	       struct syn_verdict *verdict, struct syn_listener_verdict *listeners);

#endif
