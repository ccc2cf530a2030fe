/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wire of a POP3 session: commands out, answers in, each bounded in length and time.
 */
#include "net/pop3_private.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/safe_text.h"

#include <stdarg.h>
#include <string.h>

#define COMMAND_MS  90000u /* for a status line; large maildrops are slow to open */
#define STALL_MS    60000u /* in which at least STALL_BYTES of an answer must come */
#define STALL_BYTES 65536
#define QUIT_MS	    30000u /* the server deletes now */
#define WINDOW	    200 /* commands under way: 2 kB, which every socket takes at once */

static bool
stream_failed(struct pop3 *s, GError **error)
{
	s->is_broken = true;
	return transport_lost(s->t, error);
}

bool
pop3_write(struct pop3 *s, const char *bytes, size_t len, GError **error)
{
	return (!s->is_broken && transport_write(s->t, bytes, len)) || stream_failed(s, error);
}

bool
pop3_command(struct pop3 *s, GError **error, const char *format, ...)
{
	va_list args;
	char *line;
	bool is_good;

	va_start(args, format);
	line = g_strdup_vprintf(format, args);
	va_end(args);
	is_good = strpbrk(line, "\r\n") == NULL;
	if (!is_good)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "a command for the server holds a line end");
	is_good = is_good &&
	    pop3_write(s, line, strlen(line), error) && pop3_write(s, "\r\n", 2, error);
	explicit_bzero(line, strlen(line)); /* it may have been PASS */
	g_free(line);
	return is_good;
}

bool
pop3_flush(struct pop3 *s, GError **error)
{
	if (s->is_broken || mailstream_flush(s->in.stream) < 0)
		return stream_failed(s, error);
	return true;
}

bool
pop3_has_buffered(const struct pop3 *s)
{
	return line_in_has_buffered(&s->in);
}

static bool
fill(struct pop3 *s, GError **error)
{
	if (line_in_has_buffered(&s->in))
		return true;
	return pop3_flush(s, error) && (line_in_fill(&s->in) || stream_failed(s, error));
}

/* One line into s->in.line, with a ? for each NUL. */
static bool
read_line(struct pop3 *s, GError **error)
{
	enum line_in_status status;

	if (!fill(s, error))
		return false;
	status = line_in_read(&s->in, LIMIT_REPLY_LINE);
	if (status == LINE_IN_LOST)
		return stream_failed(s, error);
	if (status == LINE_IN_ENDLESS) {
		s->is_broken = true;
		return transport_set_error(s->t, PF_ERROR_LIMIT, error,
		    "the server's answer has a line without end");
	}
	for (gsize i = 0; i < s->in.line->len; i++)
		if (s->in.line->str[i] == '\0')
			s->in.line->str[i] = '?';
	return true;
}

bool
pop3_read(struct pop3 *s, struct pop3_reply *out, GError **error)
{
	char *said;

	transport_set_deadline(s->t, COMMAND_MS);
	if (!read_line(s, error))
		return false;
	pop3_reply_parse(s->in.line->str, out);
	if (out->status != POP3_BROKEN)
		return true;
	s->is_broken = true;
	said = safe_text(s->in.line->str, MIN(s->in.line->len, 120), SAFE_TEXT_LINE);
	(void)transport_set_error(s->t, PF_ERROR_PROTOCOL, error,
	    "the server does not speak POP3 here; it says: %s", said);
	g_free(said);
	return false;
}

char *
pop3_said(const struct pop3_reply *reply)
{
	size_t len = strlen(reply->text);

	return len > 0 ? safe_text(reply->text, MIN(len, 500), SAFE_TEXT_LINE)
		       : g_strdup("no reason");
}

bool
pop3_read_lines(struct pop3 *s, size_t max, pop3_line_fn fn, void *user, GError **error)
{
	guint64 left = STALL_BYTES;

	transport_set_deadline(s->t, STALL_MS);
	for (;;) {
		const char *line;

		if (!read_line(s, error))
			return false;
		line = s->in.line->str;
		if (line[0] == '.' && line[1] == '\0')
			return true;
		if (s->in.line->len > max) {
			s->is_broken = true;
			return transport_set_error(
			    s->t, PF_ERROR_LIMIT, error, "the server's answer has no end");
		}
		max -= s->in.line->len;
		if (!fn(user, line[0] == '.' ? line + 1 : line, error)) {
			s->is_broken = true;
			return false;
		}
		if (left <= s->in.line->len) {
			transport_set_deadline(s->t, STALL_MS);
			left = STALL_BYTES;
		} else {
			left -= s->in.line->len;
		}
	}
}

