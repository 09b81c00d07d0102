// SPDX-License-Identifier: GPL-2.0-or-later
#include "table/column_path.h"

#include <string.h>

static const struct column *find_column(const struct column *all, const char *key, size_t length)
{
	for (; all->key; all++)
		if (strlen(all->key) == length && memcmp(all->key, key, length) == 0)
			return all;
	return NULL;
}

/* The column that the @length bytes at @key name: one of @all or, as OBJECT.KEY, one within an
 * object among these, which @parent is then.
 *
 * Return: the column, NULL if there is none.
 */
const struct column *column_path(const struct column *all, const char *key, size_t length,
				 const struct column **parent)
{
	const char *dot = memchr(key, '.', length);
	const struct column *found = find_column(all, key, length);
	size_t front = dot ? (size_t)(dot - key) : length;

	*parent = NULL;
	if (found || !dot)
		return found;
	found = find_column(all, key, front);
	if (!found || (found->type != COLUMN_OBJECT && found->type != COLUMN_FACTS))
		return NULL;
	*parent = found;
	return find_column(found->nested, dot + 1, length - front - 1);
}
