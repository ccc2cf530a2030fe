/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the greeting to the scripts: STARTTLS and AUTHENTICATE (RFC 5804 2.1, 2.2). What was said before TLS is not
 * believed after it, and nothing but STARTTLS goes out before it is up. */
#include "net/sieve_private.h"

#include "base/error.h"
#include "base/limits.h"
#include "base/log.h"

#include <string.h>

static const char *
string_at(const GPtrArray *line, guint i)
{
	const struct sieve_token *t = i < line->len ? line->pdata[i] : NULL;

	return t != NULL && t->kind == SIEVE_STRING ? t->text->str : NULL;
}

/* The mechanisms of the list, separated by blanks. */
static void
take_mechanisms(struct sieve *s, const char *list)
{
	char **words = g_strsplit(list, " ", -1);

	g_ptr_array_set_size(s->offered, 0);
	for (size_t i = 0; words[i] != NULL; i++)
		if (*words[i] != '\0')
			g_ptr_array_add(s->offered, g_ascii_strup(words[i], -1));
	g_strfreev(words);
}

/* The capabilities, which a server gives unasked at the beginning and after TLS. */
static bool
greet(struct sieve *s, GError **error)
{
	struct sieve_reply r = {0};
	bool is_good = sieve_read(s, &r, error);

	g_ptr_array_set_size(s->offered, 0);
	g_clear_pointer(&s->extensions, g_free);
	for (guint i = 0; is_good && i < r.lines->len; i++) {
		const char *name = string_at(r.lines->pdata[i], 0), *value = string_at(r.lines->pdata[i], 1);

		if (name != NULL && value != NULL && g_ascii_strcasecmp(name, "SASL") == 0)
			take_mechanisms(s, value);
		else if (name != NULL && value != NULL && g_ascii_strcasecmp(name, "SIEVE") == 0 && s->extensions == NULL)
			s->extensions = g_utf8_make_valid(value, -1);
	}
	if (is_good && r.end.status != SIEVE_OK) {
		char *said = sieve_said(&r);

		is_good = transport_set_error(
		    s->t, PF_ERROR_TEMPORARY, error, "the server does not serve now; it says: %s", said);
		g_free(said);
	}
	sieve_reply_clear(&r);
	return is_good;
}

/* Asked for without looking at the capabilities, which an attacker may have edited: either TLS comes up or the
 * connection ends. */
static bool
start_tls(struct sieve *s, GError **error)
{
	static const char command[] = "STARTTLS\r\n";
	struct sieve_reply r = {0};
	bool is_good = sieve_send(s, command, strlen(command), error) && sieve_read(s, &r, error);

	if (is_good && r.end.status != SIEVE_OK) {
		char *said = sieve_said(&r);

		is_good = transport_set_error(s->t, PF_ERROR_TLS, error,
		    "the server refuses STARTTLS, and nothing is sent without it; it says: %s", said);
		g_free(said);
	} else if (is_good && sieve_has_buffered(s)) {
		is_good = transport_set_error(s->t, PF_ERROR_TLS, error,
		    "bytes came in clear after the answer to STARTTLS, as an attacker would send them; the connection was "
		    "closed and nothing was sent");
	}
	sieve_reply_clear(&r);
	return is_good && transport_starttls(s->t, error) && greet(s, error);
}

static bool
send_string(struct sieve *s, const char *before, const char *text, GError **error)
{
	GString *line = g_string_new(before);
	bool is_good;

	if (text != NULL)
		sieve_reply_quote(line, text, strlen(text));
	g_string_append(line, "\r\n");
	is_good = sieve_send(s, line->str, line->len, error);
	explicit_bzero(line->str, line->len);
	g_string_free(line, TRUE);
	return is_good;
}

static bool
begin(struct sieve *s, struct sasl *sasl, GError **error)
{
	char *initial = sasl_initial(sasl);
	char *command = g_strdup_printf("AUTHENTICATE \"%s\"%s", sasl_name(sasl), initial != NULL ? " " : "");
	bool is_good = send_string(s, command, initial, error);

	g_free(command);
	sasl_wipe(initial);
	return is_good;
}

