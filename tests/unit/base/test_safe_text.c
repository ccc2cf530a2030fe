/* SPDX-License-Identifier: GPL-3.0-or-later */
/* test_safe_text.c - what may reach a terminal, and in how many columns. */
#include "base/limits.h"
#include "base/safe_text.h"

#include <locale.h>
#include <stdbool.h>
#include <string.h>
#include <wchar.h>

struct text_case {
	const char *in;
	const char *line; /* expected in SAFE_TEXT_LINE */
	bool hostile;
};

/* clang-format off */
static const struct text_case cases[] = {
	/* ordinary text of the world */
	{"Budget for the spring term", "Budget for the spring term", false},
	{"Sm\xC3\xB8rrebr\xC3\xB8" "d p\xC3\xA5 \xC3\xB8sterbro", "Sm\xC3\xB8rrebr\xC3\xB8" "d p\xC3\xA5 \xC3\xB8sterbro", false},
	{"\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", "\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E", false},
	{"\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", false},
	/* Persian with ZWNJ, as it is spelled */
	{"\xD9\x85\xDB\x8C\xE2\x80\x8C\xD8\xAE", "\xD9\x85\xDB\x8C\xD8\xAE", false},
	/* a family of emoji: the joiner goes, the pictures stay */
	{"\xF0\x9F\x91\xA8\xE2\x80\x8D\xF0\x9F\x91\xA9", "\xF0\x9F\x91\xA8\xF0\x9F\x91\xA9", false},
	{"\xE2\x9D\xA4\xEF\xB8\x8F", "\xE2\x9D\xA4", false},
	{"nbsp\xC2\xA0" "and\xE2\x80\x89thin", "nbsp and thin", false},
	/* line breaks and tabs */
	{"a\tb\r\nc\n\n d", "a b c  d", false},
	{"evil text\rgood text", "evil text good text", false},
	{"a\xC2\x85" "b\xE2\x80\xA8" "c\xE2\x80\xA9" "d", "a b c d", true},
	/* controls and the sequences made of them */
	{"\x1B]0;owned\x07", "\\u{1B}]0;owned\\u{7}", true},
	{"\x1B[2J\x1B[H", "\\u{1B}[2J\\u{1B}[H", true},
	{"\x1B]52;c;cm0gLXJmIH4K\x07", "\\u{1B}]52;c;cm0gLXJmIH4K\\u{7}", true},
	{"\x1B]8;;http://e.example/\x1B\\bank", "\\u{1B}]8;;http://e.example/\\u{1B}\\bank", true},
	{"\x1BPq#0;2;0;0;0\x1B\\", "\\u{1B}Pq#0;2;0;0;0\\u{1B}\\", true},
	{"\x1B_Gf=100;AAAA\x1B\\", "\\u{1B}_Gf=100;AAAA\\u{1B}\\", true},
	{"good\b\b\b\bevil", "good\\u{8}\\u{8}\\u{8}\\u{8}evil", true},
	{"\x0E" "abc\x0F", "\\u{E}abc\\u{F}", true},
	{"\x05", "\\u{5}", true},
	{"del\x7F", "del\\u{7F}", true},
	{"\xC2\x9B" "31m", "\\u{9B}31m", true},
	{"\xC2\x9D" "0;x\xC2\x9C", "\\u{9D}0;x\\u{9C}", true},
	/* bytes that are no UTF-8: a raw C1, overlong forms, surrogates, past the end, cut short */
	{"\x9B" "31m", "\xEF\xBF\xBD" "31m", false},
	{"\xC0\xAF", "\xEF\xBF\xBD\xEF\xBF\xBD", false},
	{"\xED\xA0\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", false},
	{"\xF4\x90\x80\x80", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD", false},
	{"\xE2\x82", "\xEF\xBF\xBD\xEF\xBF\xBD", false},
	/* direction */
	{"\xE2\x80\xAEtxt.exe", "\\u{202E}txt.exe", true},
	{"\xE2\x81\xA7" "abc\xE2\x81\xA9", "\\u{2067}abc\\u{2069}", true},
	{"a\xE2\x80\x8F" "b", "a\\u{200F}b", true},
	{"\xD8\x9C", "\\u{61C}", true},
	/* hidden characters */
	{"pay\xE2\x80\x8Bpal", "pay\\u{200B}pal", false},
	{"pay\xE2\x80\x8Dpal", "pay\\u{200D}pal", false},
	{"pay\xC2\xADpal", "pay\\u{AD}pal", false},
	{"a\xEF\xBB\xBF" "b", "a\\u{FEFF}b", false},
	{"a\xEF\xB8\x8F", "a\\u{FE0F}", false},
	{"\xF3\xA0\x81\xA9", "\\u{E0069}", true},
	{"\xE3\x85\xA4", "\\u{3164}", false},
	{"\xEF\xB7\x90", "\\u{FDD0}", false},
	{"x\xE2\xA0\x80y", "x y", false},
	/* a mark with nothing to stand on */
	{"\xCC\x81" "a", "\xE2\x97\x8C\xCC\x81" "a", false},
};
/* clang-format on */

static void
test_line(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *got = safe_line(cases[i].in);
		g_assert_cmpstr(got, ==, cases[i].line);
		g_assert_cmpint(safe_text_is_hostile(cases[i].in, strlen(cases[i].in)), ==,
		    cases[i].hostile);
		g_free(got);
	}
	char *none = safe_line(NULL);
	g_assert_cmpstr(none, ==, "");
	g_free(none);
}

