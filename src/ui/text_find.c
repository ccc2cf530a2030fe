/* SPDX-License-Identifier: GPL-3.0-or-later */
/* text_find.c - a word without regard to case. Nearly all words and texts are ASCII, and those are compared
 * byte by byte; only a word that is not, in a text that is not, is folded by the book. */
#include "ui/text_find.h"

#include <glib.h>
#include <string.h>

struct text_find {
	char *folded;
	size_t len;
	bool is_ascii;
	char first[2]; /* its first letter, small and large */
};

struct text_find *
text_find_new(const char *word)
{
	struct text_find *f = g_new0(struct text_find, 1);
	f->folded = g_utf8_casefold(word, -1);
	f->len = strlen(f->folded);
	f->is_ascii = g_str_is_ascii(f->folded);
	f->first[0] = f->folded[0];
	f->first[1] = g_ascii_toupper(f->folded[0]);
	return f;
}

void
text_find_free(struct text_find *f)
{
	if (f == NULL)
		return;
	g_free(f->folded);
	g_free(f);
}

static bool
find_ascii(const struct text_find *f, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		size_t i = 1;
		if (*p != f->first[0] && *p != f->first[1])
			continue;
		while (i < f->len && g_ascii_tolower(p[i]) == f->folded[i])
			i++;
		if (i >= f->len)
			return true;
	}
	return false;
}

bool
text_find_in(const struct text_find *f, const char *text)
{
	if (text == NULL || f->len == 0)
		return text != NULL && f->len == 0;
	if (f->is_ascii)
		return find_ascii(f, text);
	if (g_str_is_ascii(text))
		return false;
	char *folded = g_utf8_casefold(text, -1);
	bool found = strstr(folded, f->folded) != NULL;
	g_free(folded);
	return found;
}
