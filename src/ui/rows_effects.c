/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows_effects.c - what the user did to threads, laid over their rows until the index says the same. */
#include "ui/rows_private.h"

#include "ui/found.h"
#include "ui/mailbox.h"

#include <string.h>

/* One deed. */
struct laid {
	unsigned effects;
	char *changes;		  /* of tags; NULL for none */
	const struct place *from; /* ROWS_GONE: the place that it left; one of left */
	const struct place *to;	  /* ROWS_MOVED: where it went; likewise */
};

/* What the user did to a thread. */
struct effects {
	GArray *laid;	      /* struct laid, in their order; what follows is made of them */
	unsigned bits;
	const struct place *from, *to;
	guint n_unread;	      /* ROWS_READ_SOME: messages that stay so */
	unsigned n_open;      /* deeds that are not confirmed */
	guint confirmed_at;   /* n_indexes, when the last of them was */
	char *before, *tags;  /* the row's own tags, and what is shown for them; NULL: not made yet */
};

static void
laid_clear(gpointer data)
{
	g_free(((struct laid *)data)->changes);
}

static struct effects *
effects_new(void)
{
	struct effects *e = g_new0(struct effects, 1);
	e->laid = g_array_new(FALSE, FALSE, sizeof(struct laid));
	g_array_set_clear_func(e->laid, laid_clear);
	return e;
}

static void
effects_free(gpointer data)
{
	struct effects *e = data;
	g_array_free(e->laid, TRUE);
	g_free(e->before);
	g_free(e->tags);
	g_free(e);
}

GHashTable *
rows_effects_new(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, effects_free);
}

static gint
compare_words(gconstpointer a, gconstpointer b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Take away a tag, or by "TAG/" and a star all below it. */
static void
drop_tag(GPtrArray *tags, const char *tag)
{
	size_t stem = g_str_has_suffix(tag, "/*") ? strlen(tag) - 1 : 0;
	for (guint i = tags->len; i-- > 0;) {
		const char *have = tags->pdata[i];
		if (stem > 0 ? strncmp(have, tag, stem) == 0 : g_str_equal(have, tag))
			g_ptr_array_remove_index(tags, i);
	}
}

static void
change_tags(GPtrArray *tags, char **changes)
{
	for (char **change = changes; *change != NULL; change++) {
		if (**change != '+' && **change != '-')
			continue;
		drop_tag(tags, *change + 1);
		if (**change == '+')
			g_ptr_array_add(tags, g_strdup(*change + 1));
	}
}

/* The row's tags with the changes made; owned by e until it changes. */
static const char *
changed_tags(struct effects *e, const char *before)
{
	if (e->tags != NULL && g_str_equal(e->before, before))
		return e->tags;
	char **have = g_strsplit(before, " ", -1);
	GPtrArray *tags = g_ptr_array_new_with_free_func(g_free);
	for (char **tag = have; *tag != NULL; tag++)
		if (**tag != '\0')
			g_ptr_array_add(tags, g_strdup(*tag));
	for (guint i = 0; i < e->laid->len; i++) {
		const char *text = g_array_index(e->laid, struct laid, i).changes;
		char **changes = text != NULL ? g_strsplit(text, " ", -1) : g_new0(char *, 1);
		change_tags(tags, changes);
		g_strfreev(changes);
	}
	g_ptr_array_sort(tags, compare_words);
	g_ptr_array_add(tags, NULL);
	g_free(e->before);
	g_free(e->tags);
	e->before = g_strdup(before);
	e->tags = g_strjoinv(" ", (char **)tags->pdata);
	g_ptr_array_unref(tags);
	g_strfreev(have);
	return e->tags;
}

/* A deed on what a search has found lets own letters and drafts stay where they are. */
static bool
takes_from(const struct place *from, const struct row_folder *f)
{
	return place_has_folder(from, f) &&
	    (place_is_folders(from) || (!g_str_equal(f->role, "sent") && !g_str_equal(f->role, "drafts")));
}

/* What left the one place is not in the other either where all that the other shows of it lay in the one. */
static bool
leaves_too(const struct rows *r, const struct place *from, const struct row *row)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	guint n = 0;
	if (!place_is_folders(r->place) || r->folders == NULL || index == NULL)
		return false;
	for (guint32 i = 0; i < row->n_folders; i++) {
		guint32 folder = row->folders[i].folder;
		struct row_folder f;
		if (folder >= r->n_folders || !r->folders[folder])
			continue;
		if (!row_index_folder(index, folder, &f) || !takes_from(from, &f))
			return false;
		n++;
	}
	return n > 0;
}

