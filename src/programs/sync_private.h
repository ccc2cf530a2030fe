/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sync_private.h - the inside of the sink, for sync_*.c alone. */
#ifndef PENFOLD_PROGRAMS_SYNC_PRIVATE_H
#define PENFOLD_PROGRAMS_SYNC_PRIVATE_H

#include "base/placeholder.h"
#include "programs/sync_sink.h"
#include "store/maildir.h"
#include "store/syncer.h"

/* A folder of the account as used in this run. */
struct place {
	char *name, *path;
	struct sync_folder state;
	char *wire;
	enum imap_role role;
	guint n_odd, n_short;	   /* messages of another size than announced; to be fetched again */
	gint64 words;		   /* the table of keywords in short */
	guint64 max_age, max_size; /* limits of the rc, in seconds and bytes; 0: none */
	bool has_gaps;	   /* below uidnext something is to be fetched: the counter stays at 0 */
	bool has_wanted;   /* placeholders and short letters of which the whole is to come */
	bool is_matched;   /* what lies here has been matched with the server's */
	GHashTable *files; /* base -> path, read when first needed, NULL before */
};

/* A message that has come whole and waits for the commit. */
struct arrival {
	struct place *place;
	struct maildir_delivery *delivery;
	struct sync_message message;
	guint64 received; /* bytes */
	char *flags; /* of the file, where they are others than the server's; NULL */
	char *expected; /* base name of the deleted file whose copy in the trash it is; NULL */
	bool is_moved;	/* its file was moved here: no other message has it any more */
};

struct sync_sink {
	const struct rc *rc;
	const struct rc_account *account;
	const char *const *only; /* folders asked for; NULL: as the rc says */
	char *root, *token; /* token: of placeholders */
	struct sync_state *state;
	struct imap_sync_sink table;
	struct keywords *keywords;
	char letters[IMAP_FLAGS_MAX]; /* that travel: DFPRST, those of keywords and labels; sorted */
	bool has_labels, has_all_labels; /* the server has labels; all of them travel, or those of the table */
	bool has_told_labels;	      /* in this run, that there are too many of them */
	sync_event_fn on_event;
	void *user;
	struct sync_counts counts;
	GHashTable *places; /* name -> struct place */
	GHashTable *listed; /* names of folders that the server has */
	GPtrArray *uploads; /* struct imap_upload *: what the server may get */
	enum sync_answer answer;
	bool is_retry; /* a person wishes that what was refused is offered again */
	bool is_broken; /* a commit failed: its notes stay as they are */
	bool is_again; /* another run is due: something that came back is to go up */
	char *trash;	   /* the folder's name, once it is known */
	GHashTable *waiting; /* struct waiting of sync_refused.c */
	GHashTable *touched; /* base names of files that this run put or renamed */

	struct maildir_delivery *delivery; /* the message that is coming in */
	struct place *place;
	guint64 received;
	GString *head;	     /* its first bytes, for the Message-ID */
	GPtrArray *arrivals; /* struct arrival: have come */
	GPtrArray *lot;	     /* struct arrival: came before those, and are being made durable */
	struct syncer *syncer;
	guint64 bytes_waiting; /* of both */

	gint64 started, last_progress; /* monotonic */
};

/* sync_files.c: files of a folder by base name */

/* Path of the file with this base name in the place, borrowed; NULL when the user has
 * moved or deleted it. */
const char *sync_files_find(struct place *place, const char *base);
/* The place where this file lies now, `first` looked at first; NULL when it is nowhere. */
struct place *sync_files_anywhere(struct sync_sink *s, struct place *first, const char *base);
/* Remove the file, under whatever flags it has by now, and tell. What was borrowed of the place's files may be freed. */
void sync_files_remove(struct sync_sink *s, struct place *place, const char *base);
/* The file has a new path. */
void sync_files_renamed(struct place *place, const char *base, const char *path);
/* Read the folder anew when it is looked at again. */
void sync_files_forget(struct place *place);
/* All base names in the place -> path. Borrowed. */
GHashTable *sync_files_all(struct place *place);
/* The Message-ID in a message's first bytes, with <>; "" when there is none. Owned. */
char *sync_files_message_id(const char *head, size_t len);
/* What a letter is known by: its Message-ID, else "sha256:" and the hash of its bytes (line
 * ends as LF, without mbsync's line); "" when it cannot be read. Owned. */
char *sync_files_id(int fd);
char *sync_files_id_of(const char *path);
/* Bytes of the file as it travels, each line end as CRLF. 0 when it is not there. */
guint64 sync_files_wire_size(const char *path);
/* The same without the line that mbsync adds to a letter. What travels may be longer by
 * that line, too. */