static void
test_nul(void)
{
	char *got = safe_text("a\0b", 3, SAFE_TEXT_LINE);
	g_assert_cmpstr(got, ==, "a\\u{0}b");
	g_assert_true(safe_text_is_hostile("a\0b", 3));
	g_free(got);
}

static void
test_body(void)
{
	static const struct {
		const char *in, *out;
	} bodies[] = {
	    {"one\r\ntwo\nthree", "one\ntwo\nthree"},
	    {"a\tb", "a       b"},
	    {"1234567\tb\n\tc", "1234567 b\n        c"},
	    {"\xE6\x97\xA5\tb", "\xE6\x97\xA5      b"},
	    {"12345678\tb", "12345678        b"},
	    {"lone\rreturn", "lone\\u{D}return"},
	    {"x\n\xCC\x81", "x\n\xE2\x97\x8C\xCC\x81"},
	    {"a\xE2\x80\xA8" "b", "a\nb"},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(bodies); i++) {
		char *got = safe_text(bodies[i].in, strlen(bodies[i].in), SAFE_TEXT_BODY);
		g_assert_cmpstr(got, ==, bodies[i].out);
		g_free(got);
	}
}

/* LIMIT_COMBINING marks stay; one more leaves a single replacement character, as do a thousand. */
static void
test_combining(void)
{
	static const unsigned counts[] = {LIMIT_COMBINING - 1, LIMIT_COMBINING, LIMIT_COMBINING + 1,
	    1000};
	for (size_t i = 0; i < G_N_ELEMENTS(counts); i++) {
		GString *in = g_string_new("Z");
		for (unsigned n = 0; n < counts[i]; n++)
			g_string_append(in, "\xCC\x81");
		char *got = safe_line(in->str);
		bool is_over = counts[i] > LIMIT_COMBINING;
		glong want = 1 + (glong)MIN(counts[i], LIMIT_COMBINING) + (is_over ? 1 : 0);
		g_assert_cmpint(g_utf8_strlen(got, -1), ==, want);
		g_assert_cmpint(safe_text_columns(got), ==, is_over ? 2 : 1);
		g_free(got);
		g_string_free(in, TRUE);
	}
}

