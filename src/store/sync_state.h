/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync_state.h - what is known of one account's server: sync-ACCOUNT.db (sqlite3, WAL).
 *
 * A message is *noted* before its file is renamed into place and *confirmed* after: a
 * crash between the two leaves a note that recovery checks against the folder, so that no
 * message is fetched twice. A message that the server lost is *gone*: its file is known
 * by base name until it has been dealt with.
 *
 * Errors: PF_ERROR_TEMPORARY when another run holds the account, else PF_ERROR_IO. */
#ifndef PENFOLD_STORE_SYNC_STATE_H
#define PENFOLD_STORE_SYNC_STATE_H

#include <glib.h>
#include <stdbool.h>

struct sync_state;

/* Open or make DIR/sync-ACCOUNT.db (0600) and take the account's lock. */
struct sync_state *sync_state_open(const char *dir, const char *account, GError **error);
void sync_state_close(struct sync_state *db);

bool sync_state_begin(struct sync_state *db, GError **error);
bool sync_state_commit(struct sync_state *db, GError **error);
void sync_state_rollback(struct sync_state *db);

/* folders */

struct sync_folder {
	gint64 id;
	guint32 uidvalidity, uidnext, messages;
	guint64 modseq;
	gint64 words;		   /* what the table of keywords was, in short; 0: empty */
	guint64 max_age, max_size; /* limits that the counters stand for, in seconds and bytes; 0: none */
};

/* *out is all zero for a folder that is not known (no error). */
bool sync_state_folder(
    struct sync_state *db, const char *name, struct sync_folder *out, GError **error);
/* Make it, or set everything but the id. role is "" or a word such as "sent". Sets
 * folder->id. */
bool sync_state_folder_put(struct sync_state *db, const char *name, const char *wire,
    const char *role, struct sync_folder *folder, GError **error);
/* The name of a folder, owned; NULL when there is none. */
char *sync_state_folder_name(struct sync_state *db, gint64 id);
/* Its mailbox as the server writes it, and the server's id of it (RFC 8474), "" when there is none.
 * Owned. */
char *sync_state_folder_wire(struct sync_state *db, gint64 id);
char *sync_state_folder_object(struct sync_state *db, gint64 id);
bool sync_state_folder_set_object(
    struct sync_state *db, gint64 id, const char *object, GError **error);
/* The folder has another name now; one of that name, which must have no messages, is forgotten. */
bool sync_state_folder_rename(struct sync_state *db, const char *from, const char *to,
    const char *wire, GError **error);
/* The name of the folder with this role, owned; NULL when none. */
char *sync_state_folder_of_role(struct sync_state *db, const char *role);

/* What the server offered the last session (upper case, blanks between), as it was set; owned, NULL when it never
 * was. */
char *sync_state_capabilities(struct sync_state *db);
bool sync_state_set_capabilities(struct sync_state *db, const char *text, GError **error);

/* messages */

/* How much of a message is here. Values are in databases. */
enum sync_part {
	SYNC_WHOLE = 0,
	SYNC_PLACEHOLDER = 1, /* its header; `size` is that of the whole */
	SYNC_WANTED = 2,      /* and the rest is to be fetched */
	SYNC_SHORT = 3,	      /* fewer bytes than the server announced: to be fetched once more */
	SYNC_MISJUDGED = 4,   /* whole: twice it came with fewer bytes than announced */
};

struct sync_message {
	gint64 folder;
	guint32 uid;
	char *base;	  /* Maildir base name */
	char *flags;	  /* Maildir letters as the server last had them */
	char *message_id; /* with <>, "" when absent */
	guint64 size;	  /* bytes as it travels */
	enum sync_part part;
	char *was; /* of a note: the base name of the placeholder that it replaces; NULL */
};

/* Clear what a struct owns. */
void sync_message_clear(struct sync_message *m);

/* Append all UIDs of the folder, ascending, to uids (guint32). */
bool sync_state_uids(struct sync_state *db, gint64 folder, GArray *uids, GError **error);
bool sync_state_note(struct sync_state *db, const struct sync_message *m, GError **error);
/* All notes hold. */
bool sync_state_confirm(struct sync_state *db, GError **error);
/* The placeholder with this base name is to be replaced by its letter; nothing happens when there is none. */
bool sync_state_want(struct sync_state *db, const char *base, GError **error);
/* Does the server announce other sizes than it sends in this folder? */
bool sync_state_misjudges(struct sync_state *db, gint64 folder);
/* Append the UIDs of those that are to be fetched (again), ascending (guint32). */
bool sync_state_wanted(
    struct sync_state *db, gint64 folder, GArray *uids, GError **error);
/* The notes that are not confirmed; GArray of struct sync_message with clear function,
 * owned. */
