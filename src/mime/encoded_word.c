/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Encoded words in base64, joined and padded; every other byte stays as it is. */
#include "mime/encoded_word.h"

#include "mime/charset.h"
#include "mime/transfer.h"

#include <glib.h>
#include <stdbool.h>
#include <string.h>

/* One word "=?charset?B?payload?=", inside the raw value. */
struct word {
	const char *charset, *payload;
	size_t charset_len, payload_len;
	size_t len; /* of the whole word */
};

/* Is there a word of this encoding ('b' or 'q') at p? */
static bool
word_at(const char *p, char encoding, struct word *out)
{
	if (p[0] != '=' || p[1] != '?')
		return false;
	size_t n = 2 + strcspn(p + 2, "? ");
	if (p[n] != '?' || g_ascii_tolower(p[n + 1]) != encoding || p[n + 2] != '?')
		return false;
	size_t end = n + 3 + strcspn(p + n + 3, "? ");
	if (p[end] != '?' || p[end + 1] != '=')
		return false;
	*out = (struct word){ p + 2, p + n + 3, n - 2, end - n - 3, end + 2 };
	return true;
}

static bool
is_same_charset(const struct word *a, const struct word *b)
{
	return a->charset_len == b->charset_len &&
	    g_ascii_strncasecmp(a->charset, b->charset, a->charset_len) == 0;
}

/* The bytes that the word stands for, whatever its padding. */
static void
append_decoded(GByteArray *bytes, const struct word *word)
{
	GByteArray *plain = transfer_base64_bytes(word->payload, word->payload_len);
	g_byte_array_append(bytes, plain->data, plain->len);
	g_byte_array_unref(plain);
}

/* "=?charset?"; a language behind it goes (RFC 2231 5). */
static void
append_charset(GString *out, const struct word *word)
{
	char *name = g_strndup(word->charset, word->charset_len);
	name[strcspn(name, "*")] = '\0';
	g_string_append_printf(out, "=?%s?", charset_meant(name));
	g_free(name);
}

/* The word at p and those that follow it with only blanks between; where the run ends. */
static const char *
join_run(const char *p, const struct word *first, GString *out)
{
	GByteArray *bytes = g_byte_array_new();
	struct word word = *first;
	const char *next;
	do {
		append_decoded(bytes, &word);
		p += word.len;
		next = p + strspn(p, " \t\r\n");
		if (next > p && word_at(next, 'b', &word) && is_same_charset(&word, first))
			p = next;
		else
			next = NULL;
	} while (next != NULL);
	char *text = g_base64_encode(bytes->data, bytes->len);
	append_charset(out, first);
	g_string_append_printf(out, "B?%s?=", text);
	g_free(text);
	g_byte_array_unref(bytes);
	return p;
}

/* A word that may hold bytes as they are, against RFC 2047 2: they are of its own charset, but what stands
 * there bare would be taken for one of the header's. */
static const char *
escape_word(const char *p, const struct word *word, GString *out)
{
	const char *end = p + word->len;
	append_charset(out, word);
	for (p = word->payload - 2; p < end; p++) {
		if ((guchar)*p < 0x80)
			g_string_append_c(out, *p);
		else
			g_string_append_printf(out, "=%02X", (guchar)*p);
	}
	return end;
}

char *
encoded_word_mend(const char *raw)
{
	GString *out = g_string_new(NULL);
	struct word word;
	while (*raw != '\0') {
		if (word_at(raw, 'b', &word))
			raw = join_run(raw, &word, out);
		else if (word_at(raw, 'q', &word))
			raw = escape_word(raw, &word, out);
		else
			g_string_append_c(out, *raw++);
	}
	return g_string_free(out, FALSE);
}
