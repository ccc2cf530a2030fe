/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mail.h - deeds on mail: move, trash, archive, tag. Shown at once, done by the store, undoable. */
#ifndef PENFOLD_UI_MAIL_H
#define PENFOLD_UI_MAIL_H

#include "ui/app.h"
#include "ui/place.h"

/* The deeds that wait for their turn. Free it when no request is open any more. */
struct mail *
mail_new(void);
void
mail_free(struct mail *m);

/* What a deed is done to: whole threads of the list, or messages of one. */
struct mail_target {
	GPtrArray *threads; /* owned strings */
	GPtrArray *ids;	    /* messages of the only thread (owned strings), NULL for all of each */
	bool was_marked;     /* the threads were marked in the list */
	struct place *place; /* what is moved is moved as far as it lies there; NULL for anywhere */
};

/* ids and threads are copied. */
struct mail_target *
mail_target_threads(GPtrArray *threads, const struct place *place);
/* The same with a reference to threads (owned strings), which nobody changes any more. */
struct mail_target *
mail_target_shared(GPtrArray *threads, const struct place *place);
struct mail_target *
mail_target_message(const char *thread, const char *id, const struct place *place);
/* ids are copied. */
struct mail_target *
mail_target_messages(const char *thread, const GPtrArray *ids, const struct place *place);
struct mail_target *
mail_target_copy(const struct mail_target *t);
void
mail_target_free(struct mail_target *t);
/* "3 threads", "thread", "message", "3 messages"; owned. */
char *
mail_target_words(const struct mail_target *t);

/* Move to the folder of a role in each message's own account ("trash", "archive", "junk", "inbox"). The target is
 * consumed, here and below. */
void
mail_move_role(struct app *app, struct mail_target *t, const char *role, const char *done_words);
/* To the place of that name, as the user typed it: a folder of whichever account, or a role's of each message's
 * own; a name that no place has is a new folder there. */
void
mail_move_named(struct app *app, struct mail_target *t, const char *name);
/* One more of each there. */
void
mail_copy_named(struct app *app, struct mail_target *t, const char *name);
/* Change tags: changes are "+a" and "-b", parted by spaces. effects: how the rows show it (enum
 * rows_effect). done_words NULL: not worth a word in the last line. The target is consumed. */
void
mail_tag(struct app *app, struct mail_target *t, const char *changes, unsigned effects,
    const char *done_words);

/* Threads (mail_link.c). Hang the marked threads of the list, but this one, below a message of it; id NULL:
 * below its first. */
void
mail_link_marked(struct app *app, const char *thread, const char *id);
/* The message begins a thread of its own, with its answers. */
void
mail_break(struct app *app, const char *thread, const char *id);

/* What was last done to mail, to these threads too: moved or tagged in the same way. The target is
 * consumed. */
void
mail_repeat(struct app *app, struct mail_target *t);

struct thread;
/* The message has been opened. No deed to take back: it is what reading means. */
void
mail_mark_read(struct app *app, struct thread *t, guint index);
/* Unlink messages for ever; nothing takes that back, so ask the user first. The target is consumed. */
void
mail_delete(struct app *app, struct mail_target *t);

#endif
