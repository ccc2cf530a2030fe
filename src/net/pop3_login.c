/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the greeting to the maildrop: STLS (RFC 2595), CAPA (RFC 2449), AUTH (RFC 5034),
 * USER and PASS, APOP when told. Nothing but STLS goes out before TLS is up, and what was
 * said before it is not believed after it. */
#include "net/pop3_private.h"

#include "net/login.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"

#include <string.h>

#define COMMAND_OCTETS 253 /* RFC 2449 4, without CRLF */

static bool
greet(struct pop3 *s, GError **error)
{
	struct pop3_reply reply;
	char *said;

	if (!pop3_read(s, &reply, error))
		return false;
	if (reply.status == POP3_OK) {
		s->timestamp = pop3_reply_timestamp(reply.text);
		return true;
	}
	said = pop3_said(&reply);
	(void)transport_set_error(s->t, PF_ERROR_TEMPORARY, error,
	    "the server does not serve now; it says: %s", said);
	g_free(said);
	return false;
}

/* Asked for without looking at CAPA, which an attacker may have edited: either TLS comes
 * up or the connection ends. */
static bool
start_tls(struct pop3 *s, GError **error)
{
	struct pop3_reply reply;

	if (!pop3_command(s, error, "STLS") || !pop3_read(s, &reply, error))
		return false;
	if (reply.status != POP3_OK) {
		char *said = pop3_said(&reply);

		(void)transport_set_error(s->t, PF_ERROR_TLS, error,
		    "the server refuses STLS, and nothing is sent without it; it says: "
		    "%s. "
		    "If it offers TLS from the first byte, write pop3s: in the rc file",
		    said);
		g_free(said);
		return false;
	}
	if (pop3_has_buffered(s))
		return transport_set_error(s->t, PF_ERROR_TLS, error,
		    "bytes came in clear after the answer to STLS, as an attacker would "
		    "send them; the connection was closed and nothing was sent");
	return transport_starttls(s->t, error);
}

static bool
on_capability(void *user, const char *line, GError **error)
{
	struct pop3 *s = user;

	(void)error;
	pop3_caps_feed(&s->caps, line);
	return true;
}

/* Old servers know no CAPA: then everything that RFC 1939 has is tried. */
static bool
ask_capabilities(struct pop3 *s, GError **error)
{
	struct pop3_reply reply;

	pop3_caps_reset(&s->caps);
	if (!pop3_command(s, error, "CAPA") || !pop3_read(s, &reply, error))
		return false;
	if (reply.status != POP3_OK) {
		s->caps.has_user = s->caps.has_uidl = s->caps.has_top = true;
		return true;
	}
	s->caps.is_known = true;
	return pop3_read_lines(s, LIMIT_REPLY_TOTAL, on_capability, s, error);
}

static bool
refused(struct pop3 *s, const struct pop3_reply *reply, const struct login_opts *how,
    const struct sasl *sasl, GError **error)
{
	char *said = pop3_said(reply);
	const struct login_answer answer = {.said = said, .is_temporary = reply->is_temporary};

	(void)login_refused(s->t, how, sasl, &answer, error);
	g_free(said);
	return false;
}

/* AUTH with the initial response when it fits the line, else with the first challenge. */
static bool
send_auth(struct pop3 *s, struct sasl *sasl, char **kept_out, GError **error)
{
	const char *name = sasl_name(sasl);
	char *initial = sasl_initial(sasl);
	bool fits =
	    initial != NULL && strlen(name) + strlen(initial) + 6 < COMMAND_OCTETS;
	bool is_good;

	if (fits)
		is_good = pop3_command(
		    s, error, "AUTH %s %s", name, *initial != '\0' ? initial : "=");
	else
		is_good = pop3_command(s, error, "AUTH %s", name);
	if (fits)
		g_clear_pointer(&initial, sasl_wipe);
	*kept_out = initial;
	return is_good;
}

/* One challenge; is_first: the initial response that did not fit is due. */
static bool
answer(
    struct pop3 *s, struct sasl *sasl, const char *challenge, char *kept, GError **error)
{
	char *response = kept != NULL ? kept : sasl_step(sasl, challenge, error);
	bool is_good;

	if (response == NULL) {
		g_prefix_error(error, "%s: ", transport_label(s->t));
		return false;
	}
	is_good = pop3_write(s, response, strlen(response), error) &&
		  pop3_write(s, "\r\n", 2, error);
	if (kept == NULL)
		sasl_wipe(response);
	return is_good;
}

static bool
authenticate(
    struct pop3 *s, const struct login_opts *how, struct sasl *sasl, GError **error)
{
	char *kept = NULL;
	struct pop3_reply reply;
	bool is_good = send_auth(s, sasl, &kept, error) && pop3_read(s, &reply, error);

