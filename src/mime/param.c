/* SPDX-License-Identifier: GPL-3.0-or-later */
/* param.c - the parameters of a field, one after another; the pieces of the one that is
 * wanted are kept, put in order and decoded. Nothing fails: what breaks the grammar is
 * read as it was meant. */
#include "mime/param.h"

#include "mime/charset.h"
#include "mime/header.h"

#include <stdbool.h>
#include <string.h>

#define MAX_PIECES 1000 /* RFC 2231 3 sets no bound; a file name of 255 bytes needs few */

enum { PLAIN = -1 }; /* the number of a value that is in one piece */

struct piece {
	int number;	 /* of "name*0=", or PLAIN */
	bool is_encoded; /* "name*=", "name*0*=": with %XX */
	char *value;	 /* owned, without quotes */
};

static void
clear_piece(gpointer p)
{
	g_free(((struct piece *)p)->value);
}

static const char *
skip_blanks(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* Behind a quoted string (RFC 5322 3.2.4). A backslash stands for itself unless a quote
 * or another one follows: paths of Windows are written so. One that never ends takes all
 * there is. */
static const char *
take_quoted(const char *p, GString *out)
{
	for (p++; *p && *p != '"'; p++) {
		if (*p == '\\' && (p[1] == '"' || p[1] == '\\'))
			p++;
		if (*p != '\r' && *p != '\n')
			g_string_append_c(out, *p);
	}
	return *p ? p + 1 : p;
}

/* To the semicolon: blanks within are kept, as many forget the quotes; a comment at the
 * end is not. */
static const char *
take_bare(const char *p, GString *out)
{
	for (; *p && *p != ';'; p++)
		if (*p != '\r' && *p != '\n')
			g_string_append_c(out, *p == '\t' ? ' ' : *p);
	g_strchomp(out->str);
	char *comment = g_str_has_suffix(out->str, ")") ? strstr(out->str, " (") : NULL;
	if (comment)
		*comment = '\0';
	g_strchomp(out->str);
	return p;
}

static const char *
take_value(const char *p, char **out)
{
	GString *value = g_string_new(NULL);
	p = skip_blanks(p);
	p = *p == '"' ? take_quoted(p, value) : take_bare(p, value);
	*out = g_string_free(value, FALSE);
	return p;
}

/* To the next semicolon that stands neither in quotes nor in the middle of a value. */
static const char *
next_param(const char *p)
{
	bool is_quoted = false;
	for (; *p && (is_quoted || *p != ';'); p++) {
		if (*p == '"')
			is_quoted = !is_quoted;
		else if (*p == '\\' && is_quoted && p[1])
			p++;
	}
	return *p ? p + 1 : NULL;
}

/* Is this the name, alone or followed by "*", "*0" or "*0*"? */
static bool
is_ours(const char *p, size_t len, const char *name, struct piece *out)
{
	size_t n = strlen(name);
	if (len < n || g_ascii_strncasecmp(p, name, n) != 0)
		return false;
	*out = (struct piece){.number = PLAIN};
	if (len > n + 1 && p[n] == '*' && g_ascii_isdigit(p[n + 1])) {
		out->number = 0;
		for (n++; n < len && g_ascii_isdigit(p[n]) && out->number < MAX_PIECES;
		     n++)
			out->number = out->number * 10 + (p[n] - '0');
	}
	out->is_encoded = n + 1 == len && p[n] == '*';
	return n == len || out->is_encoded;
}

static GArray *
pieces_of(const char *raw, const char *name)
{
	GArray *list = g_array_new(FALSE, TRUE, sizeof(struct piece));
	g_array_set_clear_func(list, clear_piece);
	for (const char *p = next_param(raw); p && list->len < MAX_PIECES;
	     p = next_param(p)) {
		struct piece one;
		p = skip_blanks(p);
		size_t len = strcspn(p, "= \t\r\n;\"");
		const char *eq = skip_blanks(p + len);
		if (*eq != '=' || !is_ours(p, len, name, &one))
			continue;
		p = take_value(eq + 1, &one.value);
		g_array_append_val(list, one);
	}
	return list;
}

static const struct piece *
find(const GArray *list, int number, bool encoded_only)
{
	for (guint i = 0; i < list->len; i++) {
		const struct piece *one = &g_array_index(list, struct piece, i);
		if (one->number == number && (one->is_encoded || !encoded_only))
			return one;
	}
	return NULL;
}

static void
append_unescaped(GString *out, const char *p)
{
	for (; *p; p++) {
		if (*p == '%' && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])) {
			g_string_append_c(out, (char)(g_ascii_xdigit_value(p[1]) * 16 +
						      g_ascii_xdigit_value(p[2])));
			p += 2;
		} else {
			g_string_append_c(out, *p);
		}
	}
}

