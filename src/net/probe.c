/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Probing: the few lines before STARTTLS, and whole log-ins by the sessions' own code. */
#include "net/probe.h"

#include "net/imap.h"
#include "net/pop3.h"
#include "net/smtp.h"

#include "base/error.h"

#include <string.h>

#define CONNECT_MS 5000
#define ANSWER_MS  8000
#define ANSWER_MAX 8192 /* bytes before TLS */

/* What stands before TLS: the greeting, commands, and how each answer must begin. */
struct dialogue {
	const char *greeting;
	struct {
		const char *command, *answer;
		const char *more; /* an answer that begins so is not the last line */
	} steps[2];
};

static const struct dialogue dialogues[] = {
    [DISCOVER_IMAP] = {"* OK", {{"a STARTTLS\r\n", "a OK", "* "}}},
    [DISCOVER_POP3] = {"+OK", {{"STLS\r\n", "+OK", NULL}}},
    [DISCOVER_SMTP] = {"220 ",
	{{"EHLO [127.0.0.1]\r\n", "250 ", "250-"}, {"STARTTLS\r\n", "220 ", "220-"}}},
};

/* One byte at a time: nothing behind the answer to STARTTLS may be read with it. */
static bool
read_line(struct transport *t, GString *line, size_t *left, GError **error)
{
	char c = '\0';

	g_string_truncate(line, 0);
	while (c != '\n') {
		if (*left == 0 ||
		    mailstream_low_read(transport_stream(t)->low, &c, 1) != 1) {
			if (transport_error(t) != NULL)
				g_propagate_error(
				    error, g_error_copy(transport_error(t)));
			else
				g_set_error(error, PF_ERROR, PF_ERROR_LIMIT,
				    "%s: the server talks without end",
				    transport_label(t));
			return false;
		}
		g_string_append_c(line, c);
		(*left)--;
	}
	return true;
}

static bool
expect(struct transport *t, const char *wanted, const char *more, size_t *left,
    GError **error)
{
	GString *line = g_string_new(NULL);
	bool is_read;

	do
		is_read = read_line(t, line, left, error);
	while (is_read && more != NULL && g_str_has_prefix(line->str, more));
	if (is_read && !g_str_has_prefix(line->str, wanted)) {
		g_set_error(error, PF_ERROR, PF_ERROR_PROTOCOL,
		    "%s: the server does not answer as hoped for", transport_label(t));
		is_read = false;
	}
	g_string_free(line, TRUE);
	return is_read;
}

static bool
send_text(struct transport *t, const char *text, GError **error)
{
	if (mailstream_write(transport_stream(t), text, strlen(text)) >= 0 &&
	    mailstream_flush(transport_stream(t)) >= 0)
		return true;
	if (transport_error(t) != NULL)
		g_propagate_error(error, g_error_copy(transport_error(t)));
	else
		g_set_error(error, PF_ERROR, PF_ERROR_TEMPORARY,
		    "%s: the connection broke", transport_label(t));
	return false;
}

static bool
reach_tls(struct transport *t, const struct probe_opts *opts, GError **error)
{
	const struct dialogue *d = &dialogues[opts->kind];
	size_t left = ANSWER_MAX;
	const char *more = opts->kind == DISCOVER_SMTP ? "220-" : NULL;

	transport_set_deadline(t, ANSWER_MS);
	if (!expect(t, d->greeting, more, &left, error))
		return false;
	if (opts->server->tls != RC_TLS_STARTTLS)
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(d->steps) && d->steps[i].command != NULL; i++)
		if (!send_text(t, d->steps[i].command, error) ||
		    !expect(t, d->steps[i].answer, d->steps[i].more, &left, error))
			return false;
	return transport_starttls(t, error);
}

bool
probe_certificate(
    const struct probe_opts *opts, struct tls_certificate *out, GError **error)
{
	struct transport_opts how = {.server = opts->server,
	    .account = opts->account,
	    .ca_file = opts->ca_file,
	    .trust = TLS_TRUST_ANY,
	    .connect_ms = CONNECT_MS,
	    .io_ms = ANSWER_MS,
	    .is_cancelled = opts->is_cancelled,
	    .cancel_user = opts->user};
	struct transport *t = transport_open(&how, error);
	bool is_good = t != NULL && (opts->server->tls == RC_TLS_IMPLICIT || reach_tls(t, opts, error));

	if (is_good && !transport_certificate(t, out)) {
		g_set_error(error, PF_ERROR, PF_ERROR_TLS, "%s: the server shows no certificate",
		    transport_label(t));
		is_good = false;
	}
	transport_free(t);
	return is_good;
}

bool
probe_tls(const struct probe_opts *opts, GError **error)
{
	struct transport_opts how = {.server = opts->server,
	    .account = opts->account,
	    .ca_file = opts->ca_file,
	    .pins = opts->pins,
	    .connect_ms = CONNECT_MS,
	    .io_ms = ANSWER_MS,
	    .is_cancelled = opts->is_cancelled,
	    .cancel_user = opts->user};
	struct transport *t = transport_open(&how, error);
	bool is_good = t != NULL && reach_tls(t, opts, error);

	transport_free(t);
	return is_good;
}

static struct session_opts
session_of(const struct probe_opts *o)
{
	return (struct session_opts){.server = o->server,
	    .account = o->account,
	    .ca_file = o->ca_file,
	    .pins = o->pins,
	    .client_cert = o->client_cert,
	    .client_key = o->client_key,
	    .auth = o->auth,
	    .password = o->secret,
	    .is_cancelled = o->is_cancelled,
	    .user = o->user};
}

static bool
log_in_imap(const struct probe_opts *o, GError **error)
{
	struct session_opts opts = session_of(o);
	struct imap *s = imap_open(&opts, error);

	imap_free(s);
	return s != NULL;
}

static bool
log_in_pop3(const struct probe_opts *o, GError **error)
{
	struct session_opts opts = session_of(o);
	struct pop3 *s = pop3_open(&opts, error);
	bool is_good = s != NULL && pop3_quit(s, error);

	pop3_free(s);
	return is_good;
}

static struct secret *
copy_secret(void *user, GError **error)
{
	const struct probe_opts *o = user;

	(void)error;
	return o->secret != NULL
		   ? secret_new(secret_bytes(o->secret), secret_len(o->secret))
		   : NULL;
}

static bool
is_cancelled(void *user)
{
	const struct probe_opts *o = user;

	return o->is_cancelled != NULL && o->is_cancelled(o->user);
}

static bool
log_in_smtp(const struct probe_opts *o, GError **error)
{
	struct probe_opts own = *o;
	struct smtp_opts opts = {.session = session_of(o), .password = copy_secret};
	struct smtp *s;

	opts.session.is_cancelled = is_cancelled;
	opts.session.user = &own;
	s = smtp_open(&opts, error);
	smtp_close(s);
	return s != NULL;
}

bool
probe_log_in(const struct probe_opts *opts, GError **error)
{
	static bool (*const log_in[])(const struct probe_opts *, GError **) = {
	    [DISCOVER_IMAP] = log_in_imap,
	    [DISCOVER_POP3] = log_in_pop3,
	    [DISCOVER_SMTP] = log_in_smtp};

	return log_in[opts->kind](opts, error);
}
