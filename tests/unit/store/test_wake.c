/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads that were put off: they wake at their time or by an answer, an answer is awaited, a muted thread
 * stays quiet; saved searches lie where notmuch keeps them. */
#include "base/later.h"
#include "store/index_change.h"
#include "store/linkage.h"
#include "store/queries.h"
#include "store/wake.h"
#include "store_fixture.h"

#define NOW 1795766400 /* 2026-11-27 08:00 UTC */

static void
tag_one(struct store_fixture *f, const char *id, const char *a, const char *b, const char *c)
{
	const char *changes[] = { a, b, c, NULL };
	GPtrArray *ids = fixture_ids(id, NULL);
	GError *error = NULL;

	g_assert_true(index_tag(f->index, ids, changes, NULL, NULL, NULL, &error));
	g_assert_no_error(error);
	g_ptr_array_unref(ids);
}

static struct wake_result
wake(struct store_fixture *f, gint64 now)
{
	struct wake_result w;
	GError *error = NULL;

	g_assert_true(wake_run(f->index, now, &w, &error));
	g_assert_no_error(error);
	return w;
}

static void
test_snooze(struct store_fixture *f, gconstpointer data)
{
	struct wake_result w;

	(void)data;
	g_free(fixture_add(f, "INBOX", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL));
	w = wake(f, NOW);
	g_assert_cmpint(w.next, ==, -1);
	tag_one(f, "a@x.example", "+snoozed", "+snooze/2026-11-27T08:00Z", "-unread");
	w = wake(f, NOW - 60);
	g_assert_cmpuint(w.woken, ==, 0);
	g_assert_cmpuint(w.snoozed, ==, 1);
	g_assert_cmpint(w.next, ==, NOW);
	w = wake(f, NOW);
	g_assert_cmpuint(w.woken, ==, 1);
	g_assert_cmpuint(w.snoozed, ==, 0);
	g_assert_cmpint(w.next, ==, -1);
	fixture_assert_tags(f, "a@x.example", "inbox unread");
}

/* Put off twice by programs that leave the first time where it was: the later one counts, and both go. */
static void
test_two_times(struct store_fixture *f, gconstpointer data)
{
	struct wake_result w;

	(void)data;
	g_free(fixture_add(f, "INBOX", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL));
	tag_one(f, "a@x.example", "+snoozed", "+snooze/2026-11-27T08:00Z", "+snooze/2026-11-20T08:00Z");
	w = wake(f, NOW - 60);
	g_assert_cmpuint(w.woken, ==, 0);
	g_assert_cmpint(w.next, ==, NOW);
	w = wake(f, NOW);
	g_assert_cmpuint(w.woken, ==, 1);
	fixture_assert_tags(f, "a@x.example", "inbox unread");
}

/* All tags that begin so go, but for the one that is given; taken back, they are there again. */
static void
note_undo(const char *id, const char *undo, void *user)
{
	(void)id;
	*(char **)user = g_strdup(undo);
}

static void
test_family(struct store_fixture *f, gconstpointer data)
{
	const char *changes[] = { "-snooze/" "*", "+snooze/2", NULL };
	GPtrArray *ids = fixture_ids("a@x.example", NULL);
	GError *error = NULL;
	char *undo = NULL;

	(void)data;
	g_free(fixture_add(f, "INBOX", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL));
	tag_one(f, "a@x.example", "+snooze", "+snooze/1", "+snooze/2");
	g_assert_true(index_tag(f->index, ids, changes, note_undo, NULL, &undo, &error));
	g_assert_no_error(error);
	fixture_assert_tags(f, "a@x.example", "inbox snooze snooze/2");
	g_assert_cmpstr(undo, ==, "+snooze/1");
	g_free(undo);
	g_ptr_array_unref(ids);
}

static void
test_answer_wakes(struct store_fixture *f, gconstpointer data)
{
	struct wake_result w;

	(void)data;
	g_free(fixture_add(f, "INBOX", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL));
	tag_one(f, "a@x.example", "+snoozed", "+snooze/2026-12-27T08:00Z", "-unread");
	/* one's own further word does not wake it */
	g_free(fixture_add(f, "Sent", "S", "b@w.example", "Me <ann@work.example>", "Re: a", 2, "a@x.example"));
	w = wake(f, NOW);
	g_assert_cmpuint(w.snoozed, ==, 1);
	g_free(fixture_add(f, "INBOX", "", "c@x.example", "A <a@x.example>", "Re: a", 3, "b@w.example"));
	w = wake(f, NOW);
	g_assert_cmpuint(w.woken, ==, 1);
	fixture_assert_tags(f, "a@x.example", "inbox");
	fixture_assert_tags(f, "c@x.example", "inbox unread");
}

static void
test_await(struct store_fixture *f, gconstpointer data)
{
	struct wake_result w;

	(void)data;
	g_free(fixture_add(f, "Sent", "S", "a@w.example", "Me <ann@work.example>", "a", 1, NULL));
	g_free(fixture_add(f, "Sent", "S", "b@w.example", "Me <ann@work.example>", "b", 1, NULL));
	tag_one(f, "a@w.example", "+awaiting", "+reply-by/2026-11-27T08:00Z", "+kept");
	tag_one(f, "b@w.example", "+awaiting", "+reply-by/2026-11-27T08:00Z", "+kept");
	g_free(fixture_add(f, "INBOX", "", "c@x.example", "A <a@x.example>", "Re: a", 2, "a@w.example"));
	w = wake(f, NOW - 1);
	g_assert_cmpuint(w.answered, ==, 1);
	g_assert_cmpuint(w.awaiting, ==, 1);
	g_assert_cmpint(w.next, ==, NOW);
	fixture_assert_tags(f, "a@w.example", "kept sent");
	w = wake(f, NOW);
	g_assert_cmpuint(w.no_reply, ==, 1);
	g_assert_cmpuint(w.awaiting, ==, 0);
	fixture_assert_tags(f, "b@w.example", "kept no-reply sent");
}

