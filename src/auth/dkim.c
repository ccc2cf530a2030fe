/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim.c - the verifier of RFC 6376 section 6.1: read the signature, fetch the key,
 * compare the body hash, verify. A step is a function that either goes on or settles the
 * check with a result. */
#include "auth/dkim.h"

#include "auth/domain.h"
#include "base/error.h"
#include "base/limits.h"

#include <string.h>

enum { FUTURE_SKEW_S = 15 * 60, KEYS_TRIED = 4, LISTED_MAX = 100 };

/* Body hashes that were computed for this message; l= makes a hash of its own. */
struct body_hash {
	enum dkim_canon canon;
	guint64 limit;
	struct dkim_body body;
};

struct verifier {
	const struct message *message;
	struct dns_session *dns;
	struct dkim_keys *keys;
	gint64 when;
	GArray *hashes; /* struct body_hash */
};

/* What the sender should sign when present (RFC 6376 section 5.4.1, and what users look
 * at). */
static const char *const recommended[] = {"from", "sender", "reply-to", "subject", "date",
    "to", "cc", "message-id", "in-reply-to", "references", "mime-version", "content-type",
    "content-transfer-encoding"};

static void
check_free(gpointer data)
{
	struct dkim_check *check = data;

	dkim_sig_fini(&check->sig);
	g_free(check->reason);
	g_ptr_array_unref(check->is_signed);
	g_ptr_array_unref(check->unsigned_);
	g_ptr_array_unref(check->oversigned);
	g_ptr_array_unref(check->added);
	g_free(check);
}

/* Always false, so that a step can end with it. */
static bool
settle(struct dkim_check *check, enum dkim_result result, enum dkim_cause cause,
    char *reason)
{
	check->result = result;
	check->cause = cause;
	g_free(check->reason);
	check->reason = reason;
	return false;
}

static void
list_names(struct dkim_check *check, const struct message *message)
{
	const GPtrArray *h = check->sig.h;
	GHashTable *counts = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < h->len; i++) {
		char *name = g_ptr_array_index(h, i);
		size_t n = GPOINTER_TO_SIZE(g_hash_table_lookup(counts, name));
		g_hash_table_insert(counts, name, GSIZE_TO_POINTER(n + 1));
	}
	for (guint i = 0; i < h->len; i++) {
		const char *name = g_ptr_array_index(h, i);
		size_t n_signed = GPOINTER_TO_SIZE(g_hash_table_lookup(counts, name));
		if (n_signed == 0)
			continue; /* listed already */
		size_t n_present = message_count(message, name);
		g_hash_table_replace(counts, g_ptr_array_index(h, i), NULL);
		if (n_present > 0)
			g_ptr_array_add(check->is_signed, g_strdup(name));
		if (n_signed > n_present)
			g_ptr_array_add(check->oversigned, g_strdup(name));
		if (n_signed < n_present)
			g_ptr_array_add(check->added, g_strdup(name));
	}
	for (size_t i = 0; i < G_N_ELEMENTS(recommended); i++)
		if (message_count(message, recommended[i]) > 0 &&
		    !g_hash_table_contains(counts, recommended[i]))
			g_ptr_array_add(check->unsigned_, g_strdup(recommended[i]));
	g_hash_table_unref(counts);
}

static struct dkim_check *
read_field(const struct message *message, size_t number)
{
	const struct message_field *field = &message->fields[number];
	struct dkim_check *check = g_new0(struct dkim_check, 1);
	GError *error = NULL;

	check->field = number;
	check->is_signed = g_ptr_array_new_with_free_func(g_free);
	check->unsigned_ = g_ptr_array_new_with_free_func(g_free);
	check->oversigned = g_ptr_array_new_with_free_func(g_free);
	check->added = g_ptr_array_new_with_free_func(g_free);
	check->reason = g_strdup("");
	check->result = DKIM_PASS; /* until a step settles it otherwise */
	if (!dkim_sig_init(
		&check->sig, field->raw, field->raw_len, field->colon, &error)) {
		settle(
		    check, DKIM_PERMERROR, DKIM_CAUSE_SYNTAX, g_strdup(error->message));
		g_error_free(error);
	}
	list_names(check, message);
	return check;
}

