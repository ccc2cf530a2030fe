/* SPDX-License-Identifier: GPL-3.0-or-later */
/* mark.c - judges a mark certificate: what it says about itself, then one check after the other
 * until one fails. The chain is OpenSSL's work, with the authorities for marks and no others. */
#include "auth/mark_private.h"

#include "auth/domain.h"
#include "auth/logotype.h"
#include "auth/svg.h"
#include "base/error.h"
#include "base/limits.h"

#include <openssl/pem.h>
#include <string.h>

#define OID_LOGOTYPE   "1.3.6.1.5.5.7.1.12"
#define OID_BRAND_EKU  "1.3.6.1.5.5.7.3.31"
#define OID_PILOT      "1.3.6.1.4.1.53087.4.1"
#define OID_MARK_TYPE  "1.3.6.1.4.1.53087.1.13"
#define OID_TM_COUNTRY "1.3.6.1.4.1.53087.1.3"
#define OID_TM_NUMBER  "1.3.6.1.4.1.53087.1.4"

enum { AUTH_LEVEL = 2 }; /* 112 bits: RSA 2048, no SHA-1 in signatures */

/* ---- reading a certificate */

static bool
is_object(const ASN1_OBJECT *object, const char *oid)
{
	char text[80];

	return OBJ_obj2txt(text, sizeof text, object, 1) > 0 && strcmp(text, oid) == 0;
}

static X509_EXTENSION *
extension(X509 *certificate, const char *oid)
{
	for (int i = 0; i < X509_get_ext_count(certificate); i++) {
		X509_EXTENSION *one = X509_get_ext(certificate, i);
		if (is_object(X509_EXTENSION_get_object(one), oid))
			return one;
	}
	return NULL;
}

static bool
is_for_brands(X509 *certificate)
{
	EXTENDED_KEY_USAGE *usages = X509_get_ext_d2i(certificate, NID_ext_key_usage, NULL, NULL);
	bool is_found = false;

	for (int i = 0; i < sk_ASN1_OBJECT_num(usages); i++)
		is_found = is_found || is_object(sk_ASN1_OBJECT_value(usages, i), OID_BRAND_EKU);
	sk_ASN1_OBJECT_pop_free(usages, ASN1_OBJECT_free);
	return is_found;
}

/* An attribute of a name as UTF-8, the last of several; NULL. Owned. */
static char *
name_attribute(const X509_NAME *name, const char *oid)
{
	ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
	int at = -1, last = -1;
	unsigned char *text = NULL;
	char *copy = NULL;

	while (object != NULL && (at = X509_NAME_get_index_by_OBJ(name, object, at)) >= 0)
		last = at;
	ASN1_OBJECT_free(object);
	if (last < 0)
		return NULL;
	int len = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
	if (len > 0)
		copy = g_utf8_make_valid((const char *)text, len);
	OPENSSL_free(text);
	return copy;
}

static gint64
time_of(const ASN1_TIME *time)
{
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) != 1)
		return 0;
	GDateTime *when = g_date_time_new_utc(
	    tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
	gint64 seconds = when == NULL ? 0 : g_date_time_to_unix(when);
	g_clear_pointer(&when, g_date_time_unref);
	return seconds;
}

static void
add_uri(GPtrArray *out, const GENERAL_NAME *name)
{
	if (name->type == GEN_URI)
		g_ptr_array_add(out, g_strndup((const char *)ASN1_STRING_get0_data(name->d.ia5),
					 (gsize)ASN1_STRING_length(name->d.ia5)));
}

static void
read_names(struct mark *mark, X509 *leaf)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
	STACK_OF(DIST_POINT) *points = X509_get_ext_d2i(leaf, NID_crl_distribution_points, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *one = sk_GENERAL_NAME_value(names, i);
		char *ascii = one->type != GEN_DNS
				  ? NULL
				  : domain_ascii((const char *)ASN1_STRING_get0_data(one->d.ia5),
					ASN1_STRING_length(one->d.ia5));
		if (ascii != NULL)
			g_ptr_array_add(mark->names, ascii);
	}
	for (int i = 0; i < sk_DIST_POINT_num(points); i++) {
		const DIST_POINT *point = sk_DIST_POINT_value(points, i);
		if (point->distpoint == NULL || point->distpoint->type != 0)
			continue;
		for (int k = 0; k < sk_GENERAL_NAME_num(point->distpoint->name.fullname); k++)
			add_uri(mark->crls, sk_GENERAL_NAME_value(point->distpoint->name.fullname, k));
	}
	GENERAL_NAMES_free(names);
	sk_DIST_POINT_pop_free(points, DIST_POINT_free);
}

