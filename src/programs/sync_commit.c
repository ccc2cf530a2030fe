/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Messages that have come whole: in lots to the disk, noted in the state, renamed into
 * place, told. While one lot is on its way to the disk the next comes in; a lot is begun only when
 * the one before is in its place, so that lots never meet.
 *
 * The order of a commit is what makes an interrupted run harmless: bytes on disk, note on
 * disk, rename, folder on disk, event. A note whose file is not there is forgotten by the
 * next run. */
#include "programs/sync_private.h"

#include "base/error.h"
#include "base/file.h"
#include "base/jsonl.h"

#include <string.h>

#define AHEAD_COUNT 400		 /* messages that come in while a lot is made durable ... */
#define AHEAD_BYTES (48u << 20) /* ... or so many bytes; then the disk is waited for */

/* A file that was here before has its own flags beside those that came with the bytes:
 * it keeps both, and what the server lacks goes up by another run. A mark of deletion is of
 * the message that the file stood for: the one that it stands for now has been kept. */
static void
unite_flags(struct sync_sink *s, const struct arrival *a, const char *base)
{
	char *path = g_strdup(sync_files_find(a->place, base)), *to = NULL;
	char *local = path != NULL ? maildir_flags(path) : g_strdup("");
	GString *flags = g_string_new(NULL);

	for (const char *p = local; *p != '\0'; p++)
		if (*p != 'T')
			g_string_append_c(flags, *p);
	for (const char *p = a->message.flags; *p != '\0'; p++)
		if (strchr(local, *p) == NULL)
			g_string_append_c(flags, *p);
	s->is_again = s->is_again || strcmp(flags->str, a->message.flags) != 0;
	/* when it fails the file is as it was */
	if (path != NULL && strcmp(flags->str, local) != 0 &&
	    maildir_set_flags(path, flags->str, &to, NULL)) {
		sync_files_renamed(a->place, base, to);
		sync_sink_tell_renamed(s, a->place->name, path, to);
	}
	g_string_free(flags, TRUE);
	g_free(local);
	g_free(to);
	g_free(path);
}

/* Bytes that are on disk already, by an earlier run or before a renumbering, are not put
 * there twice. */
static void
take_up_gone(struct sync_sink *s)
{
	GHashTable *taken = g_hash_table_new(g_str_hash, g_str_equal);
	bool is_one = sync_state_begin(s->state, NULL); /* many questions, one look at the state */

	for (guint i = 0; i < s->arrivals->len; i++) {
		struct arrival *a = g_ptr_array_index(s->arrivals, i);
		char *base = a->delivery != NULL ? sync_gone_take_up(s, a, taken) : NULL;

		if (a->expected != NULL)
			g_hash_table_add(taken, a->expected);
		if (base == NULL)
			continue;
		unite_flags(s, a, base);
		maildir_abort(a->delivery);
		a->delivery = NULL;
		g_free(a->message.base);
		a->message.base = base;
		g_hash_table_add(taken, base);
	}
	g_hash_table_unref(taken);
	if (is_one)
		sync_state_rollback(s->state); /* nothing was written */
}

static bool
note_lot(struct sync_sink *s, GError **error)
{
	bool is_good =
	    sync_state_begin(s->state, error) && sync_state_confirm(s->state, error);

	for (guint i = 0; is_good && i < s->lot->len; i++) {
		const struct arrival *a = g_ptr_array_index(s->lot, i);
		is_good = sync_state_note(s->state, &a->message, error) &&
			  sync_state_gone_forget(
			      s->state, a->message.folder, a->message.base, error) &&
			  (!a->is_moved || sync_await_detach(s, a, error)) &&
			  (a->expected == NULL ||
			      sync_state_follow(s->state, a->message.folder, a->expected,
				  a->message.base, error));
	}
	if (is_good && sync_state_commit(s->state, error))
		return true;
	sync_state_rollback(s->state);
	return false;
}

void
sync_commit_tell(struct sync_sink *s, const struct arrival *a, const char *path)
{
	s->counts.new_messages++;
	g_hash_table_add(s->touched, g_strdup(a->message.base));
	s->counts.bytes += a->message.size;
	s->on_event(s->user, "message",
	    json_pack("{s:o, s:s, s:I, s:I}", "path", jsonl_text(path, -1), "folder",
		a->place->name, "uid", (json_int_t)a->message.uid, "size",
		(json_int_t)a->message.size));
}

