/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One run: list the mailboxes with their counters, plan each, then submit the commands of
 * all of them without waiting. Round trips do not grow with the number of folders or
 * messages. */
#include "net/imap_sync.h"

#include "net/imap_sync_job.h"

#include "base/error.h"

#include <string.h>

/* More messages than this, from so far away: compression is worth a round trip. */
#define COMPRESS_MESSAGES 300
#define COMPRESS_US	  5000

void
imap_upload_free(struct imap_upload *u)
{
	if (u == NULL)
		return;
	g_free(u->folder);
	g_free(u->base);
	g_free(u->path);
	g_free(u->message_id);
	g_free(u);
}

static void
free_box(gpointer box)
{
	imap_mailbox_free(box);
}

static void
free_job(gpointer job)
{
	job_free(job);
}

/* INBOX first, then the folders that have a role, then by name. */
static gint
compare_jobs(gconstpointer a, gconstpointer b)
{
	const struct job *x = *(const struct job *const *)a,
			 *y = *(const struct job *const *)b;
	guint rank_x = (guint)x->folder.role - 1u, rank_y = (guint)y->folder.role - 1u;

	if (rank_x != rank_y)
		return rank_x < rank_y ? -1 : 1;
	return strcmp(x->name, y->name);
}

struct job *
sync_find_job(const struct sync *s, const char *name)
{
	for (guint i = 0; i < s->jobs->len; i++) {
		struct job *job = g_ptr_array_index(s->jobs, i);
		if (g_str_equal(job->name, name))
			return job;
	}
	return NULL;
}

/* The user's settings over the server's marks, those over the usual names. */
static void
assign_role(struct sync *s, enum imap_role role)
{
	bool is_strict = false;
	const char *name = s->sink->role_folder(s->sink->user, role, &is_strict);
	struct job *wanted = name != NULL ? sync_find_job(s, name) : NULL;

	for (guint i = 0; i < s->jobs->len; i++) {
		struct job *job = g_ptr_array_index(s->jobs, i);
		if (job->folder.role != role)
			continue;
		if (!is_strict || wanted == NULL)
			return;
		job->folder.role = IMAP_ROLE_NONE;
	}
	if (wanted != NULL && wanted->folder.role == IMAP_ROLE_NONE)
		wanted->folder.role = role;
}

static void
make_jobs(struct sync *s)
{
	GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < s->boxes->len; i++) {
		const struct imap_mailbox *box = g_ptr_array_index(s->boxes, i);
		char *name = imap_names_folder(&s->names, box->wire, box->delimiter);

		if (name != NULL && box->is_selectable)
			s->sink->listed(s->sink->user, name);
		if (name == NULL && s->is_surveyed)
			continue; /* it has been told */
		if (name == NULL)
			s->sink->on_error(s->sink->user, box->wire,
			    "the server's name of this mailbox cannot be used in a "
			    "command; it is "
			    "left out");
		else if (!box->is_selectable ||
			 !s->sink->is_wanted(s->sink->user, name,
			     imap_names_is_foreign(&s->names, box->wire) ||
				 sync_is_label(s, box)) ||
			 g_hash_table_contains(names, name))
			g_clear_pointer(&name, g_free);
		else if (!box->has_status && !s->is_surveyed)
			s->sink->on_error(s->sink->user, name,
			    "the server does not say what is in this mailbox; it is left "
			    "out");
		if (name != NULL && box->has_status) {
			struct job *job = job_new(s, box, name);
			g_hash_table_add(names, job->name);
			g_ptr_array_add(s->jobs, job);
		}
		g_free(name);
	}
	g_hash_table_unref(names);
	for (int role = IMAP_ROLE_SENT; role <= IMAP_ROLE_JUNK; role++)
		assign_role(s, (enum imap_role)role);
	g_ptr_array_sort(s->jobs, compare_jobs);
}

/* Renumbered, or seen for the first time over files of another program. */
static bool
is_to_match(const struct job *job)
{
	return job->plan.action == IMAP_ACTION_REMATCH ||
	       (job->known.has_files && job->folder.messages > 0);
}

/* Plan all; what needs an exchange of its own happens here. */
static bool
prepare_job(struct sync *s, struct job *job, GError **error)
{
	if (!job_plan(job, error))
		return false;
	if (is_to_match(job) &&
	    (!job_rematch(job, error) || (!job->has_failed && !job_plan(job, error))))
		return false;
	if (job->plan.first <= job->plan.last)
		s->total += job->plan.estimate;
	return true;
}