/* What the certificate says, before it is known whether it is true. */
static void
describe(struct mark *mark, X509 *leaf)
{
	const X509_NAME *subject = X509_get_subject_name(leaf);
	char *country = name_attribute(subject, OID_TM_COUNTRY);
	char *number = name_attribute(subject, OID_TM_NUMBER);

	mark->organization = name_attribute(subject, "2.5.4.10");
	mark->issuer = name_attribute(X509_get_issuer_name(leaf), "2.5.4.10");
	mark->mark_type = name_attribute(subject, OID_MARK_TYPE);
	mark->type = g_strcmp0(mark->mark_type, "Prior Use Mark") == 0 ||
			     g_strcmp0(mark->mark_type, "Modified Registered Mark") == 0
			 ? "CMC"
			 : "VMC";
	if (number != NULL)
		mark->trademark = country == NULL ? g_strdup(number) : g_strjoin(" ", country, number, NULL);
	mark->not_before = time_of(X509_get0_notBefore(leaf));
	mark->not_after = time_of(X509_get0_notAfter(leaf));
	read_names(mark, leaf);
	g_free(country);
	g_free(number);
}

/* ---- the checks; each gives NULL, or what is wrong, owned */

/* The one certificate with both marks of a mark; NULL for none or several. */
static X509 *
find_leaf(STACK_OF(X509) * all)
{
	X509 *leaf = NULL;

	for (int i = 0; i < sk_X509_num(all); i++) {
		X509 *one = sk_X509_value(all, i);
		if (extension(one, OID_LOGOTYPE) == NULL || !is_for_brands(one))
			continue;
		if (leaf != NULL)
			return NULL;
		leaf = one;
	}
	return leaf;
}

static bool
has_duplicates(STACK_OF(X509) * all)
{
	for (int i = 0; i < sk_X509_num(all); i++)
		for (int k = i + 1; k < sk_X509_num(all); k++)
			if (X509_cmp(sk_X509_value(all, i), sk_X509_value(all, k)) == 0)
				return true;
	return false;
}

static char *
check_bundle(STACK_OF(X509) * all)
{
	if (sk_X509_num(all) == 0)
		return g_strdup("this is no PEM file with certificates");
	if (sk_X509_num(all) > LIMIT_MARK_CERTIFICATES)
		return g_strdup_printf("more than %d certificates in one file", LIMIT_MARK_CERTIFICATES);
	if (has_duplicates(all))
		return g_strdup("a certificate stands twice in the file");
	if (find_leaf(all) == NULL)
		return g_strdup("no certificate in the file, or more than one, is for a mark: it needs the "
				"logotype extension and the usage \"Brand Indicator for Message "
				"Identification\"");
	if (find_leaf(all) != sk_X509_value(all, 0))
		return g_strdup("the mark certificate must stand first in the file");
	return NULL;
}

/* Is the pilot's extension the only critical one that OpenSSL does not know? */
static bool
is_pilot_alone(X509 *certificate)
{
	for (int i = 0; i < X509_get_ext_count(certificate); i++) {
		X509_EXTENSION *one = X509_get_ext(certificate, i);
		if (X509_EXTENSION_get_critical(one) && X509_supported_extension(one) == 0 &&
		    !is_object(X509_EXTENSION_get_object(one), OID_PILOT))
			return false;
	}
	return extension(certificate, OID_PILOT) != NULL;
}

static int
on_verify(int is_ok, X509_STORE_CTX *ctx)
{
	if (is_ok == 1)
		return 1;
	if (X509_STORE_CTX_get_error(ctx) == X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION &&
	    X509_STORE_CTX_get_error_depth(ctx) == 0 &&
	    is_pilot_alone(X509_STORE_CTX_get_current_cert(ctx))) {
		X509_STORE_CTX_set_error(ctx, X509_V_OK);
		return 1;
	}
	return 0;
}

