/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was done here to mail that the server has: flags in the names of files, files that
 * lie in another folder now. A file that is nowhere any more is no wish to delete: the
 * server keeps its message. */
#include "programs/sync_private.h"

#include <string.h>

#define PUSHED_LETTERS "DFPRS" /* \Deleted is only taken away: a mark is soon a loss */

/* A message whose file is not where the server has it. */
struct missing {
	struct place *place;
	guint32 uid;
	char *flags;
	struct missing *next; /* another with this base name */
};

struct comparison {
	struct sync_sink *s;
	struct place *place;
	GHashTable *missing; /* base -> struct missing */
	GArray *pushes;	     /* struct imap_push */
};

static void
missing_free(gpointer p)
{
	for (struct missing *m = p, *next; m != NULL; m = next) {
		next = m->next;
		g_free(m->flags);
		g_free(m);
	}
}

/* A file in new/ says nothing of flags. */
static bool
has_flags(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash - path >= 4 && strncmp(slash - 4, "/cur", 4) == 0;
}

/* The difference of the file's flags from what the server last had. */
static void
compare_flags(const char *path, const char *before, struct imap_push *push)
{
	char *local = maildir_flags(path);
	size_t n_add = 0, n_remove = 0;

	for (const char *p = PUSHED_LETTERS "T"; has_flags(path) && *p != '\0'; p++) {
		bool was = strchr(before, *p) != NULL, is = strchr(local, *p) != NULL;
		if (is && !was && *p != 'T')
			push->add[n_add++] = *p;
		if (was && !is)
			push->remove[n_remove++] = *p;
	}
	g_free(local);
}

static void
add_missing(struct comparison *c, const struct sync_message *m)
{
	struct missing *x = g_new0(struct missing, 1);
	struct missing *first = g_hash_table_lookup(c->missing, m->base);

	x->place = c->place;
	x->uid = m->uid;
	x->flags = g_strdup(m->flags);
	if (first != NULL) {
		x->next = first->next;
		first->next = x;
	} else {
		g_hash_table_insert(c->missing, g_strdup(m->base), x);
	}
}

static void
on_row(void *user, const struct sync_message *m)
{
	struct comparison *c = user;
	struct imap_push push = {.folder = c->place->name, .uid = m->uid};
	const char *path = sync_files_find(c->place, m->base);

	if (path == NULL) {
		add_missing(c, m);
		return;
	}
	compare_flags(path, m->flags, &push);
	if (push.add[0] != '\0' || push.remove[0] != '\0')
		g_array_append_val(c->pushes, push);
}

/* The file of a missing message lies in another folder. */
static void
add_move(struct comparison *c, const struct missing *x, struct place *to,
    const char *base, const char *path)
{
	struct imap_push push = {
	    .folder = x->place->name, .to = to->name, .uid = x->uid};
	struct sync_folder state = {0};

	(void)sync_state_folder(c->s->state, to->name, &state, NULL); /* 0: not known */
	if (x->place == to ||
	    (state.id != 0 && sync_state_is_expected(c->s->state, state.id, base)))
		return;
	push.is_copied = state.id != 0 && sync_state_is_in(c->s->state, state.id, base);
	push.is_marked = strchr(x->flags, 'T') != NULL;
	if (!push.is_copied)
		compare_flags(path, x->flags, &push);
	g_array_append_val(c->pushes, push);
}

/* A message is found once: of two files with its name the first is where it went. */
static void
find_missing(struct comparison *c, struct place *place)
{
	GHashTableIter iter;
	gpointer base, path;

	g_hash_table_iter_init(&iter, sync_files_all(place));
	while (g_hash_table_iter_next(&iter, &base, &path)) {
		const struct missing *first = g_hash_table_lookup(c->missing, base);

		for (const struct missing *x = first; x != NULL; x = x->next)
			add_move(c, x, place, base, path);
		if (first != NULL)
			g_hash_table_remove(c->missing, base);
	}
}

