/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Gathering: one pass over messages, newest first, into an accumulator a thread. What repeats
 * (names, tags) is kept once. */
#include "store/thread_row.h"

#include "store/author.h"
#include "store/heading.h"
#include "store/index_each.h"
#include "store/linkage.h"
#include "store/placement.h"

#include <string.h>
#include <sys/stat.h>

#define THREADS_IN_QUERY 100 /* terms of one query */

/* The live, or the dead, messages of a thread. Strings are in the pool. */
struct part {
	gint64 date;
	const char *id, *subject, *from, *path;
	GPtrArray *authors; /* newest first */
	GPtrArray *tags;
	guint32 count, flags;
	enum row_verdict verdict;
};

struct gathered {
	struct part live, dead;
	const char *head; /* the id that was asked for, or NULL */
	GArray *folders;  /* struct thread_row_folder */
	bool is_added;
};

struct thread_rows {
	struct index *ix;
	const struct linkage *links; /* borrowed for one addition */
	GHashTable *threads; /* pooled id -> struct gathered */
	GStringChunk *pool;
};

static void
clear_part(struct part *p)
{
	if (p->authors != NULL)
		g_ptr_array_unref(p->authors);
	if (p->tags != NULL)
		g_ptr_array_unref(p->tags);
}

static void
free_gathered(gpointer item)
{
	struct gathered *g = item;

	clear_part(&g->live);
	clear_part(&g->dead);
	g_array_unref(g->folders);
	g_free(g);
}

struct thread_rows *
thread_rows_new(struct index *ix)
{
	struct thread_rows *rows = g_new0(struct thread_rows, 1);

	rows->ix = ix;
	rows->pool = g_string_chunk_new(64 * 1024);
	rows->threads = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_gathered);
	return rows;
}

void
thread_rows_free(struct thread_rows *rows)
{
	if (rows == NULL)
		return;
	g_hash_table_unref(rows->threads);
	g_string_chunk_free(rows->pool);
	g_free(rows);
}

static struct gathered *
thread_of(struct thread_rows *rows, const char *thread)
{
	struct gathered *g = g_hash_table_lookup(rows->threads, thread);

	if (g != NULL)
		return g;
	g = g_new0(struct gathered, 1);
	g->folders = g_array_new(FALSE, TRUE, sizeof(struct thread_row_folder));
	g_hash_table_insert(rows->threads, g_string_chunk_insert(rows->pool, thread), g);
	return g;
}

void
thread_rows_set_head(struct thread_rows *rows, const char *thread, const char *id)
{
	thread_of(rows, thread)->head = g_string_chunk_insert(rows->pool, id);
}

static void
add_pooled(struct thread_rows *rows, GPtrArray **list, const char *text)
{
	char *pooled = g_string_chunk_insert_const(rows->pool, text);

	if (*list == NULL)
		*list = g_ptr_array_new();
	if (!g_ptr_array_find(*list, pooled, NULL))
		g_ptr_array_add(*list, pooled);
}

/* Newest first: one who wrote before as well moves to the end, where the oldest stand. */
static void
add_author(struct thread_rows *rows, struct part *p, const char *name)
{
	char *pooled = g_string_chunk_insert_const(rows->pool, name);

	if (p->authors == NULL)
		p->authors = g_ptr_array_new();
	g_ptr_array_remove(p->authors, pooled);
	g_ptr_array_add(p->authors, pooled);
}

/* What the tags of one message say. */
struct tag_facts {
	guint32 flags;
	bool is_excluded, is_replied;
};

static struct tag_facts
read_tags(struct thread_rows *rows, notmuch_message_t *message, GPtrArray *out)
{
	static const struct {
		const char *tag;
		guint32 flag;
	} table[] = { { "unread", ROW_UNREAD }, { "flagged", ROW_FLAGGED },
		{ "attachment", ROW_ATTACHMENT }, { "signed", ROW_SIGNED },
		{ "encrypted", ROW_ENCRYPTED } };
	notmuch_tags_t *tags = notmuch_message_get_tags(message);
	struct tag_facts facts = { 0 };

	for (; tags != NULL && notmuch_tags_valid(tags); notmuch_tags_move_to_next(tags)) {
		const char *tag = notmuch_tags_get(tags);

		g_ptr_array_add(out, g_string_chunk_insert_const(rows->pool, tag));
		for (size_t i = 0; i < G_N_ELEMENTS(table); i++)
			if (strcmp(tag, table[i].tag) == 0)
				facts.flags |= table[i].flag;
		facts.is_replied = facts.is_replied || strcmp(tag, "replied") == 0;
		facts.is_excluded =
		    facts.is_excluded || g_strv_contains(index_exclude_tags(rows->ix), tag);
	}
	if (tags != NULL)
		notmuch_tags_destroy(tags);
	return facts;
}