bool
rows_is_gone(const struct rows *r, const struct row *row)
{
	const struct effects *e = g_hash_table_lookup(r->effects, row->thread);
	if (e == NULL || (e->bits & ROWS_GONE) == 0)
		return false;
	if (!place_equal(e->from, r->place))
		return leaves_too(r, e->from, row);
	/* a new search may well find it, wherever it went */
	return e->n_open > 0 || !r->is_search || place_is_folders(e->from);
}

void
rows_apply_effects(const struct rows *r, struct row *row)
{
	struct effects *e = g_hash_table_lookup(r->effects, row->thread);
	if (e == NULL)
		return;
	row->tags = changed_tags(e, row->tags);
	if (e->bits & ROWS_READ)
		row->flags &= ~(guint32)ROW_UNREAD;
	if (e->bits & ROWS_UNREAD)
		row->flags |= ROW_UNREAD;
	if (e->bits & ROWS_UNFLAG)
		row->flags &= ~(guint32)ROW_FLAGGED;
	if (e->bits & ROWS_FLAG)
		row->flags |= ROW_FLAGGED;
}

static gboolean
is_settled(gpointer thread, gpointer effects, gpointer user)
{
	const struct effects *e = effects;
	(void)thread;
	return e->n_open == 0 && e->confirmed_at < ((const struct rows *)user)->n_indexes;
}

void
rows_effects_settle(struct rows *r)
{
	g_hash_table_foreach_remove(r->effects, is_settled, r);
	if (g_hash_table_size(r->effects) == 0)
		g_ptr_array_set_size(r->left, 0);
}

static struct effects *
effects_of(struct rows *r, const char *thread)
{
	struct effects *e = g_hash_table_lookup(r->effects, thread);
	if (e == NULL) {
		e = effects_new();
		g_hash_table_insert(r->effects, g_strdup(thread), e);
	}
	return e;
}

/* What a search has found, in one pass. */
static void
drop_found(struct rows *r)
{
	GPtrArray *left = g_ptr_array_new_full(r->found->len, found_free);
	for (guint i = 0; i < r->found->len; i++) {
		struct found *f = r->found->pdata[i];
		if (rows_is_gone(r, &f->row))
			found_free(f);
		else
			g_ptr_array_add(left, f);
	}
	g_ptr_array_set_free_func(r->found, NULL);
	g_ptr_array_unref(r->found);
	r->found = left;
}

/* In one pass that ends with the last of them. */
void
rows_drop_gone(struct rows *r, guint n_gone)
{
	const struct row_index *index = mailbox_index(r->app->mailbox);
	guint32 *numbers = (guint32 *)(void *)r->numbers->data;
	struct row row;
	guint to = 0, i;
	if (r->is_search) {
		drop_found(r);
		return;
	}
	for (i = 0; index != NULL && i < r->numbers->len && n_gone > 0; i++) {
		if (row_index_get(index, numbers[i], &row) && rows_is_gone(r, &row))
			n_gone--;
		else
			numbers[to++] = numbers[i];
	}
	if (to < i)
		g_array_remove_range(r->numbers, to, i - to);
}

