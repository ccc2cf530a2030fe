/* SPDX-License-Identifier: GPL-3.0-or-later */
/* news.c - new mail and the fate of letters: hooks, notifications of the desktop and of the terminal.
 *
 * Several letters that arrive together are one notification. What comes from mail goes out as JSON on a
 * program's standard input, or as display text; never as an argument. */
#include "ui/news.h"

#include "base/later.h"
#include "base/safe_text.h"
#include "client/hooks.h"
#include "ui/ask.h"
#include "ui/common.h"
#include "ui/mailbox.h"

#define GATHER_MS  400
#define MAX_SINGLE 3   /* letters that are named */
#define RECENT_S   (24 * 3600)
#define LOOK_ROWS  500 /* of the index, newest first */
#define MAX_ASKED  20  /* of one change: a flood is told by its first */
#define OSC_COLS   200 /* of a text in a terminal's notification */

struct news {
	struct app *app;
	GPtrArray *arrived; /* "Ann Example: Budget", owned */
	json_t *last;	    /* the message of the last of them */
	GHashTable *seen;   /* ids of the newest messages that are no news; NULL before the first index */
	GHashTable *lost;   /* "ID ADDRESS ATTEMPTS" of recipients whom a letter failed; told once */
	guint timer;
};

struct news *
news_new(struct app *app)
{
	struct news *n = g_new0(struct news, 1);
	n->app = app;
	n->arrived = g_ptr_array_new_with_free_func(g_free);
	n->lost = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	return n;
}

void
news_free(struct news *n)
{
	if (n == NULL)
		return;
	if (n->timer != 0)
		g_source_remove(n->timer);
	g_ptr_array_unref(n->arrived);
	g_hash_table_unref(n->lost);
	json_decref(n->last);
	if (n->seen != NULL)
		g_hash_table_unref(n->seen);
	g_free(n);
}

static void
on_hook_failed(const char *text, void *user)
{
	struct app *app = user;
	if (!app->is_ended)
		app_error(app, "%s", text);
}

static void
run_hook(struct app *app, const char *key, json_t *obj)
{
	json_object_set_new(obj, "event", json_string(key));
	(void)hooks_run(app->rc, "hooks", key, obj, on_hook_failed, app);
}

void
news_hook(struct app *app, const char *key)
{
	run_hook(app, key, json_object());
}

/* notifications */

/* A text for an OSC sequence: display text without the sign that parts its fields. */
static char *
osc_text(const char *text)
{
	char *line = safe_line(text);
	line[safe_text_fit(line, OSC_COLS, NULL)] = '\0';
	return g_strdelimit(line, ";", ',');
}

static void
tell_terminal(struct app *app, const char *summary, const char *body)
{
	const char *how = rc_string(app->rc, "notify", NULL, "terminal");
	char *title = osc_text(summary), *text = osc_text(body);
	if (g_str_equal(how, "bell"))
		term_report("\a");
	else if (!g_str_equal(how, "no")) {
		char *bytes = g_str_equal(how, "osc777")
		    ? g_strdup_printf("\033]777;notify;%s;%s\a", title, text)
		    : g_strdup_printf("\033]9;%s: %s\a", title, text);
		term_report(bytes);
		g_free(bytes);
	}
	g_free(title);
	g_free(text);
}

static bool
has_session_bus(void)
{
	const char *runtime = g_getenv("XDG_RUNTIME_DIR");
	if (g_getenv("DBUS_SESSION_BUS_ADDRESS") != NULL)
		return true;
	char *path = runtime != NULL ? g_build_filename(runtime, "bus", NULL) : NULL;
	bool found = path != NULL && g_file_test(path, G_FILE_TEST_EXISTS);
	g_free(path);
	return found;
}

static void
notify(struct app *app, const char *summary, const char *body, const json_t *message)
{
	json_t *obj = json_pack("{s:o, s:o}", "summary", jsonl_text(summary, -1), "body",
	    jsonl_text(body, -1));
	tell_terminal(app, summary, body);
	if (message != NULL)
		json_object_set(obj, "message", (json_t *)(guintptr)message);
	if (hooks_run(app->rc, "notify", "command", json_incref(obj), on_hook_failed, app) ||
	    !rc_bool(app->rc, "notify", NULL, "desktop") || !has_session_bus())
		json_decref(obj);
	else
		(void)hooks_run_helper("penfold-notify", obj);
}

/* new mail */

static char *
author_of(const json_t *message)
{
	char *name, *address;
	common_address(json_object_get(message, "from"), &name, &address);
	if (*name == '\0') {
		g_free(name);
		return address;
	}
	g_free(address);
	return name;
}

