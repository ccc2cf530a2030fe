/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_add.h - new files into the index: pre-screened, hashed, tagged; by a stand-in where the file
 * itself must not be parsed. A file that killed this program twice is set aside. */
#ifndef PENFOLD_STORE_INDEX_ADD_H
#define PENFOLD_STORE_INDEX_ADD_H

#include "store/index.h"
#include "store/peers.h"

struct index_added {
	char *path;	/* where the file is, absolute */
	char *asked;	/* the path of the request */
	char *id, *thread, *sha256;
	bool is_standin, is_new; /* new: the database had no file of this message */
	GError *error;	/* why this one was not indexed, or NULL */
	/* for state.db */
	gint64 date, size, mtime, inode;
	struct peer_note peer;
};

typedef void (*index_added_fn)(const struct index_added *added, void *user);

struct index_add {
	const char *const *paths;
	guint n;
	bool is_filed;		 /* old mail: `inbox` only in the inbox, not in other folders as new mail has it */
	index_added_fn on_added; /* after the commit; may be NULL */
	bool (*is_cancelled)(void *user);
	void *user;
};

/* Index files; one that is in the index already is only reported. False when the index itself
 * failed; single files fail in their struct index_added. */
bool
index_add(struct index *ix, const struct index_add *job, guint *indexed_out, guint *failed_out,
    GError **error);

/* From now on the file is listed by a stand-in: program died of it. */
bool
index_quarantine(struct index *ix, const char *path, const char *program, const char *reason,
    GError **error);

/* How many deaths on one file are enough. */
#define INDEX_CRASHES_MAX 2

#endif
