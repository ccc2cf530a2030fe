/* SPDX-License-Identifier: GPL-3.0-or-later */
/* dkim_check.c - the verifier of RFC 6376 section 6.1: read the signature, fetch the key,
 * compare the body hash, verify. A step is a function that either goes on or settles the
 * check with a result. */
#include "auth/dkim_check.h"

#include "base/error.h"
#include "base/limits.h"

#include <string.h>

enum {
	FUTURE_SKEW_S = 15 * 60,
	KEYS_TRIED = 4,
	ARCHIVE_SLACK_S = 2 * 86400,
	BODY_HASHES = 16
};

/* Body hashes that were computed for this message; l= makes a hash of its own. */
struct body_hash {
	enum dkim_canon canon;
	guint64 limit;
	struct dkim_body body;
};

void
dkim_verifier_init(struct dkim_verifier *verifier)
{
	*verifier = (struct dkim_verifier){.known_since = -1};
	verifier->hashes = g_array_new(FALSE, FALSE, sizeof(struct body_hash));
}

void
dkim_verifier_fini(struct dkim_verifier *verifier)
{
	g_array_unref(verifier->hashes);
}

bool
dkim_check_settle(struct dkim_check *check, enum dkim_result result,
    enum dkim_cause cause, char *reason)
{
	check->result = result;
	check->cause = cause;
	g_free(check->reason);
	check->reason = reason;
	return false;
}

void
dkim_check_free(struct dkim_check *check)
{
	if (check == NULL)
		return;
	dkim_sig_fini(&check->sig);
	g_free(check->reason);
	g_free(check->key_record);
	g_ptr_array_unref(check->is_signed);
	g_ptr_array_unref(check->unsigned_);
	g_ptr_array_unref(check->oversigned);
	g_ptr_array_unref(check->added);
	g_free(check);
}

struct dkim_check *
dkim_check_new(const struct message *message, size_t number, enum dkim_sig_kind kind)
{
	const struct message_field *field = &message->fields[number];
	struct dkim_check *check = g_new0(struct dkim_check, 1);
	GError *error = NULL;

	check->field = number;
	check->key_seen = -1;
	check->is_signed = g_ptr_array_new_with_free_func(g_free);
	check->unsigned_ = g_ptr_array_new_with_free_func(g_free);
	check->oversigned = g_ptr_array_new_with_free_func(g_free);
	check->added = g_ptr_array_new_with_free_func(g_free);
	check->reason = g_strdup("");
	check->result = DKIM_PASS; /* until a step settles it otherwise */
	if (!dkim_sig_init(
		&check->sig, kind, field->raw, field->raw_len, field->colon, &error)) {
		(void)dkim_check_settle(
		    check, DKIM_PERMERROR, DKIM_CAUSE_SYNTAX, g_strdup(error->message));
		g_error_free(error);
	}
	return check;
}

static bool
check_policy(struct dkim_check *check, gint64 when)
{
	const struct dkim_sig *sig = &check->sig;

	if (sig->algorithm == DKIM_ALGORITHM_UNKNOWN)
		return dkim_check_settle(check, DKIM_NEUTRAL, DKIM_CAUSE_ALGORITHM,
		    g_strdup_printf("unknown algorithm %s", sig->a));
	if (sig->algorithm == DKIM_RSA_SHA1) /* RFC 8301 section 3.1 */
		return dkim_check_settle(check, DKIM_POLICY, DKIM_CAUSE_SHA1,
		    g_strdup("rsa-sha1 proves nothing any more"));
	if (sig->x >= 0 && when > sig->x)
		return dkim_check_settle(check, DKIM_POLICY, DKIM_CAUSE_EXPIRED,
		    g_strdup("the signature had expired"));
	/* RFC 6376 lets a verifier refuse it; clocks are wrong too often for that */
	check->is_future = sig->t >= 0 && sig->t > when + FUTURE_SKEW_S;
	return true;
}

