/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The batches: work until the time is up, commit, let others have the lock, go on. */
#include "store/index_work.h"

#define YIELD_US 5000 /* between batches, so that another writer gets its turn */

static bool
is_stopped(const struct index_work *work)
{
	return work->is_cancelled != NULL && work->is_cancelled(work->user);
}

static bool
goes_on(struct index *ix, const struct index_work *work)
{
	return (!index_batch_is_full(ix) || (work->is_patient && index_batch_may_go_on(ix))) &&
	    !is_stopped(work);
}

static bool
commit_batch(struct index *ix, const struct index_work *work, guint first, guint end, GError **error)
{
	if (work->closing != NULL)
		work->closing(work->user);
	return index_commit(ix, error) &&
	    (work->committed == NULL || work->committed(ix, first, end, work->user, error));
}

/* One batch from item first on; *end_out is the first item that is not in it. */
static bool
run_batch(struct index *ix, const struct index_work *work, guint first, guint *end_out,
    GError **error)
{
	notmuch_database_t *db = index_writer(ix, error);
	bool ok = db != NULL;
	guint i = first;

	if (!ok)
		return false;
	do
		ok = work->one(ix, db, i++, work->user, error);
	while (ok && i < work->n && goes_on(ix, work));
	*end_out = i;
	if (ok)
		return commit_batch(ix, work, first, i, error);
	if (work->keeps_partial)
		(void)commit_batch(ix, work, first, i, NULL); /* the first error is told */
	else
		index_abandon(ix);
	return false;
}

bool
index_work_run(struct index *ix, const struct index_work *work, GError **error)
{
	guint next = 0;

	while (next < work->n) {
		if (is_stopped(work)) {
			g_set_error(error, PF_ERROR, PF_ERROR_CANCELLED, "cancelled");
			return false;
		}
		if (!run_batch(ix, work, next, &next, error))
			return false;
		if (next < work->n)
			g_usleep(YIELD_US);
	}
	return true;
}
