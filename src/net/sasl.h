/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sasl.h - the client's side of SASL (RFC 4422): PLAIN (RFC 4616), LOGIN (its old
 * cousin), SCRAM-SHA-1 and SCRAM-SHA-256 (RFC 5802, 7677) without channel binding. Shared
 * by IMAP, POP3 and SMTP: everything that goes to or comes from the wire is base64,
 * without line ends. No I/O. */
#ifndef PENFOLD_NET_SASL_H
#define PENFOLD_NET_SASL_H

#include "base/secret.h"

#include <glib.h>
#include <stdbool.h>

struct sasl;

/* The best of the offered mechanism names (NULL-terminated, any case): SCRAM-SHA-256,
 * SCRAM-SHA-1, PLAIN, LOGIN. PLAIN and LOGIN show the password to whoever listens: they
 * count only when allow_plain is set (TLS, or a loopback account with tls = no). Static
 * string, NULL when none. */
const char *sasl_choose(const char *const *offered, bool allow_plain);

/* A log-in by mechanism (a name of sasl_choose()). user is UTF-8; both are copied.
 * PF_ERROR_AUTH for CR, LF or NUL in a value and for what SASLprep (RFC 4013) forbids. */
struct sasl *sasl_new(const char *mechanism, const char *user,
    const struct secret *password, GError **error);
/* Wipes what it held. NULL is fine. */
void sasl_free(struct sasl *s);
const char *sasl_name(const struct sasl *s);

/* The initial response, owned, to be freed by sasl_wipe(); NULL when the mechanism has
 * none (LOGIN). */
char *sasl_initial(struct sasl *s);
/* The answer to a challenge; owned, by sasl_wipe(). PF_ERROR_AUTH when the server does
 * not prove that it knows the password, PF_ERROR_PROTOCOL when the challenge makes no
 * sense. */
char *sasl_step(struct sasl *s, const char *challenge, GError **error);
/* To be asked when the server says that the log-in succeeded: did it prove itself as the
 * mechanism demands? PF_ERROR_AUTH when not. */
bool sasl_finish(const struct sasl *s, GError **error);

/* Wipe and free a string. */
void sasl_wipe(char *text);

/* A fixed client nonce in place of a random one: for the examples of the RFCs. */
void sasl_set_nonce(struct sasl *s, const char *nonce);

#endif
