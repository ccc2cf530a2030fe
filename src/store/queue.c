/* SPDX-License-Identifier: GPL-3.0-or-later */
/* queue.c - the queue: bytes first, then the ledger line, then the word "queued". Changes
 * compare the state they start from, so that penfold-store and penfold-send need no lock
 * between them: a letter is taken back before its dot or not at all. */
#include "store/queue.h"

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"
#include "store/queue_private.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define ID_LEN 8

/* --- open --- */

struct queue *
queue_open(const char *state_dir, GError **error)
{
	struct queue *q = g_new0(struct queue, 1);
	char *path;
	bool is_new;

	q->lock_fd = -1;
	q->dir = g_build_filename(state_dir, "queue", NULL);
	path = g_build_filename(q->dir, "queue.db", NULL);
	is_new = !g_file_test(path, G_FILE_TEST_EXISTS);
	if (file_make_dir(q->dir, error))
		q->db = queue_db_open(path, error);
	g_free(path);
	if (q->db != NULL && (!is_new || file_sync_dir(q->dir, error)))
		return q;
	queue_close(q);
	return NULL;
}

struct queue *
queue_open_frozen(const char *state_dir, GError **error)
{
	struct queue *q = g_new0(struct queue, 1);
	char *path;

	q->lock_fd = -1;
	q->is_frozen = true;
	q->dir = g_build_filename(state_dir, "queue", NULL);
	path = g_build_filename(q->dir, "queue.db", NULL);
	q->db = queue_db_open_frozen(path, error);
	g_free(path);
	if (q->db != NULL)
		return q;
	queue_close(q);
	return NULL;
}

bool
queue_is_frozen(const struct queue *q)
{
	return q->is_frozen;
}

void
queue_close(struct queue *q)
{
	if (q == NULL)
		return;
	queue_unlock(q);
	queue_db_close(q->db);
	g_free(q->dir);
	g_free(q);
}

char *
queue_path(const struct queue *q, const char *id)
{
	return g_strdup_printf("%s/%s.eml", q->dir, id);
}

/* --- add --- */

/* Short enough to be typed; letters that cannot be misread (RFC 4648 6). Owned. */
static char *
new_id(void)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz234567";
	guint8 random[ID_LEN];
	char *id = g_malloc0(ID_LEN + 1);
	size_t i;

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		g_error("the kernel gives no random bytes");
	for (i = 0; i < ID_LEN; i++)
		id[i] = alphabet[random[i] % 32];
	return id;
}

static char *
free_id(const struct queue *q)
{
	for (;;) {
		char *id = new_id(), *path = queue_path(q, id);
		bool is_taken = g_file_test(path, G_FILE_TEST_EXISTS);

		g_free(path);
		if (!is_taken)
			return id;
		g_free(id);
	}
}

static bool
add_lines(struct queue *q, const struct queue_letter *l, const char *id, gint64 now,
    GError **error)
{
	char *sha256 = g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, l->bytes);
	bool waits = l->leave_at > now, good;
	enum queue_state waiting = l->is_undo ? QUEUE_HELD : QUEUE_SCHEDULED;
	gint64 i;

	good = queue_db_run(q->db,
	    queue_db_bind(q->db, QUEUE_DB_ADD, error, "ssssssssisssiiiiisi", id,
		l->account, l->sender, l->from, l->to, l->subject, l->message_id, sha256,
		(gint64)g_bytes_get_size(l->bytes), l->draft, l->answers,
		queue_state_name(waits ? waiting : QUEUE_READY), now,
		waits ? l->leave_at : (gint64)0,
		(gint64)(l->want_copy ? QUEUE_WANTED : QUEUE_NOT_WANTED),
		(gint64)(l->answers != NULL ? QUEUE_WANTED : QUEUE_NOT_WANTED),
		(gint64)l->priority, l->notify != NULL ? l->notify : "",
		(gint64)l->require_tls),
	    error);
	for (i = 0; good && l->recipients[i] != NULL; i++)
		good = queue_db_run(q->db,
		    queue_db_bind(q->db, QUEUE_DB_ADD_RECIPIENT, error, "sis", id, i,
			l->recipients[i]),
		    error);
	g_free(sha256);
	return good;
}

