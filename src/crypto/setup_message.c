/* SPDX-License-Identifier: GPL-3.0-or-later */
/* setup_message.c - an armoured secret key within an armoured symmetric message within a page that explains it. */
#include "crypto/setup_message.h"

#include "base/error.h"
#include "base/limits.h"
#include "mime/boundary.h"
#include "crypto/keys.h"
#include "mime/entity.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <string.h>

#define GROUP 4

static const char begin_message[] = "-----BEGIN PGP MESSAGE-----";
static const char end_message[] = "-----END PGP MESSAGE-----";
static const char begin_key[] = "-----BEGIN PGP PRIVATE KEY BLOCK-----";

/* --- the code --- */

static char *
grouped(const char *digits)
{
	GString *out = g_string_new(NULL);
	for (size_t i = 0; i < SETUP_MESSAGE_DIGITS; i++)
		g_string_append_printf(out, "%s%c", i > 0 && i % GROUP == 0 ? "-" : "", digits[i]);
	return g_string_free(out, FALSE);
}

char *
setup_message_code(const char *typed)
{
	char digits[SETUP_MESSAGE_DIGITS];
	size_t n = 0;
	for (const char *p = typed; *p != '\0'; p++) {
		if (g_ascii_isdigit(*p) && n < SETUP_MESSAGE_DIGITS)
			digits[n++] = *p;
		else if (g_ascii_isdigit(*p) || (strchr("- \t\r\n", *p) == NULL))
			return NULL;
	}
	char *out = n == SETUP_MESSAGE_DIGITS ? grouped(digits) : NULL;
	OPENSSL_cleanse(digits, sizeof(digits));
	return out;
}

static char *
new_code(void)
{
	char digits[SETUP_MESSAGE_DIGITS];
	for (size_t i = 0; i < SETUP_MESSAGE_DIGITS;) {
		unsigned char byte;
		if (RAND_bytes(&byte, 1) != 1)
			return NULL;
		if (byte < 250) /* else some digits were more likely than others */
			digits[i++] = (char)('0' + byte % 10);
	}
	char *out = grouped(digits);
	OPENSSL_cleanse(digits, sizeof(digits));
	return out;
}

static gpgme_error_t
give_code(void *user, const char *hint, const char *info, int was_bad, int fd)
{
	const char *code = user;
	(void)hint;
	(void)info;
	if (was_bad)
		return gpgme_error(GPG_ERR_BAD_PASSPHRASE);
	if (gpgme_io_writen(fd, code, strlen(code)) != 0 || gpgme_io_writen(fd, "\n", 1) != 0)
		return gpgme_error_from_errno(EIO);
	return 0;
}

/* An engine that takes the code in place of asking. */
static bool
open_with_code(struct engine *e, const struct engine_opts *opts, char *code, size_t size, GError **error)
{
	if (!engine_open(e, GPGME_PROTOCOL_OpenPGP, opts, size, error))
		return false;
	(void)gpgme_set_pinentry_mode(e->ctx, GPGME_PINENTRY_MODE_LOOPBACK);
	(void)gpgme_set_ctx_flag(e->ctx, "no-symkey-cache", "1"); /* else the agent keeps the code, and takes any other */
	gpgme_set_passphrase_cb(e->ctx, give_code, code);
	gpgme_set_armor(e->ctx, 1);
	return true;
}

/* --- making --- */

/* Armour with one more header line behind the first. */
static GString *
with_header(const GByteArray *armor, const char *begin, const char *header)
{
	const char *text = (const char *)armor->data;
	const char *at = g_strstr_len(text, (gssize)armor->len, begin);
	const char *nl = at != NULL ? memchr(at, '\n', armor->len - (size_t)(at - text)) : NULL;
	if (nl == NULL)
		return NULL;
	GString *out = g_string_new_len(at, nl + 1 - at);
	g_string_append(out, header);
	g_string_append_len(out, nl + 1, (gssize)armor->len - (nl + 1 - text));
	return out;
}

static GBytes *
secret_key(const struct engine_opts *opts, const char *fingerprint, bool is_mutual, GError **error)
{
	GByteArray *key = keys_export(GPGME_PROTOCOL_OpenPGP, opts, fingerprint, KEYS_SECRET, error);
	if (key == NULL)
		return NULL;
	GString *out = with_header(key, begin_key, is_mutual ? "Autocrypt-Prefer-Encrypt: mutual\n" : "");
	OPENSSL_cleanse(key->data, key->len);
	g_byte_array_unref(key);
	if (out != NULL)
		return g_string_free_to_bytes(out);
	g_set_error(error, PF_ERROR, PF_ERROR_DATA, "gpg gave no secret key for %s", fingerprint);
	return NULL;
}

static GString *
sealed(const struct engine_opts *opts, GBytes *key, char *code, GError **error)
{
	struct engine e;
	if (!open_with_code(&e, opts, code, g_bytes_get_size(key), error))
		return NULL;
	GByteArray *cipher = engine_encrypt(&e, key, NULL, NULL, error);
	engine_close(&e);
	if (cipher == NULL)
		return NULL;
	char *header = g_strdup_printf("Passphrase-Format: numeric9x4\nPassphrase-Begin: %.2s\n", code);
	GString *out = with_header(cipher, begin_message, header);
	g_free(header);
	g_byte_array_unref(cipher);
	if (out == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "gpg gave no armour for the setup message");
	return out;
}