static void
find_all_missing(struct comparison *c)
{
	struct sync_sink *s = c->s;
	GPtrArray *names = maildir_list(s->root, s->account->name);

	for (guint i = 0; i < names->len && g_hash_table_size(c->missing) > 0; i++) {
		const char *name = g_ptr_array_index(names, i);
		struct place *place;

		if (!s->table.is_wanted(s, name))
			continue; /* a folder that the server is not to know of */
		place = sync_sink_place(s, name);
		if (place->path == NULL)
			continue;
		find_missing(c, place);
		sync_files_forget(place);
	}
	g_ptr_array_unref(names);
}

static gint
compare_pushes(gconstpointer a, gconstpointer b)
{
	const struct imap_push *x = a, *y = b;
	int order = strcmp(x->folder, y->folder);

	return order != 0 ? order : (x->uid > y->uid) - (x->uid < y->uid);
}

GArray *
sync_push_list(void *user, GError **error)
{
	struct sync_sink *s = user;
	struct comparison c = {.s = s,
	    .missing =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, missing_free),
	    .pushes = g_array_new(FALSE, FALSE, sizeof(struct imap_push))};
	GHashTableIter iter;
	gpointer value;
	bool is_good = true;

	g_hash_table_iter_init(&iter, s->places);
	while (is_good && g_hash_table_iter_next(&iter, NULL, &value)) {
		c.place = value;
		if (c.place->wire == NULL || c.place->state.id == 0)
			continue;
		sync_files_forget(c.place);
		is_good = sync_state_each(s->state, c.place->state.id, on_row, &c, error);
		sync_files_forget(c.place);
	}
	if (is_good && g_hash_table_size(c.missing) > 0)
		find_all_missing(&c);
	g_hash_table_unref(c.missing);
	g_array_sort(c.pushes, compare_pushes);
	if (is_good)
		return c.pushes;
	g_array_free(c.pushes, TRUE);
	return NULL;
}

/* All changes of a function in one transaction. */
static bool
end(struct sync_sink *s, bool is_good, GError **error)
{
	if (is_good && sync_state_commit(s->state, error))
		return true;
	sync_state_rollback(s->state);
	return false;
}

static void
tell_pushed(struct sync_sink *s, const char *folder, const char *to, guint n)
{
	json_t *obj = json_pack("{s:s, s:i}", "folder", folder, "messages", (int)n);

	if (to != NULL)
		json_object_set_new(obj, "to", json_string(to));
	s->counts.pushed += n;
	s->on_event(s->user, "pushed", obj);
}

/* before with letters added or taken away, in order. Owned. */
static char *
changed_flags(const char *before, const char *letters, bool is_added)
{
	GString *out = g_string_new(NULL);

	for (const char *p = "DFPRST"; *p != '\0'; p++)
		if (strchr(letters, *p) != NULL ? is_added : strchr(before, *p) != NULL)
			g_string_append_c(out, *p);
	return g_string_free(out, FALSE);
}

static bool
change_flags(struct sync_sink *s, gint64 folder, const GArray *uids, const char *letters,
    bool is_added, GError **error)
{
	bool is_good = sync_state_begin(s->state, error);

	for (guint i = 0; is_good && i < uids->len; i++) {
		guint32 uid = g_array_index(uids, guint32, i);
		struct sync_message m = {0};
		char *flags;

		if (!sync_state_message(s->state, folder, uid, &m, NULL))
			continue;
		flags = changed_flags(m.flags, letters, is_added);
		is_good = sync_state_set_flags(s->state, folder, uid, flags, error);
		g_free(flags);
		sync_message_clear(&m);
	}
	return end(s, is_good, error);
}

bool
sync_push_stored(void *user, const char *folder, const GArray *uids, const char *letters,
    bool is_added, GError **error)
{
	struct sync_sink *s = user;

	tell_pushed(s, folder, NULL, uids->len);
	return change_flags(
	    s, sync_sink_place(s, folder)->state.id, uids, letters, is_added, error);
}

