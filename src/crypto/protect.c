/* SPDX-License-Identifier: GPL-3.0-or-later */
/* protect.c - from a frozen letter to one whose text nobody can change or read: the entity that is
 * signed is written once, and these bytes are what is sent. */
#include "crypto/protect.h"

#include "base/error.h"
#include "crypto/autocrypt_write.h"
#include "mime/boundary.h"
#include "crypto/fit.h"
#include "crypto/header_protection.h"

#include <string.h>

static void
add(GString *out, const char *bytes, size_t len)
{
	g_string_append_len(out, bytes, (gssize)len);
}

/* DER in lines of 76 letters (RFC 2045 6.8). */
static void
add_base64(GString *out, const GByteArray *bytes)
{
	char *all = g_base64_encode(bytes->data, bytes->len);
	size_t len = strlen(all);
	for (size_t at = 0; at < len; at += 76) {
		add(out, all + at, MIN(76, len - at));
		g_string_append(out, "\r\n");
	}
	g_free(all);
}

/* gpg's armour has LF line ends. */
static void
add_armor(GString *out, const GByteArray *bytes)
{
	GByteArray *crlf = g_byte_array_new();
	entity_canonical((const char *)bytes->data, bytes->len, crlf);
	add(out, (const char *)crlf->data, crlf->len);
	g_byte_array_unref(crlf);
}

static bool
open_engine(struct engine *e, const struct protect_plan *plan, const struct protect_opts *opts,
    size_t size, bool with_signer, GError **error)
{
	if (!engine_open(e, plan->protocol, &opts->engine, size, error))
		return false;
	gpgme_set_armor(e->ctx, plan->protocol == GPGME_PROTOCOL_OpenPGP);
	gpgme_set_textmode(e->ctx, 0);
	gpgme_error_t err = with_signer ? gpgme_signers_add(e->ctx, plan->signer) : 0;
	if (err == 0)
		return true;
	(void)engine_fail(e, "sign", err, error);
	engine_close(e);
	return false;
}

/* multipart/signed around an entity. */
static GString *
signed_entity(GBytes *entity, const struct protect_plan *plan, const struct protect_opts *opts,
    GError **error)
{
	bool is_smime = plan->protocol == GPGME_PROTOCOL_CMS;
	struct engine e;
	char *hash = NULL;
	gsize len;
	const char *bytes = g_bytes_get_data(entity, &len);
	if (!open_engine(&e, plan, opts, len, true, error))
		return NULL;
	GByteArray *signature = engine_sign(&e, entity, &hash, error);
	engine_close(&e);
	if (signature == NULL)
		return NULL;
	/* RFC 8551 3.5.3.2 writes "sha-256" but "sha1" */
	bool is_sha2 = is_smime && g_str_has_prefix(hash, "sha") && strlen(hash) == strlen("sha256");
	char *b = boundary_new();
	GString *out = g_string_new(NULL);
	g_string_append_printf(out,
	    "Content-Type: multipart/signed; micalg=\"%s%s\";\r\n protocol=\"application/%s-signature\";\r\n"
	    " boundary=\"%s\"\r\n\r\n--%s\r\n",
	    !is_smime ? "pgp-" : is_sha2 ? "sha-" : "", is_sha2 ? hash + strlen("sha") : hash,
	    is_smime ? "pkcs7" : "pgp", b, b);
	add(out, bytes, len);
	g_string_append_printf(out, "\r\n--%s\r\n", b);
	if (is_smime) {
		g_string_append(out, "Content-Type: application/pkcs7-signature; name=\"smime.p7s\"\r\n"
				     "Content-Transfer-Encoding: base64\r\n"
				     "Content-Disposition: attachment; filename=\"smime.p7s\"\r\n\r\n");
		add_base64(out, signature);
	} else {
		g_string_append(out, "Content-Type: application/pgp-signature; name=\"signature.asc\"\r\n"
				     "Content-Description: OpenPGP digital signature\r\n\r\n");
		add_armor(out, signature);
	}
	g_string_append_printf(out, "\r\n--%s--\r\n", b);
	g_byte_array_unref(signature);
	g_free(hash);
	g_free(b);
	return out;
}

static GByteArray *
encrypt(GBytes *entity, bool with_signer, const struct protect_plan *plan,
    const struct protect_opts *opts, GError **error)
{
	bool is_smime = plan->protocol == GPGME_PROTOCOL_CMS;
	gpgme_key_t *keys = g_new0(gpgme_key_t, plan->keys->len + 1);
	struct engine e;
	GByteArray *out = NULL;
	for (size_t i = 0; i < plan->keys->len; i++)
		keys[i] = plan->keys->pdata[i];
	if (open_engine(&e, plan, opts, g_bytes_get_size(entity), with_signer, error)) {
		out = engine_encrypt(&e, entity, keys, is_smime ? NULL : plan->text->str, error);
		engine_close(&e);
	}
	g_free(keys);
	return out;
}

