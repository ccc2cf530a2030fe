/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index.h - the notmuch database below the mail root: opening, reading, writing, its settings.
 *
 * An existing database is used as it is: the user's notmuch configuration file counts when it names
 * this mail root, and what is stored in the database always does. notmuch has one writer; its lock
 * is held from index_writer() to index_commit(), and waited for politely. */
#ifndef PENFOLD_STORE_INDEX_H
#define PENFOLD_STORE_INDEX_H

#include "base/error.h"
#include "base/keywords.h"
#include "store/folders.h"
#include "store/state.h"

#include <notmuch.h>

/* How long the writer's lock may be held while another waits for it. */
#define INDEX_LOCK_MS 250

struct index;

/* Everything is borrowed while the index lives. Opens nothing yet. */
struct index *
index_new(const char *root, const struct rc *rc, struct state_db *state);
void
index_free(struct index *ix);

/* The mail root as notmuch spells it: what file names in the database start with. Borrowed. */
const char *
index_root(struct index *ix);
struct state_db *
index_state(struct index *ix);
struct folders *
index_folders(struct index *ix);
struct linkage;
/* Where linkage_read() (store/linkage.h) keeps what it read; freed with the index. */
struct linkage **
index_linkage(struct index *ix);
const struct rc *
index_rc(struct index *ix);
const struct keywords *
index_keywords(struct index *ix);
/* With the labels that have come since. */
void
index_keywords_refresh(struct index *ix);

/* read */

/* The database for reading, as of now (made when there is none). Borrowed until the next call of
 * this function or of index_commit(). */
notmuch_database_t *
index_reader(struct index *ix, GError **error);
/* Until the end of this look the reader is renewed once only, or when a writer has overtaken it: for a piece of work that
 * asks about many messages. */
void
index_look_begin(struct index *ix);
void
index_look_end(struct index *ix);
/* Have the next reader read the database's settings anew as well: a reader that follows does not. */
void
index_reload(struct index *ix);
typedef notmuch_status_t (*index_read_fn)(notmuch_database_t *db, void *user);
/* Run fn on the reader; when a writer overtook it, once more on the new state. */
bool
index_read(struct index *ix, index_read_fn fn, void *user, GError **error);

/* write */

/* How long index_writer() waits for another writer; 0: 30 s, as ever. */
void
index_set_patience(struct index *ix, int ms);
/* The database for writing, inside one atomic section. Waits that long for another writer, then
 * PF_ERROR_TEMPORARY. Nested calls are a programming error. */
notmuch_database_t *
index_writer(struct index *ix, GError **error);
/* Commit and give the lock back. */
bool
index_commit(struct index *ix, GError **error);
/* Give the lock back; nothing was changed. */
void
index_abandon(struct index *ix);
/* Milliseconds since index_writer(). */
gint64
index_held_ms(const struct index *ix);
/* Would a batch that begins now have to wait for another process? */
bool
index_is_held(const struct index *ix);
/* Has the batch used up its time, so that with the commit it stays under INDEX_LOCK_MS? */
bool
index_batch_is_full(const struct index *ix);
/* May it go on all the same, since nobody waits for the lock? Not for ever. */
bool
index_batch_may_go_on(struct index *ix);

/* settings of the database; owned by the index */

const char *const *
index_new_tags(struct index *ix);
/* Is the text of encrypted mail to be indexed: "notmuch" (as its own index.decrypt says), "no", "yes"; static. */
const char *
index_decryption(const struct index *ix);
const char *const *
index_exclude_tags(struct index *ix);
/* new.ignore: file names, or regular expressions between slashes on the path below the root. */
const char *const *
index_ignored(struct index *ix);
bool
index_has_flag_sync(const struct index *ix);

/* helpers */

/* An error of ours for a status of notmuch. Returns false. */
bool
index_fail(notmuch_database_t *db, notmuch_status_t status, GError **error);
/* A message by its id; NULL when there is none, and for a ghost, which is only known from references
 * and has no file. Destroy it. */
notmuch_status_t
index_find(notmuch_database_t *db, const char *id, notmuch_message_t **message_out);
/* The same message anew; the old handle is destroyed. *message is NULL when it is no more there. Xapian compares all
 * positions of a document's words unless the one that is replaced is the one that it opened last, and a look at
 * the message's file names opens those of folders: so look first, then have it afresh, then change it. */
notmuch_status_t
index_afresh(notmuch_database_t *db, notmuch_message_t **message);
/* A path of a request as the database spells it. PF_ERROR_DATA when it is not below the root. Owned. */
char *
index_path(struct index *ix, const char *path, GError **error);
/* The part below the root; path itself when it is not below it. Borrowed from path. */
const char *
index_relative(struct index *ix, const char *path);
/* maildir_key() relative to the root. Owned. */
char *
index_key(struct index *ix, const char *path);
/* The file itself where it is now: path, or the file with the same base and other flags beside it.
 * Owned; NULL when it is gone. */
char *
index_locate(const char *path);

#endif
