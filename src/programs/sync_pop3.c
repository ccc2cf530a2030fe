/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of a maildrop is new, what is due to be deleted there, and where it all goes.
 *
 * An id gets its UID before it is fetched, and the message counts as here when that UID
 * is known: an interrupted run fetches under the same UID again. An id whose message has
 * another size than before is another message; should it hold the bytes of one that is
 * here, the file is taken up and not put there twice. */
#include "programs/sync_pop3.h"

#include "base/error.h"
#include "programs/sync_private.h"
#include "store/state.h"
#include "store/sync_state_pop3.h"

#include <string.h>

struct pop3_run {
	struct sync_sink *sink;
	const struct imap_sync_sink *table;
	struct place *place;
	struct state_db *index; /* what the store has indexed; opened when asked for */
	gint64 now;
	gint64 delete_after; /* seconds; -1: never */
	guint n_waiting;
};

static struct imap_sync_folder
inbox(const struct pop3_run *r)
{
	return (struct imap_sync_folder){.name = r->place->name,
	    .wire = "INBOX",
	    .role = IMAP_ROLE_INBOX,
	    .uidvalidity = 1,
	    .uidnext = r->place->state.uidnext,
	    .messages = r->place->state.messages};
}

/* Within the transaction of the plan: the numbers that were given and the next one belong together. */
static bool
save_folder(struct pop3_run *r, GError **error)
{
	struct imap_sync_folder f = inbox(r);

	return sync_state_folder_put(r->sink->state, f.name, f.wire, imap_role_name(f.role),
	    &r->place->state, error);
}

/* Its file is no longer to be expected under this id; bytes that come again are the same
 * file. */
static bool
let_go(struct pop3_run *r, guint32 uid, GError **error)
{
	struct sync_state *db = r->sink->state;
	struct sync_message m = {0};
	struct sync_gone g;
	bool is_good;

	if (!sync_state_message(db, r->place->state.id, uid, &m, NULL))
		return true;
	g = (struct sync_gone){.folder = m.folder, .base = m.base};
	is_good = sync_state_gone(db, m.folder, uid, error) &&
		  sync_state_gone_set(db, &g, SYNC_GONE_CLOSED, 0, error);
	sync_message_clear(&m);
	return is_good;
}

/* Has the store indexed the file? One that has left the inbox was handled by somebody who
 * knew of it. */
static bool
is_indexed(struct pop3_run *r, const struct sync_message *m)
{
	const char *path = sync_files_find(r->place, m->base);
	const char *relative;
	struct state_file *file;
	char *key;

	if (path == NULL)
		return true;
	if (r->index == NULL) {
		char *dir = rc_state_dir(r->sink->rc);
		r->index = state_open(dir, NULL);
		g_free(dir);
	}
	if (r->index == NULL || !g_str_has_prefix(path, r->sink->root))
		return false;
	relative = path + strlen(r->sink->root);
	key = maildir_key(relative + strspn(relative, "/"));
	file = state_file_get(r->index, key);
	g_free(key);
	state_file_free(file);
	return file != NULL;
}

/* A message that is here: does it stay there? */
static bool
decide_known(struct pop3_run *r, struct pop3_item *item, struct sync_pop3 *known,
    const struct sync_message *m, GError **error)
{
	item->action = POP3_KEEP;
	if (r->delete_after < 0 || known->first + r->delete_after > r->now)
		return true;
	if (!known->is_indexed && is_indexed(r, m)) {
		known->is_indexed = true;
		if (!sync_state_pop3_put(r->sink->state, item->id, known, error))
			return false;
	}
	if (known->is_indexed)
		item->action = POP3_DELETE;
	return true;
}

static bool
decide_new(struct pop3_run *r, struct pop3_item *item, GError **error)
{
	struct sync_pop3 row = {
	    .uid = r->place->state.uidnext++, .size = item->size, .first = r->now};

	item->action = POP3_FETCH;
	item->uid = row.uid;
	return sync_state_pop3_put(r->sink->state, item->id, &row, error);
}

static bool
decide(struct pop3_run *r, struct pop3_item *item, GError **error)
{
	struct sync_state *db = r->sink->state;
	struct sync_pop3 known;
	struct sync_message m = {0};
	GError *why = NULL;
	bool is_good;

	if (!sync_state_pop3_get(db, item->id, &known, &why)) {
		if (why == NULL)
			return decide_new(r, item, error);
		g_propagate_error(error, why);
		return false;
	}
	if (known.size != item->size)
		return let_go(r, known.uid, error) && decide_new(r, item, error);
	item->uid = known.uid;
	item->tries = known.tries;
	item->action = POP3_FETCH;
	if (!sync_state_message(db, r->place->state.id, known.uid, &m, NULL))
		return true;
	is_good = decide_known(r, item, &known, &m, error);
	sync_message_clear(&m);
	return is_good;
}

/* What the server no longer has is known no longer; the files here stay. */
static bool
forget_vanished(struct pop3_run *r, const GPtrArray *items, GError **error)
{
	struct sync_state *db = r->sink->state;
	GPtrArray *ids = sync_state_pop3_ids(db, error);
	GHashTable *there = g_hash_table_new(g_str_hash, g_str_equal);
	bool is_good = ids != NULL;

	for (guint i = 0; i < items->len; i++)
		g_hash_table_add(
		    there, ((struct pop3_item *)g_ptr_array_index(items, i))->id);
	for (guint i = 0; is_good && i < ids->len; i++) {
		const char *id = g_ptr_array_index(ids, i);
		struct sync_pop3 known;

		if (g_hash_table_contains(there, id))
			continue;
		is_good = sync_state_pop3_get(db, id, &known, error) &&
			  let_go(r, known.uid, error) &&
			  sync_state_pop3_forget(db, id, error);
	}
	g_hash_table_unref(there);
	if (ids != NULL)
		g_ptr_array_unref(ids);
	return is_good;
}

