/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox_places.c - the places of a mailbox: roles over all accounts, the tree of folders, searches. */
#include "ui/mailbox.h"

#include "base/later.h"

#include <string.h>

static const char *const roles[] = {"sent", "archive", "junk", "trash"};

static bool
has_role(const struct mailbox *m, const char *role)
{
	struct place *p = place_role(role);
	guint64 unread, total;
	mailbox_counts(m, p, &unread, &total);
	place_free(p);
	return total > 0;
}

/* the tree of folders */

/* A folder without a role, and what it is sorted by: a branch is followed by what hangs on it. */
struct leaf {
	char *key;
	struct row_folder folder;
};

static int
compare_leaves(gconstpointer a, gconstpointer b)
{
	return strcmp(((const struct leaf *)a)->key, ((const struct leaf *)b)->key);
}

static void
leaf_clear(gpointer leaf)
{
	g_free(((struct leaf *)leaf)->key);
}

static GArray *
leaves_of(struct app *app)
{
	const struct row_index *index = mailbox_index(app->mailbox);
	GArray *leaves = g_array_new(FALSE, FALSE, sizeof(struct leaf));
	g_array_set_clear_func(leaves, leaf_clear);
	for (guint32 i = 0; index != NULL && i < row_index_n_folders(index); i++) {
		struct leaf leaf;
		if (!row_index_folder(index, i, &leaf.folder) || *leaf.folder.role != '\0' ||
		    leaf.folder.total == 0)
			continue;
		char *folded = g_utf8_casefold(leaf.folder.folder, -1);
		leaf.key = g_strconcat(leaf.folder.account, "\001", folded, NULL);
		g_strdelimit(leaf.key, "/", '\001');
		g_free(folded);
		g_array_append_val(leaves, leaf);
	}
	g_array_sort(leaves, compare_leaves);
	return leaves;
}

/* Is `folder` of the account below `branch`? Everything is below "". */
static bool
is_below(const struct row_folder *f, const char *account, const char *branch)
{
	size_t n = strlen(branch);
	return g_str_equal(f->account, account) &&
	    (n == 0 || (g_str_has_prefix(f->folder, branch) && f->folder[n] == '/'));
}

struct tree {
	struct app *app;
	GPtrArray *places;
	bool has_accounts; /* each account is a branch of its own */
	char *account;	   /* of the branch that was begun last; NULL for none */
};

/* Add a branch or a folder; true when it is folded. */
static bool
add_node(struct tree *t, struct place *p, int depth, bool is_branch)
{
	p->depth = depth;
	p->is_branch = is_branch;
	g_ptr_array_add(t->places, p);
	return is_branch && mailbox_is_folded(t->app->mailbox, p);
}

/* The branches above this folder that the folder before it is not below of; true when one is folded. */
static bool
add_branches(struct tree *t, const struct row_folder *f, const struct row_folder *before)
{
	int depth = t->has_accounts ? 1 : 0;
	bool is_folded = false;
	if (t->has_accounts && (before == NULL || !g_str_equal(before->account, f->account)))
		is_folded = add_node(t, place_tree(f->account, ""), 0, true);
	for (const char *slash = f->folder; !is_folded && (slash = strchr(slash, '/')) != NULL; slash++, depth++) {
		char *branch = g_strndup(f->folder, (gsize)(slash - f->folder));
		bool is_there = before != NULL &&
		    (is_below(before, f->account, branch) ||
			(g_str_equal(before->account, f->account) && g_str_equal(before->folder, branch)));
		if (!is_there)
			is_folded = add_node(t, place_tree(f->account, branch), depth, true);
		g_free(branch);
	}
	return is_folded;
}

static int
depth_of(const struct tree *t, const struct row_folder *f)
{
	int depth = t->has_accounts ? 1 : 0;
	for (const char *p = f->folder; *p != '\0'; p++)
		depth += *p == '/';
	return depth;
}

/* Is the folder hidden by a place of the tree that is folded? */
static bool
is_hidden(const struct tree *t, const struct row_folder *f)
{
	for (guint i = t->places->len; i > 0; i--) {
		const struct place *p = t->places->pdata[i - 1];
		if (p->is_branch && p->folder != NULL && is_below(f, p->account, p->folder) &&
		    mailbox_is_folded(t->app->mailbox, p))
			return true;
	}
	return false;
}

static void
add_folders(struct app *app, GPtrArray *places)
{
	GArray *leaves = leaves_of(app);
	const struct rc_account *const *accounts = rc_accounts(app->rc);
	struct tree t = {.app = app,
	    .places = places,
	    .has_accounts = accounts[0] != NULL && accounts[1] != NULL};
	for (guint i = 0; i < leaves->len; i++) {
		const struct row_folder *f = &g_array_index(leaves, struct leaf, i).folder;
		const struct row_folder *before =
		    i > 0 ? &g_array_index(leaves, struct leaf, i - 1).folder : NULL;
		const struct row_folder *next =
		    i + 1 < leaves->len ? &g_array_index(leaves, struct leaf, i + 1).folder : NULL;
		if (is_hidden(&t, f) || add_branches(&t, f, before))
			continue;
		add_node(&t, place_folder(f->account, f->folder, f->role), depth_of(&t, f),
		    next != NULL && is_below(next, f->account, f->folder));
	}
	g_array_unref(leaves);
}

