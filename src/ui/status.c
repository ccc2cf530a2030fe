/* SPDX-License-Identifier: GPL-3.0-or-later */
/* status.c - the first and the last line. */
#include "ui/status_private.h"

#include "base/safe_text.h"
#include "ui/format.h"
#include "ui/mailbox.h"
#include "ui/outbox.h"
#include "ui/prompt.h"

#include <string.h>

#define HISTORY	   200
#define REMARK_S   8 /* how long a remark stays when no key is pressed */
#define MAX_LINES  4 /* of one message */

static void
progress_free(gpointer data)
{
	struct progress *p = data;
	g_free(p->folder);
	g_free(p);
}

static void
refused_free(gpointer data)
{
	struct refused *r = data;
	g_free(r->reason);
	g_free(r);
}

struct status *
status_new(struct app *app)
{
	struct status *s = g_new0(struct status, 1);
	s->app = app;
	s->history = g_ptr_array_new_with_free_func(g_free);
	s->progress = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, progress_free);
	s->failed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	s->refused = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, refused_free);
	s->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	s->wants_hints = rc_bool(app->rc, "ui", NULL, "hints");
	return s;
}

void
status_free(struct status *s)
{
	if (s == NULL)
		return;
	if (s->timer != 0)
		g_source_remove(s->timer);
	if (s->clock != 0)
		g_source_remove(s->clock);
	g_free(s->message);
	g_free(s->sending);
	g_ptr_array_unref(s->history);
	g_hash_table_unref(s->progress);
	g_hash_table_unref(s->failed);
	g_hash_table_unref(s->refused);
	g_hash_table_unref(s->told);
	g_free(s->waiting);
	g_free(s);
}

static gboolean
on_remark_over(gpointer user)
{
	struct status *s = user;
	s->timer = 0;
	g_clear_pointer(&s->message, g_free);
	s->message = g_steal_pointer(&s->waiting);
	s->is_error = s->is_background = s->message != NULL;
	app_redraw(s->app);
	return G_SOURCE_REMOVE;
}

/* A remark goes by itself, a complaint stays until a key says that somebody has been there. */
static void
start_timer(struct status *s)
{
	if (s->timer != 0)
		g_source_remove(s->timer);
	s->timer = s->is_error ? 0 : g_timeout_add_seconds(REMARK_S, on_remark_over, s);
}

/* Said again and again, it is kept once, with its last time. */
static void
remember(struct status *s, const char *text)
{
	const char *last = s->history->len > 0 ? s->history->pdata[s->history->len - 1] : NULL;
	if (last != NULL && g_str_equal(last + strlen("00:00:00  "), text))
		g_ptr_array_remove_index(s->history, s->history->len - 1);
	else if (s->history->len >= HISTORY)
		g_ptr_array_remove_index(s->history, 0);
	GDateTime *now = g_date_time_new_now_local();
	char *when = g_date_time_format(now, "%H:%M:%S");
	g_ptr_array_add(s->history, g_strdup_printf("%s  %s", when, text));
	g_free(when);
	g_date_time_unref(now);
}

void
status_message(struct app *app, bool is_error, const char *text)
{
	struct status *s = app->status;
	/* what answers the user goes before what nobody asked about */
	if (s->is_background && s->is_error && s->message != NULL && !is_error) {
		g_free(s->waiting);
		s->waiting = g_steal_pointer(&s->message);
	}
	/* a complaint is not hidden by a mere remark before a key has been pressed */
	if (s->message == NULL || !s->is_error || is_error) {
		g_free(s->message);
		s->message = g_strdup(text);
		s->is_error = is_error;
		s->is_background = s->is_of_sending = false;
		start_timer(s);
	}
	remember(s, text);
	app_redraw(app);
}

/* Trouble that nobody asked about: it waits until the answer to what the user did has been read. */
static void
background_trouble(struct app *app, const char *text)
{
	struct status *s = app->status;
	if (s->message == NULL || s->is_error) {
		status_message(app, true, text);
		s->is_background = true;
		return;
	}
	g_free(s->waiting);
	s->waiting = g_strdup(text);
	remember(s, text);
}

void
status_clear_message(struct app *app)
{
	g_clear_pointer(&app->status->message, g_free);
	app->status->is_error = false;
}

