/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail_private.h - what the kinds of deeds, mail*.c, share. */
#ifndef PENFOLD_UI_MAIL_PRIVATE_H
#define PENFOLD_UI_MAIL_PRIVATE_H

#include "ui/ask.h"
#include "ui/mail.h"
#include "ui/rows.h"

/* What is said of the one deed that cannot be taken back. */
#define MAIL_FOR_EVER "deleted for ever"

/* One deed on its way. Deeds are done strictly one after another, so that each finds what the ones
 * before it have left, a take-back included. */
struct deed {
	struct app *app;
	void (*start)(struct deed *d);
	struct mail_target *target;
	guint number;	  /* of the undo */
	guint at;	  /* the thread whose messages are asked for, or the first that is not tagged */
	json_t *done;	  /* of tags: what all answers together say; NULL for none yet */
	json_t *ids;	  /* the messages to move */
	char *key, *value; /* "role" or "folder", and which */
	char *account;	  /* whose; NULL: each message's own */
	bool is_copy;
	char *changes;	  /* tags */
};

/* What `.` does again. */
struct last {
	char *key, *value, *account, *changes, *words;
	bool is_copy;
	unsigned effects;
};

struct mail {
	GQueue waiting;	      /* struct deed, oldest first */
	struct deed *running; /* NULL for none */
	struct last last;
};

/* The messages of a target, as a request wants them. New reference. */
json_t *
mail_ids(const struct mail_target *t);
/* The texts may be those that stand there. */
void
mail_last_set(struct last *l, const struct last *from);
/* Was the mail opened to be looked at only? Then the target is done with. */
bool
mail_is_refused(struct app *app, struct mail_target *t);
/* shown: as the lists show it; it leaves the place that the list shows. */
struct deed *
mail_begin(struct app *app, struct mail_target *t, const struct rows_deed *shown, const char *done_words);
void
mail_enqueue(struct deed *d, void (*start)(struct deed *d));
/* Done or failed. */
void
mail_finish(struct deed *d);
void
mail_fail(struct deed *d, const GError *error);
/* Is this the answer that ends the deed's request well? One that failed is told of, and the deed is over. */
bool
mail_has_succeeded(struct deed *d, const struct reply *reply);
/* mail_move.c: moves, copies, and (key NULL) deletes for ever. The target is consumed. */
void
mail_move(struct app *app, struct mail_target *t, const struct last *how);

#endif
