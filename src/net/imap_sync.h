/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap_sync.h - one run of synchronisation of one account: folders, new messages, flags,
 * what vanished; upward what was done here: flags, moves, copies of sent letters. Knows
 * nothing of disks: a sink keeps what comes. */
#ifndef PENFOLD_NET_IMAP_SYNC_H
#define PENFOLD_NET_IMAP_SYNC_H

#include "net/imap.h"
#include "net/imap_plan.h"

/* A folder of the account. */
struct imap_sync_folder {
	const char *name; /* local: UTF-8, "/" as hierarchy */
	const char *wire; /* the server's */
	enum imap_role role;
	guint32 uidvalidity, uidnext, messages; /* as the server says */
	guint64 modseq;
	const char *id; /* MAILBOXID (RFC 8474); NULL: not told */
};

/* A folder that is known and that the server no longer lists. Owned strings. */
struct imap_lost {
	char *name, *wire, *id; /* id: "" when it was not told */
	guint32 uidvalidity, uidnext;
	guint messages;
};

void imap_lost_free(struct imap_lost *l);

/* A folder that has another name here than on the server. Owned strings. */
struct imap_renaming {
	char *from, *to;
	bool is_below; /* of one before it, with which it goes */
};

void imap_renaming_free(struct imap_renaming *r);

/* A message seen on the server while a folder is matched anew. */
struct imap_seen {
	guint32 uid, size;
	char flags[IMAP_FLAGS_MAX];
	char *message_id; /* with <>, "" when absent */
};

/* An array of struct imap_seen that frees what they own. */
GArray *imap_seen_array(void);

/* Why a server did not take a letter. Values are in databases. */
enum imap_refusal {
	IMAP_REFUSAL_NONE = 0,
	IMAP_REFUSAL_OTHER = 1,
	IMAP_REFUSAL_QUOTA = 2, /* OVERQUOTA (RFC 5530): there is no room */
	IMAP_REFUSAL_SIZE = 3,	/* TOOBIG (RFC 4469), LIMIT, or its APPENDLIMIT (RFC 7889) */
};

/* A local letter that the server lacks, or with base NULL a folder. */
struct imap_upload {
	char *folder;
	char *base; /* Maildir base name: how the sink knows it */
	char *path;
	char *message_id; /* with <>, "" when absent */
	char flags[IMAP_FLAGS_MAX];
	gint64 date; /* INTERNALDATE, Unix seconds */
	enum imap_refusal refused; /* an earlier run's: it goes up only if the server says that there is room now */
};

void imap_upload_free(struct imap_upload *u);

/* What was done here to one message since the server was last heard. */
struct imap_push {
	const char *folder, *to; /* the server's folder of it, and where its file lies now,
				    NULL: there; borrowed from the sink */
	guint32 uid;
	bool is_copied;		 /* `to` has it already: only the old place is to go */
	bool is_marked;		 /* it was \Deleted there before */
	bool is_deleted;	 /* no file is left: to the trash `to`, or for good (NULL) */
	char add[IMAP_FLAGS_MAX], remove[IMAP_FLAGS_MAX]; /* Maildir letters */
};

/* Keeper of what comes. All functions may fail with error set, which ends the run;
 * strings and arrays are borrowed during the call. */
struct imap_sync_sink {
	void *user;
	const struct keywords *keywords; /* which are flags too; NULL: none */
	/* Do labels (X-GM-LABELS) travel in this session? Told before any folder is opened. */
	void (*labels)(void *user, bool do_travel);
	/* The letter of a label in UTF-8; '\0': it has none. */
	imap_label_fn label;

	/* The server has this mailbox, wanted or not. */
	void (*listed)(void *user, const char *folder);
	/* Is this folder to be synchronised at all? is_foreign: it is another user's,
	 * shared, or a label of messages that other folders hold; not unless asked for. */
	bool (*is_wanted)(void *user, const char *folder, bool is_foreign);
	/* The folder that the user wants for this role; *is_strict_out: even where the
	 * server marks another one (RFC 6154). */
	const char *(*role_folder)(void *user, enum imap_role role, bool *is_strict_out);
	/* Folders that the server should have and does not list (struct imap_lost *, owned by
	 * the caller); NULL with error. */
	GPtrArray *(*lost_folders)(void *user, GError **error);
	/* Has a folder been synchronised under this name? */
	bool (*is_known)(void *user, const char *folder);
	/* At most n of its messages, the newest, to seen (struct imap_seen): UID, size,
	 * Message-ID. */
	bool (*sample)(
	    void *user, const char *folder, guint n, GArray *seen, GError **error);
	/* A lost folder has this name now. */
	bool (*renamed)(void *user, const char *from, const struct imap_sync_folder *to,
	    GError **error);
	/* Folders that have another name here now (struct imap_renaming *, owned by the caller), each before those
	 * below it; NULL with error. */
	GPtrArray *(*renamings)(void *user, GError **error);
	/* The server has followed. */
	bool (*renamed_there)(
	    void *user, const char *from, const char *to, const char *wire, GError **error);
	/* Fill in what is known of the folder; uids is an empty array. */
	bool (*open_folder)(void *user, const struct imap_sync_folder *folder,
	    struct imap_known *known, GError **error);

