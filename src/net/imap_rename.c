/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders that were renamed on the server. A mailbox that is new and one that has gone are the same when
 * the server says so (MAILBOXID, RFC 8474), or when they have one UIDVALIDITY and the messages under the same
 * UIDs: UIDVALIDITY alone is often the second in which several were made. */
#include "net/imap_sync_job.h"

#include <string.h>

#define SAMPLE 8 /* messages that are looked at */

void
imap_lost_free(struct imap_lost *l)
{
	if (l == NULL)
		return;
	g_free(l->name);
	g_free(l->wire);
	g_free(l->id);
	g_free(l);
}

static const struct imap_seen *
find_uid(const GArray *seen, guint32 uid)
{
	for (guint i = 0; i < seen->len; i++) {
		const struct imap_seen *x = &g_array_index(seen, struct imap_seen, i);
		if (x->uid == uid)
			return x;
	}
	return NULL;
}

/* What is there under the UIDs of known messages is those, at least one. */
static bool
are_same(const GArray *known, const GArray *there)
{
	guint n = 0;

	for (guint i = 0; i < there->len; i++) {
		const struct imap_seen *x = &g_array_index(there, struct imap_seen, i);
		const struct imap_seen *k = find_uid(known, x->uid);

		if (k == NULL)
			continue;
		if (k->size != x->size || (x->message_id[0] != '\0' &&
					      strcmp(k->message_id, x->message_id) != 0))
			return false;
		n++;
	}
	return n > 0;
}

/* Look at some of the known messages under the new name. */
static bool
probe(struct job *job, const struct imap_lost *lost, bool *is_same_out, GError **error)
{
	const struct imap_sync_sink *sink = job->sync->sink;
	GArray *known = imap_seen_array(), *there = imap_seen_array(), *uids;
	bool is_good = sink->sample(sink->user, lost->name, SAMPLE, known, error);
	char *set;
	guint at = 0;

	uids = g_array_new(FALSE, FALSE, sizeof(guint32));
	for (guint i = 0; i < known->len; i++)
		g_array_append_val(uids, g_array_index(known, struct imap_seen, i).uid);
	imap_plan_sort(uids);
	set = imap_plan_take_set(uids, &at, 900);
	*is_same_out = false;
	if (is_good && set[0] != '\0') {
		is_good = job_look(job, set, there, error);
		*is_same_out = is_good && !job->has_failed && are_same(known, there);
	}
	g_free(set);
	g_array_free(uids, TRUE);
	g_array_free(there, TRUE);
	g_array_free(known, TRUE);
	return is_good;
}

static bool
is_same_folder(
    struct job *job, const struct imap_lost *lost, bool *is_same_out, GError **error)
{
	const struct imap_sync_folder *f = &job->folder;
	bool have_ids = lost->id[0] != '\0' && f->id != NULL && f->id[0] != '\0';

	*is_same_out = have_ids && strcmp(lost->id, f->id) == 0;
	/* ids that differ prove nothing: Cyrus 3.6 tells wrong ones after a rename */
	if (*is_same_out || f->uidvalidity == 0 || f->uidvalidity != lost->uidvalidity)
		return true;
	/* the same mailbox, which has another name here than an earlier version gave it */
	*is_same_out = strcmp(lost->wire, f->wire) == 0;
	if (*is_same_out || lost->messages == 0 || f->messages == 0 ||
	    (f->uidnext != 0 && f->uidnext < lost->uidnext))
		return true;
	return probe(job, lost, is_same_out, error);
}

/* The first of the lost folders that the job's mailbox was. */
static bool
follow(struct job *job, GPtrArray *lost, GError **error)
{
	const struct imap_sync_sink *sink = job->sync->sink;

	for (guint i = 0; i < lost->len; i++) {
		const struct imap_lost *l = g_ptr_array_index(lost, i);
		bool is_same, is_good = is_same_folder(job, l, &is_same, error);

		if (is_good && is_same)
			is_good = sink->renamed(sink->user, l->name, &job->folder, error);
		if (is_same)
			g_ptr_array_remove_index(lost, i);
		if (!is_good || is_same)
			return is_good;
	}
	return true;
}

bool
sync_follow_renames(struct sync *s, GError **error)
{
	GPtrArray *lost = s->sink->lost_folders(s->sink->user, error);
	bool is_good = lost != NULL;

	for (guint i = 0; is_good && lost->len > 0 && i < s->jobs->len; i++) {
		struct job *job = g_ptr_array_index(s->jobs, i);
		if (!s->sink->is_known(s->sink->user, job->name))
			is_good = follow(job, lost, error);
	}
	if (lost != NULL)
		g_ptr_array_unref(lost);
	return is_good;
}
