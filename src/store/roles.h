/* SPDX-License-Identifier: GPL-3.0-or-later */
/* roles.h - which folder of an account is for what (RFC 6154): what the rc says, else what the server
 * said at the last sync, else the rc's fallback. */
#ifndef PENFOLD_STORE_ROLES_H
#define PENFOLD_STORE_ROLES_H

#include "base/rc.h"

enum folder_role {
	FOLDER_PLAIN,
	FOLDER_INBOX,
	FOLDER_SENT,
	FOLDER_DRAFTS,
	FOLDER_TRASH,
	FOLDER_ARCHIVE,
	FOLDER_JUNK,
};

struct roles;

/* rc is borrowed. The server's words are read from STATE/sync-ACCOUNT.db. */
struct roles *
roles_new(const struct rc *rc);
void
roles_free(struct roles *roles);
/* Look whether a sync wrote since the last look; true when a role may have changed. */
bool
roles_refresh(struct roles *roles);
/* The folder's name; NULL for FOLDER_PLAIN and for unknown accounts. Borrowed until the next
 * roles_refresh(). */
const char *
roles_folder(const struct roles *roles, const char *account, enum folder_role role);

/* "trash"; "" for FOLDER_PLAIN. Static. */
const char *
folder_role_name(enum folder_role role);
/* FOLDER_PLAIN for unknown words and NULL. */
enum folder_role
folder_role_from_name(const char *name);

#endif