	/* A message: begin, bytes in pieces, end; or abort when it is not wanted or the
	 * line broke. size differs from what was received when the server misjudges:
	 * kept, and flagged. */
	bool (*message_begin)(void *user, const char *folder, GError **error);
	bool (*message_bytes)(void *user, const char *bytes, size_t len, GError **error);
	bool (*message_end)(void *user, const char *folder,
	    const struct imap_fetched *meta, GError **error);
	void (*message_abort)(void *user);
	/* All messages that have ended become durable, visible and known, in this order.
	 */
	bool (*commit)(void *user, GError **error);
	/* The same, beside what goes on: of those that have ended it is begun (*is_begun_out), once it is done of
	 * those for which it was begun before; or nothing happens, since the disk is still at work on them. */
	bool (*commit_soon)(void *user, bool *is_begun_out, GError **error);
	/* After a commit: nothing of the folder is missing up to what the server said. */
	bool (*finish_folder)(
	    void *user, const struct imap_sync_folder *folder, GError **error);

	bool (*flags)(void *user, const char *folder, guint32 uid, const char *flags,
	    GError **error);
	/* The server lacks these (guint32). */
	bool (*gone)(
	    void *user, const char *folder, const GArray *uids, GError **error);
	/* UIDVALIDITY is new: give the known messages their new UIDs (array of struct
	 * imap_seen). */
	bool (*rematch)(void *user, const struct imap_sync_folder *folder,
	    const GArray *seen, GError **error);

	/* Letters to bring up (struct imap_upload *, by folder, owned by the caller), after
	 * pushes() and after all that the server has has come; NULL with error. */
	GPtrArray *(*uploads)(void *user, GError **error);
	/* These (struct imap_upload *) are about to be sent: what then comes with the same
	 * bytes is the file. */
	bool (*uploading)(void *user, const GPtrArray *uploads, GError **error);
	/* The server has taken it, under this UID; uid 0: it does not say which. */
	bool (*uploaded)(void *user, const struct imap_upload *u, guint32 uidvalidity,
	    guint32 uid, GError **error);
	/* The server has refused it, or would; is_asked: now, else nothing is new. */
	bool (*not_uploaded)(void *user, const struct imap_upload *u, enum imap_refusal why, bool is_asked,
	    GError **error);

	/* What was done here: array of struct imap_push, by folder and UID, owned by the
	 * caller; NULL with error. *is_changed_out: what is known of folders has changed. */
	GArray *(*pushes)(void *user, bool *is_changed_out, GError **error);
	/* The server has set these letters for the UIDs (guint32), or taken them away. */
	bool (*stored)(void *user, const char *folder, const GArray *uids,
	    const char *letters, bool is_added, GError **error);
	/* The server is about to be told that these are in folder `to`. What then comes
	 * there with the same bytes is the file that lies there. */
	bool (*expect)(void *user, const char *folder, const char *to, const GArray *uids,
	    GError **error);
	/* from[i] of folder is to[i] in folder `into` now; is_moved: and in folder no more. */
	bool (*copied)(void *user, const char *folder, const char *into,
	    guint32 uidvalidity, const GArray *from, const GArray *to, bool is_moved, GError **error);
	/* They have left the folder for `to` (NULL: for good); or only been marked as
	 * \Deleted. is_deleted: no file of them is left here. */
	bool (*left)(void *user, const char *folder, const char *to, const GArray *uids,
	    bool is_marked, bool is_deleted, GError **error);
	/* The server refused to bring these elsewhere; some may have left() all the same. */
	bool (*not_moved)(
	    void *user, const char *folder, const GArray *uids, enum imap_refusal why, GError **error);
	/* All that the server has in this folder has come. */
	bool (*settled)(void *user, const char *folder, GError **error);

	/* To tell the user. */
	void (*on_folder)(void *user, const struct imap_sync_folder *folder, guint n_new);
	void (*on_progress)(void *user, const char *folder, guint64 done, guint64 total);
	void (*on_error)(void *user, const char *folder, const char *text);
};

/* Run once over an open session. What was committed before an error stays. */
bool imap_sync_run(struct imap *imap, const struct imap_sync_sink *sink, GError **error);

#endif