bool
pop3_read_body(struct pop3 *s, pop3_bytes_fn fn, void *user, GError **error)
{
	struct pop3_body body;
	guint64 total = 0, since = 0;

	pop3_body_init(&body, s->in.is_loose);
	transport_set_deadline(s->t, STALL_MS);
	while (!body.is_over) {
		size_t used;

		if (!fill(s, error))
			return false;
		g_byte_array_set_size(s->body, 0);
		used =
		    pop3_body_feed(&body, s->in.wire + s->in.start, s->in.end - s->in.start, s->body);
		s->in.start += used;
		total += s->body->len;
		since += used;
		if (total > LIMIT_LITERAL) {
			s->is_broken = true;
			return transport_set_error(s->t, PF_ERROR_LIMIT, error,
			    "a message is larger than %u MB", LIMIT_LITERAL >> 20);
		}
		if (s->body->len > 0 &&
		    !fn(user, (const char *)s->body->data, s->body->len, error)) {
			s->is_broken = true;
			return false;
		}
		if (since >= STALL_BYTES) {
			transport_set_deadline(s->t, STALL_MS);
			since = 0;
		}
	}
	return true;
}

bool
pop3_quit(struct pop3 *s, GError **error)
{
	struct pop3_reply reply;
	char *said;

	if (!pop3_command(s, error, "QUIT") || !pop3_flush(s, error))
		return false;
	transport_set_deadline(s->t, QUIT_MS);
	if (!read_line(s, error))
		return false;
	pop3_reply_parse(s->in.line->str, &reply);
	s->is_broken = true;
	if (reply.status == POP3_OK)
		return true;
	said = pop3_said(&reply);
	(void)transport_set_error(s->t, PF_ERROR_TEMPORARY, error,
	    "the server did not delete all that it was asked to; it says: %s", said);
	g_free(said);
	return false;
}

const struct pop3_caps *
pop3_caps(const struct pop3 *s)
{
	return &s->caps;
}

bool
pop3_is_late(const struct pop3 *s)
{
	return g_get_monotonic_time() > s->late;
}

unsigned
pop3_window(const struct pop3 *s)
{
	return s->caps.has_pipelining ? WINDOW : 1;
}

void
pop3_counters(const struct pop3 *s, guint64 *received_out, guint64 *turns_out)
{
	guint64 sent;

	transport_counters(s->t, &sent, received_out, turns_out);
}

/* One connection. */
static void *
open_once(const void *user, enum login_binding *binding, GError **error)
{
	const struct session_opts *opts = user;
	struct pop3 *s = g_new0(struct pop3, 1);
	unsigned session_ms =
	    opts->session_ms != 0 ? opts->session_ms : LIMIT_POP3_SESSION_MS;
	struct transport_opts t = login_transport(opts, *binding);

	t.session_ms = session_ms;
	s->opts = *opts;
	s->late = g_get_monotonic_time() + (gint64)session_ms * 1000 / 5 * 4;
	s->binding = s->next_binding = *binding;
	line_in_init(&s->in);
	s->body = g_byte_array_new();
	pop3_caps_init(&s->caps);
	s->t = transport_open(&t, error);
	if (s->t != NULL)
		s->in.stream = transport_stream(s->t);
	if (s->t != NULL && pop3_login(s, error))
		return s;
	*binding = s->next_binding;
	pop3_free(s);
	return NULL;
}

struct pop3 *
pop3_open(const struct session_opts *opts, GError **error)
{
	return login_open(open_once, opts, error);
}

void
pop3_free(struct pop3 *s)
{
	if (s == NULL)
		return;
	transport_free(s->t);
	line_in_fini(&s->in);
	g_byte_array_unref(s->body);
	pop3_caps_fini(&s->caps);
	g_free(s->timestamp);
	g_free(s);
}