static char *
chain_problem(int code, const struct mark *mark, gint64 now)
{
	if (code == X509_V_ERR_CERT_HAS_EXPIRED && mark->not_after < now)
		return g_strdup("the mark certificate has expired");
	if (code == X509_V_ERR_CERT_NOT_YET_VALID && mark->not_before > now)
		return g_strdup("the mark certificate is not valid yet");
	if (code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY || code == X509_V_ERR_CERT_UNTRUSTED ||
	    code == X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN || code == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT ||
	    code == X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE)
		return g_strdup("no authority for marks stands behind the certificate");
	return g_strdup_printf("the certificate's chain does not hold: %s", X509_verify_cert_error_string(code));
}

/* Where the file has nothing but the mark certificate, that is what is wrong with it, whoever issued it. Owned; NULL. */
static char *
lacking_issuer(const X509_STORE_CTX *ctx, const struct mark *mark, STACK_OF(X509) * all)
{
	if (X509_STORE_CTX_get_error(ctx) != X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY || sk_X509_num(all) != 1)
		return NULL;
	return g_strdup_printf("no authority for marks stands behind the certificate: that of its issuer, %s, is missing in the "
			       "file", mark->issuer == NULL ? "unknown" : mark->issuer);
}

static char *
check_chain(struct mark *mark, const struct mark_roots *roots, STACK_OF(X509) * all, gint64 now)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509_VERIFY_PARAM *param;
	char *problem = NULL;

	if (ctx == NULL || X509_STORE_CTX_init(ctx, roots->store, mark->leaf, all) != 1) {
		X509_STORE_CTX_free(ctx);
		return g_strdup("the certificate library does not start");
	}
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)now);
	X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_ANY);
	X509_VERIFY_PARAM_set_auth_level(param, AUTH_LEVEL);
	X509_STORE_CTX_set_verify_cb(ctx, on_verify);
	if (X509_verify_cert(ctx) != 1) {
		problem = lacking_issuer(ctx, mark, all);
		if (problem == NULL)
			problem = chain_problem(X509_STORE_CTX_get_error(ctx), mark, now);
	} else {
		STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
		if (sk_X509_num(chain) < 2 || !is_for_brands(sk_X509_value(chain, 1)))
			problem = g_strdup("the certificate's issuer may not issue for marks");
		else if (X509_up_ref(sk_X509_value(chain, 1)) == 1)
			mark->issuer_certificate = sk_X509_value(chain, 1);
		mark->is_pilot = extension(mark->leaf, OID_PILOT) != NULL;
	}
	X509_STORE_CTX_free(ctx);
	return problem;
}

/* draft-fetch-validation-vmc section 5.1: names with "_bimi" must be the record's own, plain ones its
 * author or organizational domain. No wildcards. */
static char *
check_names(const struct mark *mark, const struct mark_wish *wish)
{
	char *record = g_strconcat(
	    wish->selector == NULL ? "default" : wish->selector, "._bimi.", wish->domain, NULL);
	bool is_found = false;

	for (guint i = 0; i < mark->names->len; i++) {
		const char *name = g_ptr_array_index(mark->names, i);
		if (strstr(name, "._bimi.") != NULL)
			is_found = is_found || strcmp(name, record) == 0;
		else
			is_found = is_found || strcmp(name, wish->domain) == 0 ||
				   g_strcmp0(name, wish->org_domain) == 0;
	}
	g_free(record);
	return is_found ? NULL
			: g_strdup_printf("the mark certificate is not for %s but for %s", wish->domain,
			      mark->names->len == 0 ? "no domain"
						    : (char *)g_ptr_array_index(mark->names, 0));
}

static char *
check_logo(struct mark *mark)
{
	const ASN1_OCTET_STRING *der = X509_EXTENSION_get_data(extension(mark->leaf, OID_LOGOTYPE));
	GError *error = NULL;

	mark->logo =
	    logotype_logo(ASN1_STRING_get0_data(der), (size_t)ASN1_STRING_length(der), &error);
	if (mark->logo == NULL) {
		char *text = g_strdup(error->message);
		g_error_free(error);
		return text;
	}
	mark->findings = svg_check(mark->logo);
	if (svg_is_fit(mark->findings))
		return NULL;
	const struct svg_finding *first = g_ptr_array_index(mark->findings, 0);
	return g_strdup_printf(
	    "the certificate's logo breaks a rule, line %d: %s", first->line, first->text);
}