char *
dkim_check_key_name(const struct dkim_sig *sig)
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
		return dkim_check_settle(check, DKIM_PERMERROR, DKIM_CAUSE_KEY_GONE,
		    g_strdup("the key was revoked"));
	if (key->type != want || !key->is_sha256)
		return dkim_check_settle(check, DKIM_PERMERROR, DKIM_CAUSE_KEY,
		    g_strdup("the key is for another algorithm"));
	if (!key->is_for_mail)
		return dkim_check_settle(check, DKIM_PERMERROR, DKIM_CAUSE_KEY,
		    g_strdup("the key is not for mail"));
	if (key->is_strict && strcmp(sig->i_domain, sig->d) != 0)
		return dkim_check_settle(check, DKIM_PERMERROR, DKIM_CAUSE_KEY,
		    g_strdup("the key does not allow subdomains in i="));
	return true;
}

/* The body hash, computed once for each canonicalization. */
static const struct dkim_body *
body_hash(struct dkim_verifier *v, const struct dkim_sig *sig)
{
	for (guint i = 0; i < v->hashes->len; i++) {
		struct body_hash *had = &g_array_index(v->hashes, struct body_hash, i);
		if (had->canon == sig->body_canon && had->limit == sig->l)
			return &had->body;
	}
	if (v->hashes->len >= BODY_HASHES) /* each l= makes one of its own */
		return NULL;
	struct body_hash fresh = {.canon = sig->body_canon, .limit = sig->l};
	if (!dkim_canon_body(sig->body_canon, v->message->body, v->message->body_len,
		sig->l, dkim_keys_md(v->keys), &fresh.body))
		return NULL;
	g_array_append_val(v->hashes, fresh);
	return &g_array_index(v->hashes, struct body_hash, v->hashes->len - 1).body;
}

