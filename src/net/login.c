/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From what the server offers and the rc wants to a log-in. */
#include "net/login.h"

#include "base/error.h"
#include "base/safe_text.h"

#include <string.h>

static bool
offers(const char *const *offered, const char *name, const char *suffix)
{
	char *wanted = g_strconcat(name, suffix, NULL);
	bool is_there = false;

	for (; *offered != NULL && !is_there; offered++)
		is_there = g_ascii_strcasecmp(*offered, wanted) == 0;
	g_free(wanted);
	return is_there;
}

struct sasl *
login_begin(struct transport *t, const struct login_opts *opts,
    const char *const *offered, GError **error)
{
	const struct rc_server *server = opts->server;
	unsigned char channel[TLS_BINDING_MAX];
	struct sasl_opts how = {.user = server->user,
	    .secret = opts->secret,
	    .host = server->host,
	    .port = server->port,
	    .binding_data = channel};
	struct sasl_policy policy = {.auth = opts->auth,
	    .allow_plain = transport_is_encrypted(t) || server->tls == RC_TLS_NONE};
	struct sasl *s;

	how.binding = transport_binding(t, channel, &how.binding_len);
	policy.has_binding = how.binding != NULL && opts->binding != LOGIN_UNBOUND;
	how.mechanism = sasl_choose(offered, &policy);
	if (how.mechanism == NULL)
		return NULL;
	how.is_plus_refused = offers(offered, how.mechanism, "-PLUS");
	s = sasl_new(&how, error);
	if (s == NULL)
		g_prefix_error(error, "%s: ", transport_label(t));
	return s;
}

enum login_binding
login_rebind(const struct login_opts *opts, const struct sasl *s, const struct transport *t,
    bool is_unclear)
{
	const char *tls = transport_tls_name(t);

	if (!sasl_is_bound(s) || !(is_unclear || sasl_is_binding_refused(s)))
		return opts->binding;
	if (opts->auth == NULL || !g_str_has_suffix(opts->auth, "-plus"))
		return LOGIN_UNBOUND;
	return opts->binding == LOGIN_BOUND && tls != NULL && g_str_has_prefix(tls, "TLSv1.3")
		   ? LOGIN_BOUND_TLS12
		   : opts->binding;
}

/* The end of a sentence; owned. */
static char *
explain(const struct login_opts *opts, const char *const *offered)
{
	char *list = g_strjoinv(" ", (char **)(guintptr)offered);
	char *names = safe_text(list, MIN(strlen(list), 300), SAFE_TEXT_LINE);
	char *text;

	if (opts->auth == NULL || g_str_equal(opts->auth, "auto"))
		text = g_strdup_printf("the server offers no way to log in that Penfold "
				       "takes by itself (it offers: %s); see auth in "
				       "penfold-rc(5)",
		    *names != '\0' ? names : "none");
	else
		text = g_strdup_printf("the rc file asks for auth = %s, but the server "
				       "does not offer it (it offers: %s)",
		    opts->auth, *names != '\0' ? names : "none");
	g_free(names);
	g_free(list);
	return text;
}

bool
login_none_fits(const struct transport *t, const struct login_opts *opts, const char *const *offered, GError **error)
{
	char *why = explain(opts, offered);

	(void)transport_set_error(t, PF_ERROR_AUTH, error, "%s", why);
	g_free(why);
	return false;
}

/* The server's words and what to do next; owned. */
static char *
refusal(const struct sasl *s, const struct login_answer *answer)
{
	bool is_token = s != NULL && sasl_wants_token(sasl_name(s));
	const char *more = s != NULL ? sasl_complaint(s) : NULL;
	char *why = safe_text(answer->said, MIN(strlen(answer->said), 500), SAFE_TEXT_LINE);
	/* servers end their sentence, or do not */
	for (size_t n = strlen(why); n > 0 && strchr(". ", why[n - 1]) != NULL; n--)
		why[n - 1] = '\0';
	char *text = g_strdup_printf("%s%s%s%s. %s", *why != '\0' ? why : "no reason", more != NULL ? " (" : "",
	    more != NULL ? more : "", more != NULL ? ")" : "",
	    answer->is_temporary ? "It may work later"
	    : is_token		 ? "Allow Penfold anew by `penfold login ACCOUNT`"
				 : "Check user name and password");

	g_free(why);
	return text;
}

bool
login_refused(const struct transport *t, const struct login_opts *opts, const struct sasl *s,
    const struct login_answer *answer, GError **error)
{
	char *why = refusal(s, answer);

	(void)transport_set_error(t, answer->is_temporary ? PF_ERROR_TEMPORARY : PF_ERROR_AUTH, error,
	    "the server refused the log-in of %s%s %s", opts->server->user,
	    answer->is_explained ? ":" : "; it says:", why);
	g_free(why);
	return false;
}

void *
login_open(login_once_fn once, const void *opts, GError **error)
{
	enum login_binding binding = LOGIN_BOUND, next = LOGIN_BOUND;
	GError *refused = NULL;
	void *session = once(opts, &next, &refused);

	while (session == NULL && next > binding) {
		g_clear_error(&refused);
		binding = next;
		session = once(opts, &next, &refused);
	}
	if (refused != NULL)
		g_propagate_error(error, refused);
	/* cppcheck-suppress returnDanglingLifetime ; a session keeps neither */
	return session;
}

struct transport_opts
login_transport(const struct session_opts *opts, enum login_binding binding)
{
	return (struct transport_opts){.server = opts->server,
	    .account = opts->account,
	    .ca_file = opts->ca_file,
	    .pins = opts->pins,
	    .client_cert = opts->client_cert,
	    .client_key = opts->client_key,
	    .is_tls12 = binding == LOGIN_BOUND_TLS12,
	    .is_cancelled = opts->is_cancelled,
	    .cancel_user = opts->user};
}
