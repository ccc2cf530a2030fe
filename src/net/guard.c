/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guard: a state machine over bytes that hands out whole responses.
 *
 * States: in a line; in a literal that is kept (a mailbox name); in a literal that is
 * streamed (a body). After each thing written for libetpan feeding stops, so that events
 * never run ahead. */
#include "net/guard.h"

#include "base/error.h"
#include "base/limits.h"

#include <string.h>

#define LIMIT_KEPT_LITERAL (64u << 10) /* bytes; a mailbox name, not a message */

enum state { IN_LINE, IN_KEPT, IN_BODY };

struct guard {
	struct guard_handler handler;
	enum state state;
	GString *response; /* all lines and kept literals of the current response */
	size_t line_start; /* where its current line begins */
	guint64 left;	   /* bytes of the literal still to come */
	guint64 total;	   /* bytes of the response, streamed ones included */
	bool is_greeted, has_body;
	struct imap_tokens tokens;
};

struct guard *
guard_new(const struct guard_handler *handler)
{
	struct guard *g = g_new0(struct guard, 1);

	g->handler = *handler;
	g->response = g_string_new(NULL);
	imap_tokens_init(&g->tokens);
	return g;
}

void
guard_free(struct guard *g)
{
	if (g == NULL)
		return;
	g_string_free(g->response, TRUE);
	imap_tokens_clear(&g->tokens);
	g_free(g);
}

static bool
refuse(GError **error, int code, const char *why)
{
	g_set_error(
	    error, PF_ERROR, code, "the server %s; the connection was closed", why);
	return false;
}

static void
emit(GByteArray *out, const char *text)
{
	g_byte_array_append(out, (const guint8 *)text, (guint)strlen(text));
}

/* Printable ASCII of a server's text; "-" for none, since libetpan wants some, and no
 * bracket, which it would read as a code. Owned. */
static char *
plain_text(const char *p, size_t len)
{
	GString *out = g_string_sized_new(len + 1);

	for (size_t i = 0; i < len && out->len < 512; i++)
		g_string_append_c(out, g_ascii_isprint(p[i]) ? p[i] : '?');
	g_strdelimit(out->str, "[]", '|');
	g_strstrip(out->str);
	if (out->str[0] == '\0')
		g_string_assign(out, "-");
	return g_string_free(out, FALSE);
}

/* The end of the code that begins at p ("["), or NULL when it is not closed on its line.
 */
static char *
code_end(char *p, const char *end)
{
	bool in_quotes = false;

	for (; p < end; p++) {
		if (in_quotes && *p == '\\')
			p++;
		else if (*p == '"')
			in_quotes = !in_quotes;
		else if (*p == ']' && !in_quotes)
			return p;
	}
	return NULL;
}

/* "[code] text" at p: tokens get the code (none when it is malformed), text is owned. */
static char *
take_text(struct guard *g, char *p, const char *end)
{
	char *close;

	while (p < end && *p == ' ')
		p++;
	close = p < end && *p == '[' ? code_end(p, end) : NULL;
	if (close == NULL ||
	    !imap_tokens_parse(&g->tokens, p + 1, (size_t)(close - p - 1)))
		(void)imap_tokens_parse(&g->tokens, p, 0); /* nothing: no code */
	if (close != NULL)
		p = close + 1;
	return plain_text(p, (size_t)(end - p));
}

static bool
report(struct guard *g, struct guard_event *ev, GError **error)
{
	ev->tokens = &g->tokens;
	return g->handler.on_event(g->handler.user, ev, error);
}

static const struct {
	const char *word;
	enum guard_status status;
} status_words[] = {
    {"OK", GUARD_OK},
    {"NO", GUARD_NO},
    {"BAD", GUARD_BAD},
    {"PREAUTH", GUARD_PREAUTH},
};

/* Does a status word stand at *p, alone? Moves *p behind it. */
static bool
take_status(char **p, const char *end, enum guard_status *out)
{
	for (size_t i = 0; i < G_N_ELEMENTS(status_words); i++) {
		size_t len = strlen(status_words[i].word);
		if ((size_t)(end - *p) < len ||
		    g_ascii_strncasecmp(*p, status_words[i].word, len) != 0 ||
		    (*p + len < end && (*p)[len] != ' '))
			continue;
		*p += len;
		*out = status_words[i].status;
		return true;
	}
	return false;
}

static bool
is_word(const char *p, const char *end, const char *word)
{
	size_t len = strlen(word);

	return (size_t)(end - p) >= len && g_ascii_strncasecmp(p, word, len) == 0 &&
	       (p + len == end || p[len] == ' ');
}

static bool
on_bye(struct guard *g, char *p, const char *end, GError **error)
{
	char *text;

	text = take_text(g, p + 3, end);
	g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
	    "the server ended the session; it says: %s", text);
	g_free(text);
	return false;
}

