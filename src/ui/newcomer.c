/* SPDX-License-Identifier: GPL-3.0-or-later */
/* newcomer.c - see newcomer.h. */
#include "ui/newcomer.h"

#include "ui/thread.h"

#include <string.h>

#define KNOWN_MIN 50 /* messages in the store, before which everybody is new */

static void
on_facts(const struct reply *reply, void *user)
{
	struct newcomer *n = user;
	if (reply->kind == REPLY_EVENT)
		return;
	ask_end(&n->ask);
	n->is_first = reply->kind == REPLY_DONE && jsonl_int(reply->obj, "messages", 0) == 1 &&
	    jsonl_int(reply->obj, "written_to", 0) == 0 && jsonl_int(reply->obj, "known", 0) >= KNOWN_MIN;
	if (n->is_first)
		app_redraw(n->app);
}

void
newcomer_ask(struct newcomer *n, struct app *app, const struct message *m)
{
	newcomer_drop(n);
	n->app = app;
	if (m->from_address == NULL || strchr(m->from_address, '@') == NULL ||
	    rc_account_of_address(app->rc, m->from_address) != NULL)
		return;
	ask_reader(app, &n->ask,
	    json_pack("{s:s, s:s, s:b}", "op", "sender", "address", m->from_address, "brief", 1), on_facts, n);
}

void
newcomer_drop(struct newcomer *n)
{
	ask_drop(&n->ask);
	n->is_first = false;
}

bool
newcomer_is(const struct newcomer *n, const json_t *verdict)
{
	const json_t *flag;
	size_t i;
	if (!n->is_first)
		return false;
	json_array_foreach(json_object_get(verdict, "flags"), i, flag)
		if (g_strcmp0(json_string_value(flag), "list") == 0)
			return false;
	return true;
}