/* A disk that failed at the end of the transaction may have all of it: whoever opens the ledger next
 * finds it whole. Without its bytes nothing would leave; but those cannot be removed. */
static void
say_doubt(GError **error)
{
	GError *cause = error != NULL ? g_steal_pointer(error) : NULL;

	if (cause == NULL)
		return;
	g_set_error(error, cause->domain, cause->code,
	    "%s; the letter may be in the outbox all the same: look there before you send it again",
	    cause->message);
	g_error_free(cause);
}

char *
queue_add(struct queue *q, const struct queue_letter *letter, gint64 now, GError **error)
{
	char *id = free_id(q), *path = queue_path(q, id);
	gsize len;
	const void *data = g_bytes_get_data(letter->bytes, &len);
	bool good = file_write_durable(path, data, len, 0600, error), is_whole = false;

	if (good) {
		good = queue_db_begin(q->db, error);
		if (good && !add_lines(q, letter, id, now, error)) {
			queue_db_rollback(q->db);
			good = false;
		}
		is_whole = good;
		good = good && queue_db_commit(q->db, error);
		if (!good && g_unlink(path) != 0 && is_whole)
			say_doubt(error);
	}
	g_free(path);
	if (!good)
		g_clear_pointer(&id, g_free);
	return id;
}

/* --- read --- */

struct queue_entry *
queue_get(struct queue *q, const char *id, GError **error)
{
	return queue_entry_load(q->db, id, error);
}

GPtrArray *
queue_list(struct queue *q, bool all, GError **error)
{
	return queue_entry_load_all(q->db, all, error);
}

gint64
queue_next_try(struct queue *q, GError **error)
{
	sqlite3_stmt *st = queue_db_bind(q->db, QUEUE_DB_NEXT_TRY, error, "");
	gint64 next = 0;

	if (st != NULL && queue_db_step(q->db, st, error) > 0) {
		next = sqlite3_column_int64(st, 0);
		queue_db_end(st);
	}
	return next;
}

/* --- change --- */

bool
queue_state_of(
    struct queue *q, const char *id, enum queue_state *state_out, GError **error)
{
	sqlite3_stmt *st = queue_db_bind(q->db, QUEUE_DB_STATE, error, "s", id);
	int row = st != NULL ? queue_db_step(q->db, st, error) : -1;
	int known;

	if (row == 0)
		g_set_error(
		    error, PF_ERROR, PF_ERROR_NOT_FOUND, "no letter %s in the queue", id);
	if (row <= 0)
		return false;
	known = queue_state_from_name((const char *)sqlite3_column_text(st, 0));
	queue_db_end(st);
	if (known < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    "letter %s belongs to a newer Penfold", id);
	else
		*state_out = (enum queue_state)known;
	return known >= 0;
}

bool
queue_move(struct queue *q, const char *id, enum queue_event event,
    enum queue_state *state_out, bool *moved_out, GError **error)
{
	enum queue_statement which =
	    event == QUEUE_ON_CLAIM ? QUEUE_DB_CLAIM : QUEUE_DB_MOVE;
	enum queue_state next;

	*moved_out = false;
	do {
		if (!queue_state_of(q, id, state_out, error))
			return false;
		if (!queue_state_next(*state_out, event, &next))
			return true;
		if (!queue_db_run(q->db,
			queue_db_bind(q->db, which, error, "sss", id,
			    queue_state_name(*state_out), queue_state_name(next)),
			error))
			return false;
		/* held by hand just now: it has no time of its own any more */
		if (queue_db_changes(q->db) == 0 && event == QUEUE_ON_CLAIM &&
		    *state_out == QUEUE_HELD)
			return true;
	} while (
	    queue_db_changes(q->db) == 0); /* another process was faster: look again */
	*state_out = next;
	*moved_out = true;
	return true;
}

