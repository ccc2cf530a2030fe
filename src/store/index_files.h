/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_files.h - files of messages that moved, were renamed, or are gone: the file system first,
 * durably, then the index, then state.db. A crash in between is mended by the next scan. */
#ifndef PENFOLD_STORE_INDEX_FILES_H
#define PENFOLD_STORE_INDEX_FILES_H

#include "store/index.h"

struct index_rename {
	char *from, *to; /* absolute */
};

/* Renames that happened already (struct index_rename). A `from` that the index lacks makes `to` a
 * new file, and a `to` that is gone makes `from` a removed one. */
bool
index_renamed(struct index *ix, GPtrArray *renames, GError **error);
/* One rename inside a batch, for one file of the message: the index and state.db take the new name.
 * Other handles of the message are stale afterwards. */
bool
index_rename_file(struct index *ix, notmuch_database_t *db, const char *from, const char *to,
    bool is_standin, GError **error);
/* Files that are gone (owned paths, absolute). Unknown ones are fine. */
bool
index_removed(struct index *ix, GPtrArray *paths, guint *n_out, GError **error);

/* A folder by name or by role (one of them is NULL or FOLDER_PLAIN), of an account, or (NULL) of each
 * message's own. */
struct index_target {
	const char *account, *folder;
	enum folder_role role;
	/* of a message with files there, only those: in a folder of an account, or in those of a role */
	const char *from_account, *from_folder;
	enum folder_role from_role;
};
/* The path of the folder to which a file at `path` goes; NULL with error when there is none. Owned. */
char *
index_target_folder(struct index *ix, const struct index_target *to, const char *path, GError **error);

struct index_moved {
	char *id, *from_folder;
	char *from, *to;    /* real paths */
	bool was_new_there; /* it was `inbox` in a folder that is no inbox: moving it back does not make it so again */
};

/* Move messages. Copies in sent and drafts stay where they are unless there is nothing else to
 * move. on_moved is called after the commit. */
typedef void (*index_moved_fn)(const struct index_moved *moved, void *user);
bool
index_move(struct index *ix, GPtrArray *ids, const struct index_target *to,
    index_moved_fn on_moved, void *user, GError **error);

/* Unlink the files of these messages: all, or (from, may be NULL) only those that lie in its from_folder, or in
 * folders of its from_role. n_out: messages of which a file went. */
bool
index_delete(struct index *ix, GPtrArray *ids, const struct index_target *from, guint *n_out, GError **error);

#endif