/* RFC 3156 4 and 6.2: signed within, in one packet stream. */
static GString *
pgp_encrypted(GBytes *entity, const struct protect_plan *plan, const struct protect_opts *opts,
    GError **error)
{
	GByteArray *cipher = encrypt(entity, plan->sign, plan, opts, error);
	if (cipher == NULL)
		return NULL;
	char *b = boundary_new();
	GString *out = g_string_new(NULL);
	g_string_append_printf(out,
	    "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\";\r\n"
	    " boundary=\"%s\"\r\n\r\n--%s\r\n"
	    "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n\r\n--%s\r\n"
	    "Content-Type: application/octet-stream; name=\"encrypted.asc\"\r\n"
	    "Content-Disposition: inline; filename=\"encrypted.asc\"\r\n\r\n",
	    b, b, b);
	add_armor(out, cipher);
	g_string_append_printf(out, "\r\n--%s--\r\n", b);
	g_byte_array_unref(cipher);
	g_free(b);
	return out;
}

/* RFC 8551 3.3: the signed entity is encrypted. */
static GString *
smime_encrypted(GBytes *entity, const struct protect_plan *plan, const struct protect_opts *opts,
    GError **error)
{
	GString *inner = signed_entity(entity, plan, opts, error);
	if (inner == NULL)
		return NULL;
	GBytes *bytes = g_string_free_to_bytes(inner);
	GByteArray *cipher = encrypt(bytes, false, plan, opts, error);
	g_bytes_unref(bytes);
	if (cipher == NULL)
		return NULL;
	GString *out = g_string_new("Content-Type: application/pkcs7-mime; smime-type=enveloped-data;\r\n"
				    " name=\"smime.p7m\"\r\n"
				    "Content-Transfer-Encoding: base64\r\n"
				    "Content-Disposition: attachment; filename=\"smime.p7m\"\r\n\r\n");
	add_base64(out, cipher);
	g_byte_array_unref(cipher);
	return out;
}

/* The entity that is signed and encrypted; outer gets the header that stands outside. */
static GBytes *
payload_of(GBytes *letter, const struct protect_plan *plan, const struct protect_opts *opts,
    GString *outer, GError **error)
{
	GBytes *fit = fit_for_signing(letter, error);
	struct entity e;
	gsize len;
	if (fit == NULL)
		return NULL;
	const char *bytes = g_bytes_get_data(fit, &len);
	GString *out = g_string_new(NULL);
	entity_init(&e, bytes, len);
	if (plan->encrypt && opts->autocrypt != NULL)
		autocrypt_add_gossip(out, plan, opts);
	header_protection_write(&e, plan->encrypt, out, outer);
	g_string_append(out, "\r\n");
	add(out, bytes + e.body, len - e.body);
	entity_fini(&e);
	g_bytes_unref(fit);
	return g_string_free_to_bytes(out);
}

static GBytes *
carry_out(GBytes *letter, const struct protect_plan *plan, const struct protect_opts *opts, GError **error)
{
	if (!plan->sign && !plan->encrypt)
		return g_bytes_ref(letter);
	GString *outer = g_string_new(NULL), *body = NULL;
	GBytes *payload = payload_of(letter, plan, opts, outer, error);
	if (payload != NULL && !plan->encrypt)
		body = signed_entity(payload, plan, opts, error);
	else if (payload != NULL && plan->protocol == GPGME_PROTOCOL_CMS)
		body = smime_encrypted(payload, plan, opts, error);
	else if (payload != NULL)
		body = pgp_encrypted(payload, plan, opts, error);
	g_clear_pointer(&payload, g_bytes_unref);
	if (body == NULL) {
		g_string_free(outer, TRUE);
		return NULL;
	}
	add(outer, body->str, body->len);
	g_string_free(body, TRUE);
	return g_string_free_to_bytes(outer);
}

GBytes *
protect_letter(GBytes *letter, const struct protect_plan *plan, const struct protect_opts *opts,
    GError **error)
{
	GBytes *with_key = opts->autocrypt != NULL ? autocrypt_add(letter, opts) : NULL;
	GBytes *out = carry_out(with_key != NULL ? with_key : letter, plan, opts, error);
	g_clear_pointer(&with_key, g_bytes_unref);
	return out;
}
