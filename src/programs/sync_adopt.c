/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder that is seen for the first time and has files: another program fetched them, or
 * the state was lost. Those that the server has as well are known by Message-ID and size;
 * nothing is fetched or sent twice. Of flags both sides keep what either had. */
#include "programs/sync_private.h"

#include "base/log.h"

#include <string.h>

static char *
likeness(const char *message_id, guint64 size)
{
	return g_strdup_printf("%" G_GUINT64_FORMAT " %s", size, message_id);
}

/* Files by likeness: to a GSList of base names, borrowed from the place. */
static GHashTable *
index_files(const struct sync_sink *s, struct place *place)
{
	GHashTable *table = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	GHashTableIter iter;
	gpointer base, path;

	g_hash_table_iter_init(&iter, sync_files_all(place));
	while (g_hash_table_iter_next(&iter, &base, &path)) {
		char *id = sync_files_id_of(path), *key;

		if (id[0] != '\0') { /* else it is fetched again and compared */
			guint64 size = 0;

			if (!sync_part_is(s, path, &size))
				size = sync_files_plain_size(path);
			key = likeness(id, size);
			g_hash_table_insert(table, g_strdup(key),
			    g_slist_prepend(g_hash_table_lookup(table, key), base));
			g_free(key);
		}
		g_free(id);
	}
	return table;
}

/* The letters that both have. Owned. */
static char *
common_flags(const char *a, const char *b)
{
	GString *out = g_string_new(NULL);

	for (; *a != '\0'; a++)
		if (strchr(b, *a) != NULL)
			g_string_append_c(out, *a);
	return g_string_free(out, FALSE);
}

/* Is the file's mark of deletion that of a message which it stood for in another folder? */
static bool
is_mark_of_other(struct sync_sink *s, const struct place *place, const struct imap_seen *seen, const char *base)
{
	struct sync_message like = {.folder = place->state.id,
	    .base = (char *)(guintptr)base,
	    .size = seen->size,
	    .message_id = seen->message_id};
	GArray *twins = sync_state_twins(s->state, &like, NULL);
	bool is_other = false;

	for (guint i = 0; twins != NULL && !is_other && i < twins->len; i++) {
		const struct sync_message *m = &g_array_index(twins, struct sync_message, i);
		char *name = sync_state_folder_name(s->state, m->folder);
		struct place *there = name != NULL ? sync_sink_place(s, name) : NULL;

		is_other = there != NULL && there->path != NULL && strchr(m->flags, 'T') != NULL &&
			   sync_files_find(there, m->base) == NULL;
		g_free(name);
	}
	if (twins != NULL)
		g_array_unref(twins);
	return is_other;
}

/* What has been renamed into this folder stands for another message now, and loses the mark of the first. */
static void
take_mark_off(struct sync_sink *s, struct place *place, const struct imap_seen *seen, const char *base)
{
	char *path = g_strdup(sync_files_find(place, base)), *to = NULL;
	char *flags = maildir_flags(path), *mark = strchr(flags, 'T');

	if (mark != NULL && strchr(seen->flags, 'T') == NULL && is_mark_of_other(s, place, seen, base)) {
		memmove(mark, mark + 1, strlen(mark));
		if (maildir_set_flags(path, flags, &to, NULL)) { /* else it is as it was */
			sync_files_renamed(place, base, to);
			sync_sink_tell_renamed(s, place->name, path, to);
		}
	}
	g_free(to);
	g_free(flags);
	g_free(path);
}

static bool
adopt(struct sync_sink *s, struct place *place, const struct imap_seen *seen,
    const char *base, GError **error)
{
	const char *path = sync_files_find(place, base);
	char *local = maildir_flags(path);
	struct sync_message m = {.folder = place->state.id,
	    .uid = seen->uid,
	    .base = (char *)(guintptr)base,
	    .flags = common_flags(local, seen->flags),
	    .message_id = seen->message_id,
	    .size = seen->size,
	    .part = sync_part_is(s, path, NULL) ? SYNC_PLACEHOLDER : SYNC_WHOLE};
	bool is_good = sync_state_note(s->state, &m, error) &&
		       sync_state_gone_forget(s->state, m.folder, base, error);

	g_free(m.flags);
	g_free(local);
	if (is_good)
		take_mark_off(s, place, seen, base);
	return is_good;
}

static void
free_rest(gpointer key, gpointer list, gpointer user)
{
	(void)key;
	(void)user;
	g_slist_free(list);
}

static bool
adopt_all(struct sync_sink *s, struct place *place, const GArray *seen, GError **error)
{
	GHashTable *table = index_files(s, place);
	guint n = 0;
	bool is_good = true;

	for (guint i = 0; is_good && i < seen->len; i++) {
		const struct imap_seen *x = &g_array_index(seen, struct imap_seen, i);
		char *key = likeness(x->message_id, x->size);
		GSList *list = g_hash_table_lookup(table, key);

		if (list == NULL && x->size > SYNC_TUID_SIZE) {
			g_free(key);
			key = likeness(x->message_id, x->size - SYNC_TUID_SIZE);
			list = g_hash_table_lookup(table, key);
		}
		if (list != NULL) {
			is_good = adopt(s, place, x, list->data, error);
			g_hash_table_insert(table, g_strdup(key), list->next);
			g_slist_free_1(list);
			n++;
		}
		g_free(key);
	}
	log_info("sync", "account=%s folder=%s adopted=%u of=%u", s->account->name,
	    place->name, n, seen->len);
	g_hash_table_foreach(table, free_rest, NULL);
	g_hash_table_unref(table);
	return is_good;
}

bool
sync_adopt(struct sync_sink *s, struct place *place, const struct imap_sync_folder *f,
    const GArray *seen, GError **error)
{
	bool is_good = sync_state_begin(s->state, error);

	place->state.uidvalidity = f->uidvalidity;
	is_good = is_good && adopt_all(s, place, seen, error) &&
		  sync_state_confirm(s->state, error) &&
		  sync_state_folder_put(s->state, f->name, f->wire,
		      imap_role_name(f->role), &place->state, error) &&
		  sync_state_commit(s->state, error);
	if (!is_good)
		sync_state_rollback(s->state);
	return is_good;
}
