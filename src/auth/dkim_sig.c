/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_sig.c - parses and validates DKIM-Signature fields (RFC 6376 sections 3.5
 * and 6.1.1). Each tag has a reader of its own in one table; what is read before an error
 * is kept, so that the detail page can say whose signature was malformed. */
#include "auth/dkim_sig.h"

#include "auth/domain.h"
#include "auth/tags.h"
#include "base/error.h"
#include "base/limits.h"

#include <string.h>

enum { B64_MAX = 2048, TIME_DIGITS = 12, LENGTH_DIGITS = 19 };

static bool
bad(GError **error, const char *what)
{
	g_set_error_literal(error, PF_ERROR, PF_ERROR_DATA, what);
	return false;
}

static bool
read_version(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	const struct tag *tag = tags_find(tags, "v");

	(void)sig; /* there is one version */
	return (tag != NULL && tag->value_len == 1 && tag->value[0] == '1') ||
	       bad(error, "v= is not 1");
}

static bool
read_algorithm(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	static const struct {
		const char *name;
		enum dkim_algorithm algorithm;
	} known[] = {
	    {"rsa-sha256", DKIM_RSA_SHA256},
	    {"ed25519-sha256", DKIM_ED25519_SHA256},
	    {"rsa-sha1", DKIM_RSA_SHA1},
	};

	sig->a = tags_packed(tags, "a");
	if (sig->a == NULL || sig->a[0] == '\0')
		return bad(error, "no a= tag");
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		if (g_ascii_strcasecmp(sig->a, known[i].name) == 0)
			sig->algorithm = known[i].algorithm;
	return true;
}

static bool
read_canon_word(const char *word, enum dkim_canon *out)
{
	if (g_ascii_strcasecmp(word, "simple") == 0)
		*out = DKIM_SIMPLE;
	else if (g_ascii_strcasecmp(word, "relaxed") == 0)
		*out = DKIM_RELAXED;
	else
		return false;
	return true;
}

/* "header" or "header/body"; simple/simple when absent, simple body when only the header
 * is said. */
static bool
read_canon(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	char *c = tags_packed(tags, "c");

	sig->header_canon = sig->body_canon = DKIM_SIMPLE;
	if (c == NULL)
		return true;
	char *slash = strchr(c, '/');
	if (slash != NULL)
		*slash = '\0';
	bool is_ok = read_canon_word(c, &sig->header_canon) &&
		     (slash == NULL || read_canon_word(slash + 1, &sig->body_canon));
	g_free(c);
	return is_ok || bad(error, "unknown canonicalization in c=");
}

static bool
read_domain(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	char *d = tags_packed(tags, "d");

	sig->d = d == NULL ? NULL : domain_ascii(d, -1);
	g_free(d);
	return sig->d != NULL || bad(error, "d= is no domain name");
}

static bool
read_selector(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	char *s = tags_packed(tags, "s");

	sig->s = s == NULL ? NULL : domain_ascii(s, -1);
	g_free(s);
	return sig->s != NULL || bad(error, "s= is no selector");
}

/* i= must lie at or below d= (section 3.5). */
static bool
read_identity(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	sig->i = tags_packed(tags, "i");
	if (sig->i == NULL) {
		sig->i_domain = g_strdup(sig->d);
		return true;
	}
	const char *at = strrchr(sig->i, '@');
	sig->i_domain = at == NULL ? NULL : domain_ascii(at + 1, -1);
	/* readers go on after a failure: d= may be missing */
	return (sig->d != NULL && sig->i_domain != NULL &&
		   domain_is_within(sig->i_domain, sig->d)) ||
	       bad(error, "i= is not within d=");
}

static bool
read_headers(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	char *h = tags_packed(tags, "h");
	bool has_from = sig->kind == DKIM_ARC_MESSAGE, is_ok = true;

	if (h == NULL)
		return bad(error, "no h= tag");
	char **names = g_strsplit(h, ":", LIMIT_DKIM_HEADERS + 2);
	g_free(h);
	for (size_t i = 0; names[i] != NULL; i++) {
		is_ok = is_ok && i < LIMIT_DKIM_HEADERS && names[i][0] != '\0';
		char *name = g_ascii_strdown(names[i], -1);
		has_from = has_from || strcmp(name, "from") == 0;
		g_ptr_array_add(sig->h, name);
	}
	g_strfreev(names);
	if (!is_ok)
		return bad(error, "h= is malformed or too long");
	return has_from || bad(error, "From is not signed"); /* section 5.4 */
}

/* RFC 4648 base64 in full: no other characters, padding where it belongs. */
static GBytes *
decode_base64(const char *text)
{
	size_t len = text == NULL ? 0 : strlen(text);
	size_t body = len;

	while (body > 0 && text[body - 1] == '=')
		body--;
	if (len == 0 || len > B64_MAX || len % 4 != 0 || len - body > 2)
		return NULL;
	for (size_t i = 0; i < body; i++)
		if (!g_ascii_isalnum(text[i]) && text[i] != '+' && text[i] != '/')
			return NULL;
	guchar *data = g_malloc(len);
	int n = EVP_DecodeBlock(data, (const unsigned char *)text, (int)len);
	if (n < 0) {
		g_free(data);
		return NULL;
	}
	return g_bytes_new_take(
	    data, (gsize)n - (len - body)); /* it counts the padding */
}

