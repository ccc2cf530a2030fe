/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The session: a queue of commands over libetpan's stream, tags and result parser.
 *
 * The guard reports every response in wire order and in step with what libetpan reads;
 * the queue gives each to the command it belongs to. Bodies come through libetpan's body
 * handler. */
#include "net/imap.h"

#include "net/imap_session.h"

#include "base/error.h"
#include "base/limits.h"

#include <string.h>

#define QUEUE_BYTES 24576 /* TCP buffers are 64 kB and more */
#define RESULT_MS (20 * 60 * 1000u) /* a result, or a body of 256 MB on a slow line */

struct pending {
	guint32 tag;
	size_t len;
	struct imap_command command;
};

bool
imap_fail(struct imap *s, const char *fallback, GError **error)
{
	const GError *why = transport_error(s->transport);

	if (s->error != NULL) {
		g_propagate_error(error, s->error);
		s->error = NULL;
	} else if (why != NULL) {
		g_propagate_error(error, g_error_copy(why));
	} else {
		g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL, "%s: %s",
		    transport_label(s->transport), fallback);
	}
	transport_cancel(s->transport); /* out of step: nothing more can be understood */
	return false;
}

void
imap_forget_capabilities(struct imap *s)
{
	g_hash_table_remove_all(s->capabilities);
	s->has_capabilities = false;
}

/* "CAPABILITY a b c", as data or as a code. Others are left alone. */
static void
note_capabilities(struct imap *s, const struct imap_tokens *tokens)
{
	if (!imap_token_is(imap_tokens_at(tokens, 0), "CAPABILITY"))
		return;
	g_hash_table_remove_all(s->capabilities);
	for (size_t i = 1; i < imap_tokens_n(tokens); i++) {
		char *name = imap_token_text(imap_tokens_at(tokens, i));
		if (name != NULL)
			g_hash_table_add(s->capabilities, g_ascii_strup(name, -1));
		g_free(name);
	}
	s->has_capabilities = true;
}

/* "ENABLED a b c" */
static void
note_enabled(struct imap *s, const struct guard_event *ev)
{
	if (ev->kind != GUARD_DATA ||
	    !imap_token_is(imap_tokens_at(ev->tokens, 0), "ENABLED"))
		return;
	for (size_t i = 1; i < imap_tokens_n(ev->tokens); i++) {
		char *name = imap_token_text(imap_tokens_at(ev->tokens, i));
		if (name != NULL)
			g_hash_table_add(s->enabled, g_ascii_strup(name, -1));
		g_free(name);
	}
}

static struct pending *
find_tag(struct imap *s, guint32 tag)
{
	for (GList *l = s->queue.head; l != NULL; l = l->next)
		if (((struct pending *)l->data)->tag == tag)
			return l->data;
	return NULL;
}

/* The result of a command that libetpan sent itself (STARTTLS, LOGIN) has no entry in the
 * queue. */
static bool
on_tagged(struct imap *s, const struct guard_event *ev, GError **error)
{
	struct pending *p = find_tag(s, ev->tag);
	bool is_good = true;

	s->last_status = ev->status;
	g_free(s->last_text);
	s->last_text = g_strdup(ev->text);
	s->is_last_temporary =
	    imap_token_is(imap_tokens_at(ev->tokens, 0), "UNAVAILABLE") ||
	    imap_token_is(imap_tokens_at(ev->tokens, 0), "INUSE");
	s->is_last_credential =
	    imap_token_is(imap_tokens_at(ev->tokens, 0), "AUTHENTICATIONFAILED");
	if (p == NULL)
		return true;
	s->etpan->imap_tag =
	    (int)ev->tag; /* libetpan compares it with what it reads next */
	g_queue_remove(&s->queue, p);
	s->queued -= p->len;
	if (p->command.on_done != NULL) {
		is_good = p->command.on_done(p->command.user, ev, error);
	} else if (ev->status != GUARD_OK) {
		is_good = false;
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "the server refused a command; it says: %s", ev->text);
	}
	g_free(p);
	return is_good;
}

