/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_insert.c - see rc_insert.h. */
#include "base/rc_insert.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/own_file.h"

#include <string.h>

/* Is this line the header of the section? */
static bool
is_header(const char *line, const char *section, const char *name)
{
	char *want = name != NULL ? g_strdup_printf("[%s \"%s\"]", section, name) : g_strdup_printf("[%s]", section);
	char *copy = g_strndup(line, strcspn(line, "\n"));
	char *end;
	bool is_it;

	g_strstrip(copy);
	end = strchr(copy, ']');
	if (end != NULL)
		end[1] = '\0'; /* a comment may follow */
	is_it = strcmp(copy, want) == 0;
	g_free(copy);
	g_free(want);
	return is_it;
}

static bool
is_any_header(const char *line)
{
	return line[strspn(line, " \t")] == '[';
}

static const char *
next_line(const char *line)
{
	const char *end = strchr(line, '\n');

	return end != NULL ? end + 1 : line + strlen(line);
}

/* Says nothing: empty, or a comment, which may well be about the next section. */
static bool
is_blank(const char *line)
{
	size_t n = strspn(line, " \t\r");

	return line[n] == '\n' || line[n] == '\0' || line[n] == '#' || line[n] == ';';
}

char *
rc_insert_text(const char *text, const char *section, const char *name, const char *line)
{
	const char *at = text, *last = NULL;
	GString *out;

	while (*at != '\0' && !is_header(at, section, name))
		at = next_line(at);
	if (*at == '\0')
		return NULL;
	/* behind the last line of the section that says something */
	for (last = at = next_line(at); *at != '\0' && !is_any_header(at); at = next_line(at))
		if (!is_blank(at))
			last = next_line(at);
	out = g_string_new_len(text, last - text);
	if (out->len > 0 && out->str[out->len - 1] != '\n')
		g_string_append_c(out, '\n');
	g_string_append_printf(out, "%s\n%s", line, last);
	return g_string_free(out, FALSE);
}

/* What the reader of the rc would take for a value as it stands. */
static bool
is_plain(const char *value)
{
	if (value[0] == '\0' || strpbrk(value, "\"\\#;") != NULL || !g_utf8_validate(value, -1, NULL))
		return false;
	for (const char *p = value; *p != '\0'; p = g_utf8_next_char(p))
		if (g_unichar_iscntrl(g_utf8_get_char(p)))
			return false;
	return true;
}

/* Where the value of `key = value` begins when this is such a line; NULL for any other. */
static const char *
value_of(const char *line, const char *key)
{
	const char *at = line + strspn(line, " \t");
	size_t len = strlen(key);

	if (g_ascii_strncasecmp(at, key, len) != 0)
		return NULL;
	at += len + strspn(at + len, " \t");
	return *at == '=' ? at + 1 + strspn(at + 1, " \t") : NULL;
}

/* Where the value ends: at the end of its line or lines, or at a comment behind a blank. */
static const char *
end_of_value(const char *at)
{
	bool is_quoted = false;
	const char *end = at;

	for (; *at != '\0' && *at != '\n'; at++) {
		if (*at == '\\' && at[1] != '\0')
			at += at[1] == '\r' && at[2] == '\n' ? 2 : 1;
		else if (*at == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && (*at == '#' || *at == ';') && (at[-1] == ' ' || at[-1] == '\t'))
			return end;
		if (*at != ' ' && *at != '\t' && *at != '\r')
			end = at + 1;
	}
	return end;
}

char *
rc_set_text(const char *text, const char *section, const char *name, const char *key, const char *value)
{
	const char *found = NULL;
	bool is_inside = false;
	char *line, *out;

	for (const char *at = text; *at != '\0'; at = next_line(at)) {
		const char *here = is_inside ? value_of(at, key) : NULL;

		if (is_any_header(at))
			is_inside = is_header(at, section, name);
		else if (here != NULL)
			found = here;
	}
	if (found != NULL)
		return g_strdup_printf("%.*s%s%s", (int)(found - text), text, value, end_of_value(found));
	line = g_strdup_printf("%s = %s", key, value);
	out = rc_insert_text(text, section, name, line);
	if (out == NULL) {
		char *header = name != NULL ? g_strdup_printf("[%s \"%s\"]", section, name) : g_strdup_printf("[%s]", section);
		bool has_end = *text == '\0' || g_str_has_suffix(text, "\n");

		out = g_strdup_printf("%s%s%s%s\n%s\n", text, has_end ? "" : "\n", *text != '\0' ? "\n" : "", header, line);
		g_free(header);
	}
	g_free(line);
	return out;
}

bool
rc_set(const char *path, const char *section, const char *name, const char *key, const char *value, GError **error)
{
	struct own_file f;
	bool ok = own_file_read(&f, path, LIMIT_RC_FILE, error);

	if (!is_plain(value)) {
		g_clear_error(error);
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "\"%s\" cannot stand in %s so", value, path);
		ok = false;
	} else if (ok) {
		char *text = rc_set_text(f.text->str, section, name, key, value);
		g_string_assign(f.text, text);
		ok = own_file_write(&f, error);
		g_free(text);
	}
	own_file_fini(&f);
	return ok;
}

bool
rc_insert(const char *path, const char *section, const char *name, const char *key, const char *value,
    GError **error)
{
	char *line = g_strdup_printf("%s = %s", key, value), *text = NULL;
	struct own_file f;
	bool ok = own_file_read(&f, path, LIMIT_RC_FILE, error);

	if (!is_plain(value)) {
		g_clear_error(error);
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "\"%s\" cannot stand in %s", value, path);
		ok = false;
	} else if (ok) {
		text = rc_insert_text(f.text->str, section, name, line);
		ok = text != NULL;
		if (!ok)
			g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND,
			    "%s has no [%s \"%s\"] of its own; write `%s` where that section stands", path,
			    section, name, line);
	}
	if (ok) {
		g_string_assign(f.text, text);
		ok = own_file_write(&f, error);
	}
	own_file_fini(&f);
	g_free(text);
	g_free(line);
	return ok;
}
