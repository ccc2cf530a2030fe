/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sender.h - what the store knows of one who writes: since when, how often, with which verdicts and keys. */
#ifndef PENFOLD_STORE_SENDER_H
#define PENFOLD_STORE_SENDER_H

#include "store/index.h"

#include <jansson.h>

/* {address, messages, written_to: letters to them, first_seen, last_seen: RFC 3339 or null, verdicts: {word: n of
 * the newest 500}, keys: [{name, first_seen, last_seen, secure}] of the domain} of an addr-spec (utf8). NULL and
 * error. New reference. */
json_t *
sender_json(struct index *ix, const char *address, GError **error);

/* In short: {messages, written_to, known: messages of everybody}. As sender_json(). */
json_t *
sender_brief_json(struct index *ix, const char *address, GError **error);

/* Which servers write Authentication-Results at the head of an account's mail, over its newest 400 judged
 * messages: {messages, domains: of authors, ids: [{id, messages, hosts: [of the hops above]}], most frequent first}.
 * New reference. */
json_t *
sender_authserv_json(struct index *ix, const char *account);

#endif
