/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_effects.c - what was just done, over the rows of every list. Half a million threads take a second: so that no
 * key waits for it, it is done in slices, one thing after the other, as it was asked for. */
#include "ui/list_effects.h"

#include "ui/list_view.h"
#include "ui/mailbox.h"
#include "ui/rows.h"
#include "ui/tabs.h"

#define SLICE 5000 /* threads at a time: some milliseconds */

enum what { LAY, LIFT, CONFIRM };

struct work {
	enum what what;
	GPtrArray *threads; /* not changed any more by anybody */
	struct rows_deed deed;	       /* of LAY and LIFT; its text and places are ours */
	const struct list_view *front; /* when it was asked for; only compared */
	guint at;		       /* the next of threads */
	guint n_gone;		       /* that were lifted */
};

static void
work_free(gpointer data)
{
	struct work *w = data;
	g_ptr_array_unref(w->threads);
	place_free((struct place *)(guintptr)w->deed.from);
	place_free((struct place *)(guintptr)w->deed.to);
	g_free((char *)(guintptr)w->deed.changes);
	g_free(w);
}

static void
do_rows(struct work *w, struct rows *r, const GPtrArray *slice, bool is_front, guint *n_gone)
{
	bool is_last = w->at + slice->len == w->threads->len;
	guint n = 0;
	if (w->what == LAY)
		rows_lay(r, slice, &w->deed);
	else if (w->what == LIFT)
		n = rows_lift(r, slice, &w->deed);
	else
		rows_confirm(r, slice);
	*n_gone = MAX(*n_gone, n);
	if (is_last && w->what == LAY && (w->deed.effects & ROWS_GONE) != 0) {
		if (is_front)
			rows_drop_gone(r, w->threads->len);
		else
			rows_drop_gone_later(r);
	}
	if (is_last && w->what == LIFT && w->n_gone + n > 0)
		rows_bring_back(r, w->n_gone + n);
}

/* False when it is done. */
static bool
slice(struct app *app, struct work *w)
{
	GPtrArray part = {.pdata = w->threads->pdata + w->at, .len = MIN(w->threads->len - w->at, SLICE)};
	GPtrArray *views = tabs_views(app);
	guint n_gone = 0;
	for (guint i = 0; i < views->len; i++) {
		struct list_view *l = list_view_cast(views->pdata[i]);
		struct rows *r = l != NULL ? list_view_rows(l) : NULL;
		if (r != NULL)
			do_rows(w, r, &part, l == w->front, &n_gone);
	}
	g_ptr_array_unref(views);
	w->n_gone += n_gone;
	w->at += part.len;
	if (w->at >= w->threads->len)
		mailbox_deeds_changed(app->mailbox);
	app_redraw(app);
	return w->at < w->threads->len;
}

static gboolean
go_on(gpointer user)
{
	struct app *app = user;
	struct work *w = g_queue_peek_head(&app->effects);
	if (w != NULL && !slice(app, w))
		work_free(g_queue_pop_head(&app->effects));
	if (!g_queue_is_empty(&app->effects))
		return G_SOURCE_CONTINUE;
	app->effects_source = 0;
	return G_SOURCE_REMOVE;
}

static void
to_all(struct app *app, GPtrArray *threads, enum what what, const struct rows_deed *deed)
{
	struct work *w = g_new0(struct work, 1);
	*w = (struct work){.what = what,
	    .threads = g_ptr_array_ref(threads),
	    .front = list_view_of(app)};
	if (deed != NULL) {
		w->deed = *deed;
		w->deed.changes = g_strdup(deed->changes);
		w->deed.from = deed->from != NULL ? place_copy(deed->from) : NULL;
		w->deed.to = deed->to != NULL ? place_copy(deed->to) : NULL;
	}
	if (g_queue_is_empty(&app->effects) && !slice(app, w)) {
		work_free(w);
		return;
	}
	g_queue_push_tail(&app->effects, w);
	if (app->effects_source == 0)
		app->effects_source = g_idle_add(go_on, app);
}

void
list_effects_lay(struct app *app, GPtrArray *threads, const struct rows_deed *deed)
{
	to_all(app, threads, LAY, deed);
}

void
list_effects_lift(struct app *app, GPtrArray *threads, const struct rows_deed *deed)
{
	to_all(app, threads, LIFT, deed);
}

void
list_effects_confirm(struct app *app, GPtrArray *threads)
{
	to_all(app, threads, CONFIRM, NULL);
}

void
list_effects_adopt(struct app *app, struct rows *r)
{
	GPtrArray *views = tabs_views(app);
	for (guint i = 0; i < views->len; i++) {
		struct list_view *l = list_view_cast(views->pdata[i]);
		if (l == NULL)
			continue;
		rows_adopt(r, list_view_rows(l));
		break; /* they all know the same */
	}
	g_ptr_array_unref(views);
}

void
list_effects_stop(struct app *app)
{
	if (app->effects_source != 0)
		g_source_remove(app->effects_source);
	app->effects_source = 0;
	g_queue_clear_full(&app->effects, work_free);
}
