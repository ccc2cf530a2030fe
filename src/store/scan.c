/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tree and the index side by side, folder by folder, without recursion. */
#include "store/scan.h"

#include "base/limits.h"
#include "store/index_files.h"
#include "store/maildir.h"
#include "store/maildir_name.h"
#include "store/standin.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SETTLED_S 2	  /* a folder changed so recently may change again within its time stamp */
#define TMP_AGE_S (36 * 3600) /* maildir(5): what is older in tmp/ was given up */

struct seen_dir {
	char *path;
	gint64 mtime_ns;
};

struct scanning {
	struct index *ix;
	notmuch_database_t *db;
	char *uuid;
	GQueue todo;	  /* owned paths, each with its depth as prefix character */
	GPtrArray *added; /* paths on disk that the index lacks */
	GPtrArray *gone;  /* names in the index that the disk lacks */
	GPtrArray *seen;  /* struct seen_dir */
	GError *error;
};

static void
free_seen(gpointer item)
{
	struct seen_dir *seen = item;

	g_free(seen->path);
	g_free(seen);
}

static void
push(struct scanning *s, const char *path, unsigned depth)
{
	if (depth < LIMIT_FOLDER_DEPTH)
		g_queue_push_tail(&s->todo, g_strdup_printf("%c%s", (int)(depth + 1), path));
}

/* new.ignore: plain names, or /regular expressions/ on the path below the root. */
static bool
is_ignored(struct index *ix, const char *path, const char *name)
{
	const char *const *rules = index_ignored(ix);

	for (size_t i = 0; rules[i] != NULL; i++) {
		size_t len = strlen(rules[i]);
		char *expression;
		bool hit;

		if (len < 2 || rules[i][0] != '/' || rules[i][len - 1] != '/') {
			if (strcmp(rules[i], name) == 0)
				return true;
			continue;
		}
		expression = g_strndup(rules[i] + 1, len - 2);
		hit = g_regex_match_simple(expression, index_relative(ix, path), 0, 0);
		g_free(expression);
		if (hit)
			return true;
	}
	return false;
}

static bool
is_own(const char *name)
{
	return strcmp(name, ".notmuch") == 0 || strcmp(name, ".penfold") == 0;
}

/* Names of the index in one directory, absolute. */
static GHashTable *
indexed_names(struct scanning *s, const char *path)
{
	GHashTable *out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	notmuch_directory_t *dir = NULL;
	notmuch_filenames_t *names;

	if (notmuch_database_get_directory(s->db, path, &dir) != NOTMUCH_STATUS_SUCCESS || dir == NULL)
		return out;
	names = notmuch_directory_get_child_files(dir);
	for (; names != NULL && notmuch_filenames_valid(names); notmuch_filenames_move_to_next(names))
		g_hash_table_add(out,
		    g_strconcat(path, "/", notmuch_filenames_get(names), NULL));
	if (names != NULL)
		notmuch_filenames_destroy(names);
	notmuch_directory_destroy(dir);
	return out;
}

/* Directories that the index knows and the disk has no more: all their files are gone. */
static void
push_vanished(struct scanning *s, const char *path, unsigned depth)
{
	notmuch_directory_t *dir = NULL;
	notmuch_filenames_t *names;

	if (notmuch_database_get_directory(s->db, path, &dir) != NOTMUCH_STATUS_SUCCESS || dir == NULL)
		return;
	names = notmuch_directory_get_child_directories(dir);
	for (; names != NULL && notmuch_filenames_valid(names); notmuch_filenames_move_to_next(names)) {
		const char *name = notmuch_filenames_get(names);
		char *child = g_strconcat(path, "/", name, NULL);

		if (!is_own(name) && access(child, F_OK) != 0)
			push(s, child, depth + 1);
		g_free(child);
	}
	if (names != NULL)
		notmuch_filenames_destroy(names);
	notmuch_directory_destroy(dir);
}

