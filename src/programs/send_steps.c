/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_steps.c - what follows when the first recipient has the letter: its copy in the account's Sent
 * folder, the very bytes that were sent, and the mark on what it answers. Each is retried alone; a trouble
 * with one is told and does not make the letter unsent. */
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

#define CLOCK_SLACK_S 60 /* between a file's time and the ledger's */

/* Is this file the letter? Cheap tests first. */
static bool
is_copy(const char *path, const struct queue_entry *entry)
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
find_copy(const char *folder, const struct queue_entry *entry)
{
	static const char *const subs[] = { "cur", "new" };
	char *found = NULL;
	size_t i;

	for (i = 0; found == NULL && i < G_N_ELEMENTS(subs); i++) {
		char *sub = g_build_filename(folder, subs[i], NULL);
		GDir *dir = g_dir_open(sub, 0, NULL);
		const char *name;

		while (found == NULL && dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
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
deliver_bytes(struct send_run *run, const struct queue_entry *entry, const char *folder,
    const char *flags, char **path_out, GError **error)
{
	char *from = queue_path(run->queue, entry->id);
	int fd = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool good = false;

	if (fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", from, g_strerror(errno));
	else
		good = maildir_deliver_fd(folder, fd, flags, path_out, error);
	if (fd >= 0)
		close(fd);
	g_free(from);
	return good;
}

bool
send_deliver(struct send_run *run, const struct queue_entry *entry, const char *account,
    const char *folder_name, const char *flags, bool is_retry, char **path_out, GError **error)
{
	char *folder = maildir_path(run->root, account, folder_name, error);
	bool good;

	if (folder == NULL)
		return false;
	if (is_retry && (*path_out = find_copy(folder, entry)) != NULL)
		good = true;
	else
		good = maildir_create(folder, error) &&
		       deliver_bytes(run, entry, folder, flags, path_out, error);
	g_free(folder);
	return good;
}

/* --- steps ------------------------------------------------------------------------------------- */

/* True also when the copy cannot be made now: it stays due. False when the ledger fails. */
static bool
file_copy(struct send_run *run, struct folders *folders, struct queue_entry *entry, bool is_recovery,
    GError **error)
{
	const char *folder = folders_name_of_role(folders, entry->account, FOLDER_SENT);
	GError *cause = NULL;
	char *path = NULL;
	bool good = true;

	if (send_deliver(run, entry, entry->account, folder != NULL ? folder : "Sent", "S",
		is_recovery, &path,
		&cause)) {
		good = queue_step_done(run->queue, entry, QUEUE_STEP_COPY, error);
		send_run_event(run, "file",
		    json_pack("{s:s, s:o, s:s, s:s}", "queue_id", entry->id, "path",
			jsonl_text(path, -1), "account", entry->account, "folder",
			folder != NULL ? folder : "Sent"));
	} else {
		log_error("send", "id=%s the sent copy waits: %s", entry->id, cause->message);
		send_run_event(run, "error",
		    json_pack("{s:s, s:o}", "queue_id", entry->id, "message",
			jsonl_text(cause->message, -1)));
		g_error_free(cause);
	}
	g_free(path);
	return good;
}

static bool
tell_answered(struct send_run *run, struct queue_entry *entry, GError **error)
{
	/* told first: a crash between the two tells it twice, and the mark is the same */
	send_run_event(run, "answered",
	    json_pack("{s:s, s:[o]}", "queue_id", entry->id, "ids", jsonl_text(entry->answers, -1)));
	return queue_step_done(run->queue, entry, QUEUE_STEP_ANSWERED, error);
}

bool
send_steps(struct send_run *run, bool is_recovery, GError **error)
{
	GPtrArray *entries = queue_unfinished(run->queue, error);
	struct folders *folders = entries != NULL ? folders_new(run->root, run->rc) : NULL;
	bool good = entries != NULL;
	guint i;

	for (i = 0; good && i < entries->len; i++) {
		struct queue_entry *e = entries->pdata[i];

		if (queue_step_is_due(e, QUEUE_STEP_ANSWERED))
			good = tell_answered(run, e, error);
		if (good && queue_step_is_due(e, QUEUE_STEP_COPY))
			good = file_copy(run, folders, e, is_recovery, error);
	}
	if (folders != NULL)
		folders_free(folders);
	g_clear_pointer(&entries, g_ptr_array_unref);
	return good;
}