void
status_clear_remark(struct app *app)
{
	if (!app->status->is_error)
		status_clear_message(app);
}

const GPtrArray *
status_history(const struct app *app)
{
	return app->status->history;
}

/* what the helpers do */

static gboolean
on_clock(gpointer user)
{
	struct status *s = user;
	GHashTableIter iter;
	gpointer progress;
	if (g_hash_table_size(s->progress) == 0) {
		s->clock = 0;
		return G_SOURCE_REMOVE;
	}
	g_hash_table_iter_init(&iter, s->progress);
	while (g_hash_table_iter_next(&iter, NULL, &progress))
		if (status_quiet_s(progress) > 0)
			app_redraw(s->app);
	return G_SOURCE_CONTINUE;
}

/* Letters of a folder wait, since the server does not take them. */
static void
on_refused(struct status *s, const char *account, const json_t *obj)
{
	struct refused *r = g_hash_table_lookup(s->refused, account);
	if (r == NULL) {
		r = g_new0(struct refused, 1);
		g_hash_table_insert(s->refused, g_strdup(account), r);
	} else if (r->is_old) {
		r->n = 0;
		r->is_known = true;
	}
	r->is_old = false;
	r->n += jsonl_int(obj, "waiting", 0);
	g_free(r->reason);
	r->reason = g_strdup(jsonl_string(obj, "reason"));
}

/* A run begins, which tells of them anew, or has ended without a word of them. */
static void
age_refused(struct status *s, const char *account, bool is_over)
{
	struct refused *r = account != NULL ? g_hash_table_lookup(s->refused, account) : NULL;
	if (r != NULL && is_over && r->is_old)
		g_hash_table_remove(s->refused, account);
	else if (r != NULL && !is_over)
		r->is_old = true;
}

static void
on_progress(struct status *s, const json_t *obj)
{
	const char *account = jsonl_string(obj, "account");
	const char *event = jsonl_string(obj, "event");
	if (account == NULL)
		return;
	struct progress *p = g_hash_table_lookup(s->progress, account);
	if (p == NULL) {
		p = g_new0(struct progress, 1);
		p->seconds_left = -1;
		g_hash_table_insert(s->progress, g_strdup(account), p);
	}
	p->heard_us = g_get_monotonic_time();
	if (s->clock == 0)
		s->clock = g_timeout_add_seconds(1, on_clock, s);
	g_hash_table_remove(s->failed, account);
	if (g_strcmp0(event, "started") == 0)
		age_refused(s, account, false);
	else if (g_strcmp0(event, "refused") == 0)
		on_refused(s, account, obj);
	const char *folder = jsonl_string(obj, "folder");
	if (folder != NULL) {
		g_free(p->folder);
		p->folder = g_strdup(folder);
	}
	if (g_strcmp0(event, "progress") == 0) {
		p->done = jsonl_int(obj, "done", p->done);
		p->total = jsonl_int(obj, "total", p->total);
		p->bytes = jsonl_int(obj, "bytes", p->bytes);
		p->rate = jsonl_int(obj, "rate", 0);
		p->seconds_left = jsonl_int(obj, "seconds_left", -1);
	}
}

/* "offline, next try 10:42": the sentence itself goes with the next key, this stays. */
static char *
failed_words(const json_t *obj)
{
	const char *code = jsonl_string(obj, "code");
	const char *what = g_strcmp0(code, "auth") == 0 ? "log-in refused"
	    : g_strcmp0(code, "tls") == 0		? "server not trusted"
							: "offline";
	gint64 seconds = jsonl_int(obj, "next", -1);
	if (seconds <= 0)
		return g_strdup(what);
	GDateTime *now = g_date_time_new_now_local();
	GDateTime *then = g_date_time_add_seconds(now, (double)seconds);
	char *clock = g_date_time_format(then, "%H:%M");
	char *words = g_strdup_printf("%s, next try %s", what, clock);
	g_free(clock);
	g_date_time_unref(then);
	g_date_time_unref(now);
	return words;
}

/* Trouble of an account that was told already is in the first line; told anew at each try it would hide what
 * the user has just been answered. */
