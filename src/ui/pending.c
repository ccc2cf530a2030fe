/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pending.c - counted from the rows of the threads that something was done to: a pass over the index that ends with the
 * last of them. What was counted last is shown until the next count is there. */
#include "ui/pending.h"

#include "ui/list_view.h"
#include "ui/mailbox.h"
#include "ui/rows.h"

#define STEP 10000 /* rows of the index: under two milliseconds */

struct pending {
	struct app *app;
	GArray *unread; /* gint64 by folder number: what is shown */
	GArray *next;	/* the same as it is being counted */
	guint32 at;	/* the row that comes next */
	guint n_left;	/* threads that were not met yet */
	guint idle;
};

struct pending *
pending_new(struct app *app)
{
	struct pending *p = g_new0(struct pending, 1);
	p->app = app;
	p->unread = g_array_new(FALSE, TRUE, sizeof(gint64));
	p->next = g_array_new(FALSE, TRUE, sizeof(gint64));
	return p;
}

void
pending_free(struct pending *p)
{
	if (p == NULL)
		return;
	if (p->idle != 0)
		g_source_remove(p->idle);
	g_array_unref(p->unread);
	g_array_unref(p->next);
	g_free(p);
}

/* False when it is done. */
static bool
step(struct pending *p)
{
	const struct row_index *index = mailbox_index(p->app->mailbox);
	struct list_view *l = list_view_of(p->app);
	struct rows *r = l != NULL ? list_view_rows(l) : NULL;
	guint32 end = index != NULL && r != NULL ? MIN(row_index_n_rows(index), p->at + STEP) : 0;
	gint64 *unread = (gint64 *)(void *)p->next->data;
	for (; p->at < end && p->n_left > 0; p->at++)
		if (rows_add_pending(r, index, p->at, unread, p->next->len))
			p->n_left--;
	if (p->n_left > 0 && end > 0 && p->at < row_index_n_rows(index))
		return true;
	GArray *old = p->unread;
	p->unread = p->next;
	p->next = old;
	return false;
}

static gboolean
on_idle(gpointer user)
{
	struct pending *p = user;
	if (step(p))
		return G_SOURCE_CONTINUE;
	p->idle = 0;
	app_redraw(p->app);
	return G_SOURCE_REMOVE;
}

void
pending_changed(struct pending *p)
{
	const struct row_index *index = mailbox_index(p->app->mailbox);
	struct list_view *l = list_view_of(p->app);
	if (p->idle != 0)
		g_source_remove(p->idle);
	p->idle = 0;
	p->at = 0;
	p->n_left = l != NULL ? rows_n_touched(list_view_rows(l)) : 0;
	g_array_set_size(p->next, 0);
	g_array_set_size(p->next, index != NULL ? row_index_n_folders(index) : 0);
	if (step(p))
		p->idle = g_idle_add_full(G_PRIORITY_LOW, on_idle, p, NULL);
}

gint64
pending_unread(const struct pending *p, guint32 folder)
{
	return folder < p->unread->len ? g_array_index(p->unread, gint64, folder) : 0;
}
