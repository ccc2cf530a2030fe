/* SPDX-License-Identifier: GPL-3.0-or-later */
/* known_servers.c - see known_servers.h. */
#include "auth/known_servers.h"

#include <string.h>

enum { ROWS_MAX = 1000 };

struct row {
	char **words; /* host or ".domain", then ids */
};

struct known_servers {
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

struct known_servers *
known_servers_new(const char *text)
{
	struct known_servers *servers = g_new0(struct known_servers, 1);
	char **lines = g_strsplit(text, "\n", ROWS_MAX);

	servers->rows = g_array_new(FALSE, FALSE, sizeof(struct row));
	g_array_set_clear_func(servers->rows, row_clear);
	for (size_t i = 0; lines[i] != NULL; i++) {
		struct row row = {.words = words_of(lines[i])};
		if (g_strv_length(row.words) >= 2)
			g_array_append_val(servers->rows, row);
		else
			g_strfreev(row.words);
	}
	g_strfreev(lines);
	return servers;
}

void
known_servers_free(struct known_servers *servers)
{
	if (servers == NULL)
		return;
	g_array_unref(servers->rows);
	g_free(servers);
}

const char *const *
known_servers_ids(const struct known_servers *servers, const char *host)
{
	char *lower = g_ascii_strdown(host, -1);
	const char *const *ids = NULL;

	for (guint i = 0; i < servers->rows->len && ids == NULL; i++) {
		const struct row *row = &g_array_index(servers->rows, struct row, i);
		if (row->words[0][0] == '.' ? g_str_has_suffix(lower, row->words[0])
					    : strcmp(lower, row->words[0]) == 0)
			ids = (const char *const *)row->words + 1;
	}
	g_free(lower);
	return ids;
}
