/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secure.h - a signed or encrypted message on the screen: opened by penfold-crypt into memory, shown
 * from there, and one line of ours that says what it is worth. */
#ifndef PENFOLD_UI_SECURE_H
#define PENFOLD_UI_SECURE_H

#include "ui/app.h"
#include "ui/letter.h"
#include "ui/passphrase.h"

struct secure {
	json_t *security;      /* of penfold-crypt; NULL until it is known */
	struct letter *opened; /* what is shown instead; NULL: the message itself */
	struct passphrase *asking;
	int fd; /* that it is being opened into; meaningful while asking */
	char *path;
	char *error; /* why nothing is known */
	void (*fn)(void *user);
	void *user;
};

/* Forget all. Zeroed is empty. */
void
secure_reset(struct secure *s);
/* If the renderer's head says that there is something to open, and that was not tried yet, open it;
 * fn is called when it is done, never from within. True when that was begun. */
bool
secure_start(struct secure *s, struct app *app, struct letter *letter, const json_t *head,
    void (*fn)(void *user), void *user);
/* Which file the renderer gets; borrowed. */
struct letter *
secure_letter(const struct secure *s, struct letter *original);
/* Tell the renderer what is known. */
void
secure_add(const struct secure *s, json_t *request);
/* The line of the frame: NULL when there is nothing to say. Owned; the style in *style_out. */
char *
secure_line(const struct secure *s, enum style *style_out);
/* What was changed outside of a protected header, or another thing to beware of; NULL for none. Owned. */
char *
secure_warning(const struct secure *s);
/* Was it encrypted, and is it shown? */
bool
secure_is_confidential(const struct secure *s);

#endif
