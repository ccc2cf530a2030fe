/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows and searches: what a row is made of; rows.idx brought up to date equals rows.idx made anew,
 * whatever happened in between. */
#include "base/error.h"
#include "base/row_index.h"
#include "store/index_change.h"
#include "store/index_files.h"
#include "store/rows.h"
#include "store/search.h"
#include "store_fixture.h"

#include <sys/wait.h>

static char *
rows_path(struct store_fixture *f)
{
	return g_build_filename(f->state_dir, "rows.idx", NULL);
}

static guint32
update_rows(struct store_fixture *f, const char *path, bool full)
{
	GError *error = NULL;
	guint32 n;
	guint64 revision;

	g_assert_true(rows_update(f->index, path, full, &n, &revision, &error));
	g_assert_no_error(error);
	return n;
}

/* Everything in a row index as text. Owned. */
static char *
dump(const char *path)
{
	GError *error = NULL;
	struct row_index *ri = row_index_open(path, &error);
	GString *out = g_string_new(NULL);
	struct row_folder folder;
	struct row row;

	g_assert_no_error(error);
	for (guint32 i = 0; row_index_get(ri, i, &row); i++) {
		g_string_append_printf(out, "%s|%s|%s|%s|%s|%s|%u/%u|%x|%u|%d|", row.thread, row.id,
		    row.subject, row.authors, row.domain, row.tags, row.count, row.total, row.flags,
		    row.verdict, row.size > 0);
		/* folders in the table's order, which may differ */
		for (guint32 k = 0; row_index_folder(ri, k, &folder); k++) {
			struct row_folder_count c;

			if (row_in_folder(&row, k, &c))
				g_string_append_printf(out, " %s:%u:%u", folder.folder, c.total,
				    c.unread);
		}
		g_string_append_c(out, '\n');
	}
	for (guint32 k = 0; row_index_folder(ri, k, &folder); k++)
		g_string_append_printf(out, "%s/%s %s %u %u\n", folder.account, folder.folder,
		    folder.role, folder.total, folder.unread);
	row_index_close(ri);
	return g_string_free(out, FALSE);
}

static void
assert_same_as_full(struct store_fixture *f)
{
	char *path = rows_path(f), *full_path = g_strconcat(path, ".full", NULL);
	guint32 n = update_rows(f, path, false), n_full = update_rows(f, full_path, true);
	char *some = dump(path), *all = dump(full_path);

	g_assert_cmpuint(n, ==, n_full);
	g_assert_cmpstr(some, ==, all);
	g_free(some);
	g_free(all);
	g_free(path);
	g_free(full_path);
}

static void
test_row(struct store_fixture *f, gconstpointer data)
{
	char *a = fixture_add(f, "INBOX", "S", "a@x.example", "Bob B <bob@X.example>", "Hello", 1, NULL);
	char *b = fixture_add(f, "Sent", "S", "b@work.example", "Ann Example <ann@work.example>", "Re: Hello", 2, "a@x.example");
	char *c = fixture_add(f, "INBOX", "F", "c@x.example", "Bob B <bob@x.example>", "Re: Hello again", 3, "b@work.example");
	char *dead = fixture_add(f, "Trash", "", "d@y.example", "Mallory <m@y.example>", "Re: Hello", 4, "c@x.example");
	char *path = rows_path(f), *text;

	(void)data;
	g_assert_cmpuint(update_rows(f, path, false), ==, 1);
	text = dump(path);
	g_assert_cmpstr(strchr(text, '|'), ==,
	    "|c@x.example|Re: Hello again|Bob B, Ann Example|x.example|flagged inbox sent unread|"
	    "3/4|3|0|1| INBOX:2:1 Sent:1:0 Trash:1:1\n"
	    "work/INBOX inbox 2 1\nwork/Sent sent 1 0\nwork/Trash trash 1 1\n");
	g_free(text);
	g_free(a);
	g_free(b);
	g_free(c);
	g_free(dead);
	g_free(path);
}

/* Random changes; after each the row index is brought up to date and compared. */
static void
random_change(struct store_fixture *f, int step)
{
	static const char *const folders[] = { "INBOX", "Sent", "Archive", "Trash", "lists/dev" };
	static const char *const sets[][2] = { { "+x", NULL }, { "-x", NULL }, { "-unread", NULL },
		{ "+unread", NULL }, { "+deleted", NULL }, { "-deleted", NULL } };
	char *id = g_strdup_printf("r%d@x.example", g_test_rand_int_range(0, 40));
	char *ref = g_strdup_printf("r%d@x.example", g_test_rand_int_range(0, 40));
	const char *folder = folders[g_test_rand_int_range(0, (gint)G_N_ELEMENTS(folders))];
	GPtrArray *ids = fixture_ids(id, NULL);
	GError *error = NULL;
	guint n;

	switch (g_test_rand_int_range(0, 6)) {
	case 0:
	case 1:
	case 2: { /* replies may come before what they answer: threads merge */
		char *from = g_strdup_printf("P%d <p@x.example>", step % 7);

		g_free(fixture_add(f, folder, step % 2 ? "" : "S", id, from, id, 1 + step % 28,
		    strcmp(id, ref) != 0 && step % 3 ? ref : NULL));
		g_free(from);
		break;
	}
	case 3:
		index_tag(f->index, ids, sets[g_test_rand_int_range(0, (gint)G_N_ELEMENTS(sets))], NULL,
		    NULL, NULL, &error);
		break;
	case 4:
		index_move(f->index, ids, &(struct index_target){.folder = folder}, NULL, NULL, &error);
		break;
	default:
		if (step % 2)
			index_delete(f->index, ids, NULL, &n, &error);
		break;
	}
	g_assert_no_error(error);
	g_ptr_array_unref(ids);
	g_free(id);
	g_free(ref);
}

