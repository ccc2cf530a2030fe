/* SPDX-License-Identifier: GPL-3.0-or-later */
/* list_view.h - the list of threads: selection, marks, scrolling. What its keys do to mail is in
 * list_actions.c and list_mail.c. */
#ifndef PENFOLD_UI_LIST_VIEW_H
#define PENFOLD_UI_LIST_VIEW_H

#include "ui/app.h"
#include "ui/place.h"
#include "ui/rows.h"

extern const struct view_class list_view_class;
/* In list_actions.c. */
extern const struct action_set list_actions;

struct list_view;

struct view *
list_view_new(struct app *app);
/* The list of the app; it lies at the bottom of the stack and always exists. */
struct list_view *
list_view_of(const struct app *app);

/* The view as a list, NULL when it is none. */
struct list_view *
list_view_cast(struct view *v);

struct list_preview;
/* What hangs on the list; borrowed. */
struct list_preview *
list_view_preview(const struct list_view *l);

/* Show a place (borrowed). */
void
list_view_go(struct app *app, const struct place *p);
/* Show of the place only what matches the query too; NULL takes that away. */
void
list_view_limit(struct app *app, const char *query);
/* Show a place and a limit (both borrowed) for the moment, as while a search is being typed. */
void
list_view_show(struct app *app, const struct place *p, const char *query);
/* The rows stand in another order: the selected thread stays selected, unless it was the first. */
void
list_view_keep(struct list_view *l);
const char *
list_view_query(const struct list_view *l);
const struct place *
list_view_place(const struct list_view *l);
struct rows *
list_view_rows(const struct list_view *l);

/* The selected row; false when the list is empty. */
bool
list_view_selected(struct list_view *l, struct row *out);
int
list_view_index(const struct list_view *l);
void
list_view_select(struct app *app, struct list_view *l, int i);
/* Will the search that is under way still bring row i? Then the key that runs now, and wants it, runs again when it is there:
 * true. */
bool
list_view_awaits(struct app *app, struct list_view *l, int i);
/* By pages of what was drawn last; 0.5 is half a page. */
void
list_view_page(struct app *app, struct list_view *l, double pages);
/* The next row from the selected one (or with from_here false, after it) that passes the test, going
 * around; -1 when there is none. */
int
list_view_search(struct list_view *l, int step, bool from_here,
    bool (*test)(const struct row *row, void *user), void *user);

/* The word of the search or limit that a reader would want to find in a letter: the longest that stands for
 * its text. Owned; NULL for none. */
char *
list_view_search_word(const struct list_view *l);
/* The text that / looked for last; borrowed, NULL for none. */
void
list_view_remember(struct list_view *l, const char *text);
const char *
list_view_remembered(const struct list_view *l);

/* Marks, by thread. */
void
list_view_toggle_mark(struct list_view *l, const char *thread);
/* True when that changed it. */
bool
list_view_set_mark(struct list_view *l, const char *thread, bool wanted);
void
list_view_clear_marks(struct list_view *l);
bool
list_view_is_marked(const struct list_view *l, const char *thread);
/* The store is asked which threads are to be marked: no more of them. False when it is not (list_mark.c). */
bool
list_view_stop_marking(struct list_view *l);
/* Marked threads, owned strings. */
guint
list_view_n_marked(const struct list_view *l);
GPtrArray *
list_view_marked(const struct list_view *l);
/* The same, and nothing is marked any more. */
GPtrArray *
list_view_take_marked(struct list_view *l);

#endif
