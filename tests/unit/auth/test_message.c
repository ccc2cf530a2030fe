/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/message.h"

#include "base/limits.h"

#include <string.h>

/* The names in order, comma after each, then "|" and the body. */
static void
test_fields(void)
{
	static const struct {
		const char *bytes, *out;
	} cases[] = {
	    {"A: 1\r\nb: 2\r\n\r\nbody", "a,b,|body"},
	    {"A: 1\nb: 2\n\nbody", "a,b,|body"},
	    {"A: 1\r\n 2\r\n\t3\r\nB: x\r\n\r\n", "a,b,|"},
	    {"A : 1\r\n\r\nx", "a,|x"},
	    {"A: 1\r\nno colon here\r\nB: 2\r\n\r\nx",
		"a,|no colon here\r\nB: 2\r\n\r\nx"},
	    {"A: 1\r\n: empty name\r\n", "a,|: empty name\r\n"},
	    {"From x@y Sat Nov 21 20:00:00 2026\nA: 1\n\nb", "a,|b"},
	    {"From : x@y\n\nb", "from,|b"},
	    {"\r\nbody", "|body"},
	    {" folded first\r\n", "| folded first\r\n"},
	    {"A: 1", "a,|"},
	    {"", "|"},
	    {"A: x\ry\r\nB: 2\r\n\r\n", "a,b,|"}, /* a lone CR is content */
	    {"A: 1\n\r\nb", "a,|b"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct message *m = message_new(cases[i].bytes, strlen(cases[i].bytes));
		GString *out = g_string_new(NULL);
		for (size_t k = 0; k < m->n_fields; k++) {
			char *name = message_name(&m->fields[k]);
			g_string_append_printf(out, "%s,", name);
			g_free(name);
		}
		g_string_append_c(out, '|');
		g_string_append_len(out, m->body, (gssize)m->body_len);
		g_assert_cmpstr(out->str, ==, cases[i].out);
		g_string_free(out, TRUE);
		message_free(m);
	}
}

static void
test_lookup(void)
{
	static const char bytes[] = "To: a\r\nX: q\r\nTO: b\r\nto:\r\n c \r\n\r\n";
	struct message *m = message_new(bytes, strlen(bytes));
	char *first = message_text(message_nth(m, "to", 0));
	char *last = message_text(message_nth_last(m, "To", 0));

	g_assert_cmpuint(message_count(m, "tO"), ==, 3);
	g_assert_cmpstr(first, ==, "a");
	g_assert_cmpstr(last, ==, "c");
	g_assert_null(message_nth(m, "to", 3));
	g_assert_null(message_nth_last(m, "to", 3));
	g_assert_null(message_nth(m, "cc", 0));
	g_free(first);
	g_free(last);
	message_free(m);
}

static void
test_limit(void)
{
	for (size_t n = LIMIT_HEADER_FIELDS - 1; n <= LIMIT_HEADER_FIELDS + 1; n++) {
		GString *bytes = g_string_new(NULL);
		for (size_t i = 0; i < n; i++)
			g_string_append(bytes, "X: y\n");
		g_string_append(bytes, "\nbody");
		struct message *m = message_new(bytes->str, bytes->len);
		g_assert_cmpint(m->is_cut, ==, n > LIMIT_HEADER_FIELDS);
		g_assert_cmpuint(m->n_fields, ==, MIN(n, LIMIT_HEADER_FIELDS));
		message_free(m);
		g_string_free(bytes, TRUE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/message/fields", test_fields);
	g_test_add_func("/message/lookup", test_lookup);
	g_test_add_func("/message/limit", test_limit);
	return g_test_run();
}