GArray *sync_state_noted(struct sync_state *db, GError **error);
/* False without error when it is not known. */
bool sync_state_message(struct sync_state *db, gint64 folder, guint32 uid,
    struct sync_message *out, GError **error);
/* Without T the message is no longer SYNC_GONE_LEFT. */
bool sync_state_set_flags(
    struct sync_state *db, gint64 folder, guint32 uid, const char *flags, GError **error);
/* Forget it as if it had never been fetched. */
bool sync_state_forget(struct sync_state *db, gint64 folder, guint32 uid, GError **error);
/* Messages like m (size and Message-ID) in other folders than m->folder, or there with another file
 * than m->base; as sync_state_noted(). */
GArray *sync_state_twins(
    struct sync_state *db, const struct sync_message *m, GError **error);

/* what the server lost */

struct sync_gone {
	gint64 folder;
	char *folder_name, *base, *message_id;
	guint64 size;
	/* CLOSED, RECENT, LEFT: Unix seconds, since when it is in the trash or deleted; 0. SENDING, and MISSED after
	 * that: letters like it that were known when it went out, and one */
	gint64 since;
};

void sync_gone_clear(struct sync_gone *g);

/* What a row of gone stands for. Values are in databases. */
enum sync_gone_state {
	SYNC_GONE_CLOSED = 0,	/* dealt with; its file may be in the trash */
	SYNC_GONE_OPEN = 1,	/* the server lacks it: to be dealt with */
	SYNC_GONE_EXPECTED = 2, /* its file lies there: a message is to come for it */
	SYNC_GONE_HELD = 3,	/* the server lacks it: a person decides */
	SYNC_GONE_OFFERED = 4,	/* a file that the server may get */
	SYNC_GONE_SENDING = 5,	/* on its way up; the answer is not known */
	SYNC_GONE_SENT = 6,	/* taken by the server, which did not say as what */
	SYNC_GONE_MISSED = 7,	/* was expected and did not come: moved away on both sides? */
	SYNC_GONE_LEFT = 8,	/* the server has it, marked by us and past removing: no file stands for it */
	SYNC_GONE_RECENT = 9,	/* was deleted here, and for that there: it counts for a while */
};

/* From now on a commit is on the disk when it returns, or not: a power cut may take back the
 * last ones, and what they stood for is found again by comparing. */
void sync_state_durable(struct sync_state *db, bool is_on);

/* The server lacks it: it becomes SYNC_GONE_OPEN. */
bool sync_state_gone(struct sync_state *db, gint64 folder, guint32 uid, GError **error);
/* A row of any state but the first; m gives folder, base, size and message_id. */
bool sync_state_gone_put(struct sync_state *db, const struct sync_message *m,
    enum sync_gone_state state, GError **error);
/* since: as in struct sync_gone. */
bool sync_state_gone_put_since(struct sync_state *db, const struct sync_message *m,
    enum sync_gone_state state, gint64 since, GError **error);
/* Those in a state; GArray of struct sync_gone with clear function, owned. */
GArray *sync_state_gone_in(
    struct sync_state *db, enum sync_gone_state state, GError **error);
/* since: as in struct sync_gone. */
bool sync_state_gone_set(struct sync_state *db, const struct sync_gone *g,
    enum sync_gone_state state, gint64 since, GError **error);
/* Those whose files went to the trash before then. */
GArray *sync_state_gone_before(struct sync_state *db, gint64 when, GError **error);
/* The states that this base name has: fn for each row. */
typedef void (*sync_state_gone_fn)(
    void *user, gint64 folder, enum sync_gone_state state, gint64 since);
bool sync_state_gone_each(
    struct sync_state *db, const char *base, sync_state_gone_fn fn, void *user);
/* What was lost counts for some time: a run may see half of what goes. is_here: what was deleted
 * here; else what the server lost, which is CLOSED. after, when: Unix seconds. */
bool sync_state_recent_put(
    struct sync_state *db, gint64 folder, const char *base, gint64 when, GError **error);
guint sync_state_recent(struct sync_state *db, gint64 folder, bool is_here, gint64 after);
/* It has been asked about: it counts no more. */
bool sync_state_recent_end(struct sync_state *db, gint64 folder, bool is_here, gint64 after,
    GError **error);
/* Of what the server lost; as sync_state_gone_in(). */
GArray *sync_state_recent_all(
    struct sync_state *db, gint64 folder, gint64 after, GError **error);
/* Forget what was deleted here before. */
bool sync_state_recent_drop(struct sync_state *db, gint64 before, GError **error);
/* Forget all rows in a state. */
bool sync_state_gone_drop(
    struct sync_state *db, enum sync_gone_state state, GError **error);
