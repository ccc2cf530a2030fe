/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sieve.c - the wire of a ManageSieve session, and its commands. Every answer is bounded in length and time. */
#include "net/sieve_private.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/safe_text.h"

#include <string.h>

#define COMMAND_MS 60000u

static bool
stream_failed(struct sieve *s, GError **error)
{
	s->is_broken = true;
	return transport_lost(s->t, error);
}

static bool
broken(struct sieve *s, GError **error)
{
	s->is_broken = true;
	return transport_set_error(s->t, PF_ERROR_PROTOCOL, error, "the server does not speak ManageSieve here");
}

char *
sieve_said(const struct sieve_reply *r)
{
	const char *said = r->end.said;

	return said != NULL && *said != '\0' ? safe_text(said, MIN(strlen(said), 500), SAFE_TEXT_LINE)
					      : g_strdup("no reason");
}

/* --- out --- */

bool
sieve_send(struct sieve *s, const char *bytes, size_t len, GError **error)
{
	transport_set_deadline(s->t, COMMAND_MS);
	return (!s->is_broken && transport_write(s->t, bytes, len) && mailstream_flush(s->in.stream) >= 0) ||
	    stream_failed(s, error);
}

/* --- in --- */

bool
sieve_has_buffered(const struct sieve *s)
{
	return line_in_has_buffered(&s->in);
}

/* A line into s->in.line. */
static bool
read_line(struct sieve *s, GError **error)
{
	enum line_in_status status = s->is_broken ? LINE_IN_LOST : line_in_read(&s->in, LIMIT_REPLY_LINE);

	if (status == LINE_IN_LOST)
		return stream_failed(s, error);
	return status == LINE_IN_WHOLE || broken(s, error);
}

static bool
read_literal(struct sieve *s, size_t len, GPtrArray *tokens, GError **error)
{
	GString *bytes = g_string_new(NULL);

	while (bytes->len < len) {
		size_t n;

		if (!line_in_fill(&s->in)) {
			g_string_free(bytes, TRUE);
			return stream_failed(s, error);
		}
		n = MIN(s->in.end - s->in.start, len - bytes->len);
		g_string_append_len(bytes, s->in.wire + s->in.start, (gssize)n);
		s->in.start += n;
	}
	sieve_reply_literal(bytes->str, bytes->len, tokens);
	g_string_free(bytes, TRUE);
	return true;
}

/* One line with its literals; NULL with error. */
static GPtrArray *
read_tokens(struct sieve *s, size_t *left, GError **error)
{
	GPtrArray *tokens = sieve_tokens_new();
	gint64 literal = 0;

	while (literal >= 0) {
		bool is_good = read_line(s, error);

		if (is_good && (!sieve_reply_feed(s->in.line->str, s->in.line->len, tokens, &literal) || s->in.line->len > *left))
			is_good = broken(s, error);
		if (is_good) {
			*left -= s->in.line->len;
			if (literal > LIMIT_SIEVE_SCRIPT)
				is_good = transport_set_error(s->t, PF_ERROR_LIMIT, error, "a script is larger than %u kB",
				    LIMIT_SIEVE_SCRIPT >> 10);
			else if (literal > (gint64)*left)
				is_good = broken(s, error);
			else if (literal >= 0)
				is_good = read_literal(s, (size_t)literal, tokens, error);
		}
		if (!is_good) {
			s->is_broken = true;
			g_ptr_array_unref(tokens);
			return NULL;
		}
		*left -= literal > 0 ? (size_t)literal : 0;
	}
	return tokens;
}

void
sieve_reply_clear(struct sieve_reply *r)
{
	g_clear_pointer(&r->lines, g_ptr_array_unref);
	g_clear_pointer(&r->last, g_ptr_array_unref);
}

static const struct sieve_token *
token_at(const GPtrArray *line, guint i, enum sieve_kind kind)
{
	const struct sieve_token *t = i < line->len ? line->pdata[i] : NULL;

	return t != NULL && t->kind == kind ? t : NULL;
}

