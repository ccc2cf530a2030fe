/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Telling the placeholders of large letters from letters: by the end of their names, and by a token in their headers. */
#include "base/placeholder.h"

#include "base/error.h"
#include "base/file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define TOKEN_LEN 32

bool
placeholder_is(const char *path)
{
	const char *slash, *name, *info;
	size_t len, n = strlen(PLACEHOLDER_SUFFIX);

	if (path == NULL)
		return false;
	slash = strrchr(path, '/');
	name = slash != NULL ? slash + 1 : path;
	info = strstr(name, ":2,");
	len = info != NULL ? (size_t)(info - name) : strlen(name);
	return len > n && memcmp(name + len - n, PLACEHOLDER_SUFFIX, n) == 0;
}

static bool
is_token(const char *text)
{
	size_t n = 0;

	while (g_ascii_isxdigit(text[n]))
		n++;
	return n == TOKEN_LEN && text[n] == '\0';
}

char *
placeholder_token(const char *state_dir, GError **error)
{
	char *path = g_build_filename(state_dir, "placeholder", NULL);
	char *token = NULL;

	if (!g_file_get_contents(path, &token, NULL, NULL) || !is_token(g_strchomp(token))) {
		g_free(token);
		token = g_strdup_printf("%08x%08x%08x%08x", g_random_int(), g_random_int(),
		    g_random_int(), g_random_int());
		if (!file_make_dir(state_dir, error) ||
		    !file_write_durable(path, token, strlen(token), 0600, error))
			g_clear_pointer(&token, g_free);
	}
	g_free(path);
	return token;
}

bool
placeholder_has_token(const char *head, size_t len, const char *token, guint64 *size_out)
{
	char *field = g_strdup_printf("\n" PLACEHOLDER_FIELD ": %s; size=", token);
	char *text = g_strndup(head, len), *end = strstr(text, "\n\n"), *at;

	if (end != NULL)
		end[1] = '\0';
	at = strstr(text, field);
	if (at != NULL && size_out != NULL)
		*size_out = g_ascii_strtoull(at + strlen(field), NULL, 10);
	g_free(field);
	g_free(text);
	return at != NULL;
}
