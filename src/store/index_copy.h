/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_copy.h - one more file of a message in another folder, and taking it back. */
#ifndef PENFOLD_STORE_INDEX_COPY_H
#define PENFOLD_STORE_INDEX_COPY_H

#include "store/index_files.h"

struct index_copied {
	char *id, *path; /* absolute */
};

/* Copy messages to a folder; each copy is durable and indexed, and has the flags of what was copied. A message
 * that lies there already is left out. Owned list of struct index_copied; NULL with error, and then there are
 * no copies but those that a disk which failed has left. */
GPtrArray *
index_copy(struct index *ix, GPtrArray *ids, const struct index_target *to, GError **error);

/* Unlink these files, but none that is its message's last. Those that are gone (struct index_copied), owned;
 * NULL with error. */
GPtrArray *
index_uncopy(struct index *ix, GPtrArray *paths, GError **error);

#endif
