/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt.h - questions in the last line: a line editor with completion, and one-key answers. One
 * question at a time: one that a key asks for takes the place of the old, which is cancelled; one that an answer
 * of a helper leads to waits while another is open, or while a view is typed into. */
#ifndef PENFOLD_UI_PROMPT_H
#define PENFOLD_UI_PROMPT_H

#include "ui/app.h"

/* What Tab completes; see complete.c. */
enum prompt_kind {
	PROMPT_TEXT,
	PROMPT_ADDRESSES, /* a list, by commas */
	PROMPT_TAGS,	  /* a list, by spaces */
	PROMPT_QUERY,
	PROMPT_FOLDER, /* any place */
	PROMPT_TARGET, /* one that mail can be moved to */
	PROMPT_PATH,
	PROMPT_TIME, /* see base/later.h */
	PROMPT_TEMPLATE, /* a name of the rc */
	PROMPT_SETTING,	 /* of the rc, and its value */
	PROMPT_COMMAND,
	PROMPT_SECRET, /* not shown, not remembered, wiped */
	PROMPT_KINDS,
};

/* text is NULL when the user changed his mind. Called once. */
typedef void (*prompt_fn)(struct app *app, const char *text, void *user);
/* answer is one of the letters asked for, 0 when the user changed his mind. Called once. */
typedef void (*prompt_choice_fn)(struct app *app, char answer, void *user);

struct prompt *
prompt_new(void);
/* Whatever is open or waits is cancelled. */
void
prompt_cancel(struct app *app);
void
prompt_free(struct app *app);

/* Ask for a line. user is freed by free_user (may be NULL) after the answer. */
void
prompt_ask(struct app *app, enum prompt_kind kind, const char *label, const char *initial,
    prompt_fn done, void *user, GDestroyNotify free_user);
/* While the question of the last prompt_ask() is open, tell of each change of the line as it is typed, with
 * that question's user. */
typedef void (*prompt_change_fn)(struct app *app, const char *text, void *user);
void
prompt_on_change(struct app *app, prompt_change_fn changed);
/* Ask for one of the letters; the label says what they mean. */
void
prompt_choose(struct app *app, const char *label, const char *letters, prompt_choice_fn done,
    void *user, GDestroyNotify free_user);

/* Do go now, or when the question that is open has its answer; never when Penfold ends before. user is freed by
 * free_user (may be NULL) after it. */
typedef void (*prompt_go_fn)(struct app *app, void *user);
void
prompt_when_closed(struct app *app, prompt_go_fn go, void *user, GDestroyNotify free_user);
/* Open what waits, if it may now. */
void
prompt_go_on(struct app *app);

/* A question is open: keys go to it, and it is drawn over the last lines. */
bool
prompt_is_open(const struct app *app);
void
prompt_event(struct app *app, const struct term_event *event);
/* A character that is pasted into the question, however many there are; and the end of them. */
void
prompt_paste(struct app *app, term_key key);
void
prompt_paste_ends(struct app *app);
void
prompt_draw(struct app *app);

#endif
