/* SPDX-License-Identifier: GPL-3.0-or-later */
/* imap_reply.h - the responses that synchronisation reads, from tokens to plain values.
 * Pure. */
#ifndef PENFOLD_NET_IMAP_REPLY_H
#define PENFOLD_NET_IMAP_REPLY_H

#include "net/imap_token.h"
#include "net/mailbox_name.h"

#include "base/keywords.h"

#define IMAP_FLAGS_MAX 72 /* DFPRST, letters of keywords and labels, and the end */

/* One FETCH response. */
struct imap_fetched {
	guint32 uid; /* 0: the response does not say */
	bool has_flags, has_size;
	char flags[IMAP_FLAGS_MAX]; /* Maildir letters, sorted */
	size_t flags_at;  /* index of the token of FLAGS, for imap_reply_keywords() */
	size_t labels_at; /* of X-GM-LABELS, for imap_reply_labels(); 0: not told */
	guint32 size;  /* RFC822.SIZE */
	gint64 date;   /* INTERNALDATE in Unix seconds, 0 when absent */
	bool is_header;	     /* the body is BODY[HEADER] */
	size_t structure_at; /* index of the list of BODYSTRUCTURE; 0: not told */
	const char *structure; /* of imap_structure_text(), borrowed; NULL: not told */
	const char
	    *body; /* BODY[...] as a string among the tokens (short ones), else NULL */
	size_t body_len;
};

/* False when it is no FETCH or holds numbers out of range. */
bool imap_reply_fetch(const struct imap_tokens *tokens, struct imap_fetched *out);

/* "SEQ FETCH", whatever is in it? */
bool imap_reply_is_fetch(const struct imap_tokens *tokens);

enum imap_role { /* RFC 6154 */
	IMAP_ROLE_NONE,
	IMAP_ROLE_INBOX,
	IMAP_ROLE_SENT,
	IMAP_ROLE_DRAFTS,
	IMAP_ROLE_TRASH,
	IMAP_ROLE_ARCHIVE,
	IMAP_ROLE_JUNK,
};

/* "sent" and so on; "" for none. Static. */
const char *imap_role_name(enum imap_role role);

/* A mailbox of LIST, with what STATUS says about it. */
struct imap_mailbox {
	char *wire; /* as the server writes it; owned */
	char delimiter;
	bool is_selectable, is_all; /* is_all: \\All (RFC 6154) */
	enum imap_role role;
	bool has_status;
	guint32 messages, uidnext, uidvalidity; /* 0: not said */
	guint64 modseq;				/* HIGHESTMODSEQ, 0: none */
	char *id; /* MAILBOXID (RFC 8474), owned; NULL: not said */
};

void imap_mailbox_free(struct imap_mailbox *box);
/* NULL when it is no LIST response. Owned. */
struct imap_mailbox *imap_reply_list(const struct imap_tokens *tokens);
/* Fill in the STATUS response that is about one of boxes (struct imap_mailbox *). False
 * when it is none or holds numbers out of range. */
bool imap_reply_status(const struct imap_tokens *tokens, GPtrArray *boxes);

/* A number in a code: "[UIDVALIDITY 7]". 0 when the code is another. */
guint64 imap_reply_code(const struct imap_tokens *code, const char *name);

/* The code "COPYUID uidvalidity source destination" (RFC 4315): the UIDs of both sides in
 * the same order are added (guint32). 0 when the code is another or the sides differ in
 * length, else the UIDVALIDITY. */
guint32 imap_reply_copyuid(const struct imap_tokens *code, GArray *from, GArray *to);

/* "SEARCH 1 2 3", "ESEARCH (...) UID ALL 1:3,9", "VANISHED (EARLIER) 1:3": UIDs of at
 * most max are added to uids (guint32, a set). Ranges are cut to max, so that
 * "1:4294967295" costs no memory. False when it is none of these or malformed. */
bool imap_reply_uids(const struct imap_tokens *tokens, guint32 max, GArray *uids);

/* A sequence set ("1:3,9") to UIDs of at most max; at most one million of them. */
bool imap_reply_set(const char *p, size_t len, guint32 max, GArray *uids);

/* Add the letters of keywords, but not of labels, to f->flags; keywords may be NULL. */
void imap_reply_keywords(const struct imap_tokens *tokens,
    const struct keywords *keywords, struct imap_fetched *f);

/* The letter of a label in UTF-8; '\0': none. */
typedef char (*imap_label_fn)(void *user, const char *label);
/* Add the letters of its labels to f->flags. */
void imap_reply_labels(const struct imap_tokens *tokens, enum mailbox_code code, imap_label_fn fn,
    void *user, struct imap_fetched *f);
/* The labels that letters stand for, for X-GM-LABELS. Owned. */
char *imap_labels_text(
    const char *letters, const struct keywords *keywords, enum mailbox_code code);

/* Flag names to Maildir letters: the other direction, labels left out. "\\Seen \\Flagged". Owned. */
char *imap_flags_text(const char *letters, const struct keywords *keywords);

#endif
