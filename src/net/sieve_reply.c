/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sieve_reply.c - tokens of RFC 5804 4: atoms, quoted strings, literals, parentheses. */
#include "net/sieve_reply.h"

#include "base/limits.h"

#include <string.h>

#define QUOTED_OCTETS 1024 /* RFC 5804 4: <quoted>, its longest */

static void
token_free(gpointer data)
{
	struct sieve_token *t = data;

	g_string_free(t->text, TRUE);
	g_free(t);
}

GPtrArray *
sieve_tokens_new(void)
{
	return g_ptr_array_new_with_free_func(token_free);
}

static void
add(GPtrArray *tokens, enum sieve_kind kind, GString *text)
{
	struct sieve_token *t = g_new(struct sieve_token, 1);

	t->kind = kind;
	t->text = text;
	g_ptr_array_add(tokens, t);
}

/* From behind the quote up to behind the next; NULL when there is none. */
static const char *
read_quoted(const char *p, const char *end, GString *out)
{
	for (; p < end && *p != '"'; p++) {
		if (*p == '\\' && ++p == end)
			return NULL;
		g_string_append_c(out, *p);
	}
	return p < end ? p + 1 : NULL;
}

/* "{12}" or "{12+}" as all that is left of the line; -1 for anything else. */
static gint64
read_count(const char *p, const char *end)
{
	gint64 n = 0;
	bool has_digit = false;

	for (p++; p < end && g_ascii_isdigit(*p) && n <= LIMIT_SIEVE_SCRIPT; p++) {
		n = n * 10 + (*p - '0');
		has_digit = true;
	}
	if (p < end && *p == '+')
		p++;
	return has_digit && p + 1 == end && *p == '}' ? n : -1;
}

static bool
is_atom(char c)
{
	return c > ' ' && c < 127 && strchr("(){}\"\\", c) == NULL;
}

bool
sieve_reply_feed(const char *line, size_t len, GPtrArray *tokens, gint64 *literal_out)
{
	const char *p = line, *end = line + len;

	*literal_out = -1;
	while (p < end && tokens->len < LIMIT_SIEVE_TOKENS) {
		GString *text;

		if (*p == ' ') {
			p++;
			continue;
		}
		if (*p == '{') {
			*literal_out = read_count(p, end);
			return *literal_out >= 0;
		}
		text = g_string_new(NULL);
		if (*p == '(' || *p == ')') {
			add(tokens, *p == '(' ? SIEVE_OPEN : SIEVE_CLOSE, text);
			p++;
		} else if (*p == '"') {
			p = read_quoted(p + 1, end, text);
			add(tokens, SIEVE_STRING, text);
		} else {
			const char *start = p;

			while (p < end && is_atom(*p))
				p++;
			g_string_append_len(text, start, p - start);
			add(tokens, SIEVE_ATOM, text);
			p = p > start ? p : NULL;
		}
		if (p == NULL)
			return false;
	}
	return p == end;
}

void
sieve_reply_literal(const char *bytes, size_t len, GPtrArray *tokens)
{
	add(tokens, SIEVE_STRING, g_string_new_len(bytes, (gssize)len));
}

/* The token when it is of this kind; NULL else. */
static const char *
text_at(const GPtrArray *tokens, guint i, enum sieve_kind kind)
{
	const struct sieve_token *t = i < tokens->len ? tokens->pdata[i] : NULL;

	return t != NULL && t->kind == kind ? t->text->str : NULL;
}

void
sieve_reply_end(const GPtrArray *tokens, struct sieve_end *out)
{
	static const char *const words[] = {[SIEVE_OK] = "OK", [SIEVE_NO] = "NO", [SIEVE_BYE] = "BYE"};
	const char *first = text_at(tokens, 0, SIEVE_ATOM);
	guint at = 1, depth = 0;

	*out = (struct sieve_end){SIEVE_GOES_ON, NULL, NULL, NULL};
	for (size_t i = SIEVE_OK; first != NULL && i < G_N_ELEMENTS(words); i++)
		if (g_ascii_strcasecmp(first, words[i]) == 0)
			out->status = (enum sieve_status)i;
	if (out->status == SIEVE_GOES_ON)
		return;
	if (text_at(tokens, at, SIEVE_OPEN) != NULL) {
		out->code = text_at(tokens, at + 1, SIEVE_ATOM);
		out->value = text_at(tokens, at + 2, SIEVE_STRING);
		do {
			depth += text_at(tokens, at, SIEVE_OPEN) != NULL;
			depth -= text_at(tokens, at, SIEVE_CLOSE) != NULL;
			at++;
		} while (at < tokens->len && depth > 0);
	}
	out->said = text_at(tokens, at, SIEVE_STRING);
}

void
sieve_reply_quote(GString *out, const char *bytes, size_t len)
{
	bool is_plain = len <= QUOTED_OCTETS / 2;

	for (size_t i = 0; is_plain && i < len; i++)
		is_plain = (guchar)bytes[i] >= ' ' && bytes[i] != 127;
	if (!is_plain) {
		g_string_append_printf(out, "{%zu+}\r\n", len);
		g_string_append_len(out, bytes, (gssize)len);
		return;
	}
	g_string_append_c(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '"' || bytes[i] == '\\')
			g_string_append_c(out, '\\');
		g_string_append_c(out, bytes[i]);
	}
	g_string_append_c(out, '"');
}