static const char explanation[] =
    "This message carries your OpenPGP key to another program or device.\r\n"
    "\r\n"
    "Open it there with the setup code that was shown when it was made. Delete the\r\n"
    "message when the key has arrived.\r\n";

static GBytes *
letter_of(const char *author, const GString *armor)
{
	char *b = boundary_new();
	GByteArray *crlf = g_byte_array_new();
	GString *out = g_string_new(NULL);
	entity_canonical(armor->str, armor->len, crlf);
	g_string_append_printf(out,
	    "From: %s\r\nTo: %s\r\nSubject: Autocrypt Setup Message\r\nAutocrypt-Setup-Message: v1\r\n"
	    "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"%s\"\r\n\r\n--%s\r\n"
	    "Content-Type: text/plain; charset=us-ascii\r\n\r\n%s\r\n--%s\r\n"
	    "Content-Type: application/autocrypt-setup\r\n"
	    "Content-Disposition: attachment; filename=\"autocrypt-setup-message.html\"\r\n\r\n"
	    "<html><body>\r\n<p>This is the Autocrypt setup file, by which a key goes from one program to\r\n"
	    "another. It opens with the setup code.</p>\r\n<pre>\r\n",
	    author, author, b, b, explanation, b);
	g_string_append_len(out, (const char *)crlf->data, (gssize)crlf->len);
	g_string_append_printf(out, "</pre></body></html>\r\n\r\n--%s--\r\n", b);
	g_byte_array_unref(crlf);
	g_free(b);
	return g_string_free_to_bytes(out);
}

bool
setup_message_make(struct setup_message *out, const struct engine_opts *opts, const char *author,
    const char *wish, bool is_mutual, GError **error)
{
	*out = (struct setup_message){ 0 };
	gpgme_key_t signer = keys_for_signer(GPGME_PROTOCOL_OpenPGP, opts, wish, author, error);
	GBytes *key = signer != NULL ? secret_key(opts, signer->fpr, is_mutual, error) : NULL;
	if (key != NULL && (out->code = new_code()) == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE, "there is no randomness for a setup code");
	GString *armor = out->code != NULL ? sealed(opts, key, out->code, error) : NULL;
	if (armor != NULL) {
		out->letter = letter_of(author, armor);
		out->key = keys_json(signer);
		g_string_free(armor, TRUE);
	}
	g_clear_pointer(&key, g_bytes_unref);
	if (signer != NULL)
		gpgme_key_unref(signer);
	return out->letter != NULL;
}

void
setup_message_clear(struct setup_message *m)
{
	if (m->code != NULL)
		OPENSSL_cleanse(m->code, strlen(m->code));
	g_free(m->code);
	g_clear_pointer(&m->letter, g_bytes_unref);
	json_decref(m->key);
	*m = (struct setup_message){ 0 };
}

/* --- taking in --- */

/* The armour in a part; owned, NULL when there is none. */
static GBytes *
armor_in(GBytes *part)
{
	gsize len;
	const char *text = g_bytes_get_data(part, &len);
	const char *start = len > 0 ? g_strstr_len(text, (gssize)len, begin_message) : NULL;
	const char *end = start != NULL ? g_strstr_len(start, (gssize)len - (start - text), end_message) : NULL;
	if (end == NULL)
		return NULL;
	GString *out = g_string_new_len(start, end - start);
	g_string_append(out, end_message);
	g_string_append_c(out, '\n');
	return g_string_free_to_bytes(out);
}

static GBytes *
unsealed(const struct engine_opts *opts, GBytes *armor, char *code, GError **error)
{
	struct engine e;
	if (!open_with_code(&e, opts, code, g_bytes_get_size(armor), error))
		return NULL;
	GError *why = NULL;
	GByteArray *plain = engine_decrypt(&e, armor, &why);
	bool is_whole = e.has_integrity && !e.has_bad_integrity;
	engine_close(&e);
	if (plain != NULL && is_whole)
		return g_byte_array_free_to_bytes(plain);
	if (plain != NULL || !g_error_matches(why, PF_ERROR, PF_ERROR_TIMEOUT)) {
		g_clear_error(&why);
		g_set_error(error, PF_ERROR, PF_ERROR_DATA,
		    plain != NULL ? "the setup message is not protected against changes, and was not used"
				  : "the setup message did not open: that is not its setup code");
	} else {
		g_propagate_error(error, why);
	}
	if (plain != NULL)
		g_byte_array_unref(plain);
	return NULL;
}

json_t *
setup_message_take(const struct engine_opts *opts, GBytes *part, const char *code, GError **error)
{
	char *whole = setup_message_code(code);
	GBytes *armor = whole != NULL ? armor_in(part) : NULL, *key = NULL;
	json_t *out = NULL;
	if (whole == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "a setup code has nine groups of four digits");
	else if (armor == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "there is no setup message in it");
	else
		key = unsealed(opts, armor, whole, error);
	if (key != NULL)
		out = keys_import(GPGME_PROTOCOL_OpenPGP, opts, key, error);
	if (whole != NULL)
		OPENSSL_cleanse(whole, strlen(whole));
	g_free(whole);
	g_clear_pointer(&armor, g_bytes_unref);
	g_clear_pointer(&key, g_bytes_unref);
	return out;
}
