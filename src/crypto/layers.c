/* SPDX-License-Identifier: GPL-3.0-or-later */
/* layers.c - strict about form: what is nearly a signed message is an ordinary one. */
#include "crypto/layers.h"

#include <string.h>

static const char clear_begin[] = "-----BEGIN PGP SIGNED MESSAGE-----";
static const char signature_end[] = "-----END PGP SIGNATURE-----";
static const char message_begin[] = "-----BEGIN PGP MESSAGE-----";
static const char message_end[] = "-----END PGP MESSAGE-----";

static GBytes *
decoded(const struct entity *e)
{
	GByteArray *out = g_byte_array_new();
	entity_decode(e, out);
	return g_byte_array_free_to_bytes(out);
}

static bool
is_one_of(const char *type, const char *a, const char *b)
{
	return strcmp(type, a) == 0 || strcmp(type, b) == 0;
}

static bool
is_signature_type(const char *type, bool *is_smime_out)
{
	*is_smime_out = is_one_of(type, "application/pkcs7-signature", "application/x-pkcs7-signature");
	return *is_smime_out || strcmp(type, "application/pgp-signature") == 0;
}

/* RFC 1847 2.1: two parts, the second of the type that `protocol` names. */
static void
find_signed(const struct entity *e, struct layer *out)
{
	struct entity_range parts[2];
	struct entity signature;
	if (entity_children(e, parts, 2) != 2)
		return;
	entity_init(&signature, e->bytes + parts[1].start, parts[1].end - parts[1].start);
	const char *protocol = entity_param(e, "protocol");
	bool matches = !protocol || g_ascii_strcasecmp(protocol, signature.type) == 0 ||
	    strstr(protocol, "pkcs7-signature") != NULL;
	if (!signature.is_ambiguous && matches && is_signature_type(signature.type, &out->is_smime)) {
		out->kind = LAYER_SIGNED;
		out->content = parts[0];
		out->data = decoded(&signature);
	}
	entity_fini(&signature);
}

/* The encrypted bytes in part i. */
static bool
take_cipher(const struct entity *e, const struct entity_range *r, struct layer *out)
{
	struct entity part;
	entity_init(&part, e->bytes + r->start, r->end - r->start);
	if (!part.is_ambiguous && !g_str_has_prefix(part.type, "multipart/")) {
		out->kind = LAYER_ENCRYPTED;
		out->data = decoded(&part);
	}
	entity_fini(&part);
	return out->kind == LAYER_ENCRYPTED;
}

static bool
child_is(const struct entity *e, const struct entity_range *r, const char *type, bool empty)
{
	struct entity part;
	entity_init(&part, e->bytes + r->start, r->end - r->start);
	bool is = !part.is_ambiguous && strcmp(part.type, type) == 0;
	for (size_t i = part.body; is && empty && i < part.len; i++)
		is = g_ascii_isspace(part.bytes[i]);
	entity_fini(&part);
	return is;
}

/* RFC 3156 4. Some gateways make multipart/mixed of it, with an empty text before. */
static void
find_encrypted(const struct entity *e, struct layer *out)
{
	struct entity_range parts[3];
	size_t n = entity_children(e, parts, 3);
	if (strcmp(e->type, "multipart/encrypted") == 0 && n == 2 &&
	    child_is(e, &parts[0], "application/pgp-encrypted", false))
		(void)take_cipher(e, &parts[1], out);
	else if (strcmp(e->type, "multipart/mixed") == 0 && n == 3 &&
	    child_is(e, &parts[0], "text/plain", true) &&
	    child_is(e, &parts[1], "application/pgp-encrypted", false))
		(void)take_cipher(e, &parts[2], out);
}

/* The content type of a CMS message stands right behind its outermost tag (RFC 5652 3); the name and
 * the parameters of the part are anybody's word. */
