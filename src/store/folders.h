/* SPDX-License-Identifier: GPL-3.0-or-later */
/* folders.h - which folder of which account a file lies in, and what that folder is for. */
#ifndef PENFOLD_STORE_FOLDERS_H
#define PENFOLD_STORE_FOLDERS_H

#include "store/roles.h"

struct folder {
	char *account; /* "" in a tree that is not Penfold's */
	char *name;    /* UTF-8, "/" as hierarchy */
	enum folder_role role;
};

struct folders;

/* Both are borrowed while the folders live. */
struct folders *
folders_new(const char *root, const struct rc *rc);
void
folders_free(struct folders *f);

/* Take in what syncs have learned of roles. Every borrowed struct folder may be freed by it. */
void
folders_refresh(struct folders *f);

/* The folder of a message's file; never NULL, borrowed until folders_refresh(). */
const struct folder *
folders_of_path(struct folders *f, const char *path);
/* The role of a folder by its account's settings. */
enum folder_role
folders_role(struct folders *f, const char *account, const char *name);
/* The name of the account's folder with this role; NULL for FOLDER_PLAIN and unknown accounts.
 * Borrowed. */
const char *
folders_name_of_role(struct folders *f, const char *account, enum folder_role role);

/* Is mail there out of the way: trash or junk? */
bool
folder_is_dead(const struct folder *folder);
/* Which of several files of one message to show: the smallest. What came in by the inbox carries
 * the trace and the signatures that a copy of one's own lacks. */
unsigned
folder_rank(const struct folder *folder);

#endif
