/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue_run.c - the runner's side of the queue: the lock, what a crash left behind,
 * claims, dots, fates and steps. */
#include "store/queue_private.h"

#include "base/error.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define ORPHAN_S                                                                         \
	86400 /* an .eml without a ledger line may belong to a queue_add() under way */

bool
queue_lock(struct queue *q, GError **error)
{
	char *path = g_build_filename(q->dir, "lock", NULL);

	if (q->lock_fd < 0)
		q->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (q->lock_fd < 0)
		g_set_error(
		    error, PF_ERROR, PF_ERROR_IO, "%s: %s", path, g_strerror(errno));
	g_free(path);
	if (q->lock_fd < 0)
		return false;
	if (flock(q->lock_fd, LOCK_EX | LOCK_NB) == 0)
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
	    "another Penfold is sending from this queue");
	close(q->lock_fd);
	q->lock_fd = -1;
	return false;
}

void
queue_unlock(struct queue *q)
{
	if (q->lock_fd >= 0)
		close(q->lock_fd);
	q->lock_fd = -1;
}

static void
remove_orphan(struct queue *q, const char *name, gint64 now)
{
	char *path = g_build_filename(q->dir, name, NULL);
	GStatBuf st;

	if (g_stat(path, &st) == 0 && now - (gint64)st.st_mtime > ORPHAN_S) {
		log_warn("queue", "orphan=%s removed", name);
		g_unlink(path);
	}
	g_free(path);
}

static void
remove_orphans(struct queue *q, gint64 now)
{
	GDir *dir = g_dir_open(q->dir, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		char *id = g_str_has_suffix(name, ".eml")
			       ? g_strndup(name, strlen(name) - 4)
			       : NULL;
		enum queue_state state;
		GError *error = NULL;

		if (id != NULL && !queue_state_of(q, id, &state, &error)) {
			if (g_error_matches(error, PF_ERROR, PF_ERROR_NOT_FOUND))
				remove_orphan(q, name, now);
		} else if (id != NULL && state == QUEUE_SENT) {
			struct queue_entry *e = queue_get(q, id, NULL);

			if (e != NULL)
				queue_sweep(q, e);
			queue_entry_free(e);
		}
		g_clear_error(&error);
		g_free(id);
	}
	g_clear_pointer(&dir, g_dir_close);
}

/* Those at the dot: the answer of every recipient still open is unknown. */
static bool
recover_entry(struct queue *q, struct queue_entry *e, GError **error)
{
	bool moved;
	guint i;

	if (e->state == QUEUE_SENDING)
		return queue_move(q, e->id, QUEUE_ON_CRASH, &e->state, &moved, error);
	for (i = 0; i < e->recipients->len; i++) {
		struct queue_recipient *r = e->recipients->pdata[i];

		if (r->fate != QUEUE_PENDING && r->fate != QUEUE_FATE_DEFERRED)
			continue;
		r->fate = QUEUE_FATE_UNCERTAIN;
		g_free(r->reply);
		r->reply =
		    g_strdup("Penfold was stopped before the server's answer came");
	}
	g_free(e->said);
	e->said = g_strdup(
	    "Penfold was stopped while the server was answering: the letter may have "
	    "arrived. Retry sends the same bytes again, with the same Message-ID.");
	return queue_settle(q, &e, 1, error);
}

bool
queue_recover(struct queue *q, gint64 now, GError **error)
{
	GPtrArray *all = queue_list(q, false, error);
	bool good = all != NULL;
	guint i;

	for (i = 0; good && i < all->len; i++) {
		struct queue_entry *e = all->pdata[i];

		if (e->state == QUEUE_SENDING || e->state == QUEUE_DOT)
			good = recover_entry(q, e, error);
	}
	g_clear_pointer(&all, g_ptr_array_unref);
	if (good)
		remove_orphans(q, now);
	return good;
}

bool
queue_is_due(const struct queue_entry *e, gint64 now, bool all)
{
	return e->state == QUEUE_READY ||
	       (e->state == QUEUE_SCHEDULED && e->next_try <= now) ||
	       (e->state == QUEUE_HELD && e->next_try > 0 && e->next_try <= now) ||
	       (e->state == QUEUE_DEFERRED && (all || e->next_try <= now));
}

