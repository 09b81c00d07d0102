// SPDX-License-Identifier: GPL-2.0-or-later
#include "record/segment.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <strings.h>

/* In the order in which people say them: "SYN,ACK", "FIN,PSH,ACK". */
static const struct flag {
	uint16_t bit;
	char letter; /* as tcpdump and hping3 have it; AE has none there */
	char name[4];
} flags_known[] = {
	{ SEGMENT_AE, 'N', "AE" },   { SEGMENT_CWR, 'W', "CWR" }, { SEGMENT_ECE, 'E', "ECE" },
	{ SEGMENT_SYN, 'S', "SYN" }, { SEGMENT_FIN, 'F', "FIN" }, { SEGMENT_RST, 'R', "RST" },
	{ SEGMENT_PSH, 'P', "PSH" }, { SEGMENT_ACK, 'A', "ACK" }, { SEGMENT_URG, 'U', "URG" },
};

#define FLAGS_KNOWN (sizeof(flags_known) / sizeof(flags_known[0]))

const char *const segment_checksum_names[SEGMENT_CHECKSUM_COUNT] = {
	[SEGMENT_CHECKSUM_UNKNOWN] = "unknown",
	[SEGMENT_CHECKSUM_OK] = "ok",
	[SEGMENT_CHECKSUM_BAD] = "bad",
	[SEGMENT_CHECKSUM_OFFLOADED] = "offloaded",
};

const char *const segment_ecn_names[4] = { "Not-ECT", "ECT(1)", "ECT(0)", "CE" };

/* Write @flags as "SYN,ACK", or "none", with a NUL, to @text (SEGMENT_FLAGS_TEXT_MAX bytes).
 *
 * Return: @text.
 */
char *segment_flags_text(char *text, unsigned int flags)
{
	char *at = text;

	for (size_t i = 0; i < FLAGS_KNOWN; i++) {
		if (!(flags & flags_known[i].bit))
			continue;
		if (at > text)
			*at++ = ',';
		at = stpcpy(at, flags_known[i].name);
	}
	if (at == text)
		memcpy(text, "none", sizeof("none"));
	return text;
}

static uint16_t flag_named(const char *name, size_t length)
{
	for (size_t i = 0; i < FLAGS_KNOWN; i++)
		if (strlen(flags_known[i].name) == length &&
		    strncasecmp(flags_known[i].name, name, length) == 0)
			return flags_known[i].bit;
	return 0;
}

static uint16_t flag_lettered(char letter)
{
	for (size_t i = 0; i < FLAGS_KNOWN; i++)
		if (flags_known[i].letter == toupper((unsigned char)letter))
			return flags_known[i].bit;
	return 0;
}

static int parse_letters(const char *text, uint16_t *flags)
{
	for (; *text; text++) {
		uint16_t bit = flag_lettered(*text);

		if (!bit)
			return -EINVAL;
		*flags |= bit;
	}
	return 0;
}

static int parse_names(const char *text, uint16_t *flags)
{
	for (;;) {
		size_t length = strcspn(text, ",");
		uint16_t bit = flag_named(text, length);

		if (!bit)
			return -EINVAL;
		*flags |= bit;
		if (!text[length])
			return 0;
		text += length + 1;
	}
}

/* Read control bits from letters ("FPU", "sa"), from names ("SYN,ACK") or from "none". The letters
 * are tcpdump's: S F R P A U E W, with N for AE. "AE" alone is two letters.
 *
 * Return: 0, or -EINVAL.
 */
int segment_flags_parse(const char *text, uint16_t *flags)
{
	*flags = 0;
	if (strcasecmp(text, "none") == 0)
		return 0;
	if (*text && parse_letters(text, flags) == 0)
		return 0;
	*flags = 0;
	return parse_names(text, flags);
}
