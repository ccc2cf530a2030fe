/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the greeting to the authenticated state: PREAUTH, STARTTLS, mechanisms. No
 * credential is sent before TLS is up (but for RC_TLS_NONE), and nothing that was said
 * before TLS is believed after it. */
#include "net/imap_session.h"

#include "net/login.h"

#include "base/error.h"
#include "base/log.h"

#include <string.h>

#define LOGIN_MS 90000u /* greeting to log-in, however slowly a server drips */
#define AHEAD_MS 20000u /* where more was asked than the log-in */

static bool
fail(const struct imap *s, int code, const char *text, GError **error)
{
	g_set_error(error, PF_ERROR, code, "%s: %s", transport_label(s->transport), text);
	return false;
}

/* RFC 3501 7.1.4. An attacker in the middle can send PREAUTH to make STARTTLS impossible;
 * behind TLS it would mean that the server never asked who we are. No account of ours
 * wants either. */
static bool
greet(struct imap *s, GError **error)
{
	int r = mailimap_connect(s->etpan, transport_stream(s->transport));

	if (r == MAILIMAP_NO_ERROR_NON_AUTHENTICATED)
		return true;
	if (r == MAILIMAP_NO_ERROR_AUTHENTICATED)
		return fail(s, PF_ERROR_TLS,
		    "the server claims that we are logged in already (PREAUTH), as an "
		    "attacker would "
		    "to avoid TLS; nothing was sent",
		    error);
	return imap_fail(s, "the server does not greet as an IMAP server", error);
}

static bool
ask_capabilities(struct imap *s, GError **error)
{
	static const struct imap_command command = {0};

	if (s->has_capabilities)
		return true;
	return imap_submit(s, &command, "CAPABILITY", error) && imap_drain(s, 0, error);
}

/* The result of a command that may be refused: user is a bool that takes whether it was
 * OK. */
static bool
on_answer(void *user, const struct guard_event *ev, GError **error)
{
	(void)error;
	*(bool *)user = ev->status == GUARD_OK;
	return true;
}

static bool
starttls(struct imap *s, GError **error)
{
	bool is_ok = false;
	struct imap_command command = {.on_done = on_answer, .user = &is_ok};
	char *more = NULL;
	int turn;

	/* asked for without looking at the capabilities, which an attacker may have
	 * edited: either TLS comes up or the connection ends */
	if (!imap_submit(s, &command, "STARTTLS", error))
		return false;
	turn = imap_read_turn(s, &more, error);
	g_free(more);
	if (turn < 0)
		return false;
	if (turn == 1)
		return fail(s, PF_ERROR_TLS,
		    "the server asks for more instead of beginning TLS; nothing was sent", error);
	if (!is_ok && s->etpan->imap_stream->read_buffer_len == 0)
		return fail(s, PF_ERROR_TLS,
		    "the server refuses STARTTLS; nothing was sent. If it offers TLS "
		    "from the first "
		    "byte, write imaps: in the rc file",
		    error);
	if (!transport_starttls(s->transport, error))
		return false;
	imap_forget_capabilities(s);
	return true;
}

/* The mechanisms that the server offers. NULL-terminated, owned strings. */
static GPtrArray *
offered_mechanisms(const struct imap *s)
{
	GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
	GHashTableIter iter;
	gpointer key;

	g_hash_table_iter_init(&iter, s->capabilities);
	while (g_hash_table_iter_next(&iter, &key, NULL))
		if (g_str_has_prefix(key, "AUTH="))
			g_ptr_array_add(names, g_strdup((const char *)key + 5));
	g_ptr_array_add(names, NULL);
	return names;
}

static bool
refused(const struct imap *s, const struct login_opts *how, const struct sasl *sasl,
    GError **error)
{
	const struct login_answer answer = {.said = s->last_text, .is_temporary = s->is_last_temporary};

	return login_refused(s->transport, how, sasl, &answer, error);
}

static bool
answer_challenge(struct imap *s, struct sasl *sasl, const char *challenge, bool is_first,
    GError **error)
{
	char *answer = is_first ? sasl_initial(sasl) : NULL;
	bool is_good;

	if (answer == NULL)
		answer = sasl_step(sasl, challenge, error);
	if (answer == NULL) {
		g_prefix_error(error, "%s: ", transport_label(s->transport));
		return false;
	}
	is_good = imap_write(s, answer, strlen(answer), error) &&
		  imap_write(s, "\r\n", 2, error);
	sasl_wipe(answer);
	return is_good;
}

/* RFC 4959: with SASL-IR the initial response goes along with the command. */
static bool
begin_auth(struct imap *s, struct sasl *sasl, const struct imap_command *command,
    bool with_initial, GError **error)
{
	char *initial = with_initial ? sasl_initial(sasl) : NULL;
	/* RFC 4959 3: an empty one is written "=" */
	char *text = g_strdup_printf("AUTHENTICATE %s%s%s", sasl_name(sasl),
	    initial != NULL ? " " : "", initial == NULL ? "" : *initial != '\0' ? initial : "=");
	bool is_good = imap_submit(s, command, text, error);

	sasl_wipe(initial);
	sasl_wipe(text);
	return is_good;
}

/* What comes next goes along: the empty answer to the server's proof, which is verified when it comes, and the
 * first questions. */
