/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads linked and parted: what is shown, what rows and searches make of it, what takes it back, and that it
 * outlives the index. */
#include "base/error.h"
#include "base/jsonl.h"
#include "base/row_index.h"
#include "store/index_change.h"
#include "store/index_files.h"
#include "store/linkage.h"
#include "store/message.h"
#include "store/rows.h"
#include "store/search.h"
#include "store_fixture.h"

static void
add_shape(json_t *obj, void *user)
{
	GString *out = user;

	for (json_int_t i = 0; i < json_integer_value(json_object_get(obj, "depth")); i++)
		g_string_append_c(out, '>');
	g_string_append_printf(out, "%s ", jsonl_string(obj, "id"));
	json_decref(obj);
}

/* The thread that this message is in: "a >b >>c ". Owned. */
static char *
shape(struct store_fixture *f, const char *id)
{
	GString *out = g_string_new(NULL);
	GError *error = NULL;
	json_t *message = message_find(f->index, id, NULL, &error);

	g_assert_no_error(error);
	g_assert_true(message_thread(f->index, jsonl_string(message, "thread"), NULL, add_shape, out, &error));
	g_assert_no_error(error);
	json_decref(message);
	return g_string_free(out, FALSE);
}

static void
assert_shape(struct store_fixture *f, const char *id, const char *expected)
{
	char *is = shape(f, id);

	g_assert_cmpstr(is, ==, expected);
	g_free(is);
}

static void
add_row(const struct thread_row *row, void *user)
{
	g_string_append_printf(user, "%s/%u ", row->id, row->total);
}

static char *
search(struct store_fixture *f, const char *query)
{
	GString *out = g_string_new(NULL);
	struct search s = { .query = query, .on_row = add_row, .user = out };
	struct search_result result;
	GError *error = NULL;

	g_assert_true(search_run(f->index, &s, &result, &error));
	g_assert_no_error(error);
	return g_string_free(out, FALSE);
}

static void
assert_search(struct store_fixture *f, const char *query, const char *expected)
{
	char *is = search(f, query);

	g_assert_cmpstr(is, ==, expected);
	g_free(is);
}

static char *
dump_rows(const char *path)
{
	GError *error = NULL;
	struct row_index *ri = row_index_open(path, &error);
	GString *out = g_string_new(NULL);
	struct row row;

	g_assert_no_error(error);
	for (guint32 i = 0; row_index_get(ri, i, &row); i++)
		g_string_append_printf(out, "%s %s %u/%u %s\n", row.thread, row.id, row.count, row.total, row.authors);
	row_index_close(ri);
	return g_string_free(out, FALSE);
}

/* Rows brought up to date are those made anew; their number. */
static guint32
rows(struct store_fixture *f)
{
	char *path = g_build_filename(f->state_dir, "rows.idx", NULL), *full = g_strconcat(path, ".full", NULL);
	char *some, *all;
	GError *error = NULL;
	guint32 n, n_full;
	guint64 revision;

	g_assert_true(rows_update(f->index, path, false, &n, &revision, &error));
	g_assert_true(rows_update(f->index, full, true, &n_full, &revision, &error));
	g_assert_no_error(error);
	some = dump_rows(path);
	all = dump_rows(full);
	g_assert_cmpstr(some, ==, all);
	g_free(some);
	g_free(all);
	g_free(path);
	g_free(full);
	return n;
}

static GPtrArray *
links(void)
{
	return g_ptr_array_new_with_free_func(state_link_free);
}

/* Link, or with parent NULL part; what it was before, owned. */
static GPtrArray *
set(struct store_fixture *f, const char *id, const char *parent)
{
	GPtrArray *ids = fixture_ids(id, NULL), *before = links();
	GError *error = NULL;

	if (parent != NULL)
		linkage_hang(f->index, ids, parent, before, &error);
	else
		linkage_break(f->index, ids, before, &error);
	g_assert_no_error(error);
	g_ptr_array_unref(ids);
	return before;
}

static GPtrArray *
restore(struct store_fixture *f, GPtrArray *before)
{
	GPtrArray *now = links();
	GError *error = NULL;

	g_assert_true(linkage_restore(f->index, before, now, &error));
	g_assert_no_error(error);
	g_ptr_array_unref(before);
	return now;
}

