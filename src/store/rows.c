/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The row index follows the database by notmuch's lastmod counter. What that does not tell, threads
 * that vanished or were merged, is found by the heads of old rows, by the list of dirty threads,
 * and at last by the count of all messages. */
#include "store/rows.h"

#include "base/file.h"
#include "base/row_index.h"
#include "store/index_each.h"
#include "store/linkage.h"
#include "store/maildir.h"
#include "store/thread_row.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define LOCK_WAIT_MS 30000
#define LOCK_POLL_MS 20
#define SHARE_FOR_FULL 4 /* more than 1/4 of the rows changed: make all anew */

struct update {
	struct index *ix;
	const char *path;
	bool full;
	GPtrArray *dirty; /* threads, as of the beginning: what comes later is the next update's */
	guint32 n_rows;
	guint64 revision;
	GError *error;
};

static int
take_lock(const char *path, GError **error)
{
	char *name = g_strconcat(path, ".lock", NULL);
	gint64 deadline = g_get_monotonic_time() + LOCK_WAIT_MS * 1000;
	int fd = open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	while (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EINTR && (errno != EWOULDBLOCK || g_get_monotonic_time() > deadline)) {
			int why = errno;
			close(fd);
			fd = -1;
			errno = why;
			break;
		}
		g_usleep(LOCK_POLL_MS * 1000);
	}
	if (fd < 0 && errno == EWOULDBLOCK)
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
		    "another penfold-store has been making the list for %d s; try again when it has ended",
		    LOCK_WAIT_MS / 1000);
	else if (fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: cannot be locked: %s", name, g_strerror(errno));
	g_free(name);
	return fd;
}

/* Folders that exist stand in the table even when they are empty. */
static void
add_known_folders(struct index *ix, struct row_index_writer *w)
{
	const struct rc_account *const *accounts = rc_accounts(index_rc(ix));

	for (size_t i = 0; accounts[i] != NULL; i++) {
		const char *account = accounts[i]->name;
		GPtrArray *names = maildir_list(index_root(ix), account);

		for (guint k = 0; k < names->len; k++) {
			const char *name = g_ptr_array_index(names, k);
			enum folder_role role = folders_role(index_folders(ix), account, name);

			row_index_writer_folder(w, account, name, folder_role_name(role));
		}
		g_ptr_array_unref(names);
	}
}

/* Is this folder in the old table, with the role that it has now? */
static bool
is_known_folder(struct index *ix, const struct row_index *old, const char *account, const char *name)
{
	int number = row_index_find_folder(old, account, name);
	enum folder_role role = folders_role(index_folders(ix), account, name);
	struct row_folder f;

	return number >= 0 && row_index_folder(old, (guint32)number, &f) &&
	    strcmp(f.role, folder_role_name(role)) == 0;
}

/* Is every folder that exists in the old table? */
static bool
has_known_folders(struct index *ix, const struct row_index *old)
{
	const struct rc_account *const *accounts = rc_accounts(index_rc(ix));
	bool all = true;

	for (size_t i = 0; accounts[i] != NULL; i++) {
		GPtrArray *names = maildir_list(index_root(ix), accounts[i]->name);

		for (guint k = 0; all && k < names->len; k++)
			all = is_known_folder(ix, old, accounts[i]->name,
			    g_ptr_array_index(names, k));
		g_ptr_array_unref(names);
	}
	return all;
}

static char *
join(GPtrArray *words, const char *separator)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < words->len; i++)
		g_string_append_printf(out, "%s%s", i > 0 ? separator : "",
		    (const char *)g_ptr_array_index(words, i));
	return g_string_free(out, FALSE);
}

static void
write_row(const struct thread_row *t, void *user)
{
	struct row_index_writer *w = user;
	GArray *counts = g_array_new(FALSE, FALSE, sizeof(struct row_folder_count));
	char *authors = join(t->authors, ", "), *tags = join(t->tags, " ");
	struct row row = { .date = t->date, .count = t->count, .total = t->total, .flags = t->flags,
		.verdict = t->verdict, .size = t->size, .thread = t->thread, .id = t->id,
		.subject = t->subject, .authors = authors, .domain = t->domain, .tags = tags };

	for (guint i = 0; i < t->folders->len; i++) {
		const struct thread_row_folder *f =
		    &g_array_index(t->folders, struct thread_row_folder, i);
		struct row_folder_count count = { row_index_writer_folder(w, f->folder->account,
						      f->folder->name,
						      folder_role_name(f->folder->role)),
			f->total, f->unread };

		g_array_append_val(counts, count);
	}
	row.folders = (const struct row_folder_count *)(const void *)counts->data;
	row.n_folders = counts->len;
	row_index_writer_add(w, &row);
	g_array_unref(counts);
	g_free(authors);
	g_free(tags);
}