/* A file of the index that state.db has not met. */
static void
adopt(struct scanning *s, const char *path)
{
	char *key = index_key(s->ix, path);
	struct state_file *known = state_file_get(index_state(s->ix), key);
	notmuch_message_t *message = NULL;
	struct stat st;

	if (known == NULL && stat(path, &st) == 0 &&
	    notmuch_database_find_message_by_filename(s->db, path, &message) ==
		NOTMUCH_STATUS_SUCCESS &&
	    message != NULL) {
		char *id = g_strdup(notmuch_message_get_message_id(message));
		struct state_file file = { key, NULL, id, notmuch_message_get_date(message),
			st.st_size, st.st_mtime, (gint64)st.st_ino };

		if (s->error == NULL)
			(void)state_file_put(index_state(s->ix), &file, &s->error);
		g_free(id);
	}
	if (message != NULL)
		notmuch_message_destroy(message);
	state_file_free(known);
	g_free(key);
}

static bool
has_standin(struct scanning *s, const char *path)
{
	char *key = index_key(s->ix, path);
	struct state_standin *standin = state_standin_of_key(index_state(s->ix), key);
	bool has = standin != NULL;

	state_standin_free(standin);
	g_free(key);
	return has;
}

static void
see_file(struct scanning *s, GHashTable *indexed, const char *path)
{
	struct stat st;

	if (g_hash_table_remove(indexed, path))
		adopt(s, path);
	else if (stat(path, &st) == 0 && S_ISREG(st.st_mode) && !has_standin(s, path))
		g_ptr_array_add(s->added, g_strdup(path));
}

/* Left-overs of interrupted deliveries. */
static void
sweep_tmp(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	const char *name;
	struct stat st;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		char *file = g_strconcat(path, "/", name, NULL);

		if (lstat(file, &st) == 0 && S_ISREG(st.st_mode) &&
		    MAX(st.st_mtime, st.st_ctime) < now - TMP_AGE_S)
			(void)unlink(file);
		g_free(file);
	}
	if (dir != NULL)
		g_dir_close(dir);
}

/* A link to a folder that the scan meets anyway: following it would find all its mail twice, or go
 * in circles. */
static bool
is_inner_link(struct scanning *s, const char *path)
{
	char *target = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? realpath(path, NULL) : NULL;
	char *root = target != NULL ? realpath(index_root(s->ix), NULL) : NULL;
	bool inner = root != NULL && g_str_has_prefix(target, root) &&
	    (target[strlen(root)] == '/' || target[strlen(root)] == '\0');

	free(target);
	free(root);
	return inner;
}

/* One entry of a directory that is no cur/ or new/. */
static void
see_entry(struct scanning *s, GHashTable *indexed, const char *path, const char *name,
    unsigned depth, bool is_maildir)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return;
	if (S_ISDIR(st.st_mode) && is_maildir && strcmp(name, "tmp") == 0)
		sweep_tmp(path);
	else if (S_ISDIR(st.st_mode) && !is_inner_link(s, path))
		push(s, path, depth + 1);
	else if (S_ISREG(st.st_mode) && !is_maildir && name[0] != '.')
		see_file(s, indexed, path);
}

static bool
is_dir(const char *path, const char *below)
{
	char *child = g_strconcat(path, below, NULL);
	bool yes = g_file_test(child, G_FILE_TEST_IS_DIR);

	g_free(child);
	return yes;
}

static void
see_dir(struct scanning *s, const char *path, unsigned depth)
{
	GHashTable *indexed = indexed_names(s, path);
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *slash = strrchr(path, '/');
	bool is_leaf = strcmp(slash, "/cur") == 0 || strcmp(slash, "/new") == 0;
	bool is_maildir = is_dir(path, "/cur") && is_dir(path, "/new");
	const char *name;
	GHashTableIter iter;
	gpointer left;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		char *child = g_strconcat(path, "/", name, NULL);

		if (is_own(name) || is_ignored(s->ix, child, name))
			g_hash_table_remove(indexed, child);
		else if (is_leaf && name[0] != '.')
			see_file(s, indexed, child);
		else if (!is_leaf)
			see_entry(s, indexed, child, name, depth, is_maildir);
		g_free(child);
	}
	if (dir != NULL)
		g_dir_close(dir);
	g_hash_table_iter_init(&iter, indexed);
	while (g_hash_table_iter_next(&iter, &left, NULL))
		g_ptr_array_add(s->gone, g_strdup(left));
	g_hash_table_unref(indexed);
	push_vanished(s, path, depth);
}