static void
tell_trouble(struct app *app, const char *account, const struct client_notice *notice)
{
	struct status *s = app->status;
	const char *given = jsonl_string(notice->obj, "code"), *code = given != NULL ? given : "";
	const char *told = account != NULL ? g_hash_table_lookup(s->told, account) : NULL;
	if (notice->text == NULL)
		return;
	if (told != NULL && g_strcmp0(told, code) == 0) {
		remember(s, notice->text);
		return;
	}
	if (account != NULL)
		g_hash_table_insert(s->told, g_strdup(account), g_strdup(code));
	background_trouble(app, notice->text);
}

void
status_tell_again(struct app *app)
{
	g_hash_table_remove_all(app->status->told);
}

/* That letters wait is in the first line, and said once. */
static void
tell_folder(struct app *app, const char *account, const struct client_notice *notice)
{
	const struct refused *r = account != NULL ? g_hash_table_lookup(app->status->refused, account) : NULL;
	if (notice->text == NULL)
		return;
	if (r != NULL && r->is_known && jsonl_int(notice->obj, "waiting", 0) > 0)
		remember(app->status, notice->text);
	else
		app_error(app, "%s", notice->text);
}

static void
on_sync_over(struct app *app, const struct client_notice *notice)
{
	struct status *s = app->status;
	const char *account = jsonl_string(notice->obj, "account");
	/* trouble with one message or folder: the run goes on */
	if (jsonl_string(notice->obj, "event") != NULL) {
		tell_folder(app, account, notice);
		return;
	}
	if (account != NULL) {
		g_hash_table_remove(s->progress, account);
		g_hash_table_remove(s->failed, account);
	}
	if (notice->kind != CLIENT_SYNC_ERROR) {
		age_refused(s, account, true);
		if (account != NULL)
			g_hash_table_remove(s->told, account);
		return;
	}
	/* without an account in the object every run may have ended */
	if (account == NULL)
		g_hash_table_remove_all(s->progress);
	else
		g_hash_table_insert(s->failed, g_strdup(account), failed_words(notice->obj));
	tell_trouble(app, account, notice);
}

/* Threads that were put off are back. */
static void
on_put_off(struct app *app, const json_t *obj)
{
	int woken = (int)jsonl_int(obj, "woken", 0), missing = (int)jsonl_int(obj, "no_reply", 0);
	mailbox_put_off(app->mailbox, (guint)jsonl_int(obj, "snoozed", 0),
	    (guint)jsonl_int(obj, "awaiting", 0));
	if (woken > 0)
		app_say(app, woken == 1 ? "a thread that slept is back" : "%d threads that slept are back", woken);
	if (missing > 0)
		app_say(app, missing == 1 ? "nobody has answered in time: +no-reply"
					  : "%d threads without an answer in time: +no-reply",
		    missing);
}

void
status_notice(struct app *app, const struct client_notice *notice)
{
	struct status *s = app->status;
	switch (notice->kind) {
	case CLIENT_SYNC_PROGRESS:
		on_progress(s, notice->obj);
		break;
	case CLIENT_SYNC_DONE:
	case CLIENT_SYNC_ERROR:
		on_sync_over(app, notice);
		break;
	case CLIENT_NEW_MAIL: {
		gint64 n = jsonl_int(notice->obj, "count", 0);
		if (n > 0)
			app_say(app, n == 1 ? "one new message" : "%d new messages", (int)n);
		break;
	}
	case CLIENT_FILTERED:
		if (json_is_true(
			json_object_get(json_object_get(notice->obj, "actions"), "notify"))) {
			char *subject = safe_line(jsonl_string(notice->obj, "subject"));
			app_say(app, "%s: %s", jsonl_string(notice->obj, "filter"), subject);
			g_free(subject);
		}
		break;
	case CLIENT_SEND_PROGRESS:
		status_sending(s, notice->obj);
		outbox_note_progress(app, notice->obj);
		break;
	case CLIENT_SEND_ERROR:
		g_clear_pointer(&s->sending, g_free);
		if (notice->text != NULL)
			background_trouble(app, notice->text);
		s->is_of_sending = s->is_background && g_strcmp0(jsonl_string(notice->obj, "state"), "deferred") == 0;
		break;
	case CLIENT_QUEUE_CHANGED:
		if (!client_is_sending(app->client))
			g_clear_pointer(&s->sending, g_free);
		break;
	case CLIENT_HELPER:
		if (notice->text != NULL)
			app_say(app, "%s", notice->text);
		break;
	case CLIENT_PUT_OFF:
		on_put_off(app, notice->obj);
		break;
	case CLIENT_ROWS_CHANGED:
		break;
	}
	app_redraw(app);
}

