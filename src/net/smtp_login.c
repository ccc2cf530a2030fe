/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smtp_login.c - from the greeting to the log-in. No byte but EHLO and STARTTLS goes out
 * before TLS, and what the server offered before TLS is forgotten (RFC 3207 4.2). */
#include "net/smtp_private.h"

#include "base/error.h"
#include "base/limits.h"
#include "net/login.h"

#include <string.h>

#define COMMAND_OCTETS 510 /* RFC 5321 4.5.3.1.4, without CRLF */

/* An error for a reply that was not hoped for. */
static bool
refused(struct smtp *s, const char *what, GError **error)
{
	char *said = smtp_reply_explain(&s->reply);

	(void)transport_set_error(s->t,
	    s->reply.code / 100 == 4 ? PF_ERROR_TEMPORARY : PF_ERROR_UNAVAILABLE, error,
	    "%s: %s", what, said);
	g_free(said);
	return false;
}

static bool
greet(struct smtp *s, GError **error)
{
	transport_set_deadline(s->t, SMTP_COMMAND_MS);
	if (!smtp_read(s, error))
		return false;
	return s->reply.code == 220 || refused(s, "the server does not serve now", error);
}

static bool
ehlo(struct smtp *s, GError **error)
{
	/* RFC 5321 4.1.3 allows a literal for who has no name; this one is true of every
	 * machine */
	const char *name =
	    s->opts.relay != NULL ? s->opts.relay->ehlo_name : "[127.0.0.1]";

	if (!smtp_command(s, error, "EHLO %s", name) || !smtp_turn(s, error))
		return false;
	/* RFC 5321 3.2: a server of the last century */
	if (s->reply.code / 100 == 5 && s->opts.relay != NULL &&
	    (!smtp_command(s, error, "HELO %s", name) || !smtp_turn(s, error)))
		return false;
	if (s->reply.code / 100 != 2)
		return refused(s, "EHLO was refused", error);
	smtp_caps_parse(&s->caps, s->reply.text->str);
	return true;
}

static bool
start_tls(struct smtp *s, GError **error)
{
	if (!s->caps.has_starttls)
		return transport_set_error(s->t, PF_ERROR_TLS, error,
		    "the server offers no STARTTLS, and without it nothing is sent. "
		    "Someone may be "
		    "listening; or use smtps:// for this server.");
	if (!smtp_command(s, error, "STARTTLS") || !smtp_turn(s, error))
		return false;
	if (s->reply.code != 220) {
		char *said = smtp_reply_explain(&s->reply);

		(void)transport_set_error(s->t,
		    s->reply.code / 100 == 4 ? PF_ERROR_TEMPORARY : PF_ERROR_TLS, error,
		    "STARTTLS was refused, and nothing is sent without it: %s", said);
		g_free(said);
		return false;
	}
	transport_set_deadline(s->t, SMTP_COMMAND_MS);
	return transport_starttls(s->t, error);
}

/* --- AUTH (RFC 4954) --- */

static bool
send_response(struct smtp *s, const char *response, GError **error)
{
	return smtp_write(s, response, strlen(response), error) &&
	       smtp_write(s, "\r\n", 2, error) && smtp_turn(s, error);
}

/* AUTH with the initial response when it fits the line; else it is kept for the first
 * challenge. */
static bool
send_auth(struct smtp *s, struct sasl *sasl, char **kept_out, GError **error)
{
	const char *name = sasl_name(sasl);
	char *initial = sasl_initial(sasl);
	bool fits = initial != NULL &&
		    strlen("AUTH  ") + strlen(name) + strlen(initial) < COMMAND_OCTETS;
	bool good =
	    smtp_write(s, "AUTH ", 5, error) && smtp_write(s, name, strlen(name), error);

	if (good && fits) {
		good = smtp_write(s, " ", 1, error) &&
		       smtp_write(s, *initial != '\0' ? initial : "=",
			   MAX(strlen(initial), 1), error);
	}
	if (fits)
		g_clear_pointer(&initial, sasl_wipe);
	*kept_out = initial;
	return good && smtp_write(s, "\r\n", 2, error) && smtp_turn(s, error);
}

