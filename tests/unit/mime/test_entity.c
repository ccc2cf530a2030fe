/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Entities as bytes: where the body begins, which children there are, and what is ambiguous. */
#include "mime/entity.h"

#include "mime/mail.h"

#include <string.h>

struct children_case {
	const char *name, *text;
	size_t n;
	const char *first; /* bytes of the first child */
};

static const struct children_case children_cases[] = {
	{ "two parts", "Content-Type: multipart/mixed; boundary=b\n\n--b\nA: 1\n\none\n--b\n\ntwo\n--b--\n", 2,
	    "A: 1\n\none" },
	{ "CRLF", "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n\r\n--b--\r\n", 1,
	    "\r\none\r\n" },
	{ "blanks behind the delimiter", "Content-Type: multipart/mixed; boundary=b\n\n--b \t\n\none\n--b--  \n", 1,
	    "\none" },
	{ "a longer line is no delimiter", "Content-Type: multipart/mixed; boundary=b\n\n--b\n--bb\n--b--\n", 1,
	    "--bb" },
	{ "no closing delimiter", "Content-Type: multipart/mixed; boundary=b\n\n--b\n\none\n", 0, NULL },
	{ "no boundary", "Content-Type: multipart/mixed\n\n--\n\none\n----\n", 0, NULL },
	{ "no multipart", "Content-Type: text/plain; boundary=b\n\n--b\n\none\n--b--\n", 0, NULL },
	{ "preamble and epilogue", "Content-Type: multipart/mixed; boundary=b\n\npre\n--b\n\none\n--b--\npost\n", 1,
	    "\none" },
};

static void
test_children(gconstpointer data)
{
	const struct children_case *c = data;
	struct entity_range parts[4];
	struct entity e;
	entity_init(&e, c->text, strlen(c->text));
	g_assert_cmpuint(entity_children(&e, parts, 4), ==, c->n);
	if (c->first)
		g_assert_cmpmem(c->text + parts[0].start, parts[0].end - parts[0].start, c->first,
		    strlen(c->first));
	entity_fini(&e);
}

static void
test_header(void)
{
	static const char text[] = "Subject: a\n b\nContent-Type: Text/Plain;\n charset=utf-8\n\nbody";
	struct entity e;
	struct entity_range r;
	size_t at = 0;
	char *name;
	entity_init(&e, text, strlen(text));
	g_assert_cmpstr(e.type, ==, "text/plain");
	g_assert_true(entity_param_is(&e, "charset", "UTF-8"));
	g_assert_cmpstr(text + e.body, ==, "body");
	g_assert_true(entity_next_field(&e, &at, &r, &name));
	g_assert_cmpstr(name, ==, "Subject");
	g_assert_cmpmem(text + r.start, r.end - r.start, "Subject: a\n b\n", 14);
	g_free(name);
	g_assert_true(entity_next_field(&e, &at, &r, &name));
	g_free(name);
	g_assert_false(entity_next_field(&e, &at, &r, &name));
	entity_fini(&e);
}

static void
test_ambiguous(void)
{
	static const char *const texts[] = {
		"Content-Type: text/plain\nContent-Type: multipart/signed; boundary=b\n\nx",
		"Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\nx",
	};
	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		struct entity e;
		entity_init(&e, texts[i], strlen(texts[i]));
		g_assert_true(e.is_ambiguous);
		entity_fini(&e);
	}
}

static void
test_canonical(void)
{
	GByteArray *out = g_byte_array_new();
	entity_canonical("a\nb \r\n\r\nc", 9, out);
	g_assert_cmpmem(out->data, out->len, "a\r\nb \r\n\r\nc", 10);
	g_byte_array_unref(out);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_init();
	for (size_t i = 0; i < G_N_ELEMENTS(children_cases); i++) {
		char *path = g_strdup_printf("/entity/children/%s", children_cases[i].name);
		g_test_add_data_func(path, &children_cases[i], test_children);
		g_free(path);
	}
	g_test_add_func("/entity/header", test_header);
	g_test_add_func("/entity/ambiguous", test_ambiguous);
	g_test_add_func("/entity/canonical", test_canonical);
	return g_test_run();
}
