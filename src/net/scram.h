/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scram.h - the arithmetic and the messages of SCRAM (RFC 5802 3 and 5, RFC 7677). Texts
 * are plain, not base64; no I/O. */
#ifndef PENFOLD_NET_SCRAM_H
#define PENFOLD_NET_SCRAM_H

#include <glib.h>
#include <stdbool.h>

struct scram; /* holds the password's derivatives: wiped by scram_free() */

/* The channel that the log-in is bound to (RFC 5802 6). */
struct scram_binding {
	char *type;	/* "tls-exporter"; NULL: not bound */
	GBytes *data;	/* NULL without type */
	bool is_missed; /* not bound, because the server does not offer it */
};

/* digest: "SHA1" or "SHA256". user and password are SASLprepped UTF-8; nonce is printable
 * ASCII without comma. All copied. */
struct scram *scram_new(const char *digest, const char *user, const char *password,
    const char *nonce, const struct scram_binding *binding);
void scram_free(struct scram *s);

/* A user name as SCRAM and OAUTHBEARER write it: "=" and "," escaped. Owned. */
char *scram_escape(const char *user);

/* client-first-message, "n,,n=user,r=nonce". Owned. */
char *scram_first(struct scram *s);
/* server-first-message in, client-final-message out. Owned; NULL and PF_ERROR_PROTOCOL or
 * PF_ERROR_AUTH (an iteration count below 4096 would make the password easy to guess). */
char *scram_final(struct scram *s, const char *server_first, GError **error);
/* server-final-message: "v=" proves that the server knows the password; "e=" is its
 * error. */
bool scram_verify(struct scram *s, const char *server_final, GError **error);
bool scram_is_verified(const struct scram *s);
/* Has scram_final() given its message? */
bool scram_is_signed(const struct scram *s);

#endif