static void
test_mute(struct store_fixture *f, gconstpointer data)
{
	struct wake_result w;
	char *path;

	(void)data;
	g_free(fixture_add(f, "INBOX", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL));
	g_free(fixture_add(f, "INBOX", "", "z@x.example", "Z <z@x.example>", "z", 1, NULL));
	tag_one(f, "a@x.example", "+muted", "-unread", "-inbox");
	path = fixture_add(f, "INBOX", "", "b@x.example", "B <b@x.example>", "Re: a", 2, "a@x.example");
	w = wake(f, NOW);
	g_assert_cmpuint(w.muted, ==, 1);
	fixture_assert_tags(f, "b@x.example", "muted");
	fixture_assert_tags(f, "z@x.example", "inbox unread");
	g_assert_cmpuint(wake(f, NOW).muted, ==, 0);
	g_free(path);
}

static void
change_links(struct store_fixture *f, const char *id, const char *parent)
{
	GPtrArray *ids = fixture_ids(id, NULL);
	GPtrArray *before = g_ptr_array_new_with_free_func(state_link_free);
	GError *error = NULL;

	g_assert_true(parent != NULL ? linkage_hang(f->index, ids, parent, before, &error)
				     : linkage_break(f->index, ids, before, &error));
	g_assert_no_error(error);
	g_ptr_array_unref(before);
	g_ptr_array_unref(ids);
}

/* What is linked to a muted thread is of it, answers of its own included. */
static void
test_mute_linked(struct store_fixture *f, gconstpointer data)
{
	(void)data;
	g_free(fixture_add(f, "INBOX", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL));
	g_free(fixture_add(f, "INBOX", "", "z@x.example", "Z <z@x.example>", "z", 1, NULL));
	tag_one(f, "a@x.example", "+muted", "-unread", "-inbox");
	change_links(f, "z@x.example", "a@x.example");
	g_assert_cmpuint(wake(f, NOW).muted, ==, 1);
	fixture_assert_tags(f, "z@x.example", "muted");
	g_free(fixture_add(f, "INBOX", "", "y@x.example", "Y <y@x.example>", "Re: z", 2, "z@x.example"));
	g_assert_cmpuint(wake(f, NOW).muted, ==, 1);
	fixture_assert_tags(f, "y@x.example", "muted");
	g_assert_cmpuint(wake(f, NOW).muted, ==, 0);
}

/* What was made a thread of its own is heard again, though notmuch has it in the muted one for ever. */
static void
test_mute_parted(struct store_fixture *f, gconstpointer data)
{
	(void)data;
	g_free(fixture_add(f, "INBOX", "S", "a@x.example", "A <a@x.example>", "a", 1, NULL));
	g_free(fixture_add(f, "INBOX", "S", "b@x.example", "B <b@x.example>", "Re: a", 2, "a@x.example"));
	tag_one(f, "a@x.example", "+muted", "-unread", "-inbox");
	change_links(f, "b@x.example", NULL);
	g_assert_cmpuint(wake(f, NOW).muted, ==, 0);
	fixture_assert_tags(f, "b@x.example", "inbox");
	g_free(fixture_add(f, "INBOX", "", "c@x.example", "C <c@x.example>", "Re: a", 3, "b@x.example"));
	g_free(fixture_add(f, "INBOX", "", "d@x.example", "D <d@x.example>", "Re: a", 4, "a@x.example"));
	g_assert_cmpuint(wake(f, NOW).muted, ==, 1);
	fixture_assert_tags(f, "c@x.example", "inbox unread");
	fixture_assert_tags(f, "d@x.example", "muted");
}

static void
add_query(const char *name, const char *query, void *user)
{
	g_string_append_printf(user, "%s=%s\n", name, query);
}

static void
assert_queries(struct store_fixture *f, const char *wanted)
{
	GString *got = g_string_new(NULL);
	GError *error = NULL;

	g_assert_true(queries_each(f->index, add_query, got, &error));
	g_assert_no_error(error);
	g_assert_cmpstr(got->str, ==, wanted);
	g_string_free(got, TRUE);
}

static void
test_queries(struct store_fixture *f, gconstpointer data)
{
	GError *error = NULL;

	(void)data;
	assert_queries(f, "");
	g_assert_true(queries_save(f->index, "invoices", "subject:invoice and date:1y..", &error));
	assert_queries(f, "invoices=subject:invoice and date:1y..\n");
	g_assert_false(queries_save(f->index, "no name", "x", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_USAGE);
	g_clear_error(&error);
	g_assert_true(queries_save(f->index, "invoices", "", &error));
	assert_queries(f, "");
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FIXTURE_TEST("/wake/snooze", test_snooze);
	FIXTURE_TEST("/wake/two-times", test_two_times);
	FIXTURE_TEST("/wake/family", test_family);
	FIXTURE_TEST("/wake/answer", test_answer_wakes);
	FIXTURE_TEST("/wake/await", test_await);
	FIXTURE_TEST("/wake/mute", test_mute);
	FIXTURE_TEST("/wake/mute-linked", test_mute_linked);
	FIXTURE_TEST("/wake/mute-parted", test_mute_parted);
	FIXTURE_TEST("/wake/queries", test_queries);
	return g_test_run();
}
