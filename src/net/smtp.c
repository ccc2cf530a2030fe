/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp.c - the session's wire: commands out, replies in, each bounded in length and time.
 */
#include "net/smtp_private.h"

#include "base/error.h"
#include "base/limits.h"

#include <stdarg.h>
#include <string.h>

#define QUIT_MS 2000

static bool
stream_failed(struct smtp *s, GError **error)
{
	s->is_broken = true;
	return transport_lost(s->t, error);
}

bool
smtp_write(struct smtp *s, const char *bytes, size_t len, GError **error)
{
	return (!s->is_broken && transport_write(s->t, bytes, len)) || stream_failed(s, error);
}

bool
smtp_flush(struct smtp *s, GError **error)
{
	return (!s->is_broken && mailstream_flush(s->stream) == 0) || stream_failed(s, error);
}

bool
smtp_command(struct smtp *s, GError **error, const char *format, ...)
{
	va_list args;
	char *line;
	bool good;

	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	/* addresses were checked before they were queued; this is the last gate */
	good = strpbrk(line, "\r\n") == NULL;
	if (!good)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    "an address of the letter holds a line end; nothing of it was sent");
	good = good && smtp_write(s, line, strlen(line), error) && smtp_write(s, "\r\n", 2, error);
	g_free(line);
	return good;
}

/* The filter below libetpan: a reply line has a bound, and no NUL gets through. */
static bool
filter_feed(void *state, const char *in, size_t len, size_t *used_out, GByteArray *out,
    GError **error)
{
	struct smtp *s = state;
	size_t i;

	*used_out = len;
	for (i = 0; i < len; i++) {
		guint8 c = in[i] != '\0' ? (guint8)in[i] : (guint8)'?';

		s->line_len = c == '\n' ? 0 : s->line_len + 1;
		if (s->line_len > LIMIT_REPLY_LINE) {
			g_set_error(error, PF_ERROR, PF_ERROR_LIMIT,
			    "%s: the server's answer has a line without end", transport_label(s->t));
			return false;
		}
		g_byte_array_append(out, &c, 1);
	}
	return true;
}

bool
smtp_read(struct smtp *s, GError **error)
{
	GError *cause = NULL;

	smtp_reply_reset(&s->reply);
	while (!s->reply.is_whole) {
		size_t len;

		if (s->is_broken || mailstream_read_line(s->stream, s->line) == NULL)
			return stream_failed(s, error);
		len = s->line->len;
		if (len == 0 || s->line->str[len - 1] != '\n')
			return stream_failed(s, error);
		while (len > 0 &&
		       (s->line->str[len - 1] == '\n' || s->line->str[len - 1] == '\r'))
			len--;
		if (!smtp_reply_feed(&s->reply, s->line->str, len, &cause)) {
			s->is_broken = true;
			(void)transport_set_error(s->t, cause->code, error, "%s", cause->message);
			g_error_free(cause);
			return false;
		}
	}
	s->is_closing = s->is_closing || s->reply.code == 421;
	return true;
}

bool
smtp_turn(struct smtp *s, GError **error)
{
	transport_set_deadline(s->t, SMTP_COMMAND_MS);
	return smtp_flush(s, error) && smtp_read(s, error);
}

/* A cancel does not end the wait for a final reply: it would turn a sent letter into an
 * uncertain one. */
static bool
is_cancelled(void *user)
{
	struct smtp *s = user;

	const struct session_opts *opts = &s->opts.session;

	return s->n_dots == 0 && opts->is_cancelled != NULL && opts->is_cancelled(opts->user);
}

static bool
connect_to(struct smtp *s, GError **error)
{
	const struct smtp_relay *relay = s->opts.relay;
	struct transport_opts opts = login_transport(&s->opts.session, s->binding);

	if (relay != NULL) {
		opts.trust = relay->trust;
		opts.tlsa = relay->tlsa;
		opts.addresses = relay->addresses;
	}
	opts.io_ms = MAX(s->opts.answer_ms, SMTP_COMMAND_MS);
	opts.filter = (struct transport_filter){.feed = filter_feed, .state = s};
	opts.is_cancelled = is_cancelled;
	opts.cancel_user = s;
	s->t = transport_open(&opts, error);
	if (s->t == NULL)
		return false;
	s->stream = transport_stream(s->t);
	return true;
}

/* One connection. */
static void *
open_once(const void *opts, enum login_binding *binding, GError **error)
{
	struct smtp *s = g_new0(struct smtp, 1);

	s->opts = *(const struct smtp_opts *)opts;
	if (s->opts.answer_ms == 0)
		s->opts.answer_ms = SMTP_DOT_MS;
	s->binding = s->next_binding = *binding;
	s->line = mmap_string_new("");
	smtp_caps_init(&s->caps);
	smtp_reply_init(&s->reply);
	if (connect_to(s, error) && smtp_login(s, error))
		return s;
	*binding = s->next_binding;
	s->is_broken = true;
	smtp_close(s);
	return NULL;
}

struct smtp *
smtp_open(const struct smtp_opts *opts, GError **error)
{
	return login_open(open_once, opts, error);
}

const struct smtp_caps *
smtp_caps(const struct smtp *s)
{
	return &s->caps;
}

const char *
smtp_tls_name(const struct smtp *s)
{
	return transport_tls_name(s->t);
}

const char *
smtp_host(const struct smtp *s)
{
	return s->opts.session.server->host;
}

void
smtp_close(struct smtp *s)
{
	if (s == NULL)
		return;
	if (s->t != NULL && !s->is_broken && !s->is_closing) {
		transport_set_deadline(s->t, QUIT_MS);
		/* what it answers changes nothing */
		if (smtp_command(s, NULL, "QUIT"))
			(void)smtp_flush(s, NULL);
	}
	transport_free(s->t);
	mmap_string_free(s->line);
	smtp_caps_fini(&s->caps);
	smtp_reply_fini(&s->reply);
	g_free(s);
}

void
smtp_forget(struct smtp *s)
{
	s->is_broken = true;
	transport_forget(s->t);
	smtp_close(s);
}

void
smtp_letter_clear(struct smtp_letter *letter)
{
	size_t i;

	for (i = 0; i < letter->n_recipients; i++) {
		g_free(letter->recipients[i].reply);
		letter->recipients[i].reply = NULL;
	}
}
