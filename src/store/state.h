/* SPDX-License-Identifier: GPL-3.0-or-later */
/* state.h - state.db: what the store knows beside the notmuch database. Verdicts by the SHA-256 of
 * the bytes, the hash of each file, stand-ins, what was being indexed when a helper died, and
 * which threads lost messages. sqlite3, WAL, synchronous=FULL: committed is on disk.
 *
 * A file's *key* is its path relative to the mail root without cur/, new/ and flags
 * (maildir_key()), so it survives flag changes by any program. Texts are UTF-8 or the bytes of
 * paths. Errors: PF_ERROR_TEMPORARY when another process holds the database, else PF_ERROR_IO. */
#ifndef PENFOLD_STORE_STATE_H
#define PENFOLD_STORE_STATE_H

#include <glib.h>
#include <stdbool.h>

struct state_db;

/* Open or make DIR/state.db (0600). DIR is made when missing. */
struct state_db *
state_open(const char *dir, GError **error);
/* One that is there, for reading only, where it cannot be written: mail is read on a full disk. */
struct state_db *
state_open_frozen(const char *dir, GError **error);
bool
state_is_frozen(const struct state_db *db);
void
state_close(struct state_db *db);

/* One transaction around several changes. Without it each change is one of its own. */
bool
state_begin(struct state_db *db, GError **error);
bool
state_commit(struct state_db *db, GError **error);
void
state_rollback(struct state_db *db);
/* Between these, whatever is read is of one moment, and many questions cost one lock; nothing may be written. False
 * where a transaction is under way, which does the same. */
bool
state_look_begin(struct state_db *db);
void
state_look_end(struct state_db *db, bool has_begun);

/* files */

struct state_file {
	char *key;
	char *sha256;	  /* NULL when not computed yet */
	char *message_id; /* without <> */
	gint64 date;	  /* of the message, Unix seconds */
	gint64 size, mtime, inode;
};

/* Every file that is indexed, in no order: its key, the message's date in seconds, its size in bytes. */
void
state_files_each(struct state_db *db, void (*fn)(const char *key, gint64 date, gint64 size, void *user),
    void *user);

bool
state_file_put(struct state_db *db, const struct state_file *file, GError **error);
/* NULL when unknown (no error). Owned: state_file_free(). */
struct state_file *
state_file_get(struct state_db *db, const char *key);
/* The file was moved; what was known under `to` is forgotten. */
bool
state_file_move(struct state_db *db, const char *from, const char *to, GError **error);
bool
state_file_remove(struct state_db *db, const char *key, GError **error);
void
state_file_free(struct state_file *file);
/* All files with these bytes; array of owned struct state_file. */
GPtrArray *
state_files_of_sha256(struct state_db *db, const char *sha256);
/* At most limit files whose bytes have no verdict, newest message first, as above. */
GPtrArray *
state_unjudged(struct state_db *db, guint limit);

/* verdicts */

/* label is the word of the verdict ("pass"), json the whole object. Two changes: to be called between
 * state_begin() and state_commit(). */
bool
state_verdict_put(struct state_db *db, const char *sha256, const char *label, const char *json,
    GError **error);
/* The object as JSON text, owned; NULL when there is none. */
char *
state_verdict_get(struct state_db *db, const char *sha256);
/* The verdict on what the file held when it came, where these bytes took its place since; as above. */
char *
state_verdict_before(struct state_db *db, const char *sha256);
/* Its word, owned; NULL when there is none. */
char *
state_verdict_label(struct state_db *db, const char *sha256);

/* verdicts that wait for the DNS: a temporary error is tried again after 1 min, 10 min, 1 h and 1 day */

/* The verdict with this hash was a temporary error at `now` (Unix seconds), or (is_temporary false) was none:
 * plan the next try, or forget the plan. */
bool
state_retry_note(struct state_db *db, const char *sha256, bool is_temporary, gint64 now, GError **error);
/* It is due again at once, whatever it is, and then as after a temporary error until it is put anew. */
bool
state_retry_again(struct state_db *db, const char *sha256, gint64 now, GError **error);
/* Is a next try planned? */
bool
state_retry_is_planned(struct state_db *db, const char *sha256);
/* At most limit files whose verdict is due again; array of owned struct state_file. */
GPtrArray *
state_retry_due(struct state_db *db, guint limit, gint64 now);
/* When the first after `now` is due, Unix seconds; 0 for none. */
gint64
state_retry_next(struct state_db *db, gint64 now);

