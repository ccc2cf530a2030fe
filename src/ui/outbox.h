/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outbox.h - the letters that are written but not gone: the queue's entries and the drafts, asked of
 * the store whenever they change. */
#ifndef PENFOLD_UI_OUTBOX_H
#define PENFOLD_UI_OUTBOX_H

#include "ui/app.h"

struct outbox;

struct outbox *
outbox_new(struct app *app);
/* Drop open questions, while there still is a client; then free. */
void
outbox_stop(struct outbox *o);
void
outbox_free(struct outbox *o);
/* Ask for both lists anew; the views hear when they are there. */
void
outbox_refresh(struct app *app);

/* The entries as `penfold queue list` prints them, and the drafts; borrowed arrays, never NULL. */
const json_t *
outbox_entries(const struct app *app);
const json_t *
outbox_drafts(const struct app *app);
guint
outbox_n_drafts(const struct app *app);
/* Entries that are still to leave (or need the user). */
guint
outbox_n_waiting(const struct app *app);
/* Those among them that wait for the user: refused, by one recipient's server at least, or with a lost answer. */
guint
outbox_n_troubled(const struct app *app);
/* Those of them of which nobody knows whether they arrived. */
guint
outbox_n_uncertain(const struct app *app);
/* Was it refused for one of its recipients? */
bool
outbox_has_failed(const json_t *entry);
/* Is the entry done with: sent, cancelled? */
bool
outbox_is_over(const json_t *entry);
/* Is there an entry that only waits to be taken back, and would leave within a minute? Also when nobody knows yet. */
bool
outbox_may_leave(const struct app *app);
/* The next time that anything is tried, Unix seconds, -1 for none; was it tried before? */
gint64
outbox_next_try(const struct app *app, bool *is_again_out);
/* Do the lists stand for what the store said, or has it not answered yet? */
bool
outbox_is_known(const struct app *app);
/* Has the store answered since it was asked last? */
bool
outbox_is_fresh(const struct app *app);
/* Leave a draft out of the list, whatever the store still names, while it is being deleted. */
void
outbox_hide_draft(struct app *app, const char *draft_id);
/* It is deleted, or will not be: the list is asked for anew. */
void
outbox_show_draft(struct app *app, const char *draft_id);

/* An event of penfold-send: a large letter goes up. */
void
outbox_note_progress(struct app *app, const json_t *event);
/* "3.1M/21M 220k/s 80 s left" while the entry's bytes go up, else NULL; owned. */
char *
outbox_progress(const struct app *app, const json_t *entry);

/* Change an entry: state is hold, release, cancel or retry. What became of it is said. */
void
outbox_set(struct app *app, const char *queue_id, const char *state);
/* Take an entry back and open it for editing. */
void
outbox_edit(struct app *app, const char *queue_id);

#endif
