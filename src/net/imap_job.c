/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One mailbox: EXAMINE, what changed, and the new messages in sets, newest first. All
 * commands go out together; their answers are taken as they come. */
#include "net/imap_sync_job.h"

#include "net/imap_structure.h"
#include "net/mailbox_name.h"

#include "base/error.h"

#include <string.h>

#define BATCH	     200
#define SET_BYTES    900 /* of one sequence set: lines of 1000 octets pass everywhere */
#define COMMIT_FIRST 25	 /* messages: the newest are there soon ... */
#define COMMIT_COUNT 200 /* ... later ones in larger and larger lots */
#define COMMIT_BYTES (16u << 20) /* or so many bytes */
#define COMMIT_USEC  (2 * G_USEC_PER_SEC)

struct job *
job_new(struct sync *s, const struct imap_mailbox *box, const char *name)
{
	struct job *job = g_new0(struct job, 1);

	job->sync = s;
	job->name = g_strdup(name);
	job->folder = (struct imap_sync_folder){.name = job->name,
	    .wire = box->wire,
	    .role = box->role,
	    .uidvalidity = box->uidvalidity,
	    .uidnext = box->uidnext,
	    .messages = box->messages,
	    .modseq = box->modseq,
	    .id = box->id};
	job->known.uids = g_array_new(FALSE, FALSE, sizeof(guint32));
	job->present = g_array_new(FALSE, FALSE, sizeof(guint32));
	job->vanished = g_array_new(FALSE, FALSE, sizeof(guint32));
	job->known.wanted = g_array_new(FALSE, FALSE, sizeof(guint32));
	job->large = g_array_new(FALSE, FALSE, sizeof(guint32));
	job->chosen = g_array_new(FALSE, FALSE, sizeof(guint32));
	job->is_archive = s->is_gmail && box->is_all;
	if (job->is_archive)
		job->folder.role = IMAP_ROLE_ARCHIVE;
	job->fetched = g_hash_table_new(NULL, NULL);
	job->changes = g_array_new(FALSE, FALSE, sizeof(struct imap_fetched));
	return job;
}

void
job_free(struct job *job)
{
	if (job == NULL)
		return;
	g_array_free(job->known.uids, TRUE);
	g_array_free(job->present, TRUE);
	g_array_free(job->vanished, TRUE);
	g_array_free(job->changes, TRUE);
	g_array_free(job->chosen, TRUE);
	g_array_free(job->large, TRUE);
	g_array_free(job->known.wanted, TRUE);
	g_hash_table_unref(job->fetched);
	g_free(job->name);
	g_free(job);
}

bool
job_plan(struct job *job, GError **error)
{
	const struct imap_sync_sink *sink = job->sync->sink;
	struct imap_mailbox box = {.uidvalidity = job->folder.uidvalidity,
	    .uidnext = job->folder.uidnext,
	    .messages = job->folder.messages,
	    .modseq = job->folder.modseq};

	g_array_set_size(job->known.uids, 0);
	g_array_set_size(job->known.wanted, 0);
	if (!sink->open_folder(sink->user, &job->folder, &job->known, error))
		return false;
	imap_plan_folder(&job->known, &box, &job->sync->can, &job->plan);
	if (job->known.wanted->len > 0 && job->plan.action == IMAP_ACTION_NOTHING)
		job->plan.action = IMAP_ACTION_UPDATE;
	return true;
}

static guint32
highest_known(const struct job *job)
{
	const GArray *uids = job->known.uids;

	return uids->len > 0 ? g_array_index(uids, guint32, uids->len - 1) : 0;
}

static bool
has_uid(const GArray *uids, guint32 uid)
{
	guint index;

	for (guint low = 0, high = uids->len; low < high;) {
		index = low + (high - low) / 2;
		if (g_array_index(uids, guint32, index) == uid)
			return true;
		if (g_array_index(uids, guint32, index) < uid)
			low = index + 1;
		else
			high = index;
	}
	return false;
}

static bool
is_known(const struct job *job, guint32 uid)
{
	return has_uid(job->known.uids, uid);
}

