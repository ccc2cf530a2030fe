/* SPDX-License-Identifier: GPL-3.0-or-later */
/* handover.c - one program at a time owns the terminal. */
#include "ui/handover.h"

#include "ui/term.h"

void
handover_give(struct handover *h, struct app *app)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	if (h->is_given)
		return;
	h->is_given = true;
	if (app->n_handed++ > 0)
		return;
	sigemptyset(&ignore.sa_mask);
	app_listen(app, false);
	term_suspend();
	/* ^C in there is for that program */
	sigaction(SIGINT, &ignore, &app->old_int);
	sigaction(SIGQUIT, &ignore, &app->old_quit);
}

void
handover_take(struct handover *h, struct app *app)
{
	if (!h->is_given)
		return;
	h->is_given = false;
	if (--app->n_handed > 0)
		return;
	sigaction(SIGINT, &app->old_int, NULL);
	sigaction(SIGQUIT, &app->old_quit, NULL);
	term_resume();
	app_listen(app, true);
	app->wants_repaint = true;
	app_redraw(app);
}
