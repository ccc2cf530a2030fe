/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts in lines that are too wide are encoded anew: with the bytes that the reader shows of them. */
#include "mime/recode.h"

#include <string.h>

#define HEAD "From: a@x.example\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: "

static void
test_kept(void)
{
	static const struct {
		const char *encoding, *end, *wanted;
	} cases[] = {
	    {"base64", "QQ==\r\n", "AAAAQQ==\r\n"},    /* padded */
	    {"base64", "QUI\r\n", "AAAAQUI=\r\n"},     /* the padding left out */
	    {"base64", "QQ\r\n", "AAAAQQ==\r\n"},      /* likewise */
	    {"quoted-printable", "=41= \r\nB\r\n", "AB"}, /* a blank behind the sign of a soft break */
	    {"quoted-printable", "=4x\r\n", "=3D4x"},   /* no escape */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *wide = g_strnfill(80, 'A');
		char *text = g_strconcat(HEAD, cases[i].encoding, "\r\n\r\n", wide, cases[i].end, NULL);
		GBytes *letter = g_bytes_new(text, strlen(text)), *out = recode_letter(letter);
		char *got = g_strndup(g_bytes_get_data(out, NULL), g_bytes_get_size(out));

		g_test_message("%s", got);
		g_assert_nonnull(strstr(got, cases[i].wanted));
		g_free(got);
		g_bytes_unref(out);
		g_bytes_unref(letter);
		g_free(text);
		g_free(wide);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/recode/kept", test_kept);
	return g_test_run();
}