static void
assert_refused(struct store_fixture *f, const char *id, const char *parent)
{
	GPtrArray *ids = fixture_ids(id, NULL), *before = links();
	GError *error = NULL;
	bool ok = parent != NULL ? linkage_hang(f->index, ids, parent, before, &error)
				 : linkage_break(f->index, ids, before, &error);

	g_assert_false(ok);
	g_assert_error(error, PF_ERROR, PF_ERROR_USAGE);
	g_assert_cmpuint(before->len, ==, 0);
	g_clear_error(&error);
	g_ptr_array_unref(ids);
	g_ptr_array_unref(before);
}

/* a with its answers b and c, c's answer d; and e, with its answer g. */
static void
fill(struct store_fixture *f)
{
	static const char *const letters[][2] = { { "a@x", NULL }, { "b@x", "a@x" }, { "c@x", "a@x" },
		{ "d@x", "c@x" }, { "e@x", NULL }, { "g@x", "e@x" } };

	for (size_t i = 0; i < G_N_ELEMENTS(letters); i++)
		g_free(fixture_add(f, "INBOX", "S", letters[i][0], "W <w@x.example>", letters[i][0], (int)i + 1,
		    letters[i][1]));
	g_assert_cmpuint(rows(f), ==, 2);
}

static void
test_break(struct store_fixture *f, gconstpointer data)
{
	GPtrArray *before;

	(void)data;
	fill(f);
	before = set(f, "c@x", NULL);
	g_assert_cmpuint(rows(f), ==, 3);
	assert_shape(f, "d@x", "c@x >d@x ");
	assert_shape(f, "b@x", "a@x >b@x ");
	assert_search(f, "*", "g@x/2 d@x/2 b@x/2 ");
	/* the headers go on saying that this is an answer to c */
	g_free(fixture_add(f, "INBOX", "", "h@x", "H <h@x.example>", "h", 9, "d@x"));
	g_assert_cmpuint(rows(f), ==, 3);
	assert_shape(f, "h@x", "c@x >d@x >>h@x ");
	before = restore(f, before);
	g_assert_cmpuint(rows(f), ==, 2);
	assert_shape(f, "a@x", "a@x >b@x >c@x >>d@x >>>h@x ");
	before = restore(f, before);
	assert_shape(f, "h@x", "c@x >d@x >>h@x ");
	g_assert_cmpuint(rows(f), ==, 3);
	g_ptr_array_unref(before);
	assert_refused(f, "c@x", NULL);
	assert_refused(f, "a@x", NULL);
	assert_refused(f, "none@x", NULL);
}

static void
test_link(struct store_fixture *f, gconstpointer data)
{
	GPtrArray *before;

	(void)data;
	fill(f);
	before = set(f, "e@x", "b@x");
	g_assert_cmpuint(rows(f), ==, 1);
	assert_shape(f, "g@x", "a@x >b@x >>e@x >>>g@x >c@x >>d@x ");
	assert_search(f, "*", "g@x/6 ");
	assert_refused(f, "a@x", "g@x"); /* it stands above it */
	assert_refused(f, "e@x", "none@x");
	g_assert_cmpuint(rows(f), ==, 1);
	/* an answer to what was linked comes to the same thread */
	g_free(fixture_add(f, "INBOX", "", "h@x", "H <h@x.example>", "h", 9, "g@x"));
	g_assert_cmpuint(rows(f), ==, 1);
	assert_shape(f, "h@x", "a@x >b@x >>e@x >>>g@x >>>>h@x >c@x >>d@x ");
	/* only a branch of it goes elsewhere; and parting what was linked is taking it back */
	g_ptr_array_unref(set(f, "d@x", "h@x"));
	assert_shape(f, "h@x", "a@x >b@x >>e@x >>>g@x >>>>h@x >>>>>d@x >c@x ");
	g_ptr_array_unref(set(f, "e@x", NULL));
	assert_shape(f, "e@x", "e@x >g@x >>h@x >>>d@x ");
	assert_shape(f, "a@x", "a@x >b@x >c@x ");
	g_assert_cmpuint(rows(f), ==, 2);
	g_ptr_array_unref(restore(f, before));
	g_assert_cmpuint(rows(f), ==, 2);
}

