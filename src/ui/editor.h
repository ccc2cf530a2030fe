/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor.h - the user's editor: it has a tab or the terminal while it runs, everything else goes on. Each time
 * it writes its file the writing is told, and a note beside the file says which letter it belongs to, so
 * that nothing it wrote is lost whatever ends. */
#ifndef PENFOLD_UI_EDITOR_H
#define PENFOLD_UI_EDITOR_H

#include "ui/app.h"

/* text is what the file holds afterwards (len bytes); NULL with error set when the editor failed or
 * the file is gone. The file at path stays until editor_forget(), once the text is safe
 * elsewhere. Called once. */
typedef void (*editor_fn)(struct app *app, const char *text, size_t len, const char *path,
    const GError *error, void *user);
/* The editor has written its file, and goes on. Returns the new note, owned; NULL keeps the old one. */
typedef char *(*editor_written_fn)(struct app *app, const char *text, size_t len, void *user);

struct editor_job {
	const char *text; /* to begin with */
	const char *note; /* what this letter is: kept beside the file, on disk before the editor starts */
	const char *title; /* of the letter, outside text */
	unsigned line;	   /* where to begin, from 1; told to the editors that are known to take +LINE */
	char **command;	  /* in place of the user's editor, or NULL */
	editor_fn fn;
	editor_written_fn written; /* may be NULL */
	void *user;		   /* lives until fn is called, or is freed by */
	GDestroyNotify free_user;  /* when Penfold ends before the editor */
};

/* Write text to a file in a private folder and edit it: `[ui] editor`, $VISUAL, $EDITOR or vi; in a view on
 * top of the tab in front, or with the whole terminal (`[editor] where`). */
void
editor_run(struct app *app, const struct editor_job *job);
/* The words of the user's editor on a file; owned. NULL and error when the setting cannot be read. */
char **
editor_argv(const struct app *app, const char *path, GError **error);
/* The file's text is safe elsewhere. */
void
editor_forget(const char *path);

/* Texts that were being edited when an earlier Penfold died, as the editor wrote them last, or as it rescued them
 * when its terminal closed (nano, emacs): fn for each, with its note (NULL when there
 * is none). text may be the start of what was being written only. */
typedef void (*editor_recover_fn)(struct app *app, const char *text, size_t len, const char *path,
    const char *note);
void
editor_recover(struct app *app, editor_recover_fn fn);

#endif
