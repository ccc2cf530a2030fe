/* SPDX-License-Identifier: GPL-3.0-or-later */
/* linkage.c - reading: the natural threads that links touch, made into one forest, and that cut into threads. */
#include "store/linkage.h"

#include "store/thread_walk.h"

#include <string.h>

#define THREAD_ID_LEN 16 /* notmuch's: hexadecimal digits */

struct linkage {
	GPtrArray *table; /* struct state_link, as of this reading */
	char *uuid;
	guint64 revision;
	unsigned n_there; /* messages in those naturals: a deletion makes no new revision */
	GStringChunk *pool;
	GHashTable *nodes;    /* Message-ID -> struct node */
	GHashTable *threads;  /* id -> GPtrArray of struct linked */
	GHashTable *naturals; /* those that were read: -> the message that was read first */
};

struct node {
	struct linked m; /* first: handed out */
	GPtrArray *children;
	bool is_parted; /* the user made it the first of a thread */
};

static void
node_free(gpointer data)
{
	struct node *n = data;

	g_ptr_array_unref(n->children);
	g_free(n);
}

static void
free_list(gpointer list)
{
	g_ptr_array_unref(list);
}

static struct linkage *
linkage_new(GPtrArray *table)
{
	struct linkage *l = g_new0(struct linkage, 1);

	l->table = g_ptr_array_ref(table);
	l->pool = g_string_chunk_new(4096);
	l->nodes = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, node_free);
	l->threads = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, free_list);
	l->naturals = g_hash_table_new(g_str_hash, g_str_equal);
	return l;
}

void
linkage_free(struct linkage *l)
{
	if (l == NULL)
		return;
	g_hash_table_unref(l->threads);
	g_hash_table_unref(l->nodes);
	g_hash_table_unref(l->naturals);
	g_string_chunk_free(l->pool);
	g_ptr_array_unref(l->table);
	g_free(l->uuid);
	g_free(l);
}

/* reading natural threads */

struct reading {
	struct linkage *l;
	const char *natural;
};

static void
add_node(notmuch_message_t *message, const char *parent, unsigned depth, void *user)
{
	struct reading *r = user;
	struct node *n = g_new0(struct node, 1);

	(void)depth;
	n->m.id = g_string_chunk_insert(r->l->pool, notmuch_message_get_message_id(message));
	n->m.natural = r->natural;
	if (parent != NULL) /* it was added before */
		n->m.natural_parent = n->m.parent =
		    ((struct node *)g_hash_table_lookup(r->l->nodes, parent))->m.id;
	n->m.date = notmuch_message_get_date(message);
	n->children = g_ptr_array_new();
	g_hash_table_replace(r->l->nodes, (gpointer)(guintptr)n->m.id, n);
}

static notmuch_status_t
read_natural(struct linkage *l, notmuch_database_t *db, const char *thread)
{
	const char *natural = g_string_chunk_insert_const(l->pool, thread);
	notmuch_query_t *query;
	notmuch_threads_t *threads = NULL;
	notmuch_status_t status;
	char *text;

	if (g_hash_table_contains(l->naturals, natural))
		return NOTMUCH_STATUS_SUCCESS;
	g_hash_table_add(l->naturals, (gpointer)(guintptr)natural);
	text = g_strconcat("thread:", natural, NULL);
	query = notmuch_query_create(db, text);
	notmuch_query_set_omit_excluded(query, NOTMUCH_EXCLUDE_FALSE);
	status = notmuch_query_search_threads(query, &threads);
	if (status == NOTMUCH_STATUS_SUCCESS && notmuch_threads_valid(threads)) {
		notmuch_thread_t *found = notmuch_threads_get(threads);

		thread_walk(found, add_node, &(struct reading){ l, natural });
		notmuch_thread_destroy(found);
	}
	notmuch_query_destroy(query);
	g_free(text);
	return status;
}