static bool
check_policy(struct dkim_check *check, gint64 when)
{
	const struct dkim_sig *sig = &check->sig;

	if (sig->algorithm == DKIM_ALGORITHM_UNKNOWN)
		return settle(check, DKIM_NEUTRAL, DKIM_CAUSE_ALGORITHM,
		    g_strdup_printf("unknown algorithm %s", sig->a));
	if (sig->algorithm == DKIM_RSA_SHA1) /* RFC 8301 section 3.1 */
		return settle(check, DKIM_POLICY, DKIM_CAUSE_SHA1,
		    g_strdup("rsa-sha1 proves nothing any more"));
	if (sig->x >= 0 && when > sig->x)
		return settle(check, DKIM_POLICY, DKIM_CAUSE_EXPIRED,
		    g_strdup("the signature had expired"));
	/* RFC 6376 lets a verifier refuse it; clocks are wrong too often for that */
	check->is_future = sig->t >= 0 && sig->t > when + FUTURE_SKEW_S;
	return true;
}

static char *
key_name(const struct dkim_sig *sig)
{
	return g_strdup_printf("%s._domainkey.%s", sig->s, sig->d);
}

static bool
check_key_limits(struct dkim_check *check, const struct dkim_key *key)
{
	const struct dkim_sig *sig = &check->sig;
	enum dkim_key_type want =
	    sig->algorithm == DKIM_RSA_SHA256 ? DKIM_KEY_RSA : DKIM_KEY_ED25519;

	check->bits = key->bits;
	check->is_key_test = key->is_test;
	if (key->pkey == NULL)
		return settle(check, DKIM_PERMERROR, DKIM_CAUSE_KEY_GONE,
		    g_strdup("the key was revoked"));
	if (key->type != want || !key->is_sha256)
		return settle(check, DKIM_PERMERROR, DKIM_CAUSE_KEY,
		    g_strdup("the key is for another algorithm"));
	if (!key->is_for_mail)
		return settle(check, DKIM_PERMERROR, DKIM_CAUSE_KEY,
		    g_strdup("the key is not for mail"));
	if (key->is_strict && strcmp(sig->i_domain, sig->d) != 0)
		return settle(check, DKIM_PERMERROR, DKIM_CAUSE_KEY,
		    g_strdup("the key does not allow subdomains in i="));
	return true;
}

/* The body hash, computed once for each canonicalization. */
static const struct dkim_body *
body_hash(struct verifier *v, const struct dkim_sig *sig)
{
	for (guint i = 0; i < v->hashes->len; i++) {
		struct body_hash *had = &g_array_index(v->hashes, struct body_hash, i);
		if (had->canon == sig->body_canon && had->limit == sig->l)
			return &had->body;
	}
	struct body_hash fresh = {.canon = sig->body_canon, .limit = sig->l};
	if (!dkim_canon_body(sig->body_canon, v->message->body, v->message->body_len,
		sig->l, dkim_keys_md(v->keys), &fresh.body))
		return NULL;
	g_array_append_val(v->hashes, fresh);
	return &g_array_index(v->hashes, struct body_hash, v->hashes->len - 1).body;
}

static bool
check_body(struct verifier *v, struct dkim_check *check)
{
	const struct dkim_body *body = body_hash(v, &check->sig);
	gsize len;
	const void *bh = g_bytes_get_data(check->sig.bh, &len);

	if (body == NULL)
		return settle(check, DKIM_TEMPERROR, DKIM_CAUSE_DNS,
		    g_strdup("the body could not be hashed"));
	check->body = *body;
	check->has_body = true;
	if (check->sig.l != DKIM_NO_LIMIT && check->sig.l > body->length)
		return settle(check, DKIM_PERMERROR, DKIM_CAUSE_LENGTH,
		    g_strdup("l= is longer than the body"));
	if (len != DKIM_HASH_LEN || memcmp(bh, body->hash, DKIM_HASH_LEN) != 0)
		return settle(check, DKIM_FAIL, DKIM_CAUSE_BODY,
		    g_strdup("the body was changed (body hash)"));
	return true;
}

