/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plain text: wrapping, quotes, signatures, format=flowed (RFC 3676), patches. */
#include "mime/text.h"

#include <string.h>

#include "lines.h"

static char *
render(const char *text, const struct text_opts *opts, int width)
{
	GString *out = g_string_new(NULL);
	struct layout l;
	layout_init(&l, width, 1 << 20, lines_add, out);
	struct text *t = text_new(&l, opts);
	char **lines = g_strsplit(text, "\n", -1);
	for (char **p = lines; *p; p++)
		text_feed(t, *p, strlen(*p));
	text_end(t);
	text_free(t);
	g_strfreev(lines);
	return g_string_free(out, FALSE);
}

struct text_case {
	const char *name, *text;
	int width;
	const char *expect;
};

static void
check(const struct text_case *cases, size_t n, const struct text_opts *opts)
{
	for (size_t i = 0; i < n; i++) {
		g_test_message("%s", cases[i].name);
		char *out = render(cases[i].text, opts, cases[i].width);
		g_assert_cmpstr(out, ==, cases[i].expect);
		g_free(out);
	}
}

static const struct text_case fixed[] = {
	{ "as it stands", "a\n\n  b", 40, "text|a\ntext|\ntext|  b\n" },
	{ "wrapped at a blank", "aaaa bbbb cccc", 9, "text|aaaa bbbb\ntext|cccc\n" },
	{ "not wrapped", "aaaa bbbb cccc", 0, "text|aaaa bbbb cccc\n" },
	{ "one long word", "abcdefghijklmnopqrstuvwxyz", 20,
	    "text|abcdefghijklmnopqrst\ntext|uvwxyz\n" },
	{ "wide letters", "\344\270\255\344\270\255\344\270\255\344\270\255\344\270\255\344\270\255"
	    "\344\270\255\344\270\255\344\270\255\344\270\255\344\270\255", 20,
	    "text|\344\270\255\344\270\255\344\270\255\344\270\255\344\270\255\344\270\255"
	    "\344\270\255\344\270\255\344\270\255\344\270\255\ntext|\344\270\255\n" },
	{ "quotes", "> a\n>> b\n> > > c\n>>>> d", 40,
	    "quote1|> a\nquote2|>> b\nquote3|> > > c\nquote1|>>>> d\n" },
	{ "a long quote", "> aaaaaaaaaa bbbbbbbbbb cccc", 24,
	    "quote1|> aaaaaaaaaa bbbbbbbbbb\nquote1|> cccc\n" },
	{ "signature", "a\n-- \nAnn\n> b", 40, "text|a\nsignature|-- \nsignature|Ann\n"
						  "signature|> b\n" },
	{ "no signature", "--\nAnn", 40, "text|--\ntext|Ann\n" },
	{ "colours of a terminal", "\033[1;31ma\033[0m \033[Kb \033]0;t\007", 40,
	    "text|a b \\u{1B}]0;t\\u{7}\n" },
	{ "link", "https://x.example/a\nsee https://x.example", 40,
	    "link|https://x.example/a\ntext|see https://x.example\n" },
	{ "no patch", "+ a\n- b\n@@ c", 40, "text|+ a\ntext|- b\ntext|@@ c\n" },
	{ "patch",
	    "Hi\n--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@ x\n a\n-b\n+c\n-- \n2.1", 40,
	    "text|Hi\ntext|--- a/f\nheading|+++ b/f\ndiff-hunk|@@ -1,2 +1,2 @@ x\ntext| a\n"
	    "diff-del|-b\ndiff-add|+c\nsignature|-- \nsignature|2.1\n" },
	{ "git patch", "diff --git a/f b/f\nindex 1..2\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-> b\n+c\n+d",
	    40,
	    "heading|diff --git a/f b/f\nheading|index 1..2\nheading|--- a/f\nheading|+++ b/f\n"
	    "diff-hunk|@@ -1 +1 @@\ndiff-del|-> b\ndiff-add|+c\ntext|+d\n" },
	{ "lines that an editor wrapped wider than this window are set anew",
	    "Nine words of ten letters would be too many for this one, and it is full\n"
	    "so that this one is plainly where it goes on, until it\nends.\n\nBo", 40,
	    "text|Nine words of ten letters would be too\ntext|many for this one, and it is full so\n"
	    "text|that this one is plainly where it goes\ntext|on, until it\ntext|ends.\ntext|\ntext|Bo\n" },
	{ "quoted ones too, within their quote",
	    "> Nine words of ten letters would be too many for this one, and it is full\n> so goes on\nnot here", 40,
	    "quote1|> Nine words of ten letters would be too\nquote1|> many for this one, and it is full so\n"
	    "quote1|> goes on\ntext|not here\n" },
	{ "but not a list, a table, or lines that are meant",
	    "Nine words of ten letters would be too many for this one, and it is full\n- a\n"
	    "Nine words of ten letters would be too many for this one, and it is full\n1. b\n"
	    "a line of a poem that is somewhat long\nand the next", 37,
	    "text|Nine words of ten letters would be\ntext|too many for this one, and it is full\ntext|- a\n"
	    "text|Nine words of ten letters would be\ntext|too many for this one, and it is full\ntext|1. b\n"
	    "text|a line of a poem that is somewhat\ntext|long\ntext|and the next\n" },
	{ "escapes", "a\033]0;b", 40, NULL },
};