/* all of it */

static void
add_inboxes(struct app *app, GPtrArray *places)
{
	const struct rc_account *const *accounts = rc_accounts(app->rc);
	struct place *p = place_role("inbox");
	p->is_branch = accounts[0] != NULL && accounts[1] != NULL;
	g_ptr_array_add(places, p);
	if (!p->is_branch || mailbox_is_folded(app->mailbox, p))
		return;
	for (size_t i = 0; accounts[i] != NULL; i++) {
		struct place *inbox = place_folder(accounts[i]->name, accounts[i]->inbox, "inbox");
		inbox->depth = 1;
		g_ptr_array_add(places, inbox);
	}
}

static void
add_query(const char *name, const char *query, void *places)
{
	g_ptr_array_add(places, place_search(name, query));
}

static void
add_searches(struct app *app, GPtrArray *places)
{
	const char *const *names = rc_names(app->rc, "search");
	for (size_t i = 0; names[i] != NULL; i++) {
		const char *query = rc_string(app->rc, "search", names[i], "query");
		if (query != NULL)
			g_ptr_array_add(places, place_search(names[i], query));
	}
	mailbox_each_query(app->mailbox, add_query, places);
	if (mailbox_n_snoozed(app->mailbox) > 0)
		g_ptr_array_add(places, place_search("Snoozed", "tag:" LATER_SNOOZED));
	if (mailbox_n_awaiting(app->mailbox) > 0)
		g_ptr_array_add(places, place_search("Awaited", "tag:" LATER_AWAITING));
}

GPtrArray *
mailbox_places(struct app *app)
{
	GPtrArray *places = g_ptr_array_new_with_free_func((GDestroyNotify)place_free);
	add_inboxes(app, places);
	g_ptr_array_add(places, place_special(PLACE_DRAFTS));
	g_ptr_array_add(places, place_special(PLACE_OUTBOX));
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
		if (has_role(app->mailbox, roles[i]))
			g_ptr_array_add(places, place_role(roles[i]));
	add_folders(app, places);
	add_searches(app, places);
	g_ptr_array_add(places, place_special(PLACE_ALL));
	return places;
}

/* by name */

static char *
folded(const char *text)
{
	return g_utf8_casefold(text, -1);
}

static bool
contains_folded(const char *text, const char *word)
{
	char *a = folded(text), *b = folded(word);
	bool found = strstr(a, b) != NULL;
	g_free(a);
	g_free(b);
	return found;
}

static bool
begins_folded(const char *text, const char *word)
{
	char *a = folded(text), *b = folded(word);
	bool found = g_str_has_prefix(a, b);
	g_free(a);
	g_free(b);
	return found;
}

/* Every role has a place even before there is mail in it, and every folder one by its own name too,
 * e.g. one account's Sent, or one that a folded branch hides. */
static GPtrArray *
all_places(struct app *app)
{
	GPtrArray *places = mailbox_places(app);
	for (size_t i = 0; i < G_N_ELEMENTS(roles); i++)
		if (!has_role(app->mailbox, roles[i]))
			g_ptr_array_add(places, place_role(roles[i]));
	const struct row_index *index = mailbox_index(app->mailbox);
	for (guint32 i = 0; index != NULL && i < row_index_n_folders(index); i++) {
		struct row_folder f;
		if (row_index_folder(index, i, &f))
			g_ptr_array_add(places, place_folder(f.account, f.folder, f.role));
	}
	return places;
}

GPtrArray *
mailbox_folder_names(struct app *app, const char *word, bool wants_targets)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	GPtrArray *places = all_places(app);
	for (guint i = 0; i < places->len; i++) {
		const struct place *p = places->pdata[i];
		bool takes_mail = p->kind == PLACE_ROLE || p->kind == PLACE_FOLDER;
		if (contains_folded(p->name, word) && (takes_mail || !wants_targets) &&
		    !g_ptr_array_find_with_equal_func(names, p->name, g_str_equal, NULL))
			g_ptr_array_add(names, g_strdup(p->name));
	}
	g_ptr_array_unref(places);
	return names;
}

/* The only place whose folder has this path within its account; NULL when there are several. */
static const struct place *
place_of_path(const GPtrArray *places, const char *path)
{
	const struct place *found = NULL;
	for (guint i = 0; i < places->len; i++) {
		const struct place *p = places->pdata[i];
		if ((p->kind != PLACE_FOLDER && p->kind != PLACE_TREE) || p->folder == NULL ||
		    g_ascii_strcasecmp(p->folder, path) != 0)
			continue;
		if (found != NULL && !place_equal(found, p) && g_strcmp0(found->account, p->account) != 0)
			return NULL;
		found = found == NULL || p->kind == PLACE_FOLDER ? p : found;
	}
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
		if (contains_folded(p->name, name) && !(part != NULL && place_equal(part, p))) {
			part = p;
			n_parts++;
		}
	}
	if (exact == NULL && *name != '\0')
		exact = place_of_path(places, name);
	const struct place *found = exact != NULL ? exact : beginning;
	if (found == NULL && n_parts == 1)
		found = part;
	struct place *copy = found != NULL ? place_copy(found) : NULL;
	g_ptr_array_unref(places);
	return copy;
}
