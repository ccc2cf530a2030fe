/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pager.c - one open message: its text from the renderer, its verdict from the store. */
#include "ui/pager.h"

#include "base/placeholder.h"
#include "client/opening.h"
#include "ui/ahead.h"
#include "ui/list_actions.h"
#include "ui/list_view.h"
#include "ui/mail.h"
#include "ui/rendering.h"
#include "ui/scroll.h"
#include "ui/thread_scroll.h"

#include <string.h>

static struct pager *
cast(struct view *v)
{
	return (struct pager *)v;
}

struct pager *
pager_top(const struct app *app)
{
	struct view *v = app_top_of(app, &pager_class);
	return v != NULL ? cast(v) : thread_scroll_current(app);
}

struct pager *
pager_open_last(const struct app *app)
{
	for (guint i = app->views->len; i > 0; i--) {
		struct view *v = app->views->pdata[i - 1];
		if (v->class == &pager_class)
			return cast(v);
		if (thread_scroll_current_of(v) != NULL)
			return thread_scroll_current_of(v);
	}
	return NULL;
}

struct message *
pager_message(const struct pager *p)
{
	return thread_message(p->thread, p->index);
}

/* text */

static void
on_head(struct pager *p, const json_t *obj)
{
	/* with all headers asked for, the weeded ones stay what the frame shows */
	json_t *old = p->head;
	p->head = json_deep_copy(obj);
	if (p->headers != PAGER_HEADERS_USUAL) {
		pager_add_all_headers(p);
		if (json_is_array(json_object_get(p->head, "headers")) && old != NULL)
			json_object_set(p->head, "headers", json_object_get(old, "headers"));
	}
	json_decref(old);
	const char *limited = jsonl_string(obj, "limited");
	if (limited != NULL) {
		char *text = g_strdup_printf("This message is over a limit (%s) and is shown as raw "
					     "text.",
		    limited);
		lines_add_wrapped(p->lines, STYLE_NOTE, "", STYLE_NOTE, text, p->cols);
		lines_add(p->lines, STYLE_TEXT, "");
		g_free(text);
	}
}

/* A search that does not find the message by its word is all that is lost. */
static void
on_kept(const struct reply *reply, void *user)
{
	(void)reply;
	(void)user;
}

static void
on_secure(void *user)
{
	struct pager *p = user;
	const struct message *m = pager_message(p);
	json_t *kept = p->secure.security != NULL && !p->is_nested
	    ? opening_kept(p->shown_id, m != NULL ? m->date : 0, p->secure.security)
	    : NULL;
	if (kept != NULL)
		ask_store(p->app, NULL, kept, on_kept, NULL);
	pager_reload(p);
	app_redraw(p->app);
}

bool
pager_is_opening(const struct pager *p)
{
	return p->secure.asking != NULL || (p->head == NULL && p->is_loading);
}

/* While this message is read, the next one is made ready. */
static void
read_ahead(struct pager *p)
{
	int step = p->app->reading_step;
	guint i = p->index + (guint)(step != 0 ? step : 1);
	if (p->is_preview || p->is_nested)
		return;
	while (step == 0 && i < thread_count(p->thread) && !thread_message(p->thread, i)->is_unread)
		i++;
	if (i < thread_count(p->thread)) {
		ahead_want_message(p->app, thread_message(p->thread, i));
		return;
	}
	char *neighbour = list_actions_neighbour(p->app, step);
	if (neighbour != NULL)
		ahead_want(p->app, neighbour);
	g_free(neighbour);
}

static void
on_view(const struct reply *reply, void *user)
{
	struct pager *p = user;
	if (reply->kind == REPLY_EVENT) {
		const char *event = jsonl_string(reply->obj, "event");
		if (g_strcmp0(event, "head") == 0) {
			on_head(p, reply->obj);
			(void)secure_start(&p->secure, p->app, p->letter, reply->obj, on_secure, p);
		}
		else if (g_strcmp0(event, "lines") == 0)
			lines_add_json(p->lines, json_object_get(reply->obj, "lines"));
	} else {
		ask_end(&p->render);
		p->is_loading = false;
		read_ahead(p);
	}
	if (reply->kind == REPLY_DONE) {
		json_decref(p->links);
		lines_set_links(p->lines, p->links = json_incref(json_object_get(reply->obj, "links")));
		pager_images_take(p->images, reply->obj);
		pager_images_consider(p->images);
		if (p->wants_links && pager_top(p->app) == p)
			pager_show_links(p);
	}
	/* the same text in another width: stay about where the reader was */
	if (p->wanted_top > 0 && lines_count(p->lines) > p->wanted_top) {
		lines_scroll_to(p->lines, (int)p->wanted_top, p->body_rows);
		p->wanted_top = 0;
	}
	if (p->wants_end)
		lines_scroll(p->lines, (int)lines_count(p->lines), p->body_rows);
	p->wants_end = p->wants_end && p->is_loading;
	if (reply->kind == REPLY_FAILED) {
		lines_add(p->lines, STYLE_WARN, reply->error->message);
		if (!p->is_raw)
			lines_add(p->lines, STYLE_DIM, "Its raw text may still be shown: key E.");
	}
	app_redraw(p->app);
}