/* A whole letter that is to take its header's place? */
static bool
is_wanted(const struct job *job, const struct imap_fetched *f)
{
	return !f->is_header && has_uid(job->known.wanted, f->uid);
}

/* Everything about the folder has come: renames, what vanished; the counters follow the
 * next commit. */
static bool
job_complete(struct job *job, GError **error)
{
	const struct imap_sync_sink *sink = job->sync->sink;
	GArray *gone;
	bool is_good = true;

	for (guint i = 0; is_good && i < job->changes->len; i++) {
		const struct imap_fetched *f =
		    &g_array_index(job->changes, struct imap_fetched, i);
		is_good = sink->flags(sink->user, job->name, f->uid, f->flags, error);
	}
	if (job->has_listing) {
		imap_plan_sort(job->present);
		gone = imap_plan_missing(job->known.uids, job->present);
	} else {
		GArray *kept;
		imap_plan_sort(job->vanished);
		kept = imap_plan_missing(job->known.uids, job->vanished);
		gone = imap_plan_missing(job->known.uids, kept);
		g_array_free(kept, TRUE);
	}
	if (is_good && gone->len > 0)
		is_good = sink->gone(sink->user, job->name, gone, error);
	g_array_free(gone, TRUE);
	g_ptr_array_add(job->sync->finished, job);
	return is_good;
}

bool
job_on_done(void *user, const struct guard_event *ev, GError **error)
{
	struct job *job = user;
	const struct imap_sync_sink *sink = job->sync->sink;

	job->n_commands--;
	if (ev->status != GUARD_OK && !job->has_failed) {
		char *text = g_strdup_printf(
		    "the server refused to show this folder; it says: %s", ev->text);
		job->has_failed = true;
		sink->on_error(sink->user, job->name, text);
		g_free(text);
	}
	if (job->n_commands > 0 || !job->is_submitted_whole || job->has_failed)
		return true;
	return job_complete(job, error);
}

bool
job_command(
    struct job *job, const struct imap_command *command, const char *text, GError **error)
{
	if (!imap_make_room(job->sync->imap, error))
		return false;
	job->n_commands++;
	return imap_submit(job->sync->imap, command, text, error);
}

/* EXAMINE tells UIDVALIDITY again: what was planned for another one is not used. */
static bool
on_examine(void *user, const struct guard_event *ev, GError **error)
{
	struct job *job = user;
	guint64 uidvalidity = imap_reply_code(ev->tokens, "UIDVALIDITY");

	(void)error;
	if (ev->kind == GUARD_STATUS && uidvalidity != 0 &&
	    uidvalidity != job->folder.uidvalidity)
		job->has_failed = true; /* the next run sees the new one from the start */
	return true;
}

static bool
on_examined(void *user, const struct guard_event *ev, GError **error)
{
	struct job *job = user;

	job->is_selected = ev->status == GUARD_OK;
	return job_on_done(user, ev, error);
}

bool
job_examine(struct job *job, GError **error)
{
	struct imap_command command = {
	    .on_data = on_examine, .on_done = on_examined, .user = job};
	char *quoted = mailbox_name_quote(job->folder.wire);
	char *text = g_strconcat("EXAMINE ", quoted, NULL);
	bool is_good = job_command(job, &command, text, error);

	g_free(text);
	g_free(quoted);
	return is_good;
}

static bool
malformed(const struct job *job, GError **error)
{
	g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL,
	    "%s: folder \"%s\": the server's answer makes no sense",
	    imap_label(job->sync->imap), job->name);
	return false;
}

static bool
on_body(void *user, guint64 len, GError **error)
{
	struct job *job = user;
	const struct imap_sync_sink *sink = job->sync->sink;

	(void)len;
	if (!job->is_selected || job->has_failed)
		return true; /* of another mailbox than was planned: let it pass by */
	job->in_message = true;
	job->received = 0;
	return sink->message_begin(sink->user, job->name, error);
}

