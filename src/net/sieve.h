/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sieve.h - a ManageSieve session (RFC 5804): the filter scripts that a server keeps and runs. STARTTLS, SASL. Blocking,
 * with a deadline on every answer. */
#ifndef PENFOLD_NET_SIEVE_H
#define PENFOLD_NET_SIEVE_H

#include "net/session_opts.h"

struct sieve;

/* Connect, STARTTLS as the account says, log in. Nothing goes out in clear but for RC_TLS_NONE. Errors name account, host
 * and port: PF_ERROR_TLS, _AUTH, _TEMPORARY, _PROTOCOL, _CANCELLED. */
struct sieve *sieve_open(const struct session_opts *opts, GError **error);
/* Says goodbye. NULL is fine. */
void sieve_free(struct sieve *s);

/* What the server knows of Sieve, as it names it: "fileinto reject vacation". Borrowed. */
const char *sieve_extensions(const struct sieve *s);

/* The scripts' names, UTF-8, and which of them runs (owned, NULL: none). NULL with error. */
GPtrArray *sieve_list(struct sieve *s, char **active_out, GError **error);
/* A script's bytes. PF_ERROR_NOT_FOUND when there is none of the name. */
GBytes *sieve_get(struct sieve *s, const char *name, GError **error);
/* Keep a script under the name, or with name NULL only have it looked at. What the server complains of (an error: false
 * without error; a warning: true) is in *said_out: bytes, owned, NULL for nothing. */
bool sieve_put(struct sieve *s, const char *name, GBytes *script, char **said_out, GError **error);
/* The script that runs from now on; "": none. */
bool sieve_activate(struct sieve *s, const char *name, GError **error);
/* Servers refuse to delete the one that runs. */
bool sieve_delete(struct sieve *s, const char *name, GError **error);

#endif
