/* SPDX-License-Identifier: GPL-3.0-or-later */
/* content_line.c - unfolding, then one line at a time. */
#include "mime/content_line.h"

#include "base/limits.h"

#include <string.h>

#define MAX_PARAMS 64u

/* One unfolded line from p on; next_out is where the following one begins. A line end before a blank is
 * a fold (RFC 5545 3.1). */
static char *
unfold(const char *p, const char *end, const char **next_out)
{
	GString *out = g_string_new(NULL);
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		const char *stop = nl ? nl : end;
		size_t len = (size_t)(stop - p);
		if (len > 0 && p[len - 1] == '\r')
			len--;
		g_string_append_len(out, p, (gssize)MIN(len, LIMIT_CONTENT_LINE));
		p = nl ? nl + 1 : end;
		if (p >= end || (*p != ' ' && *p != '\t') || out->len > LIMIT_CONTENT_LINE)
			break;
		p++;
	}
	*next_out = p;
	return g_string_free(out, FALSE);
}

/* A parameter's value; a quoted one may hold ":;,". p stands behind "=". */
static const char *
take_param_value(const char *p, char **value_out)
{
	GString *value = g_string_new(NULL);
	bool quoted = false;
	for (; *p && (quoted || (*p != ':' && *p != ';')); p++) {
		if (*p == '"')
			quoted = !quoted;
		else
			g_string_append_c(value, *p);
	}
	*value_out = g_string_free(value, FALSE);
	return p;
}

/* ";NAME=value;NAME=value"; where the parameters end, NULL for a line that is none. vCard 2.1 leaves
 * out names ("TEL;HOME:"): those stand as values of TYPE. */
static const char *
take_params(const char *p, GPtrArray *params)
{
	while (*p == ';') {
		size_t n = strcspn(++p, "=:;");
		char *name = g_ascii_strup(p, (gssize)n);
		char *value = NULL;
		p += n;
		if (*p == '=') {
			p = take_param_value(p + 1, &value);
		} else {
			value = name;
			name = g_strdup("TYPE");
		}
		if (params->len >= 2 * MAX_PARAMS) {
			g_free(name);
			g_free(value);
			return NULL;
		}
		g_ptr_array_add(params, name);
		g_ptr_array_add(params, value);
	}
	return *p == ':' ? p + 1 : NULL;
}

static bool
give(char *raw, content_line_fn fn, void *user)
{
	size_t n = strcspn(raw, ";:");
	const char *dot = memchr(raw, '.', n);
	const char *start = dot ? dot + 1 : raw;
	GPtrArray *params = g_ptr_array_new_with_free_func(g_free);
	char *name = g_ascii_strup(start, raw + n - start);
	const char *value = *name ? take_params(raw + n, params) : NULL;
	struct content_line line = { raw, name, value, params };
	bool more = !value || fn(&line, user);
	g_free(name);
	g_ptr_array_unref(params);
	return more;
}

bool
content_line_each(const char *utf8, size_t len, content_line_fn fn, void *user)
{
	const char *p = utf8;
	const char *end = utf8 + len;
	unsigned n = 0;
	while (p < end) {
		char *raw = unfold(p, end, &p);
		bool more = strlen(raw) <= LIMIT_CONTENT_LINE && n++ < LIMIT_CONTENT_LINES;
		bool stopped = more && !give(raw, fn, user);
		g_free(raw);
		if (!more || stopped)
			return stopped;
	}
	return true;
}

const char *
content_line_param(const struct content_line *line, const char *name)
{
	for (guint i = 0; i + 1 < line->params->len; i += 2)
		if (strcmp(line->params->pdata[i], name) == 0)
			return line->params->pdata[i + 1];
	return NULL;
}

/* One part up to the separator ('\0': all of it), unescaped; p moves behind it. */
static char *
take_text(const char **p, char separator)
{
	GString *out = g_string_new(NULL);
	const char *at = *p;
	for (; *at && (separator == '\0' || *at != separator); at++) {
		if (*at != '\\' || !at[1])
			g_string_append_c(out, *at);
		else if (*++at == 'n' || *at == 'N')
			g_string_append_c(out, '\n');
		else
			g_string_append_c(out, *at);
	}
	*p = at;
	return g_string_free(out, FALSE);
}

char *
content_line_text(const char *value)
{
	return take_text(&value, '\0');
}

char **
content_line_split(const char *value, char separator)
{
	GPtrArray *parts = g_ptr_array_new();
	for (;;) {
		g_ptr_array_add(parts, take_text(&value, separator));
		if (*value != separator || *value == '\0')
			break;
		value++;
	}
	g_ptr_array_add(parts, NULL);
	return (char **)g_ptr_array_free(parts, FALSE);
}
