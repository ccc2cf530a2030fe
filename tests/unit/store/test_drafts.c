/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drafts: saved, replaced, listed, deleted; ids cannot leave their folder. */
#include "base/error.h"
#include "store/author.h"
#include "store/complete.h"
#include "store/drafts.h"
#include "store_fixture.h"

#include <utime.h>

static json_t *
draft(const char *subject)
{
	return json_pack("{s:s, s:s, s:[s], s:s, s:s}", "account", "work", "from", "ann@work.example",
	    "to", "bob@x.example", "subject", subject, "body", "line\nline\n");
}

static void
test_life(struct store_fixture *f, gconstpointer data)
{
	json_t *one = draft("one"), *two = draft("two"), *got, *list;
	GError *error = NULL;
	char *id = drafts_save(f->state_dir, NULL, one, &error), *same, *path;
	struct stat st;

	(void)data;
	g_assert_no_error(error);
	got = drafts_get(f->state_dir, id, &error);
	g_assert_true(json_equal(got, one));
	json_decref(got);
	same = drafts_save(f->state_dir, id, two, &error);
	g_assert_cmpstr(same, ==, id);
	got = drafts_get(f->state_dir, id, &error);
	g_assert_true(json_equal(got, two));
	json_decref(got);
	path = g_strconcat(f->state_dir, "/drafts/", id, ".json", NULL);
	g_assert_cmpint(stat(path, &st), ==, 0);
	g_assert_cmpint(st.st_mode & 0777, ==, 0600);
	list = drafts_list(f->state_dir);
	g_assert_cmpuint(json_array_size(list), ==, 1);
	g_assert_cmpstr(json_string_value(json_object_get(json_array_get(list, 0), "subject")), ==, "two");
	g_assert_cmpstr(json_string_value(json_object_get(json_array_get(list, 0), "draft_id")), ==, id);
	json_decref(list);
	g_assert_true(drafts_delete(f->state_dir, id, &error));
	g_assert_false(drafts_delete(f->state_dir, id, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_NOT_FOUND);
	g_clear_error(&error);
	g_assert_null(drafts_get(f->state_dir, id, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_NOT_FOUND);
	g_clear_error(&error);
	json_decref(one);
	json_decref(two);
	g_free(id);
	g_free(same);
	g_free(path);
}

static void
test_list(struct store_fixture *f, gconstpointer data)
{
	static const char *const order[] = { "c", "b", "a" };
	json_t *list;

	(void)data;
	list = drafts_list(f->state_dir);
	g_assert_cmpuint(json_array_size(list), ==, 0);
	json_decref(list);
	for (int i = 0; i < 3; i++) {
		char id[] = { (char)('a' + i), '\0' };
		char *path = g_strdup_printf("%s/drafts/%s.json", f->state_dir, id);
		struct utimbuf when = { 1000000 + i, 1000000 + i };
		json_t *one = draft(id);

		g_free(drafts_save(f->state_dir, id, one, NULL));
		if (i == 1)
			fixture_write(path, "{\"damaged\":", -1);
		g_assert_cmpint(utime(path, &when), ==, 0);
		json_decref(one);
		g_free(path);
	}
	list = drafts_list(f->state_dir);
	for (size_t i = 0; i < 3; i++) {
		const json_t *one = json_array_get(list, i);

		g_assert_cmpstr(json_string_value(json_object_get(one, "draft_id")), ==, order[i]);
		g_assert_cmpint(json_is_true(json_object_get(one, "damaged")), ==, i == 1);
	}
	json_decref(list);
}

static void
test_bad(struct store_fixture *f, gconstpointer data)
{
	static const char *const ids[] = { "", "../x", "a/b", ".", "a.b", "\303\274",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" };
	json_t *one = draft("one"), *list = json_array();
	GError *error = NULL;

	(void)data;
	for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
		g_assert_null(drafts_save(f->state_dir, ids[i], one, &error));
		g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
		g_clear_error(&error);
		g_assert_null(drafts_get(f->state_dir, ids[i], &error));
		g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
		g_clear_error(&error);
	}
	g_assert_null(drafts_save(f->state_dir, NULL, list, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
	g_clear_error(&error);
	g_assert_null(drafts_save(f->state_dir, NULL, NULL, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
	g_clear_error(&error);
	json_decref(one);
	json_decref(list);
}

static void
test_author(void)
{
	static const struct {
		const char *from, *display, *address, *domain;
	} cases[] = {
		{ "Bob B <bob@X.Example>", "Bob B", "bob@X.Example", "x.example" },
		{ "bob@x.example", "bob@x.example", "bob@x.example", "x.example" },
		{ "<bob@x.example>", "bob@x.example", "bob@x.example", "x.example" },
		{ "\"B, Bob\" <bob@x.example>, Eve <e@y>", "B, Bob", "bob@x.example", "x.example" },
		{ "\"a@bank.example <x@y>\" <bob@x.example>", "a@bank.example <x@y>", "bob@x.example", "x.example" },
		{ "\"say \\\"hi\\\"\" <b@x>", "say \"hi\"", "b@x", "x" },
		{ "\"unclosed <b@x>", "\"unclosed <b@x>", "\"unclosed <b@x>", "" },
		{ "Bob <bob", "Bob", "bob", "" },
		{ "<<b@x.example>>", "b@x.example", "b@x.example", "x.example" },
		{ "Bob <e@y.example <b@x.example>>", "Bob", "b@x.example", "x.example" },
		{ "", "", "", "" },
		{ NULL, "", "", "" },
		{ "\377 <b@x>", "\357\277\275", "b@x", "x" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *display = author_display(cases[i].from), *address = author_address(cases[i].from);
		char *domain = author_domain(cases[i].from);

		g_assert_cmpstr(display, ==, cases[i].display);
		g_assert_cmpstr(address, ==, cases[i].address);
		g_assert_cmpstr(domain, ==, cases[i].domain);
		g_free(display);
		g_free(address);
		g_free(domain);
	}
}

static void
assert_items(GPtrArray *items, const char *expected)
{
	GString *got = g_string_new(NULL);

	g_assert_nonnull(items);
	for (guint i = 0; i < items->len; i++)
		g_string_append_printf(got, "%s; ", (char *)g_ptr_array_index(items, i));
	g_assert_cmpstr(got->str, ==, expected);
	g_string_free(got, TRUE);
	g_ptr_array_unref(items);
}

static void
test_complete(struct store_fixture *f, gconstpointer data)
{
	GError *error = NULL;

	(void)data;
	g_free(fixture_add(f, "INBOX", "", "1@x", "Bob Builder <bob@x.example>", "s", 1, NULL));
	g_free(fixture_add(f, "INBOX", "", "2@x", "Bobby Tables <tables@y.example>", "s", 2, NULL));
	g_free(fixture_add(f, "INBOX", "", "3@x", "Bobby Tables <tables@y.example>", "s", 3, NULL));
	g_free(fixture_add(f, "INBOX", "", "4@x", "\"Smith, J.\" <j@z.example>", "s", 4, NULL));
	g_free(fixture_add(f, "two words", "", "5@x", "Eve <eve@y.example>", "s", 5, NULL));
	assert_items(complete_address(f->index, "bob", 10, &error),
	    "Bobby Tables <tables@y.example>; Bob Builder <bob@x.example>; ");
	assert_items(complete_address(f->index, "bob", 1, &error), "Bobby Tables <tables@y.example>; ");
	assert_items(complete_address(f->index, "BUILD", 10, &error), "Bob Builder <bob@x.example>; ");
	assert_items(complete_address(f->index, "smith", 10, &error), "\"Smith, J.\" <j@z.example>; ");
	assert_items(complete_address(f->index, "nobody", 10, &error), "");
	assert_items(complete_address(f->index, "\") or (", 1, &error), "Bobby Tables <tables@y.example>; ");
	assert_items(complete_tag(f->index, "un", &error), "unread; ");
	assert_items(complete_query(f->index, "tag:i", &error), "tag:inbox; ");
	assert_items(complete_query(f->index, "from:bob", &error), "from:tables@y.example; from:bob@x.example; ");
	assert_items(complete_query(f->index, "to:", &error), "");
	assert_items(complete_query(f->index, "date:1w", &error), "date:1week..; ");
	assert_items(complete_query(f->index, "property:auth=fa", &error),
	    "property:auth=fail; property:auth=fail-soft; ");
	assert_items(complete_query(f->index, "property:auth-flag=", &error),
	    "property:auth-flag=bidi-ctrl; property:auth-flag=dn-spoof; property:auth-flag=esc-in-header; "
	    "property:auth-flag=homoglyph; property:auth-flag=lookalike; ");
	assert_items(complete_query(f->index, "fo", &error),
	    "folder:; folder:\"work/two words\"; folder:work/INBOX; ");
	g_assert_no_error(error);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	FIXTURE_TEST("/drafts/life", test_life);
	FIXTURE_TEST("/drafts/list", test_list);
	FIXTURE_TEST("/drafts/bad", test_bad);
	g_test_add_func("/author/table", test_author);
	FIXTURE_TEST("/complete/table", test_complete);
	return g_test_run();
}