static GPtrArray *
filtered(GPtrArray *entries, bool (*keep)(const struct queue_entry *, gint64, bool),
    gint64 now, bool all, const char *id)
{
	guint i = 0;

	while (entries != NULL && i < entries->len) {
		const struct queue_entry *e = entries->pdata[i];

		if ((id == NULL || strcmp(id, e->id) == 0) && keep(e, now, all))
			i++;
		else
			g_ptr_array_remove_index(entries, i);
	}
	return entries;
}

bool
queue_forgive(struct queue *q, const char *id, GError **error)
{
	return queue_db_run(
	    q->db, queue_db_bind(q->db, QUEUE_DB_RECIPIENTS_FORGIVE, error, "s", id), error);
}

/* Is it one over which a connection broke (RFC 3463: 4.4.2, in our own words)? */
static bool
is_awkward(const struct queue_entry *e)
{
	guint i;

	for (i = 0; i < e->recipients->len; i++) {
		const struct queue_recipient *r = e->recipients->pdata[i];

		if (r->fate == QUEUE_FATE_DEFERRED && r->code == 0 && strcmp(r->status, "4.4.2") == 0)
			return true;
	}
	return false;
}

/* The sort is stable: of one priority the oldest stay first. */
static gint
by_priority(gconstpointer a, gconstpointer b)
{
	const struct queue_entry *x = *(struct queue_entry *const *)a;
	const struct queue_entry *y = *(struct queue_entry *const *)b;

	if (x->priority != y->priority)
		return (int)y->priority - (int)x->priority;
	return (int)is_awkward(x) - (int)is_awkward(y);
}

GPtrArray *
queue_due(struct queue *q, gint64 now, bool all, const char *id, GError **error)
{
	GPtrArray *due = filtered(
	    queue_list(q, false, error), queue_is_due, now, all || id != NULL, id);

	if (due != NULL)
		g_ptr_array_sort(due, by_priority);
	return due;
}

bool
queue_step_is_due(const struct queue_entry *e, enum queue_step step)
{
	guint i;

	if (e->steps[step] != QUEUE_WANTED || e->state == QUEUE_CANCELLED)
		return false;
	for (i = 0; i < e->recipients->len; i++) {
		if (((const struct queue_recipient *)e->recipients->pdata[i])->fate ==
		    QUEUE_FATE_SENT)
			return true;
	}
	return false;
}

static bool
is_unfinished(const struct queue_entry *e, gint64 now, bool all)
{
	(void)now;
	(void)all;
	return queue_step_is_due(e, QUEUE_STEP_COPY) ||
	       queue_step_is_due(e, QUEUE_STEP_ANSWERED);
}

GPtrArray *
queue_unfinished(struct queue *q, GError **error)
{
	return filtered(queue_list(q, false, error), is_unfinished, 0, false, NULL);
}

bool
queue_claim(struct queue *q, struct queue_entry *entry, bool *claimed_out, GError **error)
{
	if (!queue_move(q, entry->id, QUEUE_ON_CLAIM, &entry->state, claimed_out, error))
		return false;
	entry->attempts += *claimed_out;
	return true;
}

bool
queue_mark_dot(struct queue *q, struct queue_entry *entry, bool *go_out, GError **error)
{
	return queue_move(q, entry->id, QUEUE_ON_DOT, &entry->state, go_out, error);
}

bool
queue_postpone(struct queue *q, struct queue_entry *entry, gint64 at, const char *why,
    GError **error)
{
	bool moved;

	if (!queue_begin(q, error))
		return false;
	if (!queue_move(q, entry->id, QUEUE_ON_PACE, &entry->state, &moved, error) ||
	    (moved && !queue_db_run(q->db,
			  queue_db_bind(
			      q->db, QUEUE_DB_LEAVE_AT, error, "sis", entry->id, at, why),
			  error))) {
		queue_rollback(q);
		return false;
	}
	return queue_commit(q, error);
}

/* Its writer's own time needs no words. */
static bool
is_paced(const struct queue_entry *e, gint64 now, bool all)
{
	(void)all;
	return e->state == QUEUE_SCHEDULED && *e->said != '\0' && e->next_try > now;
}

GPtrArray *
queue_paced(struct queue *q, gint64 now, GError **error)
{
	return filtered(queue_list(q, false, error), is_paced, now, false, NULL);
}

bool
queue_has_untold(const struct queue_entry *e)
{
	guint i;

	for (i = 0; i < e->recipients->len; i++) {
		const struct queue_recipient *r = e->recipients->pdata[i];

		if (r->fate == QUEUE_FATE_FAILED && !r->is_told)
			return true;
	}
	return false;
}