/* How many messages are in the naturals that were read. */
static notmuch_status_t
count_there(const struct linkage *l, notmuch_database_t *db, unsigned *n_out)
{
	GString *text = g_string_new(NULL);
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;
	GHashTableIter iter;
	gpointer natural;

	*n_out = 0;
	g_hash_table_iter_init(&iter, l->naturals);
	while (g_hash_table_iter_next(&iter, &natural, NULL))
		g_string_append_printf(text, "%sthread:%s", text->len > 0 ? " or " : "", (const char *)natural);
	if (text->len > 0) {
		notmuch_query_t *query = notmuch_query_create(db, text->str);

		notmuch_query_set_omit_excluded(query, NOTMUCH_EXCLUDE_FALSE);
		status = notmuch_query_count_messages(query, n_out);
		notmuch_query_destroy(query);
	}
	g_string_free(text, TRUE);
	return status;
}

/* The natural thread of a message, if it is here. */
static notmuch_status_t
read_around(struct linkage *l, notmuch_database_t *db, const char *id)
{
	notmuch_message_t *message = NULL;
	notmuch_status_t status =
	    id != NULL && id[0] != '\0' ? index_find(db, id, &message) : NOTMUCH_STATUS_SUCCESS;

	if (message == NULL)
		return status;
	status = read_natural(l, db, notmuch_message_get_thread_id(message));
	notmuch_message_destroy(message);
	return status;
}

/* the forest */

static struct node *
node_of(const struct linkage *l, const char *id)
{
	return id != NULL ? g_hash_table_lookup(l->nodes, id) : NULL;
}

static bool
is_above(const struct linkage *l, const struct node *upper, const struct node *lower)
{
	for (; lower != NULL; lower = node_of(l, lower->m.parent))
		if (lower == upper)
			return true;
	return false;
}

/* What is not here (any more, or yet) changes nothing. */
static void
apply_table(struct linkage *l)
{
	for (guint i = 0; i < l->table->len; i++) {
		const struct state_link *link = g_ptr_array_index(l->table, i);
		struct node *n = node_of(l, link->id), *parent = node_of(l, link->parent);

		if (n == NULL || link->parent == NULL)
			continue;
		if (link->parent[0] == '\0') {
			n->is_parted = true;
			n->m.parent = NULL;
		} else if (parent != NULL && is_above(l, n, parent)) {
			n->m.is_refused = true;
		} else if (parent != NULL) {
			n->m.parent = parent->m.id;
		}
	}
}

static int
compare_nodes(gconstpointer a, gconstpointer b)
{
	const struct node *x = *(const struct node *const *)a, *y = *(const struct node *const *)b;

	if (x->m.date != y->m.date)
		return x->m.date < y->m.date ? -1 : 1;
	return strcmp(x->m.id, y->m.id);
}

/* A thread that notmuch does not know: its id looks like one of notmuch's and is none, for those count from 1. */
static const char *
own_thread(struct linkage *l, const char *id)
{
	char *digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, id, -1);
	const char *out;

	digest[0] = 'f';
	digest[THREAD_ID_LEN] = '\0';
	out = g_string_chunk_insert_const(l->pool, digest);
	g_free(digest);
	return out;
}

/* A root and all below it into its thread, in reading order. */
static void
walk_tree(struct linkage *l, struct node *root)
{
	const char *thread = root->is_parted ? own_thread(l, root->m.id) : root->m.natural;
	GPtrArray *members = g_hash_table_lookup(l->threads, thread);
	GQueue stack = G_QUEUE_INIT;
	struct node *n;

	if (members == NULL) {
		members = g_ptr_array_new();
		g_hash_table_insert(l->threads, (gpointer)(guintptr)thread, members);
	}
	g_queue_push_head(&stack, root);
	while ((n = g_queue_pop_head(&stack)) != NULL) {
		n->m.thread = thread;
		g_ptr_array_add(members, n);
		g_ptr_array_sort(n->children, compare_nodes);
		for (guint i = n->children->len; i > 0; i--) {
			struct node *child = g_ptr_array_index(n->children, i - 1);

			child->m.depth = n->m.depth + 1;
			g_queue_push_head(&stack, child);
		}
	}
}

