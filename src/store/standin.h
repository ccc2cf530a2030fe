/* SPDX-License-Identifier: GPL-3.0-or-later */
/* standin.h - small messages that are indexed in place of those that are over a limit, that notmuch
 * refuses, or that killed a helper: ROOT/.penfold/stand-ins/SHA256.eml. */
#ifndef PENFOLD_STORE_STANDIN_H
#define PENFOLD_STORE_STANDIN_H

#include "mime/prescreen.h"
#include "store/index.h"

#define STANDIN_DIR ".penfold/stand-ins"

/* Is this the path of a stand-in? */
bool
standin_is_path(struct index *ix, const char *path);
/* Write the stand-in for the file at path (absolute, with these bytes) durably and note the mapping.
 * reason is one line; program names the helper that died, "" for none. Its absolute path, owned. */
char *
standin_make(struct index *ix, const char *path, const char *bytes, size_t len,
    const struct prescreen *found, const char *sha256, const char *reason, const char *program,
    GError **error);
/* The real file is gone: forget the mapping; the stand-in's absolute path (owned) when nothing else
 * is behind it any more, so that it can be taken out of the index and unlinked. */
char *
standin_drop(struct index *ix, const char *path);

#endif
