/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rendering.c - the renderer's answers, kept. The letter that is held open tells whether a file is the same:
 * reading one renames it, and its inode stays. */
#include "ui/rendering.h"

#include "ui/lines.h"

#define MAX_KEPT  8	/* renderings */
#define MAX_LINES 1000u /* of each */
/* Wider lines are hard to read. */
#define MAX_TEXT_COLS 100

struct rendering {
	struct app *app;
	struct letter *letter;
	int cols;
	GPtrArray *replies; /* json_t: events, and the answer last when is_whole */
	guint n_lines;	    /* in replies */
	guint n_skip;	    /* lines yet to come that are in replies */
	bool is_whole;
	bool is_cut;	    /* no more is put into replies */
	bool is_listed;	    /* in app->renderings */
	struct ask ask;
	supervisor_reply_fn fn; /* NULL while nobody looks */
	void *user;
};

static void
rendering_free(struct rendering *r)
{
	ask_drop(&r->ask);
	letter_unref(r->letter);
	g_ptr_array_unref(r->replies);
	g_free(r);
}

static void
json_free_item(gpointer data)
{
	json_decref(data);
}

static struct rendering *
rendering_new(struct app *app, struct letter *letter, int cols)
{
	struct rendering *r = g_new0(struct rendering, 1);
	r->app = app;
	r->letter = letter_ref(letter);
	r->cols = cols;
	r->replies = g_ptr_array_new_with_free_func(json_free_item);
	return r;
}

static void
unlist(struct rendering *r)
{
	if (r->is_listed)
		g_queue_remove(&r->app->renderings, r);
	r->is_listed = false;
}

/* The newest first; the oldest are forgotten. */
static void
list(struct rendering *r)
{
	GQueue *all = &r->app->renderings;
	unlist(r);
	g_queue_push_head(all, r);
	r->is_listed = true;
	while (g_queue_get_length(all) > MAX_KEPT) {
		struct rendering *old = g_queue_peek_tail(all);
		unlist(old);
		if (old->fn == NULL)
			rendering_free(old);
	}
}

static struct rendering *
find(struct app *app, const struct letter *letter, int cols)
{
	for (GList *l = app->renderings.head; l != NULL; l = l->next) {
		struct rendering *r = l->data;
		if (r->cols == cols && letter_is_same(r->letter, letter))
			return r;
	}
	return NULL;
}

/* What was told before is left out of an event; owned, NULL for nothing left. */
static json_t *
news_of(struct rendering *r, const json_t *event)
{
	const json_t *lines = json_object_get(event, "lines");
	guint n = lines_in_json(lines), skip = MIN(n, r->n_skip);
	if (n == 0)
		return r->n_lines > 0 && json_object_get(event, "headers") != NULL
			   ? NULL
			   : json_incref((json_t *)(guintptr)event);
	r->n_skip -= skip;
	if (skip == 0)
		return json_incref((json_t *)(guintptr)event);
	if (skip == n)
		return NULL;
	json_t *out = json_copy((json_t *)(guintptr)event);
	json_object_set_new(out, "lines", lines_json_from(lines, skip));
	return out;
}

static void
keep(struct rendering *r, json_t *obj)
{
	guint n = lines_in_json(json_object_get(obj, "lines"));
	if (!r->is_cut && r->n_lines + n > MAX_LINES && r->n_lines > 0)
		r->is_cut = true;
	if (r->is_cut)
		return;
	r->n_lines += n;
	g_ptr_array_add(r->replies, json_incref(obj));
}

static void
on_event(struct rendering *r, const json_t *event)
{
	json_t *obj = news_of(r, event);
	if (obj == NULL)
		return;
	const struct reply reply = {.kind = REPLY_EVENT, .obj = obj};
	keep(r, obj);
	if (r->fn != NULL)
		r->fn(&reply, r->user);
	else if (r->is_cut)
		ask_drop(&r->ask); /* enough for the first pages */
	json_decref(obj);
}

static void
on_reply(const struct reply *reply, void *user)
{
	struct rendering *r = user;
	if (reply->kind == REPLY_EVENT) {
		on_event(r, reply->obj);
		return;
	}
	ask_end(&r->ask);
	supervisor_reply_fn fn = r->fn;
	if (reply->kind == REPLY_DONE) {
		keep(r, (json_t *)(guintptr)reply->obj);
		r->is_whole = !r->is_cut;
	} else {
		unlist(r);
	}
	if (fn != NULL)
		fn(reply, r->user);
	else if (!r->is_listed)
		rendering_free(r);
}

json_t *
rendering_request(int cols)
{
	return json_pack("{s:s, s:i, s:s, s:s, s:b}", "op", "view", "width", MIN(cols, MAX_TEXT_COLS),
	    "headers", "weeded", "images", RENDERING_IMAGES, "raw", 0);
}

static void
start(struct rendering *r)
{
	r->n_skip = r->n_lines;
	r->is_cut = false;
	ask_render(r->app, &r->ask, r->letter, rendering_request(r->cols), -1, on_reply, r);
}

void
rendering_close(struct rendering *r)
{
	if (r == NULL)
		return;
	r->fn = NULL;
	/* the renderer is wanted for what is looked at now */
	if (ask_is_open(&r->ask)) {
		ask_drop(&r->ask);
		r->is_cut = true;
		if (r->n_lines == 0)
			unlist(r);
	}
	if (!r->is_listed)
		rendering_free(r);
}

/* Those that nobody looks at and that are not done. */
static void
give_up(struct app *app)
{
	for (GList *l = app->renderings.head, *next; l != NULL; l = next) {
		struct rendering *r = l->data;
		next = l->next;
		if (r->fn == NULL && ask_is_open(&r->ask))
			rendering_close(r);
	}
}

struct rendering *
rendering_open(struct app *app, struct letter *letter, int cols, supervisor_reply_fn fn, void *user)
{
	struct rendering *r = find(app, letter, cols);
	if (r == NULL || r->fn != NULL)
		r = rendering_new(app, letter, cols);
	list(r);
	r->fn = fn;
	r->user = user;
	for (guint i = 0; i < r->replies->len; i++) {
		bool is_last = r->is_whole && i + 1 == r->replies->len;
		const struct reply reply = {.kind = is_last ? REPLY_DONE : REPLY_EVENT, .obj = r->replies->pdata[i]};
		fn(&reply, user);
	}
	give_up(app);
	if (!r->is_whole && !ask_is_open(&r->ask))
		start(r);
	return r;
}

void
rendering_ahead(struct app *app, struct letter *letter, int cols)
{
	if (find(app, letter, cols) != NULL)
		return;
	give_up(app);
	struct rendering *r = rendering_new(app, letter, cols);
	list(r);
	start(r);
}

void
rendering_fini(struct app *app)
{
	struct rendering *r;
	while ((r = g_queue_pop_head(&app->renderings)) != NULL) {
		r->is_listed = false;
		if (r->fn == NULL)
			rendering_free(r);
	}
}