static void
make_threads(struct linkage *l)
{
	GPtrArray *roots = g_ptr_array_new();
	GHashTableIter iter;
	gpointer node;

	g_hash_table_iter_init(&iter, l->nodes);
	while (g_hash_table_iter_next(&iter, NULL, &node)) {
		struct node *n = node, *parent = node_of(l, n->m.parent);

		g_ptr_array_add(parent != NULL ? parent->children : roots, n);
	}
	g_ptr_array_sort(roots, compare_nodes);
	for (guint i = 0; i < roots->len; i++)
		walk_tree(l, g_ptr_array_index(roots, i));
	g_ptr_array_unref(roots);
}

notmuch_status_t
linkage_build(notmuch_database_t *db, GPtrArray *table, GPtrArray *naturals, struct linkage **out)
{
	struct linkage *l = linkage_new(table);
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;
	const char *uuid = NULL;

	l->revision = notmuch_database_get_revision(db, &uuid);
	l->uuid = g_strdup(uuid);
	for (guint i = 0; i < table->len && status == NOTMUCH_STATUS_SUCCESS; i++) {
		const struct state_link *link = g_ptr_array_index(table, i);

		status = read_around(l, db, link->id);
		if (status == NOTMUCH_STATUS_SUCCESS)
			status = read_around(l, db, link->parent);
	}
	for (guint i = 0; naturals != NULL && i < naturals->len && status == NOTMUCH_STATUS_SUCCESS; i++)
		status = read_natural(l, db, g_ptr_array_index(naturals, i));
	if (status == NOTMUCH_STATUS_SUCCESS)
		status = count_there(l, db, &l->n_there);
	if (status != NOTMUCH_STATUS_SUCCESS) {
		linkage_free(l);
		return status;
	}
	apply_table(l);
	make_threads(l);
	*out = l;
	return status;
}

static bool
is_same_table(GPtrArray *a, GPtrArray *b)
{
	for (guint i = 0; a->len == b->len && i < a->len; i++) {
		const struct state_link *x = g_ptr_array_index(a, i), *y = g_ptr_array_index(b, i);

		if (strcmp(x->id, y->id) != 0 || strcmp(x->parent, y->parent) != 0)
			return false;
	}
	return a->len == b->len;
}

static bool
is_current(const struct linkage *l, notmuch_database_t *db, GPtrArray *table)
{
	const char *uuid = NULL;
	unsigned n = 0;

	return notmuch_database_get_revision(db, &uuid) == l->revision && strcmp(uuid, l->uuid) == 0 &&
	    is_same_table(l->table, table) && count_there(l, db, &n) == NOTMUCH_STATUS_SUCCESS && n == l->n_there;
}

notmuch_status_t
linkage_read(struct index *ix, notmuch_database_t *db, const struct linkage **out)
{
	struct linkage **kept = index_linkage(ix);
	GPtrArray *table = state_links(index_state(ix));
	notmuch_status_t status = NOTMUCH_STATUS_SUCCESS;

	if (*kept != NULL && !is_current(*kept, db, table))
		g_clear_pointer(kept, linkage_free);
	if (*kept == NULL && table->len > 0)
		status = linkage_build(db, table, NULL, kept);
	g_ptr_array_unref(table);
	*out = *kept;
	return status;
}

/* looking */

const GPtrArray *
linkage_table(const struct linkage *l)
{
	return l->table;
}

const struct linked *
linkage_message(const struct linkage *l, const char *id)
{
	const struct node *n = l != NULL ? node_of(l, id) : NULL;

	return n != NULL ? &n->m : NULL;
}