/* The id of a folder in the state; it may have been made on the server just now. */
static bool
know_folder(struct sync_sink *s, struct place *place, GError **error)
{
	if (place->state.id == 0 &&
	    !sync_state_folder(s->state, place->name, &place->state, error))
		return false;
	return place->state.id != 0 || sync_state_folder_put(s->state, place->name, "", "",
					   &place->state, error);
}

bool
sync_push_expect(
    void *user, const char *folder, const char *to, const GArray *uids, GError **error)
{
	struct sync_sink *s = user;
	const struct place *from = sync_sink_place(s, folder);
	struct place *place = sync_sink_place(s, to);
	bool is_good =
	    sync_state_begin(s->state, error) && know_folder(s, place, error);

	for (guint i = 0; is_good && i < uids->len; i++) {
		struct sync_message m = {0};
		if (!sync_state_message(s->state, from->state.id,
			g_array_index(uids, guint32, i), &m, NULL))
			continue;
		is_good = sync_state_expect(s->state, &m, place->state.id, error);
		sync_message_clear(&m);
	}
	return end(s, is_good, error);
}

bool
sync_push_is_expecting(void *user)
{
	const struct sync_sink *s = user;

	return sync_state_has_expected(s->state);
}

/* One message has a place in another folder. A UID that stands for another file already
 * is not believed: what is there is fetched and compared. */
static bool
note_copy(struct sync_sink *s, gint64 folder, guint32 uid, const struct place *to,
    guint32 new_uid, GError **error)
{
	struct sync_message m = {0}, other = {0};
	bool is_good = true, is_taken;

	if (!sync_state_message(s->state, folder, uid, &m, NULL))
		return true;
	is_taken = sync_state_message(s->state, to->state.id, new_uid, &other, NULL);
	if (!is_taken) {
		m.folder = to->state.id;
		m.uid = new_uid;
		is_good = sync_state_note(s->state, &m, error) &&
			  sync_state_gone_forget(s->state, m.folder, m.base, error);
	}
	sync_message_clear(&other);
	sync_message_clear(&m);
	return is_good;
}

bool
sync_push_copied(void *user, const char *folder, const char *into, guint32 uidvalidity,
    const GArray *from, const GArray *to, GError **error)
{
	struct sync_sink *s = user;
	const struct place *old = sync_sink_place(s, folder);
	struct place *place = sync_sink_place(s, into);
	bool is_good;

	if (place->state.uidvalidity != 0 && place->state.uidvalidity != uidvalidity)
		return true; /* the folder was made anew: the next look tells */
	is_good = sync_state_begin(s->state, error);
	if (is_good && place->state.uidvalidity == 0) {
		place->state.uidvalidity = uidvalidity;
		is_good = sync_state_folder_put(s->state, into,
		    place->wire != NULL ? place->wire : "", imap_role_name(place->role),
		    &place->state, error);
	}
	for (guint i = 0; is_good && i < from->len; i++)
		is_good = note_copy(s, old->state.id, g_array_index(from, guint32, i),
		    place, g_array_index(to, guint32, i), error);
	return end(s, is_good && sync_state_confirm(s->state, error), error);
}

bool
sync_push_left(void *user, const char *folder, const char *to, const GArray *uids,
    bool is_marked, GError **error)
{
	struct sync_sink *s = user;
	gint64 id = sync_sink_place(s, folder)->state.id;
	bool is_good;

	tell_pushed(s, folder, to, uids->len);
	if (is_marked)
		return change_flags(s, id, uids, "T", true, error);
	is_good = sync_state_begin(s->state, error);
	for (guint i = 0; is_good && i < uids->len; i++)
		is_good = sync_state_forget(
		    s->state, id, g_array_index(uids, guint32, i), error);
	return end(s, is_good, error);
}

bool
sync_push_settled(void *user, const char *folder, GError **error)
{
	struct sync_sink *s = user;
	gint64 id = sync_sink_place(s, folder)->state.id;

	return !sync_state_has_expected(s->state) ||
	       sync_state_settle(s->state, id, error);
}