/* Another form of the message than the usual one. */
static void
ask_other_form(struct pager *p)
{
	json_t *obj = rendering_request(p->cols);
	if (p->headers != PAGER_HEADERS_USUAL)
		json_object_set_new(obj, "headers", json_string("all"));
	if (p->part != NULL)
		json_object_set_new(obj, "part", json_string(p->part));
	json_object_set_new(obj, "images", json_string(pager_images_wish(p->images)));
	json_object_set_new(obj, "raw", json_boolean(p->is_raw));
	secure_add(&p->secure, obj);
	ask_render(p->app, &p->render, p->is_raw ? p->letter : secure_letter(&p->secure, p->letter), obj,
	    -1, on_view, p);
}

void
pager_reload(struct pager *p)
{
	/* without a letter, why there is none stays */
	if (p->letter == NULL)
		return;
	p->wanted_top = lines_top(p->lines);
	lines_clear(p->lines);
	pager_images_forget_lines(p->images);
	if (p->cols <= 0)
		return;
	p->is_loading = true;
	ask_drop(&p->render);
	rendering_close(p->rendering);
	p->rendering = NULL;
	if (p->is_raw || p->headers != PAGER_HEADERS_USUAL || p->part != NULL || p->secure.security != NULL ||
	    !g_str_equal(pager_images_wish(p->images), RENDERING_IMAGES))
		ask_other_form(p);
	else
		p->rendering = rendering_open(p->app, p->letter, p->cols, on_view, p);
}

static void
take_verdict(struct pager *p, const struct message *m)
{
	if (m->judged == NULL || m->judged == p->verdict)
		return;
	bool is_first = p->verdict == NULL;
	json_decref(p->verdict);
	p->verdict = json_incref(m->judged);
	/* once: who has ended the loading is not overruled by the next look at the store */
	if (is_first)
		pager_images_consider(p->images);
}

int
pager_text_cols(void)
{
	return MAX(term_cols() - 2, 1);
}

/* Open the message's file. It may be being renamed, for a flag that was set before: then the writer
 * knows its new name, once it is done with that. */
static void
open_letter(struct pager *p, const struct message *m)
{
	GError *error = NULL;
	if (p->is_nested)
		return;
	letter_unref(p->letter);
	secure_reset(&p->secure);
	p->letter = letter_open(m->path, &error);
	if (p->letter == NULL && !p->has_retried) {
		p->has_retried = true;
		p->wants_first = true;
		thread_reload_settled(p->thread);
	} else if (p->letter == NULL) {
		lines_add(p->lines, STYLE_WARN, error->message);
	} else {
		p->has_retried = false;
	}
	g_clear_error(&error);
}

/* A letter that a search has found shows what was looked for. */
static void
show_hits(struct pager *p)
{
	const struct list_view *l = list_view_of(p->app);
	char *word = l != NULL ? list_view_search_word(l) : NULL;
	if (word != NULL)
		lines_look_for(p->lines, word);
	g_free(word);
}

void
pager_show(struct pager *p, guint index)
{
	p->index = index;
	struct message *m = pager_message(p);
	if (m == NULL)
		return;
	/* what was pressed before the first message was there is meant for it */
	if (p->shown_id != NULL) {
		p->is_raw = false;
		p->headers = PAGER_HEADERS_USUAL;
	}
	p->wants_links = p->wants_links && p->shown_id == NULL;
	g_free(p->shown_id);
	p->shown_id = g_strdup(m->id);
	p->is_partial = placeholder_is(m->path);
	json_decref(p->head);
	json_decref(p->verdict);
	json_decref(p->links);
	p->head = p->verdict = p->links = NULL;
	g_clear_pointer(&p->part, g_free);
	ask_drop(&p->names_ask);
	newcomer_drop(&p->newcomer);
	pager_images_reset(p->images);
	lines_clear(p->lines);
	lines_search(p->lines, NULL, 1, true, p->body_rows);
	open_letter(p, m);
	if (p->letter == NULL)
		return;
	take_verdict(p, m);
	pager_reload(p);
	if (!p->is_preview && !p->is_nested)
		newcomer_ask(&p->newcomer, p->app, m);
	p->wanted_top = 0;
	if (!p->is_preview && !p->is_nested && p->whole == NULL)
		mail_mark_read(p->app, p->thread, index);
	show_hits(p);
	app_redraw(p->app);
}

