/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor_view.h - a program that is typed into, as a view: it has all keys but the one that leads back to the
 * mail, and everything else goes on beside it. */
#ifndef PENFOLD_UI_EDITOR_VIEW_H
#define PENFOLD_UI_EDITOR_VIEW_H

#include "ui/run.h"

extern const struct action_set editor_actions;

struct editor_view_job {
	char **argv;
	const char *title; /* outside text for the tab's name */
	run_fn ended;	   /* the program has ended, and its view is gone; called once, unless dropped is */
	void (*dropped)(void *user); /* the view was closed under the program, which has been hung up on */
	void *user;
};

/* Start the program in a view on top of the tab in front. False when it could not start. */
bool
editor_view_open(struct app *app, const struct editor_view_job *job, GError **error);

#endif
