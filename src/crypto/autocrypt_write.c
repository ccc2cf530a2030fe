/* SPDX-License-Identifier: GPL-3.0-or-later */
/* autocrypt_write.c - the key as base64 in lines that no relay folds anew. */
#include "crypto/autocrypt_write.h"

#include "crypto/keys.h"
#include "mime/header.h"

#include <string.h>

#define LINE_LETTERS 76
#define MAX_KEY	     (24u << 10) /* bytes; larger ones would make headers that servers refuse */

static bool
has_field(GBytes *letter)
{
	gsize len;
	const char *bytes = g_bytes_get_data(letter, &len);
	struct header *h = header_of_bytes(bytes, len);
	bool found = header_count(h, "Autocrypt") > 0;
	header_free(h);
	return found;
}

static GByteArray *
own_key(const struct protect_opts *opts)
{
	gpgme_key_t key = keys_for_signer(GPGME_PROTOCOL_OpenPGP, &opts->engine, opts->openpgp_key,
	    opts->author, NULL);
	GByteArray *out = key != NULL
	    ? keys_export(GPGME_PROTOCOL_OpenPGP, &opts->engine, key->fpr, KEYS_BINARY_MINIMAL, NULL)
	    : NULL;
	if (key != NULL)
		gpgme_key_unref(key);
	if (out != NULL && out->len > MAX_KEY)
		g_clear_pointer(&out, g_byte_array_unref);
	return out;
}

GBytes *
autocrypt_add(GBytes *letter, const struct protect_opts *opts)
{
	GByteArray *key = has_field(letter) ? NULL : own_key(opts);
	gsize len;
	const char *bytes = g_bytes_get_data(letter, &len);
	if (key == NULL)
		return NULL;
	char *data = g_base64_encode(key->data, key->len);
	GString *out = g_string_new(NULL);
	g_string_append_printf(out, "Autocrypt: addr=%s;%s keydata=\r\n", opts->author,
	    strcmp(opts->autocrypt, "mutual") == 0 ? " prefer-encrypt=mutual;" : "");
	for (size_t at = 0, n = strlen(data); at < n; at += LINE_LETTERS) {
		g_string_append_c(out, ' ');
		g_string_append_len(out, data + at, (gssize)MIN(LINE_LETTERS, n - at));
		g_string_append(out, "\r\n");
	}
	g_string_append_len(out, bytes, (gssize)len);
	g_free(data);
	g_byte_array_unref(key);
	return g_string_free_to_bytes(out);
}
