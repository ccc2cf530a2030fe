/* SPDX-License-Identifier: GPL-3.0-or-later */
/* complete.h - what the user may be about to type: people, tags, parts of a query. */
#ifndef PENFOLD_STORE_COMPLETE_H
#define PENFOLD_STORE_COMPLETE_H

#include "store/index.h"

/* People whose name or address has a word that starts with prefix, as "Name <addr-spec>", those
 * written to first, then by how often they wrote lately; at most limit. Owned strings. */
GPtrArray *
complete_address(struct index *ix, const char *prefix, guint limit, GError **error);
/* Whom the user wrote to lately, in that form; at most limit. Reads the files of those letters. */
GPtrArray *
complete_correspondents(struct index *ix, guint limit, GError **error);
/* Tags in use that start with prefix, sorted. */
GPtrArray *
complete_tag(struct index *ix, const char *prefix, GError **error);
/* The word of a query: "from:", "tag:work", "folder:\"work/Sent\"". */
GPtrArray *
complete_query(struct index *ix, const char *prefix, GError **error);

#endif
