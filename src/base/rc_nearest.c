/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_nearest.c - "did you mean": edit distance with swaps over a list of known names.
 * Words longer than any name of ours are not measured at all. */
#include "base/rc_nearest.h"

#include <glib.h>
#include <string.h>

enum { WORD_MAX_LEN = 48 };

/* Optimal string alignment distance: Levenshtein plus the swap of two neighbours. */
static size_t
distance(const char *a, size_t n, const char *b, size_t m)
{
	size_t d[WORD_MAX_LEN + 1][WORD_MAX_LEN + 1];

	for (size_t i = 0; i <= n; i++)
		d[i][0] = i;
	for (size_t j = 0; j <= m; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= n; i++) {
		for (size_t j = 1; j <= m; j++) {
			char x = g_ascii_tolower(a[i - 1]), y = g_ascii_tolower(b[j - 1]);
			size_t best = d[i - 1][j - 1] + (x == y ? 0 : 1);

			best = MIN(best, d[i - 1][j] + 1);
			best = MIN(best, d[i][j - 1] + 1);
			if (i > 1 && j > 1 && x == g_ascii_tolower(b[j - 2]) &&
			    g_ascii_tolower(a[i - 2]) == y)
				best = MIN(best, d[i - 2][j - 2] + 1);
			d[i][j] = best;
		}
	}
	return d[n][m];
}

const char *
rc_nearest(const char *word, const char *const *known, size_t n)
{
	size_t len = strlen(word);
	size_t best = len <= 4 ? 2 : len <= 7 ? 3 : 4; /* one more than may be */
	const char *found = NULL;

	if (len == 0 || len > WORD_MAX_LEN)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t m = strlen(known[i]);
		size_t d;

		if (m > WORD_MAX_LEN)
			continue;
		d = distance(word, len, known[i], m);
		if (d >= best && len >= 3 &&
		    g_ascii_strncasecmp(word, known[i], len) == 0)
			d = best -
			    1; /* the start of a name is as good as the worst near one */
		if (d < best && d < m) {
			best = d;
			found = known[i];
		}
	}
	return found;
}
