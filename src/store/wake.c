/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Few threads are put off at a time, so they are simply looked through: read first, then changed. */
#include "store/wake.h"

#include "base/later.h"
#include "store/index_change.h"
#include "store/index_each.h"
#include "store/linkage.h"
#include "store/placement.h"

#include <string.h>

#define THREADS_MAX 5000 /* looked at in one run: far more than a person puts off */

/* One message of a thread that was put off. */
struct member {
	char *id;
	gint64 date;
	bool is_own;
	bool is_put_off[2]; /* snoozed, awaiting */
};

struct thread {
	char *id;
	GPtrArray *members;
	gint64 times[2]; /* the latest of "snooze/...", "reply-by/..."; -1 for none */
};

enum { SNOOZE, AWAIT };

static const struct {
	const char *tag, *prefix, *off, *off_time;
} kinds[2] = {
	[SNOOZE] = { LATER_SNOOZED, LATER_SNOOZE, "-" LATER_SNOOZED, "-" LATER_SNOOZE "*" },
	[AWAIT] = { LATER_AWAITING, LATER_REPLY_BY, "-" LATER_AWAITING, "-" LATER_REPLY_BY "*" },
};

struct reading {
	struct index *ix;
	const struct linkage *links;
	GHashTable *threads; /* id -> struct thread */
};

static void
free_member(gpointer item)
{
	struct member *m = item;

	g_free(m->id);
	g_free(m);
}

static void
free_thread(gpointer item)
{
	struct thread *t = item;

	g_ptr_array_unref(t->members);
	g_free(t->id);
	g_free(t);
}

/* Does one of its files lie in a folder of sent letters? */
static bool
is_own(struct index *ix, notmuch_message_t *message)
{
	GPtrArray *files = placement_files(ix, message);
	bool own = false;

	for (guint i = 0; i < files->len && !own; i++)
		own = folders_of_path(index_folders(ix), g_ptr_array_index(files, i))->role == FOLDER_SENT;
	g_ptr_array_unref(files);
	return own;
}

static void
add_member(struct reading *r, struct thread *t, notmuch_message_t *message)
{
	struct member *m = g_new0(struct member, 1);
	notmuch_tags_t *tags = notmuch_message_get_tags(message);

	m->id = g_strdup(notmuch_message_get_message_id(message));
	m->date = notmuch_message_get_date(message);
	m->is_own = is_own(r->ix, message);
	for (; tags != NULL && notmuch_tags_valid(tags); notmuch_tags_move_to_next(tags)) {
		const char *tag = notmuch_tags_get(tags);

		for (int k = SNOOZE; k <= AWAIT; k++) {
			gint64 when = later_tag_time(tag, kinds[k].prefix);

			m->is_put_off[k] = m->is_put_off[k] || strcmp(tag, kinds[k].tag) == 0;
			t->times[k] = MAX(t->times[k], when);
		}
	}
	if (tags != NULL)
		notmuch_tags_destroy(tags);
	g_ptr_array_add(t->members, m);
}

static void
note_thread(notmuch_message_t *message, void *user)
{
	struct reading *r = user;
	const char *id = linkage_thread(r->links, message);
	struct thread *t;

	if (id == NULL || g_hash_table_contains(r->threads, id) ||
	    g_hash_table_size(r->threads) >= THREADS_MAX)
		return;
	t = g_new0(struct thread, 1);
	t->id = g_strdup(id);
	t->members = g_ptr_array_new_with_free_func(free_member);
	t->times[SNOOZE] = t->times[AWAIT] = -1;
	g_hash_table_insert(r->threads, t->id, t);
}

static void
note_message(notmuch_message_t *message, void *user)
{
	struct reading *r = user;
	const char *id = linkage_thread(r->links, message);
	struct thread *t = id != NULL ? g_hash_table_lookup(r->threads, id) : NULL;

	if (t != NULL && notmuch_message_get_message_id(message) != NULL)
		add_member(r, t, message);
}

static notmuch_status_t
read_threads(notmuch_database_t *db, void *user)
{
	struct reading *r = user;
	notmuch_status_t status;
	GHashTableIter iter;
	gpointer id;

	g_hash_table_remove_all(r->threads);
	status = linkage_read(r->ix, db, &r->links);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = index_each(db, "tag:" LATER_SNOOZED " or tag:" LATER_AWAITING, NOTMUCH_SORT_NEWEST_FIRST,
		    note_thread, r);
	g_hash_table_iter_init(&iter, r->threads);
	while (status == NOTMUCH_STATUS_SUCCESS && g_hash_table_iter_next(&iter, &id, NULL)) {
		GString *text = g_string_new(NULL);

		if (linkage_append_term(r->links, id, text))
			status = index_each(db, text->str, NOTMUCH_SORT_NEWEST_FIRST, note_message, r);
		g_string_free(text, TRUE);
	}
	return status;
}

/* Has somebody else written since the thread was put off? The newest message that was there then is the
 * newest with the tag. Members stand newest first. */
static bool
has_news(const struct thread *t, int kind)
{
	for (guint i = 0; i < t->members->len; i++) {
		const struct member *m = g_ptr_array_index(t->members, i);

		if (m->is_put_off[kind])
			return false;
		if (!m->is_own)
			return true;
	}
	return false;
}

