/* SPDX-License-Identifier: GPL-3.0-or-later */
/* prompt_private.h - what the files of the prompt share. */
#ifndef PENFOLD_UI_PROMPT_PRIVATE_H
#define PENFOLD_UI_PROMPT_PRIVATE_H

#include "ui/prompt.h"

struct complete;

struct prompt {
	bool is_open;
	enum prompt_kind kind;
	char *label;
	prompt_fn done;
	prompt_choice_fn chosen; /* a one-key question when set */
	prompt_change_fn changed; /* told of every change of the text; NULL for nobody */
	char *letters;
	void *user;
	GDestroyNotify free_user;

	GString *text; /* UTF-8 as typed */
	size_t cursor; /* byte offset in text */

	GPtrArray *items; /* completions of the word at the cursor; NULL for none */
	int selected;	  /* of items, -1: what was typed stands */
	int early;	  /* steps through items that are not there yet */
	char *typed;	  /* the word before Tab replaced it */
	size_t word_start;
	struct complete *asking;

	GPtrArray *history[PROMPT_KINDS]; /* oldest first */
	guint history_at;		  /* history->len: the line being typed */
	char *unfinished;		  /* that line, while an older one is looked at; else NULL */

	GQueue waiting;	     /* struct question: nobody has asked for them by a key, oldest first */
	bool is_last_queued; /* the last prompt_ask() went there */
};

/* A question that nobody has asked for by a key waits while something is being typed: it would be answered by
 * what was meant for that. */
struct question {
	enum prompt_kind kind;
	char *label, *initial;
	char *letters; /* of a one-key question; else NULL */
	prompt_fn done;
	prompt_choice_fn chosen;
	prompt_go_fn go; /* no question: what else has to wait */
	void *user;
	GDestroyNotify free_user;
};

/* prompt_wait.c */

/* Must a question that is to be opened now wait? */
bool
prompt_must_wait(const struct app *app);
/* Its texts are copied. */
void
prompt_queue(struct app *app, const struct question *like);
/* The user has changed his mind about all that wait. */
void
prompt_wait_drop(struct app *app);

#endif
