/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Copies of sent letters go up to the server's folder for them. A server that files them
 * by itself, and an earlier run that died after its APPEND, are seen by the Message-ID:
 * no letter is there twice. */
#include "net/imap_sync_job.h"

#include "net/mailbox_name.h"

#include "base/error.h"
#include "base/file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

struct lookup {
	GArray *uids;	  /* guint32 */
	guint64 appended; /* APPENDUID's UID, 0: not told */
	guint64 uidvalidity;
	bool is_ok;
	char *text; /* of the server, when it refused */
};

static bool
on_data(void *user, const struct guard_event *ev, GError **error)
{
	struct lookup *l = user;

	(void)error;
	if (ev->kind == GUARD_DATA)
		(void)imap_reply_uids(
		    ev->tokens, G_MAXUINT32 - 1, l->uids); /* else unasked data */
	return true;
}

static bool
on_done(void *user, const struct guard_event *ev, GError **error)
{
	struct lookup *l = user;

	(void)error;
	l->is_ok = ev->status == GUARD_OK;
	g_free(l->text);
	l->text = g_strdup(ev->text);
	/* RFC 4315: [APPENDUID uidvalidity uid] */
	l->uidvalidity = imap_reply_code(ev->tokens, "APPENDUID");
	if (l->uidvalidity != 0 &&
	    !imap_token_number(imap_tokens_at(ev->tokens, 2), G_MAXUINT32, &l->appended))
		l->appended = 0;
	return true;
}

static bool
is_known(const struct job *job, guint32 uid)
{
	for (guint i = 0; i < job->known.uids->len; i++)
		if (g_array_index(job->known.uids, guint32, i) == uid)
			return true;
	return false;
}

/* The newest message with this Message-ID that no local file stands for; 0 when none. The
 * folder is selected. */
static bool
find_message(struct job *job, const char *message_id, guint32 *uid_out, GError **error)
{
	struct lookup l = {.uids = g_array_new(FALSE, FALSE, sizeof(guint32))};
	struct imap_command command = {
	    .on_data = on_data, .on_done = on_done, .user = &l};
	char *quoted = mailbox_name_quote(message_id);
	char *text = g_strdup_printf("UID SEARCH HEADER Message-ID %s", quoted);
	bool is_good = imap_submit(job->sync->imap, &command, text, error) &&
		       imap_drain(job->sync->imap, 0, error);

	*uid_out = 0;
	for (guint i = 0; is_good && i < l.uids->len; i++) {
		guint32 uid = g_array_index(l.uids, guint32, i);
		if (uid > *uid_out && !is_known(job, uid))
			*uid_out = uid;
	}
	g_array_free(l.uids, TRUE);
	g_free(l.text);
	g_free(text);
	g_free(quoted);
	return is_good;
}

static bool
select_folder(struct job *job, bool *is_ok_out, GError **error)
{
	struct lookup l = {.uids = g_array_new(FALSE, FALSE, sizeof(guint32))};
	struct imap_command command = {
	    .on_data = on_data, .on_done = on_done, .user = &l};
	char *quoted = mailbox_name_quote(job->folder.wire);
	char *text = g_strconcat("EXAMINE ", quoted, NULL);
	bool is_good = imap_submit(job->sync->imap, &command, text, error) &&
		       imap_drain(job->sync->imap, 0, error);

	*is_ok_out = l.is_ok;
	g_array_free(l.uids, TRUE);
	g_free(l.text);
	g_free(text);
	g_free(quoted);
	return is_good;
}

/* Append it; *uid_out 0 when the server does not tell, *is_ok_out false when it refuses.
 */
static bool
append(struct job *job, const struct imap_upload *u, guint32 *uid_out, bool *is_ok_out,
    GError **error)
{
	const struct imap_sync_sink *sink = job->sync->sink;
	struct lookup l = {.uids = g_array_new(FALSE, FALSE, sizeof(guint32))};
	struct imap_command command = {
	    .on_data = on_data, .on_done = on_done, .user = &l};
	char *quoted = mailbox_name_quote(job->folder.wire),
	     *flags = imap_flags_text(u->flags);
	char *text = g_strdup_printf("APPEND %s (%s)", quoted, flags);
	int fd = file_open_regular(u->path, false);
	bool is_good = true;

	if (fd >= 0)
		is_good =
		    imap_submit_literal(job->sync->imap, &command, text, fd, error) &&
		    imap_drain(job->sync->imap, 0, error);
	*is_ok_out = l.is_ok;
	*uid_out = l.uidvalidity == job->folder.uidvalidity ? (guint32)l.appended : 0;
	if (is_good && fd >= 0 && !l.is_ok)
		sink->on_error(sink->user, job->name,
		    l.text != NULL ? l.text
				   : "the server did not take a copy of a sent letter");
	if (fd >= 0)
		close(fd);
	g_array_free(l.uids, TRUE);
	g_free(l.text);
	g_free(text);
	g_free(flags);
	g_free(quoted);
	return is_good;
}

/* A Message-ID that a search can carry. */
static bool
is_searchable(const char *message_id)
{
	return message_id[0] == '<' && strlen(message_id) < 900 &&
	       g_str_is_ascii(message_id) && strpbrk(message_id, "\r\n") == NULL;
}

static bool
upload_one(struct job *job, const struct imap_upload *u, GError **error)
{
	const struct imap_sync_sink *sink = job->sync->sink;
	guint32 uid = 0;
	bool is_ok = true;

	if (is_searchable(u->message_id) &&
	    !find_message(job, u->message_id, &uid, error))
		return false;
	if (uid == 0 && !append(job, u, &uid, &is_ok, error))
		return false;
	if (uid == 0 && is_ok && is_searchable(u->message_id) &&
	    !find_message(job, u->message_id, &uid, error))
		return false;
	if (uid == 0)
		return true; /* tried again by the next run, which looks for it first */
	g_array_append_val(job->known.uids, uid);
	imap_plan_sort(job->known.uids);
	return sink->uploaded(sink->user, job->name, u->base, uid, error);
}

bool
job_upload(struct job *job, GError **error)
{
	const struct imap_sync_sink *sink = job->sync->sink;
	GPtrArray *uploads = sink->uploads(sink->user, job->name);
	bool is_good = true, is_selected = false;

	if (uploads->len > 0)
		is_good = select_folder(job, &is_selected, error);
	for (guint i = 0; is_good && is_selected && i < uploads->len; i++)
		is_good = upload_one(job, g_ptr_array_index(uploads, i), error);
	g_ptr_array_unref(uploads);
	return is_good;
}