static const struct text_case flowed[] = {
	{ "paragraph", "aaa \nbbb \nccc\nddd", 40, "text|aaa bbb ccc\ntext|ddd\n" },
	{ "wrapped anew", "aaaa \nbbbb \ncccc", 9, "text|aaaa bbbb\ntext|cccc\n" },
	{ "quotes of two depths", ">a \n>b\n>>c \n>d", 40,
	    "quote1|> a b\nquote2|>> c\nquote1|> d\n" },
	{ "stuffed", " >a\n  b\n From x", 40, "text|>a\ntext| b\ntext|From x\n" },
	{ "signature ends a paragraph", "a \n-- \nAnn \nBo", 40,
	    "text|a\nsignature|-- \nsignature|Ann Bo\n" },
	{ "flows into the end", "a ", 40, "text|a\n" },
	{ "empty lines", "a\n\nb", 40, "text|a\ntext|\ntext|b\n" },
};

static void
test_fixed(void)
{
	const struct text_opts opts = { 0 };
	check(fixed, G_N_ELEMENTS(fixed) - 1, &opts);
	char *out = render(fixed[G_N_ELEMENTS(fixed) - 1].text, &opts, 40);
	g_assert_null(strchr(out, '\033'));
	g_assert_nonnull(strstr(out, "]0;b")); /* made visible, not executed */
	g_free(out);
}

static void
test_flowed(void)
{
	const struct text_opts opts = { .flowed = true };
	check(flowed, G_N_ELEMENTS(flowed), &opts);
	const struct text_opts delsp = { .flowed = true, .delsp = true };
	char *out = render("\344\270\255 \n\344\270\255", &delsp, 40);
	g_assert_cmpstr(out, ==, "text|\344\270\255\344\270\255\n");
	g_free(out);
}

static void
test_limit(void)
{
	GString *out = g_string_new(NULL);
	struct layout l;
	layout_init(&l, 40, 10, lines_add, out);
	for (int i = 0; i < 5; i++)
		layout_line(&l, "1234", LINE_TEXT);
	g_assert_true(l.stopped);
	g_assert_cmpstr(out->str, ==,
	    "text|1234\ntext|1234\nnote|[the text is longer; the rest is not shown]\n");
	g_string_free(out, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/text/fixed", test_fixed);
	g_test_add_func("/text/flowed", test_flowed);
	g_test_add_func("/text/limit", test_limit);
	return g_test_run();
}