static bool
go_ahead(struct imap *s, const struct sasl *sasl, const char *foreseen, GError **error)
{
	transport_set_deadline(s->transport, AHEAD_MS);
	return (!sasl_is_said(sasl) || imap_write(s, "\r\n", 2, error)) &&
	       imap_ahead_ask(s, foreseen, error);
}

/* The server's proof; the answer to it has been sent. */
static bool
check_proof(const struct imap *s, struct sasl *sasl, const char *proof, GError **error)
{
	char *answer = sasl_step(sasl, proof, error);

	if (answer == NULL)
		g_prefix_error(error, "%s: ", transport_label(s->transport));
	sasl_wipe(answer);
	return answer != NULL;
}

/* Is what the client says at the beginning all that it has to say? */
static bool
is_one_step(const struct sasl *sasl)
{
	return g_str_equal(sasl_name(sasl), "PLAIN");
}

static bool
authenticate(struct imap *s, const struct login_opts *how, struct sasl *sasl,
    const char *foreseen, GError **error)
{
	bool is_ok = false, is_first = !imap_has(s, "SASL-IR");
	bool may_go = foreseen != NULL && !is_first;
	struct imap_command command = {.on_done = on_answer, .user = &is_ok};
	char *challenge = NULL;
	int turn;

	imap_forget_capabilities(s);
	if (!begin_auth(s, sasl, &command, !is_first, error) ||
	    (may_go && is_one_step(sasl) && !go_ahead(s, sasl, foreseen, error)))
		return false;
	while ((turn = imap_read_turn(s, &challenge, error)) == 1) {
		bool is_good = s->ahead != NULL
				   ? check_proof(s, sasl, challenge, error)
				   : answer_challenge(s, sasl, challenge, is_first, error);
		is_first = false;
		if (is_good && may_go && s->ahead == NULL && sasl_is_said(sasl))
			is_good = go_ahead(s, sasl, foreseen, error);
		g_free(challenge);
		if (!is_good)
			return false;
	}
	if (turn < 0)
		return false;
	if (!is_ok)
		return refused(s, how, sasl, error);
	if (sasl_finish(sasl, error))
		return true;
	g_prefix_error(error, "%s: ", transport_label(s->transport));
	return false;
}

/* RFC 3501 6.2.3, for servers without SASL. Quoted strings carry ASCII only. */
static bool
login_command(struct imap *s, const struct session_opts *opts, const struct login_opts *how,
    GError **error)
{
	const char *password = secret_bytes(opts->password);
	int r;

	if (strpbrk(opts->server->user, "\r\n") != NULL ||
	    strpbrk(password, "\r\n") != NULL || !g_str_is_ascii(opts->server->user) ||
	    !g_str_is_ascii(password))
		return fail(s, PF_ERROR_AUTH,
		    "the server offers only LOGIN, which cannot carry this user name or "
		    "password",
		    error);
	imap_forget_capabilities(s);
	r = mailimap_login(s->etpan, opts->server->user, password);
	if (r == MAILIMAP_NO_ERROR)
		return true;
	return transport_error(s->transport) != NULL ? imap_fail(s, "", error)
						     : refused(s, how, NULL, error);
}

/* Does the rc leave it to us how a password is sent? */
static bool
may_use_login(const struct imap *s, const struct session_opts *opts)
{
	return opts->password != NULL && !imap_has(s, "LOGINDISABLED") &&
	       (opts->auth == NULL || g_str_equal(opts->auth, "auto") ||
		   g_str_equal(opts->auth, "password") ||
		   g_str_equal(opts->auth, "login"));
}

static bool
log_in(struct imap *s, const struct session_opts *opts, GError **error)
{
	struct login_opts how = {opts->server, opts->auth, opts->password, s->binding};
	GPtrArray *names = offered_mechanisms(s);
	const char *const *offered = (const char *const *)names->pdata;
	GError *bad = NULL;
	struct sasl *sasl = login_begin(s->transport, &how, offered, &bad);
	bool is_good = false;

	log_debug("imap", "auth=%s", sasl != NULL ? sasl_name(sasl) : "login");
	if (sasl != NULL) {
		is_good = authenticate(s, &how, sasl, s->is_stepwise ? NULL : opts->foreseen, error);
		/* Cyrus has no binding for TLS 1.3 and offers one: it says "bad protocol" */
		s->next_binding = login_rebind(&how, sasl, s->transport,
		    s->last_status != GUARD_OK && !s->is_last_credential);
	} else if (bad != NULL) {
		g_propagate_error(error, bad);
	} else if (may_use_login(s, opts)) {
		is_good = login_command(s, opts, &how, error);
	} else {
		is_good = login_none_fits(s->transport, &how, offered, error);
	}
	sasl_free(sasl);
	g_ptr_array_unref(names);
	return is_good;
}

bool
imap_login(struct imap *s, const struct session_opts *opts, GError **error)
{
	enum rc_tls tls = opts->server->tls;

	transport_set_deadline(s->transport, LOGIN_MS);
	if (!greet(s, error))
		return false;
	if (tls == RC_TLS_STARTTLS && !starttls(s, error))
		return false;
	if (tls != RC_TLS_NONE && !transport_is_encrypted(s->transport))
		return fail(s, PF_ERROR_TLS,
		    "the connection is not encrypted; nothing was sent", error);
	if (!ask_capabilities(s, error) || !log_in(s, opts, error) ||
	    !ask_capabilities(s, error))
		return false;
	s->is_logged_in = true;
	return true;
}
