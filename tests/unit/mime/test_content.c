/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transfer encodings and charsets, whole and cut at every place. */
#include "mime/charset.h"
#include "mime/transfer.h"
#include "mime/content.h"

#include <string.h>

static const struct charset_case {
	const char *name, *bytes;
	size_t len;
	const char *text;
	bool guess, damaged;
} cases[] = {
	{ "utf-8", "gr\303\274n", 5, "grün", false, false },
	{ "UTF-8", "gr\374n", 4, "gr\357\277\275n", false, true },
	{ "utf-8", "a\303", 2, "a\357\277\275", false, true },
	{ "utf-8", "a\0b", 3, "a\342\220\200b", false, false },
	{ NULL, "gr\303\274n\ngr\374n", 10, "grün\ngrün", true, false },
	{ "us-ascii", "\200 5", 3, "\342\202\254 5", true, false },
	{ "x-no-such-set", "gr\303\274n", 5, "grün", true, false },
	{ "utf-8//IGNORE", "gr\303\274n", 5, "grün", true, false },
	{ "iso-8859-1", "\223x\224", 3, "\342\200\234x\342\200\235", false, false },
	{ "iso-8859-2", "\261", 1, "\304\205", false, false },
	{ "koi8-r", "\304\317\307", 3, "дог", false, false },
	{ "windows-1255", "\371\354\345\355", 4, "שלום", false, false }, /* its last letter waits for points */
	{ "x-euc-jp", "\306\374", 2, "日", false, false },
	{ "iso-2022-jp", "\033$B$\"\033(B", 8, "\343\201\202", false, false },
	{ "shift_jis", "\202\240", 2, "\343\201\202", false, false },
	{ "gb2312", "\326\320", 2, "\344\270\255", false, false },
	{ "utf-16", "\377\376a\0\n\0b\0", 8, "a\nb", false, false },
	{ "utf-7", "a+AOk-", 6, "aé", false, false },
};

static char *
convert(const struct charset_case *c, size_t cut)
{
	struct charset *set = charset_new(c->name);
	GString *out = g_string_new(NULL);
	charset_feed(set, c->bytes, cut, false, out);
	charset_feed(set, c->bytes + cut, c->len - cut, true, out);
	if (cut == 0) {
		g_assert_cmpint(charset_is_guess(set), ==, c->guess);
		g_assert_cmpint(charset_is_damaged(set), ==, c->damaged);
	}
	charset_free(set);
	return g_string_free(out, FALSE);
}

static void
test_charsets(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		/* a guess is made line by line, so only whole text compares */
		size_t last = cases[i].guess ? 0 : cases[i].len;
		for (size_t cut = 0; cut <= last; cut++) {
			char *text = convert(&cases[i], cut);
			g_assert_cmpstr(text, ==, cases[i].text);
			g_free(text);
		}
	}
}

static void
test_encodings(void)
{
	static const struct {
		const char *bytes, *text;
		GMimeContentEncoding encoding;
	} parts[] = {
		{ "a\r\nb", "a\nb\n", GMIME_CONTENT_ENCODING_7BIT },
		{ "YWJj\nZGVm\n", "abcdef\n", GMIME_CONTENT_ENCODING_BASE64 },
		{ "YWJj!!ZGVm=\n", "abcdef\n", GMIME_CONTENT_ENCODING_BASE64 },
		{ "a=C3=A9=\nb=ZZ", "aéb=ZZ\n", GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE },
		{ "YWJ", "ab\n", GMIME_CONTENT_ENCODING_BASE64 }, /* no padding */
		{ "YWJjZA==\nZWY=\nZ", "abcdef\n", GMIME_CONTENT_ENCODING_BASE64 }, /* several, joined */
		{ "YWJjZA==\n\nA list of ours\n", "abcd\n", GMIME_CONTENT_ENCODING_BASE64 }, /* a footer */
		{ "a=3d=\t \r\nb=4", "a=b=4\n", GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE },
		{ "a= b==41=", "a= b=A\n", GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE },
		{ "begin 644 x\n#86)C\n`\nend\n", "abc\n", GMIME_CONTENT_ENCODING_UUENCODE },
		{ "", "", GMIME_CONTENT_ENCODING_BASE64 },
		{ "\n\nx", "\n\nx\n", GMIME_CONTENT_ENCODING_DEFAULT },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
		struct content c = { parts[i].bytes, strlen(parts[i].bytes), parts[i].encoding, false };
		bool is_cut;
		GString *text = content_text(&c, NULL, 1000, &is_cut);
		g_assert_cmpstr(text->str, ==, parts[i].text);
		g_assert_false(is_cut);
		g_string_free(text, TRUE);
	}
}

