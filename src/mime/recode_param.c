/* SPDX-License-Identifier: GPL-3.0-or-later */
/* recode_param.c - a field is taken apart at its semicolons; what is good is copied, the
 * rest becomes name*=utf-8''... in pieces that fit a line (RFC 2231 3, 4). */
#include "mime/recode_param.h"

#include "mime/param.h"

#include <gmime/gmime.h>
#include <string.h>

#define PIECE 60 /* octets of a value on one line */

struct param {
	const char *name;
	size_t name_len;
	const char *raw; /* the value as it stands, quotes included */
	size_t raw_len;
	char *value; /* owned, without quotes and backslashes */
};

/* --- taking apart --- */

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *
skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

/* One parameter after its semicolon; NULL when it is none. */
static const char *
take_param(const char *p, const char *end, struct param *out)
{
	GString *value = g_string_new(NULL);

	p = skip_blanks(p, end);
	out->name = p;
	while (p < end && (g_ascii_isalnum(*p) || strchr("-_.*", *p) != NULL))
		p++;
	out->name_len = (size_t)(p - out->name);
	p = skip_blanks(p, end);
	if (out->name_len > 0 && p < end && *p == '=') {
		p = skip_blanks(p + 1, end);
		out->raw = p;
		if (p < end && *p == '"') {
			p = param_quoted(p, end, value);
		} else {
			while (p < end && *p != ';' && !is_blank(*p) && *p != '"')
				g_string_append_c(value, *p++);
		}
	} else {
		p = NULL;
	}
	out->raw_len = p != NULL ? (size_t)(p - out->raw) : 0;
	out->value = g_string_free(value, FALSE);
	p = p != NULL ? skip_blanks(p, end) : NULL;
	return p != NULL && (p == end || *p == ';') ? p : NULL;
}

static void
clear_param(gpointer data)
{
	g_free(((struct param *)data)->value);
}

/* The parameters of a field's value; NULL when it does not parse. *start_out: the first
 * semicolon. */
static GArray *
params_of(const char *p, const char *end, const char **start_out)
{
	GArray *list = g_array_new(FALSE, TRUE, sizeof(struct param));

	g_array_set_clear_func(list, clear_param);
	while (p < end && *p != ';')
		p++;
	*start_out = p;
	while (p != NULL && p < end) {
		struct param one = {0};

		if (skip_blanks(p + 1, end) == end)
			break; /* a semicolon at the end */
		p = take_param(p + 1, end, &one);
		g_array_append_val(list, one);
	}
	if (p != NULL)
		return list;
	g_array_unref(list);
	return NULL;
}

/* --- judging --- */

static unsigned
needs_of(const struct param *one)
{
	const char *word = strstr(one->value, "=?");
	unsigned needs = g_str_is_ascii(one->value) ? 0 : RECODE_PARAM_EIGHT_BIT;

	if (word != NULL && strstr(word + 2, "?=") != NULL)
		needs |= RECODE_PARAM_ENCODED_WORD;
	return needs;
}

/* Is the same parameter there in its right form, too? */
static bool
has_better(const GArray *list, const struct param *one)
{
	guint i;

	for (i = 0; i < list->len; i++) {
		const struct param *other = &g_array_index(list, struct param, i);

		if (other->name_len > one->name_len &&
		    other->name[one->name_len] == '*' &&
		    g_ascii_strncasecmp(other->name, one->name, one->name_len) == 0)
			return true;
	}
	return false;
}

/* --- writing --- */

static bool
stands_for_itself(unsigned char c)
{
	/* RFC 2231 7, attribute-char */
	return c > 32 && c < 127 && strchr("*'%()<>@,;:\\\"/[]?=", c) == NULL;
}