static bool
on_event(void *user, const struct guard_event *ev, GError **error)
{
	struct imap *s = user;
	const struct pending *p = g_queue_peek_head(&s->queue);

	note_capabilities(s, ev->tokens);
	note_enabled(s, ev);
	if (s->is_waiting && ev->kind == GUARD_DATA)
		s->is_woken = true;
	if (s->is_logged_in && !s->is_bounded)
		transport_set_deadline(s->transport, RESULT_MS);
	if (ev->kind == GUARD_TAGGED)
		return on_tagged(s, ev, error);
	if (ev->kind == GUARD_GREETING || p == NULL || p->command.on_data == NULL)
		return true; /* RFC 3501 5.2: unasked data may come at any time */
	return p->command.on_data(p->command.user, ev, error);
}

static bool
on_body(void *user, guint64 len, GError **error)
{
	struct imap *s = user;
	const struct pending *p = g_queue_peek_head(&s->queue);

	if (p != NULL && p->command.on_body != NULL)
		return p->command.on_body(p->command.user, len, error);
	g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL,
	    "the server sent a message that was not asked for; the connection was "
	    "closed");
	return false;
}

/* libetpan's body handler. */
static bool
on_bytes(int type, struct mailimap_msg_att_body_section *section, const char *bytes,
    size_t len, void *user)
{
	struct imap *s = user;
	const struct pending *p = g_queue_peek_head(&s->queue);

	(void)type;
	(void)section;
	if (p == NULL || p->command.on_bytes == NULL)
		return true;
	return p->command.on_bytes(p->command.user, bytes, len, &s->error);
}

bool
imap_write(struct imap *s, const char *bytes, size_t len, GError **error)
{
	return transport_write(s->transport, bytes, len) || imap_fail(s, "cannot send", error);
}

bool
imap_flush(struct imap *s, GError **error)
{
	if (s->is_logged_in && !s->is_bounded)
		transport_set_deadline(s->transport, RESULT_MS);
	return mailstream_flush(s->etpan->imap_stream) == 0 ||
	       imap_fail(s, "cannot send", error);
}

bool
imap_submit_open(
    struct imap *s, const struct imap_command *command, const char *text, GError **error)
{
	struct pending *p;

	if (strpbrk(text, "\r\n") != NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    "%s: a value with a line end cannot be sent",
		    transport_label(s->transport));
		return false;
	}
	transport_turn(s->transport, s->queue.length == 0);
	/* results set libetpan's counter back to their own tag: go on from the newest */
	s->etpan->imap_tag = MAX(s->newest_tag, s->etpan->imap_tag);
	if (mailimap_send_current_tag(s->etpan) != MAILIMAP_NO_ERROR)
		return imap_fail(s, "cannot send", error);
	s->newest_tag = s->etpan->imap_tag;
	p = g_new0(struct pending, 1);
	p->tag = (guint32)s->newest_tag;
	p->command = *command;
	p->len = strlen(text);
	s->queued += p->len;
	g_queue_push_tail(&s->queue, p);
	return imap_write(s, text, strlen(text), error);
}

bool
imap_submit(
    struct imap *s, const struct imap_command *command, const char *text, GError **error)
{
	return imap_submit_open(s, command, text, error) && imap_write(s, "\r\n", 2, error);
}

/* Read one result of the server, and with it all data that stands before it. */
static bool
read_result(struct imap *s, GError **error)
{
	struct mailimap_response *response = NULL;
	int r;

	if (mailimap_read_line(s->etpan) == NULL)
		return imap_fail(s, "the connection broke", error);
	r = mailimap_parse_response(s->etpan, &response);
	if (r == MAILIMAP_NO_ERROR)
		mailimap_response_free(response);
	if (s->error != NULL)
		return imap_fail(s, "", error);
	/* PROTOCOL also stands for a BAD result, which has been handled by its command */
	if (r == MAILIMAP_NO_ERROR ||
	    (r == MAILIMAP_ERROR_PROTOCOL && s->last_status == GUARD_BAD))
		return true;
	return imap_fail(s, "the server's answer was not understood", error);
}