const char *
linkage_thread(const struct linkage *l, notmuch_message_t *message)
{
	const struct linked *m =
	    l != NULL ? linkage_message(l, notmuch_message_get_message_id(message)) : NULL;

	return m != NULL ? m->thread : notmuch_message_get_thread_id(message);
}

void
linkage_each(const struct linkage *l, void (*fn)(const struct linked *message, void *user), void *user)
{
	GHashTableIter iter;
	gpointer node;

	if (l == NULL)
		return;
	g_hash_table_iter_init(&iter, l->nodes);
	while (g_hash_table_iter_next(&iter, NULL, &node))
		fn(node, user);
}

/* Any message of a natural thread. */
static const struct linked *
message_of_natural(const struct linkage *l, const char *natural)
{
	GHashTableIter iter;
	gpointer node;

	g_hash_table_iter_init(&iter, l->nodes);
	while (g_hash_table_iter_next(&iter, NULL, &node))
		if (strcmp(((struct node *)node)->m.natural, natural) == 0)
			return node;
	return NULL;
}

GPtrArray *
linkage_members(const struct linkage *l, const char *thread)
{
	GPtrArray *members = l != NULL ? g_hash_table_lookup(l->threads, thread) : NULL;
	const struct linked *m;

	if (members != NULL || l == NULL || !g_hash_table_contains(l->naturals, thread))
		return members;
	m = message_of_natural(l, thread);
	return m != NULL ? g_hash_table_lookup(l->threads, m->thread) : NULL;
}

/* queries */

/* "thread:ID" or "thread:\"ID\"" at p: its length, and the id. 0: it is none. */
static size_t
thread_term(const char *p, char *id_out)
{
	static const char name[] = "thread:";
	size_t at = sizeof(name) - 1, quote;

	if (strncmp(p, name, at) != 0)
		return 0;
	quote = p[at] == '"';
	at += quote;
	if (strspn(p + at, "0123456789abcdef") != THREAD_ID_LEN)
		return 0;
	(void)g_strlcpy(id_out, p + at, THREAD_ID_LEN + 1);
	at += THREAD_ID_LEN;
	if (quote ? p[at] != '"' : g_ascii_isalnum(p[at]) || p[at] == '"')
		return 0;
	return at + quote;
}

static void
append_members(GString *out, GPtrArray *members)
{
	g_string_append_c(out, '(');
	for (guint i = 0; i < members->len; i++) {
		const struct linked *m = g_ptr_array_index(members, i);

		g_string_append_printf(out, "%sid:\"", i > 0 ? " or " : "");
		for (const char *p = m->id; *p != '\0'; p++)
			g_string_append(out, *p == '"' ? "\"\"" : (char[]){ *p, '\0' });
		g_string_append_c(out, '"');
	}
	g_string_append_c(out, ')');
}

bool
linkage_append_term(const struct linkage *l, const char *thread, GString *out)
{
	GPtrArray *members = l != NULL ? g_hash_table_lookup(l->threads, thread) : NULL;

	if (members != NULL)
		append_members(out, members);
	else if (l == NULL || !g_hash_table_contains(l->naturals, thread))
		g_string_append_printf(out, "thread:%s", thread);
	else
		return false;
	return true;
}

char *
linkage_query(const struct linkage *l, const char *query)
{
	GString *out;
	bool in_quotes = false, at_word = true;

	if (l == NULL || strstr(query, "thread:") == NULL)
		return g_strdup(query);
	out = g_string_new(NULL);
	while (*query != '\0') {
		char id[THREAD_ID_LEN + 1];
		size_t len = !in_quotes && at_word ? thread_term(query, id) : 0;
		GPtrArray *members = len > 0 ? g_hash_table_lookup(l->threads, id) : NULL;

		if (members != NULL) {
			append_members(out, members);
			query += len;
			continue;
		}
		in_quotes ^= *query == '"';
		at_word = strchr(" \t\n(+-", *query) != NULL;
		g_string_append_c(out, *query++);
	}
	return g_string_free(out, FALSE);
}
