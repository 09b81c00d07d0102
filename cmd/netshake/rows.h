// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSHAKE_ROWS_H
#define NETSHAKE_ROWS_H

#include "netshake.h"

/* The records of the structured formats, as the column tables in columns.c see them. Texts are
 * borrowed, or made in the storage at the end. */

struct stamps_row {
	uint32_t val, ecr;
};

struct sack_row {
	uint32_t left, right;
};

struct options_row {
	uint32_t mss, wscale; /* UINT32_MAX: none */
	bool sack_permitted, fast_open, mptcp, other, malformed;
	const struct stamps_row *timestamps;
	const struct sack_row *sacks;
	uint32_t sack_count;

	struct stamps_row timestamps_storage;
	struct sack_row sack_storage[SEGMENT_SACKS_MAX];
};

struct segment_row {
	uint32_t n, length, window, ttl;
	uint32_t seq, seq_raw, ack_raw, window_raw;
	double time_us, ack; /* ack: NaN without ACK */
	const char *direction, *flags, *checksum, *sender, *stamp, *client_state, *server_state;
	const struct options_row *options;
	bool checksum_ok, retransmission, delivered;
	const char *const *notes;
	/* of a connection that was watched */
	uint64_t frame;
	const char *const *marks;

	struct options_row options_storage;
	char flags_text[SEGMENT_FLAGS_TEXT_MAX];
	const char *note_words[ITEM_NOTES_MAX + 1], *mark_words[TCP_MARKS + 1];
};

struct end_row {
	struct addr addr;
	uint32_t port;
	const char *host;
};

struct hop_row {
	struct addr addr;
	const char *lladdr, *state;
	char lladdr_text[LLADDR_TEXT_MAX + 1];
};

struct route_row {
	struct prefix prefix;
	struct addr gateway;
	const char *dev, *type;
	uint32_t table, mtu;
	const struct hop_row *next_hop;

	struct hop_row hop_storage;
};

struct negotiated_row {
	uint32_t mss, own_mss, wscale, own_wscale; /* UINT32_MAX: none */
	bool sack, timestamps, ecn;
};

struct sizes_row {
	uint32_t passed, lost; /* 0: none */
};

struct trace_row {
	const char *type, *closed_by, *verdict, *closed_from, *advice;
	uint64_t time_ns;
	const struct end_row *source, *destination;
	const struct route_row *route;
	const struct segment_row *segments;
	uint32_t segment_count, retransmissions, strays, undelivered, kernel_segments, icmp_type,
		icmp_code;
	struct addr reporter;
	const struct negotiated_row *negotiated;
	const struct sizes_row *sizes;
	double handshake_rtt_us, local_delay_us, close_delay_us; /* NaN: unknown */
	const char *const *client_states, *const *server_states, *const *evidence;
	bool as_asked;

	struct end_row source_storage, destination_storage;
	struct route_row route_storage;
	struct negotiated_row negotiated_storage;
	struct sizes_row sizes_storage;
	const char *client_words[TRACE_STATES_MAX + 1], *server_words[TCP_STATES_MAX + 1];
	const char *evidence_words[TCP_EVIDENCE_MAX + 1];
};

struct verdict_row {
	const char *verdict;
	uint64_t count;
};

struct tally_row {
	const char *type;
	uint64_t traces, as_asked, segments, retransmissions;
	const struct verdict_row *verdicts;
	uint32_t verdict_count;
	double min_us, avg_us, max_us, mdev_us;

	struct verdict_row verdict_storage[TCP_VERDICT_COUNT];
};

extern const struct column options_columns[];
extern const struct column tally_columns[];

void rows_fill_segment(struct segment_row *row, const struct ladder *ladder,
		       const struct item *item);

#endif