bool
imap_drain(struct imap *s, unsigned n, GError **error)
{
	if (g_queue_get_length(&s->queue) <= n)
		return true;
	if (!imap_flush(s, error))
		return false;
	while (g_queue_get_length(&s->queue) > n)
		if (!read_result(s, error))
			return false;
	return true;
}

bool
imap_make_room(struct imap *s, GError **error)
{
	if (s->queued < QUEUE_BYTES)
		return true;
	if (!imap_flush(s, error))
		return false;
	while (s->queued > QUEUE_BYTES / 2)
		if (!read_result(s, error))
			return false;
	return true;
}

int
imap_read_turn(struct imap *s, char **text_out, GError **error)
{
	struct mailimap_response *response = NULL;
	const char *line;
	int r;

	*text_out = NULL;
	if (!imap_flush(s, error))
		return -1;
	line = mailimap_read_line(s->etpan);
	if (line == NULL)
		return imap_fail(s, "the connection broke", error) - 1;
	if (line[0] == '+') {
		*text_out = g_strstrip(g_strdup(line + 1));
		return 1;
	}
	r = mailimap_parse_response(s->etpan, &response);
	if (r == MAILIMAP_NO_ERROR)
		mailimap_response_free(response);
	if (s->error == NULL && (r == MAILIMAP_NO_ERROR || s->last_status == GUARD_BAD))
		return 0;
	return imap_fail(s, "the server's answer was not understood", error) - 1;
}

/* user is a bool that takes whether it was OK. */
static bool
on_compressed(void *user, const struct guard_event *ev, GError **error)
{
	bool *is_ok = user;

	(void)error;
	*is_ok = ev->status == GUARD_OK;
	return true;
}

bool
imap_compress(struct imap *s, GError **error)
{
	bool is_ok = false;
	struct imap_command command = {.on_done = on_compressed, .user = &is_ok};

	if (!imap_has(s, "COMPRESS=DEFLATE") || transport_is_compressed(s->transport))
		return true;
	if (!imap_drain(s, 0, error) || !imap_submit(s, &command, "COMPRESS DEFLATE", error) ||
	    !imap_drain(s, 0, error))
		return false;
	if (is_ok)
		transport_compress(s->transport);
	return true;
}

gint64
imap_round_trip_us(const struct imap *s)
{
	return transport_round_trip_us(s->transport);
}

unsigned
imap_pending(const struct imap *s)
{
	return s->queue.length;
}

bool
imap_has(const struct imap *s, const char *capability)
{
	char *upper = g_ascii_strup(capability, -1);
	bool has = g_hash_table_contains(s->capabilities, upper);

	g_free(upper);
	return has;
}

static gint
compare_names(gconstpointer a, gconstpointer b)
{
	return strcmp(a, b);
}

char *
imap_capabilities(const struct imap *s)
{
	GList *names = g_list_sort(g_hash_table_get_keys(s->capabilities), compare_names);
	GString *text = g_string_new(NULL);

	for (GList *l = names; l != NULL; l = l->next)
		g_string_append_printf(text, "%s%s", text->len > 0 ? " " : "", (const char *)l->data);
	g_list_free(names);
	return g_string_free(text, FALSE);
}

bool
imap_is_enabled(const struct imap *s, const char *capability)
{
	return g_hash_table_contains(s->enabled, capability);
}

void
imap_counters(const struct imap *s, guint64 *received_out, guint64 *turns_out)
{
	guint64 sent;

	transport_counters(s->transport, &sent, received_out, turns_out);
}