static bool
check_body(struct dkim_verifier *v, struct dkim_check *check)
{
	const struct dkim_body *body = body_hash(v, &check->sig);
	gsize len;
	const void *bh = g_bytes_get_data(check->sig.bh, &len);

	if (body == NULL)
		return dkim_check_settle(check, DKIM_TEMPERROR, DKIM_CAUSE_DNS,
		    g_strdup("the body could not be hashed"));
	check->body = *body;
	check->has_body = true;
	if (check->sig.l != DKIM_NO_LIMIT && check->sig.l > body->length)
		return dkim_check_settle(check, DKIM_PERMERROR, DKIM_CAUSE_LENGTH,
		    g_strdup("l= is longer than the body"));
	if (len != DKIM_HASH_LEN || memcmp(bh, body->hash, DKIM_HASH_LEN) != 0)
		return dkim_check_settle(check, DKIM_FAIL, DKIM_CAUSE_BODY,
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
header_digest(const struct dkim_verifier *v, const struct dkim_check *check,
    const GString *sealed, unsigned char *digest)
{
	const struct message_field *field = &v->message->fields[check->field];

	if (sealed != NULL)
		return EVP_Digest(sealed->str, sealed->len, digest, NULL,
			   dkim_keys_md(v->keys), NULL) == 1;
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
try_record(struct dkim_verifier *v, struct dkim_check *check, const char *record,
    const unsigned char *digest)
{
	GError *error = NULL;
	bool was_cached = false;
	const struct dkim_key *key =
	    dkim_keys_get(v->keys, record, &was_cached, &check->bits, &error);

	if (key == NULL) {
		bool is_size = g_error_matches(error, PF_ERROR, PF_ERROR_LIMIT);
		bool is_weak = is_size && check->bits < 1024;
		dkim_check_settle(check, is_weak ? DKIM_POLICY : DKIM_PERMERROR,
		    is_size ? DKIM_CAUSE_KEY_SIZE : DKIM_CAUSE_KEY,
		    is_size ? g_strdup(error->message) : g_strdup_printf("its key record is wrong: %s", error->message));
		g_error_free(error);
		return false;
	}
	check->key_source = was_cached ? "cache" : "dns";
	g_free(check->key_record);
	check->key_record = g_strdup(record);
	if (!check_key_limits(check, key))
		return false;
	if (!dkim_key_verify(key, digest, check->sig.b))
		return dkim_check_settle(check, DKIM_FAIL, DKIM_CAUSE_SIGNATURE,
		    g_strdup("the header was changed (signature)"));
	dkim_check_settle(check, DKIM_PASS, DKIM_CAUSE_NONE, g_strdup(""));
	return true;
}

/* Section 3.6.2.2: with several records the verifier may try each. */
static void
try_records(struct dkim_verifier *v, struct dkim_check *check, const GPtrArray *records,
    const unsigned char *digest)
{
	for (guint i = 0; i < records->len && i < KEYS_TRIED; i++)
		if (try_record(v, check, g_ptr_array_index(records, i), digest))
			break;
}

static bool
fetch_records(
    struct dkim_verifier *v, struct dkim_check *check, const struct dns_answer **out)
{
	char *name = dkim_check_key_name(&check->sig);
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
		dkim_check_settle(check, DKIM_PERMERROR, DKIM_CAUSE_KEY_GONE,
		    g_strdup_printf("no key at %s", name));
		break;
	case DNS_SERVFAIL:
	case DNS_TIMEOUT:
		dkim_check_settle(check, DKIM_TEMPERROR, DKIM_CAUSE_DNS,
		    g_strdup_printf("no answer from the DNS for %s", name));
		break;
	}
	g_free(name);
	return is_ok;
}

/* What came of a check, to be put back when the archive does not help. */
struct outcome {
	enum dkim_result result;
	enum dkim_cause cause;
	char *reason, *record;
	const char *source;
};

/* Keys that were published when the message was there already. A signature that one of
 * them made is as good as it was then. */
static void
try_archive(
    struct dkim_verifier *v, struct dkim_check *check, const unsigned char *digest)
{
	char *name = dkim_check_key_name(&check->sig);
	const GPtrArray *kept =
	    v->archive == NULL ? NULL : g_hash_table_lookup(v->archive, name);
	struct outcome was = {check->result, check->cause, g_strdup(check->reason),
	    g_strdup(check->key_record), check->key_source};
	bool is_found = false;

	for (guint i = 0; kept != NULL && i < kept->len && !is_found; i++) {
		const struct dkim_archived *one = g_ptr_array_index(kept, i);
		if (v->known_since < 0 ||
		    one->last_seen + ARCHIVE_SLACK_S < v->known_since)
			continue;
		is_found = try_record(v, check, one->record, digest);
		check->key_seen = one->last_seen;
		check->is_key_secure = one->is_secure;
	}
	g_free(name);
	if (is_found) {
		check->key_source = "archive";
		g_free(was.reason);
		g_free(was.record);
		return;
	}
	if (kept != NULL) {
		(void)dkim_check_settle(check, was.result, was.cause, was.reason);
		g_free(check->key_record);
		check->key_record = was.record;
		check->key_source = was.source;
		check->key_seen = -1;
		return;
	}
	g_free(was.reason);
	g_free(was.record);
}

void
dkim_check_run(struct dkim_verifier *v, struct dkim_check *check, const GString *sealed)
{
	unsigned char digest[DKIM_HASH_LEN];
	const struct dns_answer *answer;

	if (check->cause == DKIM_CAUSE_SYNTAX || !check_policy(check, v->when))
		return;
	bool is_there = fetch_records(v, check, &answer);
	if (check->result == DKIM_TEMPERROR)
		return;
	if (!header_digest(v, check, sealed, digest)) {
		(void)dkim_check_settle(
		    check, DKIM_TEMPERROR, DKIM_CAUSE_DNS, g_strdup("hashing failed"));
		return;
	}
	if (is_there)
		try_records(v, check, answer->strings, digest);
	if (check->result != DKIM_PASS)
		try_archive(v, check, digest);
	/* a changed body is what the user wants to know, even where the header was
	 * changed too */
	if (sealed == NULL &&
	    (check->result == DKIM_PASS || check->cause == DKIM_CAUSE_SIGNATURE))
		(void)check_body(v, check);
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
