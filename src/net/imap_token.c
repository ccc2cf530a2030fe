/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tokenizer: one pass over the bytes, one array of tokens, an explicit stack of open
 * lists. */
#include "net/imap_token.h"

#include "base/limits.h"

#include <string.h>

void
imap_tokens_init(struct imap_tokens *t)
{
	t->array = g_array_new(FALSE, FALSE, sizeof(struct imap_token));
	t->open = g_array_new(FALSE, FALSE, sizeof(size_t));
}

void
imap_tokens_clear(struct imap_tokens *t)
{
	g_array_free(t->array, TRUE);
	g_array_free(t->open, TRUE);
}

static void
add(struct imap_tokens *t, enum imap_token_type type, const char *p, size_t len)
{
	struct imap_token tok = {type, p, len, t->array->len + 1};

	g_array_append_val(t->array, tok);
}

static bool
open_list(struct imap_tokens *t, const char *p)
{
	size_t index = t->array->len;

	if (t->open->len >= LIMIT_SERVER_NESTING)
		return false;
	add(t, IMAP_TOKEN_LIST, p, 1);
	g_array_append_val(t->open, index);
	return true;
}

static bool
close_list(struct imap_tokens *t)
{
	size_t index;

	if (t->open->len == 0)
		return false;
	index = g_array_index(t->open, size_t, t->open->len - 1);
	g_array_set_size(t->open, t->open->len - 1);
	g_array_index(t->array, struct imap_token, index).next = t->array->len;
	return true;
}

/* The quoted string whose opening quote is at p. Unescaped in place. NULL when it does
 * not end. */
static char *
take_quoted(struct imap_tokens *t, char *p, const char *end)
{
	char *out = ++p, *start = p;

	while (p < end && *p != '"') {
		if (*p == '\\' && p + 1 < end)
			p++;
		*out++ = *p++;
	}
	if (p >= end)
		return NULL;
	add(t, IMAP_TOKEN_STRING, start, (size_t)(out - start));
	return p + 1;
}

/* "{n}" or "{n+}", CRLF and n bytes at p. NULL when it is none or the bytes are not all
 * there. */
static char *
take_literal(struct imap_tokens *t, char *p, const char *end)
{
	size_t n = 0;

	for (p++; p < end && g_ascii_isdigit(*p); p++) {
		n = n * 10 + (size_t)(*p - '0');
		if (n > LIMIT_LITERAL)
			return NULL;
	}
	if (p < end && *p == '+')
		p++;
	if (end - p < 3 || memcmp(p, "}\r\n", 3) != 0 || (size_t)(end - p - 3) < n)
		return NULL;
	add(t, IMAP_TOKEN_STRING, p + 3, n);
	return p + 3 + n;
}

/* An atom, taken widely: everything up to a space or parenthesis; within "[...]" those as
 * well, since "BODY[HEADER.FIELDS (TO)]" is one name. */
static char *
take_atom(struct imap_tokens *t, char *p, const char *end)
{
	char *start = p;
	bool in_section = false;

	for (; p < end; p++) {
		if (*p == '[')
			in_section = true;
		else if (*p == ']')
			in_section = false;
		else if (!in_section &&
			 (*p == ' ' || *p == '(' || *p == ')' || *p == '"'))
			break;
	}
	if (in_section || p == start)
		return NULL;
	add(t, IMAP_TOKEN_ATOM, start, (size_t)(p - start));
	return p;
}

static char *
take_any(struct imap_tokens *t, char *p, const char *end)
{
	switch (*p) {
	case ' ':
		return p + 1;
	case '(':
		return open_list(t, p) ? p + 1 : NULL;
	case ')':
		return close_list(t) ? p + 1 : NULL;
	case '"':
		return take_quoted(t, p, end);
	case '{':
		return take_literal(t, p, end);
	default:
		return take_atom(t, p, end);
	}
}

bool
imap_tokens_parse(struct imap_tokens *t, char *bytes, size_t len)
{
	const char *end = bytes + len;

	g_array_set_size(t->array, 0);
	g_array_set_size(t->open, 0);
	for (char *p = bytes; p < end;) {
		p = take_any(t, p, end);
		if (p == NULL)
			return false;
	}
	return t->open->len == 0;
}

size_t
imap_tokens_n(const struct imap_tokens *t)
{
	return t->array->len;
}

const struct imap_token *
imap_tokens_at(const struct imap_tokens *t, size_t i)
{
	return i < t->array->len ? &g_array_index(t->array, struct imap_token, i) : NULL;
}

bool
imap_token_is(const struct imap_token *tok, const char *atom)
{
	return tok != NULL && tok->type == IMAP_TOKEN_ATOM && tok->len == strlen(atom) &&
	       g_ascii_strncasecmp(tok->p, atom, tok->len) == 0;
}

bool
imap_token_number(const struct imap_token *tok, guint64 max, guint64 *out)
{
	guint64 n = 0;

	if (tok == NULL || tok->type != IMAP_TOKEN_ATOM || tok->len == 0)
		return false;
	for (size_t i = 0; i < tok->len; i++) {
		guint64 digit = (guint64)(tok->p[i] - '0');
		if (!g_ascii_isdigit(tok->p[i]) || n > (max - digit) / 10 || digit > max)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

char *
imap_token_text(const struct imap_token *tok)
{
	char *text;

	if (tok == NULL || tok->type == IMAP_TOKEN_LIST)
		return NULL;
	text = g_malloc(tok->len + 1);
	for (size_t i = 0; i < tok->len; i++)
		text[i] = tok->p[i] != '\0' ? tok->p[i] : '?';
	text[tok->len] = '\0';
	return text;
}