GPtrArray *
recode_param_pieces(const char *text)
{
	GPtrArray *pieces = g_ptr_array_new_with_free_func(g_free);
	GString *all = g_string_new("utf-8''");
	size_t at = 0;

	for (const unsigned char *p = (const unsigned char *)text; *p != '\0'; p++) {
		if (stands_for_itself(*p))
			g_string_append_c(all, (char)*p);
		else
			g_string_append_printf(all, "%%%02X", *p);
	}
	while (at < all->len) {
		size_t len = MIN(PIECE, all->len - at);

		/* a %XX stays in one piece */
		while (len > 1 && at + len < all->len &&
		       (all->str[at + len - 1] == '%' || all->str[at + len - 2] == '%'))
			len--;
		g_ptr_array_add(pieces, g_strndup(all->str + at, len));
		at += len;
	}
	g_string_free(all, TRUE);
	return pieces;
}

char *
recode_param_piece_name(const char *name, guint piece, guint n)
{
	return n == 1 ? g_strdup_printf("%s*", name)
		      : g_strdup_printf("%s*%u*", name, piece);
}

static void
append_encoded(GString *out, const struct param *one)
{
	char *text = g_mime_utils_header_decode_text(NULL, one->value);
	char *name = g_strndup(one->name, one->name_len);
	GPtrArray *pieces = recode_param_pieces(text);

	for (guint i = 0; i < pieces->len; i++) {
		char *numbered = recode_param_piece_name(name, i, pieces->len);
		g_string_append_printf(
		    out, ";\r\n\t%s=%s", numbered, (const char *)pieces->pdata[i]);
		g_free(numbered);
	}
	g_ptr_array_unref(pieces);
	g_free(name);
	g_free(text);
}

/* The field anew; out untouched and 0 when there is nothing to mend. out may be NULL. */
static unsigned
mend_field(GString *out, const char *field, size_t len)
{
	const char *end = field + len, *start;
	GArray *list;
	unsigned needs = 0;
	guint i;

	while (end > field && is_blank(end[-1]))
		end--;
	list = params_of(field, end, &start);
	for (i = 0; list != NULL && i < list->len; i++)
		needs |= needs_of(&g_array_index(list, struct param, i));
	if (needs != 0 && out != NULL) {
		g_string_append_len(out, field, start - field);
		for (i = 0; i < list->len; i++) {
			const struct param *one = &g_array_index(list, struct param, i);

			if (needs_of(one) == 0)
				g_string_append_printf(out, ";\r\n\t%.*s=%.*s",
				    (int)one->name_len, one->name, (int)one->raw_len,
				    one->raw);
			else if (!has_better(list, one))
				append_encoded(out, one);
		}
		g_string_append(out, "\r\n");
	}
	g_clear_pointer(&list, g_array_unref);
	return needs;
}

/* --- the block --- */

static bool
is_ours(const char *field, size_t len)
{
	static const char *const names[] = {"Content-Type:", "Content-Disposition:"};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(names); i++) {
		if (len > strlen(names[i]) &&
		    g_ascii_strncasecmp(field, names[i], strlen(names[i])) == 0)
			return true;
	}
	return false;
}

/* The end of the field that begins at p: the next line that does not go on. */
static const char *
field_end(const char *p, const char *end)
{
	do {
		const char *lf = memchr(p, '\n', (size_t)(end - p));

		p = lf != NULL ? lf + 1 : end;
	} while (p < end && (*p == ' ' || *p == '\t'));
	return p;
}

static unsigned
walk(GString *out, const char *head, size_t len)
{
	const char *p = head, *end = head + len;
	unsigned needs = 0;

	while (p < end) {
		const char *next = field_end(p, end);
		size_t n = (size_t)(next - p);
		unsigned one = is_ours(p, n) ? mend_field(out, p, n) : 0;

		if (one == 0 && out != NULL)
			g_string_append_len(out, p, (gssize)n);
		needs |= one;
		p = next;
	}
	return needs;
}

unsigned
recode_param_needs(const char *head, size_t len)
{
	return walk(NULL, head, len);
}

void
recode_param_append(GString *out, const char *head, size_t len)
{
	(void)walk(out, head, len);
}
