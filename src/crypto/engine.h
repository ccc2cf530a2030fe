/* SPDX-License-Identifier: GPL-3.0-or-later */
/* engine.h - GPGME with a deadline: contexts that ask nobody on the network, operations that end in
 * time, and results that are copied out. An unknown state reads as "not verified". */
#ifndef PENFOLD_CRYPTO_ENGINE_H
#define PENFOLD_CRYPTO_ENGINE_H

#include <gpgme.h>
#include <glib.h>
#include <stdbool.h>

/* How an operation may behave. */
struct engine_opts {
	bool may_ask; /* a pinentry may come up: the terminal is free for it, and the user has time */
	const char *tty; /* where it may come up; NULL: nowhere that is known */
	bool (*is_cancelled)(void *user); /* looked at now and then; may be NULL */
	void *user;
};

#define ENGINE_WATCHES 16

/* A descriptor that GPGME waits for. */
struct engine_watch {
	int fd; /* -1: free */
	bool is_input;
	gpgme_io_cb_t fn;
	void *fn_data;
};

/* One operation under way. */
struct engine {
	gpgme_ctx_t ctx;
	const struct engine_opts *opts;
	gint64 deadline; /* monotonic microseconds */
	bool has_integrity;	/* the decryption was of a kind that notices changes, and noticed none */
	bool wants_passphrase;	/* it failed because nobody could be asked */
	struct engine_watch watches[ENGINE_WATCHES];
	bool is_done;
	gpgme_error_t result; /* once it is done */
	bool has_bad_integrity; /* the engine says that the bytes were changed */
	GPtrArray *keys;	/* of a listing under way */
};

/* Once, before the first engine. */
bool
engine_init(GError **error);

/* size: bytes to work on, which the deadline takes into account. */
bool
engine_open(struct engine *e, gpgme_protocol_t protocol, const struct engine_opts *opts, size_t size,
    GError **error);
void
engine_close(struct engine *e);

/* Wait for the operation that was started; started is what starting it gave. */
gpgme_error_t
engine_wait(struct engine *e, gpgme_error_t started);

/* Set error from a failed operation: what names it ("decrypt"), in words. PF_ERROR_AUTH with the word
 * "passphrase" when a passphrase is needed and may_ask was not set, PF_ERROR_TIMEOUT past the
 * deadline, PF_ERROR_CANCELLED when the user gave up, PF_ERROR_NOT_FOUND without the key. Always
 * false. */
bool
engine_fail(const struct engine *e, const char *what, gpgme_error_t why, GError **error);

/* Bytes to read, borrowed while the data lives. NULL without memory. */
gpgme_data_t
engine_data_in(const void *bytes, size_t len);

/* Where an operation writes. What grows over LIMIT_LITERAL ends it (a few bytes can be packed that
 * unfold to a disk full). */
struct engine_sink {
	GByteArray *bytes;
	gpgme_data_t data;
};
bool
engine_sink_open(struct engine_sink *s);
/* What was written; owned, NULL when there was no sink. */
GByteArray *
engine_sink_take(struct engine_sink *s);
void
engine_sink_close(struct engine_sink *s);

/* The operations. Results that GPGME keeps are asked of e->ctx afterwards. */

/* Public keys; those with a secret key; or public keys, which say of themselves whether the secret one is here. */
enum engine_keys { ENGINE_PUBLIC, ENGINE_SECRET, ENGINE_MARKED };

/* The keys that a pattern names (NULL: all). Owned array of owned gpgme_key_t. */
GPtrArray *
engine_list(struct engine *e, const char *pattern, enum engine_keys which, GError **error);
/* The keys in some bytes, which are not taken in. */
GPtrArray *
engine_list_data(struct engine *e, GBytes *data, GError **error);
/* The one key of a fingerprint; owned (gpgme_key_unref), NULL when there is none or several. */
gpgme_key_t
engine_key(struct engine *e, const char *fingerprint);

/* signature with text: detached. Without: the signed text comes out of it, *text_out is owned. */
bool
engine_verify(struct engine *e, GBytes *signature, GBytes *text, GByteArray **text_out,
    GError **error);
/* A signature apart from the text, owned: armoured, or DER for S/MIME. hash_out (may be NULL): "sha512"
 * as in micalg (RFC 3156 5), owned. The context has its signers. */
GByteArray *
engine_sign(struct engine *e, GBytes *text, char **hash_out, GError **error);
/* Encrypted for keys (NULL-terminated) or, when it is not NULL, for recipients (GPGME's text, a
 * fingerprint a line), and signed within when the context has signers. Owned. */
GByteArray *
engine_encrypt(struct engine *e, GBytes *text, gpgme_key_t *keys, const char *recipients,
    GError **error);
/* Owned plaintext, whole or not at all. */
GByteArray *
engine_decrypt(struct engine *e, GBytes *cipher, GError **error);

#endif
