/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_sweep.c - all rows, in slices of some milliseconds. */
#include "ui/list_sweep.h"

#include "ui/list_view_private.h"

#define SLICE_USEC	8000
#define ROWS_PER_LOOK	256 /* at the clock */

struct sweep {
	struct list_view *l;
	struct sweep_job job;
	int start, k; /* the row that it began at; rows looked at, 0 or 1 for none yet */
	guint idle;
};

static int
n_rows(const struct sweep *s)
{
	bool is_complete;
	return (int)rows_count(s->l->rows, &is_complete);
}

static void
begin(struct sweep *s)
{
	rows_extend(s->l->rows, G_MAXUINT);
	s->start = s->l->selected;
	s->k = s->job.is_from_here ? 0 : 1;
}

static void
drop(struct sweep *s)
{
	if (s->idle != 0)
		g_source_remove(s->idle);
	if (s->l->sweep == s)
		s->l->sweep = NULL;
	if (s->job.free != NULL)
		s->job.free(s->job.user);
	g_free(s);
}

static void
end(struct sweep *s, int found)
{
	/* done may begin another one */
	s->l->sweep = NULL;
	rows_trim(s->l->rows);
	s->job.done(s->l->app, s->l, found, s->job.user);
	drop(s);
}

/* True when the sweep is over, and gone. until: monotonic microseconds. */
static bool
go_on(struct sweep *s, gint64 until)
{
	int n = n_rows(s), last = s->job.is_from_here ? n - 1 : n;
	for (; s->k <= last && n > 0; s->k++) {
		int i = ((s->start + s->job.step * s->k) % n + n) % n;
		struct row row;
		if (rows_get(s->l->rows, (guint)i, &row) && s->job.visit(s->l, &row, s->job.user)) {
			end(s, i);
			return true;
		}
		if (s->k % ROWS_PER_LOOK == ROWS_PER_LOOK - 1 && g_get_monotonic_time() > until) {
			s->k++;
			return false;
		}
	}
	end(s, -1);
	return true;
}

static gboolean
on_idle(gpointer user)
{
	struct sweep *s = user;
	guint idle = s->idle;
	s->idle = 0; /* a sweep that ends here does not take its own source away */
	if (go_on(s, g_get_monotonic_time() + SLICE_USEC))
		return G_SOURCE_REMOVE;
	s->idle = idle;
	return G_SOURCE_CONTINUE;
}

void
list_sweep(struct list_view *l, const struct sweep_job *job)
{
	struct sweep *s = g_new0(struct sweep, 1);
	(void)list_sweep_stop(l);
	s->l = l;
	s->job = *job;
	l->sweep = s;
	begin(s);
	if (go_on(s, g_get_monotonic_time() + SLICE_USEC))
		return;
	s->idle = g_idle_add(on_idle, s);
	if (job->wait != NULL)
		job->wait(l->app, job->user);
}

bool
list_sweep_stop(struct list_view *l)
{
	if (l->sweep == NULL)
		return false;
	drop(l->sweep);
	return true;
}

bool
list_sweep_keeps_keys(const struct list_view *l)
{
	return l->sweep != NULL && l->sweep->job.keeps_keys;
}

void
list_sweep_settle(struct list_view *l)
{
	if (l->sweep != NULL)
		(void)go_on(l->sweep, G_MAXINT64);
}

void
list_sweep_rows_changed(struct list_view *l)
{
	struct sweep *s = l->sweep;
	if (s != NULL && s->job.wants_whole)
		begin(s);
}
