/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail_ask.h - deeds on mail whose place or tags are asked for, the same for threads of the list and for one message.
 * Who changes his mind has the threads marked again that were. */
#ifndef PENFOLD_UI_MAIL_ASK_H
#define PENFOLD_UI_MAIL_ASK_H

#include "ui/mail.h"

/* Called when the answer is there, before the deed: what is shown may have to go on to the next message. */
typedef void (*mail_ask_fn)(struct app *app);

/* The target is consumed by each. arg: what stood behind the action's name, NULL to ask. before may be NULL. */
void
mail_ask_move(struct app *app, struct mail_target *t, const char *arg, mail_ask_fn before);
void
mail_ask_copy(struct app *app, struct mail_target *t, const char *arg);
/* "+a b -c": a word without a sign has that of the word before it, the first one `sign`. */
void
mail_ask_tags(struct app *app, struct mail_target *t, char sign, const char *arg);
/* To the trash; from there for ever, after a yes. */
void
mail_ask_delete(struct app *app, struct mail_target *t, mail_ask_fn before);

/* The user has changed his mind about a deed on these threads: those that had been marked for it are again. */
void
mail_ask_give_up(struct app *app, const struct mail_target *t);

/* Pure. Changes as the store takes them, "+a +b -c"; owned, "" when no word is left. */
char *
mail_ask_changes(const char *text, char sign);

#endif