/* thread:ID in queries is the thread that is shown, for searches and for deeds. */
static void
test_queries(struct store_fixture *f, gconstpointer data)
{
	json_t *a, *c;
	char *query;
	GPtrArray *ids, *firsts, *threads;
	GError *error = NULL;
	guint n, n_threads;

	(void)data;
	fill(f);
	g_ptr_array_unref(set(f, "c@x", NULL));
	a = message_find(f->index, "a@x", NULL, &error);
	c = message_find(f->index, "c@x", NULL, &error);
	query = g_strdup_printf("thread:%s or (thread:\"%s\" and date:@0..)", jsonl_string(c, "thread"),
	    jsonl_string(c, "thread"));
	ids = index_ids(f->index, query, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(ids->len, ==, 2);
	g_ptr_array_unref(ids);
	g_free(query);
	query = g_strdup_printf("thread:%s", jsonl_string(a, "thread"));
	assert_search(f, query, "b@x/2 ");
	g_free(query);
	query = g_strdup_printf("not thread:%s", jsonl_string(a, "thread"));
	assert_search(f, query, "g@x/2 d@x/2 ");
	g_free(query);
	/* a quoted text is no thread */
	query = g_strdup_printf("subject:\"x thread:%s\"", jsonl_string(a, "thread"));
	assert_search(f, query, "");
	g_free(query);
	g_assert_true(search_count(f->index, "*", &n, &n_threads, &error));
	g_assert_cmpuint(n, ==, 6);
	g_assert_cmpuint(n_threads, ==, 3);
	threads = fixture_ids(jsonl_string(c, "thread"), jsonl_string(a, "thread"));
	firsts = linkage_firsts(f->index, threads, &error);
	g_assert_cmpuint(firsts->len, ==, 2);
	g_assert_cmpstr(firsts->pdata[0], ==, "c@x");
	g_assert_cmpstr(firsts->pdata[1], ==, "a@x");
	g_ptr_array_unref(firsts);
	g_ptr_array_unref(threads);
	json_decref(a);
	json_decref(c);
}

/* The index is thrown away and made anew from the files. */
static void
test_survives(struct store_fixture *f, gconstpointer data)
{
	char *notmuch = g_build_filename(f->root, ".notmuch", NULL);
	char *rows_path = g_build_filename(f->state_dir, "rows.idx", NULL);
	GPtrArray *all;

	(void)data;
	fill(f);
	g_ptr_array_unref(set(f, "c@x", NULL));
	g_ptr_array_unref(set(f, "e@x", "d@x"));
	assert_shape(f, "c@x", "c@x >d@x >>e@x >>>g@x ");
	/* a link waits for its messages */
	all = fixture_ids("e@x", NULL);
	{
		GError *error = NULL;
		guint n;

		g_assert_true(index_delete(f->index, all, NULL, &n, &error));
	}
	g_ptr_array_unref(all);
	assert_shape(f, "g@x", "g@x ");
	fixture_close(f);
	fixture_remove_tree(notmuch);
	g_unlink(rows_path);
	fixture_open(f);
	for (guint i = 0; i < 6; i++) {
		static const char *const letters[][2] = { { "g@x", "e@x" }, { "e@x", NULL }, { "d@x", "c@x" },
			{ "c@x", "a@x" }, { "b@x", "a@x" }, { "a@x", NULL } };

		g_free(fixture_add(f, "INBOX", "S", letters[i][0], "W <w@x.example>", letters[i][0], 6 - (int)i,
		    letters[i][1]));
		rows(f);
	}
	assert_shape(f, "c@x", "c@x >d@x >>e@x >>>g@x ");
	assert_shape(f, "a@x", "a@x >b@x ");
	g_assert_cmpuint(rows(f), ==, 2);
	g_free(notmuch);
	g_free(rows_path);
}

/* Of those that refer to a@x. */
static void
add_answer(struct store_fixture *f, const char *id, const char *answers)
{
	char *text = g_strdup_printf("From: W <w@x.example>\nSubject: %s\nDate: Sat, 28 Nov 2026 10:00:00 +0000\n"
				     "Message-ID: <%s>\nIn-Reply-To: <%s>\nReferences: <a@x> <%s>\n\nx\n",
	    id, id, answers, answers);
	char *path = fixture_put_bytes(f, "INBOX", "S", text, strlen(text));

	g_assert_cmpuint(fixture_index(f, path), ==, 0);
	g_free(path);
	g_free(text);
}

/* Messages that answer one another in a circle are shown too, beside others in the thread, linked or not. */
static void
test_circle(struct store_fixture *f, gconstpointer data)
{
	(void)data;
	fill(f);
	add_answer(f, "x@x", "y@x");
	add_answer(f, "y@x", "z@x");
	add_answer(f, "z@x", "x@x");
	g_assert_cmpuint(rows(f), ==, 2);
	assert_shape(f, "y@x", "a@x >b@x >c@x >>d@x x@x >z@x >>y@x ");
	g_ptr_array_unref(set(f, "e@x", "y@x"));
	g_assert_cmpuint(rows(f), ==, 1);
	assert_shape(f, "y@x", "a@x >b@x >c@x >>d@x x@x >z@x >>y@x >>>e@x >>>>g@x ");
}

/* The thread that a message is in. Owned. */
static char *
thread_of(struct store_fixture *f, const char *id)
{
	GError *error = NULL;
	json_t *message = message_find(f->index, id, NULL, &error);
	char *thread = g_strdup(jsonl_string(message, "thread"));

	g_assert_no_error(error);
	json_decref(message);
	return thread;
}

/* What a link joined parts again when the message that it leads to goes. */
static void
test_lapse(struct store_fixture *f, gconstpointer data)
{
	GPtrArray *ids = fixture_ids("s@x", NULL);
	char *before, *after;
	GError *error = NULL;
	guint n;

	(void)data;
	fill(f);
	g_free(fixture_add(f, "INBOX", "S", "s@x", "W <w@x.example>", "s", 7, NULL));
	before = thread_of(f, "e@x");
	g_ptr_array_unref(set(f, "e@x", "s@x"));
	g_assert_cmpuint(rows(f), ==, 2);
	g_assert_true(index_delete(f->index, ids, NULL, &n, &error));
	g_assert_no_error(error);
	g_assert_cmpuint(rows(f), ==, 2);
	assert_shape(f, "e@x", "e@x >g@x ");
	after = thread_of(f, "e@x");
	g_assert_cmpstr(before, ==, after);
	g_free(before);
	g_free(after);
	g_ptr_array_unref(ids);
}

/* Whatever is linked, parted, added and deleted: rows brought up to date are rows made anew, each message is in one
 * thread, and all of it can be taken back. */
static void
test_property(struct store_fixture *f, gconstpointer data)
{
	GPtrArray *undo = g_ptr_array_new();

	(void)data;
	g_free(fixture_add(f, "INBOX", "", "first@x", "F <f@x.example>", "first", 1, NULL));
	for (int i = 0; i < 80; i++) {
		char *id = g_strdup_printf("r%d@x", g_test_rand_int_range(0, 20));
		char *other = g_strdup_printf("r%d@x", g_test_rand_int_range(0, 20));
		GPtrArray *ids = fixture_ids(id, NULL), *before = links();
		guint n;

		switch (g_test_rand_int_range(0, 7)) {
		case 0:
		case 1:
			linkage_hang(f->index, ids, other, before, NULL);
			break;
		case 2:
			linkage_break(f->index, ids, before, NULL);
			break;
		case 3:
			if (i % 3 == 0)
				index_delete(f->index, ids, NULL, &n, NULL);
			break;
		default:
			g_free(fixture_add(f, "INBOX", "S", id, "P <p@x.example>", id, 1 + i % 28,
			    strcmp(id, other) != 0 ? other : NULL));
		}
		g_ptr_array_add(undo, before);
		rows(f);
		g_ptr_array_unref(ids);
		g_free(id);
		g_free(other);
	}
	while (undo->len > 0) {
		GPtrArray *now = restore(f, g_ptr_array_steal_index(undo, undo->len - 1));

		g_ptr_array_unref(now);
	}
	rows(f);
	undo = (g_ptr_array_unref(undo), state_links(f->state));
	g_assert_cmpuint(undo->len, ==, 0);
	g_ptr_array_unref(undo);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FIXTURE_TEST("/linkage/break", test_break);
	FIXTURE_TEST("/linkage/link", test_link);
	FIXTURE_TEST("/linkage/queries", test_queries);
	FIXTURE_TEST("/linkage/survives", test_survives);
	FIXTURE_TEST("/linkage/circle", test_circle);
	FIXTURE_TEST("/linkage/lapse", test_lapse);
	FIXTURE_TEST("/linkage/property", test_property);
	return g_test_run();
}
