/* SPDX-License-Identifier: GPL-3.0-or-later */
/* oauth_store.h - the tokens of an account on disk: STATE/oauth-ACCOUNT.json (0600). A
 * file changes by a rename, under a lock that the programs of the account share: where
 * the service rotates refresh tokens, the old one is worth nothing the moment that a new
 * one has come, so the new one is on the disk before it is used. */
#ifndef PENFOLD_NET_OAUTH_STORE_H
#define PENFOLD_NET_OAUTH_STORE_H

#include "net/oauth.h"

/* Keep a first token. */
bool oauth_store_put(const struct rc *rc, const char *account,
    const struct oauth_token *token, GError **error);

/* An access token that is good for a minute at least: the stored one, else a new one from
 * the service. PF_ERROR_AUTH tells to run penfold login when there is none or the service
 * refuses; PF_ERROR_TEMPORARY and others when it cannot be asked. Owned. May block. */
struct secret *oauth_store_access(
    const struct rc *rc, const char *account, GError **error);

/* The server did not take the access token: the next one is a new one. */
void oauth_store_expire(const struct rc *rc, const char *account);

#endif
