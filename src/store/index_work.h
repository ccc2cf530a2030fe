/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_work.h - many small writes in batches that hold the writer's lock under INDEX_LOCK_MS, or longer where
 * that keeps nobody waiting: each batch writes anew what the one before has changed. */
#ifndef PENFOLD_STORE_INDEX_WORK_H
#define PENFOLD_STORE_INDEX_WORK_H

#include "store/index.h"

struct index_work {
	guint n; /* may grow and shrink while the work is done */
	/* Item i, with the database open for writing. False ends the work; the batch is dropped, or
	 * with keeps_partial committed as far as it came (where files were moved already). */
	bool (*one)(struct index *ix, notmuch_database_t *db, guint i, void *user, GError **error);
	/* Before a batch is committed. May be NULL. */
	void (*closing)(void *user);
	/* After a batch is committed and the lock given back: items first to end - 1. May be NULL. */
	bool (*committed)(struct index *ix, guint first, guint end, void *user, GError **error);
	/* Between items; what is done stays. May be NULL. */
	bool (*is_cancelled)(void *user);
	void *user;
	bool keeps_partial;
	bool is_patient; /* nobody needs to see some before all are done */
};

/* PF_ERROR_CANCELLED when is_cancelled said so; whole batches before that are committed. */
bool
index_work_run(struct index *ix, const struct index_work *work, GError **error);

#endif
