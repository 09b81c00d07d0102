// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef NETSONDE_PATH_SPECIAL_H
#define NETSONDE_PATH_SPECIAL_H

#include "path/table.h"

int path_special_replay(struct path *path, struct path_explanation *explanation,
			struct path_table *table);

#endif