static const char *
subject_of(const json_t *message)
{
	const char *subject = jsonl_string(message, "subject");
	return subject != NULL ? subject : "";
}

static gboolean
on_gathered(gpointer user)
{
	struct news *n = user;
	GString *body = g_string_new(NULL);
	guint count = n->arrived->len;
	n->timer = 0;
	for (guint i = 0; i < MIN(count, MAX_SINGLE); i++)
		g_string_append_printf(body, "%s%s", i > 0 ? " \xC2\xB7 " : "",
		    (const char *)n->arrived->pdata[i]);
	if (count > MAX_SINGLE)
		g_string_append_printf(body, " and %u more", count - MAX_SINGLE);
	app_say(n->app, "new: %s", body->str);
	if (count == 1) {
		char *who = author_of(n->last);
		notify(n->app, who, subject_of(n->last), n->last);
		g_free(who);
	} else {
		char *summary = g_strdup_printf("%u new messages", count);
		notify(n->app, summary, body->str, NULL);
		g_free(summary);
	}
	g_string_free(body, TRUE);
	g_ptr_array_set_size(n->arrived, 0);
	return G_SOURCE_REMOVE;
}

static void
on_message(const struct reply *reply, void *user)
{
	struct app *app = user;
	struct news *n = app->news;
	const json_t *message = reply->obj;
	if (reply->kind != REPLY_DONE || app->is_ended)
		return;
	char *who = author_of(message);
	g_ptr_array_add(n->arrived, g_strdup_printf("%s: %s", who, subject_of(message)));
	g_free(who);
	json_decref(n->last);
	n->last = json_deep_copy(message);
	run_hook(app, "new-mail", json_deep_copy(n->last));
	if (n->timer == 0)
		n->timer = g_timeout_add(GATHER_MS, on_gathered, n);
}

static bool
is_in_inbox(const struct row_index *index, const struct row *row)
{
	for (guint32 i = 0; i < row->n_folders; i++) {
		struct row_folder f;
		if (row_index_folder(index, row->folders[i].folder, &f) && g_str_equal(f.role, "inbox"))
			return true;
	}
	return false;
}

static bool
is_news(const struct row_index *index, const struct row *row, gint64 now)
{
	return (row->flags & ROW_UNREAD) != 0 && !row_has_tag(row, LATER_MUTED) &&
	    !later_sleeps(row->tags, now) && is_in_inbox(index, row);
}

/* Of the threads with mail of the last day, those whose newest message was not there before. Old mail that
 * is fetched for the first time is no news. */
void
news_rows_changed(struct app *app)
{
	struct news *n = app->news;
	const struct row_index *index = mailbox_index(app->mailbox);
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	bool is_first = n->seen == NULL;
	guint n_asked = 0;
	struct row row;
	if (is_first)
		n->seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (guint32 i = 0; i < LOOK_ROWS && row_index_get(index, i, &row) && row.date > now - RECENT_S; i++) {
		if (!g_hash_table_add(n->seen, g_strdup(row.id)) || is_first || n_asked >= MAX_ASKED ||
		    !is_news(index, &row, now))
			continue;
		n_asked++;
		ask_reader(app, NULL,
		    json_pack("{s:s, s:o}", "op", "message", "message_id", jsonl_text(row.id, -1)),
		    on_message, app);
	}
}

/* letters */

/* Is there somebody whom the letter will not reach, or may not have reached, of whom nothing was told yet? It may
 * still be on its way to others. */
static bool
has_lost_one(struct news *n, const json_t *entry)
{
	bool found = false;
	const json_t *r;
	size_t i;

	json_array_foreach(json_object_get(entry, "recipients"), i, r) {
		const char *state = jsonl_string(r, "state");
		if (g_strcmp0(state, "failed") == 0 || g_strcmp0(state, "uncertain") == 0)
			found |= g_hash_table_add(n->lost, g_strdup_printf("%s %s %d", jsonl_string(entry, "id"),
			    jsonl_string(r, "address"), (int)jsonl_int(r, "attempts", 0)));
	}
	return found;
}

static void
on_entry(struct app *app, const json_t *entry)
{
	if (g_strcmp0(jsonl_string(entry, "state"), "sent") == 0)
		run_hook(app, "sent", json_deep_copy(entry));
	if (has_lost_one(app->news, entry))
		run_hook(app, "failed", json_deep_copy(entry));
}

void
news_notice(struct app *app, const struct client_notice *notice)
{
	if (notice->kind == CLIENT_QUEUE_CHANGED && notice->obj != NULL &&
	    g_strcmp0(jsonl_string(notice->obj, "event"), "entry") == 0)
		on_entry(app, json_object_get(notice->obj, "entry"));
}