static bool
on_greeting(struct guard *g, char *p, const char *end, GByteArray *out, GError **error)
{
	struct guard_event ev = {.kind = GUARD_GREETING};
	char *text, *line;
	bool is_good;

	if (!take_status(&p, end, &ev.status) || ev.status == GUARD_NO ||
	    ev.status == GUARD_BAD)
		return refuse(
		    error, PF_ERROR_PROTOCOL, "does not greet as an IMAP server");
	text = take_text(g, p, end);
	g->is_greeted = true;
	ev.text = text;
	line = g_strdup_printf(
	    "* %s %s\r\n", ev.status == GUARD_PREAUTH ? "PREAUTH" : "OK", text);
	emit(out, line);
	is_good = report(g, &ev, error);
	g_free(line);
	g_free(text);
	return is_good;
}

/* STATUS in one line, without a literal: where it ends is certain, whatever is in it. Cyrus 3.6 has bytes of
 * freed memory in it, of a mailbox that has just been renamed. */
static bool
is_lone_status(const char *p, const char *end)
{
	return is_word(p, end, "STATUS") && memchr(p, '\n', (size_t)(end - p)) == NULL;
}

/* "SEQ FETCH ..." with a streamed body: its start went out when the literal began. */
static bool
on_data(struct guard *g, char *p, const char *end, GByteArray *out, GError **error)
{
	struct guard_event ev = {.kind = GUARD_DATA, .text = "", .has_body = g->has_body};
	bool may_ignore = is_lone_status(p, end);

	if (!imap_tokens_parse(&g->tokens, p, (size_t)(end - p)))
		return may_ignore || refuse(error, PF_ERROR_PROTOCOL,
					 "sent a response that is malformed or nested too deep");
	if (g->has_body)
		emit(out, ")\r\n");
	return report(g, &ev, error);
}

static bool
on_untagged(struct guard *g, char *p, const char *end, GByteArray *out, GError **error)
{
	struct guard_event ev = {.kind = GUARD_STATUS};
	char *text;
	bool is_good;

	if (is_word(p, end, "BYE"))
		return on_bye(g, p, end, error);
	if (!g->is_greeted)
		return on_greeting(g, p, end, out, error);
	if (!take_status(&p, end, &ev.status))
		return on_data(g, p, end, out, error);
	text = take_text(g, p, end);
	ev.text = text;
	is_good = ev.status == GUARD_PREAUTH || report(g, &ev, error);
	g_free(text);
	return is_good;
}

static bool
on_tagged(struct guard *g, char *p, const char *end, GByteArray *out, GError **error)
{
	struct guard_event ev = {.kind = GUARD_TAGGED};
	const char *space = memchr(p, ' ', (size_t)(end - p));
	struct imap_token tag = {
	    IMAP_TOKEN_ATOM, p, space != NULL ? (size_t)(space - p) : 0, 0};
	guint64 number;
	char *text, *line;
	bool is_good;

	if (!g->is_greeted || !imap_token_number(&tag, G_MAXINT32, &number))
		return refuse(
		    error, PF_ERROR_PROTOCOL, "sent a line that is no IMAP response");
	p += tag.len + 1;
	if (!take_status(&p, end, &ev.status) || ev.status == GUARD_PREAUTH)
		return refuse(
		    error, PF_ERROR_PROTOCOL, "sent a result that is no IMAP response");
	ev.tag = (guint32)number;
	text = take_text(g, p, end);
	ev.text = text;
	line =
	    g_strdup_printf("%u %s %s\r\n", ev.tag, status_words[ev.status].word, text);
	emit(out, line);
	is_good = report(g, &ev, error);
	g_free(line);
	g_free(text);
	return is_good;
}

static void
on_continuation(const char *p, const char *end, GByteArray *out)
{
	emit(out, "+ ");
	for (; p < end; p++)
		if (g_ascii_isprint(*p))
			g_byte_array_append(out, (const guint8 *)p, 1);
	emit(out, "\r\n");
}

/* A whole response without its last line end. */
static bool
on_response(struct guard *g, GByteArray *out, GError **error)
{
	char *p = g->response->str, *end = p + g->response->len;
	bool is_good = true;

	if (g_str_has_prefix(p, "* "))
		is_good = on_untagged(g, p + 2, end, out, error);
	else if (*p == '+' && (p + 1 == end || p[1] == ' ') && g->is_greeted)
		on_continuation(p + 1 + (p + 1 < end), end, out);
	else
		is_good = on_tagged(g, p, end, out, error);
	g_string_truncate(g->response, 0);
	g->line_start = 0;
	g->total = 0;
	g->has_body = false;
	return is_good;
}

/* Does the current line end in "{n}"? Only untagged data can: text may end so by chance.
 */
static bool
ends_in_literal(const struct guard *g, size_t *brace_out)
{
	const char *p = g->response->str;
	const char *line_end = p + g->response->len;
	const char *q = line_end - 1, *digits;
	char *word = g->response->str + 2;
	enum guard_status status;

	if (!g_str_has_prefix(p, "* ") || take_status(&word, line_end, &status) ||
	    is_word(p + 2, line_end, "BYE") || g->response->len <= g->line_start ||
	    *q != '}')
		return false;
	q--;
	if (q > p && *q == '+')
		q--;
	digits = q;
	while (q > p + g->line_start && g_ascii_isdigit(*q))
		q--;
	*brace_out = (size_t)(q - p);
	return q < digits && *q == '{';
}

