/* SPDX-License-Identifier: GPL-3.0-or-later */
/* placement.h - where the files of one message lie, and what that means for its tags.
 *
 * New mail gets the database's new.tags; mail that arrives in a sent, drafts, trash, archive or
 * junk folder is not new in the inbox. Later only a change of place changes tags, so that a tag
 * that the user set or removed stays. */
#ifndef PENFOLD_STORE_PLACEMENT_H
#define PENFOLD_STORE_PLACEMENT_H

#include "store/index.h"

struct placement {
	unsigned n_files;
	bool has_inbox, is_sent, is_draft; /* any file in the inbox; all in sent, in drafts */
	bool is_trash, is_junk;		   /* all files there */
	bool has_unseen_inbox;		   /* a file in the inbox without the flag S */
};

/* Files behind a stand-in count where they really are. */
void
placement_of(struct index *ix, notmuch_message_t *message, struct placement *out);
/* The same of these real files (as of placement_files()), leaving out one of them (may be NULL). */
void
placement_of_files(struct index *ix, GPtrArray *files, const char *without, struct placement *out);
/* Tags for a message that the database did not have. */
notmuch_status_t
placement_tag_new(struct index *ix, notmuch_message_t *message);
/* Tags for a message whose files were elsewhere before. */
notmuch_status_t
placement_tag_moved(struct index *ix, notmuch_message_t *message, const struct placement *before);
/* Flags in the file names to tags, when the database wants that. */
notmuch_status_t
placement_tag_flags(struct index *ix, notmuch_message_t *message);

/* All real files of a message, absolute, owned strings: stand-ins are replaced by what they stand
 * for. The one to show comes first. */
GPtrArray *
placement_files(struct index *ix, notmuch_message_t *message);
/* Is the message indexed by a stand-in? */
bool
placement_is_standin(struct index *ix, notmuch_message_t *message);

#endif