/* Wherever a block ends, the bytes are the same. */
static void
test_blocks(void)
{
	static const char quoted[] = "a=C3=A9= \t\r\nb=ZZ= c==41\r\n=";
	static const char base64[] = "YWJjZA==\nZW Y=\nZ2hp";
	for (size_t cut = 0; cut <= sizeof(quoted) - 1; cut++) {
		struct transfer t = { 0 };
		char out[sizeof(quoted) + TRANSFER_SLACK] = "";
		size_t n = transfer_quoted(&t, quoted, cut, false, out);
		n += transfer_quoted(&t, quoted + cut, sizeof(quoted) - 1 - cut, true, out + n);
		out[n] = '\0';
		g_assert_cmpstr(out, ==, "a\303\251b=ZZ= c=A\r\n");
	}
	for (size_t cut = 0; cut <= sizeof(base64) - 1; cut++) {
		struct transfer t = { 0 };
		char out[sizeof(base64) + TRANSFER_SLACK] = "";
		size_t n = transfer_base64(&t, base64, cut, false, out);
		n += transfer_base64(&t, base64 + cut, sizeof(base64) - 1 - cut, true, out + n);
		out[n] = '\0';
		g_assert_cmpstr(out, ==, "abcdefghi");
	}
}

/* The count of letters agrees with decoding, for every length and also for large parts. */
static void
test_size(void)
{
	for (size_t n = 0; n < 300000; n = n * 3 + 1) {
		guchar *data = g_malloc0(n + 1);
		char *text = g_base64_encode(data, n);
		struct content c = { text, strlen(text), GMIME_CONTENT_ENCODING_BASE64, false };
		g_assert_cmpuint(content_size(&c), ==, n);
		g_free(text);
		g_free(data);
	}
}

static bool
longest(const char *text, size_t len, void *user)
{
	size_t *max = user;
	g_assert_true(g_utf8_validate(text, (gssize)len, NULL));
	*max = MAX(*max, len);
	return true;
}

static void
test_long_line(void)
{
	GString *bytes = g_string_new(NULL);
	for (int i = 0; i < 200000; i++)
		g_string_append(bytes, "\342\202\254");
	struct content c = { bytes->str, bytes->len, GMIME_CONTENT_ENCODING_8BIT, false };
	size_t max = 0;
	g_assert_true(content_lines(&c, "utf-8", longest, &max, NULL, NULL));
	g_assert_cmpuint(max, <=, 64u << 10);
	bool is_cut;
	GString *text = content_text(&c, "utf-8", 70000, &is_cut);
	g_assert_true(is_cut);
	g_assert_cmpuint(text->len, <=, 70000);
	g_string_free(text, TRUE);
	g_string_free(bytes, TRUE);
}

static bool
stop(const char *text, size_t len, void *user)
{
	(void)text;
	(void)len;
	++*(int *)user;
	return false;
}

static void
test_stop(void)
{
	struct content c = { "a\nb\nc\n", 6, GMIME_CONTENT_ENCODING_7BIT, false };
	int n = 0;
	g_assert_false(content_lines(&c, NULL, stop, &n, NULL, NULL));
	g_assert_cmpint(n, ==, 1);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_mime_init();
	g_test_add_func("/content/charsets", test_charsets);
	g_test_add_func("/content/encodings", test_encodings);
	g_test_add_func("/content/blocks", test_blocks);
	g_test_add_func("/content/size", test_size);
	g_test_add_func("/content/long-line", test_long_line);
	g_test_add_func("/content/stop", test_stop);
	return g_test_run();
}
