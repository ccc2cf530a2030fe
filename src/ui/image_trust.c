/* SPDX-License-Identifier: GPL-3.0-or-later */
/* image_trust.c - see image_trust.h. */
#include "ui/image_trust.h"

#include "base/file.h"

#include <string.h>

#define MAX_BYTES (1u << 20)

static char *
file_name(const struct app *app)
{
	return g_build_filename(app->state_dir, "images-from", NULL);
}

/* The addresses, lower case; empty where there is no file. Owned. */
static char **
read_all(const struct app *app)
{
	char *path = file_name(app);
	GBytes *bytes = file_read(path, MAX_BYTES, NULL);
	gsize len = 0;
	const char *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	char *text = g_strndup(data != NULL ? data : "", len);
	char **lines = g_strsplit(text, "\n", -1);
	g_free(text);
	g_free(path);
	g_clear_pointer(&bytes, g_bytes_unref);
	return lines;
}

bool
image_trust_has(const struct app *app, const char *address)
{
	char **all = read_all(app);
	char *lower = g_ascii_strdown(address, -1);
	bool has = *lower != '\0' && g_strv_contains((const char *const *)all, lower);
	g_free(lower);
	g_strfreev(all);
	return has;
}

bool
image_trust_set(const struct app *app, const char *address, bool want, GError **error)
{
	char **all = read_all(app);
	char *lower = g_ascii_strdown(address, -1);
	char *path = file_name(app);
	GString *text = g_string_new(NULL);
	for (size_t i = 0; all[i] != NULL; i++)
		if (*all[i] != '\0' && !g_str_equal(all[i], lower))
			g_string_append_printf(text, "%s\n", all[i]);
	if (want && strpbrk(lower, "\r\n") == NULL)
		g_string_append_printf(text, "%s\n", lower);
	bool ok = file_write_quick(path, text->str, text->len, 0600, error);
	g_string_free(text, TRUE);
	g_free(path);
	g_free(lower);
	g_strfreev(all);
	return ok;
}
