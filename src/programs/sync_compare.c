/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was done here, by whatever program, is seen by comparing the files with the state:
 * flags in names, files in another folder, files that are nowhere any more, and files that
 * the server does not know. Nothing is remembered but what the server last had, so that a
 * change that did not get through is simply seen again. */
#include "programs/sync_compare.h"

#include "net/imap_plan.h"

#include <string.h>
#include <sys/stat.h>

static void
missing_free(gpointer p)
{
	for (struct missing *m = p, *next; m != NULL; m = next) {
		next = m->next;
		g_free(m->flags);
		g_free(m->message_id);
		g_free(m);
	}
}

static void
stray_free(gpointer p)
{
	struct stray *x = p;

	g_free(x->base);
	g_free(x->path);
	g_free(x->message_id);
	g_free(x);
}

/* A file in new/ says nothing of flags. */
static bool
has_flags(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash - path >= 4 && strncmp(slash - 4, "/cur", 4) == 0;
}

void
sync_compare_flags(const struct sync_sink *s, const char *path, const char *before,
    struct imap_push *push)
{
	char *local = maildir_flags(path);
	size_t n_add = 0, n_remove = 0;

	/* \\Deleted is only taken away: a mark is soon a loss */
	for (const char *p = s->letters; has_flags(path) && *p != '\0'; p++) {
		bool was = strchr(before, *p) != NULL, is = strchr(local, *p) != NULL;
		if (was != is && !sync_labels_goes_up(s, *p))
			continue;
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
	x->size = m->size;
	x->flags = g_strdup(m->flags);
	x->message_id = g_strdup(m->message_id);
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

	push.is_marked = strchr(m->flags, 'T') != NULL;
	if (sync_state_is_detached(m->base) ||
	    (path == NULL && push.is_marked && sync_state_is_left(c->s->state, m->folder, m->base))) {
		push.is_copied = push.is_deleted = true;
		g_array_append_val(c->pushes, push); /* for when the server can remove it */
		return;
	}
	if (path == NULL) {
		add_missing(c, m);
		return;
	}
	g_hash_table_add(c->known, g_strdup(m->base));
	sync_compare_flags(c->s, path, m->flags, &push);
	if (push.add[0] != '\0' || push.remove[0] != '\0')
		g_array_append_val(c->pushes, push);
}

static void
add_strays(struct comparison *c)
{
	GHashTableIter iter;
	gpointer base, path;

	g_hash_table_iter_init(&iter, sync_files_all(c->place));
	while (g_hash_table_iter_next(&iter, &base, &path)) {
		struct stray *x;

		if (g_hash_table_contains(c->known, base))
			continue;
		x = g_new0(struct stray, 1);
		x->place = c->place;
		x->base = g_strdup(base);
		x->path = g_strdup(path);
		g_ptr_array_add(c->strays, x);
	}
	g_hash_table_remove_all(c->known);
}

/* Rows against files, folder by folder: one is held in memory at a time. */
static bool
compare_places(struct comparison *c, GError **error)
{
	GHashTableIter iter;
	gpointer value;
	bool is_good = true;

	g_hash_table_iter_init(&iter, c->s->places);
	while (is_good && g_hash_table_iter_next(&iter, NULL, &value)) {
		c->place = value;
		if (c->place->wire == NULL || c->place->state.id == 0)
			continue;
		sync_files_forget(c->place);
		is_good =
		    sync_state_each(c->s->state, c->place->state.id, on_row, c, error);
		if (is_good)
			add_strays(c);
		sync_files_forget(c->place);
	}
	return is_good;
}

/* Folders that are here alone. One that the server had and has no more is no new folder. */
static void
look_at_others(struct comparison *c)
{
	struct sync_sink *s = c->s;
	GPtrArray *names = maildir_list(s->root, s->account->name);

	for (guint i = 0; i < names->len; i++) {
		const char *name = g_ptr_array_index(names, i);
		struct sync_folder state = {0};
		struct stray *x;

		if (!s->table.is_wanted(s, name, false) ||
		    g_hash_table_contains(s->listed, name) ||
		    !sync_state_folder(s->state, name, &state, NULL) ||
		    state.uidvalidity != 0)
			continue;
		c->place = sync_sink_place(s, name);
		if (c->place->path == NULL)
			continue;
		add_strays(c);
		sync_files_forget(c->place);
		if (state.id != 0 || sync_sink_is_usual(s, name))
			continue;
		x = g_new0(struct stray, 1); /* the folder itself */
		x->place = c->place;
		g_ptr_array_add(c->strays, x);
	}
	g_ptr_array_unref(names);
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
	if (x->place == to)
		return;
	push.is_copied = state.id != 0 && sync_state_is_in(c->s->state, state.id, base);
	push.is_marked = strchr(x->flags, 'T') != NULL;
	if (!push.is_copied)
		sync_compare_flags(c->s, path, x->flags, &push);
	g_array_append_val(c->pushes, push);
}

/* A message is found once: of two files with its name the first is where it went. */
static void
find_moved(struct comparison *c)
{
	guint n = 0;

	for (guint i = 0; i < c->strays->len; i++) {
		struct stray *x = g_ptr_array_index(c->strays, i);
		const struct missing *first =
		    x->base != NULL ? g_hash_table_lookup(c->missing, x->base) : NULL;

		if (first != NULL && !sync_await_is_open(c->s, x->base))
			for (const struct missing *m = first; m != NULL; m = m->next)
				add_move(c, m, x->place, x->base, x->path);
		if (first != NULL) {
			g_hash_table_remove(c->missing, x->base);
			stray_free(x);
		} else {
			g_ptr_array_index(c->strays, n++) = x;
		}
	}
	g_ptr_array_set_size(c->strays, (gint)n); /* the rest has been freed or moved down */
}

/* Missing in one folder, and known in another by the same file: it was moved there, and only
 * its old place is left to go. */
static gboolean
find_copied(gpointer base, gpointer value, gpointer user)
{
	struct comparison *c = user;
	const struct missing *m = value;
	GHashTableIter iter;
	gpointer p;

	g_hash_table_iter_init(&iter, c->s->places);
	while (g_hash_table_iter_next(&iter, NULL, &p)) {
		struct place *to = p;
		const char *path = to->state.id != 0 &&
				sync_state_is_in(c->s->state, to->state.id, base)
		    ? sync_files_find(to, base)
		    : NULL;

		if (path == NULL)
			continue;
		for (; m != NULL; m = m->next)
			add_move(c, m, to, base, path);
		return TRUE;
	}
	return FALSE;
}

/* Other programs give a file a new name when they move it: its Message-ID and size are
 * those of a missing message. */
static bool
relink(struct comparison *c, const struct missing *m, const struct stray *x, GError **error)
{
	struct imap_push push = {.folder = m->place->name, .uid = m->uid};

	if (!sync_state_rebase(c->s->state, m->place->state.id, m->uid, x->base, error))
		return false;
	if (x->place != m->place) {
		add_move(c, m, x->place, x->base, x->path);
		return true;
	}
	sync_compare_flags(c->s, x->path, m->flags, &push);
	if (push.add[0] != '\0' || push.remove[0] != '\0')
		g_array_append_val(c->pushes, push);
	return true;
}

/* Other programs keep a letter with other line ends, and mbsync adds a line. */
static bool
has_size(const struct stray *x, guint64 size)
{
	return x->size == size || x->file_size == size || x->plain_size == size ||
	       x->plain_size + SYNC_TUID_SIZE == size;
}

static bool
is_like(const struct stray *x, const struct missing *m)
{
	return x->base != NULL && has_size(x, m->size) &&
	       strcmp(x->message_id, m->message_id) == 0;
}

static bool
has_same_mark(const struct stray *x, const struct missing *m)
{
	char *local = maildir_flags(x->path);
	bool is_same = (strchr(local, 'T') != NULL) == (strchr(m->flags, 'T') != NULL);

	g_free(local);
	return is_same;
}

/* Of two files with the same letter the one that is marked as deleted is that of the message which
 * is: taken crosswise, the mark would hide a letter that the server shows. */
static struct stray *
stray_like(const struct comparison *c, const struct missing *m, guint *index_out)
{
	struct stray *found = NULL;

	for (guint i = 0; m->message_id[0] != '\0' && i < c->strays->len; i++) {
		struct stray *x = g_ptr_array_index(c->strays, i);
		bool is_same = is_like(x, m) && has_same_mark(x, m);

		if (is_same || (found == NULL && is_like(x, m))) {
			found = x;
			*index_out = i;
		}
		if (is_same)
			break;
	}
	return found;
}

/* The file of a message that the server lost, in a run that ended before that was settled,
 * has been renamed or moved since: it is still that file. */
static bool
follow(struct comparison *c, const struct sync_gone *g, struct stray *x,
    enum sync_gone_state state, GError **error)
{
	struct sync_message m = {
	    .base = x->base, .message_id = g->message_id, .size = g->size};
	bool is_same;

