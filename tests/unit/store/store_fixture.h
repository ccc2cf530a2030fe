/* SPDX-License-Identifier: GPL-3.0-or-later */
/* store_fixture.h - a mail root, a state folder and an index in a folder to throw away. */
#ifndef PENFOLD_TEST_STORE_FIXTURE_H
#define PENFOLD_TEST_STORE_FIXTURE_H

#include "base/file.h"
#include "base/rc.h"
#include "store/index.h"
#include "store/index_add.h"
#include "store/maildir.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct store_fixture {
	char *top, *root, *state_dir;
	struct rc *rc;
	struct state_db *state;
	struct index *index;
};

static inline void
fixture_remove_tree(const char *path)
{
	GDir *dir = g_dir_open(path, 0, NULL);
	const char *name;

	while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
		char *child = g_build_filename(path, name, NULL);

		if (g_file_test(child, G_FILE_TEST_IS_DIR) &&
		    !g_file_test(child, G_FILE_TEST_IS_SYMLINK))
			fixture_remove_tree(child);
		else
			g_unlink(child);
		g_free(child);
	}
	if (dir != NULL)
		g_dir_close(dir);
	g_rmdir(path);
}

static inline void
fixture_write(const char *path, const char *bytes, gssize len)
{
	GError *error = NULL;

	g_file_set_contents(path, bytes, len, &error);
	g_assert_no_error(error);
}

/* Open state.db and the index (again). */
static inline void
fixture_open(struct store_fixture *f)
{
	GError *error = NULL;

	f->state = state_open(f->state_dir, &error);
	g_assert_no_error(error);
	f->index = index_new(f->root, f->rc, f->state);
}

static inline void
fixture_close(struct store_fixture *f)
{
	index_free(f->index);
	state_close(f->state);
	f->index = NULL;
	f->state = NULL;
}

/* Write the rc file, with these lines more, and read it. */
static inline void
fixture_read_rc(struct store_fixture *f, const char *more)
{
	GError *error = NULL;
	char *path = g_build_filename(f->top, "rc", NULL);
	char *text = g_strdup_printf("[account \"work\"]\naddress = Ann Example <ann@work.example>\n"
				     "[account \"home\"]\naddress = ann@home.example\n"
				     "[store]\npath = %s\nstate = %s\n%s",
	    f->root, f->state_dir, more);

	fixture_write(path, text, -1);
	f->rc = rc_load(path, NULL, &error);
	g_assert_no_error(error);
	g_free(text);
	g_free(path);
}

static inline void
fixture_set_up(struct store_fixture *f)
{
	GError *error = NULL;

	f->top = g_dir_make_tmp("penfold-store-XXXXXX", &error);
	g_assert_no_error(error);
	f->root = g_build_filename(f->top, "Mail", NULL);
	f->state_dir = g_build_filename(f->top, "state", NULL);
	g_setenv("HOME", f->top, TRUE);
	g_setenv("XDG_CONFIG_HOME", f->top, TRUE);
	g_unsetenv("NOTMUCH_CONFIG");
	g_unsetenv("NOTMUCH_PROFILE");
	g_unsetenv("NOTMUCH_DATABASE");
	fixture_read_rc(f, "");
	fixture_open(f);
}

static inline void
fixture_tear_down(struct store_fixture *f)
{
	fixture_close(f);
	rc_free(f->rc);
	fixture_remove_tree(f->top);
	g_free(f->top);
	g_free(f->root);
	g_free(f->state_dir);
}

static inline void
fixture_set_up_test(struct store_fixture *f, gconstpointer data)
{
	(void)data;
	fixture_set_up(f);
}

static inline void
fixture_tear_down_test(struct store_fixture *f, gconstpointer data)
{
	(void)data;
	fixture_tear_down(f);
}

#define FIXTURE_TEST(path, fn)                                                                     \
	g_test_add(path, struct store_fixture, NULL, fixture_set_up_test, fn, fixture_tear_down_test)

