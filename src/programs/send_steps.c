/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_steps.c - what follows when the first recipient has the letter: its copy in the
 * account's Sent folder, the very bytes that were sent, and the mark on what it answers.
 * Each is retried alone; a trouble with one is told and does not make the letter unsent.
 */
#include "programs/send_run.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/log.h"
#include "store/folders.h"
#include "store/maildir.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define RECENT_S      86400 /* a report that a killed run left is not older */
#define CLOCK_SLACK_S 60    /* between a file's time and the ledger's */

/* Bytes that may lie in a folder already. */
struct wanted {
	gint64 size, created;
	const char *sha256;
};

/* Is this file the letter? Cheap tests first. */
static bool
is_copy(const char *path, const struct wanted *entry)
{
	GStatBuf st;
	char *sha256;
	bool same;

	if (g_stat(path, &st) != 0 || (gint64)st.st_size != entry->size ||
	    (gint64)st.st_mtime + CLOCK_SLACK_S < entry->created)
		return false;
	sha256 = file_sha256_path(path, NULL);
	same = g_strcmp0(sha256, entry->sha256) == 0;
	g_free(sha256);
	return same;
}

/* A copy that a killed run left in cur/ or new/; owned path or NULL. */
static char *
find_copy(const char *folder, const struct wanted *entry)
{
	static const char *const subs[] = {"cur", "new"};
	char *found = NULL;
	size_t i;

	for (i = 0; found == NULL && i < G_N_ELEMENTS(subs); i++) {
		char *sub = g_build_filename(folder, subs[i], NULL);
		GDir *dir = g_dir_open(sub, 0, NULL);
		const char *name;

		while (found == NULL && dir != NULL &&
		       (name = g_dir_read_name(dir)) != NULL) {
			char *path = g_build_filename(sub, name, NULL);

			if (is_copy(path, entry))
				found = g_steal_pointer(&path);
			g_free(path);
		}
		g_clear_pointer(&dir, g_dir_close);
		g_free(sub);
	}
	return found;
}

static bool
copy_bytes(const char *from, struct maildir_delivery *d, GError **error)
{
	int fd = file_open_regular(from, false);
	bool good = false;

	if (fd < 0)
		g_set_error(
		    error, PF_ERROR, PF_ERROR_IO, "%s: %s", from, g_strerror(errno));
	else
		good = file_copy_fd(fd, maildir_fd(d), NULL, error) &&
		       maildir_sync(d, error);
	if (fd >= 0)
		close(fd);
	return good;
}

static bool
deliver_copy(const char *from, const char *folder, const char *flags, char **path_out,
    GError **error)
{
	struct maildir_delivery *d = maildir_begin(folder, error);

	if (d != NULL && copy_bytes(from, d, error))
		return maildir_commit(d, flags, path_out, error);
	maildir_abort(d);
	return false;
}

/* The queue's file itself, when the mail lies in the same file system: its bytes are on
 * disk already. Its name is durable when the caller has synced the folder. */
static bool
deliver_bytes(struct send_run *run, const struct queue_entry *entry, const char *folder,
    const char *flags, char **path_out, GError **error)
{
	char *from = queue_path(run->queue, entry->id);
	/* the folder is there for all but the first */
	bool good = maildir_link(folder, from, flags, path_out, NULL) ||
		    (maildir_create(folder, error) &&
			(maildir_link(folder, from, flags, path_out, NULL) ||
			    deliver_copy(from, folder, flags, path_out, error)));

	g_free(from);
	return good;
}

bool
send_deliver(struct send_run *run, const struct queue_entry *entry, const char *account,
    const char *folder_name, const char *flags, bool is_retry, char **path_out,
    GError **error)
{
	char *folder = maildir_path(run->root, account, folder_name, error);
	const struct wanted wanted = {entry->size, entry->created, entry->sha256};
	bool good;

	if (folder == NULL)
		return false;
	if (is_retry && (*path_out = find_copy(folder, &wanted)) != NULL)
		good = true;
	else
		good = deliver_bytes(run, entry, folder, flags, path_out, error);
	g_free(folder);
	return good;
}

static bool
deliver_new(GBytes *bytes, const char *folder, char **path_out, GError **error)
{
	struct maildir_delivery *d;
	gsize len;
	const void *data = g_bytes_get_data(bytes, &len);

	if (!maildir_create(folder, error))
		return false;
	d = maildir_begin(folder, error);
	if (d == NULL)
		return false;
	if (file_write_all(maildir_fd(d), data, len, error) && maildir_sync(d, error))
		return maildir_commit(d, NULL, path_out, error);
	maildir_abort(d);
	return false;
}

bool
send_deliver_bytes(struct send_run *run, GBytes *bytes, const char *account,
    const char *folder_name, char **path_out, GError **error)
{
	char *folder = maildir_path(run->root, account, folder_name, error);
	char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
	const struct wanted wanted = {
	    (gint64)g_bytes_get_size(bytes), send_run_now() - RECENT_S, sha256};
	bool good = folder != NULL;

	*path_out = good ? find_copy(folder, &wanted) : NULL;
	if (good && *path_out == NULL)
		good = deliver_new(bytes, folder, path_out, error);
	good = good && send_sync(*path_out, error);
	g_free(folder);
	g_free(sha256);
	return good;
}

