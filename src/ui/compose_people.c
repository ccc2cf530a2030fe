/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_people.c - names of aliases among the recipients become their people. */
#include "ui/ask.h"
#include "ui/compose.h"
#include "ui/edit_file.h"

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