/* before: the state that the letter was in. */
static bool
after_change(struct queue *q, const char *id, enum queue_event event,
    enum queue_state before, GError **error)
{
	if (event == QUEUE_ON_RETRY &&
	    !queue_db_run(q->db,
		queue_db_bind(q->db, QUEUE_DB_RECIPIENTS_RETRY, error, "si", id,
		    (gint64)(before == QUEUE_FAILED)),
		error))
		return false;
	if (event == QUEUE_ON_FOUND || event == QUEUE_ON_ARRIVED)
		return queue_db_run(q->db,
		    queue_db_bind(q->db, QUEUE_DB_RECIPIENTS_FOUND, error, "ss", id,
			event == QUEUE_ON_FOUND
			    ? "the server filed it among what was sent"
			    : "taken as arrived by hand"),
		    error);
	/* a letter held by hand has no time of its own */
	if (event != QUEUE_ON_RETRY && event != QUEUE_ON_RELEASE &&
	    event != QUEUE_ON_HOLD)
		return true;
	return queue_db_run(
	    q->db, queue_db_bind(q->db, QUEUE_DB_LEAVE_NOW, error, "s", id), error);
}

void
queue_remove_bytes(struct queue *q, const char *id)
{
	char *path = queue_path(q, id);

	if (g_unlink(path) != 0 && errno != ENOENT)
		log_warn("queue", "unlink=%s: %s", path, g_strerror(errno));
	g_free(path);
}

const char *
queue_says(enum queue_state state)
{
	static const char *const says[QUEUE_N_STATES] = {
	    [QUEUE_HELD] = "is held: release lets it go, cancel takes it back",
	    [QUEUE_SCHEDULED] = "waits for its time: release lets it go now, cancel takes it back",
	    [QUEUE_READY] = "leaves with the next run",
	    [QUEUE_SENDING] = "is being sent: try again in a moment",
	    [QUEUE_DOT] = "is with the server at this moment: try again in a moment",
	    [QUEUE_SENT] = "was sent already",
	    [QUEUE_DEFERRED] = "waits for its next try: retry tries it now, cancel takes it back",
	    [QUEUE_FAILED] = "was refused: retry tries it again, cancel takes it back",
	    [QUEUE_UNCERTAIN] = "is uncertain: retry sends it again, arrived takes it as sent, cancel takes it back",
	    [QUEUE_CANCELLED] = "was taken back",
	};

	return says[state];
}

bool
queue_change(struct queue *q, const char *id, enum queue_event event, GError **error)
{
	enum queue_state before, state;
	bool moved = false;

	if (!queue_db_begin(q->db, error))
		return false;
	if (!queue_state_of(q, id, &before, error) ||
	    !queue_move(q, id, event, &state, &moved, error) ||
	    (moved && !after_change(q, id, event, before, error))) {
		queue_db_rollback(q->db);
		return false;
	}
	if (!queue_db_commit(q->db, error))
		return false;
	if (!moved)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "letter %s %s", id, queue_says(state));
	else if (state == QUEUE_CANCELLED)
		queue_remove_bytes(q, id);
	return moved;
}

bool
queue_found(struct queue *q, const char *id, GError **error)
{
	if (!queue_db_begin(q->db, error))
		return false;
	if (!queue_change(q, id, QUEUE_ON_FOUND, error) ||
	    !queue_db_run(q->db,
		queue_db_bind(q->db, QUEUE_DB_STEP_COPY, error, "s", id), error)) {
		queue_db_rollback(q->db);
		return false;
	}
	return queue_db_commit(q->db, error);
}

bool
queue_begin(struct queue *q, GError **error)
{
	return queue_db_begin(q->db, error);
}

bool
queue_commit(struct queue *q, GError **error)
{
	return queue_db_commit(q->db, error);
}

void
queue_rollback(struct queue *q)
{
	queue_db_rollback(q->db);
}