/* The same place, for as long as effects refer to it. */
static const struct place *
place_left(struct rows *r, const struct place *p)
{
	for (guint i = 0; i < r->left->len; i++)
		if (place_equal(r->left->pdata[i], p))
			return r->left->pdata[i];
	g_ptr_array_add(r->left, place_copy(p));
	return r->left->pdata[r->left->len - 1];
}

void
rows_drop_gone_later(struct rows *r)
{
	if (r->is_search)
		drop_found(r);
	else
		rows_rescan(r, MIN(r->numbers->len, MAX_AT_ONCE));
	r->changed(r->user);
}

static void
add_laid(struct effects *e, const struct laid *l)
{
	static const unsigned opposites[][2] = {
	    {ROWS_READ, ROWS_UNREAD},
	    {ROWS_FLAG, ROWS_UNFLAG},
	};
	unsigned effects = l->effects;
	for (size_t k = 0; k < G_N_ELEMENTS(opposites); k++)
		if (effects & (opposites[k][0] | opposites[k][1]))
			e->bits &= ~(opposites[k][0] | opposites[k][1]);
	if (effects & (ROWS_READ | ROWS_UNREAD))
		e->bits &= ~(unsigned)ROWS_READ_SOME;
	e->bits |= effects & ((1u << ROWS_LEFT_SHIFT) - 1);
	if (effects & ROWS_READ_SOME)
		e->n_unread = effects >> ROWS_LEFT_SHIFT;
	if (l->from != NULL) {
		e->from = l->from;
		e->to = l->to;
	}
	g_clear_pointer(&e->tags, g_free);
}

void
rows_lay(struct rows *r, const GPtrArray *threads, const struct rows_deed *deed)
{
	const struct place *left = (deed->effects & ROWS_GONE) != 0 ? place_left(r, deed->from) : NULL;
	const struct place *to = left != NULL && deed->to != NULL ? place_left(r, deed->to) : NULL;
	for (guint i = 0; i < threads->len; i++) {
		struct effects *e = effects_of(r, threads->pdata[i]);
		const struct laid l = {deed->effects, g_strdup(deed->changes), left, to};
		g_array_append_val(e->laid, l);
		add_laid(e, &l);
		e->n_open++;
	}
}

void
rows_confirm(struct rows *r, const GPtrArray *threads)
{
	for (guint i = 0; i < threads->len; i++) {
		struct effects *e = g_hash_table_lookup(r->effects, threads->pdata[i]);
		if (e != NULL && e->n_open > 0 && --e->n_open == 0)
			e->confirmed_at = r->n_indexes;
	}
}

/* Take out the last that is like the deed. */
static void
drop_laid(struct effects *e, const struct rows_deed *deed)
{
	for (guint i = e->laid->len; i-- > 0;) {
		const struct laid *l = &g_array_index(e->laid, struct laid, i);
		if (l->effects == deed->effects && g_strcmp0(l->changes, deed->changes) == 0) {
			g_array_remove_index(e->laid, i);
			break;
		}
	}
	e->bits = 0;
	e->from = e->to = NULL;
	g_clear_pointer(&e->tags, g_free);
	for (guint i = 0; i < e->laid->len; i++)
		add_laid(e, &g_array_index(e->laid, struct laid, i));
}

guint
rows_lift(struct rows *r, const GPtrArray *threads, const struct rows_deed *deed)
{
	guint n_gone = 0;
	for (guint i = 0; i < threads->len; i++) {
		struct effects *e = g_hash_table_lookup(r->effects, threads->pdata[i]);
		if (e == NULL)
			continue;
		bool was_gone = (e->bits & ROWS_GONE) != 0;
		drop_laid(e, deed);
		n_gone += was_gone && (e->bits & ROWS_GONE) == 0;
		if (!deed->is_done && e->n_open > 0)
			e->n_open--;
		if (e->laid->len == 0)
			g_hash_table_remove(r->effects, threads->pdata[i]);
	}
	return n_gone;
}

guint
rows_n_touched(const struct rows *r)
{
	return g_hash_table_size(r->effects);
}

