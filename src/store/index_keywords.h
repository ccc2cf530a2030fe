/* SPDX-License-Identifier: GPL-3.0-or-later */
/* index_keywords.h - tags that are IMAP keywords (base/keywords.h), inside the room of the store. */
#ifndef PENFOLD_STORE_INDEX_KEYWORDS_H
#define PENFOLD_STORE_INDEX_KEYWORDS_H

#include "store/index.h"

bool
index_message_has_tag(notmuch_message_t *message, const char *tag);
/* A file came: the letters in its name are tags. */
notmuch_status_t
index_keywords_arrived(struct index *ix, notmuch_message_t *message);
/* A file has another name: letters that came or went take their tags along. */
notmuch_status_t
index_keywords_renamed(struct index *ix, notmuch_message_t *message, const char *from,
    const char *to);
/* Is one of the changes ("+tag") about such a tag? */
bool
index_keywords_concern(struct index *ix, const char *const *changes);
/* Give the message's files the letters that its tags stand for. */
void
index_keywords_write(struct index *ix, notmuch_database_t *db, notmuch_message_t *message);

#endif