	if (!sync_sink_know(c->s, x->place, error) ||
	    !sync_state_gone_forget(c->s->state, g->folder, g->base, error))
		return false;
	m.folder = x->place->state.id;
	is_same = m.folder == g->folder;
	return sync_state_gone_put_since(
	    c->s->state, &m, is_same ? state : SYNC_GONE_MISSED, g->since, error);
}

static bool
is_file_of(const struct stray *x, const struct sync_gone *g)
{
	if (x->base == NULL)
		return false;
	return strcmp(x->base, g->base) == 0 ||
	       (g->message_id[0] != '\0' && strcmp(x->message_id, g->message_id) == 0 &&
		   has_size(x, g->size));
}

static bool
follow_gone(struct comparison *c, enum sync_gone_state state, GError **error)
{
	GArray *gone = sync_state_gone_in(c->s->state, state, error);
	bool is_good = gone != NULL;

	for (guint i = 0; is_good && i < gone->len; i++) {
		const struct sync_gone *g = &g_array_index(gone, struct sync_gone, i);
		struct place *place = sync_sink_place(c->s, g->folder_name);

		if (place->path != NULL && sync_files_find(place, g->base) != NULL)
			continue;
		for (guint k = 0; is_good && k < c->strays->len; k++) {
			struct stray *x = g_ptr_array_index(c->strays, k);
			if (!is_file_of(x, g))
				continue;
			is_good = follow(c, g, x, state, error);
			g_ptr_array_remove_index_fast(c->strays, k);
			stray_free(x);
			break;
		}
	}
	if (gone != NULL)
		g_array_unref(gone);
	return is_good;
}

static bool
find_renamed(struct comparison *c, GError **error)
{
	GHashTableIter iter;
	gpointer base, value;
	bool is_good = true;
	guint index;

	g_hash_table_iter_init(&iter, c->missing);
	while (is_good && g_hash_table_iter_next(&iter, &base, &value)) {
		const struct missing *m = value;
		struct stray *x = m->next == NULL ? stray_like(c, m, &index) : NULL;

		if (x == NULL)
			continue;
		is_good = sync_await_is_open(c->s, base) || relink(c, m, x, error);
		stray_free(x);
		g_ptr_array_remove_index_fast(c->strays, index);
		g_hash_table_iter_remove(&iter);
	}
	return is_good;
}

/* Only what is looked at more closely is read. */
static void
read_strays(struct comparison *c)
{
	for (guint i = 0; i < c->strays->len; i++) {
		struct stray *x = g_ptr_array_index(c->strays, i);
		struct stat st;

		if (x->base == NULL)
			continue;
		x->message_id = sync_files_id_of(x->path);
		x->size = sync_files_wire_size(x->path);
		x->plain_size = sync_files_plain_size(x->path);
		x->is_placeholder = sync_part_is(c->s, x->path, &x->size);
		if (stat(x->path, &st) == 0) {
			x->file_size = (guint64)st.st_size;
			x->date = (gint64)st.st_mtim.tv_sec;
		}
	}
}

static gint
compare_pushes(gconstpointer a, gconstpointer b)
{
	const struct imap_push *x = a, *y = b;
	int order = strcmp(x->folder, y->folder);

	return order != 0 ? order : (x->uid > y->uid) - (x->uid < y->uid);
}

static bool
compare(struct comparison *c, GError **error)
{
	if (!sync_lost(c, error) || !compare_places(c, error))
		return false;
	look_at_others(c);
	find_moved(c);
	g_hash_table_foreach_remove(c->missing, find_copied, c);
	sync_offer_filter(c);
	read_strays(c);
	return find_renamed(c, error) && follow_gone(c, SYNC_GONE_OPEN, error) &&
	       follow_gone(c, SYNC_GONE_MISSED, error) && sync_vanish(c, error) && sync_offer(c, error);
}

GArray *
sync_compare(void *user, bool *is_changed_out, GError **error)
{
	struct sync_sink *s = user;
	struct comparison c = {.s = s,
	    .missing =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, missing_free),
	    .known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
	    .strays = g_ptr_array_new(),
	    .pushes = g_array_new(FALSE, FALSE, sizeof(struct imap_push))};
	bool is_good = sync_state_begin(s->state, error);

	g_hash_table_remove_all(s->waiting); /* of an earlier pass */
	/* what an interrupted run left to be expected is known after this one */
	s->is_again = s->is_again || sync_state_has_expected(s->state);
	sync_upload_gather(s);
	is_good = is_good && compare(&c, error) && sync_state_commit(s->state, error);
	if (!is_good)
		sync_state_rollback(s->state);
	*is_changed_out = *is_changed_out || c.is_changed;
	g_hash_table_unref(c.missing);
	g_hash_table_unref(c.known);
	g_ptr_array_foreach(c.strays, (GFunc)(void (*)(void))stray_free, NULL);
	g_ptr_array_free(c.strays, TRUE);
	if (is_good && sync_state_has_refused(s->state))
		sync_refused_filter(s, c.pushes);
	g_array_sort(c.pushes, compare_pushes);
	if (is_good)
		return c.pushes;
	g_array_free(c.pushes, TRUE);
	return NULL;
}
