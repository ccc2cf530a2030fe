/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mailbox.h - the row index as the screen sees it: mapped, watched, mapped anew. */
#ifndef PENFOLD_UI_MAILBOX_H
#define PENFOLD_UI_MAILBOX_H

#include "base/row_index.h"
#include "ui/app.h"
#include "ui/place.h"

struct mailbox;

/* Map the index if there is one; watch it once a second from here on. */
struct mailbox *
mailbox_new(struct app *app);
/* Drop open questions, while there still is a client; then free. */
void
mailbox_stop(struct mailbox *m);
void
mailbox_free(struct mailbox *m);

/* NULL while there is none. Borrowed until the next rows_changed. */
const struct row_index *
mailbox_index(const struct mailbox *m);
/* Why it could not be made the last time; NULL when it could. Borrowed. */
const char *
mailbox_trouble(const struct mailbox *m);
/* Look now whether there is a new one, and tell the views. */
void
mailbox_poll(struct app *app);
/* Have the store bring the index up to date; the views hear of it when it is. Calls during a run
 * are remembered and make one more. */
void
mailbox_refresh(struct app *app);

/* Saved searches of notmuch's, which stand in the sidebar. */
void
mailbox_each_query(const struct mailbox *m, void (*fn)(const char *name, const char *query, void *user),
    void *user);
bool
mailbox_has_query(const struct mailbox *m, const char *name);
/* Keep a search; "" takes it away. */
void
mailbox_save_query(struct app *app, const char *name, const char *query);
/* Learn them from the store. */
void
mailbox_ask_queries(struct app *app);

/* How many threads sleep, and how many await an answer: the store has counted. */
void
mailbox_put_off(struct mailbox *m, guint n_snoozed, guint n_awaiting);
guint
mailbox_n_snoozed(const struct mailbox *m);
guint
mailbox_n_awaiting(const struct mailbox *m);

/* Is this branch of the folder tree folded? Remembered over runs. */
bool
mailbox_is_folded(const struct mailbox *m, const struct place *p);
void
mailbox_fold(struct mailbox *m, const struct place *p, bool want);
/* The same for all branches among these places (struct place). */
void
mailbox_fold_branches(struct mailbox *m, const GPtrArray *places, bool want);

/* Deeds were laid over the lists or lifted: the counts follow them. */
void
mailbox_deeds_changed(struct mailbox *m);
/* Unread and total messages of a place, by the folder table; the unread with what was just done. */
void
mailbox_counts(const struct mailbox *m, const struct place *p, guint64 *unread_out,
    guint64 *total_out);
/* Every place that the sidebar shows, in its order, without what a folded branch hides (mailbox_places.c):
 * GPtrArray of struct place, owned. */
GPtrArray *
mailbox_places(struct app *app);
/* Names of places that contain the word, for completion; wants_targets: only of those where mail can be put. Owned
 * strings. */
GPtrArray *
mailbox_folder_names(struct app *app, const char *word, bool wants_targets);
/* The place of that name; else the first in the sidebar's order that begins so; else the only one that
 * contains it. Case does not matter. Owned, NULL when there is none. */
struct place *
mailbox_find_place(struct app *app, const char *name);

#endif
