/* SPDX-License-Identifier: GPL-3.0-or-later */
/* error.h - the one error domain of Penfold, on GLib's GError.
 *
 * Every fallible function takes `GError **error` last and returns false, NULL or -1 when it
 * has set it. The code says what a caller may do about it and maps to a sysexits value; the
 * message is one plain sentence naming account, host, file or command and the next step. */
#ifndef PENFOLD_BASE_ERROR_H
#define PENFOLD_BASE_ERROR_H

#include <glib.h>
#include <stdbool.h>

#define PF_ERROR (pf_error_quark())

enum pf_error {
	PF_ERROR_INTERNAL,    /* "internal": a bug or a broken peer; exit 70 */
	PF_ERROR_USAGE,	      /* "usage": wrong arguments; exit 64 */
	PF_ERROR_DATA,	      /* "data": the input is malformed; exit 65 */
	PF_ERROR_NOT_FOUND,   /* "not-found": no such message or entry in the store; exit 1 */
	PF_ERROR_LIMIT,	      /* "limit": outside data past a limit of limits.h; exit 65 */
	PF_ERROR_UNAVAILABLE, /* "unavailable": permanently refused, missing service; exit 69 */
	PF_ERROR_IO,	      /* "io": disk or file trouble; exit 74 */
	PF_ERROR_TEMPORARY,   /* "temporary": try again later (network, lock, 4xx); exit 75 */
	PF_ERROR_PROTOCOL,    /* "protocol": a peer broke its protocol; exit 76 */
	PF_ERROR_TLS,	      /* "tls": chain, name, version, stripping; exit 76 */
	PF_ERROR_AUTH,	      /* "auth": log-in refused, no password; exit 77 */
	PF_ERROR_NO_SECRET,   /* "no-password": none is known, a person may give it; exit 77 */
	PF_ERROR_CONFIG,      /* "config": the rc file; exit 78 */
	PF_ERROR_CANCELLED,   /* "cancelled": by the user or a shutdown; exit 75 */
	PF_ERROR_CRASHED,     /* "crashed": the helper died while working on it; exit 70 */
	PF_ERROR_TIMEOUT,     /* "timeout": the deadline of the request passed; exit 75 */
	PF_ERROR_NO_INPUT,    /* "no-input": a file that was named cannot be opened; exit 66 */
};

/* The domain; PF_ERROR above is how it is written. */
GQuark
pf_error_quark(void);

/* The word for a code as it stands in JSON ("tls"), never NULL. Static. */
const char *
pf_error_name(int code);

/* The code for a word of pf_error_name(); PF_ERROR_INTERNAL for an unknown one. */
int
pf_error_from_name(const char *name);

/* The sysexits(3) value for an error; 70 for errors of other domains (GIO's and GLib's file
 * errors give 74). NULL gives 0. */
int
pf_error_exit_code(const GError *error);

#endif