	for (int round = 0; is_good && reply.status == POP3_GO_ON; round++) {
		is_good = round < LIMIT_SASL_ROUNDS ? answer(s, sasl, reply.text, kept, error) &&
						   pop3_read(s, &reply, error)
					     : transport_set_error(s->t, PF_ERROR_PROTOCOL, error,
						   "the log-in does not come to an end");
		g_clear_pointer(&kept, sasl_wipe);
	}
	sasl_wipe(kept);
	s->next_binding = login_rebind(how, sasl, s->t, true);
	if (!is_good)
		return false;
	if (reply.status != POP3_OK)
		return refused(s, &reply, how, sasl, error);
	if (sasl_finish(sasl, error))
		return true;
	g_prefix_error(error, "%s: ", transport_label(s->t));
	return false;
}

static bool
is_sendable(const char *text)
{
	return *text != '\0' && strpbrk(text, "\r\n") == NULL;
}

/* USER and PASS, or APOP: one line for the user, one for the answer. */
static bool
log_in_plainly(struct pop3 *s, const struct login_opts *how, GError **error)
{
	const char *user = s->opts.server->user, *password = secret_bytes(how->secret);
	struct pop3_reply reply;

	if (!is_sendable(user) || !is_sendable(password))
		return transport_set_error(s->t, PF_ERROR_AUTH, error,
		    "user name or password is empty or holds a line end and cannot be "
		    "sent");
	if (!pop3_command(s, error, "USER %s", user) || !pop3_read(s, &reply, error))
		return false;
	if (reply.status != POP3_OK)
		return refused(s, &reply, how, NULL, error);
	if (!pop3_command(s, error, "PASS %s", password) || !pop3_read(s, &reply, error))
		return false;
	return reply.status == POP3_OK || refused(s, &reply, how, NULL, error);
}

/* RFC 1939 7: the MD5 of timestamp and password. */
static bool
log_in_by_apop(struct pop3 *s, const struct login_opts *how, GError **error)
{
	GChecksum *md5 = g_checksum_new(G_CHECKSUM_MD5);
	struct pop3_reply reply;
	bool is_good;

	if (s->timestamp == NULL || strchr(s->opts.server->user, ' ') != NULL) {
		g_checksum_free(md5);
		return transport_set_error(s->t, PF_ERROR_AUTH, error,
		    "the rc file asks for auth = apop, but the server offers none");
	}
	g_checksum_update(md5, (const guchar *)s->timestamp, -1);
	g_checksum_update(md5, (const guchar *)secret_bytes(how->secret),
	    (gssize)secret_len(how->secret));
	is_good = pop3_command(s, error, "APOP %s %s", s->opts.server->user,
		      g_checksum_get_string(md5)) &&
		  pop3_read(s, &reply, error);
	g_checksum_free(md5);
	return is_good &&
	       (reply.status == POP3_OK || refused(s, &reply, how, NULL, error));
}

/* Does the rc leave it to us how a password is sent? */
static bool
may_use_pass(const struct pop3 *s, const struct login_opts *how)
{
	static const char *const plain[] = {"auto", "password", "plain", "login", NULL};

	return how->secret != NULL && s->caps.has_user &&
	       (how->auth == NULL || g_strv_contains(plain, how->auth));
}

static bool
log_in(struct pop3 *s, GError **error)
{
	struct login_opts how = {
	    s->opts.server, s->opts.auth, s->opts.password, s->binding};
	const char *const *offered = (const char *const *)s->caps.sasl->pdata;
	GError *bad = NULL;
	struct sasl *sasl;
	bool is_good;

	if (g_strcmp0(how.auth, "apop") == 0 && how.secret != NULL)
		return log_in_by_apop(s, &how, error);
	sasl = login_begin(s->t, &how, offered, &bad);
	log_debug("pop3", "auth=%s", sasl != NULL ? sasl_name(sasl) : "user");
	if (sasl != NULL) {
		is_good = authenticate(s, &how, sasl, error);
	} else if (bad != NULL) {
		g_propagate_error(error, bad);
		is_good = false;
	} else if (may_use_pass(s, &how)) {
		is_good = log_in_plainly(s, &how, error);
	} else {
		is_good = login_none_fits(s->t, &how, offered, error);
	}
	sasl_free(sasl);
	return is_good;
}

bool
pop3_login(struct pop3 *s, GError **error)
{
	enum rc_tls tls = s->opts.server->tls;

	if (!greet(s, error))
		return false;
	if (tls == RC_TLS_STARTTLS && !start_tls(s, error))
		return false;
	if (tls != RC_TLS_NONE && !transport_is_encrypted(s->t))
		return transport_set_error(s->t, PF_ERROR_TLS, error,
		    "the connection is not encrypted; nothing was sent");
	return ask_capabilities(s, error) && log_in(s, error);
}
