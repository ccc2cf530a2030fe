/* SPDX-License-Identifier: GPL-3.0-or-later */
/* providers.c - see providers.h. */
#include "auth/providers.h"

#include <string.h>

enum { ROWS_MAX = 1000 };

struct row {
	char **words; /* host or ".domain", then ids */
};

struct providers {
	GArray *rows;
};

static void
row_clear(gpointer data)
{
	g_strfreev(((struct row *)data)->words);
}

static char **
words_of(const char *line)
{
	char *text = g_strndup(line, strcspn(line, "#"));
	char **all = g_strsplit_set(g_strstrip(text), " \t", -1);
	GPtrArray *words = g_ptr_array_new();

	for (size_t i = 0; all[i] != NULL; i++)
		if (all[i][0] != '\0')
			g_ptr_array_add(words, g_ascii_strdown(all[i], -1));
	g_ptr_array_add(words, NULL);
	g_strfreev(all);
	g_free(text);
	return (char **)g_ptr_array_free(words, FALSE);
}

struct providers *
providers_new(const char *text)
{
	struct providers *providers = g_new0(struct providers, 1);
	char **lines = g_strsplit(text, "\n", ROWS_MAX);

	providers->rows = g_array_new(FALSE, FALSE, sizeof(struct row));
	g_array_set_clear_func(providers->rows, row_clear);
	for (size_t i = 0; lines[i] != NULL; i++) {
		struct row row = {.words = words_of(lines[i])};
		if (g_strv_length(row.words) >= 2)
			g_array_append_val(providers->rows, row);
		else
			g_strfreev(row.words);
	}
	g_strfreev(lines);
	return providers;
}

void
providers_free(struct providers *providers)
{
	if (providers == NULL)
		return;
	g_array_unref(providers->rows);
	g_free(providers);
}

const char *const *
providers_ids(const struct providers *providers, const char *host)
{
	char *lower = g_ascii_strdown(host, -1);
	const char *const *ids = NULL;

	for (guint i = 0; i < providers->rows->len && ids == NULL; i++) {
		const struct row *row = &g_array_index(providers->rows, struct row, i);
		if (row->words[0][0] == '.' ? g_str_has_suffix(lower, row->words[0])
					    : strcmp(lower, row->words[0]) == 0)
			ids = (const char *const *)row->words + 1;
	}
	g_free(lower);
	return ids;
}