static bool
answer_challenges(struct smtp *s, struct sasl *sasl, char *kept, GError **error)
{
	char *response = kept;
	int round;

	for (round = 0; s->reply.code == 334; round++) {
		bool good;

		if (round > LIMIT_SASL_ROUNDS) {
			sasl_wipe(response);
			return transport_set_error(s->t, PF_ERROR_PROTOCOL, error,
			    "the log-in does not come to an end");
		}
		if (response == NULL)
			response = sasl_step(sasl, s->reply.text->str, error);
		if (response == NULL) {
			(void)smtp_command(
			    s, NULL, "*"); /* RFC 4954 4: cancels the exchange */
			return false;
		}
		good = send_response(s, response, error);
		g_clear_pointer(&response, sasl_wipe);
		if (!good)
			return false;
	}
	sasl_wipe(response);
	return true;
}

static bool
auth_refused(
    struct smtp *s, const struct login_opts *how, const struct sasl *sasl, GError **error)
{
	char *said = smtp_reply_explain(&s->reply);
	const struct login_answer answer = {
	    .said = said, .is_temporary = s->reply.code / 100 == 4, .is_explained = true};

	(void)login_refused(s->t, how, sasl, &answer, error);
	g_free(said);
	return false;
}

static bool
log_in(struct smtp *s, const struct login_opts *how, struct sasl *sasl, GError **error)
{
	char *kept = NULL;
	bool good = false;

	if (send_auth(s, sasl, &kept, error) &&
	    answer_challenges(s, sasl, g_steal_pointer(&kept), error))
		good = s->reply.code == 235 ? sasl_finish(sasl, error)
					    : auth_refused(s, how, sasl, error);
	s->next_binding = login_rebind(how, sasl, s->t, false);
	sasl_wipe(kept);
	return good;
}

static bool
authenticate(struct smtp *s, GError **error)
{
	const char *const *offered = (const char *const *)s->caps.auth->pdata;
	struct login_opts how = {
	    .server = s->opts.session.server, .auth = s->opts.session.auth, .binding = s->binding};
	struct secret *secret = NULL;
	struct sasl *sasl = NULL;
	GError *bad = NULL;
	bool good = false;

	if (*offered == NULL && s->opts.session.server->tls == RC_TLS_NONE)
		return true; /* a relay on this machine that knows its own */
	how.secret = secret = s->opts.password(s->opts.session.user, &bad);
	if (bad == NULL)
		sasl = login_begin(s->t, &how, offered, &bad);
	if (sasl != NULL) {
		good = log_in(s, &how, sasl, error);
	} else if (bad != NULL) {
		g_propagate_error(error, bad);
	} else {
		good = login_none_fits(s->t, &how, offered, error);
	}
	sasl_free(sasl);
	secret_free(secret);
	return good;
}

/* TLS where it is offered, or must be; nobody logs in. */
static bool
relay_login(struct smtp *s, GError **error)
{
	const struct smtp_relay *relay = s->opts.relay;
	bool wants_tls =
	    relay->must_encrypt || (s->caps.has_starttls && !relay->is_clear);
	GError *cause = NULL;

	if (!wants_tls)
		return true;
	if (start_tls(s, &cause))
		return ehlo(s, error);
	/* refused in clear words, where none would do: the session goes on (RFC 3207 4) */
	if (!relay->must_encrypt && s->reply.code != 220 && s->reply.code != 421 &&
	    !s->is_broken) {
		g_error_free(cause);
		return true;
	}
	g_propagate_error(error, cause);
	return false;
}

bool
smtp_login(struct smtp *s, GError **error)
{
	if (!greet(s, error) || !ehlo(s, error))
		return false;
	if (s->opts.relay != NULL)
		return relay_login(s, error);
	if (s->opts.session.server->tls == RC_TLS_STARTTLS &&
	    (!start_tls(s, error) || !ehlo(s, error)))
		return false;
	return authenticate(s, error);
}
