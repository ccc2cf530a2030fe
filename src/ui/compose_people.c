/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_people.c - names of aliases among the recipients become their people; who of them
 * cannot be reached. */
#include "ui/ask.h"
#include "ui/compose.h"
#include "ui/edit_file.h"

#include <string.h>

struct asked {
	struct app *app;
	guint serial;
};

static void
on_people(const struct reply *reply, void *user)
{
	struct asked *a = user;
	if (reply->kind == REPLY_EVENT)
		return;
	struct compose *c = compose_of_serial(a->app, a->serial);
	if (reply->kind == REPLY_DONE && c != NULL && !c->is_queueing &&
	    edit_file_expand(c->draft, json_object_get(reply->obj, "people")))
		compose_changed(c);
	g_free(a);
}

void
compose_expand(struct compose *c)
{
	json_t *names = edit_file_short_names(c->draft);
	/* an alias may name another; one that names itself ends here */
	if (json_array_size(names) > 0 && !json_equal(names, c->expanded)) {
		struct asked *a = g_new0(struct asked, 1);
		a->app = c->app;
		a->serial = c->serial;
		json_decref(c->expanded);
		c->expanded = json_incref(names);
		ask_reader(c->app, NULL, json_pack("{s:s, s:O}", "op", "people", "words", names), on_people, a);
	}
	json_decref(names);
}

char *
compose_unreached(const struct compose *c)
{
	const char *name = jsonl_string(c->draft, "account");
	const struct rc_account *account = name != NULL ? rc_account(c->app->rc, name) : NULL;
	char *found = NULL;
	size_t i;
	json_t *item;
	if (account == NULL || account->smtp != NULL)
		return NULL;
	json_t *all = compose_recipients(c->draft);
	json_array_foreach(all, i, item)
	{
		char *spec = compose_spec(json_string_value(item));
		const struct rc_account *to = spec != NULL ? rc_account_of_address(c->app->rc, spec) : NULL;
		bool is_reached = spec == NULL || strchr(spec, '@') == NULL || (to != NULL && to->is_local);
		if (found == NULL && !is_reached)
			found = g_steal_pointer(&spec);
		g_free(spec);
	}
	json_decref(all);
	return found;
}