/* the archive of DKIM keys: each TXT record by which a signature held */

struct state_key {
	char *name; /* "S._domainkey.D" */
	char *record;
	gint64 first_seen, last_seen; /* Unix seconds */
	bool is_secure;		      /* the last answer was validated by DNSSEC */
};

bool
state_key_seen(struct state_db *db, const char *name, const char *record, bool is_secure, gint64 when,
    GError **error);
/* All that were seen under a name ("S._domainkey.D"), the last first; array of owned struct state_key. */
GPtrArray *
state_keys(struct state_db *db, const char *name);

/* Those of a domain, of what is below it, and of what it is below of; at most 16, as above. */
GPtrArray *
state_keys_below(struct state_db *db, const char *domain);
/* The verdicts (JSON texts, owned) on an account's newest messages. */
GPtrArray *
state_verdicts_of_account(struct state_db *db, const char *account, guint limit);

/* stand-ins: the message that is indexed in place of one that is over a limit or killed a helper */

struct state_standin {
	char *key;	/* of the real file */
	char *path;	/* of the real file as last seen, relative to the root */
	char *standin;	/* the indexed file, relative to the root */
	char *reason;	/* one line */
	char *program;	/* the helper that died, "" for a limit */
};

bool
state_standin_put(struct state_db *db, const struct state_standin *s, GError **error);
/* NULL when there is none. Owned. */
struct state_standin *
state_standin_of_key(struct state_db *db, const char *key);
/* All real files behind an indexed stand-in; array of owned struct state_standin. */
GPtrArray *
state_standins_of_path(struct state_db *db, const char *standin);
/* All there are. */
GPtrArray *
state_standins(struct state_db *db);
bool
state_standin_move(struct state_db *db, const char *from_key, const char *to_key, const char *to_path,
    GError **error);
bool
state_standin_remove(struct state_db *db, const char *key, GError **error);
void
state_standin_free(struct state_standin *s);

/* folders that a scan has seen: nothing to do while the time of change stays the same */

/* In nanoseconds; 0 when not seen in the database with this uuid. */
gint64
state_scanned_get(struct state_db *db, const char *dir, const char *uuid);
bool
state_scanned_put(struct state_db *db, const char *dir, const char *uuid, gint64 mtime_ns,
    GError **error);

/* the crash marker */

/* From now on subject (a key) is worked on. Survives the death of this process, not of the machine. */
bool
state_working_begin(struct state_db *db, const char *subject, GError **error);
bool
state_working_end(struct state_db *db, GError **error);
/* To be called by the only worker before it starts: a subject that is still marked killed its
 * worker, and is counted. */
bool
state_working_recover(struct state_db *db, GError **error);
/* How often a worker died on this subject. */
unsigned
state_crashes(struct state_db *db, const char *subject);

/* what has arrived and is still to be filtered */

bool
state_arrived_note(struct state_db *db, const char *message_id, gint64 now, GError **error);
/* At most limit that arrived by then, oldest first; owned strings. */
GPtrArray *
state_arrived(struct state_db *db, guint limit, gint64 until);
bool
state_arrived_forget(struct state_db *db, const char *message_id, GError **error);

/* what the user linked and parted (store/linkage.h) */

struct state_link {
	char *id;     /* Message-ID */
	char *parent; /* the message that it hangs below; "" for none; NULL: as its headers say, no link */
};

struct state_link *
state_link_new(const char *id, const char *parent);
void
state_link_free(void *link);
/* All there are, by id; array of owned struct state_link. */
GPtrArray *
state_links(struct state_db *db);
bool
state_link_put(struct state_db *db, const struct state_link *link, GError **error);

/* threads whose rows must be made anew although no message of theirs changed */

bool
state_dirty_add(struct state_db *db, const char *thread, GError **error);
/* Owned strings; they stay until state_dirty_clear(). Other processes may add more meanwhile. */
GPtrArray *
state_dirty_list(struct state_db *db);
bool
state_dirty_clear(struct state_db *db, const GPtrArray *threads, GError **error);

#endif
