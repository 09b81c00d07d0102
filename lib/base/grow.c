// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/grow.h"

#include <stdlib.h>

#define FIRST_ROOM 64

/* Make room in @array (NULL at first), which has room for @room items, for @need of them: by
 * doubling, so that growing one by one stays cheap.
 *
 * Return: the array, moved perhaps; NULL if there is no memory, and everything is as before.
 */
void *grow_array(void *array, size_t *room, size_t need, size_t item_size)
{
	size_t new_room = *room ? *room : FIRST_ROOM;
	void *bigger;

	if (need <= *room)
		return array;
	while (new_room < need)
		new_room *= 2;
	bigger = reallocarray(array, new_room, item_size);
	if (bigger)
		*room = new_room;
	return bigger;
}
