/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.h - keeps rows.idx (base/row_index.h) in step with the database. */
#ifndef PENFOLD_STORE_ROWS_H
#define PENFOLD_STORE_ROWS_H

#include "store/index.h"

/* Bring the file at path up to date: threads that changed since its revision are made anew, the
 * others copied; everything when full is set, or when the file does not fit the database. One
 * process at a time (PATH.lock); PF_ERROR_TEMPORARY after 30 s of waiting. */
bool
rows_update(struct index *ix, const char *path, bool full, guint32 *n_rows_out,
    guint64 *revision_out, GError **error);

#endif
