/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_sieve_reply.c - lines of a ManageSieve server; the examples are those of RFC 5804. */
#include "net/sieve_reply.h"

#include "base/limits.h"

#include <string.h>

/* A line's tokens in a row: words, 'strings', parentheses, {count}. "!" for one that is none. Owned. */
static char *
words(const char *line)
{
	GPtrArray *tokens = sieve_tokens_new();
	GString *out = g_string_new(NULL);
	gint64 literal;
	bool is_good = sieve_reply_feed(line, strlen(line), tokens, &literal);

	for (guint i = 0; i < tokens->len; i++) {
		const struct sieve_token *t = tokens->pdata[i];

		g_string_append_printf(out, "%s%s%s%s", i > 0 ? " " : "",
		    t->kind == SIEVE_OPEN ? "(" : t->kind == SIEVE_CLOSE ? ")" : t->kind == SIEVE_STRING ? "'" : "",
		    t->text->str, t->kind == SIEVE_STRING ? "'" : "");
	}
	if (literal >= 0)
		g_string_append_printf(out, " {%d}", (int)literal);
	if (!is_good)
		g_string_assign(out, "!");
	g_ptr_array_unref(tokens);
	return g_string_free(out, FALSE);
}

static void
test_tokens(void)
{
	static const struct {
		const char *line, *want;
	} cases[] = {
	    {"", ""},
	    {"OK", "OK"},
	    {"\"IMPlemENTATION\" \"Example1 ManageSieved v001\"", "'IMPlemENTATION' 'Example1 ManageSieved v001'"},
	    {"NO (QUOTA/MAXSIZE) \"Quota exceeded\"", "NO ( QUOTA/MAXSIZE ) 'Quota exceeded'"},
	    {"OK (SASL \"cnNwYXV0aD1lYTQwZjYw\")", "OK ( SASL 'cnNwYXV0aD1lYTQwZjYw' )"},
	    {"\"a \\\"b\\\" \\\\ c\" ACTIVE", "'a \"b\" \\ c' ACTIVE"},
	    {"NO {31}", "NO {31}"},
	    {"{0+}", " {0}"},
	    {"\"open", "!"},
	    {"\"open\\", "!"},
	    {"{}", "!"},
	    {"{12", "!"},
	    {"{12}x", "!"},
	    {"{-1}", "!"},
	    {"{99999999999999999999}", "!"},
	    {"a\\b", "!"},
	    {"220 smtp.example ESMTP", "220 smtp.example ESMTP"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *got = words(cases[i].line);

		g_assert_cmpstr(got, ==, cases[i].want);
		g_free(got);
	}
}

static void
test_end(void)
{
	static const struct {
		const char *line;
		enum sieve_status status;
		const char *code, *value, *said;
	} cases[] = {
	    {"OK", SIEVE_OK, NULL, NULL, NULL},
	    {"ok \"done\"", SIEVE_OK, NULL, NULL, "done"},
	    {"NO (NONEXISTENT) \"no such\"", SIEVE_NO, "NONEXISTENT", NULL, "no such"},
	    {"NO (QUOTA/MAXSCRIPTS (\"x\" ) ) \"full\"", SIEVE_NO, "QUOTA/MAXSCRIPTS", NULL, "full"},
	    {"OK (SASL \"abc\") \"in\"", SIEVE_OK, "SASL", "abc", "in"},
	    {"BYE (", SIEVE_BYE, NULL, NULL, NULL},
	    {"BYE )", SIEVE_BYE, NULL, NULL, NULL},
	    {"\"OK\"", SIEVE_GOES_ON, NULL, NULL, NULL},
	    {"", SIEVE_GOES_ON, NULL, NULL, NULL},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GPtrArray *tokens = sieve_tokens_new();
		struct sieve_end end;
		gint64 literal;

		g_assert_true(sieve_reply_feed(cases[i].line, strlen(cases[i].line), tokens, &literal));
		sieve_reply_end(tokens, &end);
		g_assert_cmpint(end.status, ==, cases[i].status);
		g_assert_cmpstr(end.code, ==, cases[i].code);
		g_assert_cmpstr(end.value, ==, cases[i].value);
		g_assert_cmpstr(end.said, ==, cases[i].said);
		g_ptr_array_unref(tokens);
	}
}

/* One word more than there may be is no line. */
static void
test_limit(void)
{
	for (guint n = LIMIT_SIEVE_TOKENS - 1; n <= LIMIT_SIEVE_TOKENS + 1; n++) {
		GPtrArray *tokens = sieve_tokens_new();
		GString *line = g_string_new(NULL);
		gint64 literal;

		for (guint i = 0; i < n; i++)
			g_string_append_c(line, '(');
		g_assert_cmpint(sieve_reply_feed(line->str, line->len, tokens, &literal), ==, n <= LIMIT_SIEVE_TOKENS);
		g_string_free(line, TRUE);
		g_ptr_array_unref(tokens);
	}
}

/* What is sent is read back as what it was. */
static void
test_quote(void)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
	    {"", "\"\""},
	    {"a \"b\" \\", "\"a \\\"b\\\" \\\\\""},
	    {"\xC3\xBC", "\"\xC3\xBC\""},
	    {"two\r\nlines", "{10+}\r\ntwo\r\nlines"},
	    {"\x7f", "{1+}\r\n\x7f"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *out = g_string_new(NULL);

		sieve_reply_quote(out, cases[i].text, strlen(cases[i].text));
		g_assert_cmpstr(out->str, ==, cases[i].want);
		g_string_free(out, TRUE);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sieve-reply/tokens", test_tokens);
	g_test_add_func("/sieve-reply/end", test_end);
	g_test_add_func("/sieve-reply/limit", test_limit);
	g_test_add_func("/sieve-reply/quote", test_quote);
	return g_test_run();
}