bool
sieve_read_line(struct sieve *s, struct sieve_reply *r, GError **error)
{
	size_t left = LIMIT_REPLY_TOTAL + LIMIT_SIEVE_SCRIPT;

	sieve_reply_clear(r);
	transport_set_deadline(s->t, COMMAND_MS);
	r->last = read_tokens(s, &left, error);
	if (r->last == NULL)
		return false;
	sieve_reply_end(r->last, &r->end);
	return true;
}

bool
sieve_read(struct sieve *s, struct sieve_reply *r, GError **error)
{
	size_t left = LIMIT_REPLY_TOTAL + LIMIT_SIEVE_SCRIPT;

	sieve_reply_clear(r);
	r->lines = g_ptr_array_new_with_free_func((GDestroyNotify)g_ptr_array_unref);
	transport_set_deadline(s->t, COMMAND_MS);
	for (;;) {
		r->last = read_tokens(s, &left, error);
		if (r->last == NULL)
			return false;
		sieve_reply_end(r->last, &r->end);
		if (r->end.status != SIEVE_GOES_ON)
			return true;
		if (token_at(r->last, 0, SIEVE_STRING) == NULL)
			return broken(s, error);
		g_ptr_array_add(r->lines, g_steal_pointer(&r->last));
		if (r->lines->len > LIMIT_SIEVE_TOKENS)
			return broken(s, error);
	}
}

/* --- commands --- */

static void
add_string(GString *out, const char *bytes, size_t len)
{
	g_string_append_c(out, ' ');
	sieve_reply_quote(out, bytes, len);
}

/* A command, its strings, its answer. False with error when the wire failed; a NO is an answer. */
static bool
ask(struct sieve *s, const char *command, const char *name, GBytes *script, struct sieve_reply *r, GError **error)
{
	GString *line = g_string_new(command);
	bool is_good;

	if (name != NULL)
		add_string(line, name, strlen(name));
	if (script != NULL) {
		gsize len;
		const char *bytes = g_bytes_get_data(script, &len);

		add_string(line, bytes != NULL ? bytes : "", len);
	}
	g_string_append(line, "\r\n");
	is_good = sieve_send(s, line->str, line->len, error) && sieve_read(s, r, error);
	g_string_free(line, TRUE);
	return is_good;
}

/* The code may be followed by more, as in QUOTA/MAXSIZE. */
static bool
has_code(const struct sieve_reply *r, const char *code)
{
	return r->end.code != NULL && g_ascii_strncasecmp(r->end.code, code, strlen(code)) == 0;
}

static bool
refused(const struct sieve *s, const struct sieve_reply *r, const char *what, GError **error)
{
	char *said = sieve_said(r);
	int code = has_code(r, "NONEXISTENT") ? PF_ERROR_NOT_FOUND
	    : has_code(r, "TRYLATER") || r->end.status == SIEVE_BYE ? PF_ERROR_TEMPORARY
								    : PF_ERROR_DATA;

	(void)transport_set_error(s->t, code, error, "the server refuses to %s; it says: %s", what, said);
	g_free(said);
	return false;
}

static bool
do_simply(struct sieve *s, const char *command, const char *name, const char *what, GError **error)
{
	struct sieve_reply r = {0};
	bool is_good = ask(s, command, name, NULL, &r, error) &&
	    (r.end.status == SIEVE_OK || refused(s, &r, what, error));

	sieve_reply_clear(&r);
	return is_good;
}

