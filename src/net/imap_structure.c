/* SPDX-License-Identifier: GPL-3.0-or-later */
/* BODYSTRUCTURE to lines. The tokens are flat: no recursion. */
#include "net/imap_structure.h"

#include "base/safe_text.h"

#include <string.h>

#define MAX_LINES 200

/* The value of a parameter in a list of names and values; NULL. Owned. */
static char *
parameter(const struct imap_tokens *tokens, size_t list, const char *name)
{
	const struct imap_token *l = imap_tokens_at(tokens, list);

	if (l == NULL || l->type != IMAP_TOKEN_LIST)
		return NULL;
	for (size_t i = list + 1; i + 1 < l->next;) {
		const struct imap_token *key = imap_tokens_at(tokens, i);
		size_t value = key->next;
		const struct imap_token *v = imap_tokens_at(tokens, value);

		if (value >= l->next)
			return NULL;
		if (key->len == strlen(name) &&
		    g_ascii_strncasecmp(key->p, name, key->len) == 0)
			return imap_token_text(v);
		i = v->next;
	}
	return NULL;
}

/* The index of the n-th member of the list at `at`; 0 when it has fewer. */
static size_t
member(const struct imap_tokens *tokens, size_t at, unsigned n)
{
	size_t i = at + 1, end = imap_tokens_at(tokens, at)->next;

	for (; n > 0 && i < end; n--)
		i = imap_tokens_at(tokens, i)->next;
	return i < end ? i : 0;
}

/* ("filename" of the disposition, or "name" of the type). Owned; NULL. */
static char *
name_of(const struct imap_tokens *tokens, size_t part)
{
	size_t end = imap_tokens_at(tokens, part)->next;
	char *name = NULL;

	/* a disposition is ("attachment" ("filename" "x")), behind the fields that each type has */
	for (size_t i = member(tokens, part, 7); i != 0 && name == NULL && i < end;
	     i = imap_tokens_at(tokens, i)->next) {
		size_t inner = imap_tokens_at(tokens, i)->type == IMAP_TOKEN_LIST
				   ? member(tokens, i, 1)
				   : 0;
		if (inner != 0)
			name = parameter(tokens, inner, "filename");
	}
	return name != NULL ? name : parameter(tokens, member(tokens, part, 2), "name");
}

static void
append_part(GString *out, const struct imap_tokens *tokens, size_t part)
{
	char *type = imap_token_text(imap_tokens_at(tokens, member(tokens, part, 0)));
	char *subtype = imap_token_text(imap_tokens_at(tokens, member(tokens, part, 1)));
	char *name = name_of(tokens, part), *line, *safe;
	guint64 size = 0;

	(void)imap_token_number( /* else 0 */
	    imap_tokens_at(tokens, member(tokens, part, 6)), G_MAXUINT32, &size);
	line = g_strdup_printf("%s/%s%s%s, %" G_GUINT64_FORMAT " kB", type, subtype,
	    name != NULL ? "  " : "", name != NULL ? name : "", (size + 999) / 1000);
	safe = safe_line(line);
	g_string_append_printf(out, "    %s\n", safe);
	g_free(safe);
	g_free(line);
	g_free(name);
	g_free(subtype);
	g_free(type);
}

/* A part that is no multipart: ("type" "subtype" (parameters) ... */
static bool
is_leaf(const struct imap_tokens *tokens, size_t i)
{
	const struct imap_token *l = imap_tokens_at(tokens, i);
	const struct imap_token *type = imap_tokens_at(tokens, i + 1);
	const struct imap_token *subtype = imap_tokens_at(tokens, i + 2);

	return l->type == IMAP_TOKEN_LIST && l->next > i + 6 &&
	       type->type == IMAP_TOKEN_STRING && subtype->type == IMAP_TOKEN_STRING &&
	       member(tokens, i, 6) != 0;
}

char *
imap_structure_text(const struct imap_tokens *tokens, size_t at)
{
	const struct imap_token *whole = imap_tokens_at(tokens, at);
	GString *out = g_string_new(NULL);
	unsigned n = 0;

	if (whole == NULL || whole->type != IMAP_TOKEN_LIST)
		return g_string_free(out, FALSE);
	for (size_t i = at; i < whole->next && n < MAX_LINES;) {
		const struct imap_token *tok = imap_tokens_at(tokens, i);
		if (tok->type == IMAP_TOKEN_LIST && is_leaf(tokens, i)) {
			append_part(out, tokens, i);
			n++;
			i = tok->next;
		} else {
			/* into a multipart's list; its own parameters are behind the parts */
			i = tok->type == IMAP_TOKEN_LIST ? i + 1 : tok->next;
		}
	}
	return g_string_free(out, FALSE);
}
