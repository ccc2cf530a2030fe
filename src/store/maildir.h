/* SPDX-License-Identifier: GPL-3.0-or-later */
/* maildir.h - Maildir folders below the mail root: ROOT/ACCOUNT/FOLDER/{cur,new,tmp}.
 *
 * A delivered file is never changed. Deliveries go through tmp/, are fsynced (singly, or with
 * others by one syncfs), renamed into place, and the folder is fsynced. Flags live in the name
 * (":2,DFPRST"). Folder names are UTF-8 with "/" as hierarchy; each component is percent-encoded
 * where it would be unsafe as a path (".", "..", leading dot, "cur", "new", "tmp", controls, "%",
 * bytes that are no UTF-8), so that the mapping is injective and stays inside the root. */
#ifndef PENFOLD_STORE_MAILDIR_H
#define PENFOLD_STORE_MAILDIR_H

#include <glib.h>
#include <stdbool.h>

/* Path of a folder below root; owned. NULL and PF_ERROR_DATA for an empty name or one that would
 * be longer than the file system takes. */
char *
maildir_path(const char *root, const char *account, const char *folder, GError **error);
/* The reverse: splits a message's or folder's path into account and folder name (owned). False
 * when it is not below root in Penfold's layout (then a foreign notmuch tree: account_out is NULL
 * and folder_out the relative folder). */
bool
maildir_split(const char *root, const char *path, char **account_out, char **folder_out);

/* Make cur/, new/, tmp/ (0700) and sync the parents. */
bool
maildir_create(const char *folder_path, GError **error);
/* The same, but durable only with the next syncfs(2), see syncer.h. */
bool
maildir_create_soon(const char *folder_path, GError **error);
/* Folder names of an account, sorted, owned strings. */
GPtrArray *
maildir_list(const char *root, const char *account);

struct maildir_delivery; /* a message on its way through tmp/ */

struct maildir_delivery *
maildir_begin(const char *folder_path, GError **error);
/* As maildir_begin(), with an end of the base name that says what it is (".part"). */
struct maildir_delivery *
maildir_begin_as(const char *folder_path, const char *suffix, GError **error);
/* The descriptor to write to (owned by the delivery). */
int
maildir_fd(const struct maildir_delivery *d);
/* The base name that the message will have in cur/ or new/. Borrowed. */
const char *
maildir_delivery_name(const struct maildir_delivery *d);
/* All of it has been written: the descriptor is closed, and what goes wrong is told now. */
bool
maildir_end(struct maildir_delivery *d, GError **error);
/* fsync the file. Not needed for those that a syncer makes durable. */
bool
maildir_sync(struct maildir_delivery *d, GError **error);
/* Rename into cur/ with flags (letters of DFPRST, may be ""), or into new/ when flags is NULL. The
 * new path is returned through path_out (owned, may be NULL). The file must have been synced. The
 * folder itself is not synced: file_sync_dir() it once per batch. Frees d. */
bool
maildir_commit(struct maildir_delivery *d, const char *flags, char **path_out, GError **error);
/* A file of the same file system whose bytes are durable and never change gets another name in the
 * folder's cur/ (or new/), as maildir_commit() has it; there is nothing to be seen in part, and tmp/ is not
 * needed. False with PF_ERROR_IO where that cannot be done, and a copy can. */
bool
maildir_link(const char *folder_path, const char *from, const char *flags, char **path_out, GError **error);
/* Remove the temporary file. Frees d. NULL is fine. */
void
maildir_abort(struct maildir_delivery *d);

/* All in one for a single message from a descriptor (its current offset to its end), durable on
 * return. The envelope line of an mbox in front of it is left out. */
bool
maildir_deliver_fd(const char *folder_path, int fd, const char *flags, char **path_out,
    GError **error);

/* The name of a message's file without folder and flags: what stays when flags change or the message
 * is moved. Owned. */
char *
maildir_base(const char *path);
/* Folder path, "/" and base: the same for new/ and cur/ and for all flags. Owned. */
char *
maildir_key(const char *path);
/* For g_ptr_array_sort(): by the name without the folder, which most programs begin with the time. A letter is indexed
 * in half the time when what it answers is in the index before it: no thread is to be joined to another. */
gint
maildir_compare_arrival(gconstpointer a, gconstpointer b);
/* Does the file lie in a folder's cur/ or new/? */
bool
maildir_is_message(const char *path);
/* The flags of a file name, sorted, owned ("" when none); and a new name with other flags. */
char *
maildir_flags(const char *path);
/* Rename to carry these flags (moves from new/ to cur/ too). path_out owned. */
bool
maildir_set_flags(const char *path, const char *flags, char **path_out, GError **error);
/* Move to another folder, keeping flags, durable. path_out owned. */
bool
maildir_move(const char *path, const char *to_folder_path, char **path_out, GError **error);

#endif
