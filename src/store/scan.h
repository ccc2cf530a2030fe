/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scan.h - compares the files below the mail root with the index and makes the index follow: new
 * files are indexed, vanished ones dropped, renamed and moved ones (same base name) renamed. */
#ifndef PENFOLD_STORE_SCAN_H
#define PENFOLD_STORE_SCAN_H

#include "store/index_add.h"

struct scan {
	const char *account; /* only below this account's folder; NULL: everything */
	index_added_fn on_added;
	void (*on_progress)(guint done, guint total, void *user);
	bool (*is_cancelled)(void *user);
	void *user;
};

/* Files of an existing database that Penfold has not met are noted in state.db, so that they get a
 * verdict in their turn. Folders that did not change since the last scan cost one stat(). */
bool
scan_run(struct index *ix, const struct scan *scan, guint *indexed_out, guint *removed_out,
    GError **error);

#endif
