// SPDX-License-Identifier: GPL-2.0-or-later
/* One end of TCP, driven by whatever may happen to it: the first bytes choose what it offers and
 * the initial numbers, and each step after them is a call of the user, a segment, an ICMP error or
 * the passing of time. Segments have numbers near those that the end waits for, or far off. */
#include "../unit/tcp_check.h"

#include "analysis/tcp_seq.h"
#include "fuzz.h"
#include "wire/tcp.h"

#define STREAM 30000
#define STEPS_MAX 400
#define SENT_MAX 2000 /* in one step */

struct drive {
	struct tcp_endpoint tcp;
	const uint8_t *data;
	size_t left;
	uint64_t now_ns;
	uint32_t irs;
	unsigned int sent;
};

static uint8_t stream[STREAM];

static uint8_t take(struct drive *drive)
{
	if (drive->left == 0)
		return 0;
	drive->left--;
	return *drive->data++;
}

static uint32_t take_16(struct drive *drive)
{
	uint32_t high = take(drive);

	return high << 8 | take(drive);
}

/* Mostly near, both ways; sometimes anywhere. */
static uint32_t take_distance(struct drive *drive)
{
	uint8_t first = take(drive);

	if (first < 0xe0)
		return (uint32_t)(first - 8);
	return take_16(drive) << 16 | take_16(drive);
}

static void check_sent(struct drive *drive, const struct segment *segment)
{
	static uint8_t packet[1 << 16];
	const struct tcp_endpoint *tcp = &drive->tcp;
	bool is_reset = segment->flags & SEGMENT_RST;

	FUZZ_CHECK(++drive->sent < SENT_MAX);
	FUZZ_CHECK(segment->options.length <= SEGMENT_OPTIONS_MAX);
	FUZZ_CHECK(tcp_build_packet(packet, sizeof(packet), segment) > 0);
	if (is_reset) {
		FUZZ_CHECK(segment->payload_length == 0);
		return;
	}
	FUZZ_CHECK(seq_le(tcp->snd_una, segment->seq) || segment->flags & SEGMENT_SYN);
	FUZZ_CHECK(seq_le(segment->seq + segment_seq_length(segment), tcp->snd_nxt));
	FUZZ_CHECK(!(segment->flags & SEGMENT_ACK) || segment->ack == tcp->rcv_nxt);
	FUZZ_CHECK(segment->payload_length + segment->options.length <= tcp->segment_size ||
		   segment->payload_length <= 1);
	if (segment->payload_length == 0)
		return;
	FUZZ_CHECK(tcp_state_is_synchronized(tcp->state));
	FUZZ_CHECK(segment->payload == stream + (segment->seq - tcp->iss - 1));
	FUZZ_CHECK(segment->seq - tcp->iss - 1 + segment->payload_length <= tcp->released);
}

static void on_event(const struct tcp_event *event, void *arg)
{
	struct drive *drive = arg;
	char text[TCP_NOTE_TEXT_MAX];

	switch (event->kind) {
	case TCP_EVENT_SEND:
		check_sent(drive, event->segment);
		break;
	case TCP_EVENT_STATE:
		FUZZ_CHECK(tcp_state_may_follow(event->from, event->to));
		FUZZ_CHECK(event->to == drive->tcp.state);
		break;
	case TCP_EVENT_NOTE:
		FUZZ_CHECK(event->note < TCP_NOTE_COUNT && tcp_note_name(event->note));
		tcp_note_text(text, sizeof(text), event, &drive->tcp);
		FUZZ_CHECK(strlen(text) > 0);
		break;
	}
}

static void begin(struct drive *drive)
{
	uint8_t offers = take(drive), numbers = take(drive);
	struct tcp_endpoint_settings settings = {
		.local = { .bytes = { 192, 0, 2, 1 }, .port = 1, .family = AF_INET },
		.peer = { .bytes = { 192, 0, 2, 2 }, .port = 2, .family = AF_INET },
		.iss = numbers & 1 ? 0u - (numbers >> 4) : 0x7fffffffu - (numbers >> 4),
		.window = take_16(drive) << (offers & 8 ? 6 : 0),
		.mss = (uint16_t)take_16(drive),
		.wscale = offers & 1 ? take(drive) : TCP_NO_WSCALE,
		.has_sack = offers & 2,
		.has_timestamps = offers & 4,
		.has_ecn = offers & 16,
		.retries = 3,
		.time_wait_ns = offers & 32 ? TCP_TIME_WAIT_NS : 0,
		.stream = stream,
		.stream_length = STREAM,
	};

	if (settings.wscale > TCP_WSCALE_MAX)
		settings.wscale = TCP_NO_WSCALE;
	drive->now_ns = 1000000000u;
	drive->irs = numbers & 2 ? 0u - (numbers >> 4) : 0x80000000u - (numbers >> 4);
	tcp_endpoint_init(&drive->tcp, &settings, on_event, drive);
}