/* Take the tags of this kind from the thread, and give its newest message `also` (NULL for nothing). */
static bool
let_go(struct index *ix, const struct thread *t, int kind, const char *also, GError **error)
{
	GPtrArray *ids = g_ptr_array_new();
	const char *const changes[] = { kinds[kind].off, kinds[kind].off_time, NULL };
	bool ok;

	for (guint i = 0; i < t->members->len; i++) {
		const struct member *m = g_ptr_array_index(t->members, i);

		if (m->is_put_off[kind])
			g_ptr_array_add(ids, m->id);
	}
	ok = index_tag(ix, ids, changes, NULL, NULL, NULL, error);
	if (ok && also != NULL && ids->len > 0) {
		const char *const one[] = { also, NULL };

		g_ptr_array_set_size(ids, 1);
		ok = index_tag(ix, ids, one, NULL, NULL, NULL, error);
	}
	g_ptr_array_unref(ids);
	return ok;
}

static void
note_next(struct wake_result *out, gint64 when)
{
	if (when >= 0 && (out->next < 0 || when < out->next))
		out->next = when;
}

static bool
settle_snooze(struct index *ix, const struct thread *t, gint64 now, struct wake_result *out,
    GError **error)
{
	bool news = has_news(t, SNOOZE);

	if (t->times[SNOOZE] < 0)
		return true;
	if (!news && t->times[SNOOZE] > now) {
		out->snoozed++;
		note_next(out, t->times[SNOOZE]);
		return true;
	}
	out->woken++;
	return let_go(ix, t, SNOOZE, news ? NULL : "+unread", error);
}

static bool
settle_await(struct index *ix, const struct thread *t, gint64 now, struct wake_result *out,
    GError **error)
{
	if (t->times[AWAIT] < 0)
		return true;
	if (has_news(t, AWAIT)) {
		out->answered++;
		return let_go(ix, t, AWAIT, NULL, error);
	}
	if (t->times[AWAIT] > now) {
		out->awaiting++;
		note_next(out, t->times[AWAIT]);
		return true;
	}
	out->no_reply++;
	return let_go(ix, t, AWAIT, "+" LATER_NO_REPLY, error);
}

/* Who is to be muted: threads are as they are shown, linked and parted ones too. */
struct muting {
	struct index *ix;
	const struct linkage *links;
	GHashTable *ids;     /* that are muted */
	GHashTable *threads; /* linked ones with such a message; borrowed from the links */
	GPtrArray *news;     /* to be muted: owned ids */
};

static void
note_muted(notmuch_message_t *message, void *user)
{
	struct muting *m = user;
	const char *id = notmuch_message_get_message_id(message);
	const struct linked *linked = linkage_message(m->links, id);

	if (id == NULL)
		return;
	g_hash_table_add(m->ids, g_strdup(id));
	if (linked != NULL)
		g_hash_table_add(m->threads, (gpointer)(guintptr)linked->thread);
}

/* A message of notmuch's thread; what is linked or parted has another. */
static void
note_news(notmuch_message_t *message, void *user)
{
	struct muting *m = user;
	const char *id = notmuch_message_get_message_id(message);

	if (id != NULL && linkage_message(m->links, id) == NULL)
		g_ptr_array_add(m->news, g_strdup(id));
}

static void
note_linked(const struct linked *message, void *user)
{
	struct muting *m = user;

	if (g_hash_table_contains(m->threads, message->thread) && !g_hash_table_contains(m->ids, message->id))
		g_ptr_array_add(m->news, g_strdup(message->id));
}

static notmuch_status_t
find_news(notmuch_database_t *db, void *user)
{
	struct muting *m = user;
	notmuch_status_t status;

	g_hash_table_remove_all(m->ids);
	g_hash_table_remove_all(m->threads);
	g_ptr_array_set_size(m->news, 0);
	status = linkage_read(m->ix, db, &m->links);
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = index_each(db, "tag:" LATER_MUTED, NOTMUCH_SORT_NEWEST_FIRST, note_muted, m);
	if (status != NOTMUCH_STATUS_SUCCESS || g_hash_table_size(m->ids) == 0)
		return status;
	status = index_each(db, "not tag:" LATER_MUTED " and thread:\"{tag:" LATER_MUTED "}\"", NOTMUCH_SORT_NEWEST_FIRST,
	    note_news, m);
	if (status == NOTMUCH_STATUS_SUCCESS)
		linkage_each(m->links, note_linked, m);
	return status;
}

static bool
mute_news(struct index *ix, struct wake_result *out, GError **error)
{
	static const char *const changes[] = { "+" LATER_MUTED, "-unread", "-inbox", NULL };
	struct muting m = { .ix = ix,
		.ids = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
		.threads = g_hash_table_new(g_str_hash, g_str_equal),
		.news = g_ptr_array_new_with_free_func(g_free) };
	bool ok = index_read(ix, find_news, &m, error) &&
	    (m.news->len == 0 || index_tag(ix, m.news, changes, NULL, NULL, NULL, error));

	if (ok)
		out->muted = m.news->len;
	g_hash_table_unref(m.ids);
	g_hash_table_unref(m.threads);
	g_ptr_array_unref(m.news);
	return ok;
}

bool
wake_run(struct index *ix, gint64 now, struct wake_result *out, GError **error)
{
	struct reading r = { ix, NULL, g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_thread) };
	GHashTableIter iter;
	gpointer thread;
	bool ok = index_read(ix, read_threads, &r, error);

	*out = (struct wake_result){ .next = -1 };
	g_hash_table_iter_init(&iter, r.threads);
	while (ok && g_hash_table_iter_next(&iter, NULL, &thread))
		ok = settle_snooze(ix, thread, now, out, error) &&
		    settle_await(ix, thread, now, out, error);
	ok = ok && mute_news(ix, out, error);
	g_hash_table_unref(r.threads);
	return ok;
}