void
dkim_signed_bytes(GString *out, const struct message *message, const struct dkim_sig *sig,
    const char *raw, size_t raw_len, size_t colon)
{
	GHashTable *taken = g_hash_table_new(g_str_hash, g_str_equal);

	for (guint i = 0; i < sig->h->len; i++) {
		char *name = g_ptr_array_index(sig->h, i);
		size_t n = GPOINTER_TO_SIZE(g_hash_table_lookup(taken, name));
		const struct message_field *field = message_nth_last(message, name, n);
		if (field == NULL)
			continue; /* a name without a field signs its absence (5.4) */
		g_hash_table_insert(taken, name, GSIZE_TO_POINTER(n + 1));
		dkim_canon_field(out, sig->header_canon, field->raw, field->raw_len,
		    field->colon, 0, 0);
		g_string_append_len(out, "\r\n", 2);
	}
	g_hash_table_unref(taken);
	dkim_canon_field(
	    out, sig->header_canon, raw, raw_len, colon, sig->cut_from, sig->cut_to);
}

static bool
header_digest(
    const struct verifier *v, const struct dkim_check *check, unsigned char *digest)
{
	const struct message_field *field = &v->message->fields[check->field];
	GString *bytes = g_string_sized_new(4096);

	dkim_signed_bytes(
	    bytes, v->message, &check->sig, field->raw, field->raw_len, field->colon);
	bool is_ok = EVP_Digest(bytes->str, bytes->len, digest, NULL,
			 dkim_keys_md(v->keys), NULL) == 1;
	g_string_free(bytes, TRUE);
	return is_ok;
}

/* One record of the key's name; true when it verifies, else the check says why not. */
static bool
try_record(struct verifier *v, struct dkim_check *check, const char *record,
    const unsigned char *digest)
{
	GError *error = NULL;
	bool was_cached = false;
	const struct dkim_key *key =
	    dkim_keys_get(v->keys, record, &was_cached, &check->bits, &error);

	if (key == NULL) {
		bool is_size = g_error_matches(error, PF_ERROR, PF_ERROR_LIMIT);
		bool is_weak = is_size && check->bits < 1024;
		settle(check, is_weak ? DKIM_POLICY : DKIM_PERMERROR,
		    is_size ? DKIM_CAUSE_KEY_SIZE : DKIM_CAUSE_KEY,
		    g_strdup(error->message));
		g_error_free(error);
		return false;
	}
	check->key_source = was_cached ? "cache" : "dns";
	if (!check_key_limits(check, key))
		return false;
	if (!dkim_key_verify(key, digest, check->sig.b))
		return settle(check, DKIM_FAIL, DKIM_CAUSE_SIGNATURE,
		    g_strdup("the header was changed (signature)"));
	settle(check, DKIM_PASS, DKIM_CAUSE_NONE, g_strdup(""));
	return true;
}

/* Section 3.6.2.2: with several records the verifier may try each. */
static void
try_records(struct verifier *v, struct dkim_check *check, const GPtrArray *records)
{
	unsigned char digest[DKIM_HASH_LEN];

	if (!header_digest(v, check, digest)) {
		settle(check, DKIM_TEMPERROR, DKIM_CAUSE_DNS, g_strdup("hashing failed"));
		return;
	}
	for (guint i = 0; i < records->len && i < KEYS_TRIED; i++)
		if (try_record(v, check, g_ptr_array_index(records, i), digest))
			break;
}

