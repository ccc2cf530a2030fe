/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rows.idx: what goes in comes out, in order; a corrupt file never crashes; opening costs nothing. */
#include "base/error.h"
#include "base/row_index.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

struct fixture {
	char *dir, *path;
};

static void
set_up(struct fixture *f, gconstpointer data)
{
	(void)data;
	f->dir = g_dir_make_tmp("penfold-rows-XXXXXX", NULL);
	f->path = g_build_filename(f->dir, "rows.idx", NULL);
}

static void
tear_down(struct fixture *f, gconstpointer data)
{
	(void)data;
	g_unlink(f->path);
	g_rmdir(f->dir);
	g_free(f->dir);
	g_free(f->path);
}

static void
write_rows(const char *path, guint n)
{
	struct row_index_writer *w = row_index_writer_new("some-uuid", 4711);
	guint32 sent = row_index_writer_folder(w, "work", "Sent", "sent");
	guint32 inbox = row_index_writer_folder(w, "work", "INBOX", "inbox");
	GError *error = NULL;

	row_index_writer_folder(w, "home", "empty", "");
	g_assert_cmpuint(row_index_writer_folder(w, "work", "Sent", "sent"), ==, sent);
	for (guint i = 0; i < n; i++) {
		struct row_folder_count folders[] = { { inbox, i + 1, 1 }, { sent, 1, 0 } };
		char *thread = g_strdup_printf("%016x", i), *id = g_strdup_printf("id%u@x.example", i);
		char *subject = g_strdup_printf("subject %u \303\274", i);
		struct row row = { .date = 1000 + (gint64)(i * 7919 % n), .count = i + 1, .total = i + 2,
			.flags = i % 2 ? ROW_UNREAD : 0, .verdict = i % 12, .size = 100 + i,
			.thread = thread, .id = id, .subject = subject, .authors = "Ann, Bob",
			.domain = "x.example", .tags = "inbox todo unread", .folders = folders,
			.n_folders = i % 2 ? 2 : 1 };

		row_index_writer_add(w, &row);
		g_free(thread);
		g_free(id);
		g_free(subject);
	}
	g_assert_cmpuint(row_index_writer_n_rows(w), ==, n);
	g_assert_true(row_index_writer_finish(w, path, &error));
	g_assert_no_error(error);
}

