/* SPDX-License-Identifier: GPL-3.0-or-later */
/* crypt_keys.c - operations of penfold-crypt on the keyring. */
#include "base/file.h"
#include "crypto/keys.h"
#include "crypto/setup_message.h"
#include "programs/crypt_ops.h"

#include <string.h>

static gpgme_protocol_t
protocol_of(const struct helper_request *r)
{
	const char *name = jsonl_string(helper_args(r), "protocol");
	return name != NULL && strcmp(name, "smime") == 0 ? GPGME_PROTOCOL_CMS : GPGME_PROTOCOL_OpenPGP;
}

static void
finish(struct helper_request *r, json_t *answer, GError *error)
{
	if (answer != NULL)
		helper_done(r, answer);
	else
		helper_fail(r, error);
}

void
crypt_key_list(struct helper_request *r, void *state)
{
	struct crypt_program *p = state;
	struct engine_opts opts = crypt_engine_opts(r, p);
	GError *error = NULL;
	json_t *answer = NULL, *keys = NULL;
	if (crypt_mail_ready(p, &error))
		keys = keys_list(&opts, jsonl_string(helper_args(r), "pattern"),
		    jsonl_bool(helper_args(r), "secret", false), &error);
	if (keys != NULL)
		answer = json_pack("{s:o}", "keys", keys);
	finish(r, answer, error);
}

static void
with_data(struct helper_request *r, struct crypt_program *p,
    json_t *(*fn)(gpgme_protocol_t protocol, const struct engine_opts *opts, GBytes *data, GError **error),
    const char *name)
{
	struct engine_opts opts = crypt_engine_opts(r, p);
	GError *error = NULL;
	GBytes *data = crypt_mail_ready(p, &error) ? crypt_read(helper_request_fd(r, 0), &error) : NULL;
	json_t *answer = data != NULL ? fn(protocol_of(r), &opts, data, &error) : NULL;
	if (answer != NULL && name != NULL)
		answer = json_pack("{s:o}", name, answer);
	g_clear_pointer(&data, g_bytes_unref);
	finish(r, answer, error);
}

void
crypt_key_look(struct helper_request *r, void *state)
{
	with_data(r, state, keys_look, "keys");
}

void
crypt_key_import(struct helper_request *r, void *state)
{
	with_data(r, state, keys_import, NULL);
}

void
crypt_key_export(struct helper_request *r, void *state)
{
	struct crypt_program *p = state;
	struct engine_opts opts = crypt_engine_opts(r, p);
	const char *pattern = jsonl_string(helper_args(r), "pattern");
	GError *error = NULL;
	GByteArray *key = NULL;
	int out = helper_request_fd(r, 0);
	if (pattern == NULL || out < 0)
		g_set_error(&error, PF_ERROR, PF_ERROR_USAGE, "which key, and where to?");
	else if (crypt_mail_ready(p, &error))
		key = keys_export(protocol_of(r), &opts, pattern, jsonl_bool(helper_args(r), "minimal", false)
			? KEYS_ARMORED_MINIMAL
			: KEYS_ARMORED,
		    &error);
	if (key != NULL) {
		(void)file_write_all(out, key->data, key->len, &error); /* error says it */
		g_byte_array_unref(key);
	}
	finish(r, error == NULL ? json_object() : NULL, error);
}

void
crypt_key_trust(struct helper_request *r, void *state)
{
	struct crypt_program *p = state;
	struct engine_opts opts = crypt_engine_opts(r, p);
	const char *fingerprint = jsonl_string(helper_args(r), "fingerprint");
	GError *error = NULL;
	bool ok = false;
	if (fingerprint == NULL)
		g_set_error(&error, PF_ERROR, PF_ERROR_USAGE, "which key? fingerprint is missing");
	else if (crypt_mail_ready(p, &error))
		ok = keys_believe(&opts, fingerprint, &error);
	finish(r, ok ? json_object() : NULL, error);
}

/* The letter goes into the descriptor; the code is told, and kept nowhere. */
void
crypt_setup_make(struct helper_request *r, void *state)
{
	struct crypt_program *p = state;
	struct engine_opts opts = crypt_engine_opts(r, p);
	const char *author = jsonl_string(helper_args(r), "author"), *account = jsonl_string(helper_args(r), "account");
	bool known = account != NULL && rc_account(p->rc, account) != NULL;
	const char *wish = known ? rc_string(p->rc, "account", account, "openpgp-key") : NULL;
	bool is_mutual = known && strcmp(rc_string(p->rc, "account", account, "autocrypt"), "mutual") == 0;
	struct setup_message m = {0};
	GError *error = NULL;
	int out = helper_request_fd(r, 0);
	if (author == NULL || out < 0)
		g_set_error(&error, PF_ERROR, PF_ERROR_USAGE, "whose key, and where to?");
	else if (crypt_mail_ready(p, &error) && setup_message_make(&m, &opts, author, wish, is_mutual, &error)) {
		gsize len;
		const void *data = g_bytes_get_data(m.letter, &len);
		(void)file_write_all(out, data, len, &error); /* error says it */
	}
	finish(r, error == NULL ? json_pack("{s:s, s:O}", "code", m.code, "key", m.key) : NULL, error);
	setup_message_clear(&m);
}

void
crypt_setup_take(struct helper_request *r, void *state)
{
	struct crypt_program *p = state;
	struct engine_opts opts = crypt_engine_opts(r, p);
	const char *code = jsonl_string(helper_args(r), "code");
	GError *error = NULL;
	GBytes *part = crypt_mail_ready(p, &error) ? crypt_read(helper_request_fd(r, 0), &error) : NULL;
	json_t *answer = part != NULL ? setup_message_take(&opts, part, code != NULL ? code : "", &error) : NULL;
	g_clear_pointer(&part, g_bytes_unref);
	finish(r, answer, error);
}