/* Nothing that safe_text() lets through may be a control, a direction or nothing at all. */
static void
assert_is_display(const char *text, bool is_body)
{
	g_assert_true(g_utf8_validate(text, -1, NULL));
	for (const char *p = text; *p != '\0'; p = g_utf8_next_char(p)) {
		gunichar c = g_utf8_get_char(p);
		if (c == '\n' && is_body)
			continue;
		g_assert_cmpuint(c, >=, 0x20);
		g_assert_false(c >= 0x7F && c < 0xA0);
		g_assert_cmpint(g_unichar_type(c), !=, G_UNICODE_FORMAT);
		g_assert_cmpint(g_unichar_type(c), !=, G_UNICODE_LINE_SEPARATOR);
		g_assert_cmpint(g_unichar_type(c), !=, G_UNICODE_PARAGRAPH_SEPARATOR);
		g_assert_true(g_unichar_isdefined(c));
	}
}

static void
test_every_character(void)
{
	for (gunichar c = 0; c <= 0x10FFFF; c++) {
		char bytes[8];
		if (c >= 0xD800 && c <= 0xDFFF)
			continue;
		int n = g_unichar_to_utf8(c, bytes);
		char *line = safe_text(bytes, (size_t)n, SAFE_TEXT_LINE);
		assert_is_display(line, false);
		g_free(line);
	}
}

static void
test_random_bytes(void)
{
	/* mostly ASCII, escapes and the lead bytes of dangerous ranges */
	static const char spice[] = "\x1B\x9B\x9D[]0;m\x07\xC2\xE2\x80\xAE\xCC\x81\xF3\xA0\r\n\t";
	GRand *rand = g_rand_new_with_seed(20261121);
	for (int round = 0; round < 2000; round++) {
		char bytes[256];
		for (size_t i = 0; i < sizeof(bytes); i++) {
			gint32 die = g_rand_int_range(rand, 0, 3);
			if (die == 0)
				bytes[i] = (char)g_rand_int_range(rand, 0, 256);
			else if (die == 1)
				bytes[i] = spice[g_rand_int_range(rand, 0, sizeof(spice) - 1)];
			else
				bytes[i] = (char)g_rand_int_range(rand, 'a', 'z');
		}
		char *line = safe_text(bytes, sizeof(bytes), SAFE_TEXT_LINE);
		char *body = safe_text(bytes, sizeof(bytes), SAFE_TEXT_BODY);
		assert_is_display(line, false);
		assert_is_display(body, true);
		g_free(line);
		g_free(body);
	}
	g_rand_free(rand);
}

static void
test_columns(void)
{
	static const struct {
		const char *text;
		int cols;
	} widths[] = {
	    {"", 0},
	    {"abc", 3},
	    {"\xE6\x97\xA5\xE6\x9C\xAC", 4},
	    {"e\xCC\x81", 1},
	    {"\xF0\x9F\x98\x80", 2},
	    {"\xEF\xBD\x90\xEF\xBD\x81", 4}, /* full-width pa */
	    {"\xEF\xBD\xB1", 1},	     /* half-width katakana */
	    {"\xE2\x9C\x93", 1},	     /* the check mark of the verdict */
	    {"\xE1\x84\x80\xE1\x85\xA1", 2}, /* conjoining Hangul */
	    {"\xE4\xB7\x80", 2},	     /* hexagram */
	};
	for (size_t i = 0; i < G_N_ELEMENTS(widths); i++)
		g_assert_cmpint(safe_text_columns(widths[i].text), ==, widths[i].cols);
}

/* ncurses counts columns with the C library; ours must agree wherever the library knows the
 * character, or the screen tears. */
static void
test_columns_as_libc(void)
{
	if (setlocale(LC_CTYPE, "C.UTF-8") == NULL) {
		g_test_skip("no locale C.UTF-8");
		return;
	}
	for (gunichar c = 0xA0; c <= 0x10FFFF; c++) {
		char bytes[8];
		if ((c >= 0xD800 && c <= 0xDFFF) || wcwidth((wchar_t)c) < 0)
			continue;
		bytes[g_unichar_to_utf8(c, bytes)] = '\0';
		char *line = safe_line(bytes);
		/* only what stays itself is drawn as itself */
		if (g_str_equal(line, bytes) && wcwidth((wchar_t)c) != safe_text_char_columns(c))
			g_error("U+%04X: libc %d, ours %d", c, wcwidth((wchar_t)c),
			    safe_text_char_columns(c));
		g_free(line);
	}
}