/* A file in a folder of account "work", made when missing; its path, owned. flags NULL: new/. */
static inline char *
fixture_put_bytes(struct store_fixture *f, const char *folder, const char *flags, const char *bytes,
    size_t len)
{
	GError *error = NULL;
	char *dir = maildir_path(f->root, "work", folder, &error), *path = NULL;
	struct maildir_delivery *d;

	g_assert_true(maildir_create(dir, &error));
	d = maildir_begin(dir, &error);
	g_assert_no_error(error);
	g_assert_true(file_write_all(maildir_fd(d), bytes, len, &error));
	g_assert_true(maildir_commit(d, flags, &path, &error));
	g_free(dir);
	return path;
}

/* A small message. refs: Message-ID it answers, or NULL; day: of November 2026. */
static inline char *
fixture_put(struct store_fixture *f, const char *folder, const char *flags, const char *id,
    const char *from, const char *subject, int day, const char *refs)
{
	char *answer = refs != NULL ? g_strdup_printf("In-Reply-To: <%s>\nReferences: <%s>\n", refs, refs)
				    : g_strdup("");
	char *text = g_strdup_printf("From: %s\nTo: ann@work.example\nSubject: %s\n"
				     "Date: %d Nov 2026 10:00:00 +0000\nMessage-ID: <%s>\n%s\nThe body of %s.\n",
	    from, subject, day, id, answer, id);
	char *path = fixture_put_bytes(f, folder, flags, text, strlen(text));

	g_free(answer);
	g_free(text);
	return path;
}

/* Index one path; the number that failed. */
static inline guint
fixture_index(struct store_fixture *f, const char *path)
{
	const char *paths[] = { path };
	struct index_add job = { .paths = paths, .n = 1 };
	guint indexed, failed;
	GError *error = NULL;

	index_add(f->index, &job, &indexed, &failed, &error);
	g_assert_no_error(error);
	g_assert_cmpuint(indexed + failed, ==, 1);
	return failed;
}

/* Put and index; the path, owned. */
static inline char *
fixture_add(struct store_fixture *f, const char *folder, const char *flags, const char *id,
    const char *from, const char *subject, int day, const char *refs)
{
	char *path = fixture_put(f, folder, flags, id, from, subject, day, refs);

	g_assert_cmpuint(fixture_index(f, path), ==, 0);
	return path;
}

/* The sorted tags of a message, "a b c"; "-" when the index lacks it. Owned. */
static inline char *
fixture_tags(struct store_fixture *f, const char *id)
{
	GError *error = NULL;
	notmuch_database_t *db = index_reader(f->index, &error);
	notmuch_message_t *message = NULL;
	GString *out = g_string_new(NULL);

	g_assert_no_error(error);
	g_assert_cmpint(index_find(db, id, &message), ==, NOTMUCH_STATUS_SUCCESS);
	if (message == NULL) {
		g_string_append_c(out, '-');
		return g_string_free(out, FALSE);
	}
	for (notmuch_tags_t *tags = notmuch_message_get_tags(message); notmuch_tags_valid(tags);
	     notmuch_tags_move_to_next(tags))
		g_string_append_printf(out, "%s%s", out->len > 0 ? " " : "", notmuch_tags_get(tags));
	notmuch_message_destroy(message);
	return g_string_free(out, FALSE);
}

#define fixture_assert_tags(f, id, expected)                                                       \
	do {                                                                                       \
		char *fixture_got = fixture_tags(f, id);                                           \
		g_assert_cmpstr(fixture_got, ==, expected);                                        \
		g_free(fixture_got);                                                               \
	} while (0)

static inline GPtrArray *
fixture_ids(const char *first, const char *second)
{
	GPtrArray *ids = g_ptr_array_new_with_free_func(g_free);

	g_ptr_array_add(ids, g_strdup(first));
	if (second != NULL)
		g_ptr_array_add(ids, g_strdup(second));
	return ids;
}

#endif
