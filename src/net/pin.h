/* SPDX-License-Identifier: GPL-3.0-or-later */
/* pin.h - certificates that the user took for a server's by their fingerprint, where no authority of
 * this machine vouches for them. Of each account its own, in the state. */
#ifndef PENFOLD_NET_PIN_H
#define PENFOLD_NET_PIN_H

#include "base/rc.h"
#include "net/tls.h"

#include <jansson.h>

#define PIN_BYTES TLS_PIN_BYTES /* SHA-256 of the certificate (DER) */
#define PIN_HEX	  (2 * PIN_BYTES) /* as 64 lower-case digits */

struct pin {
	unsigned char digest[PIN_BYTES];
	char since[32]; /* RFC 3339: when the user said so */
};

/* Where they lie; owned. The account need not be in the rc yet. */
char *pin_file(const struct rc *rc, const char *account);

/* The server's, by the names that a user gave it. False when there is none; so also for a file that cannot
 * be read, which makes nothing be trusted. */
bool pin_find(const char *file, const char *host, uint16_t port, struct pin *out);

/* The account's submission server (as pin_server() has it), when a certificate was taken for it; NULL when none, or no
 * account. Owned. */
char *pin_of_submission(const struct rc *rc, const struct rc_account *account);

/* "imap.example.org:993". Owned. */
char *pin_server(const char *host, uint16_t port);

/* A fingerprint as people write it (digits, with colons or blanks) to PIN_HEX digits; owned, NULL when it is none. */
char *pin_fingerprint(const char *text);
/* "AB:CD:..." of such digits. Owned. */
char *pin_shown(const char *hex);

/* Take (hex of PIN_HEX digits) for the server's from now on, in place of what was taken before; hex NULL: no longer.
 * Durable. */
bool pin_keep(const char *file, const char *server, const char *hex, GError **error);

/* {server: {sha256, since}}; never NULL. New reference. */
json_t *pin_list(const char *file);

#endif
