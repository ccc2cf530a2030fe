/* SPDX-License-Identifier: GPL-3.0-or-later */
/* action.h - what a key can do. One table entry is the whole truth about an action: its name for
 * the command line and the rc file, its keys, its help, its function. Dispatch, hint bar, help page
 * and completion all read the same tables. */
#ifndef PENFOLD_UI_ACTION_H
#define PENFOLD_UI_ACTION_H

#include <stddef.h>

struct app;

struct action {
	const char *name; /* "archive" */
	const char *keys; /* the defaults: alternatives parted by ", ", steps of one by a space */
	const char *hint; /* word for the hint bar, NULL to leave it out */
	const char *arg;  /* what `:name ARG` takes, NULL for nothing */
	const char *help; /* one line */
	/* arg: what stood behind the name on the command line, NULL from a key */
	void (*run)(struct app *app, const char *arg);
};

/* The actions of one kind of view; actions ends with a NULL name. */
struct action_set {
	const char *section; /* of the rc: "index" for [keys.index]; NULL when it has none */
	const char *title;   /* in the help */
	const struct action *actions;
};

#endif
