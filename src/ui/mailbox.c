/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox.c - the row index, mapped anew whenever the store has replaced it. */
#include "ui/mailbox.h"

#include "ui/ask.h"

#include <string.h>

struct mailbox {
	struct app *app;
	char *path;
	struct row_index *index;
	guint timer;
	struct ask ask;	     /* op rows */
	bool wants_another; /* a change came while it ran */
};

static gboolean
on_timer(gpointer user)
{
	mailbox_poll(user);
	return G_SOURCE_CONTINUE;
}

struct mailbox *
mailbox_new(struct app *app)
{
	struct mailbox *m = g_new0(struct mailbox, 1);
	m->app = app;
	m->path = g_build_filename(app->state_dir, "rows.idx", NULL);
	m->index = row_index_open(m->path, NULL);
	m->timer = g_timeout_add(1000, on_timer, app);
	return m;
}

void
mailbox_stop(struct mailbox *m)
{
	ask_drop(&m->ask);
}

void
mailbox_free(struct mailbox *m)
{
	if (m == NULL)
		return;
	g_source_remove(m->timer);
	row_index_close(m->index);
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
	if (m->index != NULL && !row_index_is_stale(m->index))
		return;
	struct row_index *fresh = row_index_open(m->path, NULL);
	if (fresh == NULL)
		return; /* deleted: a cache, and the old mapping is still good to read */
	row_index_close(m->index);
	m->index = fresh;
	for (guint i = 0; i < app->views->len; i++) {
		struct view *v = app->views->pdata[i];
		if (v->class->rows_changed != NULL)
			v->class->rows_changed(app, v);
	}
	app_redraw(app);
}

static void
on_rows(const struct reply *reply, void *user)
{
	struct mailbox *m = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&m->ask);
	if (reply->kind == REPLY_FAILED)
		app_error(m->app, "the list could not be renewed: %s", reply->error->message);
	mailbox_poll(m->app);
	if (m->wants_another)
		mailbox_refresh(m->app);
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
	ask_store(app, &m->ask, json_pack("{s:s}", "op", "rows"), on_rows, m);
}

void
mailbox_counts(const struct mailbox *m, const struct place *p, guint64 *unread_out,
    guint64 *total_out)
{
	*unread_out = *total_out = 0;
	for (guint32 i = 0; m->index != NULL && i < row_index_n_folders(m->index); i++) {
		struct row_folder f;
		if (!row_index_folder(m->index, i, &f) || !place_has_folder(p, &f))
			continue;
		*unread_out += f.unread;
		*total_out += f.total;
	}
}

static bool
has_role(const struct mailbox *m, const char *role)
{
	struct place *p = place_role(role);
	guint64 unread, total;
	mailbox_counts(m, p, &unread, &total);
	place_free(p);
	return total > 0;
}

static int
compare_places(gconstpointer a, gconstpointer b)
{
	const struct place *p = *(const struct place *const *)a;
	const struct place *q = *(const struct place *const *)b;
	return g_utf8_collate(p->name, q->name);
}

/* Folders without a role, of all accounts, by name. */
static void
add_other_folders(struct app *app, GPtrArray *places)
{
	const struct row_index *index = app->mailbox->index;
	GPtrArray *others = g_ptr_array_new();
	for (guint32 i = 0; index != NULL && i < row_index_n_folders(index); i++) {
		struct row_folder f;
		if (row_index_folder(index, i, &f) && *f.role == '\0' && f.total > 0)
			g_ptr_array_add(others, place_folder(f.account, f.folder, f.role));
	}
	g_ptr_array_sort(others, compare_places);
	for (guint i = 0; i < others->len; i++)
		g_ptr_array_add(places, others->pdata[i]);
	g_ptr_array_free(others, TRUE);
}

GPtrArray *
mailbox_places(struct app *app)
{
	static const char *const roles[] = {"sent", "archive", "junk", "trash"};
	GPtrArray *places = g_ptr_array_new_with_free_func((GDestroyNotify)place_free);
	const struct rc_account *const *accounts = rc_accounts(app->rc);
	g_ptr_array_add(places, place_role("inbox"));
	if (accounts[0] != NULL && accounts[1] != NULL)
		for (size_t i = 0; accounts[i] != NULL; i++)
			g_ptr_array_add(places,
			    place_folder(accounts[i]->name, accounts[i]->inbox, "inbox"));
	g_ptr_array_add(places, place_special(PLACE_DRAFTS));
	g_ptr_array_add(places, place_special(PLACE_OUTBOX));
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
		if (has_role(app->mailbox, roles[i]))
			g_ptr_array_add(places, place_role(roles[i]));
	add_other_folders(app, places);
	const char *const *names = rc_names(app->rc, "search");
	for (size_t i = 0; names[i] != NULL; i++) {
		const char *query = rc_string(app->rc, "search", names[i], "query");
		if (query != NULL)
			g_ptr_array_add(places, place_search(names[i], query));
	}
	g_ptr_array_add(places, place_special(PLACE_ALL));
	return places;
}

static bool
contains_folded(const char *text, const char *word)
{
	char *a = g_utf8_casefold(text, -1);
	char *b = g_utf8_casefold(word, -1);
	bool found = strstr(a, b) != NULL;
	g_free(a);
	g_free(b);
	return found;
}

/* Every role has a place even before there is mail in it, and every folder one by its own name too,
 * e.g. one account's Sent. */
static GPtrArray *
all_places(struct app *app)
{
	static const char *const roles[] = {"sent", "archive", "junk", "trash"};
	GPtrArray *places = mailbox_places(app);
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
		if (!has_role(app->mailbox, roles[i]))
			g_ptr_array_add(places, place_role(roles[i]));
	const struct row_index *index = app->mailbox->index;
	for (guint32 i = 0; index != NULL && i < row_index_n_folders(index); i++) {
		struct row_folder f;
		if (row_index_folder(index, i, &f) && *f.role != '\0')
			g_ptr_array_add(places, place_folder(f.account, f.folder, f.role));
	}
	return places;
}

GPtrArray *
mailbox_folder_names(struct app *app, const char *word)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	GPtrArray *places = all_places(app);
	for (guint i = 0; i < places->len; i++) {
		const struct place *p = places->pdata[i];
		if (contains_folded(p->name, word) &&
		    !g_ptr_array_find_with_equal_func(names, p->name, g_str_equal, NULL))
			g_ptr_array_add(names, g_strdup(p->name));
	}
	g_ptr_array_unref(places);
	return names;
}

static bool
begins_folded(const char *text, const char *word)
{
	char *a = g_utf8_casefold(text, -1);
	char *b = g_utf8_casefold(word, -1);
	bool found = g_str_has_prefix(a, b);
	g_free(a);
	g_free(b);
	return found;
}

struct place *
mailbox_find_place(struct app *app, const char *name)
{
	GPtrArray *places = all_places(app);
	const struct place *exact = NULL, *beginning = NULL, *part = NULL;
	unsigned n_parts = 0;
	for (guint i = 0; i < places->len; i++) {
		const struct place *p = places->pdata[i];
		if (exact == NULL && g_ascii_strcasecmp(p->name, name) == 0)
			exact = p;
		if (beginning == NULL && begins_folded(p->name, name))
			beginning = p;
		if (contains_folded(p->name, name)) {
			part = p;
			n_parts++;
		}
	}
	const struct place *found = exact != NULL ? exact : beginning;
	if (found == NULL && n_parts == 1)
		found = part;
	struct place *copy = found != NULL ? place_copy(found) : NULL;
	g_ptr_array_unref(places);
	return copy;
}
