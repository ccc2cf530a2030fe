/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys_view_private.h - the page of keys, for keys_view.c and keys_deed.c. */
#ifndef PENFOLD_UI_KEYS_VIEW_PRIVATE_H
#define PENFOLD_UI_KEYS_VIEW_PRIVATE_H

#include "ui/keys_view.h"
#include "ui/passphrase.h"
#include "ui/pick.h"

enum keys_mode { KEYS_RING, KEYS_PICK, KEYS_FOUND };

struct keys_view {
	struct view base;
	struct app *app;
	enum keys_mode mode;
	json_t *keys;  /* as of penfold-crypt; NULL until they come */
	char *error;   /* why there are none */
	char *pattern; /* NULL: all */
	bool is_own;   /* secret keys only */
	struct passphrase *asking; /* the list, under way */
	struct pick pick;
	char *address; /* KEYS_PICK: for whom */
	keys_pick_fn fn;
	void *user;
	GDestroyNotify free_user;
	int fd; /* KEYS_FOUND: where they lie; else -1 */
	char *protocol, *whence;
};

/* The page on top, NULL when another is. */
struct keys_view *
keys_view_top(struct app *app);
/* Borrowed; NULL without keys. */
const json_t *
keys_view_selected(const struct keys_view *k);

#endif