guint64 sync_files_plain_size(const char *path);
#define SYNC_TUID_SIZE 22
/* Do both files hold the same bytes, but for CR before LF and mbsync's line? False when one cannot be read. */
bool sync_files_are_equal(const char *a, const char *b);
/* A descriptor of the delivery's bytes against a file. */
bool sync_files_is_like_delivery(
    const struct maildir_delivery *d, const struct place *place, const char *path);

/* sync_labels.c: keywords and labels as letters; user is the sink */
void sync_labels_travel(void *user, bool do_travel);
char sync_labels_letter(void *user, const char *label);
/* May a letter that was put on or taken off here go up? */
bool sync_labels_goes_up(const struct sync_sink *s, char letter);
/* Where the table has changed, keywords and labels of all that is known are looked at anew. */
void sync_labels_anew(const struct sync_sink *s, struct place *place, struct imap_known *known);
/* Take the letters that an APPEND cannot carry out of flags. True: there were some, for another run. */
bool sync_labels_strip(const struct sync_sink *s, char *flags);

/* sync_rename.c: the sink's functions for folders renamed on the server; user is the sink */
GPtrArray *sync_rename_lost(void *user, GError **error);
bool sync_rename_is_known(void *user, const char *folder);
bool sync_rename_sample(
    void *user, const char *folder, guint n, GArray *seen, GError **error);
bool sync_rename(
    void *user, const char *from, const struct imap_sync_folder *to, GError **error);

/* The state follows. */
bool sync_rename_state(
    struct sync_sink *s, const char *from, const char *to, const char *wire, GError **error);

/* sync_rename_up.c: the same for folders renamed here */
GPtrArray *sync_rename_up_list(void *user, GError **error);
bool sync_rename_up_done(
    void *user, const char *from, const char *to, const char *wire, GError **error);

/* sync_size.c: letters of another size than the server announced */

/* What the arrival is, by its size: SYNC_WHOLE, SYNC_SHORT or SYNC_MISJUDGED. */
enum sync_part sync_size_judge(
    struct sync_sink *s, const struct imap_fetched *meta, guint64 received);
/* The arrival is the second look at a letter that was short. Which of the two is kept is in it;
 * true when the first is. */
bool sync_size_settle(struct sync_sink *s, struct arrival *a, const struct sync_message *before,
    const struct imap_fetched *meta);

/* sync_part.c: placeholders of large letters */
#define SYNC_PART_HEAD 65536
/* The delivery, which holds a header, becomes a placeholder. */
bool sync_part_write(struct sync_sink *s, const struct imap_fetched *meta, GError **error);
/* Is the file one, whatever it is called? Bytes of the whole letter in *size_out. */
bool sync_part_is(const struct sync_sink *s, const char *path, guint64 *size_out);
/* Note what an arrival takes the place of, and the flags that it takes over. */
void sync_part_replaces(
    struct sync_sink *s, struct arrival *a, const struct imap_fetched *meta);

/* sync_commit.c */

/* The sink's commit and commit_soon; user is the sink. */
bool sync_commit_all(void *user, GError **error);
bool sync_commit_some(void *user, bool *is_begun_out, GError **error);
/* Has the disk done its part for a lot? Then it is put in its place: letters are not kept back while a long one
 * comes. */
bool sync_commit_look(struct sync_sink *s, GError **error);
/* Tell of a letter that has come, and count it. */
void sync_commit_tell(struct sync_sink *s, const struct arrival *a, const char *path);

/* sync_recover.c: those notes of an interrupted run hold whose file is there; the others never came about */
bool sync_recover(struct sync_sink *s, GError **error);
/* The place of a file that nobody knows and that is this letter, and what it is called (borrowed); NULL. */
struct place *sync_recover_renamed(struct sync_sink *s, const struct sync_message *m, const char **base_out);

/* sync_upload.c: the sink's functions for letters that go up; user is the sink */
GPtrArray *sync_upload_list(void *user, GError **error);
bool sync_upload_sending(void *user, const GPtrArray *uploads, GError **error);
bool sync_upload_done(void *user, const struct imap_upload *u, guint32 uidvalidity,
    guint32 uid, GError **error);

/* sync_refused.c: letters that the server did not take, which are offered again at longer and longer intervals */

/* The sink's not_uploaded; user is the sink. */
bool sync_refused_note(
    void *user, const struct imap_upload *u, enum imap_refusal why, bool is_asked, GError **error);
/* Frees a struct waiting. */
void sync_refused_free(gpointer data);
/* The sink's not_moved; user is the sink. */
bool sync_refused_move(
    void *user, const char *folder, const GArray *uids, enum imap_refusal why, GError **error);
