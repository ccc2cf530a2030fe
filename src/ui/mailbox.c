/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox.c - the row index, mapped anew whenever the store has replaced it. */
#include "ui/mailbox.h"

#include "base/file.h"
#include "ui/ahead.h"
#include "ui/ask.h"
#include "ui/news.h"
#include "ui/pending.h"
#include "ui/tabs.h"
#include "ui/undo.h"

#include <string.h>
#include <sys/stat.h>

#define MAX_FOLDED 1000

struct mailbox {
	struct app *app;
	char *path;
	char *database; /* a file that changes with every commit to it */
	gint64 written; /* its time and number when the index was last asked for */
	struct row_index *index;
	guint timer;
	struct ask ask;	     /* op rows */
	bool wants_another; /* a change came while it ran */
	char *trouble;	    /* why the last one failed; NULL when it did not */

	GHashTable *queries; /* name -> query: notmuch's saved searches */
	struct ask query_ask;
	GHashTable *folded; /* names of branches of the folder tree */
	guint n_snoozed, n_awaiting;
	struct pending *pending; /* deeds that the index does not know yet */
};

/* Has another program written to the database: `penfold deliver`, notmuch? Glass replaces or rewrites this
 * small file with every commit. What our own helpers do is told by them. */
static gint64
time_of_database(const struct mailbox *m)
{
	struct stat st;
	if (stat(m->database, &st) != 0)
		return 0;
	return (gint64)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec + (gint64)st.st_ino;
}

static bool
is_written_by_others(const struct mailbox *m)
{
	return !client_is_indexing(m->app->client) && !ask_is_open(&m->ask) &&
	    time_of_database(m) != m->written;
}

static gboolean
on_timer(gpointer user)
{
	struct app *app = user;
	if (is_written_by_others(app->mailbox)) {
		mailbox_refresh(app);
		if (!app->is_read_only)
			client_judge(app->client); /* what was delivered has no verdict yet */
	}
	mailbox_poll(app);
	return G_SOURCE_CONTINUE;
}

/* folded branches, remembered over runs */

static char *
folded_path(const struct mailbox *m)
{
	return g_build_filename(m->app->state_dir, "folded", NULL);
}

static void
read_folded(struct mailbox *m)
{
	char *path = folded_path(m), *text = NULL;
	if (g_file_get_contents(path, &text, NULL, NULL)) {
		char **names = g_strsplit(text, "\n", MAX_FOLDED);
		for (size_t i = 0; names[i] != NULL; i++)
			if (*names[i] != '\0')
				g_hash_table_add(m->folded, g_strdup(names[i]));
		g_strfreev(names);
	}
	g_free(text);
	g_free(path);
}

/* A comfort: what cannot be written is open again next time. */
static void
write_folded(const struct mailbox *m)
{
	char *path = folded_path(m);
	GString *text = g_string_new(NULL);
	GHashTableIter iter;
	gpointer name;
	g_hash_table_iter_init(&iter, m->folded);
	while (g_hash_table_iter_next(&iter, &name, NULL))
		g_string_append_printf(text, "%s\n", (const char *)name);
	(void)file_write_quick(path, text->str, text->len, 0600, NULL);
	g_string_free(text, TRUE);
	g_free(path);
}

bool
mailbox_is_folded(const struct mailbox *m, const struct place *p)
{
	return g_hash_table_contains(m->folded, p->name);
}

static void
fold(struct mailbox *m, const struct place *p, bool want)
{
	if (want)
		g_hash_table_add(m->folded, g_strdup(p->name));
	else
		g_hash_table_remove(m->folded, p->name);
}

void
mailbox_fold(struct mailbox *m, const struct place *p, bool want)
{
	fold(m, p, want);
	write_folded(m);
}

void
mailbox_fold_branches(struct mailbox *m, const GPtrArray *places, bool want)
{
	for (guint i = 0; i < places->len; i++) {
		const struct place *p = places->pdata[i];
		if (p->is_branch)
			fold(m, p, want);
	}
	write_folded(m);
}

struct mailbox *
mailbox_new(struct app *app)
{
	struct mailbox *m = g_new0(struct mailbox, 1);
	m->app = app;
	m->path = g_build_filename(app->state_dir, "rows.idx", NULL);
	m->database = g_build_filename(app->mail_root, ".notmuch", "xapian", "iamglass", NULL);
	m->index = row_index_open(m->path, NULL);
	m->queries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	m->folded = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	read_folded(m);
	m->pending = pending_new(app);
	m->timer = g_timeout_add(1000, on_timer, app);
	return m;
}

void
mailbox_stop(struct mailbox *m)
{
	ask_drop(&m->ask);
	ask_drop(&m->query_ask);
}

void
mailbox_free(struct mailbox *m)
{
	if (m == NULL)
		return;
	g_source_remove(m->timer);
	pending_free(m->pending);
	row_index_close(m->index);
	g_hash_table_unref(m->queries);
	g_hash_table_unref(m->folded);
	g_free(m->database);
	g_free(m->trouble);
	g_free(m->path);
	g_free(m);
}

const struct row_index *
mailbox_index(const struct mailbox *m)
{
	return m->index;
}

