/* SPDX-License-Identifier: GPL-3.0-or-later */
/* spf_macro.c - RFC 7208 section 7. A macro is a letter, how many labels to keep, whether
 * to turn them round, and what parts them; a capital letter asks for URL escapes. */
#include "auth/spf_macro.h"

#include <string.h>

enum { NAME_MAX_OCTETS = 253, DIGITS_MAX = 3, EXPANDED_MAX = 4096 };

#define DELIMITERS ".-+,/_="

struct macro {
	char letter;
	unsigned keep; /* 0: all */
	bool is_reversed, is_escaped;
	char delimiters[8];
};

/* Read "%{...}" at p (which points at the "%"). The length, 0 when it is none. */
static size_t
read_macro(const char *p, size_t len, struct macro *out)
{
	size_t at = 3, digits = 0, n = 0;

	*out = (struct macro){0};
	if (len < 4 || p[0] != '%' || p[1] != '{' || !g_ascii_isalpha(p[2]) ||
	    strchr("slodiphcrtv", g_ascii_tolower(p[2])) == NULL)
		return 0;
	out->letter = g_ascii_tolower(p[2]);
	out->is_escaped = g_ascii_isupper(p[2]);
	for (; at < len && g_ascii_isdigit(p[at]); at++, digits++)
		if (digits < DIGITS_MAX)
			out->keep = out->keep * 10 + (unsigned)(p[at] - '0');
	if (digits > 0 && out->keep == 0)
		return 0;
	if (at < len && g_ascii_tolower(p[at]) == 'r') {
		out->is_reversed = true;
		at++;
	}
	for (; at < len && p[at] != '\0' && strchr(DELIMITERS, p[at]) != NULL; at++)
		if (strchr(out->delimiters, p[at]) == NULL)
			out->delimiters[n++] = p[at];
	if (n == 0)
		out->delimiters[0] = '.';
	return at < len && p[at] == '}' ? at + 1 : 0;
}

/* toplabel: letters, digits and inner hyphens, not digits alone. */
static bool
is_top_label(const char *label, size_t len)
{
	bool has_other = false;

	for (size_t i = 0; i < len; i++) {
		if (!g_ascii_isalnum(label[i]) && label[i] != '-')
			return false;
		has_other = has_other || !g_ascii_isdigit(label[i]);
	}
	return len > 0 && has_other && label[0] != '-' && label[len - 1] != '-';
}

static bool
ends_in_top_label(const char *text, size_t len)
{
	if (len > 0 && text[len - 1] == '.')
		len--;
	size_t from = len;
	while (from > 0 && text[from - 1] != '.')
		from--;
	return from > 0 && is_top_label(text + from, len - from);
}

bool
spf_macro_is_valid(const char *text, size_t len, bool is_domain)
{
	bool ends_in_macro = false;

	for (size_t at = 0; at < len;) {
		struct macro macro;
		size_t n = 1;
		if (text[at] == '%') {
			if (at + 1 < len && strchr("%_-", text[at + 1]) != NULL)
				n = 2;
			else if ((n = read_macro(text + at, len - at, &macro)) == 0)
				return false;
			else if (is_domain && strchr("crt", macro.letter) != NULL)
				return false;
		} else if (text[at] < 0x21 || text[at] > 0x7e) {
			if (is_domain || text[at] != ' ')
				return false;
		}
		ends_in_macro = text[at] == '%';
		at += n;
	}
	if (!is_domain)
		return true;
	return len > 0 && (ends_in_macro || ends_in_top_label(text, len));
}

static const char *
value_of(const struct spf_macros *m, char letter, char **owned)
{
	switch (letter) {
	case 's':
		return m->sender;
	case 'l':
		return m->local;
	case 'o':
		return m->o;
	case 'd':
		return m->domain;
	case 'i':
		return m->i;
	case 'h':
		return m->helo;
	case 'v':
		return m->v;
	case 'c':
		return m->c;
	case 'r':
		return m->r;
	case 't':
		*owned = g_strdup_printf("%" G_GINT64_FORMAT, m->now);
		return *owned;
	default:
		*owned = m->name_of(m->state, m->domain);
		return *owned;
	}
}

/* The labels that are kept, in order, joined by dots. Owned. */
static char *
transform(const char *value, const struct macro *macro)
{
	char **parts = g_strsplit_set(value, macro->delimiters, -1);
	guint n = g_strv_length(parts);
	guint keep = macro->keep == 0 ? n : MIN(n, macro->keep);
	GString *out = g_string_new(NULL);

	for (guint i = n - keep; i < n; i++) {
		/* reversed, the last that are kept are the first that were written */
		const char *part = macro->is_reversed ? parts[n - 1 - i] : parts[i];
		g_string_append_printf(out, "%s%s", i > n - keep ? "." : "", part);
	}
	g_strfreev(parts);
	return g_string_free(out, FALSE);
}

static void
append_macro(GString *out, const struct macro *macro, const struct spf_macros *macros)
{
	char *owned = NULL;
	const char *value = value_of(macros, macro->letter, &owned);
	char *text = transform(value, macro);

	if (macro->is_escaped) {
		char *escaped = g_uri_escape_string(text, NULL, FALSE);
		g_free(text);
		text = escaped;
	}
	g_string_append(out, text);
	g_free(text);
	g_free(owned);
}

char *
spf_macro_expand(const char *text, const struct spf_macros *macros)
{
	GString *out = g_string_new(NULL);
	size_t len = strlen(text);

	for (size_t at = 0; at < len && out->len < EXPANDED_MAX;) {
		struct macro macro;
		size_t n = read_macro(text + at, len - at, &macro);
		if (n > 0) {
			append_macro(out, &macro, macros);
		} else if (text[at] == '%' && at + 1 < len) {
			n = 2;
			g_string_append(out, text[at + 1] == '%'   ? "%"
					     : text[at + 1] == '_' ? " "
								   : "%20");
		} else {
			n = 1;
			g_string_append_c(out, text[at]);
		}
		at += n;
	}
	return g_string_free(out, FALSE);
}

char *
spf_macro_domain(const char *text, const struct spf_macros *macros)
{
	char *full = spf_macro_expand(text, macros);
	size_t len = strlen(full);

	if (len > 0 && full[len - 1] == '.')
		full[--len] = '\0';
	const char *from = full;
	while (strlen(from) > NAME_MAX_OCTETS && strchr(from, '.') != NULL)
		from = strchr(from, '.') + 1;
	char *out = g_strdup(from);
	g_free(full);
	return out;
}