static void
free_array(gpointer array)
{
	g_ptr_array_unref(array);
}

/* Rename all, then sync each folder once, then tell. */
static bool
place_lot(struct sync_sink *s, GError **error)
{
	GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
	GHashTable *dirs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer dir;
	bool is_good = true;

	for (guint i = 0; is_good && i < s->lot->len; i++) {
		struct arrival *a = g_ptr_array_index(s->lot, i);
		char *path = NULL;

		if (a->delivery != NULL) {
			is_good = maildir_commit(g_steal_pointer(&a->delivery),
			    a->flags != NULL ? a->flags : a->message.flags, &path, error);
			if (is_good) {
				g_hash_table_add(dirs, g_path_get_dirname(path));
				sync_files_renamed(a->place, a->message.base, path);
			}
		}
		g_ptr_array_add(paths, path);
	}
	g_hash_table_iter_init(&iter, dirs);
	while (is_good && g_hash_table_iter_next(&iter, &dir, NULL))
		is_good = file_sync_dir(dir, error);
	for (guint i = 0; is_good && i < paths->len; i++)
		if (g_ptr_array_index(paths, i) != NULL)
			sync_commit_tell(s, g_ptr_array_index(s->lot, i),
			    g_ptr_array_index(paths, i));
	for (guint i = 0; is_good && i < paths->len; i++) {
		struct arrival *a = g_ptr_array_index(s->lot, i);
		if (a->message.was != NULL)
			sync_files_remove(s, a->place, a->message.was);
	}
	g_hash_table_unref(dirs);
	free_array(paths);
	return is_good;
}

/* What has come is the next lot. Whether it is durable is for finish_lot(). */
static bool
begin_lot(struct sync_sink *s, bool is_here, GError **error)
{
	GPtrArray *arrivals = s->arrivals;

	if (s->syncer == NULL)
		s->syncer = syncer_new(s->root, error);
	if (s->syncer == NULL)
		return false;
	take_up_gone(s);
	s->arrivals = s->lot;
	s->lot = arrivals;
	if (is_here)
		return syncer_now(s->syncer, error);
	syncer_begin(s->syncer);
	return true;
}

static bool
finish_lot(struct sync_sink *s, GError **error)
{
	if (!syncer_end(s->syncer, error) || !note_lot(s, error) || !place_lot(s, error))
		return false;
	for (guint i = 0; i < s->lot->len; i++) {
		const struct arrival *a = g_ptr_array_index(s->lot, i);
		s->bytes_waiting -= a->received;
	}
	g_ptr_array_set_size(s->lot, 0);
	return true;
}

/* After a commit that failed nothing more is noted: it would confirm what never came about. */
static bool
break_off(struct sync_sink *s)
{
	s->is_broken = true;
	g_ptr_array_set_size(s->lot, 0);
	g_ptr_array_set_size(s->arrivals, 0);
	s->bytes_waiting = 0;
	return false;
}

static bool
is_broken(const struct sync_sink *s, GError **error)
{
	if (s->is_broken)
		g_set_error(error, PF_ERROR, PF_ERROR_IO,
		    "account \"%s\": an earlier part of this run could not be kept", s->account->name);
	return s->is_broken;
}

bool
sync_commit_all(void *user, GError **error)
{
	struct sync_sink *s = user;

	if (is_broken(s, error))
		return false;
	if (s->lot->len > 0 && !finish_lot(s, error))
		return break_off(s);
	if (s->arrivals->len == 0)
		return true;
	return (begin_lot(s, true, error) && finish_lot(s, error)) || break_off(s);
}

bool
sync_commit_look(struct sync_sink *s, GError **error)
{
	return s->lot->len == 0 || syncer_is_busy(s->syncer) || finish_lot(s, error) || break_off(s);
}

bool
sync_commit_some(void *user, bool *is_begun_out, GError **error)
{
	struct sync_sink *s = user;

	*is_begun_out = false;
	if (is_broken(s, error))
		return false;
	if (s->arrivals->len == 0 ||
	    (s->lot->len > 0 && syncer_is_busy(s->syncer) && s->arrivals->len < AHEAD_COUNT &&
		s->bytes_waiting < AHEAD_BYTES))
		return true;
	if ((s->lot->len > 0 && !finish_lot(s, error)) || !begin_lot(s, false, error))
		return break_off(s);
	*is_begun_out = true;
	return true;
}
