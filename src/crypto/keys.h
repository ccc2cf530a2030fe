/* SPDX-License-Identifier: GPL-3.0-or-later */
/* keys.h - keys and certificates: which one an address stands for, what there is, taking in and giving
 * out. */
#ifndef PENFOLD_CRYPTO_KEYS_H
#define PENFOLD_CRYPTO_KEYS_H

#include "crypto/engine.h"

#include <jansson.h>

/* The key for a letter to this address (addr-spec): a believed one before any other, the newer before
 * the older; of unbelieved ones only when it is the only one. is_believed_out says which. NULL with
 * PF_ERROR_NOT_FOUND that names the address and why. Owned (gpgme_key_unref). */
gpgme_key_t
keys_for_recipient(gpgme_protocol_t protocol, const struct engine_opts *opts, const char *address,
    bool *is_believed_out, GError **error);

/* The key of a fingerprint, when it is of this protocol and can encrypt now: the user chose it for the address. */
gpgme_key_t
keys_chosen(gpgme_protocol_t protocol, const struct engine_opts *opts, const char *fingerprint,
    const char *address, bool *is_believed_out, GError **error);

/* A secret key to sign with: named by wish (fingerprint, id or address; may be NULL), else by
 * address. */
gpgme_key_t
keys_for_signer(gpgme_protocol_t protocol, const struct engine_opts *opts, const char *wish,
    const char *address, GError **error);

/* {protocol, fingerprint, user_id, user_ids: [{user_id, address, validity}], validity, created,
 * expires, algorithm, secret, can_sign, can_encrypt, state: ok|expired|revoked|disabled|invalid}. New
 * reference. */
json_t *
keys_json(gpgme_key_t key);
/* All keys that pattern names (NULL: all), both protocols that are installed. New reference. */
json_t *
keys_list(const struct engine_opts *opts, const char *pattern, bool secret, GError **error);

/* Take keys in: {imported, unchanged, keys: [as keys_json()]}; NULL with error. */
json_t *
keys_import(gpgme_protocol_t protocol, const struct engine_opts *opts, GBytes *data, GError **error);
/* What is in there, without taking it in: an array as of keys_json(). */
json_t *
keys_look(gpgme_protocol_t protocol, const struct engine_opts *opts, GBytes *data, GError **error);
enum keys_form { KEYS_ARMORED, KEYS_ARMORED_MINIMAL, KEYS_BINARY_MINIMAL, KEYS_SECRET };

/* The public key, armoured (OpenPGP) or PEM; minimal: no signatures of others;
 * secret: with its secret key, under the passphrase that it has. Owned. */
GByteArray *
keys_export(gpgme_protocol_t protocol, const struct engine_opts *opts, const char *pattern,
    enum keys_form form, GError **error);
/* Say of an OpenPGP key that its user ids are its owner's: a signature that stays here. */
bool
keys_believe(const struct engine_opts *opts, const char *fingerprint, GError **error);

#endif