/* Gone messages of a folder like m, and all of them: to take up a file again instead of
 * having it twice. */
GArray *sync_state_gone_like(
    struct sync_state *db, const struct sync_message *m, GError **error);
bool sync_state_gone_forget(
    struct sync_state *db, gint64 folder, const char *base, GError **error);

/* what was done here and goes up */

typedef void (*sync_state_row_fn)(void *user, const struct sync_message *m);

/* Every confirmed message of the folder, by UID. fn must not change the state; m is
 * borrowed during the call. */
bool sync_state_each(struct sync_state *db, gint64 folder, sync_state_row_fn fn,
    void *user, GError **error);
/* Does a message of the folder have this file? */
bool sync_state_is_in(struct sync_state *db, gint64 folder, const char *base);
/* And one of any? */
bool sync_state_is_file(struct sync_state *db, const char *base);
/* The file of m lies in folder `to` now and the server is about to be told: what comes
 * there with the same bytes is this file, and not a second message. It holds until the
 * message is noted and sync_state_gone_forget() called, or the folder is settled. */
bool sync_state_expect(
    struct sync_state *db, const struct sync_message *m, gint64 to, GError **error);
bool sync_state_is_expected(struct sync_state *db, gint64 folder, const char *base);
/* Was it on its way up to the folder when an earlier run was cut off? */
bool sync_state_is_sending(struct sync_state *db, gint64 folder, const char *base);
/* What was expected in the folder has come there with this base name, and its own file is nowhere:
 * other messages of that file are known by the new one from now on. */
bool sync_state_follow(struct sync_state *db, gint64 folder, const char *expected,
    const char *base, GError **error);
/* The server could only mark the message as deleted: its file went elsewhere, or for good, and
 * nothing is left to be done about it while the mark is there (sync_state_set_flags). */
bool sync_state_leave(struct sync_state *db, gint64 folder, guint32 uid, GError **error);
bool sync_state_is_left(struct sync_state *db, gint64 folder, const char *base);
/* The server's message stands for no file any more, since that is known by another: it is to go. Its base name is one
 * that no file can have. */
bool sync_state_detach(struct sync_state *db, gint64 folder, guint32 uid, GError **error);
bool sync_state_is_detached(const char *base);
/* The same of the folder's messages with this base name. */
bool sync_state_detach_file(struct sync_state *db, gint64 folder, const char *base, GError **error);
/* True at the start of a run: an earlier one was interrupted while it moved messages or
 * sent letters. */
bool sync_state_has_expected(struct sync_state *db);
/* The file of a message has another base name now. */
bool sync_state_rebase(struct sync_state *db, gint64 folder, guint32 uid,
    const char *base, GError **error);
/* Forget all messages of the folder and its counters, so that what the server has there
 * comes anew. */
bool sync_state_reset(struct sync_state *db, gint64 folder, GError **error);
/* Folders by id and name, in no order; fn must not change the state. */
typedef void (*sync_state_folder_fn)(
    void *user, const char *name, const struct sync_folder *folder);
bool sync_state_each_folder(
    struct sync_state *db, sync_state_folder_fn fn, void *user, GError **error);
/* Messages that the folder has. */
guint sync_state_count(struct sync_state *db, gint64 folder);
/* All that the server has in the folder has been seen: nothing more is expected. */
bool sync_state_settle(struct sync_state *db, gint64 folder, GError **error);

/* Letters that the server did not take, by folder and base name. */
struct sync_refused {
	int why;	   /* enum imap_refusal */
	guint tries;
	gint64 next;	   /* Unix seconds: not before */
};

bool sync_state_refuse(struct sync_state *db, gint64 folder, const char *base,
    const struct sync_refused *r, GError **error);
/* False when it was not refused. */
bool sync_state_refused(
    struct sync_state *db, gint64 folder, const char *base, struct sync_refused *out);
/* Is any? */
bool sync_state_has_refused(struct sync_state *db);
bool sync_state_accept(struct sync_state *db, gint64 folder, const char *base, GError **error);
/* Forget those that were refused before then (Unix seconds, as `next`) and have not been asked for since. */
bool sync_state_accept_old(struct sync_state *db, gint64 before, GError **error);

/* UIDVALIDITY has changed. Each message known in the folder takes the UID of a seen one
 * with the same Message-ID and size; those without a match are SYNC_GONE_HELD (their
 * files stay). One transaction; *n_matched_out may be NULL. */
struct sync_seen {
	guint32 uid;
	guint64 size;
	const char *message_id, *flags;
};

bool sync_state_renumber(struct sync_state *db, gint64 folder, guint32 uidvalidity,
    const struct sync_seen *seen, guint n_seen, guint *n_matched_out, GError **error);

#endif
