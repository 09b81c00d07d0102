// SPDX-License-Identifier: GPL-2.0-or-later
/* Names of the numbers in a row. */
#include <string.h>

#include "base/text.h"
#include "netroute.h"

static const char *or_number(const char *name, uint32_t number, char *text)
{
	if (name)
		return name;
	*text_u64(text, number) = '\0';
	return text;
}

/* Return: the name of the device @index, "?" if it has none any more. The last one is kept:
 * neighbours in a table mostly share theirs. */
const char *texts_device(struct run *run, uint32_t index)
{
	const char *name;

	if (index == run->last_device && run->last_device_name)
		return run->last_device_name;
	name = links_name(&run->path.links, index);
	run->last_device = index;
	run->last_device_name = name ? name : "?";
	return run->last_device_name;
}

/* Return: the name of @table, or its number in @text (NUMBER_TEXT_SIZE bytes). */
const char *texts_table(struct run *run, uint32_t table, char *text)
{
	return or_number(rtnames_find(&run->rtnames, RTNAMES_TABLE, table), table, text);
}

/* Return: the name of who made a route, or the number in @text. */
const char *texts_protocol(struct run *run, uint8_t protocol, char *text)
{
	return or_number(rtnames_find(&run->rtnames, RTNAMES_PROTOCOL, protocol), protocol, text);
}

/* Return: the name of a route type, or its number in @text. */
const char *texts_type(uint8_t type, char *text)
{
	return or_number(type < ROUTE_TYPE_COUNT ? route_type_names[type] : NULL, type, text);
}

/* Return: the name of a route's @scope, or its number in @text. */
const char *texts_scope(struct run *run, uint8_t scope, char *text)
{
	return or_number(rtnames_find(&run->rtnames, RTNAMES_SCOPE, scope), scope, text);
}

/* Return: the name of a @realm, or its number in @text. */
const char *texts_realm(struct run *run, uint32_t realm, char *text)
{
	return or_number(rtnames_find(&run->rtnames, RTNAMES_REALM, realm), realm, text);
}

/* Return: the name of a type of service, or its number in @text; NULL for 0. */
const char *texts_tos(struct run *run, uint8_t tos, char *text)
{
	const char *name = rtnames_find(&run->rtnames, RTNAMES_DSFIELD, tos);

	if (!tos || name)
		return tos ? name : NULL;
	*text_hex8(text + text_copy(text, NUMBER_TEXT_SIZE, "0x"), tos) = '\0';
	return text;
}

/* Return: @words (FLAGS_MAX), filled with the names of a hop's or a route's @flags. */
const char *const *texts_flags(uint32_t flags, const char **words)
{
	static const struct {
		uint32_t flag;
		const char *word;
	} known[] = {
		{ ROUTE_DEAD, "dead" },
		{ ROUTE_ONLINK, "onlink" },
		{ ROUTE_PERVASIVE, "pervasive" },
		{ ROUTE_OFFLOAD, "offload" },
		{ ROUTE_TRAP, "trap" },
		{ ROUTE_NOTIFY, "notify" },
		{ ROUTE_LINKDOWN, "linkdown" },
		{ ROUTE_UNRESOLVED, "unresolved" },
		{ ROUTE_RT_OFFLOAD, "rt_offload" },
		{ ROUTE_RT_TRAP, "rt_trap" },
	};
	size_t count = 0;

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (flags & known[i].flag)
			words[count++] = known[i].word;
	words[count] = NULL;
	return words;
}