static void give_segment(struct drive *drive, uint8_t flags)
{
	struct tcp_endpoint *tcp = &drive->tcp;
	uint8_t options[SEGMENT_OPTIONS_MAX];
	size_t length = take(drive) % 41;
	struct segment segment = {
		.src = tcp->settings.peer,
		.dst = tcp->settings.local,
		.flags = flags,
		.checksum_state = length == 40 ? SEGMENT_CHECKSUM_BAD : SEGMENT_CHECKSUM_OK,
	};
	bool knows_it = tcp_state_is_synchronized(tcp->state) || tcp->state == TCP_STATE_SYN_RCVD;

	for (size_t i = 0; i < length; i++)
		options[i] = take(drive);
	tcp_parse_options(&segment.options, options, length);
	segment.seq = (knows_it ? tcp->rcv_nxt : drive->irs) + take_distance(drive);
	segment.ack = tcp->snd_nxt - take_distance(drive);
	segment.window = (uint16_t)take_16(drive);
	segment.urgent = segment.window;
	segment.payload_length = take(drive) < 0x80 ? 0 : take_16(drive) % 3000;
	segment.ip.ecn = segment.window & 3;
	tcp_endpoint_segment(tcp, &segment, drive->now_ns);
}

static void give_icmp(struct drive *drive)
{
	const struct tcp_endpoint *tcp = &drive->tcp;
	struct tcp_quote quote = {
		.family = AF_INET,
		.type = take(drive) % 16,
		.code = take(drive) % 16,
		.mtu = take_16(drive),
		.segment = {
			.src = tcp->settings.local,
			.dst = tcp->settings.peer,
			.seq = tcp->snd_una + take_distance(drive),
		},
	};

	tcp_endpoint_icmp(&drive->tcp, &quote, drive->now_ns);
}

static void step(struct drive *drive)
{
	struct tcp_endpoint *tcp = &drive->tcp;
	uint8_t what = take(drive);
	uint64_t due_ns = tcp_endpoint_deadline(tcp);

	switch (what) {
	case 0xff:
		tcp_endpoint_connect(tcp, drive->now_ns);
		break;
	case 0xfe:
		tcp_endpoint_listen(tcp, drive->now_ns);
		break;
	case 0xfd:
		(void)tcp_endpoint_send(tcp, take_16(drive), drive->now_ns);
		break;
	case 0xfc:
		tcp_endpoint_close(tcp, drive->now_ns);
		break;
	case 0xfb:
		tcp_endpoint_abort(tcp, drive->now_ns);
		break;
	case 0xfa:
		drive->now_ns += take_16(drive) * 100000ull;
		tcp_endpoint_timeout(tcp, drive->now_ns);
		break;
	case 0xf9:
		if (due_ns == TCP_NEVER_NS)
			break;
		drive->now_ns = due_ns;
		tcp_endpoint_timeout(tcp, drive->now_ns);
		break;
	case 0xf8:
		tcp_endpoint_limit(tcp, (uint16_t)take_16(drive), drive->now_ns);
		break;
	case 0xf7:
		give_icmp(drive);
		break;
	default:
		give_segment(drive, what);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct drive drive;

	drive = (struct drive){ .data = data, .left = size };
	begin(&drive);
	for (int i = 0; i < STEPS_MAX && drive.left > 0; i++) {
		drive.sent = 0;
		step(&drive);
		tcp_check(&drive.tcp);
	}
	/* Left alone, it comes to rest. */
	for (int i = 0; tcp_endpoint_deadline(&drive.tcp) != TCP_NEVER_NS; i++) {
		FUZZ_CHECK(i < 50);
		drive.sent = 0;
		if (tcp_endpoint_deadline(&drive.tcp) > drive.now_ns)
			drive.now_ns = tcp_endpoint_deadline(&drive.tcp);
		tcp_endpoint_timeout(&drive.tcp, drive.now_ns);
		tcp_check(&drive.tcp);
	}
	return 0;
}