static enum layer_kind
cms_kind(GBytes *der)
{
	static const guint8 signed_data[] = { 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2 };
	static const guint8 enveloped[] = { 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3 };
	static const guint8 authenticated[] = { 0x06, 11, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16,
		1, 23 };
	gsize len;
	const guint8 *p = g_bytes_get_data(der, &len);
	if (len < 16 || p[0] != 0x30)
		return LAYER_NONE;
	gsize at = 2 + (p[1] > 0x80 ? (gsize)(p[1] & 0x7f) : 0); /* X.690 8.1.3 */
	if (at + sizeof(authenticated) > len)
		return LAYER_NONE;
	if (memcmp(p + at, signed_data, sizeof(signed_data)) == 0)
		return LAYER_SMIME_SIGNED;
	if (memcmp(p + at, enveloped, sizeof(enveloped)) == 0)
		return LAYER_SMIME_ENCRYPTED;
	if (memcmp(p + at, authenticated, sizeof(authenticated)) == 0)
		return LAYER_SMIME_AUTHENTICATED;
	return LAYER_NONE;
}

static void
find_cms(const struct entity *e, struct layer *out)
{
	out->data = decoded(e);
	out->is_smime = true;
	out->kind = cms_kind(out->data);
}

/* A whole line of this text at or behind `from`; G_MAXSIZE when there is none. */
static size_t
find_line(const char *text, size_t len, size_t from, const char *line)
{
	size_t n = strlen(line);
	for (size_t at = from; at < len;) {
		const char *nl = memchr(text + at, '\n', len - at);
		size_t end = nl ? (size_t)(nl - text) : len;
		size_t stop = end;
		while (stop > at && g_ascii_isspace(text[stop - 1]))
			stop--;
		if (stop - at == n && memcmp(text + at, line, n) == 0)
			return at;
		at = end + 1;
	}
	return G_MAXSIZE;
}

static size_t
past_line(const char *text, size_t len, size_t at)
{
	const char *nl = memchr(text + at, '\n', len - at);
	return nl ? (size_t)(nl - text) + 1 : len;
}

static bool
is_blank(const char *text, size_t start, size_t end)
{
	for (size_t i = start; i < end; i++)
		if (!g_ascii_isspace(text[i]))
			return false;
	return true;
}

/* Armour in the only text of a message. An encrypted one must stand alone: what is decrypted is never
 * put beside what anybody could have written. */
static void
find_inline(const struct entity *e, struct layer *out)
{
	GBytes *bytes = decoded(e);
	gsize len;
	const char *text = g_bytes_get_data(bytes, &len);
	size_t start = len > 0 ? find_line(text, len, 0, clear_begin) : G_MAXSIZE;
	size_t end = start != G_MAXSIZE ? find_line(text, len, start, signature_end) : G_MAXSIZE;
	out->kind = LAYER_CLEARSIGNED;
	if (end == G_MAXSIZE) {
		out->kind = LAYER_ARMORED;
		start = len > 0 ? find_line(text, len, 0, message_begin) : G_MAXSIZE;
		end = start != G_MAXSIZE ? find_line(text, len, start, message_end) : G_MAXSIZE;
		if (end == G_MAXSIZE || !is_blank(text, 0, start) ||
		    !is_blank(text, past_line(text, len, end), len))
			out->kind = LAYER_NONE;
	}
	if (out->kind != LAYER_NONE) {
		out->armor = (struct entity_range){ start, past_line(text, len, end) };
		out->data = g_bytes_new_from_bytes(bytes, start, out->armor.end - start);
		out->text = g_bytes_ref(bytes);
	}
	g_bytes_unref(bytes);
}

void
layer_find(const struct entity *e, struct layer *out)
{
	*out = (struct layer){ 0 };
	if (e->is_ambiguous)
		return;
	if (strcmp(e->type, "multipart/signed") == 0)
		find_signed(e, out);
	else if (strcmp(e->type, "multipart/encrypted") == 0 || strcmp(e->type, "multipart/mixed") == 0)
		find_encrypted(e, out);
	else if (is_one_of(e->type, "application/pkcs7-mime", "application/x-pkcs7-mime"))
		find_cms(e, out);
	else if (strcmp(e->type, "text/plain") == 0)
		find_inline(e, out);
}

void
layer_clear(struct layer *l)
{
	g_clear_pointer(&l->data, g_bytes_unref);
	g_clear_pointer(&l->text, g_bytes_unref);
	l->kind = LAYER_NONE;
}