/* cur/ and new/ that did not change since they were seen are passed over. */
static void
visit(struct scanning *s, const char *path, unsigned depth)
{
	struct seen_dir *seen;
	struct stat st;
	gint64 mtime_ns;

	if (stat(path, &st) != 0) {
		see_dir(s, path, depth);
		return;
	}
	mtime_ns = (gint64)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
	if ((g_str_has_suffix(path, "/cur") || g_str_has_suffix(path, "/new"))) {
		if (state_scanned_get(index_state(s->ix), path, s->uuid) == mtime_ns)
			return;
		if (st.st_mtime < g_get_real_time() / G_USEC_PER_SEC - SETTLED_S) {
			seen = g_new0(struct seen_dir, 1);
			seen->path = g_strdup(path);
			seen->mtime_ns = mtime_ns;
			g_ptr_array_add(s->seen, seen);
		}
	}
	see_dir(s, path, depth);
}

/* Real files behind stand-ins are not in the index: ask the disk. */
static void
see_standins(struct scanning *s, const char *start)
{
	GPtrArray *all = state_standins(index_state(s->ix));

	for (guint i = 0; i < all->len; i++) {
		const struct state_standin *standin = g_ptr_array_index(all, i);
		char *path = g_strconcat(index_root(s->ix), "/", standin->path, NULL);
		char *now = index_locate(path);

		if (now == NULL && g_str_has_prefix(path, start))
			g_ptr_array_add(s->gone, g_strdup(path));
		g_free(now);
		g_free(path);
	}
	g_ptr_array_unref(all);
}

/* Pure comparison: nothing but state.db is written. */
static bool
compare(struct scanning *s, const char *start, GError **error)
{
	const char *uuid = NULL;
	char *next;
	bool ok;

	s->db = index_reader(s->ix, error);
	if (s->db == NULL || !state_begin(index_state(s->ix), error))
		return false;
	(void)notmuch_database_get_revision(s->db, &uuid);
	s->uuid = g_strdup(uuid);
	push(s, start, 0);
	while ((next = g_queue_pop_head(&s->todo)) != NULL) {
		visit(s, next + 1, (unsigned)next[0] - 1);
		g_free(next);
	}
	see_standins(s, start);
	ok = s->error == NULL && state_commit(index_state(s->ix), error);
	if (s->error != NULL) {
		g_propagate_error(error, g_steal_pointer(&s->error));
		state_rollback(index_state(s->ix));
	}
	return ok;
}

static void
free_rename(gpointer item)
{
	struct index_rename *r = item;

	g_free(r->from);
	g_free(r->to);
	g_free(r);
}

/* Which of the gone names has the base of each added file? NULL values: more than one has. */
static GHashTable *
by_base(GPtrArray *gone)
{
	GHashTable *out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

	for (guint i = 0; i < gone->len; i++) {
		char *base = maildir_base(g_ptr_array_index(gone, i));
		bool is_known = g_hash_table_contains(out, base);

		g_hash_table_insert(out, base, is_known ? NULL : g_ptr_array_index(gone, i));
	}
	return out;
}

static void
drop_renamed(GPtrArray *gone, GPtrArray *renames)
{
	GHashTable *from = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < renames->len; i++)
		g_hash_table_add(from, ((struct index_rename *)g_ptr_array_index(renames, i))->from);
	for (guint i = gone->len; i > 0; i--)
		if (g_hash_table_contains(from, g_ptr_array_index(gone, i - 1)))
			g_ptr_array_remove_index_fast(gone, i - 1);
	g_hash_table_unref(from);
}