static void
count_folder(struct gathered *g, const struct folder *folder, bool unread)
{
	struct thread_row_folder fresh = { folder, 1, unread };

	for (guint i = 0; i < g->folders->len; i++) {
		struct thread_row_folder *at =
		    &g_array_index(g->folders, struct thread_row_folder, i);

		if (at->folder == folder || (strcmp(at->folder->name, folder->name) == 0 &&
						strcmp(at->folder->account, folder->account) == 0)) {
			at->total++;
			at->unread += unread;
			return;
		}
	}
	g_array_append_val(g->folders, fresh);
}

/* Several files in one folder are one message there. */
static bool
is_repeated(struct folders *f, GPtrArray *files, guint i)
{
	const struct folder *at = folders_of_path(f, g_ptr_array_index(files, i));

	for (guint k = 0; k < i; k++) {
		const struct folder *other = folders_of_path(f, g_ptr_array_index(files, k));

		if (strcmp(at->name, other->name) == 0 && strcmp(at->account, other->account) == 0)
			return true;
	}
	return false;
}

/* Count the folders; is every file in a dead one? */
static bool
count_files(struct thread_rows *rows, struct gathered *g, GPtrArray *files, bool unread)
{
	struct folders *f = index_folders(rows->ix);
	bool all_dead = files->len > 0;

	for (guint i = 0; i < files->len; i++) {
		const struct folder *folder = folders_of_path(f, g_ptr_array_index(files, i));

		all_dead = all_dead && folder_is_dead(folder);
		if (!is_repeated(f, files, i))
			count_folder(g, folder, unread);
	}
	return all_dead;
}

/* The verdict on the bytes of the file that is shown. With one file the database's property says
 * the same. */
static enum row_verdict
verdict_word(struct thread_rows *rows, notmuch_message_t *message, GPtrArray *files)
{
	const char *value = NULL;
	struct state_file *file;
	enum row_verdict verdict;
	char *key, *label;

	if (files->len <= 1) {
		(void)notmuch_message_get_property(message, "auth", &value);
		return row_verdict_from_name(value);
	}
	key = index_key(rows->ix, g_ptr_array_index(files, 0));
	file = state_file_get(index_state(rows->ix), key);
	label = file != NULL && file->sha256 != NULL
	    ? state_verdict_label(index_state(rows->ix), file->sha256)
	    : NULL;
	verdict = row_verdict_from_name(label);
	g_free(label);
	g_free(key);
	state_file_free(file);
	return verdict;
}

/* A pass that deceives by its name is no plain pass. */
static enum row_verdict
verdict_of(struct thread_rows *rows, notmuch_message_t *message, GPtrArray *files)
{
	enum row_verdict verdict = verdict_word(rows, message, files);
	const char *flag = NULL;

	if (verdict == ROW_VERDICT_PASS || verdict == ROW_VERDICT_PASS_SPF)
		(void)notmuch_message_get_property(message, "auth-flag", &flag);
	return flag != NULL ? ROW_VERDICT_DOUBTFUL : verdict;
}

static const char *
pooled_header(struct thread_rows *rows, notmuch_message_t *message, const char *name)
{
	return g_string_chunk_insert(rows->pool, heading_of(message, name));
}

static void
take_head(struct thread_rows *rows, struct part *p, notmuch_message_t *message, GPtrArray *files,
    bool is_replied)
{
	p->date = notmuch_message_get_date(message);
	p->id = g_string_chunk_insert(rows->pool, notmuch_message_get_message_id(message));
	p->subject = pooled_header(rows, message, "subject");
	p->from = pooled_header(rows, message, "from");
	p->path = files->len > 0 ? g_string_chunk_insert(rows->pool, g_ptr_array_index(files, 0)) : "";
	p->verdict = verdict_of(rows, message, files);
	p->flags &= ~(guint32)(ROW_REPLIED | ROW_QUARANTINED);
	if (is_replied)
		p->flags |= ROW_REPLIED;
	if (placement_is_standin(rows->ix, message))
		p->flags |= ROW_QUARANTINED;
}

