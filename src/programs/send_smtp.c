/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_smtp.c - the letters of one account by its submission server, or by the first of
 * its fallbacks that can be reached. */
#include "programs/send_log.h"
#include "programs/send_pace.h"
#include "programs/send_route.h"

#include "base/account_log.h"
#include "base/error.h"
#include "base/log.h"
#include "net/credential.h"
#include "net/smtp_offer.h"

#include <string.h>

/* What the callbacks of a session get. */
struct asking {
	const struct send_run *run;
	const struct rc_account *account;
	struct secret *given; /* for the further sessions: nobody is asked twice */
};

static struct secret *
password(void *user, GError **error)
{
	struct asking *a = user;
	const struct send_sink *sink = a->run->sink;

	if (a->given == NULL && sink->secret != NULL)
		a->given = sink->secret(sink->user, a->account->name);
	if (a->given == NULL)
		a->given = credential_secret(a->run->rc, a->account->name, error);
	account_log_hide(send_log_of(a->run, a->account->name), a->given,
	    a->account->smtp != NULL ? a->account->smtp->user : "");
	return a->given != NULL ? secret_copy(a->given) : NULL;
}

static bool
is_cancelled(void *user)
{
	const struct asking *a = user;

	return a->run->sink->is_cancelled(a->run->sink->user);
}

/* For the checks of the next letter. */
static void
keep_offer(const struct asking *a, const struct smtp *smtp)
{
	char *state = rc_state_dir(a->run->rc);

	smtp_offer_keep(state, a->account->name, smtp_host(smtp), smtp_caps(smtp));
	g_free(state);
}

static struct smtp *
open_server(
    const struct send_route *route, const struct rc_server *server, GError **error)
{
	struct asking *a = route->user;
	struct smtp_opts opts = {
	    .password = password, .answer_ms = send_run_answer_ms(a->run)};
	struct credential c;
	struct smtp *smtp;

	credential_init(&c, a->run->rc, a->account->name);
	opts.session = credential_session(&c, a->account->name, server, NULL);
	opts.session.is_cancelled = is_cancelled;
	opts.session.user = a;
	smtp = smtp_open(&opts, error);
	if (smtp != NULL)
		keep_offer(a, smtp);
	if (smtp == NULL && g_error_matches(*error, PF_ERROR, PF_ERROR_AUTH)) {
		g_clear_pointer(&a->given, secret_free);
		credential_refused(a->run->rc, a->account->name);
	}
	credential_fini(&c);
	return smtp;
}

/* The account's server, then its fallbacks in order. The first one's trouble is the one
 * that is told: the fallbacks are there because of it. */
static struct smtp *
open_any(struct send_run *run, const struct send_route *route, GError **error)
{
	const struct rc_server *const *fallback = route->account->smtp_fallbacks;
	GError *first = NULL;
	struct smtp *smtp = open_server(route, route->account->smtp, &first);

	(void)run;
	for (; smtp == NULL && *fallback != NULL; fallback++) {
		GError *cause = NULL;

		if (g_error_matches(first, PF_ERROR, PF_ERROR_CANCELLED))
			break;
		log_info("send", "account=%s %s; trying %s", route->account->name,
		    first->message, (*fallback)->host);
		smtp = open_server(route, *fallback, &cause);
		g_clear_error(&cause);
	}
	if (smtp == NULL)
		g_propagate_error(error, first);
	else
		g_clear_error(&first);
	return smtp;
}

bool
send_smtp(struct send_run *run, const struct rc_account *account, GPtrArray *entries,
    GError **error)
{
	struct asking asking = {run, account, NULL};
	bool good;
	const struct send_route route = {.account = account,
	    .open = open_any,
	    .may_go = send_pace_may_go,
	    .user = &asking};

	good = send_portions(run, &route, entries, error);
	secret_free(asking.given);
	return good;
}
