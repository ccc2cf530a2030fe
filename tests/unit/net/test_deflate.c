/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compression: what one side packs the other unpacks, in any pieces; rubbish and a bomb. */
#include "net/deflate.h"

#include <string.h>

/* Give all of in in pieces, and collect what comes; false when it makes no sense. */
static bool
unpack(struct deflate *d, const GByteArray *in, size_t piece, GString *out)
{
	char buf[7];
	gssize n = 0;

	for (size_t at = 0; at < in->len && n >= 0; at += piece) {
		deflate_give(d, (const char *)in->data + at, MIN(piece, in->len - at));
		while ((n = deflate_take(d, buf, sizeof(buf))) > 0)
			g_string_append_len(out, buf, n);
	}
	return n >= 0;
}

static void
test_pieces(void)
{
	static const char *const lines[] = {"1 NOOP\r\n", "", "2 UID FETCH 1:* (FLAGS)\r\n", "\0x"};

	for (size_t piece = 1; piece < 9; piece++) {
		struct deflate *a = deflate_new(), *b = deflate_new();

		for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
			GString *out = g_string_new(NULL);
			size_t len = i == 3 ? 2 : strlen(lines[i]);

			g_assert_true(unpack(b, deflate_pack(a, lines[i], len), piece, out));
			g_assert_cmpmem(out->str, out->len, lines[i], len);
			g_assert_false(deflate_has_more(b));
			g_string_free(out, TRUE);
		}
		deflate_free(a);
		deflate_free(b);
	}
}

static void
test_rubbish(void)
{
	struct deflate *d = deflate_new();
	GByteArray *in = g_byte_array_new();
	GString *out = g_string_new(NULL);

	g_byte_array_append(in, (const guint8 *)"* OK this is not compressed at all\r\n", 36);
	g_assert_false(unpack(d, in, 36, out));
	g_string_free(out, TRUE);
	g_byte_array_unref(in);
	deflate_free(d);
}

/* A megabyte of nothing in a thousand bytes comes in portions that the reader asks for. */
static void
test_bomb(void)
{
	struct deflate *a = deflate_new(), *b = deflate_new();
	char *zeros = g_malloc0(1 << 20), buf[4096];
	const GByteArray *packed = deflate_pack(a, zeros, 1 << 20);
	size_t total = 0;
	gssize n;

	g_assert_cmpuint(packed->len, <, 10000);
	deflate_give(b, (const char *)packed->data, packed->len);
	while ((n = deflate_take(b, buf, sizeof(buf))) > 0)
		total += (size_t)n;
	g_assert_cmpuint(total, ==, 1 << 20);
	g_free(zeros);
	deflate_free(a);
	deflate_free(b);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/deflate/pieces", test_pieces);
	g_test_add_func("/deflate/rubbish", test_rubbish);
	g_test_add_func("/deflate/bomb", test_bomb);
	return g_test_run();
}