static bool
read_signature(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	char *b = tags_packed(tags, "b");

	sig->b = decode_base64(b);
	g_free(b);
	return sig->b != NULL || bad(error, "b= is no base64");
}

static bool
read_body_hash(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	char *bh = tags_packed(tags, "bh");

	sig->bh = decode_base64(bh);
	g_free(bh);
	return sig->bh != NULL || bad(error, "bh= is no base64");
}

static bool
read_length(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	const struct tag *tag = tags_find(tags, "l");

	return tag == NULL || tags_number(tag, LENGTH_DIGITS, &sig->l) ||
	       bad(error, "l= is no length");
}

static bool
read_one_time(const struct tags *tags, const char *name, gint64 *out)
{
	const struct tag *tag = tags_find(tags, name);
	guint64 seconds;

	if (tag == NULL)
		return true;
	if (!tags_number(tag, TIME_DIGITS, &seconds))
		return false;
	*out = (gint64)seconds;
	return true;
}

static bool
read_times(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	if (!read_one_time(tags, "t", &sig->t) || !read_one_time(tags, "x", &sig->x))
		return bad(error, "t= or x= is no time");
	return sig->t < 0 || sig->x < 0 || sig->x > sig->t ||
	       bad(error, "x= is not after t=");
}

static bool
read_query(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	const struct tag *tag = tags_find(tags, "q");

	(void)sig; /* there is one way to ask */
	return tag == NULL || tags_list_has(tag, "dns/txt") ||
	       bad(error, "q= is not dns/txt");
}

/* RFC 8617 section 4.2.1: an instance is a number from 1 to 50. */
static bool
read_instance(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	const struct tag *tag = tags_find(tags, "i");
	guint64 n;

	sig->i_domain = g_strdup(sig->d);
	if (tag == NULL || !tags_number(tag, 2, &n) || n < 1 || n > LIMIT_ARC_INSTANCES)
		return bad(error, "i= is no instance from 1 to 50");
	sig->instance = (unsigned)n;
	return true;
}

/* Section 4.1.3. */
static bool
read_chain(struct dkim_sig *sig, const struct tags *tags, GError **error)
{
	char *cv = tags_packed(tags, "cv");
	char *lower = cv == NULL ? NULL : g_ascii_strdown(cv, -1);

	g_free(cv);
	if (lower == NULL || (strcmp(lower, "none") != 0 && strcmp(lower, "pass") != 0 &&
				 strcmp(lower, "fail") != 0)) {
		g_free(lower);
		return bad(error, "cv= is neither none, pass nor fail");
	}
	sig->cv = lower;
	return tags_find(tags, "h") == NULL || bad(error, "a seal has no h=");
}

typedef bool (*reader_fn)(struct dkim_sig *, const struct tags *, GError **);

/* Whose signature it is comes first: a malformed one is still shown with its name. */
static const reader_fn signature_readers[] = {read_domain, read_selector, read_version,
    read_algorithm, read_identity, read_canon, read_headers, read_signature,
    read_body_hash, read_length, read_times, read_query, NULL};
static const reader_fn message_readers[] = {read_domain, read_selector, read_instance,
    read_algorithm, read_canon, read_headers, read_signature, read_body_hash, read_length,
    read_times, NULL};
static const reader_fn seal_readers[] = {read_domain, read_selector, read_instance,
    read_chain, read_algorithm, read_signature, read_times, NULL};

static const reader_fn *const readers[] = {
    [DKIM_SIGNATURE] = signature_readers,
    [DKIM_ARC_MESSAGE] = message_readers,
    [DKIM_ARC_SEAL] = seal_readers,
};

bool
dkim_sig_init(struct dkim_sig *out, enum dkim_sig_kind kind, const char *raw, size_t len,
    size_t colon, GError **error)
{
	struct tags tags;

	*out = (struct dkim_sig){.kind = kind, .l = DKIM_NO_LIMIT, .t = -1, .x = -1};
	out->h = g_ptr_array_new_with_free_func(g_free);
	if (len > LIMIT_HEADER_VALUE)
		return bad(error, "the field is too long");
	if (!tags_parse(raw + colon + 1, len - colon - 1, &tags, error))
		return false;
	const struct tag *b = tags_find(&tags, "b");
	if (b != NULL) {
		out->cut_from = (size_t)(b->from - raw);
		out->cut_to = (size_t)(b->to - raw);
	}
	bool is_ok = true;
	for (const reader_fn *read = readers[kind]; *read != NULL; read++)
		is_ok = (*read)(out, &tags, is_ok ? error : NULL) && is_ok;
	return is_ok;
}

void
dkim_sig_fini(struct dkim_sig *sig)
{
	g_free(sig->a);
	g_free(sig->d);
	g_free(sig->s);
	g_free(sig->i);
	g_free(sig->i_domain);
	g_free(sig->cv);
	g_clear_pointer(&sig->h, g_ptr_array_unref);
	g_clear_pointer(&sig->b, g_bytes_unref);
	g_clear_pointer(&sig->bh, g_bytes_unref);
}

const char *
dkim_sig_canon_name(const struct dkim_sig *sig)
{
	static const char *const names[2][2] = {
	    {"simple/simple", "simple/relaxed"}, {"relaxed/simple", "relaxed/relaxed"}};

	return names[sig->header_canon][sig->body_canon];
}