static void
test_property(struct store_fixture *f, gconstpointer data)
{
	char *first = fixture_add(f, "INBOX", "", "first@x.example", "F <f@x.example>", "first", 1, NULL);

	(void)data;
	for (int i = 0; i < 120; i++) {
		random_change(f, i);
		assert_same_as_full(f);
	}
	g_free(first);
}

/* Another program takes messages away: no revision tells, the count does. */
static void
test_foreign_removal(struct store_fixture *f, gconstpointer data)
{
	char *a = fixture_add(f, "INBOX", "", "a@x.example", "A <a@x.example>", "a", 1, NULL);
	char *b = fixture_add(f, "INBOX", "", "b@x.example", "B <b@x.example>", "b", 2, NULL);
	char *c = fixture_add(f, "INBOX", "", "c@x.example", "C <c@x.example>", "c", 3, NULL);
	char *path = rows_path(f);
	GError *error = NULL;
	notmuch_database_t *db;

	(void)data;
	g_assert_cmpuint(update_rows(f, path, false), ==, 3);
	db = index_writer(f->index, &error);
	g_assert_no_error(error);
	notmuch_database_remove_message(db, b);
	g_assert_true(index_commit(f->index, &error));
	g_free(fixture_add(f, "INBOX", "", "d@x.example", "D <d@x.example>", "d", 4, NULL));
	g_assert_cmpuint(update_rows(f, path, false), ==, 3);
	assert_same_as_full(f);
	g_free(a);
	g_free(b);
	g_free(c);
	g_free(path);
}

static void
test_empty(struct store_fixture *f, gconstpointer data)
{
	char *folder = maildir_path(f->root, "home", "INBOX", NULL), *path = rows_path(f), *text;

	(void)data;
	g_assert_cmpuint(update_rows(f, path, false), ==, 0);
	g_assert_true(maildir_create(folder, NULL));
	g_assert_cmpuint(update_rows(f, path, false), ==, 0);
	text = dump(path);
	g_assert_cmpstr(text, ==, "home/INBOX inbox 0 0\n");
	g_free(text);
	fixture_write(path, "damaged", -1);
	g_assert_cmpuint(update_rows(f, path, false), ==, 0);
	g_free(folder);
	g_free(path);
}

/* searches */

static void
add_row(const struct thread_row *row, void *user)
{
	g_string_append_printf(user, "%s ", row->id);
}

static char *
search(struct store_fixture *f, const char *query, guint limit, guint offset, bool oldest,
    gint64 *total_out)
{
	GString *out = g_string_new(NULL);
	struct search s = { .query = query, .limit = limit, .offset = offset,
		.is_oldest_first = oldest, .on_row = add_row, .user = out };
	struct search_result result;
	GError *error = NULL;

	g_assert_true(search_run(f->index, &s, &result, &error));
	g_assert_no_error(error);
	*total_out = result.total;
	return g_string_free(out, FALSE);
}

static void
test_search(struct store_fixture *f, gconstpointer data)
{
	static const struct {
		const char *query;
		guint limit, offset;
		bool oldest;
		const char *ids;
		gint64 total;
	} cases[] = {
		{ "*", 0, 0, false, "s5@x s4@x s3@x s2@x s1@x ", 5 },
		{ "", 0, 0, false, "s5@x s4@x s3@x s2@x s1@x ", 5 },
		{ "*", 2, 0, false, "s5@x s4@x ", -1 },
		{ "*", 2, 2, false, "s3@x s2@x ", -1 },
		{ "*", 2, 4, false, "s1@x ", 5 },
		{ "*", 2, 9, false, "", 5 },
		{ "*", 5, 0, false, "s5@x s4@x s3@x s2@x s1@x ", -1 },
		{ "*", 6, 0, false, "s5@x s4@x s3@x s2@x s1@x ", 5 },
		{ "*", 0, 0, true, "s1@x s2@x s3@x s4@x s5@x ", 5 },
		{ "*", 2, 0, true, "s1@x s2@x ", -1 },
		{ "subject:two or subject:four", 10, 0, false, "s4@x s2@x ", 2 },
		{ "tag:deleted", 0, 0, false, "gone@x ", 1 },
		{ "subject:gone", 0, 0, false, "", 0 },
		{ "from:nobody", 10, 0, false, "", 0 },
	};
	static const char *const words[] = { "one", "two", "three", "four", "five" };

	(void)data;
	for (int i = 0; i < 5; i++) {
		char *id = g_strdup_printf("s%d@x", i + 1);

		g_free(fixture_add(f, "INBOX", "", id, "A <a@x.example>", words[i], 1 + i, NULL));
		g_free(id);
	}
	g_free(fixture_add(f, "Trash", "", "gone@x", "A <a@x.example>", "gone", 10, NULL));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gint64 total;
		char *ids = search(f, cases[i].query, cases[i].limit, cases[i].offset,
		    cases[i].oldest, &total);

		g_test_message("%s limit %u offset %u", cases[i].query, cases[i].limit, cases[i].offset);
		g_assert_cmpstr(ids, ==, cases[i].ids);
		g_assert_cmpint(total, ==, cases[i].total);
		g_free(ids);
	}
}

