/* SPDX-License-Identifier: GPL-3.0-or-later */
/* place.h - what a list shows: a role's folders of all accounts, one folder, a search, all mail. */
#ifndef PENFOLD_UI_PLACE_H
#define PENFOLD_UI_PLACE_H

#include "base/row_index.h"

#include <stdbool.h>

enum place_kind {
	PLACE_ROLE,   /* the folders of one role ("inbox") of every account */
	PLACE_FOLDER, /* one folder of one account */
	PLACE_TREE,   /* a folder that need not exist, and all below it; with the folder "" an account */
	PLACE_SEARCH, /* a query */
	PLACE_ALL,    /* every thread */
	PLACE_DRAFTS, /* letters that are not finished; a view of its own */
	PLACE_OUTBOX, /* letters that are not gone; a view of its own */
};

struct place {
	enum place_kind kind;
	char *role;    /* PLACE_ROLE; PLACE_FOLDER: the folder's, "" for none */
	char *account; /* PLACE_FOLDER */
	char *folder;  /* PLACE_FOLDER */
	char *query;   /* PLACE_SEARCH */
	char *name;    /* as people call it: "Inbox", "work/Lists", "invoices" */
	int depth;	/* in the sidebar's tree */
	bool is_branch; /* something hangs on it there */
};

/* All owned by the caller. */
struct place *
place_role(const char *role);
struct place *
place_folder(const char *account, const char *folder, const char *role);
struct place *
place_tree(const char *account, const char *folder);
struct place *
place_search(const char *name, const char *query);
struct place *
place_special(enum place_kind kind);
struct place *
place_copy(const struct place *p);
void
place_free(struct place *p);
bool
place_equal(const struct place *a, const struct place *b);

/* A place where mail lies, and no question about all of it. */
bool
place_is_folders(const struct place *p);

/* "Inbox" for "inbox" and so on; the word itself for others. */
const char *
place_role_name(const char *role);
/* Does this folder of the table belong to the place? */
bool
place_has_folder(const struct place *p, const struct row_folder *folder);

#endif
