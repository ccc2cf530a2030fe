/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/dkim_canon.h"

#include <string.h>

/* Is the body hashed as if it were these bytes? */
static void
assert_body(
    enum dkim_canon canon, const char *body, size_t len, const char *canonical, size_t n)
{
	struct dkim_body out;
	unsigned char want[DKIM_HASH_LEN];

	g_assert_true(
	    dkim_canon_body(canon, body, len, DKIM_NO_LIMIT, EVP_sha256(), &out));
	g_assert_cmpint(EVP_Digest(canonical, n, want, NULL, EVP_sha256(), NULL), ==, 1);
	g_assert_cmpuint(out.length, ==, n);
	g_assert_cmpint(memcmp(out.hash, want, DKIM_HASH_LEN), ==, 0);
}

static void
test_body(void)
{
	static const struct {
		const char *body, *simple, *relaxed;
	} cases[] = {
	    {" C \r\nD \t E\r\n\r\n\r\n", " C \r\nD \t E\r\n",
		" C\r\nD E\r\n"}, /* RFC 6376 3.4.5 */
	    {"", "\r\n", ""},
	    {"\r\n", "\r\n", ""},
	    {"\r\n\r\n\r\n", "\r\n", ""},
	    {" \t\r\n \r\n", " \t\r\n \r\n", ""},
	    {"a", "a\r\n", "a\r\n"},
	    {"a\nb\n", "a\r\nb\r\n", "a\r\nb\r\n"},
	    {"\na\n\n", "\r\na\r\n", "\r\na\r\n"},
	    {"a\r\n\nb\n\r\n", "a\r\n\r\nb\r\n", "a\r\n\r\nb\r\n"},
	    {"a\rb\r\n", "a\rb\r\n", "a\rb\r\n"},
	    {"a\r\r\n", "a\r\r\n", "a\r\r\n"},
	    {"a \r \r\n", "a \r \r\n", "a \r\r\n"},
	    {"a\r", "a\r\r\n", "a\r\r\n"},
	    {"a  b\t\tc", "a  b\t\tc\r\n", "a b c\r\n"},
	    {"a\v\fb \r\n", "a\v\fb \r\n", "a\v\fb\r\n"}, /* only SP and TAB are blanks */
	    {"a\r\n   ", "a\r\n   \r\n", "a\r\n"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *body = cases[i].body;
		assert_body(DKIM_SIMPLE, body, strlen(body), cases[i].simple,
		    strlen(cases[i].simple));
		assert_body(DKIM_RELAXED, body, strlen(body), cases[i].relaxed,
		    strlen(cases[i].relaxed));
	}
	assert_body(DKIM_SIMPLE, "a\0b\n", 4, "a\0b\r\n", 5);
	assert_body(DKIM_RELAXED, "a\0  b\n", 6, "a\0 b\r\n", 6);
}

/* Lines around the size of the buffer: the plain way, byte by byte, must give the same.
 */
static void
test_long_lines(void)
{
	for (size_t n = 16370; n < 16400; n++) {
		GString *body = g_string_new("x y\r\n"), *want = g_string_new("x y\r\n");
		for (size_t i = 0; i < n; i++)
			g_string_append_c(body, i % 97 == 0 ? '\t' : 'a');
		g_string_append_c(body, 'b');
		g_string_append_len(want, body->str + 5, (gssize)body->len - 5);
		for (size_t i = 5; i < want->len; i++)
			if (want->str[i] == '\t')
				want->str[i] = ' ';
		g_string_append(body, "  \nz\n");
		g_string_append(want, "\r\nz\r\n");
		assert_body(DKIM_RELAXED, body->str, body->len, want->str, want->len);
		g_string_free(body, TRUE);
		g_string_free(want, TRUE);
	}
}

static void
test_limit(void)
{
	static const char body[] = "abc\r\ndef\r\n \r\n";
	static const struct {
		guint64 limit;
		bool is_visible;
	} cases[] = {{0, true}, {5, true}, {7, true}, {8, false}, {10, false},
	    {11, false}, {99, false}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct dkim_body out;
		unsigned char want[DKIM_HASH_LEN];
		g_assert_true(dkim_canon_body(DKIM_RELAXED, body, strlen(body),
		    cases[i].limit, EVP_sha256(), &out));
		EVP_Digest(body, MIN(cases[i].limit, 10), want, NULL, EVP_sha256(), NULL);
		g_assert_cmpint(memcmp(out.hash, want, DKIM_HASH_LEN), ==, 0);
		g_assert_cmpuint(out.length, ==, 10);
		g_assert_cmpint(out.is_trailing_visible, ==, cases[i].is_visible);
	}
}

static void
test_field(void)
{
	static const struct {
		const char *raw, *simple, *relaxed;
	} cases[] = {
	    {"A: X", "A: X", "a:X"}, /* RFC 6376 3.4.5 */
	    {"B : Y\t\r\n\tZ  ", "B : Y\t\r\n\tZ  ", "b:Y Z"},
	    {"B : Y\t\n\tZ  ", "B : Y\t\r\n\tZ  ", "b:Y Z"},
	    {"Subject:", "Subject:", "subject:"},
	    {"Subject:\r\n \r\n x", "Subject:\r\n \r\n x", "subject:x"},
	    {"X:a\rb  c", "X:a\rb  c", "x:a\rb c"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *raw = cases[i].raw;
		size_t colon = (size_t)(strchr(raw, ':') - raw);
		GString *out = g_string_new(NULL);
		dkim_canon_field(out, DKIM_SIMPLE, raw, strlen(raw), colon, 0, 0);
		g_assert_cmpstr(out->str, ==, cases[i].simple);
		g_string_truncate(out, 0);
		dkim_canon_field(out, DKIM_RELAXED, raw, strlen(raw), colon, 0, 0);
		g_assert_cmpstr(out->str, ==, cases[i].relaxed);
		g_string_free(out, TRUE);
	}
}

static void
test_cut(void)
{
	static const char raw[] = "DKIM-Signature: v=1; b= ab\r\n\tcd ; d=x";
	GString *out = g_string_new(NULL);
	size_t from = (size_t)(strstr(raw, "b=") + 2 - raw),
	       to = (size_t)(strchr(raw + from, ';') - raw);

	dkim_canon_field(out, DKIM_SIMPLE, raw, strlen(raw), 14, from, to);
	g_assert_cmpstr(out->str, ==, "DKIM-Signature: v=1; b=; d=x");
	g_string_truncate(out, 0);
	dkim_canon_field(out, DKIM_RELAXED, raw, strlen(raw), 14, from, to);
	g_assert_cmpstr(out->str, ==, "dkim-signature:v=1; b=; d=x");
	g_string_free(out, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dkim-canon/body", test_body);
	g_test_add_func("/dkim-canon/long-lines", test_long_lines);
	g_test_add_func("/dkim-canon/limit", test_limit);
	g_test_add_func("/dkim-canon/field", test_field);
	g_test_add_func("/dkim-canon/cut", test_cut);
	return g_test_run();
}
