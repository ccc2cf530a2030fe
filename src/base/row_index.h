/* SPDX-License-Identifier: GPL-3.0-or-later */
/* row_index.h - rows.idx, the list of threads as one mapped file: the screen paints from it without
 * opening a database. penfold-store writes it; it is a cache and may be deleted at any time.
 *
 * The file, in the byte order of the machine (a marker tells):
 *
 *   header   struct row_index_header: magic, version, byte order, the notmuch database's uuid and
 *            revision that the rows stand for, counts and offsets
 *   rows     n_rows records of fixed size, newest first (date descending, then thread id)
 *   folders  n_folders records: account, folder, role, total, unread
 *   blob     strings, each NUL-terminated; the last byte of the file is NUL
 *   counts   per row a list of {folder, total, unread}, inside the blob at a multiple of 4 (the
 *            blob starts at a multiple of 8)
 *
 * The reader checks every offset: a corrupt file gives fewer or empty strings, never a crash. The
 * file is replaced by rename, never changed in place, so a mapping stays whole. */
#ifndef PENFOLD_BASE_ROW_INDEX_H
#define PENFOLD_BASE_ROW_INDEX_H

#include "base/error.h"

#include <stddef.h>

/* The verdict on the newest message, in the order of the verdict's words. */
enum row_verdict {
	ROW_VERDICT_UNEVALUATED,
	ROW_VERDICT_PASS,
	ROW_VERDICT_PASS_SPF,
	ROW_VERDICT_PASS_OTHER,
	ROW_VERDICT_MODIFIED,
	ROW_VERDICT_FAIL,
	ROW_VERDICT_FAIL_SOFT,
	ROW_VERDICT_SUSPECT,
	ROW_VERDICT_UNVERIFIABLE,
	ROW_VERDICT_TEMPERROR,
	ROW_VERDICT_PERMERROR,
	ROW_VERDICT_NONE,
	/* A pass whose name or address deceives (dn-spoof and the like): its word is "pass", but it
	 * must not look like one. */
	ROW_VERDICT_DOUBTFUL,
};

/* "pass-spf"; "unevaluated" for numbers that are none. Static. */
const char *
row_verdict_name(unsigned verdict);
/* ROW_VERDICT_UNEVALUATED for NULL and for unknown words. */
enum row_verdict
row_verdict_from_name(const char *name);
/* Those of row_verdict_deceives(), which are searched for as property:auth-flag=; NULL-terminated. */
extern const char *const row_verdict_deceits[];
/* Is this one of a verdict's flags by which a letter that passed still deceives the eye ("dn-spoof")?
 * A pass with such a flag is ROW_VERDICT_DOUBTFUL. False for NULL. */
bool
row_verdict_deceives(const char *flag);

enum row_flags {
	ROW_UNREAD = 1 << 0,	  /* any message of the thread */
	ROW_FLAGGED = 1 << 1,	  /* any message */
	ROW_ATTACHMENT = 1 << 2,  /* any message */
	ROW_REPLIED = 1 << 3,	  /* the newest message */
	ROW_SIGNED = 1 << 4,	  /* any message */
	ROW_ENCRYPTED = 1 << 5,	  /* any message */
	ROW_QUARANTINED = 1 << 6, /* the newest message is listed by a stand-in */
};

/* One (folder, thread): how many of the thread's messages are there. */
struct row_folder_count {
	guint32 folder; /* number in the folder table */
	guint32 total, unread;
};

/* One thread. Strings are UTF-8, not yet display text; "" when empty, never NULL. Borrowed from the
 * mapping (reader) or the caller (writer). */
struct row {
	gint64 date;	 /* of the newest message, Unix seconds */
	guint32 count;	 /* messages that are not in trash or junk (all, when all are there) */
	guint32 total;	 /* all messages */
	guint32 flags;	 /* enum row_flags */
	guint32 verdict; /* enum row_verdict, of the newest message */
	guint64 size;	 /* bytes of the newest message */
	const char *thread;
	const char *id; /* Message-ID of the newest message, without <> */
	const char *subject;
	const char *authors; /* display names, oldest first, ", " between */
	const char *domain;  /* of the newest message's author, ASCII, lower case */
	const char *tags;    /* sorted, one space between */
	const struct row_folder_count *folders;
	guint32 n_folders;
};

/* role is what rc_account calls it: "inbox", "sent", "drafts", "trash",
 * "archive", "junk"; "" for any other folder. account is "" in a tree that is not Penfold's. */
struct row_folder {
	const char *account, *folder, *role;
	guint32 total, unread; /* messages */
};

/* read */

struct row_index;

/* Map the file. PF_ERROR_NOT_FOUND when there is none, PF_ERROR_DATA when it is not one or of
 * another version. Costs the same whatever its size. */
struct row_index *
row_index_open(const char *path, GError **error);
void
row_index_close(struct row_index *ri);

guint32
row_index_n_rows(const struct row_index *ri);
/* Row i, 0 the newest. False beyond the end (out is zeroed, strings ""). */
bool
row_index_get(const struct row_index *ri, guint32 i, struct row *out);
/* The thread of row i alone, "" beyond the end: for passes over all rows. Borrowed from the mapping. */
const char *
row_index_thread(const struct row_index *ri, guint32 i);
guint32
row_index_n_folders(const struct row_index *ri);
bool
row_index_folder(const struct row_index *ri, guint32 i, struct row_folder *out);
/* The number of a folder in the table, or -1. */
int
row_index_find_folder(const struct row_index *ri, const char *account, const char *folder);
/* Has the thread messages in this folder? The counts through out (may be NULL). */
bool
row_in_folder(const struct row *row, guint32 folder, struct row_folder_count *out);
/* Is tag one of the row's tags? */
bool
row_has_tag(const struct row *row, const char *tag);

/* Give the pages of the mapping back to the system's cache, from where they come again when they are looked
 * at: after a pass over all rows. */
void
row_index_trim(const struct row_index *ri);
/* The database state that the rows stand for. */
guint64
row_index_revision(const struct row_index *ri);
const char *
row_index_uuid(const struct row_index *ri);
/* Has the file at the path been replaced since it was mapped (device, inode, time, size)? A cheap
 * stat(); true as well when it is gone. */
bool
row_index_is_stale(const struct row_index *ri);

/* write */

struct row_index_writer;

struct row_index_writer *
row_index_writer_new(const char *uuid, guint64 revision);
/* Add a row; everything is copied. Rows may come in any order. */
void
row_index_writer_add(struct row_index_writer *w, const struct row *row);
/* The number of a folder in the new table, made when missing. total and unread are counted from
 * the rows. */
guint32
row_index_writer_folder(struct row_index_writer *w, const char *account, const char *folder,
    const char *role);
guint32
row_index_writer_n_rows(const struct row_index_writer *w);
/* Sort, write beside path, rename. Not synced: a cache. Frees the writer in any case. */
bool
row_index_writer_finish(struct row_index_writer *w, const char *path, GError **error);
void
row_index_writer_free(struct row_index_writer *w);

#endif
