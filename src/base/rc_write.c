/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_write.c - new lines at the end of the rc file. The old bytes are copied as they are, and the
 * file changes by a rename: at no time is there half of it. */
#include "base/rc_write.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

char *
rc_write_value(const char *text)
{
	size_t len = strlen(text);
	bool is_plain = len > 0 && text[0] != '"' && !g_ascii_isspace(text[0]) &&
	    !g_ascii_isspace(text[len - 1]) && text[len - 1] != '\\';
	GString *out;

	for (size_t i = 0; i < len && is_plain; i++)
		is_plain = text[i] != '#' && text[i] != ';' && text[i] != '\n' && text[i] != '\t';
	if (is_plain)
		return g_strdup(text);
	out = g_string_new("\"");
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '"' || text[i] == '\\')
			g_string_append_c(out, '\\');
		if (text[i] == '\n')
			g_string_append(out, "\\n");
		else if (text[i] == '\t')
			g_string_append(out, "\\t");
		else
			g_string_append_c(out, text[i]);
	}
	g_string_append_c(out, '"');
	return g_string_free(out, FALSE);
}

/* What stands there; empty for a file that is not there yet. NULL with error. */
static GString *
read_old(const char *path, mode_t *mode_out, GError **error)
{
	struct stat st;
	GBytes *bytes;
	GString *old;
	gsize len;
	const char *data;

	*mode_out = 0600;
	if (stat(path, &st) != 0 && errno == ENOENT)
		return g_string_new(NULL);
	bytes = file_read(path, LIMIT_RC_FILE, error);
	if (bytes == NULL)
		return NULL;
	*mode_out = st.st_mode & 0777;
	data = g_bytes_get_data(bytes, &len);
	old = g_string_new_len(data, (gssize)len);
	g_bytes_unref(bytes);
	return old;
}

/* Would the reader of the rc take this text? */
static bool
is_clean(const char *text, GError **error)
{
	bool clean = g_utf8_validate(text, -1, NULL);

	for (const char *p = text; clean && *p != '\0'; p = g_utf8_next_char(p))
		clean = *p == '\n' || *p == '\t' || !g_unichar_iscntrl(g_utf8_get_char(p));
	if (!clean)
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
		    "control characters, and text that is not UTF-8, cannot stand in the rc file");
	return clean;
}

bool
rc_write_append(const char *path, const char *text, bool is_secret, GError **error)
{
	if (!is_clean(text, error))
		return false;
	char *real = realpath(path, NULL); /* NULL: there is none yet */
	const char *target = real != NULL ? real : path;
	char *folder = g_path_get_dirname(target);
	mode_t mode;
	GString *whole = file_make_dir(folder, error) ? read_old(target, &mode, error) : NULL;
	bool is_good = whole != NULL;

	if (is_good) {
		if (whole->len > 0 && whole->str[whole->len - 1] != '\n')
			g_string_append_c(whole, '\n');
		if (whole->len > 0)
			g_string_append_c(whole, '\n');
		g_string_append(whole, text);
		is_good = file_write_durable(target, whole->str, whole->len,
		    (int)(is_secret ? mode & 0700 : mode), error);
		explicit_bzero(whole->str, whole->len);
		g_string_free(whole, TRUE);
	}
	g_free(folder);
	free(real);
	return is_good;
}