static bool
on_bytes(void *user, const char *bytes, size_t len, GError **error)
{
	struct job *job = user;
	const struct imap_sync_sink *sink = job->sync->sink;

	if (!job->in_message)
		return true;
	job->received += len;
	return sink->message_bytes(sink->user, bytes, len, error);
}

static bool
is_commit_due(const struct sync *s)
{
	guint limit = (guint)CLAMP(s->done - s->n_ended, COMMIT_FIRST, COMMIT_COUNT);

	return s->n_ended >= limit || s->bytes_ended >= COMMIT_BYTES ||
	       g_get_monotonic_time() - s->last_commit > COMMIT_USEC;
}

static bool
end_message(struct job *job, const struct imap_fetched *f, GError **error)
{
	struct sync *s = job->sync;

	job->in_message = false;
	if (f->uid == 0) /* what it is cannot be known, nor whether all has come */
		return malformed(job, error);
	if ((is_known(job, f->uid) && !is_wanted(job, f)) ||
	    !g_hash_table_add(job->fetched, GUINT_TO_POINTER(f->uid))) {
		s->sink->message_abort(s->sink->user);
		return true;
	}
	if (!s->sink->message_end(s->sink->user, job->name, f, error))
		return false;
	job->n_new++;
	s->n_ended++;
	s->done++;
	s->bytes_ended += job->received;
	s->sink->on_progress(s->sink->user, job->name, s->done, MAX(s->total, s->done));
	return !is_commit_due(s) || sync_commit_soon(s, error);
}

/* A FETCH: of a new message when it has a body, which has been streamed, or is short and
 * stands among the tokens; else the flags of a known one. */
static bool
on_fetch(struct job *job, const struct guard_event *ev, GError **error)
{
	struct imap_fetched f;
	char *structure;
	bool is_good;

	if (!imap_reply_fetch(ev->tokens, &f))
		return malformed(job, error);
	job_read_keywords(job, ev->tokens, &f);
	structure =
	    f.structure_at != 0 ? imap_structure_text(ev->tokens, f.structure_at) : NULL;
	f.structure = structure;
	if (ev->has_body || f.body != NULL) {
		is_good = ev->has_body || (on_body(job, f.body_len, error) &&
					      on_bytes(job, f.body, f.body_len, error));
		is_good = is_good && end_message(job, &f, error);
		g_free(structure);
		return is_good;
	}
	g_free(structure);
	if (!is_known(job, f.uid))
		return true;
	if (f.has_flags)
		g_array_append_val(job->changes, f);
	if (job->plan.changes == IMAP_CHANGES_FULL && !job->is_archive)
		g_array_append_val(job->present, f.uid);
	return true;
}

/* All commands of a folder share this: a server may answer the second before it has ended
 * the first. */
static bool
on_data(void *user, const struct guard_event *ev, GError **error)
{
	struct job *job = user;
	bool is_vanished = imap_token_is(imap_tokens_at(ev->tokens, 0), "VANISHED");
	/* who has a listing from a search of his own takes no other for it */
	GArray *uids = is_vanished || job->is_chosen ? job->vanished : job->present;

	if (ev->kind != GUARD_DATA || !job->is_selected || job->has_failed)
		return true;
	if (imap_reply_is_fetch(ev->tokens))
		return on_fetch(job, ev, error);
	(void)imap_reply_uids(
	    ev->tokens, highest_known(job), uids); /* else unasked data */
	return true;
}

static struct imap_command
make_command(
    struct job *job, bool (*on_done)(void *, const struct guard_event *, GError **))
{
	return (struct imap_command){.on_data = on_data,
	    .on_body = on_body,
	    .on_bytes = on_bytes,
	    .on_done = on_done,
	    .user = job};
}

static bool
on_change_done(void *user, const struct guard_event *ev, GError **error)
{
	struct job *job = user;

	job->has_listing = job->has_listing || job->plan.changes != IMAP_CHANGES_QRESYNC;
	return job_on_done(user, ev, error);
}

const char *
job_labels_item(const struct job *job)
{
	return job->sync->is_gmail ? " X-GM-LABELS" : "";
}