bool
send_sync(const char *path, GError **error)
{
	char *dir = g_path_get_dirname(path);
	bool good = file_sync_dir(dir, error);

	g_free(dir);
	return good;
}

/* --- the Sent copy --- */

struct copy {
	struct queue_entry *entry;
	char *path;
	const char *folder; /* its name, borrowed */
};

static void
free_copy(gpointer data)
{
	struct copy *copy = data;

	g_free(copy->path);
	g_free(copy);
}

static void
tell_trouble(struct send_run *run, const struct queue_entry *entry, GError *cause)
{
	log_error("send", "id=%s the sent copy waits: %s", entry->id, cause->message);
	send_run_event(run, "error",
	    json_pack("{s:s, s:o}", "queue_id", entry->id, "message",
		jsonl_text(cause->message, -1)));
	send_run_flush(run);
	g_error_free(cause);
}

/* Copies of all entries where they are due; one that cannot be made stays due. */
static GPtrArray *
make_copies(
    struct send_run *run, struct folders *folders, GPtrArray *entries, bool is_recovery)
{
	GPtrArray *copies = g_ptr_array_new_with_free_func(free_copy);
	guint i;

	for (i = 0; i < entries->len; i++) {
		struct queue_entry *e = entries->pdata[i];
		const char *folder =
		    folders_name_of_role(folders, e->account, FOLDER_SENT);
		struct copy *copy;
		GError *cause = NULL;

		if (!queue_step_is_due(e, QUEUE_STEP_COPY))
			continue;
		copy = g_new0(struct copy, 1);
		copy->entry = e;
		copy->folder = folder != NULL ? folder : "Sent";
		if (send_deliver(run, e, e->account, copy->folder, "S", is_recovery,
			&copy->path, &cause)) {
			g_ptr_array_add(copies, copy);
		} else {
			tell_trouble(run, e, cause);
			free_copy(copy);
		}
	}
	return copies;
}

/* Sync each folder once; a copy whose folder cannot be synced stays due. */
static void
sync_copies(struct send_run *run, GPtrArray *copies)
{
	GHashTable *synced = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	guint i = 0;

	while (i < copies->len) {
		const struct copy *copy = copies->pdata[i];
		char *dir = g_path_get_dirname(copy->path);
		GError *cause = NULL;

		if (g_hash_table_contains(synced, dir) || file_sync_dir(dir, &cause)) {
			g_hash_table_add(synced, dir);
			i++;
			continue;
		}
		tell_trouble(run, copy->entry, cause);
		g_unlink(copy->path);
		g_ptr_array_remove_index(copies, i);
		g_free(dir);
	}
	g_hash_table_destroy(synced);
}

static bool
file_copies(struct send_run *run, GPtrArray *entries, bool is_recovery, GError **error)
{
	struct folders *folders = folders_new(run->root, run->rc);
	GPtrArray *copies = make_copies(run, folders, entries, is_recovery);
	GPtrArray *done = g_ptr_array_new();
	bool good;
	guint i;

	sync_copies(run, copies);
	for (i = 0; i < copies->len; i++)
		g_ptr_array_add(done, ((const struct copy *)copies->pdata[i])->entry);
	good = queue_step_done(run->queue, (struct queue_entry *const *)done->pdata,
	    done->len, QUEUE_STEP_COPY, error);
	for (i = 0; good && i < copies->len; i++) {
		const struct copy *copy = copies->pdata[i];

		queue_sweep(run->queue, copy->entry);
		send_run_event(run, "file",
		    json_pack("{s:s, s:o, s:s, s:s}", "queue_id", copy->entry->id, "path",
			jsonl_text(copy->path, -1), "account", copy->entry->account,
			"folder", copy->folder));
	}
	send_run_flush(run);
	g_ptr_array_unref(done);
	g_ptr_array_unref(copies);
	folders_free(folders);
	return good;
}

/* --- the mark on what was answered --- */

static bool
tell_answered(struct send_run *run, GPtrArray *entries, GError **error)
{
	GPtrArray *done = g_ptr_array_new();
	bool good;
	guint i;

	for (i = 0; i < entries->len; i++) {
		struct queue_entry *e = entries->pdata[i];

		if (!queue_step_is_due(e, QUEUE_STEP_ANSWERED))
			continue;
		/* told first: a crash between the two tells it twice, and the mark is the
		 * same */
		send_run_event(run, "answered",
		    json_pack("{s:s, s:[o]}", "queue_id", e->id, "ids",
			jsonl_text(e->answers, -1)));
		g_ptr_array_add(done, e);
	}
	send_run_flush(run);
	good = queue_step_done(run->queue, (struct queue_entry *const *)done->pdata,
	    done->len, QUEUE_STEP_ANSWERED, error);
	for (i = 0; good && i < done->len; i++)
		queue_sweep(run->queue, done->pdata[i]);
	g_ptr_array_unref(done);
	return good;
}

bool
send_steps(struct send_run *run, bool is_recovery, GError **error)
{
	GPtrArray *entries = queue_unfinished(run->queue, error);
	bool good = entries != NULL;

	if (good && entries->len > 0)
		good = tell_answered(run, entries, error) &&
		       file_copies(run, entries, is_recovery, error);
	g_clear_pointer(&entries, g_ptr_array_unref);
	return good;
}
