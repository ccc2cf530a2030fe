/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_edit_file.c - a draft to the editor's text and back. */
#include "ui/edit_file.h"

#include <string.h>

static void
test_split(void)
{
	static const struct {
		const char *text, *list;
	} cases[] = {
	    {"", "[]"},
	    {" , ,", "[]"},
	    {"a@b", "[\"a@b\"]"},
	    {"a@b, c@d", "[\"a@b\", \"c@d\"]"},
	    {"Ann <a@b>,c@d", "[\"Ann <a@b>\", \"c@d\"]"},
	    {"\"B, C\" <c@d>, e@f", "[\"\\\"B, C\\\" <c@d>\", \"e@f\"]"},
	    {"a@b (one, two), c@d", "[\"a@b (one, two)\", \"c@d\"]"},
	    {"\"quo\\\"te, x\" <a@b>", "[\"\\\"quo\\\\\\\"te, x\\\" <a@b>\"]"},
	    {"open <a@b, c@d", "[\"open <a@b, c@d\"]"},
	    {"a@b>, c@d", "[\"a@b>\", \"c@d\"]"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *got = edit_file_split_addresses(cases[i].text);
		json_t *want = json_loads(cases[i].list, 0, NULL);
		g_assert_nonnull(want);
		if (!json_equal(got, want))
			g_error("%s: %s", cases[i].text, json_dumps(got, 0));
		json_decref(got);
		json_decref(want);
	}
}

static json_t *
full_draft(void)
{
	return json_pack("{s:s, s:s, s:[s,s], s:[s], s:[], s:s, s:s, s:s, s:[{s:s, s:s}]}", "account",
	    "work", "from", "Ann <ann@a.example>", "to", "b@b.example", "\"C, D\" <c@c.example>", "cc",
	    "e@e.example", "bcc", "subject", "Grüße", "body", "One\n\nTwo\n", "in_reply_to", "<x@y>",
	    "attachments", "path", "/tmp/a b.pdf", "filename", "b.pdf");
}

/* vim's mail plug-in writes *.eml so. */
static void
test_crlf(void)
{
	static const char text[] = "To: b@b.example\r\nSubject: Hi\r\n\r\nOne\r\n\r\n-- \r\nAnn\r\n";
	json_t *draft = json_object();
	edit_file_to_draft(text, strlen(text), draft);
	g_assert_cmpstr(json_string_value(json_object_get(draft, "subject")), ==, "Hi");
	g_assert_cmpstr(json_string_value(json_object_get(draft, "body")), ==, "One\n\n-- \nAnn\n");
	json_decref(draft);
}

static void
test_first_line(void)
{
	g_assert_cmpuint(edit_file_first_line("From: a\nTo: b\nSubject: c\n\ntext\n"), ==, 5);
	g_assert_cmpuint(edit_file_first_line("From: a\nTo: \nSubject: c\n\ntext\n"), ==, 2);
	g_assert_cmpuint(edit_file_first_line("\ntext"), ==, 2);
	g_assert_cmpuint(edit_file_first_line(""), ==, 1);
}

static void
test_aliases(void)
{
	json_t *draft = json_pack("{s:[s,s,s], s:[s], s:[]}", "to", "boss", "a@a.example", "nobody", "cc", "team",
	    "bcc");
	json_t *people = json_pack("{s:s, s:s}", "boss", "Bo <bo@b.example>", "team", "c@c.example, \"D, E\" <d@d.example>");
	json_t *names = edit_file_short_names(draft);
	g_assert_cmpuint(json_array_size(names), ==, 3);
	g_assert_true(edit_file_expand(draft, people));
	char *text = json_dumps(draft, JSON_COMPACT | JSON_SORT_KEYS);
	g_assert_cmpstr(text, ==,
	    "{\"bcc\":[],\"cc\":[\"c@c.example\",\"\\\"D, E\\\" <d@d.example>\"],\"to\":[\"Bo <bo@b.example>\","
	    "\"a@a.example\",\"nobody\"]}");
	g_assert_false(edit_file_expand(draft, people));
	free(text);
	json_decref(names);
	json_decref(people);
	json_decref(draft);
}

static void
test_round_trip(void)
{
	json_t *draft = full_draft(), *copy = full_draft();
	char *text = edit_file_from_draft(draft);
	g_assert_cmpstr(text, ==,
	    "From: Ann <ann@a.example>\n"
	    "To: b@b.example, \"C, D\" <c@c.example>\n"
	    "Cc: e@e.example\n"
	    "Bcc: \n"
	    "Subject: Grüße\n"
	    "Attach: /tmp/a b.pdf\n"
	    "\n"
	    "One\n\nTwo\n");
	edit_file_to_draft(text, strlen(text), copy);
	/* an empty field that was not there stays away only for the eye */
	json_object_del(copy, "reply_to");
	g_assert_true(json_equal(draft, copy));
	g_free(text);
	json_decref(draft);
	json_decref(copy);
}

static json_t *
read(const char *bytes, size_t len)
{
	json_t *draft = full_draft();
	edit_file_to_draft(bytes, len, draft);
	return draft;
}

static void
assert_string(const json_t *draft, const char *key, const char *want)
{
	g_assert_cmpstr(json_string_value(json_object_get(draft, key)), ==, want);
}

static void
test_reading(void)
{
	/* folded, repeated, in other case, with CRLF; a field that is gone is empty, other data stays */
	static const char text[] = "FROM: Bo <bo@b.example>\r\nto: a@a,\r\n\tb@b\r\nTo: c@c\r\n\r\nHi\r\n";
	json_t *d = read(text, strlen(text));
	assert_string(d, "from", "Bo <bo@b.example>");
	assert_string(d, "subject", "");
	assert_string(d, "body", "Hi\n");
	assert_string(d, "in_reply_to", "<x@y>");
	g_assert_cmpuint(json_array_size(json_object_get(d, "to")), ==, 3);
	g_assert_cmpuint(json_array_size(json_object_get(d, "cc")), ==, 0);
	g_assert_cmpuint(json_array_size(json_object_get(d, "attachments")), ==, 0);
	json_decref(d);
}

static void
test_nothing_typed_is_lost(void)
{
	static const struct {
		const char *text, *body;
	} cases[] = {
	    {"X-Unknown: kept\nTo: a@a\n\nbody\n", "X-Unknown: kept\n\nbody\n"},
	    {"just some text, no header\n\nmore", "just some text, no header\n\nmore"},
	    {"", ""},
	    {"\n\nbody", "\nbody"},
	    {"To: a@a", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *d = read(cases[i].text, strlen(cases[i].text));
		assert_string(d, "body", cases[i].body);
		json_decref(d);
	}
}

static void
test_bytes(void)
{
	json_t *d = read("Subject: caf\xE9\n\n\x80 100\n", 21);
	assert_string(d, "subject", "café");
	assert_string(d, "body", "€ 100\n");
	json_decref(d);
}

static void
test_values_are_one_line(void)
{
	json_t *draft = json_pack("{s:s, s:[s]}", "subject", "a\r\nBcc: evil@x", "to", "a@b\nCc: c@d");
	char *text = edit_file_from_draft(draft);
	g_assert_null(strstr(text, "\nBcc: evil"));
	g_assert_null(strstr(text, "\nCc: c@d"));
	g_free(text);
	json_decref(draft);
}

/* One byte that no text has does not cost what is written behind it, nor its letters. */
static void
test_nul(void)
{
	static const char bytes[] = "To: a@b\n\nbefore\0after \xC3\xA6\nlast\n";
	json_t *draft = json_object();
	edit_file_to_draft(bytes, sizeof(bytes) - 1, draft);
	g_assert_cmpstr(json_string_value(json_object_get(draft, "body")), ==,
	    "before\xEF\xBF\xBD" "after \xC3\xA6\nlast\n");
	json_decref(draft);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/edit_file/split", test_split);
	g_test_add_func("/edit_file/round-trip", test_round_trip);
	g_test_add_func("/edit_file/first-line", test_first_line);
	g_test_add_func("/edit_file/aliases", test_aliases);
	g_test_add_func("/edit_file/crlf", test_crlf);
	g_test_add_func("/edit_file/reading", test_reading);
	g_test_add_func("/edit_file/nothing-typed-is-lost", test_nothing_typed_is_lost);
	g_test_add_func("/edit_file/bytes", test_bytes);
	g_test_add_func("/edit_file/nul", test_nul);
	g_test_add_func("/edit_file/values-are-one-line", test_values_are_one_line);
	return g_test_run();
}
