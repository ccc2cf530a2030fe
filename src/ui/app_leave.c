/* SPDX-License-Identifier: GPL-3.0-or-later */
/* app_leave.c - leaving waits for the changes that are on their way to the disk, but not for ever. */
#include "ui/app.h"

#define QUIT_PATIENCE_MS 5000

static gboolean
on_patience_over(gpointer user)
{
	struct app *app = user;
	app->end_timer = 0;
	g_main_loop_quit(app->loop);
	return G_SOURCE_REMOVE;
}

void
app_quit(struct app *app, int exit_code)
{
	app->exit_code = exit_code;
	/* what the user did and saw done is on its way to the disk: that is worth a moment, but a
	 * second wish to go is a wish to go now */
	if (app->n_writes == 0 || app->is_quitting) {
		g_main_loop_quit(app->loop);
		return;
	}
	app->is_quitting = true;
	app->end_timer = g_timeout_add(QUIT_PATIENCE_MS, on_patience_over, app);
	app_say(app, "the last changes are being saved; once more leaves at once");
}

void
app_hang_up(struct app *app)
{
	app->wants_reload = false;
	if (!app->is_quitting)
		app_quit(app, 0);
}

void
app_write_begins(struct app *app)
{
	app->n_writes++;
}

void
app_write_ends(struct app *app)
{
	g_assert(app->n_writes > 0);
	if (--app->n_writes == 0 && app->is_quitting)
		g_main_loop_quit(app->loop);
}
