/* SPDX-License-Identifier: GPL-3.0-or-later */
/* placement.h - where the files of one message lie, and what that means for its tags.
 *
 * New mail gets the database's new.tags, also in folders that something else sorts it into, as by `notmuch new`; mail
 * that arrives in a sent, drafts, trash, archive or junk folder is not new in the inbox, nor is old mail that is taken
 * in elsewhere. Later only a change of place changes tags, so that a tag that the user set or removed stays. A letter to
 * oneself has a copy in sent, with the flag S, and one in the inbox without: it is unread until that one is read, and
 * the flags of both stay as they are. */
#ifndef PENFOLD_STORE_PLACEMENT_H
#define PENFOLD_STORE_PLACEMENT_H

#include "store/index.h"

struct placement {
	unsigned n_files;
	bool has_inbox, is_sent, is_draft; /* any file in the inbox; all in sent, in drafts */
	bool has_plain;			   /* a file in a folder without a role: new mail is `inbox` there, too */
	bool is_trash, is_junk;		   /* all files there */
	bool has_unseen_inbox;		   /* a file in the inbox without the flag S */
};

/* Files behind a stand-in count where they really are. */
void
placement_of(struct index *ix, notmuch_message_t *message, struct placement *out);
/* The same of these real files (as of placement_files()), leaving out one of them (may be NULL). */
void
placement_of_files(struct index *ix, GPtrArray *files, const char *without, struct placement *out);
/* Tags for a message that the database did not have. is_filed: it is old mail. */
notmuch_status_t
placement_tag_new(struct index *ix, notmuch_message_t *message, bool is_filed);
/* Tags for a message whose files were elsewhere before. */
notmuch_status_t
placement_tag_moved(struct index *ix, notmuch_message_t *message, const struct placement *before);
/* Tags for a message that the database has, of which a further file landed at path: what came to the
 * inbox without the flag S is new there, whatever other copies say. */
notmuch_status_t
placement_tag_landed(struct index *ix, notmuch_message_t *message, const char *path);
/* Flags in the file names to tags, when the database wants that. As notmuch has it, any file with S
 * makes the message read; but a file in the inbox without S makes it unread. */
notmuch_status_t
placement_tag_flags(struct index *ix, notmuch_message_t *message);
/* The tag `partial`: all of its files are placeholders (base/placeholder.h). */
notmuch_status_t
placement_tag_partial(struct index *ix, notmuch_message_t *message);
/* Does this file of an unread message keep its flag S when tags become flags? One's own copies do;
 * others do when only the inbox's copy is unread and nobody asked for a change of it (is_told). */
bool
placement_keeps_seen(struct index *ix, const char *path, bool is_told, const struct placement *at);

/* All real files of a message, absolute, owned strings: stand-ins are replaced by what they stand
 * for. The one to show comes first. */
GPtrArray *
placement_files(struct index *ix, notmuch_message_t *message);
/* Is the message indexed by a stand-in? */
bool
placement_is_standin(struct index *ix, notmuch_message_t *message);

#endif