GPtrArray *
sieve_list(struct sieve *s, char **active_out, GError **error)
{
	struct sieve_reply r = {0};
	GPtrArray *names = NULL;

	*active_out = NULL;
	if (ask(s, "LISTSCRIPTS", NULL, NULL, &r, error) &&
	    (r.end.status == SIEVE_OK || refused(s, &r, "list its scripts", error))) {
		names = g_ptr_array_new_with_free_func(g_free);
		for (guint i = 0; i < r.lines->len; i++) {
			const struct sieve_token *name = token_at(r.lines->pdata[i], 0, SIEVE_STRING);
			const struct sieve_token *mark = token_at(r.lines->pdata[i], 1, SIEVE_ATOM);
			char *text = name != NULL ? g_utf8_make_valid(name->text->str, (gssize)name->text->len) : NULL;

			if (text != NULL && mark != NULL && *active_out == NULL &&
			    g_ascii_strcasecmp(mark->text->str, "ACTIVE") == 0)
				*active_out = g_strdup(text);
			if (text != NULL)
				g_ptr_array_add(names, text);
		}
	}
	sieve_reply_clear(&r);
	return names;
}

GBytes *
sieve_get(struct sieve *s, const char *name, GError **error)
{
	struct sieve_reply r = {0};
	GBytes *script = NULL;

	if (ask(s, "GETSCRIPT", name, NULL, &r, error) &&
	    (r.end.status == SIEVE_OK || refused(s, &r, "give the script", error))) {
		const struct sieve_token *text = r.lines->len > 0 ? token_at(r.lines->pdata[0], 0, SIEVE_STRING) : NULL;

		if (text != NULL)
			script = g_bytes_new(text->text->str, text->text->len);
		else
			(void)broken(s, error);
	}
	sieve_reply_clear(&r);
	return script;
}

bool
sieve_put(struct sieve *s, const char *name, GBytes *script, char **said_out, GError **error)
{
	struct sieve_reply r = {0};
	bool is_kept = ask(s, name != NULL ? "PUTSCRIPT" : "CHECKSCRIPT", name, script, &r, error);
	bool is_heard = is_kept;

	*said_out = NULL;
	is_kept = is_heard && r.end.status == SIEVE_OK;
	/* a NO with a code is about room or time; without, about the script */
	if (is_heard && !is_kept && (r.end.code != NULL || r.end.status == SIEVE_BYE))
		(void)refused(s, &r, name != NULL ? "keep the script" : "look at the script", error);
	else if (is_heard && r.end.said != NULL && (!is_kept || has_code(&r, "WARNINGS")))
		*said_out = g_strdup(r.end.said);
	sieve_reply_clear(&r);
	return is_kept;
}

bool
sieve_activate(struct sieve *s, const char *name, GError **error)
{
	return do_simply(s, "SETACTIVE", name, *name != '\0' ? "run the script" : "run no script", error);
}

bool
sieve_delete(struct sieve *s, const char *name, GError **error)
{
	return do_simply(s, "DELETESCRIPT", name, "delete the script", error);
}

const char *
sieve_extensions(const struct sieve *s)
{
	return s->extensions != NULL ? s->extensions : "";
}

/* --- open, close --- */

static void *
open_once(const void *user, enum login_binding *binding, GError **error)
{
	const struct session_opts *opts = user;
	struct sieve *s = g_new0(struct sieve, 1);
	struct transport_opts t = login_transport(opts, *binding);

	s->opts = *opts;
	s->binding = s->next_binding = *binding;
	line_in_init(&s->in);
	s->offered = g_ptr_array_new_with_free_func(g_free);
	s->t = transport_open(&t, error);
	if (s->t != NULL)
		s->in.stream = transport_stream(s->t);
	if (s->t != NULL && sieve_login(s, error))
		return s;
	*binding = s->next_binding;
	s->is_broken = true;
	sieve_free(s);
	return NULL;
}

struct sieve *
sieve_open(const struct session_opts *opts, GError **error)
{
	return login_open(open_once, opts, error);
}

void
sieve_free(struct sieve *s)
{
	if (s == NULL)
		return;
	if (!s->is_broken)
		(void)do_simply(s, "LOGOUT", NULL, "say goodbye", NULL); /* all is done by then */
	transport_free(s->t);
	line_in_fini(&s->in);
	g_ptr_array_unref(s->offered);
	g_free(s->extensions);
	g_free(s);
}