const char *
imap_label(const struct imap *s)
{
	return transport_label(s->transport);
}

static struct imap *
imap_new(void)
{
	struct imap *s = g_new0(struct imap, 1);
	struct guard_handler handler = {
	    .on_event = on_event, .on_body = on_body, .user = s};

	s->guard = guard_new(&handler);
	s->capabilities = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	s->enabled = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	g_queue_init(&s->queue);
	s->etpan = mailimap_new(0, NULL);
	if (s->etpan == NULL)
		g_error("out of memory");
	mailimap_set_msg_body_handler(s->etpan, on_bytes, s);
	return s;
}

/* What another connection would have to do otherwise. */
enum other_way { NO_OTHER, REBOUND, STEPWISE };

static enum other_way
other_way(const struct imap *s, const GError *why)
{
	bool is_odd = g_error_matches(why, PF_ERROR, PF_ERROR_TIMEOUT) ||
		      g_error_matches(why, PF_ERROR, PF_ERROR_TEMPORARY) ||
		      g_error_matches(why, PF_ERROR, PF_ERROR_PROTOCOL);

	if (s->next_binding > s->binding)
		return REBOUND;
	return s->has_gone_ahead && is_odd && !s->is_last_temporary ? STEPWISE : NO_OTHER;
}

/* One connection. */
static struct imap *
open_once(const struct session_opts *opts, enum login_binding *binding, bool is_stepwise,
    enum other_way *other_out, GError **error)
{
	struct imap *s = imap_new();
	struct transport_opts t = login_transport(opts, *binding);
	GError *why = NULL;

	t.filter = (struct transport_filter){guard_feed, s->guard};
	s->binding = s->next_binding = *binding;
	s->is_stepwise = is_stepwise;
	s->transport = transport_open(&t, &why);
	if (s->transport != NULL && imap_login(s, opts, &why))
		return s;
	*other_out = other_way(s, why);
	*binding = s->next_binding;
	imap_free(s);
	g_propagate_error(error, why);
	return NULL;
}

struct imap *
imap_open(const struct session_opts *opts, GError **error)
{
	enum login_binding binding = LOGIN_BOUND;
	bool is_stepwise = false, is_lossy = false;
	struct imap *s;

	for (;;) {
		enum other_way other = NO_OTHER;
		GError *why = NULL;

		s = open_once(opts, &binding, is_stepwise, &other, &why);
		if (s == NULL && (other == REBOUND || (other == STEPWISE && !is_stepwise))) {
			is_stepwise = is_stepwise || other == STEPWISE;
			is_lossy = is_lossy || (other == STEPWISE &&
						   g_error_matches(why, PF_ERROR, PF_ERROR_TIMEOUT));
			g_error_free(why);
			continue;
		}
		if (why != NULL)
			g_propagate_error(error, why);
		else
			s->is_lossy = is_lossy;
		return s;
	}
}

void
imap_free(struct imap *s)
{
	if (s == NULL)
		return;
	if (s->transport != NULL) {
		if (s->is_logged_in && s->queue.length == 0 &&
		    transport_error(s->transport) == NULL &&
		    mailimap_send_current_tag(s->etpan) == MAILIMAP_NO_ERROR &&
		    imap_write(s, "LOGOUT\r\n", 8, NULL))
			(void)mailstream_flush(
			    s->etpan->imap_stream); /* the answer is not awaited */
		transport_cancel(s->transport);
		s->etpan->imap_stream = NULL; /* closed by transport_free() */
	}
	imap_ahead_drop(s);
	mailimap_free(s->etpan);
	transport_free(s->transport);
	guard_free(s->guard);
	g_queue_clear_full(&s->queue, g_free);
	g_hash_table_unref(s->capabilities);
	g_hash_table_unref(s->enabled);
	g_clear_error(&s->error);
	g_free(s->last_text);
	g_free(s);
}