/* "* 12 FETCH (... BODY[] " or BODY[HEADER...] before the brace: a literal that is
 * streamed. */
static bool
is_body(const struct guard *g, size_t brace)
{
	char *head = g_strndup(g->response->str, brace);
	char *open = strrchr(head, '[');
	bool is_fetch = false, is_name;

	if (g->line_start == 0) {
		const char *p = head + 2;
		while (g_ascii_isdigit(*p))
			p++;
		is_fetch = p > head + 2 && g_ascii_strncasecmp(p, " FETCH (", 8) == 0;
	}
	is_name = open != NULL && open - head >= 4 &&
		  g_ascii_strncasecmp(open - 4, "BODY", 4) == 0 &&
		  g_str_has_suffix(open, "] ") && strchr(open, ']') == strrchr(open, ']');
	g_free(head);
	return is_fetch && is_name;
}

/* Let a body through: libetpan gets a FETCH of its own with nothing but the literal in
 * it. */
static bool
begin_body(struct guard *g, size_t brace, GByteArray *out, GError **error)
{
	char *head =
	    g_strdup_printf("* 1 FETCH (BODY[] {%" G_GUINT64_FORMAT "}\r\n", g->left);

	emit(out, head);
	g_free(head);
	g->has_body = true;
	g->state = IN_BODY;
	g_string_truncate(g->response, brace);
	g_string_append(g->response, "\"\""); /* stands for it among the tokens */
	return g->handler.on_body == NULL ||
	       g->handler.on_body(g->handler.user, g->left, error);
}

static bool
begin_literal(struct guard *g, size_t brace, GByteArray *out, GError **error)
{
	guint64 n = 0;

	for (const char *p = g->response->str + brace + 1; g_ascii_isdigit(*p); p++) {
		n = n * 10 + (guint64)(*p - '0');
		if (n > LIMIT_LITERAL)
			return refuse(error, PF_ERROR_LIMIT,
			    "announced a literal that is too large");
	}
	g->left = n;
	if (!g->has_body && is_body(g, brace))
		return begin_body(g, brace, out, error);
	if (n > LIMIT_KEPT_LITERAL)
		return refuse(
		    error, PF_ERROR_LIMIT, "sent a long text where a short one belongs");
	g_string_append(g->response, "\r\n");
	g->state = IN_KEPT;
	return true;
}

/* The line is complete: strip its end, look for a literal. */
static bool
end_line(struct guard *g, GByteArray *out, GError **error)
{
	size_t brace;

	if (g->response->len > g->line_start &&
	    g->response->str[g->response->len - 1] == '\r')
		g_string_truncate(g->response, g->response->len - 1);
	if (ends_in_literal(g, &brace))
		return begin_literal(g, brace, out, error);
	return on_response(g, out, error);
}

static bool
feed_line(struct guard *g, const char *in, size_t len, size_t *used_out, GByteArray *out,
    GError **error)
{
	const char *lf = memchr(in, '\n', len);
	size_t n = lf != NULL ? (size_t)(lf - in) : len;
	size_t start = g->response->len;

	*used_out = lf != NULL ? n + 1 : n;
	if (g->response->len + n > LIMIT_SERVER_LINE)
		return refuse(error, PF_ERROR_LIMIT, "sent a line without end");
	g_string_append_len(g->response, in, (gssize)n);
	for (char *p = g->response->str + start; (p = memchr(p, '\0', n)) != NULL; p++) {
		*p = '?';
		n = g->response->len - (size_t)(p + 1 - g->response->str);
	}
	return lf == NULL || end_line(g, out, error);
}

static size_t
feed_literal(struct guard *g, const char *in, size_t len, GByteArray *out)
{
	size_t n = (size_t)MIN((guint64)len, g->left);

	if (g->state == IN_BODY)
		g_byte_array_append(out, (const guint8 *)in, (guint)n);
	else
		g_string_append_len(g->response, in, (gssize)n);
	g->left -= n;
	return n;
}

bool
guard_feed(void *state, const char *in, size_t len, size_t *used_out, GByteArray *out,
    GError **error)
{
	struct guard *g = state;
	size_t used = 0;

	*used_out = 0;
	while (used < len && out->len == 0) {
		size_t n = 0;

		if (g->state != IN_LINE)
			n = feed_literal(g, in + used, len - used, out);
		else if (!feed_line(g, in + used, len - used, &n, out, error))
			return false;
		used += n;
		g->total += n;
		if (g->total > LIMIT_SERVER_RESPONSE)
			return refuse(
			    error, PF_ERROR_LIMIT, "sent a response without end");
		if (g->state != IN_LINE && g->left == 0) {
			g->state = IN_LINE;
			g->line_start =
			    g->response->len; /* what the literal held is no syntax */
		}
	}
	*used_out = used;
	return true;
}
