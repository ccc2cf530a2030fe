/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap_plan.h - what to do about a mailbox, from what the server says and what we know.
 * Pure: no I/O, the whole decision of synchronisation in one place. */
#ifndef PENFOLD_NET_IMAP_PLAN_H
#define PENFOLD_NET_IMAP_PLAN_H

#include "net/imap_reply.h"

/* What the user wants of a folder; all zero: everything. */
struct imap_limits {
	gint64 since;	  /* Unix seconds: nothing that came earlier; 0: no limit */
	guint32 max_size; /* bytes: nothing that is larger; 0: no limit */
	guint32 whole;	  /* bytes: of what is larger the header alone; 0: no limit */
};

/* What is known of a folder from earlier runs. */
struct imap_known {
	guint32 uidvalidity; /* 0: never seen */
	guint32 uidnext;  /* all UIDs below are here or were left out on purpose; 0: none
			     yet */
	guint64 modseq;	  /* flags and expunges are known up to it; 0: not */
	guint32 messages; /* the server's count at the end of the last complete run */
	GArray *uids;	  /* guint32, ascending */
	struct imap_limits limits;
	GArray *wanted; /* guint32, ascending: known by their headers, and now wanted whole */
	bool has_files;	  /* a first look, and files lie there already: some may be the
			     server's messages */
};

enum imap_action {
	IMAP_ACTION_NOTHING,
	IMAP_ACTION_UPDATE,
	IMAP_ACTION_REMATCH, /* UIDVALIDITY has changed: find each message anew, delete
				nothing */
};

enum imap_changes {
	IMAP_CHANGES_NONE,
	IMAP_CHANGES_QRESYNC,	/* CHANGEDSINCE with VANISHED (RFC 7162) */
	IMAP_CHANGES_CONDSTORE, /* CHANGEDSINCE, and the list of UIDs */
	IMAP_CHANGES_FULL,	/* the flags of all known messages */
};

struct imap_plan {
	enum imap_action action;
	enum imap_changes changes;
	guint32 first, last; /* UIDs to fetch, those known left out; first > last: none.
			      * last 0xffffffff: the server does not say where they end */
	guint32 estimate;    /* how many messages that may be */
};

struct imap_abilities {
	bool condstore, qresync;
};

void imap_plan_folder(const struct imap_known *known, const struct imap_mailbox *box,
    const struct imap_abilities *can, struct imap_plan *out);

/* Sequence sets for the UIDs of first to last that are not in known (ascending), about
 * `batch` messages each, newest first, none longer than max_len bytes. Owned strings. */
GPtrArray *imap_plan_sets(const GArray *known, guint32 first, guint32 last,
    guint32 estimate, guint32 batch, size_t max_len);

/* A sequence set of the UIDs (guint32, ascending) from index *at on, not much longer than
 * max_len bytes; *at moves behind what is in it. Owned. */
char *imap_plan_take_set(const GArray *uids, guint *at, size_t max_len);

/* known less present, both ascending: what the server no longer has. guint32, ascending.
 */
GArray *imap_plan_missing(const GArray *known, const GArray *present);

/* Would following the server's expunges take away so much that a person should be asked?
 */
bool imap_plan_is_held(guint n_gone, guint n_total);

/* Sort ascending and drop duplicates. */
void imap_plan_sort(GArray *uids);

#endif
