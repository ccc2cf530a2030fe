/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bench_dkim.c - what DKIM costs beside OpenSSL's own primitives, in one run:
 * verifications and signatures a second, and body bytes a second. Prints JSON. */
#include "auth/dkim.h"
#include "auth/dkim_sign.h"
#include "auth/verdict_json.h"
#include "lookup/dns_zone.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

enum { RUN_MS = 700, NOW = 1790000000, ROUNDS = 3 };

struct bench {
	EVP_PKEY *pkey;
	EVP_PKEY_CTX *verifier, *signer;
	unsigned char digest[32], signature[512];
	size_t signature_len;
	const struct dkim_key *public_key;
	GBytes *signature_bytes;
	struct dkim_sign_key *key;
	struct dkim_keys *keys;
	struct dns *dns;
	GString *letter;  /* unsigned */
	GString *message; /* signed */
	GString *large;	  /* signed, large body */
};

static void
primitive_verify(struct bench *b)
{
	g_assert_cmpint(EVP_PKEY_verify(b->verifier, b->signature, b->signature_len,
			    b->digest, sizeof b->digest),
	    ==, 1);
}

static void
key_verify(struct bench *b)
{
	g_assert_true(dkim_key_verify(b->public_key, b->digest, b->signature_bytes));
}

static void
primitive_sign(struct bench *b)
{
	size_t len = sizeof b->signature;

	g_assert_cmpint(
	    EVP_PKEY_sign(b->signer, b->signature, &len, b->digest, sizeof b->digest), ==,
	    1);
	b->signature_len = len;
}

static void
verify(struct bench *b, const GString *bytes)
{
	struct dns_session *session = dns_session_new(b->dns);
	struct message *message = message_new(bytes->str, bytes->len);
	struct dkim_verifier verifier;
	dkim_verifier_init(&verifier);
	verifier.message = message;
	verifier.dns = session;
	verifier.keys = b->keys;
	verifier.when = NOW;
	GPtrArray *checks = dkim_verify(&verifier, "example.org");
	const struct dkim_check *check = g_ptr_array_index(checks, 0);

	g_assert_cmpint(check->result, ==, DKIM_PASS);
	g_ptr_array_unref(checks);
	dkim_verifier_fini(&verifier);
	message_free(message);
	dns_session_free(session);
}

static void
whole_verify(struct bench *b)
{
	verify(b, b->message);
}

static void
large_verify(struct bench *b)
{
	verify(b, b->large);
}

/* All that is made of a letter when it comes: DKIM, SPF, DMARC, ARC, the flags, the sentence, as JSON. */
static void
whole_verdict(struct bench *b)
{
	static const char *const none[] = {NULL};
	const struct verdict_context context = {.trusted_ids = none,
	    .own_addresses = none,
	    .keys = b->keys,
	    .dns = b->dns,
	    .now = NOW};
	struct verdict *v = verdict_new(b->message->str, b->message->len, &context);

	g_assert_cmpint(v->kind, ==, VERDICT_PASS);
	json_decref(verdict_json(v));
	verdict_free(v);
}

static void
whole_sign(struct bench *b)
{
	const struct dkim_sign_options options = {.now = NOW};
	char *field =
	    dkim_sign_field(b->key, b->letter->str, b->letter->len, &options, NULL);

	g_assert_nonnull(field);
	g_free(field);
}

static void
large_hash(struct bench *b)
{
	unsigned char digest[32];

	EVP_Digest(
	    b->large->str, b->large->len, digest, NULL, dkim_keys_md(b->keys), NULL);
}

/* Microseconds of CPU: the machine has others to serve. */
static gint64
cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (gint64)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* Runs a second; the best of some rounds. */
static double
rate(void (*work)(struct bench *), struct bench *b)
{
	double best = 0;

	for (int round = 0; round < ROUNDS; round++) {
		gint64 start = cpu_us(), now = start;
		unsigned n = 0;
		for (; now - start < (gint64)RUN_MS * 1000; now = cpu_us(), n++)
			work(b);
		best = MAX(best, n * 1e6 / (double)(now - start));
	}
	return best;
}

static GString *
make_letter(size_t body_len)
{
	GString *out =
	    g_string_new("From: Ann Example <ann@example.org>\r\nTo: b@example.net\r\n"
			 "Subject: what a signature costs\r\n"
			 "Date: Sat, 21 Nov 2026 20:00:00 +0000\r\n"
			 "Message-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n"
			 "Content-Type: text/plain; charset=utf-8\r\n\r\n");

	while (body_len > 0 && out->len < body_len)
		g_string_append(out,
		    "An ordinary line of text, as people write them, and  one\twith "
		    "odd blanks \r\nnow and then among the others of its kind.\r\n");
	return out;
}