/* One key and its word, if it fits; returns the columns used. */
static int
draw_hint(struct app *app, int y, int x, int cols, const struct action *a)
{
	const struct canvas *c = &app->canvas;
	char *key = keymap_first_key(app_top_keymap(app), a);
	int used = 0, need = safe_text_columns(key) + 1 + safe_text_columns(a->hint);
	if (*key != '\0' && x + need < cols) {
		ui_text(c, y, x, cols - x, STYLE_BAR_KEY, false, key);
		ui_text(c, y, x + safe_text_columns(key) + 1, need, STYLE_BAR_DIM, false, a->hint);
		used = need + 2;
	}
	g_free(key);
	return used;
}

/* The keys of the top view that have a word for this line, as many as fit; the way to all others and the way
 * back come first. */
static void
draw_hints(struct app *app, int y, int cols)
{
	const struct keymap *map = app_top_keymap(app);
	const struct action *help = keymap_action(map, "help"), *back = keymap_action(map, "close"), *a;
	int x = 1;
	bool is_typed = app_top(app)->class->typed != NULL;
	if (!is_typed)
		x += draw_hint(app, y, x, cols, help);
	if (!is_typed && back->hint != NULL)
		x += draw_hint(app, y, x, cols, back);
	for (size_t i = 0; (a = keymap_nth(map, i)) != NULL; i++)
		if (a->hint != NULL && a != help && a != back && (!is_typed || keymap_is_own(map, a)))
			x += draw_hint(app, y, x, cols, a);
}

/* A sentence says what happens next at its end, so it is never cut there: it grows upwards over the
 * view until a key is pressed. */
static void
draw_message(struct app *app)
{
	const struct status *s = app->status;
	/* not over the lines that are typed into */
	int most = app_is_typed_into(app) ? 1 : CLAMP(term_rows() - 2, 1, MAX_LINES);
	(void)ui_paragraph(&app->canvas, term_rows() - 1, 1, most, STYLE_BAR, s->is_error ? STYLE_ERROR : STYLE_BAR_STRONG,
	    s->message);
}

/* The keys of a sequence that is being typed. */
static void
draw_steps(struct app *app, int y, int cols)
{
	GString *typed = g_string_new(" ");
	if (app->count > 0)
		g_string_append_printf(typed, "%u", app->count);
	for (size_t i = 0; i < app->n_steps; i++) {
		char *name = key_name(app->steps[i]);
		g_string_append(typed, name);
		g_free(name);
	}
	g_string_append_c(typed, '-');
	ui_text(&app->canvas, y, 0, cols, STYLE_BAR_STRONG, false, typed->str);
	g_string_free(typed, TRUE);
}

void
status_draw_bottom(struct app *app)
{
	const struct canvas *c = &app->canvas;
	struct status *s = app->status;
	struct view *top = app_top(app);
	int y = term_rows() - 1, cols = term_cols();
	char *position = top->class->position != NULL ? top->class->position(app, top) : NULL;
	int right = position != NULL && cols > 30 ? safe_text_columns(position) + 2 : 0;

	ui_fill(c, y, 0, cols, STYLE_BAR, false);
	if (app->n_steps > 0 || app->count > 0) {
		draw_steps(app, y, cols - right);
	} else if (s->message != NULL) {
		/* a sentence is worth more than a position */
		char *display = safe_line(s->message);
		if (safe_text_columns(display) + 1 > cols - right)
			right = 0;
		g_free(display);
		if (!prompt_is_open(app))
			draw_message(app);
	} else if (s->wants_hints) {
		draw_hints(app, y, cols - right);
	}
	if (right > 0)
		ui_right(c, y, cols - right, right - 1, STYLE_BAR_DIM, false, position);
	g_free(position);
}
