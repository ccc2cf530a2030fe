/* SPDX-License-Identifier: GPL-3.0-or-later */
/* auth_again.h - what was judged before it was known whom the user writes to. */
#ifndef PENFOLD_PROGRAMS_AUTH_AGAIN_H
#define PENFOLD_PROGRAMS_AUTH_AGAIN_H

#include "auth/contacts.h"

#include <jansson.h>

struct auth_again;

struct auth_again *
auth_again_new(void);
void
auth_again_free(struct auth_again *again);

/* A verdict (verdict_json()) on the bytes with this SHA-256 (hex) was made with these contacts. */
void
auth_again_note(struct auth_again *again, const char *sha256, const json_t *verdict, const struct contacts *contacts);

/* The SHA-256 of those that would come out otherwise with these: another looks like somebody, or no longer does, or a
 * letter of our own came back from a list. They are forgotten. New reference. */
json_t *
auth_again_take(struct auth_again *again, const struct contacts *contacts);

#endif