static void
add_message(struct thread_rows *rows, notmuch_message_t *message)
{
	struct gathered *g = thread_of(rows, linkage_thread(rows->links, message));
	GPtrArray *files = placement_files(rows->ix, message);
	GPtrArray *tags = g_ptr_array_new();
	struct tag_facts facts = read_tags(rows, message, tags);
	const char *from = heading_of(message, "from");
	bool all_dead = count_files(rows, g, files, (facts.flags & ROW_UNREAD) != 0);
	bool is_head = g->head != NULL &&
	    strcmp(g->head, notmuch_message_get_message_id(message)) == 0;
	/* A head that was asked for is shown wherever it lies. */
	struct part *p = !is_head && (all_dead || facts.is_excluded) ? &g->dead : &g->live;
	char *author = author_display(from);

	g->is_added = true;
	if (p->count == 0 || is_head)
		take_head(rows, p, message, files, facts.is_replied);
	p->count++;
	p->flags |= facts.flags;
	if (author[0] != '\0')
		add_author(rows, p, author);
	for (guint i = 0; i < tags->len; i++)
		add_pooled(rows, &p->tags, g_ptr_array_index(tags, i));
	g_free(author);
	g_ptr_array_unref(tags);
	g_ptr_array_unref(files);
}

static void
on_match(notmuch_message_t *message, void *user)
{
	add_message(user, message);
}

notmuch_status_t
thread_rows_add(struct thread_rows *rows, notmuch_database_t *db, const char *text)
{
	notmuch_status_t status = linkage_read(rows->ix, db, &rows->links);

	return status == NOTMUCH_STATUS_SUCCESS ? index_each(db, text, NOTMUCH_SORT_NEWEST_FIRST, on_match, rows) : status;
}

/* "thread:a or thread:b", of those of which something is left. Owned. */
static char *
threads_query(struct thread_rows *rows, const char *const *threads, guint n)
{
	GString *query = g_string_new(NULL);
	gsize before = 0;

	for (guint i = 0; i < n; i++) {
		g_string_append(query, query->len > 0 ? " or " : "");
		if (linkage_append_term(rows->links, threads[i], query))
			before = query->len;
		g_string_truncate(query, before);
	}
	return g_string_free(query, FALSE);
}

notmuch_status_t
thread_rows_add_threads(struct thread_rows *rows, notmuch_database_t *db, const char *const *threads,
    guint n)
{
	notmuch_status_t status = linkage_read(rows->ix, db, &rows->links);

	for (guint first = 0; first < n && status == NOTMUCH_STATUS_SUCCESS;
	     first += THREADS_IN_QUERY) {
		char *query = threads_query(rows, threads + first, MIN(n - first, THREADS_IN_QUERY));

		if (query[0] != '\0')
			status = index_each(db, query, NOTMUCH_SORT_NEWEST_FIRST, on_match, rows);
		g_free(query);
	}
	return status;
}

static int
compare_tags(gconstpointer a, gconstpointer b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Oldest first: the pass was newest first. */
static GPtrArray *
reversed(GPtrArray *list)
{
	GPtrArray *out = g_ptr_array_new();

	for (guint i = list != NULL ? list->len : 0; i > 0; i--)
		g_ptr_array_add(out, g_ptr_array_index(list, i - 1));
	return out;
}

static void
finish(struct thread_rows *rows, const char *thread, struct gathered *g, struct thread_row *out)
{
	const struct part *p = g->live.count > 0 ? &g->live : &g->dead;
	const struct folder *folder = folders_of_path(index_folders(rows->ix), p->path);
	char *domain = author_domain(p->from);
	struct stat st;

	*out = (struct thread_row){ .thread = thread,
		.id = p->id,
		.subject = p->subject,
		.domain = g_string_chunk_insert_const(rows->pool, domain),
		.path = p->path,
		.account = folder->account,
		.folder = folder->name,
		.date = p->date,
		.size = stat(p->path, &st) == 0 ? (guint64)st.st_size : 0,
		.verdict = p->verdict,
		.count = p->count,
		.total = g->live.count + g->dead.count,
		.flags = p->flags,
		.authors = reversed(p->authors),
		.tags = reversed(p->tags),
		.folders = g_array_ref(g->folders) };
	g_ptr_array_sort(out->tags, compare_tags);
	g_free(domain);
}

void
thread_row_clear(struct thread_row *row)
{
	g_ptr_array_unref(row->authors);
	g_ptr_array_unref(row->tags);
	g_array_unref(row->folders);
}

bool
thread_rows_get(struct thread_rows *rows, const char *thread, struct thread_row *out)
{
	struct gathered *g = g_hash_table_lookup(rows->threads, thread);

	if (g == NULL || !g->is_added)
		return false;
	finish(rows, thread, g, out);
	return true;
}

void
thread_rows_foreach(struct thread_rows *rows, void (*fn)(const struct thread_row *row, void *user),
    void *user)
{
	GHashTableIter iter;
	gpointer thread, g;

	g_hash_table_iter_init(&iter, rows->threads);
	while (g_hash_table_iter_next(&iter, &thread, &g)) {
		struct thread_row row;

		if (!((struct gathered *)g)->is_added)
			continue;
		finish(rows, thread, g, &row);
		fn(&row, user);
		thread_row_clear(&row);
	}
}