/* The head of a search's row is the match, not what came after it. */
static void
test_search_head(struct store_fixture *f, gconstpointer data)
{
	char *a = fixture_add(f, "INBOX", "", "a@x", "Bob <b@x.example>", "plan", 1, NULL);
	char *b = fixture_add(f, "INBOX", "", "b@x", "Eve <e@x.example>", "Re: plan", 2, "a@x");
	gint64 total;
	char *ids = search(f, "from:bob", 10, 0, false, &total);

	(void)data;
	g_assert_cmpstr(ids, ==, "a@x ");
	g_free(ids);
	ids = search(f, "plan", 10, 0, false, &total);
	g_assert_cmpstr(ids, ==, "b@x ");
	g_free(ids);
	g_free(a);
	g_free(b);
}

static void
test_search_errors(struct store_fixture *f, gconstpointer data)
{
	GString *out = g_string_new(NULL);
	struct search s = { .query = "date:rubbish..", .on_row = add_row, .user = out };
	struct search_result result;
	GError *error = NULL;
	guint n;

	(void)data;
	g_assert_false(search_run(f->index, &s, &result, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_USAGE);
	g_clear_error(&error);
	g_assert_false(search_count(f->index, "date:rubbish..", &n, NULL, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_USAGE);
	g_clear_error(&error);
	g_string_free(out, TRUE);
}

static void
stop_at_second(const struct thread_row *row, void *user)
{
	(void)row;
	(*(guint *)user)++;
}

static bool
is_second(void *user)
{
	return *(guint *)user >= 2;
}

static void
test_search_cancel(struct store_fixture *f, gconstpointer data)
{
	guint n = 0;
	struct search s = { .query = "*", .on_row = stop_at_second, .is_cancelled = is_second,
		.user = &n };
	struct search_result result;
	GError *error = NULL;

	(void)data;
	for (int i = 0; i < 5; i++) {
		char *id = g_strdup_printf("s%d@x", i);

		g_free(fixture_add(f, "INBOX", "", id, "A <a@x.example>", id, 1 + i, NULL));
		g_free(id);
	}
	g_assert_false(search_run(f->index, &s, &result, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_CANCELLED);
	g_assert_cmpuint(n, ==, 2);
	g_assert_cmpuint(result.rows, ==, 2);
	g_clear_error(&error);
}

/* A writer overtakes a reader twice while it reads: the answer is right all the same. */
static void
test_overtaken(struct store_fixture *f, gconstpointer data)
{
	gint64 total;
	char *ids;
	GError *error = NULL;

	(void)data;
	g_free(fixture_add(f, "INBOX", "", "a@x", "A <a@x.example>", "a", 1, NULL));
	g_assert_nonnull(index_reader(f->index, &error));
	for (int i = 0; i < 3; i++) {
		int status;
		pid_t child = fork();

		if (child == 0) {
			struct store_fixture other = *f;
			char *id = g_strdup_printf("o%d@x", i);

			fixture_open(&other);
			g_free(fixture_add(&other, "INBOX", "", id, "A <a@x.example>", id, 2 + i, NULL));
			_exit(0);
		}
		g_assert_cmpint(waitpid(child, &status, 0), ==, child);
		g_assert_cmpint(status, ==, 0);
	}
	ids = search(f, "*", 0, 0, false, &total);
	g_assert_cmpstr(ids, ==, "o2@x o1@x o0@x a@x ");
	g_free(ids);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FIXTURE_TEST("/rows/row", test_row);
	FIXTURE_TEST("/rows/property", test_property);
	FIXTURE_TEST("/rows/foreign-removal", test_foreign_removal);
	FIXTURE_TEST("/rows/empty", test_empty);
	FIXTURE_TEST("/search/table", test_search);
	FIXTURE_TEST("/search/head", test_search_head);
	FIXTURE_TEST("/search/errors", test_search_errors);
	FIXTURE_TEST("/search/cancel", test_search_cancel);
	FIXTURE_TEST("/search/overtaken", test_overtaken);
	return g_test_run();
}