static void
test_round_trip(struct fixture *f, gconstpointer data)
{
	struct row_index *ri;
	struct row row, before = { 0 };
	struct row_folder folder;
	GError *error = NULL;
	bool seen[1000] = { false };

	(void)data;
	write_rows(f->path, 1000);
	ri = row_index_open(f->path, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(row_index_n_rows(ri), ==, 1000);
	g_assert_cmpuint(row_index_revision(ri), ==, 4711);
	g_assert_cmpstr(row_index_uuid(ri), ==, "some-uuid");
	for (guint32 i = 0; row_index_get(ri, i, &row); i++) {
		guint32 number = row.count - 1;
		char *subject = g_strdup_printf("subject %u \303\274", number);

		g_assert_true(i == 0 || before.date >= row.date);
		g_assert_false(seen[number]);
		seen[number] = true;
		g_assert_cmpstr(row.subject, ==, subject);
		g_assert_cmpuint(row.total, ==, number + 2);
		g_assert_cmpuint(row.size, ==, 100 + number);
		g_assert_cmpuint(row.verdict, ==, number % 12);
		g_assert_cmpstr(row.authors, ==, "Ann, Bob");
		g_assert_cmpstr(row.domain, ==, "x.example");
		g_assert_cmpuint(row.n_folders, ==, number % 2 ? 2 : 1);
		before = row;
		g_free(subject);
	}
	g_assert_false(row_index_get(ri, 1000, &row));
	g_assert_cmpstr(row.subject, ==, "");
	g_assert_true(row_index_folder(ri, (guint32)row_index_find_folder(ri, "work", "Sent"), &folder));
	g_assert_cmpstr(folder.role, ==, "sent");
	g_assert_cmpuint(folder.total, ==, 500);
	g_assert_true(row_index_folder(ri, (guint32)row_index_find_folder(ri, "work", "INBOX"), &folder));
	g_assert_cmpuint(folder.total, ==, 500500);
	g_assert_cmpuint(folder.unread, ==, 1000);
	g_assert_cmpint(row_index_find_folder(ri, "home", "empty"), >=, 0);
	g_assert_cmpint(row_index_find_folder(ri, "home", "none"), ==, -1);
	row_index_close(ri);
}

static void
test_row(struct fixture *f, gconstpointer data)
{
	static const struct {
		const char *tag;
		bool has;
	} cases[] = { { "inbox", true }, { "todo", true }, { "unread", true }, { "read", false },
		{ "un", false }, { "", false }, { "inbox todo", true }, { "box", false } };
	struct row_folder_count count;
	struct row_index *ri;
	struct row row;

	(void)data;
	write_rows(f->path, 2);
	ri = row_index_open(f->path, NULL);
	g_assert_true(row_index_get(ri, 0, &row));
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(row_has_tag(&row, cases[i].tag), ==, cases[i].has);
	g_assert_true(row_in_folder(&row, (guint32)row_index_find_folder(ri, "work", "INBOX"), &count));
	g_assert_cmpuint(count.total, ==, row.count);
	g_assert_false(row_in_folder(&row, (guint32)row_index_find_folder(ri, "home", "empty"), NULL));
	row_index_close(ri);
}

static void
test_stale(struct fixture *f, gconstpointer data)
{
	struct row_index *ri;
	struct row row;

	(void)data;
	write_rows(f->path, 2);
	ri = row_index_open(f->path, NULL);
	g_assert_false(row_index_is_stale(ri));
	write_rows(f->path, 3);
	g_assert_true(row_index_is_stale(ri));
	/* the old mapping stays whole */
	g_assert_cmpuint(row_index_n_rows(ri), ==, 2);
	g_assert_true(row_index_get(ri, 1, &row));
	g_unlink(f->path);
	g_assert_true(row_index_is_stale(ri));
	row_index_close(ri);
}

/* Touch everything that a screen would. */
static gsize
read_all(const struct row_index *ri)
{
	struct row_folder folder;
	struct row row;
	gsize sum = 0;

	for (guint32 i = 0; i < 100 && row_index_get(ri, i, &row); i++) {
		sum += strlen(row.thread) + strlen(row.id) + strlen(row.subject) +
		    strlen(row.authors) + strlen(row.domain) + strlen(row.tags) +
		    strlen(row_verdict_name(row.verdict));
		for (guint32 k = 0; k < MIN(row.n_folders, 100); k++)
			sum += row.folders[k].total;
		sum += row_has_tag(&row, "todo");
	}
	for (guint32 i = 0; i < 100 && row_index_folder(ri, i, &folder); i++)
		sum += strlen(folder.account) + strlen(folder.folder) + strlen(folder.role);
	return sum;
}

/* Random bytes changed, and files cut anywhere: read without a fault, or refused. */
static void
test_corrupt(struct fixture *f, gconstpointer data)
{
	char *good = NULL;
	gsize len;
	guint opened = 0, refused = 0;

	(void)data;
	write_rows(f->path, 20);
	g_assert_true(g_file_get_contents(f->path, &good, &len, NULL));
	for (int i = 0; i < 3000; i++) {
		char *bad = g_memdup2(good, len);
		gsize bad_len = i % 3 == 0 ? (gsize)g_test_rand_int_range(0, (gint)len) : len;
		struct row_index *ri;
		GError *error = NULL;

		for (int k = 0; k < 1 + i % 8; k++) {
			gsize where = (gsize)g_test_rand_int_range(0, i % 2 ? 120 : (gint)len);

			bad[where] = (char)g_test_rand_int_range(0, 256);
		}
		g_unlink(f->path);
		g_assert_true(g_file_set_contents(f->path, bad, (gssize)bad_len, NULL));
		ri = row_index_open(f->path, &error);
		if (ri != NULL) {
			opened++;
			(void)read_all(ri);
		} else {
			refused++;
			g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
		}
		g_clear_error(&error);
		row_index_close(ri);
		g_free(bad);
	}
	g_test_message("opened %u refused %u", opened, refused);
	g_assert_cmpuint(opened, >, 100);
	g_assert_cmpuint(refused, >, 100);
	g_free(good);
}

static void
test_refused(struct fixture *f, gconstpointer data)
{
	GError *error = NULL;

	(void)data;
	g_assert_null(row_index_open(f->path, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_true(g_file_set_contents(f->path, "", 0, NULL));
	g_assert_null(row_index_open(f->path, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
	g_clear_error(&error);
	g_assert_null(row_index_open(f->dir, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
	g_clear_error(&error);
	row_index_close(NULL);
	row_index_writer_free(NULL);
}

static void
test_empty(struct fixture *f, gconstpointer data)
{
	struct row_index *ri;
	struct row row;

	(void)data;
	write_rows(f->path, 0);
	ri = row_index_open(f->path, NULL);
	g_assert_nonnull(ri);
	g_assert_false(row_index_get(ri, 0, &row));
	g_assert_cmpuint(row_index_n_folders(ri), ==, 3);
	row_index_close(ri);
}

static void
test_verdicts(void)
{
	for (unsigned i = 0; i < 12; i++)
		g_assert_cmpuint(row_verdict_from_name(row_verdict_name(i)), ==, i);
	g_assert_cmpstr(row_verdict_name(ROW_VERDICT_DOUBTFUL), ==, "pass");
	g_assert_cmpstr(row_verdict_name(13), ==, "unevaluated");
	g_assert_true(row_verdict_deceives("dn-spoof"));
	g_assert_false(row_verdict_deceives("list"));
	g_assert_false(row_verdict_deceives(NULL));
	g_assert_cmpuint(row_verdict_from_name("rubbish"), ==, ROW_VERDICT_UNEVALUATED);
	g_assert_cmpuint(row_verdict_from_name(NULL), ==, ROW_VERDICT_UNEVALUATED);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/row-index/verdicts", test_verdicts);
#define ADD(name, fn) g_test_add("/row-index/" name, struct fixture, NULL, set_up, fn, tear_down)
	ADD("round-trip", test_round_trip);
	ADD("row", test_row);
	ADD("stale", test_stale);
	ADD("corrupt", test_corrupt);
	ADD("refused", test_refused);
	ADD("empty", test_empty);
	return g_test_run();
}
