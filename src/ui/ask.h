/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ask.h - requests to the helpers, tied to whoever asked: a view that closes drops its questions and
 * is never answered after its death. */
#ifndef PENFOLD_UI_ASK_H
#define PENFOLD_UI_ASK_H

#include "ui/app.h"
#include "ui/letter.h"

/* One outstanding question. Zeroed: none. */
struct ask {
	struct supervisor *helper;
	guint64 id;
};

/* Ask; an older question in the same slot is dropped first. obj is stolen. ask may be NULL for a
 * question whose answer must come whatever is closed meanwhile (fn's user must outlive it); a change
 * asked for in this way is waited for when the user leaves. Once the loop is over nothing is sent. */

/* The store that writes: one change after another, in order. */
void
ask_store(struct app *app, struct ask *ask, json_t *obj, supervisor_reply_fn fn, void *user);
/* The store that only reads: quick, also while the other one indexes. */
void
ask_reader(struct app *app, struct ask *ask, json_t *obj, supervisor_reply_fn fn, void *user);
/* The renderer and the judge, with a message's file. extra_fd: where decoded bytes go, or -1. */
void
ask_render(struct app *app, struct ask *ask, const struct letter *letter, json_t *obj, int extra_fd,
    supervisor_reply_fn fn, void *user);
void
ask_auth(struct app *app, struct ask *ask, const struct letter *letter, json_t *obj,
    supervisor_reply_fn fn, void *user);

/* An image of the web that the user wants to see, into fd. */
void
ask_image(struct app *app, struct ask *ask, int fd, json_t *obj, supervisor_reply_fn fn, void *user);

/* The keys' keeper, with files; nobody is asked for a passphrase (passphrase_ask() does that). */
void
ask_crypt(struct app *app, json_t *obj, const int *fds, size_t n_fds, supervisor_reply_fn fn, void *user);

/* The one that logs in to servers by hand, with a descriptor or -1. */
void
ask_setup(struct app *app, struct ask *ask, json_t *obj, int fd, supervisor_reply_fn fn, void *user);

/* A key for an address, from the network into a descriptor. */
void
ask_key_fetch(struct app *app, const char *address, int fd, supervisor_reply_fn fn, void *user);

/* The maker of pictures, with a file. */
void
ask_picture(struct app *app, struct ask *ask, int fd, json_t *obj, unsigned deadline_ms,
    supervisor_reply_fn fn, void *user);

/* No answer is wanted any more. */
void
ask_drop(struct ask *ask);
/* The final answer is there: forget without cancelling. */
void
ask_end(struct ask *ask);
bool
ask_is_open(const struct ask *ask);

#endif
