/* SPDX-License-Identifier: GPL-3.0-or-later */
/* found.h - a row of a search: the JSON that the store streams, as the row that the list draws. */
#ifndef PENFOLD_UI_FOUND_H
#define PENFOLD_UI_FOUND_H

#include "base/row_index.h"

#include <jansson.h>

/* The row's strings live in text. */
struct found {
	struct row row;
	GPtrArray *text;
};

/* A search row as `penfold search --json` prints it. Never fails: what is missing is empty. Owned;
 * found_free() takes a gpointer so that containers can call it. */
struct found *
found_from_json(const json_t *obj);
void
found_free(gpointer found);

#endif