void
mailbox_poll(struct app *app)
{
	struct mailbox *m = app->mailbox;
	if (m->index != NULL && (!row_index_is_stale(m->index) || undo_is_turning(app)))
		return; /* what was taken back is asked for again when it is done */
	struct row_index *fresh = row_index_open(m->path, NULL);
	if (fresh == NULL)
		return; /* deleted: a cache, and the old mapping is still good to read */
	row_index_close(m->index);
	m->index = fresh;
	GPtrArray *views = tabs_views(app);
	for (guint i = 0; i < views->len; i++) {
		struct view *v = views->pdata[i];
		if (v->class->rows_changed != NULL)
			v->class->rows_changed(app, v);
	}
	g_ptr_array_unref(views);
	pending_changed(m->pending);
	ahead_doubt(app);
	news_rows_changed(app);
	app_redraw(app);
}

static void
on_rows(const struct reply *reply, void *user)
{
	struct mailbox *m = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&m->ask);
	g_clear_pointer(&m->trouble, g_free);
	if (reply->kind == REPLY_FAILED) {
		m->trouble = g_strdup(reply->error->message);
		app_error(m->app, "the list could not be renewed: %s", reply->error->message);
	}
	mailbox_poll(m->app);
	if (m->wants_another)
		mailbox_refresh(m->app);
}

const char *
mailbox_trouble(const struct mailbox *m)
{
	return m->trouble;
}

void
mailbox_refresh(struct app *app)
{
	struct mailbox *m = app->mailbox;
	if (ask_is_open(&m->ask)) {
		m->wants_another = true;
		return;
	}
	m->wants_another = false;
	m->written = time_of_database(m);
	ask_store(app, &m->ask, json_pack("{s:s}", "op", "rows"), on_rows, m);
}

void
mailbox_counts(const struct mailbox *m, const struct place *p, guint64 *unread_out,
    guint64 *total_out)
{
	gint64 unread = 0;
	*unread_out = *total_out = 0;
	for (guint32 i = 0; m->index != NULL && i < row_index_n_folders(m->index); i++) {
		struct row_folder f;
		if (!row_index_folder(m->index, i, &f) || !place_has_folder(p, &f))
			continue;
		unread += MAX((gint64)f.unread + pending_unread(m->pending, i), 0);
		*total_out += f.total;
	}
	*unread_out = (guint64)unread;
}

void
mailbox_deeds_changed(struct mailbox *m)
{
	pending_changed(m->pending);
}

/* saved searches and what is put off */

bool
mailbox_has_query(const struct mailbox *m, const char *name)
{
	return g_hash_table_contains(m->queries, name);
}

static int
compare_texts(gconstpointer a, gconstpointer b)
{
	return g_utf8_collate(a, b);
}

void
mailbox_each_query(const struct mailbox *m, void (*fn)(const char *name, const char *query, void *user),
    void *user)
{
	GList *names = g_list_sort(g_hash_table_get_keys(m->queries), compare_texts);
	for (const GList *n = names; n != NULL; n = n->next)
		fn(n->data, g_hash_table_lookup(m->queries, n->data), user);
	g_list_free(names);
}

static void
on_queries(const struct reply *reply, void *user)
{
	struct mailbox *m = user;
	size_t i;
	json_t *q;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&m->query_ask);
	if (reply->kind == REPLY_FAILED)
		return; /* there may be no database yet */
	g_hash_table_remove_all(m->queries);
	json_array_foreach(json_object_get(reply->obj, "queries"), i, q)
	{
		const char *name = jsonl_string(q, "name"), *query = jsonl_string(q, "query");
		if (name != NULL && query != NULL)
			g_hash_table_insert(m->queries, g_strdup(name), g_strdup(query));
	}
	app_redraw(m->app);
}

void
mailbox_ask_queries(struct app *app)
{
	ask_reader(app, &app->mailbox->query_ask, json_pack("{s:s}", "op", "queries"), on_queries,
	    app->mailbox);
}

static void
on_query_saved(const struct reply *reply, void *user)
{
	struct app *app = user;
	if (reply->kind == REPLY_FAILED)
		app_error(app, "%s", reply->error->message);
	if (reply->kind != REPLY_EVENT && !app->is_ended)
		mailbox_ask_queries(app);
}

void
mailbox_save_query(struct app *app, const char *name, const char *query)
{
	json_t *obj = json_pack("{s:s, s:o, s:o}", "op", "query-save", "name", jsonl_text(name, -1),
	    "query", jsonl_text(query, -1));
	ask_store(app, NULL, obj, on_query_saved, app);
	app_say(app, *query != '\0' ? "kept as %s, at the left; the same name without a search takes it away"
				    : "%s is kept no longer",
	    name);
}

void
mailbox_put_off(struct mailbox *m, guint n_snoozed, guint n_awaiting)
{
	m->n_snoozed = n_snoozed;
	m->n_awaiting = n_awaiting;
}

guint
mailbox_n_snoozed(const struct mailbox *m)
{
	return m->n_snoozed;
}

guint
mailbox_n_awaiting(const struct mailbox *m)
{
	return m->n_awaiting;
}
