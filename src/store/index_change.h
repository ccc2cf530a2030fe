/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_change.h - changes to messages that the index has: tags, places, names, verdicts. Maildir
 * flags follow the tags when the database wants that. */
#ifndef PENFOLD_STORE_INDEX_CHANGE_H
#define PENFOLD_STORE_INDEX_CHANGE_H

#include "store/index.h"

/* Ids of the messages that match, owned strings. Excluded tags do not count here. */
GPtrArray *
index_ids(struct index *ix, const char *query, GError **error);

/* Tags. changes: NULL-terminated, "+a" or "-b"; and with a star at its end, "-b/" takes away
 * every tag that begins so, but those that another of the changes gives. Unknown ids are skipped. For each message that
 * really changed, on_tagged is called with what undoes it, such as "-a +b". */
typedef void (*index_tagged_fn)(const char *id, const char *undo, void *user);
bool
index_tag(struct index *ix, GPtrArray *ids, const char *const *changes, index_tagged_fn on_tagged,
    bool (*is_cancelled)(void *user), void *user, GError **error);
/* The same for those that match. */
bool
index_tag_matching(struct index *ix, const char *query, const char *const *changes, index_tagged_fn on_tagged,
    void *user, GError **error);
/* PF_ERROR_USAGE unless every change is "+" or "-" and a tag that notmuch takes. */
bool
index_tag_check(const char *const *changes, GError **error);

/* Verdicts: on these files (struct state_file) there are some in state.db, or in verdicts (digest -> json_t, borrowed)
 * which go before those; the property `auth` of their messages follows. */
bool
index_mirror_verdicts(struct index *ix, const GPtrArray *files, GHashTable *verdicts, GError **error);
/* A message that comes into the index: the verdict that is kept on these bytes from before, if there is one. */
notmuch_status_t
index_mirror_kept(struct index *ix, notmuch_message_t *message, const char *sha256);

#endif