/* What changed since the old file. */
struct changes {
	GHashTable *threads; /* owned ids, to be made anew */
	GHashTable *ids;     /* owned Message-IDs of changed messages */
};

static void
note_change(notmuch_message_t *message, void *user)
{
	struct changes *c = user;

	g_hash_table_add(c->threads, g_strdup(notmuch_message_get_thread_id(message)));
	g_hash_table_add(c->ids, g_strdup(notmuch_message_get_message_id(message)));
}

static notmuch_status_t
read_changes(notmuch_database_t *db, guint64 since, struct changes *c)
{
	char *text = g_strdup_printf("lastmod:%" G_GUINT64_FORMAT "..", since + 1);
	notmuch_status_t status = index_each(db, text, NOTMUCH_SORT_UNSORTED, note_change, c);

	g_free(text);
	return status;
}

static void
add_dirty(const struct update *u, struct changes *c)
{
	for (guint i = 0; i < u->dirty->len; i++)
		g_hash_table_add(c->threads, g_strdup(g_ptr_array_index(u->dirty, i)));
}

/* A changed message that heads the row of another thread: that thread was merged away, or lost it. */
static void
find_merged(const struct row_index *old, struct changes *c)
{
	struct row row;

	for (guint32 i = 0; row_index_get(old, i, &row); i++)
		if (g_hash_table_contains(c->ids, row.id))
			g_hash_table_add(c->threads, g_strdup(row.thread));
}

/* Copy what did not change; the sum of messages in it. */
static guint64
copy_rows(struct index *ix, const struct row_index *old, struct changes *c,
    struct row_index_writer *w)
{
	guint64 total = 0;
	struct row row;

	for (guint32 i = 0; row_index_get(old, i, &row); i++) {
		GArray *counts;

		if (g_hash_table_contains(c->threads, row.thread))
			continue;
		counts = g_array_new(FALSE, FALSE, sizeof(struct row_folder_count));
		for (guint32 k = 0; k < row.n_folders; k++) {
			struct row_folder_count count = row.folders[k];
			struct row_folder f;

			(void)row_index_folder(old, count.folder, &f);
			count.folder = row_index_writer_folder(w, f.account, f.folder,
			    folder_role_name(folders_role(index_folders(ix), f.account, f.folder)));
			g_array_append_val(counts, count);
		}
		row.folders = (const struct row_folder_count *)(const void *)counts->data;
		row_index_writer_add(w, &row);
		total += row.total;
		g_array_unref(counts);
	}
	return total;
}

static void
add_total(const struct thread_row *row, void *user)
{
	*(guint64 *)user += row->total;
}

static notmuch_status_t
count_all(notmuch_database_t *db, guint64 *n_out)
{
	notmuch_query_t *query = notmuch_query_create(db, "*");
	unsigned n = 0;
	notmuch_status_t status;

	notmuch_query_set_omit_excluded(query, NOTMUCH_EXCLUDE_FALSE);
	status = notmuch_query_count_messages(query, &n);
	notmuch_query_destroy(query);
	*n_out = n;
	return status;
}

/* Old rows and new ones into w. *fits_out: do they account for every message? */
static notmuch_status_t
write_changed(struct update *u, notmuch_database_t *db, const struct row_index *old,
    struct changes *c, struct row_index_writer *w, bool *fits_out)
{
	struct thread_rows *rows = thread_rows_new(u->ix);
	guint n = 0;
	char **threads = (char **)g_hash_table_get_keys_as_array(c->threads, &n);
	notmuch_status_t status =
	    thread_rows_add_threads(rows, db, (const char *const *)threads, n);
	guint64 total = 0, all = 0;