/* Take pairs of the same base out of both lists. */
static GPtrArray *
take_renames(struct scanning *s)
{
	GPtrArray *out = g_ptr_array_new_with_free_func(free_rename);
	GHashTable *bases = by_base(s->gone);

	for (guint i = 0; i < s->added->len;) {
		char *base = maildir_base(g_ptr_array_index(s->added, i));
		char *from = g_hash_table_lookup(bases, base);
		struct index_rename *r;

		if (from == NULL) {
			g_free(base);
			i++;
			continue;
		}
		r = g_new0(struct index_rename, 1);
		r->from = g_strdup(from);
		r->to = g_strdup(g_ptr_array_index(s->added, i));
		g_ptr_array_add(out, r);
		g_hash_table_remove(bases, base);
		g_free(base);
		g_ptr_array_remove_index_fast(s->added, i);
	}
	drop_renamed(s->gone, out);
	g_hash_table_unref(bases);
	return out;
}

struct adding {
	const struct scan *scan;
	guint done, total;
	guint n_missed; /* messages that could not be indexed: their folders are looked at again */
};

static void
on_added(const struct index_added *added, void *user)
{
	struct adding *a = user;

	a->done++;
	if (added->error != NULL && maildir_is_message(added->path != NULL ? added->path : added->asked))
		a->n_missed++;
	if (a->scan->on_added != NULL)
		a->scan->on_added(added, a->scan->user);
	if (a->scan->on_progress != NULL && (a->done % 100 == 0 || a->done == a->total))
		a->scan->on_progress(a->done, a->total, a->scan->user);
}

static bool
is_cancelled(void *user)
{
	const struct adding *a = user;

	return a->scan->is_cancelled != NULL && a->scan->is_cancelled(a->scan->user);
}

/* Renames, then new files, then vanished ones: a message keeps its tags as long as one file of it
 * is known. */
static bool
apply(struct scanning *s, const struct scan *scan, guint *indexed_out, guint *removed_out,
    GError **error)
{
	GPtrArray *renames = take_renames(s);
	struct adding a = { scan, 0, s->added->len, 0 };
	struct index_add job = { .paths = (const char *const *)s->added->pdata,
		.n = s->added->len,
		.on_added = on_added,
		.is_cancelled = is_cancelled,
		.user = &a };
	guint failed = 0;

	g_ptr_array_sort(s->added, maildir_compare_arrival);
	bool ok = index_renamed(s->ix, renames, error) &&
	    index_add(s->ix, &job, indexed_out, &failed, error) &&
	    index_removed(s->ix, s->gone, removed_out, error);

	for (guint i = 0; ok && a.n_missed == 0 && i < s->seen->len; i++) {
		const struct seen_dir *seen = g_ptr_array_index(s->seen, i);

		ok = state_scanned_put(index_state(s->ix), seen->path, s->uuid, seen->mtime_ns,
		    error);
	}
	g_ptr_array_unref(renames);
	return ok;
}

bool
scan_run(struct index *ix, const struct scan *scan, guint *indexed_out, guint *removed_out,
    GError **error)
{
	struct scanning s = { .ix = ix,
		.todo = G_QUEUE_INIT,
		.added = g_ptr_array_new_with_free_func(g_free),
		.gone = g_ptr_array_new_with_free_func(g_free),
		.seen = g_ptr_array_new_with_free_func(free_seen) };
	char *name = scan->account != NULL ? maildir_name_encode(scan->account) : NULL;
	bool ok = index_reader(ix, error) != NULL; /* settles the root's spelling */
	char *start = name != NULL ? g_strconcat(index_root(ix), "/", name, NULL)
				   : g_strdup(index_root(ix));

	*indexed_out = *removed_out = 0;
	ok = ok && compare(&s, start, error) && apply(&s, scan, indexed_out, removed_out, error);
	g_queue_clear_full(&s.todo, g_free);
	g_ptr_array_unref(s.added);
	g_ptr_array_unref(s.gone);
	g_ptr_array_unref(s.seen);
	g_free(s.uuid);
	g_free(name);
	g_free(start);
	return ok;
}
