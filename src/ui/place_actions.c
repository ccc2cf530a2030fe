/* SPDX-License-Identifier: GPL-3.0-or-later */
/* place_actions.c - the keys that lead to another place. */
#include "ui/place_actions.h"

#include "ui/mailbox.h"
#include "ui/prompt.h"
#include "ui/sidebar.h"

static void
on_place(struct app *app, const char *name, void *user)
{
	(void)user;
	if (name == NULL || *name == '\0')
		return;
	struct place *p = mailbox_find_place(app, name);
	if (p != NULL)
		sidebar_go(app, p);
	else
		app_error(app, "there is no folder \"%s\", or more than one", name);
	place_free(p);
}

void
act_folder(struct app *app, const char *arg)
{
	if (arg != NULL)
		on_place(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_FOLDER, "Folder: ", NULL, on_place, NULL, NULL);
}

static void
go_neighbour(struct app *app, int by)
{
	struct place *p = sidebar_neighbour(app, by);
	sidebar_go(app, p);
	place_free(p);
}

void
act_next_folder(struct app *app, const char *arg)
{
	(void)arg;
	go_neighbour(app, 1);
}

void
act_previous_folder(struct app *app, const char *arg)
{
	(void)arg;
	go_neighbour(app, -1);
}
