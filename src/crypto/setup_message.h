/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setup_message.h - the Autocrypt setup message (Level 1, section 4.4): one's own secret key, sent to oneself under a
 * code that the user carries to the other program. */
#ifndef PENFOLD_CRYPTO_SETUP_MESSAGE_H
#define PENFOLD_CRYPTO_SETUP_MESSAGE_H

#include "crypto/engine.h"

#include <jansson.h>

#define SETUP_MESSAGE_DIGITS 36 /* nine groups of four: 119 bits */

struct setup_message {
	GBytes *letter; /* a whole message, CRLF, without Date and Message-ID */
	char *code;	/* "1234-...": to be shown once, kept nowhere */
	json_t *key;	/* as keys_json() */
};

/* Make one for the author's key (wish as keys_for_signer()). A key that has a passphrase keeps it, and it is asked
 * for. False and error. */
bool
setup_message_make(struct setup_message *out, const struct engine_opts *opts, const char *author,
    const char *wish, bool is_mutual, GError **error);
void
setup_message_clear(struct setup_message *m);

/* Take in the key of a part application/autocrypt-setup. code: as it was typed, with or without its dashes;
 * PF_ERROR_AUTH when it is not the right one. As keys_import(). */
json_t *
setup_message_take(const struct engine_opts *opts, GBytes *part, const char *code, GError **error);

/* The code as it opens the message, from what was typed; owned, NULL when it has not so many digits. */
char *
setup_message_code(const char *typed);

#endif
