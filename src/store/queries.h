/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queries.h - saved searches, kept where notmuch keeps them: the database's `query.NAME`, so that
 * `query:NAME` means the same to every notmuch program. */
#ifndef PENFOLD_STORE_QUERIES_H
#define PENFOLD_STORE_QUERIES_H

#include "store/index.h"

/* Tell each, in no order; both are UTF-8. */
bool
queries_each(struct index *ix, void (*fn)(const char *name, const char *query, void *user), void *user,
    GError **error);
/* Keep one under a name of letters, digits, "-" and "_"; query "" takes it away. PF_ERROR_USAGE for a name
 * that is none. */
bool
queries_save(struct index *ix, const char *name, const char *query, GError **error);

#endif