	if (status == NOTMUCH_STATUS_SUCCESS)
		status = count_all(db, &all);
	if (status == NOTMUCH_STATUS_SUCCESS) {
		total = copy_rows(u->ix, old, c, w);
		thread_rows_foreach(rows, add_total, &total);
		thread_rows_foreach(rows, write_row, w);
	}
	*fits_out = total == all;
	thread_rows_free(rows);
	g_free(threads);
	return status;
}

static void
finish(struct update *u, struct row_index_writer *w)
{
	u->n_rows = row_index_writer_n_rows(w);
	(void)row_index_writer_finish(w, u->path, &u->error);
}

/* *done_out false: the old file does not fit, all must be made anew. */
static notmuch_status_t
update_changed(struct update *u, notmuch_database_t *db, const struct row_index *old,
    const char *uuid, bool *done_out)
{
	struct changes c = { g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
	notmuch_status_t status = read_changes(db, row_index_revision(old), &c);
	const struct linkage *links = NULL;
	struct row_index_writer *w = NULL;
	bool fits = false;

	add_dirty(u, &c);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = linkage_read(u->ix, db, &links);
	if (status == NOTMUCH_STATUS_SUCCESS)
		linkage_expand(links, c.threads);
	*done_out = false;
	if (status == NOTMUCH_STATUS_SUCCESS &&
	    g_hash_table_size(c.threads) <= row_index_n_rows(old) / SHARE_FOR_FULL + 64) {
		find_merged(old, &c);
		w = row_index_writer_new(uuid, u->revision);
		add_known_folders(u->ix, w);
		status = write_changed(u, db, old, &c, w, &fits);
		*done_out = status == NOTMUCH_STATUS_SUCCESS && fits;
	}
	if (*done_out)
		finish(u, w);
	else
		row_index_writer_free(w);
	g_hash_table_unref(c.threads);
	g_hash_table_unref(c.ids);
	return status;
}

static notmuch_status_t
update_all(struct update *u, notmuch_database_t *db, const char *uuid)
{
	struct thread_rows *rows = thread_rows_new(u->ix);
	notmuch_status_t status = thread_rows_add(rows, db, "*");
	struct row_index_writer *w;

	if (status == NOTMUCH_STATUS_SUCCESS) {
		w = row_index_writer_new(uuid, u->revision);
		add_known_folders(u->ix, w);
		thread_rows_foreach(rows, write_row, w);
		finish(u, w);
	}
	thread_rows_free(rows);
	return status;
}

static bool
is_current(struct update *u, const struct row_index *old)
{
	return u->dirty->len == 0 && row_index_revision(old) == u->revision && has_known_folders(u->ix, old);
}

static notmuch_status_t
update(notmuch_database_t *db, void *user)
{
	struct update *u = user;
	struct row_index *old = u->full ? NULL : row_index_open(u->path, NULL);
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;
	const char *uuid = NULL;
	bool done = false;

	u->revision = notmuch_database_get_revision(db, &uuid);
	if (old != NULL && strcmp(row_index_uuid(old), uuid) == 0 &&
	    row_index_revision(old) <= u->revision) {
		u->n_rows = row_index_n_rows(old);
		done = is_current(u, old);
		if (!done)
			status = update_changed(u, db, old, uuid, &done);
	}
	row_index_close(old);
	if (!done && status == NOTMUCH_STATUS_SUCCESS)
		status = update_all(u, db, uuid);
	return status;
}

bool
rows_update(struct index *ix, const char *path, bool full, guint32 *n_rows_out,
    guint64 *revision_out, GError **error)
{
	struct update u = { .ix = ix, .path = path, .full = full };
	int lock = take_lock(path, error);
	bool ok;

	if (lock < 0)
		return false;
	u.dirty = state_dirty_list(index_state(ix));
	ok = index_read(ix, update, &u, error);
	if (ok && u.error != NULL) {
		g_propagate_error(error, u.error);
		ok = false;
	} else {
		g_clear_error(&u.error);
	}
	if (ok)
		ok = state_dirty_clear(index_state(ix), u.dirty, error);
	g_ptr_array_unref(u.dirty);
	close(lock);
	*n_rows_out = u.n_rows;
	*revision_out = u.revision;
	return ok;
}