/* The charset of "charset'language'text" is put aside; what follows it. */
static const char *
split_charset(const char *value, char **charset)
{
	const char *one = strchr(value, '\'');
	const char *two = one ? strchr(one + 1, '\'') : NULL;
	if (!two)
		return value;
	*charset = one > value ? g_strndup(value, (gsize)(one - value)) : NULL;
	return two + 1;
}

/* Text in UTF-8 that was cut within its last letter is still no text in another charset.
 */
static bool
is_cut_utf8(const char *text, size_t len)
{
	const char *bad;
	if (g_utf8_validate(text, (gssize)len, &bad))
		return false;
	return g_utf8_strlen(text, bad - text) <
		   bad - text && /* it has whole letters, too */
	       g_utf8_get_char_validated(bad, text + len - bad) == (gunichar)-2;
}

static char *
to_utf8(const GString *bytes, const char *charset)
{
	if (!charset && strstr(bytes->str, "=?"))
		return header_text(
		    bytes->str, NULL); /* against RFC 2047 5, but as mail is */
	if (!charset && is_cut_utf8(bytes->str, bytes->len))
		return g_utf8_make_valid(bytes->str, (gssize)bytes->len);
	GString *out = g_string_new(NULL);
	struct charset *c = charset_new(charset);
	charset_feed(c, bytes->str, bytes->len, true, out);
	charset_free(c);
	char *text = g_utf8_make_valid(out->str, (gssize)out->len);
	g_string_free(out, TRUE);
	return text;
}

/* One value, or the pieces 0, 1, 2 ... as far as there is none missing (RFC 2231 3, 4).
 */
static char *
joined(const GArray *list, const struct piece *first)
{
	GString *bytes = g_string_new(NULL);
	char *charset = NULL;
	const char *value =
	    first->is_encoded ? split_charset(first->value, &charset) : first->value;
	for (const struct piece *one = first; one;
	     one = one->number == PLAIN ? NULL : find(list, one->number + 1, false)) {
		value = one == first ? value : one->value;
		if (one->is_encoded)
			append_unescaped(bytes, value);
		else
			g_string_append(bytes, value);
	}
	char *text = to_utf8(bytes, charset);
	g_string_free(bytes, TRUE);
	g_free(charset);
	return text;
}

char *
param_text(const char *raw, const char *name)
{
	GArray *list = pieces_of(raw, name);
	const struct piece *first = find(list, PLAIN, true);
	if (!first)
		first = find(list, 0, false);
	if (!first)
		first = find(list, PLAIN, false);
	char *text = first ? joined(list, first) : NULL;
	g_array_unref(list);
	if (text && !*text)
		g_clear_pointer(&text, g_free);
	return text;
}

const char *
param_quoted(const char *p, const char *end, GString *out)
{
	for (p++; p < end && *p != '"'; p++) {
		if (*p == '\\' && p + 1 < end)
			p++;
		if (*p != '\r' && *p != '\n')
			g_string_append_c(out, *p);
	}
	return p < end ? p + 1 : NULL;
}
