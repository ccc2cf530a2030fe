/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new UIDVALIDITY makes all UIDs void (RFC 3501 2.3.1.1). The messages are the same
 * nearly always: their Message-IDs and sizes are asked for and the sink gives the files
 * their new UIDs. A folder that another program has filled before is taken up likewise. */
#include "net/imap_sync_job.h"

#include <string.h>

#define MAX_HEADER 4096 /* of "Message-ID: <...>" that is looked at */

struct rematch {
	struct job *job;
	GArray *seen;	 /* struct imap_seen */
	GString *header; /* of the current message */
};

static void
clear_seen(gpointer p)
{
	struct imap_seen *seen = p;

	g_free(seen->message_id);
}

static bool
on_body(void *user, guint64 len, GError **error)
{
	struct rematch *r = user;

	(void)len;
	(void)error;
	g_string_truncate(r->header, 0);
	return true;
}

static bool
on_bytes(void *user, const char *bytes, size_t len, GError **error)
{
	struct rematch *r = user;

	(void)error;
	g_string_append_len(
	    r->header, bytes, (gssize)MIN(len, MAX_HEADER - r->header->len));
	return true;
}

/* "<...>" of the header; "" when there is none. Owned. */
static char *
message_id(const char *header)
{
	const char *open = strchr(header, '<');
	const char *close = open != NULL ? strchr(open, '>') : NULL;

	return close != NULL ? g_strndup(open, (gsize)(close + 1 - open)) : g_strdup("");
}

static bool
on_data(void *user, const struct guard_event *ev, GError **error)
{
	struct rematch *r = user;
	struct imap_fetched f;
	struct imap_seen seen = {0};

	(void)error; /* a message that is not understood is fetched again: no harm */
	if (ev->kind != GUARD_DATA || !r->job->is_selected ||
	    !imap_reply_fetch(ev->tokens, &f) || f.uid == 0 || !f.has_size)
		return true;
	job_read_keywords(r->job, ev->tokens, &f);
	if (!ev->has_body)
		g_string_assign(r->header, "");
	seen.uid = f.uid;
	seen.size = f.size;
	memcpy(seen.flags, f.flags, sizeof(seen.flags));
	seen.message_id = message_id(r->header->str);
	g_array_append_val(r->seen, seen);
	return true;
}

static bool
on_done(void *user, const struct guard_event *ev, GError **error)
{
	struct rematch *r = user;

	return job_on_done(r->job, ev, error);
}

GArray *
imap_seen_array(void)
{
	GArray *seen = g_array_new(FALSE, FALSE, sizeof(struct imap_seen));

	g_array_set_clear_func(seen, clear_seen);
	return seen;
}

bool
job_look(struct job *job, const char *set, GArray *seen, GError **error)
{
	struct rematch r = {.job = job, .seen = seen, .header = g_string_new(NULL)};
	struct imap_command command = {.on_data = on_data,
	    .on_body = on_body,
	    .on_bytes = on_bytes,
	    .on_done = on_done,
	    .user = &r};
	char *text = g_strdup_printf("UID FETCH %s (UID FLAGS%s RFC822.SIZE "
				     "BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])",
	    set, job_labels_item(r.job));
	bool is_good =
	    job_examine(job, error) &&
	    (job->folder.messages == 0 || job_command(job, &command, text, error)) &&
	    imap_drain(job->sync->imap, 0, error);

	g_free(text);
	g_string_free(r.header, TRUE);
	return is_good;
}

bool
job_rematch(struct job *job, GError **error)
{
	const struct imap_sync_sink *sink = job->sync->sink;
	GArray *seen = imap_seen_array();
	bool is_good;

	if (job->plan.action == IMAP_ACTION_REMATCH)
		sink->on_error(sink->user, job->name,
		    "the server has renumbered this folder (UIDVALIDITY); its messages "
		    "are matched anew");
	is_good = job_look(job, "1:*", seen, error);
	if (is_good && !job->has_failed)
		is_good = sink->rematch(sink->user, &job->folder, seen, error);
	g_array_free(seen, TRUE);
	return is_good;
}