static bool
answer(struct sieve *s, struct sasl *sasl, const char *challenge, GError **error)
{
	char *response = challenge != NULL ? sasl_step(sasl, challenge, error) : NULL;
	bool is_good = response != NULL && send_string(s, "", response, error);

	if (challenge == NULL)
		(void)transport_set_error(s->t, PF_ERROR_PROTOCOL, error, "the server's question in the log-in makes no sense");
	else if (response == NULL)
		g_prefix_error(error, "%s: ", transport_label(s->t));
	sasl_wipe(response);
	return is_good;
}

/* The server's last word of SCRAM may come with the OK (RFC 5804 2.1). */
static bool
finish(struct sieve *s, struct sasl *sasl, const struct sieve_reply *r, GError **error)
{
	bool has_data = r->end.code != NULL && g_ascii_strcasecmp(r->end.code, "SASL") == 0 && r->end.value != NULL;
	char *last = has_data ? sasl_step(sasl, r->end.value, error) : NULL;
	bool is_good = (!has_data || last != NULL) && sasl_finish(sasl, error);

	sasl_wipe(last);
	if (!is_good)
		g_prefix_error(error, "%s: ", transport_label(s->t));
	return is_good;
}

static bool
refused(struct sieve *s, const struct sieve_reply *r, const struct login_opts *how, const struct sasl *sasl, GError **error)
{
	char *said = sieve_said(r);
	const struct login_answer answer = {.said = said,
	    .is_temporary = r->end.status == SIEVE_BYE || g_strcmp0(r->end.code, "TRYLATER") == 0};

	(void)login_refused(s->t, how, sasl, &answer, error);
	g_free(said);
	return false;
}

static bool
authenticate(struct sieve *s, const struct login_opts *how, struct sasl *sasl, GError **error)
{
	struct sieve_reply r = {0};
	bool is_good = begin(s, sasl, error) && sieve_read_line(s, &r, error);

	for (int round = 0; is_good && r.end.status == SIEVE_GOES_ON; round++)
		is_good = round < LIMIT_SASL_ROUNDS
		    ? answer(s, sasl, string_at(r.last, 0), error) && sieve_read_line(s, &r, error)
		    : transport_set_error(s->t, PF_ERROR_PROTOCOL, error, "the log-in does not come to an end");
	s->next_binding = login_rebind(how, sasl, s->t, true);
	if (is_good)
		is_good = r.end.status == SIEVE_OK ? finish(s, sasl, &r, error) : refused(s, &r, how, sasl, error);
	sieve_reply_clear(&r);
	return is_good;
}

static bool
log_in(struct sieve *s, GError **error)
{
	struct login_opts how = {s->opts.server, s->opts.auth, s->opts.password, s->binding};
	const char *const *offered;
	GError *bad = NULL;
	struct sasl *sasl;
	bool is_good = false;

	g_ptr_array_add(s->offered, NULL);
	offered = (const char *const *)s->offered->pdata;
	sasl = login_begin(s->t, &how, offered, &bad);
	log_debug("sieve", "auth=%s", sasl != NULL ? sasl_name(sasl) : "none");
	if (sasl != NULL) {
		is_good = authenticate(s, &how, sasl, error);
	} else if (bad != NULL) {
		g_propagate_error(error, bad);
	} else {
		is_good = login_none_fits(s->t, &how, offered, error);
	}
	sasl_free(sasl);
	return is_good;
}

bool
sieve_login(struct sieve *s, GError **error)
{
	enum rc_tls tls = s->opts.server->tls;

	if (!greet(s, error) || (tls == RC_TLS_STARTTLS && !start_tls(s, error)))
		return false;
	if (tls != RC_TLS_NONE && !transport_is_encrypted(s->t))
		return transport_set_error(s->t, PF_ERROR_TLS, error, "the connection is not encrypted; nothing was sent");
	return log_in(s, error);
}