static bool
plan(void *user, const GPtrArray *items, bool is_all, GError **error)
{
	struct pop3_run *r = user;
	struct sync_state *db = r->sink->state;
	bool is_good = sync_state_begin(db, error);

	for (guint i = 0; is_good && i < items->len; i++)
		is_good = decide(r, g_ptr_array_index(items, i), error);
	if (is_good && is_all) {
		r->place->state.messages = items->len;
		is_good = forget_vanished(r, items, error);
	}
	if (is_good && save_folder(r, error) && sync_state_commit(db, error))
		return true;
	sync_state_rollback(db);
	return false;
}

static bool
begin(void *user, GError **error)
{
	struct pop3_run *r = user;

	return r->table->message_begin(r->table->user, r->place->name, error);
}

static bool
take_bytes(void *user, const char *bytes, size_t len, GError **error)
{
	struct pop3_run *r = user;

	return r->table->message_bytes(r->table->user, bytes, len, error);
}

static bool
end(void *user, const struct pop3_item *item, GError **error)
{
	struct pop3_run *r = user;
	struct imap_fetched meta = {.uid = item->uid};

	if (r->delete_after == 0)
		r->n_waiting++;
	return r->table->message_end(r->table->user, r->place->name, &meta, error);
}

static void
drop(void *user)
{
	struct pop3_run *r = user;

	r->table->message_abort(r->table->user);
}

static bool
commit(void *user, GError **error)
{
	struct pop3_run *r = user;

	return r->table->commit(r->table->user, error);
}

static void
broken(void *user, const struct pop3_item *item, bool is_hopeless)
{
	struct pop3_run *r = user;
	struct sync_pop3 known;

	/* the run has its error already; without the note the message is asked for again
	 */
	if (item->id == NULL ||
	    !sync_state_pop3_get(r->sink->state, item->id, &known, NULL))
		return;
	known.tries += is_hopeless ? POP3_TRIES_NEVER : 1;
	(void)sync_state_pop3_put(r->sink->state, item->id, &known, NULL);
}

static bool
deleted(void *user, const GPtrArray *items, GError **error)
{
	struct pop3_run *r = user;
	struct sync_state *db = r->sink->state;
	bool is_good = sync_state_begin(db, error);

	for (guint i = 0; is_good && i < items->len; i++) {
		const struct pop3_item *item = g_ptr_array_index(items, i);
		is_good = let_go(r, item->uid, error) &&
			  sync_state_pop3_forget(db, item->id, error);
	}
	if (!is_good || !sync_state_commit(db, error)) {
		sync_state_rollback(db);
		return false;
	}
	r->sink->counts.deleted += items->len;
	return true;
}

static void
on_listed(void *user, guint n_messages, guint n_new)
{
	struct pop3_run *r = user;
	struct imap_sync_folder f = inbox(r);

	f.messages = n_messages;
	r->table->on_folder(r->table->user, &f, n_new);
}

static void
on_progress(void *user, guint64 done, guint64 total)
{
	struct pop3_run *r = user;

	r->table->on_progress(r->table->user, r->place->name, done, total);
}

static void
on_error(void *user, const char *text)
{
	struct pop3_run *r = user;
	char *line = g_strdup_printf("account \"%s\": %s", r->sink->account->name, text);

	r->table->on_error(r->table->user, r->place->name, line);
	g_free(line);
}

/* The account's inbox, made on the first run. */
static bool
open_inbox(struct pop3_run *r, GError **error)
{
	struct imap_sync_folder f = {.name = r->sink->account->inbox,
	    .wire = "INBOX",
	    .role = IMAP_ROLE_INBOX,
	    .uidvalidity = 1,
	    .uidnext = 1};
	struct imap_known known = {.uids = g_array_new(FALSE, FALSE, sizeof(guint32))};
	bool is_good = r->table->open_folder(r->table->user, &f, &known, error);

	g_array_unref(known.uids);
	r->place = sync_sink_place(r->sink, f.name);
	r->place->state.uidnext = MAX(r->place->state.uidnext, 1);
	return is_good;
}

bool
sync_pop3_run(
    struct sync_sink *sink, struct pop3 *pop3, guint *waiting_out, GError **error)
{
	const char *name = sink->account->name;
	struct pop3_run r = {.sink = sink,
	    .table = sync_sink_table(sink),
	    .now = g_get_real_time() / G_USEC_PER_SEC,
	    .delete_after =
		rc_string(sink->rc, "account", name, "pop3-delete-after") != NULL
		    ? rc_int(sink->rc, "account", name, "pop3-delete-after")
		    : -1};
	const struct pop3_sink table = {.user = &r,
	    .plan = plan,
	    .begin = begin,
	    .bytes = take_bytes,
	    .end = end,
	    .abort = drop,
	    .commit = commit,
	    .broken = broken,
	    .deleted = deleted,
	    .on_listed = on_listed,
	    .on_progress = on_progress,
	    .on_error = on_error};
	bool is_good = open_inbox(&r, error) && pop3_sync_run(pop3, &table, error);

	state_close(r.index);
	*waiting_out = r.n_waiting;
	return is_good;
}
