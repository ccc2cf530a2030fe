/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_write.c - new lines at the end of the rc file. The old bytes are copied as they are, and the
 * file changes by a rename: at no time is there half of it. */
#include "base/rc_write.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/own_file.h"

#include <string.h>

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
	struct own_file f;
	bool is_good;

	if (!is_clean(text, error))
		return false;
	is_good = own_file_read(&f, path, LIMIT_RC_FILE, error);
	if (is_good) {
		own_file_end_line(&f);
		if (f.text->len > 0)
			g_string_append_c(f.text, '\n');
		g_string_append(f.text, text);
		f.mode = is_secret ? f.mode & 0700 : f.mode;
		is_good = own_file_write(&f, error);
	}
	own_file_fini(&f);
	return is_good;
}
