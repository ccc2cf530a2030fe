/* SPDX-License-Identifier: GPL-3.0-or-later */
/* send_route.c - letters in portions over the sessions that a route opens: one session
 * after the other, or several at a time when that pays. */
#include "programs/send_pool.h"
#include "programs/send_reach.h"

#include "base/error.h"
#include "base/log.h"

struct course {
	struct send_run *run;
	const struct send_route *route;
	struct smtp *smtp; /* NULL: no server */
	GError *no_server;
	guint sent; /* letters over this session */
	guint n_answered;
};

/* --- one session --- */

void
send_session_of(const struct smtp *smtp, struct send_session *out)
{
	const struct smtp_caps *caps = smtp_caps(smtp);

	*out = (struct send_session){.host = smtp_host(smtp),
	    .tls = smtp_tls_name(smtp),
	    .rcpt_max = caps->rcpt_max,
	    .mail_max = caps->mail_max,
	    .rcpt_domain_max = caps->rcpt_domain_max,
	    .is_grouped = caps->has_chunking && caps->has_pipelining};
}

/* Letters that this session still takes (RFC 9422); a new one when it takes no more. */
guint
send_session_room(const struct send_session *session, guint sent)
{
	guint64 most = session->mail_max;

	return most == 0 ? SEND_PORTION_LETTERS
			 : (guint)MIN(SEND_PORTION_LETTERS, most - MIN(most, sent));
}

static guint
room_of(const struct course *c)
{
	struct send_session session;

	if (c->smtp == NULL)
		return SEND_PORTION_LETTERS;
	send_session_of(c->smtp, &session);
	return send_session_room(&session, c->sent);
}

/* A server, when there is none yet and none was refused. */
static void
ensure_server(struct course *c)
{
	if (c->smtp != NULL && room_of(c) == 0)
		g_clear_pointer(&c->smtp, smtp_close);
	if (c->smtp != NULL || c->no_server != NULL)
		return;
	if (send_reach_given_up(c->run, c->route) != NULL) {
		c->no_server = g_error_copy(send_reach_given_up(c->run, c->route));
		return;
	}
	c->sent = c->n_answered = 0;
	c->smtp = c->route->open(c->run, c->route, &c->no_server);
	if (c->smtp == NULL)
		log_info("send", "account=%s %s", c->route->account->name,
		    c->no_server->message);
}

/* *is_over_out: the session broke, and there is no other. */
static bool
send_portion(struct course *c, struct send_portion *p, bool *is_over_out, GError **error)
{
	struct smtp_events events = send_portion_events(p);
	GError *broken = NULL;
	bool good;

	send_portion_begin(p);
	if (c->smtp != NULL &&
	    !smtp_send(c->smtp, (struct smtp_letter *const *)p->letters->pdata,
		p->letters->len, &events, &broken))
		log_info(
		    "send", "account=%s %s", c->route->account->name, broken->message);
	good = send_portion_end(p, broken != NULL ? broken : c->no_server, error);
	/* without a server the others get the same word; a session that broke is made
	 * anew by the next round of the run */
	*is_over_out = broken != NULL && c->no_server == NULL;
	g_clear_error(&broken);
	return good;
}

static bool
one_by_one(struct course *c, GPtrArray *entries, GError **error)
{
	bool good = true, is_over = false;
	guint next = 0;

	while (good && !is_over && next < entries->len &&
	       !c->run->sink->is_cancelled(c->run->sink->user)) {
		struct send_session session = {0};
		struct send_portion p;

		ensure_server(c);
		if (c->smtp != NULL)
			send_session_of(c->smtp, &session);
		send_portion_init(&p, c->run, c->route, &session);
		p.n_answered = c->n_answered;
		good = send_portion_fill(&p, entries, &next, room_of(c), error);
		c->sent += p.items->len;
		if (p.items->len > 0)
			good = good && send_portion(c, &p, &is_over, error);
		/* who was left out comes before what is for him behind */
		is_over = is_over || g_hash_table_size(p.left) > 0;
		c->n_answered = p.n_answered;
		send_portion_fini(&p);
	}
	return good;
}

bool
send_portions(struct send_run *run, const struct send_route *route, GPtrArray *entries,
    GError **error)
{
	struct course c = {.run = run, .route = route};
	struct send_session session;
	bool good;

	if (entries->len > 0 && !run->sink->is_cancelled(run->sink->user))
		ensure_server(&c);
	if (c.smtp != NULL)
		send_session_of(c.smtp, &session);
	if (c.smtp != NULL && send_pool_pays(run, route, &session, entries))
		good =
		    send_pool_one(run, route, g_steal_pointer(&c.smtp), entries, error);
	else
		good = one_by_one(&c, entries, error);
	smtp_close(c.smtp);
	g_clear_error(&c.no_server);
	return good;
}