static GString *
sign_letter(const struct dkim_sign_key *key, const GString *letter)
{
	const struct dkim_sign_options options = {.now = NOW};
	char *field = dkim_sign_field(key, letter->str, letter->len, &options, NULL);
	GString *out = g_string_new(field);

	g_string_append_len(out, letter->str, (gssize)letter->len);
	g_free(field);
	return out;
}

static char *
make_record(EVP_PKEY *pkey)
{
	unsigned char *der = NULL;
	int len = i2d_PUBKEY(pkey, &der);
	char *b64 = g_base64_encode(der, (gsize)len);
	char *record = g_strdup_printf("v=DKIM1; k=rsa; p=%s", b64);

	g_free(b64);
	OPENSSL_free(der);
	return record;
}

static void
setup(struct bench *b)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *pem;

	b->keys = dkim_keys_new();
	b->pkey = EVP_RSA_gen(2048);
	g_assert_true(bio != NULL && PEM_write_bio_PrivateKey(
					 bio, b->pkey, NULL, NULL, 0, NULL, NULL) == 1);
	long pem_len = BIO_get_mem_data(bio, &pem);
	struct secret *secret = secret_new(pem, (size_t)pem_len);
	b->key = dkim_sign_key_new("example.org", "s", secret, NULL, NULL);
	secret_free(secret);
	BIO_free(bio);
	char *record = make_record(b->pkey);
	b->public_key = dkim_keys_get(b->keys, record, NULL, NULL, NULL);
	b->dns = dns_zone_new(
	    json_pack("{s:{s:[s]}}", "s._domainkey.example.org", "TXT", record));
	g_free(record);
	b->letter = make_letter(4096);
	b->message = sign_letter(b->key, b->letter);
	GString *large = make_letter(8 << 20);
	b->large = sign_letter(b->key, large);
	g_string_free(large, TRUE);
	b->verifier = EVP_PKEY_CTX_new(b->pkey, NULL);
	b->signer = EVP_PKEY_CTX_new(b->pkey, NULL);
	EVP_PKEY_sign_init(b->signer);
	EVP_PKEY_CTX_set_rsa_padding(b->signer, RSA_PKCS1_PADDING);
	EVP_PKEY_CTX_set_signature_md(b->signer, EVP_sha256());
	EVP_PKEY_verify_init(b->verifier);
	EVP_PKEY_CTX_set_rsa_padding(b->verifier, RSA_PKCS1_PADDING);
	EVP_PKEY_CTX_set_signature_md(b->verifier, EVP_sha256());
	primitive_sign(b);
	b->signature_bytes = g_bytes_new(b->signature, b->signature_len);
}

int
main(void)
{
	struct bench b = {0};

	setup(&b);
	double p_verify = rate(primitive_verify, &b), w_verify = rate(whole_verify, &b);
	double k_verify = rate(key_verify, &b), verdicts = rate(whole_verdict, &b);
	double p_sign = rate(primitive_sign, &b), w_sign = rate(whole_sign, &b);
	double megabytes = (double)b.large->len / 1e6;
	double hash = rate(large_hash, &b) * megabytes,
	       body = rate(large_verify, &b) * megabytes;
	printf("{\"signature\": {\"openssl\": %.0f, \"penfold\": %.0f, \"ratio\": %.2f}, "
	       "\"message\": {\"openssl\": %.0f, \"penfold\": %.0f, \"ratio\": %.2f}, "
	       "\"sign\": {\"openssl\": %.0f, \"penfold\": %.0f, \"ratio\": %.2f}, "
	       "\"verdict\": {\"penfold\": %.0f}, "
	       "\"body_mb_s\": {\"sha256\": %.0f, \"penfold\": %.0f, \"ratio\": %.2f}}\n",
	    p_verify, k_verify, k_verify / p_verify, p_verify, w_verify,
	    w_verify / p_verify, p_sign, w_sign, w_sign / p_sign, verdicts, hash, body,
	    body / hash);
	EVP_PKEY_CTX_free(b.verifier);
	EVP_PKEY_CTX_free(b.signer);
	EVP_PKEY_free(b.pkey);
	dkim_sign_key_free(b.key);
	dkim_keys_free(b.keys);
	dns_free(b.dns);
	g_bytes_unref(b.signature_bytes);
	g_string_free(b.letter, TRUE);
	g_string_free(b.message, TRUE);
	g_string_free(b.large, TRUE);
	return 0;
}