/* Takes out of pushes (struct imap_push) the moves whose time has not come, and notes that they wait. */
void sync_refused_filter(struct sync_sink *s, GArray *pushes);
/* Why it is not to go up yet; IMAP_REFUSAL_NONE: it may. */
enum imap_refusal sync_refused_look(struct sync_sink *s, const struct imap_upload *u);
/* Say how many wait. */
bool sync_refused_tell(struct sync_sink *s, GError **error);
/* Bring letters that lie in the usual sent folder to that of the server. */
void sync_upload_gather(struct sync_sink *s);

/* sync_flags.c: the sink's flags */
bool sync_flags_set(void *user, const char *folder, guint32 uid, const char *flags,
    GError **error);

/* The flags that a file is to have: what the server changed since it was last heard is changed, what
 * was changed here stays. Owned. */
char *sync_flags_merge(const struct sync_sink *s, const char *local, const char *before,
    const char *now);

/* sync_tell.c: the sink's on_folder, on_progress, on_error */
void sync_tell_folder(void *user, const struct imap_sync_folder *f, guint n_new);
void sync_tell_progress(void *user, const char *folder, guint64 done, guint64 total);
void sync_tell_error(void *user, const char *folder, const char *text);

/* sync_compare.c: the sink's pushes; fills in uploads as well */
GArray *sync_compare(void *user, bool *is_changed_out, GError **error);

/* sync_adopt.c */
bool sync_adopt(struct sync_sink *s, struct place *place,
    const struct imap_sync_folder *f, const GArray *seen, GError **error);

/* sync_push.c: the sink's functions for what goes up; user is the sink */
bool sync_push_stored(void *user, const char *folder, const GArray *uids,
    const char *letters, bool is_added, GError **error);
bool sync_push_expect(void *user, const char *folder, const char *to, const GArray *uids,
    GError **error);
bool sync_push_copied(void *user, const char *folder, const char *into,
    guint32 uidvalidity, const GArray *from, const GArray *to, bool is_moved, GError **error);
bool sync_push_left(void *user, const char *folder, const char *to, const GArray *uids,
    bool is_marked, bool is_deleted, GError **error);
bool sync_push_settled(void *user, const char *folder, GError **error);

/* sync_await.c: moves that a run was cut off at */

/* Is it still to be seen whether the server has this file's message in another folder, which this run looks at? */
bool sync_await_is_open(struct sync_sink *s, const char *base);
/* Another place, with a message of this file, where the file is not; NULL. */
struct place *sync_await_owner(struct sync_sink *s, const struct place *not_this, const char *base);
/* Messages of the arrival's file that are elsewhere are left over. */
bool sync_await_detach(struct sync_sink *s, const struct arrival *a, GError **error);

/* sync_gone.c */
bool sync_gone_settle(struct sync_sink *s, GError **error);
/* A gone file of the folder that holds the very bytes of this arrival: its base name,
 * owned; NULL. Notes a deleted one that was on its way there. taken: base names
 * that other arrivals have. */
char *sync_gone_take_up(struct sync_sink *s, struct arrival *a, GHashTable *taken);

/* sync_sink.c */

/* Drop the message; its temporary file goes. A GDestroyNotify. */
void sync_arrival_free(gpointer arrival);
/* The folder of this name, made on first sight. */
struct place *sync_sink_place(struct sync_sink *s, const char *name);
/* The id of a folder in the state; it may have been made on the server just now. */
bool sync_sink_know(struct sync_sink *s, struct place *place, GError **error);
/* The account's trash, as the server or the rc says. Borrowed. */
const char *sync_sink_trash(struct sync_sink *s);
bool sync_sink_is_trash(struct sync_sink *s, const char *name);
/* Unix seconds. */
gint64 sync_sink_now(void);
#define SYNC_RECENT_SECONDS 600 /* so long what was deleted counts with what is deleted next */
/* A folder that every account has by default. */
bool sync_sink_is_usual(const struct sync_sink *s, const char *name);
/* Say that much is gone: side is where ("here", "server"). */
void sync_sink_tell_held(
    struct sync_sink *s, const char *folder, const char *side, guint n, const char *text);
/* Say that messages went up; to: the folder that they were moved to, or NULL. */
void sync_sink_tell_pushed(
    struct sync_sink *s, const char *folder, const char *to, guint n);
/* Say that a file has gone. */
void sync_sink_tell_removed(struct sync_sink *s, const char *folder, const char *path);
/* Say that a file has another name now. */
void sync_sink_tell_renamed(
    struct sync_sink *s, const char *folder, const char *from, const char *to);

#endif
