// SPDX-License-Identifier: GPL-2.0-or-later
/* Stations as lines of text: "DEV ADDRESS FLAGS FIRST LAST MAC[,MAC]...". The times are nanoseconds
 * since 1970; a flag is a letter, "-" stands for none. A file begins with its name and version and
 * ends with the number of stations, so that a file that was cut is seen to be. */
#include "analysis/station_text.h"

#include <string.h>

#include "base/text.h"

/* Write @saved as a line at @at (room for STATION_TEXT_MAX bytes, no terminator).
 *
 * Return: the first byte after it.
 */
char *station_write(char *at, const struct saved_station *saved)
{
	const struct station *station = &saved->station;

	at += text_copy(at, IF_NAMESIZE, saved->dev);
	*at++ = ' ';
	at = addr_format(at, &station->addr);
	*at++ = ' ';
	*at++ = station->is_router ? 'r' : '-';
	*at++ = ' ';
	at = text_u64(at, station->first_ns);
	*at++ = ' ';
	at = text_u64(at, station->last_ns);
	for (uint8_t i = 0; i < station->mac_count; i++) {
		*at++ = i > 0 ? ',' : ' ';
		at = lladdr_format(at, &station->macs[i]);
	}
	*at++ = '\n';
	return at;
}

/* Copy the next word, up to @end, and step over that.
 *
 * Return: whether there is one that fits.
 */
static bool take_word(const char **line, char end, char *word, size_t size)
{
	size_t length = strcspn(*line, end == ',' ? "," : " ");

	if (length == 0 || length >= size)
		return false;
	text_copy(word, length + 1, *line);
	*line += length;
	if (**line)
		++*line;
	return true;
}

static bool take_time(const char **line, uint64_t *time_ns)
{
	char word[TEXT_U64_MAX + 1];

	return take_word(line, ' ', word, sizeof(word)) &&
	       text_parse_u64(word, INT64_MAX, time_ns) == 0;
}

static bool take_macs(const char *line, struct station *station)
{
	size_t length = strlen(line);
	char word[LLADDR_TEXT_MAX + 1];

	if (length == 0 || line[length - 1] == ',')
		return false;
	while (*line) {
		struct lladdr *mac = &station->macs[station->mac_count];

		if (station->mac_count == STATION_MACS ||
		    !take_word(&line, ',', word, sizeof(word)) || lladdr_parse(mac, word) < 0 ||
		    mac->length != LLADDR_ETHER)
			return false;
		station->mac_count++;
	}
	return station->mac_count > 0;
}

static bool read_station(const char *line, struct saved_station *saved)
{
	char word[ADDR_TEXT_MAX + 1];
	struct station *station = &saved->station;

	*saved = (struct saved_station){ 0 };
	if (!take_word(&line, ' ', saved->dev, sizeof(saved->dev)) ||
	    !take_word(&line, ' ', word, sizeof(word)) || strchr(word, '%') ||
	    addr_parse(&station->addr, word) < 0 || !take_word(&line, ' ', word, sizeof(word)))
		return false;
	if (strcmp(word, "r") != 0 && strcmp(word, "-") != 0)
		return false;
	station->is_router = word[0] == 'r';
	station->is_gateway = station->is_router;
	return take_time(&line, &station->first_ns) && take_time(&line, &station->last_ns) &&
	       take_macs(line, station);
}

/* Read a @line of a state file, without its newline: a station goes to @saved, the number that the
 * last line tells to @count.
 *
 * Return: what it is, STATION_LINE_BAD for what such a file does not hold.
 */
enum station_line station_read(const char *line, struct saved_station *saved, uint64_t *count)
{
	size_t end = strlen(STATION_TEXT_END);

	if (strcmp(line, STATION_TEXT_HEAD) == 0)
		return STATION_LINE_HEAD;
	if (strncmp(line, STATION_TEXT_END, end) == 0)
		return text_parse_u64(line + end, UINT32_MAX, count) == 0 ? STATION_LINE_END :
									    STATION_LINE_BAD;
	return read_station(line, saved) ? STATION_LINE_STATION : STATION_LINE_BAD;
}
