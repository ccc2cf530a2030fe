/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pager.h - one open message. */
#ifndef PENFOLD_UI_PAGER_H
#define PENFOLD_UI_PAGER_H

#include "ui/app.h"
#include "ui/ask.h"
#include "ui/lines.h"
#include "ui/logo.h"
#include "ui/newcomer.h"
#include "ui/pager_images.h"
#include "ui/secure.h"
#include "ui/thread.h"

extern const struct view_class pager_class;
extern const struct action_set pager_actions; /* pager_actions.c */

/* Which header fields stand above the text. */
enum pager_headers { PAGER_HEADERS_USUAL, PAGER_HEADERS_ALL, PAGER_HEADERS_SORTED };

struct thread_scroll;

struct pager {
	struct view base;
	struct app *app;
	struct thread *thread;
	guint index;	 /* of the message in the thread */
	char *shown_id;	 /* the message whose text is in lines */
	struct letter *letter; /* its file */
	bool is_nested;	       /* a message within another: the store does not know it */
	struct secure secure;  /* what a signed or encrypted one turned out to be */
	bool has_retried;      /* its file was looked for twice */
	bool is_preview;
	struct thread_scroll *whole; /* the page of the whole thread that it is a part of; NULL */
	bool wants_first; /* choose the message when the thread is there */

	struct lines *lines; /* the body */
	json_t *head;	     /* of the renderer: headers, parts, attachments; NULL until it comes */
	struct logo *logo;   /* of its author, if the verdict carries one */
	json_t *verdict;     /* the whole of it; NULL while there is none */
	char *part;	     /* that is shown in place of the body: another form of it; or NULL */
	json_t *links;	     /* of the renderer; NULL until the last line came */
	struct pager_images *images;
	struct rendering *rendering; /* its usual text; NULL while another is shown */
	struct ask render;	     /* for that other */
	struct ask names_ask;
	struct newcomer newcomer; /* is it the first letter of its author? */
	bool is_partial;     /* only the header of it is here */
	bool wants_links;    /* `l` was pressed before they were known */
	bool is_loading, is_raw;
	enum pager_headers headers;
	bool wants_end; /* the last line was asked for before it was there */
	guint wanted_top; /* where to scroll when the lines are there */
	int cols;	/* that the body was asked for */
	int body_rows;	/* as drawn last */
};

/* Open a thread's message. index G_MAXUINT: the first unread one. */
void
pager_open(struct app *app, struct thread *t, guint index);
/* The same, not on the stack of views but drawn by its owner; what it shows stays unread. Owned. */
struct pager *
pager_preview(struct app *app, struct thread *t);
/* One of the messages of a page of the whole thread; read when it is first asked to fit. Owned. */
struct pager *
pager_part(struct app *app, struct thread *t, guint index, struct thread_scroll *whole);
/* Of a part: the columns and rows that there are for text. */
void
pager_fit(struct pager *p, int cols, int rows);
/* Open a message within another: its file alone (one reference is taken). */
void
pager_open_nested(struct app *app, struct letter *letter);
/* Columns of the text of a message that has the whole screen. */
int
pager_text_cols(void);
/* Show another message of the thread in the open pager. */
void
pager_show(struct pager *p, guint index);
/* The links of the message, at once or when they are known. */
void
pager_show_links(struct pager *p);
/* Ask the renderer again: another width, all headers, raw. */
void
pager_reload(struct pager *p);
/* Is it not known yet whether it is signed or encrypted, or is it being opened? Then its parts are not what they seem. */
bool
pager_is_opening(const struct pager *p);
/* The message shown, NULL when there is none. */
struct message *
pager_message(const struct pager *p);
/* The open pager on top, NULL when something else is. */
/* The last opened one, also when other pages stand over it; NULL. */
struct pager *
pager_open_last(const struct app *app);
struct pager *
pager_top(const struct app *app);

/* pager_headers.c: all fields of the head, as they came or by name, become lines. */
void
pager_add_all_headers(struct pager *p);

/* pager_draw.c */
/* Of a part: the head of the frame, and the rule below it. The rows taken. */
int
pager_draw_short(struct pager *p, struct area a);
/* Of a part: its lines from row `first` on. */
void
pager_draw_text(struct pager *p, struct area a, guint first);
void
pager_draw(struct app *app, struct view *v, struct area a);

#endif
