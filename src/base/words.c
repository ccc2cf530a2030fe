/* SPDX-License-Identifier: GPL-3.0-or-later */
/* words.c - a line taken apart. */
#include "base/words.h"

#include <glib.h>

char **
words_split(const char *text, const char *separators)
{
	char **words = g_strsplit_set(text, separators, -1);
	size_t n = 0;

	for (size_t i = 0; words[i] != NULL; i++) {
		if (*words[i] != '\0')
			words[n++] = words[i];
		else
			g_free(words[i]);
	}
	words[n] = NULL;
	return words;
}