/* The thread is there, or there anew: stay with the message that is shown. */
static void
on_thread(struct thread *t, void *user)
{
	struct pager *p = user;
	if (p->wants_first && thread_count(t) > 0) {
		p->wants_first = false;
		pager_show(p, p->index == G_MAXUINT ? thread_first_wanted(t) : p->index);
		return;
	}
	int at = p->shown_id != NULL ? thread_find(t, p->shown_id) : -1;
	if (at >= 0) {
		p->index = (guint)at;
		if (p->is_partial && !p->is_nested && !placeholder_is(pager_message(p)->path)) {
			pager_show(p, p->index);
			app_say(p->app, "the whole letter is here");
			return;
		}
		/* the verdict may have come in the meantime */
		take_verdict(p, pager_message(p));
		if (!p->is_loading)
			read_ahead(p);
	}
	app_redraw(p->app);
}

static void
rows_changed(struct app *app, struct view *v)
{
	(void)app;
	thread_reload(cast(v)->thread);
}

static bool
is_coming(struct app *app, struct view *v)
{
	const struct pager *p = cast(v);
	(void)app;
	return p->wants_first && pager_message(p) == NULL && thread_is_coming(p->thread);
}

static char *
title(struct app *app, struct view *v)
{
	struct pager *p = cast(v);
	struct message *m = pager_message(p);
	guint n = thread_count(p->thread);
	const char *own = p->is_nested ? jsonl_string(json_object_get(p->head, "headers"), "subject") : NULL;
	const char *subject = own != NULL ? own : m != NULL && m->subject != NULL ? m->subject : "";
	if (n > 1)
		return g_strdup_printf("%u/%u %s %s", p->index + 1, n, app->canvas.signs->dot, subject);
	return g_strdup(subject);
}

static char *
position(struct app *app, struct view *v)
{
	struct pager *p = cast(v);
	(void)app;
	return scroll_position(p->lines, p->body_rows);
}

static void
scroll(struct app *app, struct view *v, int by)
{
	struct pager *p = cast(v);
	lines_scroll(p->lines, by, p->body_rows);
	app_redraw(app);
}

static void
free_view(struct app *app, struct view *v)
{
	struct pager *p = cast(v);
	(void)app;
	thread_forget(p->thread, p);
	thread_unref(p->thread);
	ask_drop(&p->render);
	rendering_close(p->rendering);
	secure_reset(&p->secure);
	ask_drop(&p->names_ask);
	newcomer_drop(&p->newcomer);
	pager_images_free(p->images);
	lines_free(p->lines);
	logo_free(p->logo);
	letter_unref(p->letter);
	json_decref(p->head);
	json_decref(p->verdict);
	json_decref(p->links);
	g_free(p->part);
	g_free(p->shown_id);
	g_free(p);
}

const struct view_class pager_class = {
    .set = &pager_actions,
    .draw = pager_draw,
    .title = title,
    .position = position,
    .rows_changed = rows_changed,
    .scroll = scroll,
    .is_coming = is_coming,
    .free = free_view,
};

static struct pager *
pager_new(struct app *app, struct thread *t, guint index)
{
	struct pager *p = g_new0(struct pager, 1);
	p->base.class = &pager_class;
	p->app = app;
	p->thread = thread_ref(t);
	p->lines = lines_new();
	p->logo = logo_new(app);
	p->images = pager_images_new(p);
	p->index = index;
	p->wants_first = true;
	thread_listen(t, on_thread, p);
	return p;
}

void
pager_open(struct app *app, struct thread *t, guint index)
{
	struct pager *p = pager_new(app, t, index);
	/* known before it is drawn, so that the first picture has the text */
	p->cols = pager_text_cols();
	app_push(app, &p->base);
	if (thread_is_loaded(t))
		on_thread(t, p);
}

struct pager *
pager_preview(struct app *app, struct thread *t)
{
	struct pager *p = pager_new(app, t, G_MAXUINT);
	p->is_preview = true;
	if (thread_is_loaded(t))
		on_thread(t, p);
	return p;
}

struct pager *
pager_part(struct app *app, struct thread *t, guint index, struct thread_scroll *whole)
{
	struct pager *p = pager_new(app, t, index);
	p->whole = whole;
	p->wants_first = false;
	return p;
}

void
pager_fit(struct pager *p, int cols, int rows)
{
	bool is_new = p->cols != cols;
	p->cols = cols;
	p->body_rows = rows;
	if (p->shown_id == NULL)
		pager_show(p, p->index);
	else if (is_new)
		pager_reload(p);
}

void
pager_open_nested(struct app *app, struct letter *letter)
{
	struct thread *t = thread_of_nothing(app);
	struct pager *p = pager_new(app, t, 0);
	p->is_nested = true;
	p->letter = letter_ref(letter);
	p->cols = pager_text_cols();
	thread_unref(t);
	app_push(app, &p->base);
	on_thread(t, p);
}