void
job_read_keywords(
    const struct job *job, const struct imap_tokens *tokens, struct imap_fetched *f)
{
	const struct sync *s = job->sync;

	imap_reply_keywords(tokens, s->sink->keywords, f);
	imap_reply_labels(tokens, s->names.code, s->sink->label, s->sink->user, f);
}

static bool
submit_changes(struct job *job, GError **error)
{
	struct imap_command flags = make_command(job, job_on_done);
	struct imap_command last = make_command(job, on_change_done);
	guint32 high = highest_known(job);
	bool is_good = true;
	char *text;

	if (job->plan.changes == IMAP_CHANGES_NONE)
		return true;
	if (job->plan.changes == IMAP_CHANGES_FULL)
		text =
		    g_strdup_printf("UID FETCH 1:%u (FLAGS%s)", high, job_labels_item(job));
	else
		text = g_strdup_printf(
		    "UID FETCH 1:%u (FLAGS%s) (CHANGEDSINCE %" G_GUINT64_FORMAT "%s)", high,
		    job_labels_item(job), job->known.modseq,
		    job->plan.changes == IMAP_CHANGES_QRESYNC ? " VANISHED" : "");
	if (job->plan.changes == IMAP_CHANGES_CONDSTORE) {
		is_good = job_command(job, &flags, text, error);
		g_free(text);
		text = g_strdup_printf("UID SEARCH %sUID 1:%u",
		    imap_has(job->sync->imap, "ESEARCH") ? "RETURN (ALL) " : "", high);
	}
	is_good = is_good && job_command(job, &last, text, error);
	g_free(text);
	return is_good;
}

/* In sets, newest first. */
static GPtrArray *
chosen_sets(const GArray *uids)
{
	GPtrArray *sets = g_ptr_array_new_with_free_func(g_free);

	for (guint end = uids->len; end > 0;) {
		guint first = end > BATCH ? end - BATCH : 0, at = 0;
		GArray *part = g_array_new(FALSE, FALSE, sizeof(guint32));

		g_array_append_vals(
		    part, &g_array_index(uids, guint32, first), end - first);
		while (at < part->len)
			g_ptr_array_add(sets, imap_plan_take_set(part, &at, SET_BYTES));
		g_array_free(part, TRUE);
		end = first;
	}
	return sets;
}

#define WHOLE  "BODY.PEEK[]"
#define HEADER "BODYSTRUCTURE BODY.PEEK[HEADER]"

/* Takes the sets. */
static bool
submit_sets(struct job *job, GPtrArray *sets, const char *what, GError **error)
{
	struct imap_command command = make_command(job, job_on_done);
	bool is_good = true;

	for (guint i = 0; is_good && i < sets->len; i++) {
		char *text = g_strdup_printf(
		    "UID FETCH %s (UID FLAGS%s INTERNALDATE RFC822.SIZE %s)",
		    (const char *)g_ptr_array_index(sets, i), job_labels_item(job), what);
		is_good = job_command(job, &command, text, error);
		g_free(text);
	}
	g_ptr_array_unref(sets);
	return is_good;
}

static bool
submit_messages(struct job *job, GError **error)
{
	GPtrArray *sets = job->is_chosen
			      ? chosen_sets(job->chosen)
			      : imap_plan_sets(job->known.uids, job->plan.first,
				    job->plan.last, job->plan.estimate, BATCH, SET_BYTES);

	return submit_sets(job, sets, WHOLE, error) &&
	       submit_sets(job, chosen_sets(job->large), HEADER, error) &&
	       submit_sets(job, chosen_sets(job->known.wanted), WHOLE, error);
}

bool
job_submit(struct job *job, GError **error)
{
	job->is_submitted_whole = false;
	job->is_selected = false;
	if (!job_examine(job, error) || !submit_changes(job, error) ||
	    !submit_messages(job, error))
		return false;
	job->is_submitted_whole = true;
	/* all results may be in already when the window was small */
	return job->n_commands > 0 || job->has_failed || job_complete(job, error);
}
