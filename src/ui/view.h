/* SPDX-License-Identifier: GPL-3.0-or-later */
/* view.h - one full page of the screen: the list, a message, the outbox. Views lie on a stack; the
 * top one is drawn and gets the keys. */
#ifndef PENFOLD_UI_VIEW_H
#define PENFOLD_UI_VIEW_H

#include "client/client.h"
#include "ui/action.h"
#include "ui/draw.h"
#include "ui/place.h"
#include "ui/term.h"

struct app;
struct view;

/* Every function but draw, title and free may be NULL. */
struct view_class {
	const struct action_set *set;
	bool has_sidebar;
	enum place_kind place; /* what the sidebar marks; PLACE_ROLE: where the list is */
	void (*draw)(struct app *app, struct view *v, struct area area);
	/* For the first line, e.g. "Inbox"; owned by the caller. */
	char *(*title)(struct app *app, struct view *v);
	/* For the end of the last line, e.g. "3 of 1 204"; owned by the caller. */
	char *(*position)(struct app *app, struct view *v);
	/* It is the top view again after another one went. */
	void (*returned)(struct app *app, struct view *v);
	/* rows.idx is new. Called for every view on the stack. */
	void (*rows_changed)(struct app *app, struct view *v);
	/* The outbox or the drafts are new. Called for every view on the stack. */
	void (*queue_changed)(struct app *app, struct view *v);
	/* Move by lines, as the wheel asks. */
	void (*scroll)(struct app *app, struct view *v, int lines);
	/* A click at a cell of the area last drawn. */
	void (*click)(struct app *app, struct view *v, int y, int x, bool twice);
	/* Text was pasted (utf8) while no question is open. */
	void (*pasted)(struct app *app, struct view *v, const char *text);
	/* It is typed into: every key, paste and click goes here, but those that its own action set or the rc
	 * bind. is_pasted: between the two marks of a paste. */
	void (*typed)(struct app *app, struct view *v, const struct term_event *event, bool is_pasted);
	/* Has nothing of what its keys are about come yet, and will it come? Then they wait, see typeahead.h. */
	bool (*is_coming)(struct app *app, struct view *v);
	/* Why it must not be closed now, by the user's leave; a sentence of our own, NULL when it may. */
	const char *(*holds)(struct app *app, struct view *v);
	void (*free)(struct app *app, struct view *v);
};

/* The first member of each view's struct. */
struct view {
	const struct view_class *class;
	struct area area; /* where it was drawn last */
};

#endif