static bool
fetch_records(struct verifier *v, struct dkim_check *check, const struct dns_answer **out)
{
	char *name = key_name(&check->sig);
	const struct dns_answer *answer = dns_ask(v->dns, name, DNS_TXT);
	bool is_ok = false;

	*out = answer;
	check->is_key_secure = answer->is_secure;
	switch (answer->status) {
	case DNS_OK:
		is_ok = true;
		break;
	case DNS_NXDOMAIN:
	case DNS_NODATA:
		settle(check, DKIM_PERMERROR, DKIM_CAUSE_KEY_GONE,
		    g_strdup_printf("no key at %s", name));
		break;
	case DNS_SERVFAIL:
	case DNS_TIMEOUT:
		settle(check, DKIM_TEMPERROR, DKIM_CAUSE_DNS,
		    g_strdup_printf("no answer from the DNS for %s", name));
		break;
	}
	g_free(name);
	return is_ok;
}

static void
evaluate(struct verifier *v, struct dkim_check *check)
{
	const struct dns_answer *answer;

	if (check->cause == DKIM_CAUSE_SYNTAX || !check_policy(check, v->when))
		return;
	if (!fetch_records(v, check, &answer))
		return;
	try_records(v, check, answer->strings);
	/* a changed body is what the user wants to know, even where the header was
	 * changed too */
	if (check->result == DKIM_PASS || check->cause == DKIM_CAUSE_SIGNATURE)
		(void)check_body(v, check);
}

/* Could a signature by d align with the author? */
static bool
is_related(const struct dkim_check *check, const char *author)
{
	const char *d = check->sig.d;

	return author != NULL && d != NULL &&
	       (domain_is_within(d, author) || domain_is_within(author, d));
}

static void
evaluate_all(struct verifier *v, GPtrArray *checks, const char *author)
{
	unsigned n = 0;

	for (int pass = 0; pass < 2; pass++)
		for (guint i = 0; i < checks->len; i++) {
			struct dkim_check *check = g_ptr_array_index(checks, i);
			if (is_related(check, author) != (pass == 0))
				continue;
			if (n++ < LIMIT_DKIM_SIGNATURES)
				evaluate(v, check);
			else
				settle(check, DKIM_NEUTRAL, DKIM_CAUSE_LIMIT,
				    g_strdup("not checked: too many signatures"));
		}
}

static void
prefetch_keys(struct verifier *v, const GPtrArray *checks)
{
	for (guint i = 0; i < checks->len && i < LIMIT_DKIM_SIGNATURES; i++) {
		const struct dkim_check *check = g_ptr_array_index(checks, i);
		if (check->cause == DKIM_CAUSE_SYNTAX ||
		    check->sig.algorithm < DKIM_RSA_SHA256)
			continue;
		char *name = key_name(&check->sig);
		dns_prefetch(v->dns, name, DNS_TXT);
		g_free(name);
	}
}

GPtrArray *
dkim_verify(const struct message *message, const char *author_domain,
    struct dns_session *dns, struct dkim_keys *keys, gint64 when)
{
	struct verifier v = {.message = message, .dns = dns, .keys = keys, .when = when};
	GPtrArray *checks = g_ptr_array_new_with_free_func(check_free);

	v.hashes = g_array_new(FALSE, FALSE, sizeof(struct body_hash));
	for (size_t i = 0; i < message->n_fields && checks->len < LISTED_MAX; i++)
		if (message->fields[i].name_len == strlen("dkim-signature") &&
		    g_ascii_strncasecmp(message->fields[i].raw, "dkim-signature",
			message->fields[i].name_len) == 0)
			g_ptr_array_add(checks, read_field(message, i));
	prefetch_keys(&v, checks);
	evaluate_all(&v, checks, author_domain);
	g_array_unref(v.hashes);
	return checks;
}

const char *
dkim_result_name(enum dkim_result result)
{
	static const char *const names[] = {
	    "pass", "fail", "policy", "neutral", "temperror", "permerror"};

	return names[result];
}

const char *
dkim_alignment_name(enum dkim_alignment alignment)
{
	static const char *const names[] = {"no", "relaxed", "strict", "unknown"};

	return names[alignment];
}