/* All messages of the thread but n are read. */
static void
add_read(const struct row *row, guint n, gint64 *unread, guint32 n_folders)
{
	guint all = 0;
	for (guint32 k = 0; k < row->n_folders; k++)
		all += row->folders[k].unread;
	guint read = all > n ? all - n : 0;
	for (guint32 k = 0; k < row->n_folders; k++) {
		const struct row_folder_count *f = &row->folders[k];
		guint some = MIN(f->unread, read);
		read -= some;
		if (f->folder < n_folders)
			unread[f->folder] -= some;
	}
}

/* The folder that messages of this one went to; -1 for one that is new. */
static int
folder_entered(const struct row_index *index, const struct place *to, const struct row_folder *from)
{
	if (to->kind == PLACE_FOLDER)
		return row_index_find_folder(index, *to->account != '\0' ? to->account : from->account, to->folder);
	for (guint32 i = 0; i < row_index_n_folders(index); i++) {
		struct row_folder f;
		if (row_index_folder(index, i, &f) && g_str_equal(f.account, from->account) && g_str_equal(f.role, to->role))
			return (int)i;
	}
	return -1;
}

/* Its messages lie elsewhere, unread as they were. */
static void
add_moved(const struct effects *e, const struct row_index *index, const struct row *row, gint64 *unread, guint32 n_folders)
{
	for (guint32 k = 0; k < row->n_folders; k++) {
		struct row_folder f;
		guint32 folder = row->folders[k].folder;
		if (folder >= n_folders || !row_index_folder(index, folder, &f) || !takes_from(e->from, &f))
			continue;
		int entered = e->to != NULL ? folder_entered(index, e->to, &f) : -1;
		unread[folder] -= row->folders[k].unread;
		if (entered >= 0 && (guint32)entered < n_folders)
			unread[entered] += row->folders[k].unread;
	}
}

bool
rows_add_pending(const struct rows *r, const struct row_index *index, guint32 i, gint64 *unread, guint32 n_folders)
{
	const struct effects *e = g_hash_table_lookup(r->effects, row_index_thread(index, i));
	struct row row;
	if (e == NULL || !row_index_get(index, i, &row))
		return false;
	bool is_read = (e->bits & (ROWS_READ | ROWS_READ_SOME)) != 0;
	if (is_read)
		add_read(&row, e->bits & ROWS_READ ? 0 : e->n_unread, unread, n_folders);
	else if (e->bits & ROWS_UNREAD && (row.flags & ROW_UNREAD) == 0 && row.n_folders > 0 && row.folders[0].folder < n_folders)
		unread[row.folders[0].folder]++; /* its newest */
	if (!is_read && (e->bits & ROWS_MOVED) != 0)
		add_moved(e, index, &row, unread, n_folders);
	return true;
}

void
rows_adopt(struct rows *r, const struct rows *other)
{
	GHashTableIter iter;
	gpointer thread, effects;
	g_hash_table_iter_init(&iter, other->effects);
	while (g_hash_table_iter_next(&iter, &thread, &effects)) {
		struct effects *e = effects_of(r, thread);
		const struct effects *its = effects;
		g_array_set_size(e->laid, 0);
		e->bits = 0;
		for (guint i = 0; i < its->laid->len; i++) {
			struct laid l = g_array_index(its->laid, struct laid, i);
			l.changes = g_strdup(l.changes);
			l.from = l.from != NULL ? place_left(r, l.from) : NULL;
			l.to = l.to != NULL ? place_left(r, l.to) : NULL;
			g_array_append_val(e->laid, l);
			add_laid(e, &l);
		}
		e->n_open = its->n_open;
		e->confirmed_at = its->confirmed_at;
	}
	r->n_indexes = other->n_indexes;
}

void
rows_bring_back(struct rows *r, guint n_gone)
{
	if (r->is_search)
		rows_set(r, r->place, r->limit);
	else
		rows_rescan(r, MIN(r->numbers->len + n_gone, MAX_AT_ONCE));
}
