/* SPDX-License-Identifier: GPL-3.0-or-later */
/* logotype.c - six steps down a DER structure of known shape; every step is checked for its tag and
 * its length, and nothing is followed that the profile of mark certificates does not have. */
#include "auth/logotype.h"

#include "auth/svg.h"
#include "base/error.h"
#include "base/limits.h"

#include <openssl/asn1.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <string.h>

#define DATA_URI "data:image/svg+xml;base64,"

/* What is left of a DER value. */
struct der {
	const guint8 *at;
	size_t len;
};

/* The tags of the profile. */
#define SEQUENCE  V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL
#define IA5STRING V_ASN1_IA5STRING, V_ASN1_UNIVERSAL
#define OCTETS	  V_ASN1_OCTET_STRING, V_ASN1_UNIVERSAL
#define OID	  V_ASN1_OBJECT, V_ASN1_UNIVERSAL
#define SUBJECT	  2, V_ASN1_CONTEXT_SPECIFIC
#define DIRECT	  0, V_ASN1_CONTEXT_SPECIFIC

/* Take the next element if it has this tag; its content to out. Indefinite lengths are not DER. */
static bool
der_take(struct der *in, int tag, int class, struct der *out)
{
	const unsigned char *at = in->at;
	long len = 0;
	int got_tag = 0, got_class = 0;

	if (in->len == 0 || in->len > G_MAXINT)
		return false;
	int form = ASN1_get_object(&at, &len, &got_tag, &got_class, (long)in->len);
	if ((form & 0x81) != 0 || got_tag != tag || got_class != class || len < 0)
		return false;
	*out = (struct der){at, (size_t)len};
	in->len -= (size_t)(at + len - in->at);
	in->at = at + len;
	return true;
}

static bool
der_skip_to(struct der *in, int tag, int class, struct der *out)
{
	while (in->len > 0) {
		const unsigned char *at = in->at;
		long len = 0;
		int any_tag, any_class;
		if (der_take(in, tag, class, out))
			return true;
		if ((ASN1_get_object(&at, &len, &any_tag, &any_class, (long)in->len) & 0x81) != 0)
			return false;
		in->len -= (size_t)(at + len - in->at);
		in->at = at + len;
	}
	return false;
}

/* The digest that an AlgorithmIdentifier names; NULL for one that is not known here. */
static const EVP_MD *
digest_of(struct der algorithm)
{
	struct der oid;
	const guint8 *start = algorithm.at;

	if (!der_take(&algorithm, OID, &oid))
		return NULL;
	ASN1_OBJECT *object = d2i_ASN1_OBJECT(NULL, &start, (long)(oid.at + oid.len - start));
	int nid = object == NULL ? NID_undef : OBJ_obj2nid(object);
	ASN1_OBJECT_free(object);
	switch (nid) {
	case NID_sha1: /* the certificate's own signature binds it, and stronger */
	case NID_sha256:
	case NID_sha384:
	case NID_sha512:
		return EVP_get_digestbynid(nid);
	default:
		return NULL;
	}
}

/* Does every known hash of the list hold for the drawing, and is there one? */
static bool
hashes_hold(struct der list, GBytes *logo)
{
	struct der pair, algorithm, value;
	unsigned n_known = 0;
	size_t len;
	const void *bytes = g_bytes_get_data(logo, &len);

	while (der_take(&list, SEQUENCE, &pair)) {
		unsigned char hash[EVP_MAX_MD_SIZE];
		unsigned hash_len = 0;
		if (!der_take(&pair, SEQUENCE, &algorithm) || !der_take(&pair, OCTETS, &value))
			return false;
		const EVP_MD *digest = digest_of(algorithm);
		if (digest == NULL)
			continue;
		if (EVP_Digest(bytes, len, hash, &hash_len, digest, NULL) != 1 ||
		    value.len != hash_len || memcmp(hash, value.at, hash_len) != 0)
			return false;
		n_known++;
	}
	return list.len == 0 && n_known > 0;
}

/* The drawing behind the first URI. */
static GBytes *
unpack_uri(struct der uris, GError **error)
{
	struct der uri;
	size_t prefix = strlen(DATA_URI);

	if (!der_take(&uris, IA5STRING, &uri) || uri.len < prefix ||
	    memcmp(uri.at, DATA_URI, prefix) != 0) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_DATA,
		    "the certificate's logo is not within it, as base64 of a gzipped drawing");
		return NULL;
	}
	char *text = g_strndup((const char *)uri.at + prefix, uri.len - prefix);
	gsize len = 0;
	guchar *packed = g_base64_decode(text, &len);
	g_free(text);
	if (len < 2 || packed[0] != 0x1f || packed[1] != 0x8b) {
		g_free(packed);
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_DATA, "the certificate's logo is not gzipped");
		return NULL;
	}
	GBytes *bytes = g_bytes_new_take(packed, len);
	GBytes *logo = svg_unpack(bytes, error);
	g_bytes_unref(bytes);
	return logo;
}

/* LogotypeExtn > subjectLogo [2] > direct [0] > image > LogotypeImage > imageDetails */
static bool
find_details(struct der extension, struct der *out)
{
	struct der outer, subject, direct, images, image;

	return der_take(&extension, SEQUENCE, &outer) && der_skip_to(&outer, SUBJECT, &subject) &&
	       der_take(&subject, DIRECT, &direct) && der_take(&direct, SEQUENCE, &images) &&
	       der_take(&images, SEQUENCE, &image) && der_take(&image, SEQUENCE, out);
}

GBytes *
logotype_logo(const guint8 *der, size_t len, GError **error)
{
	struct der details, type, hashes, uris;

	if (!find_details((struct der){der, len}, &details) || !der_take(&details, IA5STRING, &type) ||
	    !der_take(&details, SEQUENCE, &hashes) || !der_take(&details, SEQUENCE, &uris)) {
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_DATA, "the certificate's logotype extension is malformed");
		return NULL;
	}
	if (type.len != strlen("image/svg+xml") || memcmp(type.at, "image/svg+xml", type.len) != 0) {
		g_set_error_literal(
		    error, PF_ERROR, PF_ERROR_DATA, "the certificate's logo is not image/svg+xml");
		return NULL;
	}
	GBytes *logo = unpack_uri(uris, error);
	if (logo != NULL && !hashes_hold(hashes, logo)) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_DATA,
		    "the certificate's logo is not the one that its hash names");
		g_clear_pointer(&logo, g_bytes_unref);
	}
	return logo;
}
