/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys_view.h - the keyring on the screen: keys and certificates with validity, expiry and fingerprint; one to be
 * chosen for a reader; those of a message or a file, which are taken in after a question. */
#ifndef PENFOLD_UI_KEYS_VIEW_H
#define PENFOLD_UI_KEYS_VIEW_H

#include "ui/app.h"

extern const struct action_set keys_actions; /* for the help */

/* The keys that a pattern names (NULL or "": all). */
void
keys_view_open(struct app *app, const char *pattern);

/* The key to encrypt with for an address; fingerprint is NULL when the keyring is to choose again. Called once at
 * most, with user, which free_user frees when the page closes. */
typedef void (*keys_pick_fn)(struct app *app, const char *address, const char *fingerprint, void *user);
void
keys_view_pick(struct app *app, const char *address, keys_pick_fn fn, void *user, GDestroyNotify free_user);

/* What is behind a descriptor of file_in_memory() (taken), before it goes into the keyring. protocol: "openpgp" or
 * "smime". whence: for the title, "in the message". */
void
keys_view_found(struct app *app, int fd, const char *protocol, const char *whence);

#endif