static char *
first_problem(struct mark *mark, STACK_OF(X509) * all, const struct mark_roots *roots,
    const struct mark_wish *wish)
{
	char *problem = check_bundle(all);

	if (problem != NULL)
		return problem;
	mark->leaf = find_leaf(all);
	(void)X509_up_ref(mark->leaf); /* cannot fail on a live object */
	describe(mark, mark->leaf);
	char *logo_problem = check_logo(mark); /* shown even where the chain does not hold */
	problem = check_chain(mark, roots, all, wish->now);
	if (problem == NULL)
		problem = mark_check_log(mark, roots, wish->now);
	if (problem == NULL && mark->crls->len == 0)
		problem = g_strdup("the certificate does not say where its revocation list is");
	if (problem == NULL)
		problem = check_names(mark, wish);
	if (problem == NULL)
		return logo_problem;
	g_free(logo_problem);
	return problem;
}

struct mark *
mark_new(GBytes *pem, const struct mark_roots *roots, const struct mark_wish *wish)
{
	struct mark *mark = g_new0(struct mark, 1);

	mark->names = g_ptr_array_new_with_free_func(g_free);
	mark->crls = g_ptr_array_new_with_free_func(g_free);
	if (g_bytes_get_size(pem) > LIMIT_MARK_BYTES) {
		mark->reason = g_strdup_printf("the file has more than %u bytes", LIMIT_MARK_BYTES);
		return mark;
	}
	STACK_OF(X509) *all = mark_read_certificates(pem, LIMIT_MARK_CERTIFICATES);
	mark->reason = first_problem(mark, all, roots, wish);
	mark->is_valid = mark->reason == NULL;
	if (mark->is_valid)
		mark->reason = g_strdup("");
	sk_X509_pop_free(all, X509_free);
	return mark;
}

void
mark_free(struct mark *mark)
{
	if (mark == NULL)
		return;
	X509_free(mark->leaf);
	X509_free(mark->issuer_certificate);
	g_ptr_array_unref(mark->names);
	g_ptr_array_unref(mark->crls);
	g_clear_pointer(&mark->findings, g_ptr_array_unref);
	g_clear_pointer(&mark->logo, g_bytes_unref);
	g_free(mark->reason);
	g_free(mark->mark_type);
	g_free(mark->organization);
	g_free(mark->issuer);
	g_free(mark->trademark);
	g_free(mark->log);
	g_free(mark);
}

/* ---- revocation */

static X509_CRL *
read_crl(GBytes *bytes)
{
	size_t len;
	const unsigned char *data = g_bytes_get_data(bytes, &len);
	X509_CRL *crl = d2i_X509_CRL(NULL, &data, (long)MIN(len, G_MAXINT));

	if (crl != NULL)
		return crl;
	BIO *bio = BIO_new_mem_buf(g_bytes_get_data(bytes, NULL), (int)MIN(len, G_MAXINT));
	crl = bio == NULL ? NULL : PEM_read_bio_X509_CRL(bio, NULL, NULL, NULL);
	BIO_free(bio);
	return crl;
}

bool
mark_revoke(struct mark *mark, GBytes *bytes, gint64 now, gint64 *until_out, GError **error)
{
	X509_CRL *crl = read_crl(bytes);
	X509_REVOKED *entry = NULL;
	const char *problem = NULL;

	if (crl == NULL || mark->issuer_certificate == NULL)
		problem = "is none";
	else if (X509_NAME_cmp(X509_CRL_get_issuer(crl),
		     X509_get_subject_name(mark->issuer_certificate)) != 0 ||
		 X509_CRL_verify(crl, X509_get0_pubkey(mark->issuer_certificate)) != 1)
		problem = "was not signed by the certificate's issuer";
	else if (X509_CRL_get0_nextUpdate(crl) == NULL || time_of(X509_CRL_get0_nextUpdate(crl)) < now)
		problem = "is out of date";
	if (problem != NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "the revocation list %s", problem);
		X509_CRL_free(crl);
		return false;
	}
	*until_out = time_of(X509_CRL_get0_nextUpdate(crl));
	if (X509_CRL_get0_by_cert(crl, &entry, mark->leaf) == 1) {
		mark->is_valid = false;
		g_free(mark->reason);
		mark->reason = g_strdup("the mark certificate has been revoked");
	}
	X509_CRL_free(crl);
	return true;
}