/* What the server has, and what is to be done about it. */
static bool
survey(struct sync *s, GError **error)
{
	bool is_good;

	g_ptr_array_set_size(s->jobs, 0); /* they borrow from the boxes */
	g_ptr_array_set_size(s->boxes, 0);
	s->total = s->done;
	is_good = sync_ask(s, error);
	if (is_good) {
		make_jobs(s);
		is_good = sync_follow_renames(s, error);
	}
	for (guint i = 0; is_good && i < s->jobs->len; i++)
		is_good = prepare_job(s, g_ptr_array_index(s->jobs, i), error);
	is_good = is_good && sync_choose(s, error);
	s->is_surveyed = true;
	return is_good;
}

/* The first n of them. */
static bool
finish_folders(struct sync *s, guint n, GError **error)
{
	for (guint i = 0; i < n; i++) {
		const struct job *job = g_ptr_array_index(s->finished, i);
		if (!s->sink->finish_folder(s->sink->user, &job->folder, error))
			return false;
	}
	if (n > 0)
		g_ptr_array_remove_range(s->finished, 0, n);
	return true;
}

bool
sync_commit_soon(struct sync *s, GError **error)
{
	bool is_begun = false;

	if (!s->sink->commit_soon(s->sink->user, &is_begun, error))
		return false;
	if (!is_begun)
		return true;
	if (!finish_folders(s, s->n_begun, error))
		return false;
	s->n_begun = s->finished->len;
	s->n_ended = 0;
	s->bytes_ended = 0;
	s->last_commit = g_get_monotonic_time();
	return true;
}

bool
sync_commit(struct sync *s, GError **error)
{
	if (!s->sink->commit(s->sink->user, error) ||
	    !finish_folders(s, s->finished->len, error))
		return false;
	s->n_begun = 0;
	s->n_ended = 0;
	s->bytes_ended = 0;
	s->last_commit = g_get_monotonic_time();
	return true;
}

/* Each folder of which nothing is missing any more. */
static bool
settle_jobs(struct sync *s, GError **error)
{
	bool is_good = true;

	for (guint i = 0; is_good && i < s->jobs->len; i++) {
		const struct job *job = g_ptr_array_index(s->jobs, i);
		if (!job->has_failed && job->plan.action != IMAP_ACTION_REMATCH)
			is_good = s->sink->settled(s->sink->user, job->name, error);
	}
	return is_good;
}

static bool
run_jobs(struct sync *s, GError **error)
{
	if (s->total - s->done > COMPRESS_MESSAGES &&
	    imap_round_trip_us(s->imap) > COMPRESS_US && !imap_compress(s->imap, error))
		return false;
	for (guint i = 0; i < s->jobs->len; i++) {
		struct job *job = g_ptr_array_index(s->jobs, i);
		if (job->plan.action == IMAP_ACTION_UPDATE && !job->has_failed &&
		    !job_submit(job, error))
			return false;
	}
	return imap_drain(s->imap, 0, error) && sync_commit(s, error) &&
	       settle_jobs(s, error);
}

static void
tell_folders(const struct sync *s)
{
	for (guint i = 0; i < s->jobs->len; i++) {
		const struct job *job = g_ptr_array_index(s->jobs, i);
		s->sink->on_folder(s->sink->user, &job->folder, job->n_new);
	}
}

/* Changes go up first, so that what was done here is not undone by an older state of the
 * server. Letters go up last: what the server has of them has come by then. */
static bool
run(struct sync *s, GError **error)
{
	bool is_renamed = false;

	if (!survey(s, error) || !sync_push_renames(s, &is_renamed, error) ||
	    (is_renamed && !survey(s, error)))
		return false;
	if (!sync_push(s, error) || (s->has_pushed && !survey(s, error)) ||
	    !run_jobs(s, error))
		return false;
	s->has_pushed = false;
	return sync_upload(s, error) &&
	       (!s->has_pushed || (survey(s, error) && run_jobs(s, error)));
}

bool
imap_sync_run(struct imap *imap, const struct imap_sync_sink *sink, GError **error)
{
	struct sync s = {
	    .imap = imap, .sink = sink, .last_commit = g_get_monotonic_time()};
	bool is_good;

	s.can.condstore = imap_has(imap, "CONDSTORE") || imap_has(imap, "QRESYNC");
	s.boxes = g_ptr_array_new_with_free_func(free_box);
	s.jobs = g_ptr_array_new_with_free_func(free_job);
	s.finished = g_ptr_array_new();
	s.created = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	is_good = run(&s, error);
	if (!is_good) {
		sink->message_abort(sink->user);
		/* what came whole is kept; the first error counts */
		(void)sync_commit(&s, NULL);
	}
	tell_folders(&s);
	imap_names_clear(&s.names);
	g_hash_table_unref(s.created);
	g_ptr_array_unref(s.finished);
	g_ptr_array_unref(s.jobs);
	g_ptr_array_unref(s.boxes);
	return is_good;
}
