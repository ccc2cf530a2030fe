/* SPDX-License-Identifier: GPL-3.0-or-later */
/* drafts.h - unfinished letters: one file a draft, STATE/drafts/ID.json, replaced durably. */
#ifndef PENFOLD_STORE_DRAFTS_H
#define PENFOLD_STORE_DRAFTS_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* Write a draft (an object as mime/draft.h describes), on disk on return. id NULL: a new one. The id
 * is returned, owned; NULL with PF_ERROR_DATA for an id that is none, PF_ERROR_IO. */
char *
drafts_save(const char *state_dir, const char *id, const json_t *draft, GError **error);
/* New reference; PF_ERROR_NOT_FOUND, PF_ERROR_DATA for a file that is no draft. */
json_t *
drafts_get(const char *state_dir, const char *id, GError **error);
/* Durable. PF_ERROR_NOT_FOUND when there is none. */
bool
drafts_delete(const char *state_dir, const char *id, GError **error);
/* [{draft_id, account, to, subject, saved}], newest first; a file that cannot be read is listed with
 * `damaged` true. New reference. */
json_t *
drafts_list(const char *state_dir);

#endif