static void
test_fit_and_pad(void)
{
	static const struct {
		const char *text;
		int cols;
		const char *padded, *ascii;
	} pads[] = {
	    {"abc", 5, "abc  ", "abc  "},
	    {"abc", 3, "abc", "abc"},
	    {"abcd", 3, "ab\xE2\x80\xA6", "ab~"},
	    {"\xE6\x97\xA5\xE6\x9C\xAC", 3, "\xE6\x97\xA5\xE2\x80\xA6", "\xE6\x97\xA5~"},
	    {"\xE6\x97\xA5\xE6\x9C\xAC", 2, "\xE2\x80\xA6 ", "~ "},
	    {"e\xCC\x81x", 1, "\xE2\x80\xA6", "~"},
	    {"ae\xCC\x81", 2, "ae\xCC\x81", "ae\xCC\x81"},
	    {"abc", 0, "", ""},
	    {"abc", -4, "", ""},
	};
	for (size_t i = 0; i < G_N_ELEMENTS(pads); i++) {
		char *got = safe_text_pad(pads[i].text, pads[i].cols, FALSE);
		char *ascii = safe_text_pad(pads[i].text, pads[i].cols, TRUE);
		g_assert_cmpstr(got, ==, pads[i].padded);
		g_assert_cmpstr(ascii, ==, pads[i].ascii);
		g_assert_cmpint(safe_text_columns(got), ==, MAX(pads[i].cols, 0));
		g_free(got);
		g_free(ascii);
	}
	int cols;
	g_assert_cmpuint(safe_text_fit("ae\xCC\x81z", 2, &cols), ==, 4);
	g_assert_cmpint(cols, ==, 2);
}

static void
check_file(const char *path)
{
	char *bytes;
	gsize len;
	if (!g_file_get_contents(path, &bytes, &len, NULL))
		return;
	char *line = safe_text(bytes, len, SAFE_TEXT_LINE);
	char *body = safe_text(bytes, len, SAFE_TEXT_BODY);
	assert_is_display(line, false);
	assert_is_display(body, true);
	g_free(line);
	g_free(body);
	g_free(bytes);
}

/* Public lists of nasty strings, where $CORPORA names a folder with them. */
static void
test_corpora(void)
{
	static const char *const folders[] = {"blns", "penfold-own/data/term", "utf8tests"};
	const char *corpora = g_getenv("CORPORA");
	if (corpora == NULL) {
		g_test_skip("CORPORA is not set");
		return;
	}
	for (size_t i = 0; i < G_N_ELEMENTS(folders); i++) {
		char *path = g_build_filename(corpora, folders[i], NULL);
		GDir *dir = g_dir_open(path, 0, NULL);
		for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
			char *file = g_build_filename(path, name, NULL);
			check_file(file);
			g_free(file);
		}
		if (dir != NULL)
			g_dir_close(dir);
		g_free(path);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/safe_text/line", test_line);
	g_test_add_func("/safe_text/nul", test_nul);
	g_test_add_func("/safe_text/body", test_body);
	g_test_add_func("/safe_text/combining", test_combining);
	g_test_add_func("/safe_text/every-character", test_every_character);
	g_test_add_func("/safe_text/random-bytes", test_random_bytes);
	g_test_add_func("/safe_text/columns", test_columns);
	g_test_add_func("/safe_text/columns-as-libc", test_columns_as_libc);
	g_test_add_func("/safe_text/fit-and-pad", test_fit_and_pad);
	g_test_add_func("/safe_text/corpora", test_corpora);
	return g_test_run();
}
