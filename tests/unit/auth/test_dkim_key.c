/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth_test.h"

#include "auth/dkim_key.h"
#include "base/error.h"
#include "base/limits.h"

#define ED "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

/* The record of a selector of the test zone. */
static char *
zone_record(const char *selector)
{
	char *path = test_data_path("zone.json"), *name, *record;
	GError *error = NULL;
	struct dns *dns = dns_zone_open(path, &error);

	g_assert_no_error(error);
	struct dns_session *session = dns_session_new(dns);
	name = g_strdup_printf("%s._domainkey.example.org", selector);
	const struct dns_answer *answer = dns_ask(session, name, DNS_TXT);
	g_assert_cmpint(answer->status, ==, DNS_OK);
	record = g_strdup(g_ptr_array_index(answer->strings, 0));
	dns_session_free(session);
	dns_free(dns);
	g_free(name);
	g_free(path);
	return record;
}

static void
test_records(void)
{
	static const struct {
		const char *record;
		bool is_ok;
		unsigned bits;
		bool is_test, is_strict, is_sha256, is_for_mail;
	} cases[] = {
	    {"v=DKIM1; k=ed25519; p=" ED, true, 256, false, false, true, true},
	    {"k=ed25519; p=" ED, true, 256, false, false, true, true},
	    {"v=DKIM1; k=ed25519; t=y:s; p=" ED, true, 256, true, true, true, true},
	    {"v=DKIM1; k=ed25519; t=x:unknown; p=" ED, true, 256, false, false, true,
		true},
	    {"v=DKIM1; k=ed25519; h=sha1; p=" ED, true, 256, false, false, false, true},
	    {"v=DKIM1; k=ed25519; h=sha1:sha256; p=" ED, true, 256, false, false, true,
		true},
	    {"v=DKIM1; k=ed25519; s=other; p=" ED, true, 256, false, false, true, false},
	    {"v=DKIM1; k=ed25519; s=*; p=" ED, true, 256, false, false, true, true},
	    {"v=DKIM1; k=ed25519; n=a note; p=11qY AYKx Crf "
	     "VS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
		true, 256, false, false, true, true},
	    {"v=DKIM1; p=", true, 0, false, false, true, true}, /* revoked */
	    {"k=ed25519; v=DKIM1; p=" ED, false, 0, false, false, false, false},
	    {"v=DKIM2; k=ed25519; p=" ED, false, 0, false, false, false, false},
	    {"v=DKIM1; k=rot13; p=" ED, false, 0, false, false, false, false},
	    {"v=DKIM1; k=rsa; p=" ED, false, 0, false, false, false, false},
	    {"v=DKIM1; k=ed25519; p=AAAA", false, 0, false, false, false, false},
	    {"v=DKIM1; k=ed25519", false, 0, false, false, false, false},
	    {"v=spf1 -all", false, 0, false, false, false, false},
	    {"v=DKIM1; k=ed25519; p=" ED "; p=" ED, false, 0, false, false, false, false},
	    {"", false, 0, false, false, false, false},
	};
	struct dkim_keys *keys = dkim_keys_new();

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		const struct dkim_key *key =
		    dkim_keys_get(keys, cases[i].record, NULL, NULL, &error);
		g_assert_cmpint(key != NULL, ==, cases[i].is_ok);
		g_assert_cmpint(key != NULL, ==, error == NULL);
		g_clear_error(&error);
		if (key == NULL)
			continue;
		g_assert_cmpuint(key->bits, ==, cases[i].bits);
		g_assert_cmpint(key->is_test, ==, cases[i].is_test);
		g_assert_cmpint(key->is_strict, ==, cases[i].is_strict);
		g_assert_cmpint(key->is_sha256, ==, cases[i].is_sha256);
		g_assert_cmpint(key->is_for_mail, ==, cases[i].is_for_mail);
	}
	dkim_keys_free(keys);
}

/* SubjectPublicKeyInfo, PKCS#1, and sizes; bytes after the key are refused. */
static void
test_rsa(void)
{
	static const struct {
		const char *selector;
		unsigned bits;
		bool is_ok;
	} cases[] = {{"s2048", 2048, true}, {"pkcs1", 2048, true}, {"s1024", 1024, true},
	    {"s768", 768, false}};
	struct dkim_keys *keys = dkim_keys_new();

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *record = zone_record(cases[i].selector);
		unsigned bits = 0;
		GError *error = NULL;
		const struct dkim_key *key =
		    dkim_keys_get(keys, record, NULL, &bits, &error);
		g_assert_cmpuint(bits, ==, cases[i].bits);
		g_assert_cmpint(key != NULL, ==, cases[i].is_ok);
		if (key == NULL)
			g_assert_error(error, PF_ERROR, PF_ERROR_LIMIT);
		g_clear_error(&error);
		char *longer = g_strconcat(record, "AAAA", NULL);
		g_assert_null(dkim_keys_get(keys, longer, NULL, NULL, NULL));
		g_free(longer);
		g_free(record);
	}
	dkim_keys_free(keys);
}

static void
test_cache(void)
{
	struct dkim_keys *keys = dkim_keys_new();
	bool was_cached = true;
	const struct dkim_key *first =
	    dkim_keys_get(keys, "k=ed25519; p=" ED, &was_cached, NULL, NULL);

	g_assert_false(was_cached);
	g_assert_true(
	    dkim_keys_get(keys, "k=ed25519; p=" ED, &was_cached, NULL, NULL) == first);
	g_assert_true(was_cached);
	for (int i = 0; i < 3000; i++) { /* more than are kept */
		char *record = g_strdup_printf("k=ed25519; n=%d; p=" ED, i);
		g_assert_nonnull(dkim_keys_get(keys, record, NULL, NULL, NULL));
		g_free(record);
	}
	dkim_keys_free(keys);
}

static void
test_length(void)
{
	struct dkim_keys *keys = dkim_keys_new();
	static const char head[] = "k=ed25519; p=" ED "; n=";

	for (size_t len = LIMIT_DKIM_KEY_RECORD - 1; len <= LIMIT_DKIM_KEY_RECORD + 1;
	     len++) {
		char *note = g_strnfill(len - strlen(head), 'x');
		char *record = g_strconcat(head, note, NULL);
		g_assert_cmpint(dkim_keys_get(keys, record, NULL, NULL, NULL) != NULL, ==,
		    len <= LIMIT_DKIM_KEY_RECORD);
		g_free(record);
		g_free(note);
	}
	dkim_keys_free(keys);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dkim-key/records", test_records);
	g_test_add_func("/dkim-key/rsa", test_rsa);
	g_test_add_func("/dkim-key/cache", test_cache);
	g_test_add_func("/dkim-key/length", test_length);
	return g_test_run();
}
