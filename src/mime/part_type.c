/* SPDX-License-Identifier: GPL-3.0-or-later */
/* part_type.c - a cursor over one value; comments are passed over. */
#include "mime/part_type.h"

#include "base/limits.h"

#include <string.h>

static bool
is_token(unsigned char c)
{
	return c > 32 && c < 127 && strchr("()<>@,;:\\\"/[]?=", c) == NULL;
}

/* Blanks and comments (RFC 5322 3.2.2). False when a comment does not end. */
static bool
skip(const char **p)
{
	unsigned depth = 0;

	for (; **p != '\0'; (*p)++) {
		if (**p == '(')
			depth++;
		else if (depth > 0 && **p == ')')
			depth--;
		else if (depth > 0 && **p == '\\' && (*p)[1] != '\0')
			(*p)++;
		else if (depth == 0 && **p != ' ' && **p != '\t')
			return true;
		if (depth > LIMIT_COMMENT_DEPTH)
			return false;
	}
	return depth == 0;
}

static char *
take_token(const char **p)
{
	const char *start = *p;

	while (is_token((unsigned char)**p))
		(*p)++;
	return g_ascii_strdown(start, *p - start);
}

/* A token or a quoted string; NULL when it is neither. Many write values bare that RFC 2045
 * wants quoted: what holds only printable characters up to ";" is no token, and false. */
static char *
take_value(const char **p)
{
	GString *value;
	const char *start = *p;

	if (**p != '"') {
		while (is_token((unsigned char)**p))
			(*p)++;
		return *p > start ? g_strndup(start, (gsize)(*p - start)) : NULL;
	}
	value = g_string_new(NULL);
	for ((*p)++; **p != '"'; (*p)++) {
		if (**p == '\\' && (*p)[1] != '\0')
			(*p)++;
		if (**p == '\0') {
			g_string_free(value, TRUE);
			return NULL;
		}
		g_string_append_c(value, **p);
	}
	(*p)++;
	return g_string_free(value, FALSE);
}

static bool
take_parameter(const char **p, part_parameter_fn parameter, void *user)
{
	char *name = take_token(p), *value = NULL;
	bool is_ok = *name != '\0' && skip(p) && **p == '=';

	if (is_ok) {
		(*p)++;
		is_ok = skip(p) && (value = take_value(p)) != NULL;
	}
	if (is_ok)
		parameter(name, value, user);
	g_free(name);
	g_free(value);
	return is_ok;
}

bool
part_type_read(const char *value, bool has_slash, char **word_out,
    part_parameter_fn parameter, void *user)
{
	const char *p = value;
	char *first, *second = NULL;
	bool is_ok = skip(&p);

	first = take_token(&p);
	is_ok = is_ok && *first != '\0';
	if (has_slash && is_ok) {
		is_ok = skip(&p) && *p == '/';
		p += is_ok ? 1 : 0;
		is_ok = is_ok && skip(&p);
		second = take_token(&p);
		is_ok = is_ok && *second != '\0';
	}
	*word_out = !is_ok ? NULL
		  : second != NULL ? g_strconcat(first, "/", second, NULL)
				   : g_strdup(first);
	g_free(first);
	g_free(second);
	while (is_ok && skip(&p) && *p == ';') {
		p++;
		is_ok = skip(&p);
		/* a ";" at the end is a slip of so many programs that nobody minds it */
		if (is_ok && *p != '\0' && *p != ';')
			is_ok = take_parameter(&p, parameter, user);
	}
	return is_ok && *p == '\0';
}