/* Nobody has an address for it (RFC 5321 4.5.5), or wants none (RFC 3461 4.1, NEVER). */
static bool
wants_no_report(const struct queue_entry *e)
{
	return *e->sender == '\0' || strcmp(e->notify, "NEVER") == 0;
}

/* `all` stands for "warnings, too", `now` is the time before which a late letter was
 * written. */
static bool
is_to_tell(const struct queue_entry *e, gint64 now, bool all)
{
	if (e->state == QUEUE_CANCELLED || e->state == QUEUE_SENDING ||
	    e->state == QUEUE_DOT || wants_no_report(e))
		return false;
	return queue_has_untold(e) ||
	       (all && e->state == QUEUE_DEFERRED && !e->is_warned && e->attempts > 0 &&
		   e->created <= now);
}

GPtrArray *
queue_to_tell(struct queue *q, gint64 now, gint64 warn_s, GError **error)
{
	return filtered(
	    queue_list(q, false, error), is_to_tell, now - warn_s, warn_s > 0, NULL);
}

bool
queue_told(struct queue *q, const struct queue_entry *entry, bool is_late, GError **error)
{
	return queue_db_run(q->db,
	    queue_db_bind(
		q->db, is_late ? QUEUE_DB_WARNED : QUEUE_DB_TOLD, error, "s", entry->id),
	    error);
}

static enum queue_event
outcome(const struct queue_entry *e)
{
	enum queue_fate *fates = g_new(enum queue_fate, e->recipients->len);
	enum queue_event event;
	guint i;

	for (i = 0; i < e->recipients->len; i++)
		fates[i] =
		    ((const struct queue_recipient *)e->recipients->pdata[i])->fate;
	event = queue_state_outcome(fates, e->recipients->len);
	g_free(fates);
	return event;
}

static bool
settle(struct queue *q, struct queue_entry *e, GError **error)
{
	bool moved;
	guint i;

	if (!queue_move(q, e->id, outcome(e), &e->state, &moved, error))
		return false;
	if (!moved)
		return true;
	for (i = 0; i < e->recipients->len; i++) {
		const struct queue_recipient *r = e->recipients->pdata[i];

		if (!queue_db_run(q->db,
			queue_db_bind(q->db, QUEUE_DB_RECIPIENT_RESULT, error, "sisssiii",
			    e->id, (gint64)i, queue_fate_name(r->fate), r->reply,
			    r->status, (gint64)r->code, (gint64)r->attempts, r->next_try),
			error))
			return false;
	}
	if (!queue_address_learn(q, e, error) || !queue_attempt_note(q, e, error))
		return false;
	return queue_db_run(q->db,
	    queue_db_bind(
		q->db, QUEUE_DB_RESULT, error, "ssi", e->id, e->said, e->next_try),
	    error);
}

void
queue_sweep(struct queue *q, const struct queue_entry *e)
{
	if (e->state == QUEUE_SENT && !queue_step_is_due(e, QUEUE_STEP_COPY) &&
	    !queue_step_is_due(e, QUEUE_STEP_ANSWERED))
		queue_remove_bytes(q, e->id);
}

bool
queue_settle(
    struct queue *q, struct queue_entry *const *entries, size_t n, GError **error)
{
	size_t i;

	if (!queue_db_begin(q->db, error))
		return false;
	for (i = 0; i < n; i++) {
		if (!settle(q, entries[i], error)) {
			queue_db_rollback(q->db);
			return false;
		}
	}
	return queue_db_commit(q->db, error);
}

bool
queue_step_done(struct queue *q, struct queue_entry *const *entries, size_t n,
    enum queue_step step, GError **error)
{
	static const enum queue_statement which[QUEUE_N_STEPS] = {
	    QUEUE_DB_STEP_COPY, QUEUE_DB_STEP_ANSWERED};
	size_t i;

	if (!queue_db_begin(q->db, error))
		return false;
	for (i = 0; i < n; i++) {
		if (!queue_db_run(q->db,
			queue_db_bind(q->db, which[step], error, "s", entries[i]->id),
			error)) {
			queue_db_rollback(q->db);
			return false;
		}
		entries[i]->steps[step] = QUEUE_DONE;
	}
	return queue_db_commit(q->db, error);
}
