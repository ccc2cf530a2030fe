/* SPDX-License-Identifier: GPL-3.0-or-later */
/* autocrypt_write.c - the key as base64 in lines that no relay folds anew. */
#include "crypto/autocrypt_write.h"

#include "base/jsonl.h"
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

static void
append_key(GString *out, const GByteArray *key)
{
	char *data = g_base64_encode(key->data, key->len);
	for (size_t at = 0, n = strlen(data); at < n; at += LINE_LETTERS) {
		g_string_append_c(out, ' ');
		g_string_append_len(out, data + at, (gssize)MIN(LINE_LETTERS, n - at));
		g_string_append(out, "\r\n");
	}
	g_free(data);
}

GBytes *
autocrypt_add(GBytes *letter, const struct protect_opts *opts)
{
	GByteArray *key = has_field(letter) ? NULL : own_key(opts);
	gsize len;
	const char *bytes = g_bytes_get_data(letter, &len);
	if (key == NULL)
		return NULL;
	GString *out = g_string_new(NULL);
	g_string_append_printf(out, "Autocrypt: addr=%s;%s keydata=\r\n", opts->author,
	    strcmp(opts->autocrypt, "mutual") == 0 ? " prefer-encrypt=mutual;" : "");
	append_key(out, key);
	g_string_append_len(out, bytes, (gssize)len);
	g_byte_array_unref(key);
	return g_string_free_to_bytes(out);
}

void
autocrypt_add_gossip(GString *header, const struct protect_plan *plan, const struct protect_opts *opts)
{
	json_t *one;
	size_t i;
	if (opts->recipients[0] == NULL || opts->recipients[1] == NULL ||
	    plan->protocol != GPGME_PROTOCOL_OpenPGP)
		return;
	json_array_foreach(json_object_get(plan->report, "recipients"), i, one)
	{
		const char *address = jsonl_string(one, "address"), *fpr = jsonl_string(one, "fingerprint");
		if (address == NULL || fpr == NULL || !g_strv_contains(opts->recipients, address))
			continue;
		GByteArray *key = keys_export(GPGME_PROTOCOL_OpenPGP, &opts->engine, fpr, KEYS_BINARY_MINIMAL,
		    NULL);
		if (key != NULL && key->len <= MAX_KEY) {
			g_string_append_printf(header, "Autocrypt-Gossip: addr=%s; keydata=\r\n", address);
			append_key(header, key);
		}
		if (key != NULL)
			g_byte_array_unref(key);
	}
}
