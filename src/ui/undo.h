/* SPDX-License-Identifier: GPL-3.0-or-later */
/* undo.h - what was done to mail, newest last, each with the requests that take it back. */
#ifndef PENFOLD_UI_UNDO_H
#define PENFOLD_UI_UNDO_H

#include "ui/app.h"
#include "ui/place.h"

#define UNDO_DEPTH 100

struct undo;
struct rows_deed;

/* Nothing done yet. */
struct undo *
undo_new(void);
void
undo_free(struct undo *u);

/* A deed begins: label says it ("archived 3 threads"), threads (owned strings, a reference is taken,
 * may be NULL) are those whose rows show it already, by these effects (enum rows_effect), in the place from (borrowed).
 * What had been taken back before can no longer be done again. Returns a number for the calls below. */
guint
undo_begin(struct app *app, const char *label, GPtrArray *threads, const struct rows_deed *deed);
/* It is done; answer (the store's final answer to a tag or a move) says what takes it back. False when
 * it does not say so: then nothing can. If the user has asked for that meanwhile, it is done now. */
bool
undo_done(struct app *app, guint number, const json_t *answer);
/* It failed: nothing to take back, and the rows show it no longer. */
void
undo_failed(struct app *app, guint number);
/* Has the user taken it back already, before it was done? */
bool
undo_is_unwanted(struct app *app, guint number);
/* Is something that the user has taken back still done on the disk? Rows that are read there now lack what he sees. */
bool
undo_is_turning(const struct app *app);
/* It is done, and nothing can take it back. */
void
undo_forget(struct app *app, guint number);
/* A letter was queued; taking it back opens it again. */
void
undo_queued(struct app *app, const char *label, const char *queue_id);
/* Take back the last deed. */
void
undo_last(struct app *app);
/* Do the last one that was taken back again. */
void
undo_redo(struct app *app);

/* Requests that take back what this answer of the store says was done; owned, empty when there is
 * nothing, NULL when the answer does not name it. */
json_t *
undo_ops(const json_t *answer);

#endif
