/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The domains of a letter are looked up while it is written: the store says once whom the user writes to,
 * and the judge then knows a slip for one of them. */
#include "client/client_private.h"

/* A look that waits until the judge knows. */
struct domain_look {
	struct client *client;
	json_t *request;
	supervisor_reply_fn fn;
	void *user;
};

static void
on_told(const struct reply *reply, void *user)
{
	(void)reply; /* without them a slip is missed, no more */
	(void)user;
}

static void
on_correspondents(const struct reply *reply, void *user)
{
	struct domain_look *look = user;
	struct client *c = look->client;

	if (reply->kind == REPLY_EVENT)
		return;
	(void)client_hand_contacts(client_auth(c), reply, on_told, c);
	supervisor_request(client_auth(c), look->request, NULL, 0, 0, NULL, look->fn, look->user);
	g_free(look);
}

void
client_check_domains(struct client *c, json_t *request, supervisor_reply_fn fn, void *user)
{
	struct domain_look *look;

	json_object_set_new(request, "op", json_string("check-domains"));
	if (c->checker_knows_contacts) {
		supervisor_request(client_auth(c), request, NULL, 0, 0, NULL, fn, user);
		return;
	}
	c->checker_knows_contacts = true;
	look = g_new0(struct domain_look, 1);
	look->client = c;
	look->request = request;
	look->fn = fn;
	look->user = user;
	supervisor_request(client_search(c),
	    json_pack("{s:s, s:s}", "op", "complete", "what", "correspondents"), NULL, 0, 0, NULL,
	    on_correspondents, look);
}
