/* SPDX-License-Identifier: GPL-3.0-or-later */
/* opening.h - what the screen and the command line both do with a signed or encrypted message: it is
 * opened by penfold-crypt into an anonymous file in memory, and that is what the renderer gets. */
#ifndef PENFOLD_CLIENT_OPENING_H
#define PENFOLD_CLIENT_OPENING_H

#include <glib.h>
#include <jansson.h>
#include <stdbool.h>

/* fd: of file_in_memory(). No byte can be changed any more; the offset is at the start. */
void
opening_seal(int fd);
/* Has the renderer seen something to open? head: its head event, or answer of `show`. */
bool
opening_is_due(const json_t *head);
/* The request to penfold-crypt. ask: a passphrase may be asked for on the terminal. New reference. */
json_t *
opening_request(bool ask);
/* Add to a request for the renderer what penfold-crypt found out. */
void
opening_add(json_t *request, const json_t *security);
/* What the store keeps of an opening: the request security-put; NULL when there is nothing to keep. date: of
 * the message, Unix seconds. Takes the keys out of security that other readers were told of. New reference. */
json_t *
opening_kept(const char *message_id, gint64 date, json_t *security);
/* `security` of a message that is neither signed nor encrypted. autocrypt is borrowed, may be NULL. New
 * reference. */
json_t *
opening_none(const json_t *autocrypt);

#endif
