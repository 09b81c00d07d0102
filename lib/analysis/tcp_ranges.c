// SPDX-License-Identifier: GPL-2.0-or-later
#include "analysis/tcp_ranges.h"

#include <string.h>

#include "analysis/tcp_seq.h"

static void drop(struct tcp_ranges *ranges, size_t at, size_t count)
{
	memmove(ranges->list + at, ranges->list + at + count,
		(ranges->count - at - count) * sizeof(ranges->list[0]));
	ranges->count = (uint8_t)(ranges->count - count);
}

static bool insert(struct tcp_ranges *ranges, size_t at, uint32_t left, uint32_t right)
{
	if (ranges->count == TCP_RANGES_MAX)
		return false;
	memmove(ranges->list + at + 1, ranges->list + at,
		(ranges->count - at) * sizeof(ranges->list[0]));
	ranges->list[at] = (struct tcp_range){ .left = left, .right = right, .age = ++ranges->age };
	ranges->count++;
	return true;
}

/* Add the numbers from @left up to, not including, @right; pieces that touch become one.
 *
 * Return: whether there was room.
 */
bool tcp_ranges_add(struct tcp_ranges *ranges, uint32_t left, uint32_t right)
{
	size_t first = 0, last;

	if (left == right)
		return true;
	while (first < ranges->count && seq_lt(ranges->list[first].right, left))
		first++;
	for (last = first; last < ranges->count && seq_le(ranges->list[last].left, right); last++) {
		left = seq_min(left, ranges->list[last].left);
		right = seq_max(right, ranges->list[last].right);
	}
	if (last == first)
		return insert(ranges, first, left, right);
	drop(ranges, first + 1, last - first - 1);
	ranges->list[first] =
		(struct tcp_range){ .left = left, .right = right, .age = ++ranges->age };
	return true;
}

/* Take the numbers from @left up to, not including, @right out.
 *
 * Return: false if a piece ought to have become two, and there was no room: it is shorter, then.
 */
bool tcp_ranges_remove(struct tcp_ranges *ranges, uint32_t left, uint32_t right)
{
	for (size_t i = 0; i < ranges->count; i++) {
		struct tcp_range *range = &ranges->list[i];

		if (seq_le(range->right, left) || seq_le(right, range->left))
			continue;
		if (seq_le(left, range->left) && seq_le(range->right, right)) {
			drop(ranges, i--, 1);
		} else if (seq_le(left, range->left)) {
			range->left = right;
		} else {
			uint32_t end = range->right;

			range->right = left;
			if (seq_lt(right, end))
				/* NOLINTNEXTLINE(readability-suspicious-call-argument) */
				return insert(ranges, i + 1, right, end);
		}
	}
	return true;
}

/* Return: how many of the numbers from @left up to, not including, @right are in @ranges. */
uint32_t tcp_ranges_covered(const struct tcp_ranges *ranges, uint32_t left, uint32_t right)
{
	uint32_t covered = 0;

	for (size_t i = 0; i < ranges->count; i++) {
		uint32_t from = seq_max(ranges->list[i].left, left),
			 to = seq_min(ranges->list[i].right, right);

		if (seq_lt(from, to))
			covered += to - from;
	}
	return covered;
}

/* Take out what begins at @next or before.
 *
 * Return: the number behind that, which is the next one to wait for.
 */
uint32_t tcp_ranges_advance(struct tcp_ranges *ranges, uint32_t next)
{
	size_t count = 0;

	while (count < ranges->count && seq_le(ranges->list[count].left, next))
		next = seq_max(next, ranges->list[count++].right);
	drop(ranges, 0, count);
	return next;
}

/* Copy the pieces to @latest (room for @max), the one that grew last first, as a selective
 * acknowledgement has to name them (RFC 2018 section 4).
 *
 * Return: how many.
 */
size_t tcp_ranges_latest(const struct tcp_ranges *ranges, struct tcp_range *latest, size_t max)
{
	size_t count = 0;

	for (size_t i = 0; i < ranges->count; i++) {
		size_t at = count;

		while (at > 0 && latest[at - 1].age < ranges->list[i].age)
			at--;
		if (at == max)
			continue;
		if (count < max)
			count++;
		memmove(latest + at + 1, latest + at, (count - at - 1) * sizeof(latest[0]));
		latest[at] = ranges->list[i];
	}
	return count;
}
