/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ahead.c - a thread and the text of a message, each asked for when nothing else was wanted for a moment. */
#include "ui/ahead.h"

#include "ui/pager.h"
#include "ui/rendering.h"

#define REST_MS	    40 /* that the cursor stays on a row before it is read ahead */
#define MAX_THREADS 8

struct ahead {
	struct app *app;
	GQueue threads;	 /* struct thread, the one read last first */
	guint n_fresh;	 /* that many of them were read after the list changed last */
	char *wanted;	/* thread that the timer is for, or was */
	char *path;	/* the same for a message */
	guint timer;
};

static void
read_message(struct app *app, const char *path)
{
	/* a file that was renamed meanwhile is read when it is opened */
	struct letter *letter = path != NULL ? letter_open(path, NULL) : NULL;
	if (letter != NULL)
		rendering_ahead(app, letter, pager_text_cols());
	letter_unref(letter);
}

static void
on_thread(struct thread *t, void *user)
{
	struct ahead *h = user;
	const struct message *m = thread_message(t, thread_first_wanted(t));
	if (m != NULL)
		read_message(h->app, m->path);
}

/* Its place in threads, -1 for none. */
static int
find(const struct ahead *h, const char *id)
{
	int i = 0;
	for (const GList *l = h->threads.head; l != NULL; l = l->next, i++)
		if (g_strcmp0(thread_id(l->data), id) == 0)
			return i;
	return -1;
}

static void
drop(struct ahead *h, int i)
{
	struct thread *t = g_queue_pop_nth(&h->threads, (guint)i);
	if ((guint)i < h->n_fresh)
		h->n_fresh--;
	thread_forget(t, h);
	thread_unref(t);
}

void
ahead_keep(struct app *app, struct thread *t)
{
	struct ahead *h = app->ahead;
	int i = find(h, thread_id(t));
	if (i >= 0)
		drop(h, i);
	g_queue_push_head(&h->threads, thread_ref(t));
	h->n_fresh++;
	thread_listen(t, on_thread, h);
	if (g_queue_get_length(&h->threads) > MAX_THREADS)
		drop(h, MAX_THREADS);
}

static gboolean
on_rest(gpointer user)
{
	struct ahead *h = user;
	h->timer = 0;
	if (h->path != NULL)
		read_message(h->app, h->path);
	if (h->wanted == NULL)
		return G_SOURCE_REMOVE;
	int i = find(h, h->wanted);
	if (i >= 0 && (guint)i < h->n_fresh) {
		on_thread(g_queue_peek_nth(&h->threads, (guint)i), h);
		return G_SOURCE_REMOVE;
	}
	struct thread *t = thread_read(h->app, h->wanted);
	ahead_keep(h->app, t);
	thread_unref(t);
	return G_SOURCE_REMOVE;
}

/* Both or one of them; the timer starts anew when they are others. */
static void
want(struct ahead *h, const char *thread, const char *path)
{
	if (g_strcmp0(h->wanted, thread) == 0 && g_strcmp0(h->path, path) == 0)
		return;
	g_free(h->wanted);
	g_free(h->path);
	h->wanted = g_strdup(thread);
	h->path = g_strdup(path);
	if (h->timer != 0)
		g_source_remove(h->timer);
	h->timer = g_timeout_add(REST_MS, on_rest, h);
}

void
ahead_want(struct app *app, const char *thread)
{
	want(app->ahead, thread, NULL);
}

void
ahead_want_message(struct app *app, const struct message *m)
{
	want(app->ahead, NULL, m->path);
}

struct thread *
ahead_take(struct app *app, const struct row *row)
{
	struct ahead *h = app->ahead;
	int i = find(h, row->thread);
	if (i < 0)
		return NULL;
	struct thread *t = g_queue_peek_nth(&h->threads, (guint)i);
	if (thread_error(t) != NULL || (thread_is_loaded(t) && thread_count(t) == 0))
		return NULL;
	if ((guint)i >= h->n_fresh &&
	    (thread_count(t) != row->total || (thread_n_unread(t) > 0) != ((row->flags & ROW_UNREAD) != 0)))
		return NULL;
	return thread_ref(t);
}

void
ahead_doubt(struct app *app)
{
	struct ahead *h = app->ahead;
	h->n_fresh = 0;
	g_clear_pointer(&h->wanted, g_free);
	g_clear_pointer(&h->path, g_free);
}

struct ahead *
ahead_new(struct app *app)
{
	struct ahead *h = g_new0(struct ahead, 1);
	h->app = app;
	return h;
}

void
ahead_free(struct ahead *h)
{
	while (!g_queue_is_empty(&h->threads))
		drop(h, 0);
	if (h->timer != 0)
		g_source_remove(h->timer);
	g_free(h->wanted);
	g_free(h->path);
	g_free(h);
}
