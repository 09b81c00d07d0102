// SPDX-License-Identifier: GPL-2.0-or-later
/* Tunnels of hops. */
#include <linux/lwtunnel.h>

#include "base/text.h"
#include "host/encaps.h"
#include "netroute.h"

#define AT(field) .offset = offsetof(struct encap_row, field)

/* clang-format off */
const struct column encap_columns[] = {
	{ "type", "Type", "what the packet is wrapped in", COLUMN_TEXT, AT(type) },
	{ "id", "Id", "ip, ip6: number of the tunnel", COLUMN_U64, COLUMN_NULL_MAX, AT(id) },
	{ "src", "Source", "its source address", COLUMN_ADDR, AT(src) },
	{ "dst", "Dest", "its destination address", COLUMN_ADDR, AT(dst) },
	{ "ttl", "TTL", "ip: TTL", COLUMN_U32, COLUMN_NULL_MAX, AT(ttl) },
	{ "tos", "TOS", "ip: type of service", COLUMN_U32, COLUMN_NULL_MAX, AT(tos) },
	{ "hoplimit", "Hoplimit", "ip6: hop limit", COLUMN_U32, COLUMN_NULL_MAX, AT(hoplimit) },
	{ "tc", "TC", "ip6: traffic class", COLUMN_U32, COLUMN_NULL_MAX, AT(tclass) },
	{ "mode", "Mode", "seg6: how the segments are put in", COLUMN_TEXT, AT(mode) },
	{ "segs", "Segments", "seg6: where the packet is led along", COLUMN_WORDS, AT(segments) },
	{ "details", "Details", "netlink attributes, where not all is understood", COLUMN_TEXT,
	  AT(details) },
	{ .key = NULL },
};
/* clang-format on */

static const char *name_of(const char *const *names, size_t count, uint32_t number, char *text)
{
	if (number < count && names[number])
		return names[number];
	*text_u64(text, number) = '\0';
	return text;
}

static const char *type_name(uint16_t type, char *text)
{
	static const char *const names[] = {
		[LWTUNNEL_ENCAP_MPLS] = "mpls",
		[LWTUNNEL_ENCAP_IP] = "ip",
		[LWTUNNEL_ENCAP_ILA] = "ila",
		[LWTUNNEL_ENCAP_IP6] = "ip6",
		[LWTUNNEL_ENCAP_SEG6] = "seg6",
		[LWTUNNEL_ENCAP_BPF] = "bpf",
		[LWTUNNEL_ENCAP_SEG6_LOCAL] = "seg6local",
		[LWTUNNEL_ENCAP_RPL] = "rpl",
		[LWTUNNEL_ENCAP_IOAM6] = "ioam6",
	};

	return name_of(names, sizeof(names) / sizeof(names[0]), type, text);
}

static void fill_tunnel(struct encap_row *row, const struct encap *encap)
{
	bool is_v4 = encap->dst.family == AF_INET;

	row->id = encap->id;
	row->src = encap->src;
	row->dst = encap->dst;
	*(is_v4 ? &row->ttl : &row->hoplimit) = encap->ttl;
	*(is_v4 ? &row->tos : &row->tclass) = encap->tos;
}

static void fill_segments(struct encap_row *row, const struct encap *encap)
{
	static const char *const modes[] = {
		"inline", "encap", "l2encap", "encap.red", "l2encap.red",
	};
	uint32_t count = encap->segment_count < SEGMENTS_MAX ? encap->segment_count : SEGMENTS_MAX;

	row->mode = name_of(modes, sizeof(modes) / sizeof(modes[0]), encap->mode, row->mode_text);
	for (uint32_t i = 0; i < count; i++) {
		struct addr segment = encap_segment(encap, i);

		*addr_format(row->segment_texts[i], &segment) = '\0';
		row->segment_storage[i] = row->segment_texts[i];
	}
	row->segment_storage[count] = NULL;
	row->segments = row->segment_storage;
}

/* Fill @row with the tunnel of @type whose attributes are the @length bytes at @bytes.
 *
 * Return: @row, or NULL if there is no tunnel.
 */
const struct encap_row *encap_fill(struct encap_row *row, uint16_t type, const unsigned char *bytes,
				   size_t length)
{
	const size_t longest = (ENCAP_TEXT_SIZE - 1) / 2;
	char *at = row->details_text;
	struct encap encap;

	if (!type)
		return NULL;
	encaps_parse(&encap, type, bytes, length);
	row->type = type_name(type, row->type_text);
	row->mode = NULL;
	row->src = (struct addr){ 0 };
	row->dst = (struct addr){ 0 };
	row->id = UINT64_MAX;
	row->ttl = row->tos = row->hoplimit = row->tclass = UINT32_MAX;
	row->segments = NULL;
	row->details = NULL;
	if (encap.has_tunnel)
		fill_tunnel(row, &encap);
	if (encap.has_segments)
		fill_segments(row, &encap);
	if (encap.is_whole && encap.segment_count <= SEGMENTS_MAX)
		return row;
	for (size_t i = 0; i < length && i < longest; i++)
		at = text_hex8(at, bytes[i]);
	*at = '\0';
	row->details = row->details_text;
	return row;
}
