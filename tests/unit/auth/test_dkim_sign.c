/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What we sign, we verify; what would not survive the way, we do not sign. */
#include "auth_test.h"

#include "auth/dkim.h"
#include "auth/dkim_sign.h"
#include "base/error.h"

enum { NOW = 1795304500 };

static const char letter[] =
    "From: Ann Example <ann@example.org>\r\nTo: b@example.net\r\nSubject: "
    "one\r\n\ttwo\r\n"
    "Date: Sat, 21 Nov 2026 20:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain\r\nX-Other: y\r\n\r\nHello \r\n\r\n  "
    "there\r\n";

static struct dkim_sign_key *
key_of(const char *domain, const char *selector, const char *pem, size_t len, GError **error)
{
	struct secret *secret = secret_new(pem, len);
	struct dkim_sign_key *key = dkim_sign_key_new(domain, selector, secret, NULL, error);

	secret_free(secret);
	return key;
}

static struct dkim_sign_key *
load(const char *file, const char *selector)
{
	gsize len;
	char *pem = test_data(file, &len);
	GError *error = NULL;
	struct dkim_sign_key *key =
	    key_of("example.org", selector, pem, len, &error);

	g_assert_no_error(error);
	g_free(pem);
	return key;
}

static enum dkim_result
verified(const char *bytes, size_t len)
{
	char *path = test_data_path("zone.json");
	struct dns *dns = dns_zone_open(path, NULL);
	struct dns_session *session = dns_session_new(dns);
	struct dkim_keys *keys = dkim_keys_new();
	struct message *message = message_new(bytes, len);
	struct dkim_verifier verifier;
	dkim_verifier_init(&verifier);
	verifier.message = message;
	verifier.dns = session;
	verifier.keys = keys;
	verifier.when = NOW;
	GPtrArray *checks = dkim_verify(&verifier, "example.org");
	enum dkim_result result = DKIM_PASS;

	g_assert_cmpuint(checks->len, >, 0);
	for (guint i = 0; i < checks->len; i++) {
		const struct dkim_check *check = g_ptr_array_index(checks, i);
		if (check->result != DKIM_PASS)
			result = check->result;
	}
	g_ptr_array_unref(checks);
	dkim_verifier_fini(&verifier);
	message_free(message);
	dkim_keys_free(keys);
	dns_session_free(session);
	dns_free(dns);
	g_free(path);
	return result;
}

static char *
signed_letter(const struct dkim_sign_key *key, const char *bytes, bool is_to_list)
{
	const struct dkim_sign_options options = {.now = NOW, .is_to_list = is_to_list};
	GError *error = NULL;
	char *field = dkim_sign_field(key, bytes, strlen(bytes), &options, &error);

	g_assert_no_error(error);
	char *out = g_strconcat(field, bytes, NULL);
	g_free(field);
	return out;
}

static void
test_round_trip(void)
{
	struct dkim_sign_key *rsa = load("rsa-2048.pem", "s2048"),
			     *ed = load("ed25519.pem", "ed");

	for (int is_to_list = 0; is_to_list < 2; is_to_list++) {
		char *once = signed_letter(ed, letter, is_to_list);
		char *twice = signed_letter(rsa, once, is_to_list);
		g_assert_cmpint(verified(once, strlen(once)), ==, DKIM_PASS);
		g_assert_cmpint(verified(twice, strlen(twice)), ==, DKIM_PASS);
		char *spoilt = g_strconcat("Subject: other\r\n", twice, NULL);
		g_assert_cmpint(verified(spoilt, strlen(spoilt)), ==, DKIM_FAIL);
		g_free(spoilt);
		/* a list may set Reply-To where we had none; others may not */
		char *list = g_strconcat("Reply-To: list@example.net\r\n", twice, NULL);
		g_assert_cmpint(
		    verified(list, strlen(list)), ==, is_to_list ? DKIM_PASS : DKIM_FAIL);
		g_free(list);
		g_free(twice);
		g_free(once);
	}
	dkim_sign_key_free(rsa);
	dkim_sign_key_free(ed);
}

static void
test_form(void)
{
	struct dkim_sign_key *key = load("rsa-2048.pem", "s2048");
	const struct dkim_sign_options options = {.now = NOW, .expires = NOW + 100};
	char *field = dkim_sign_field(key, letter, strlen(letter), &options, NULL);
	char **lines = g_strsplit(field, "\r\n", -1);

	for (size_t i = 0; lines[i] != NULL; i++) {
		g_assert_cmpuint(strlen(lines[i]), <=, 78);
		g_assert_null(strpbrk(lines[i], "\r\n"));
		g_assert_true(i == 0 || lines[i][0] == '\t' || lines[i][0] == '\0');
	}
	g_assert_true(g_str_has_suffix(field, "\r\n"));
	g_assert_nonnull(strstr(field, "x=1795304600;"));
	g_assert_null(strstr(field, "l="));
	g_assert_null(strstr(field, "x-other"));
	g_strfreev(lines);
	g_free(field);
	dkim_sign_key_free(key);
}

static void
test_refused(void)
{
	static const char *const letters[] = {
	    "From: ann@example.org\n\nbare LF\n",
	    "From: ann@example.org\r\n\r\nbare\rCR\r\n",
	    "From: ann@other.example\r\n\r\nx\r\n",
	    "From: ann@notexample.org\r\n\r\nx\r\n",
	    "From: ann@example.org\r\nFrom: b@example.org\r\n\r\nx\r\n",
	    "From: ann@example.org, b@other.example\r\n\r\nx\r\n",
	    "To: b@example.org\r\n\r\nx\r\n",
	    "",
	};
	struct dkim_sign_key *key = load("ed25519.pem", "ed");
	const struct dkim_sign_options options = {.now = NOW};
	GError *error = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(letters); i++) {
		g_assert_null(dkim_sign_field(
		    key, letters[i], strlen(letters[i]), &options, &error));
		g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
		g_clear_error(&error);
	}
	for (size_t n = 997; n <= 999; n++) {
		char *line = g_strnfill(n, 'x');
		char *text =
		    g_strconcat("From: ann@example.org\r\n\r\n", line, "\r\n", NULL);
		char *field = dkim_sign_field(key, text, strlen(text), &options, NULL);
		g_assert_cmpint(field != NULL, ==, n <= 998);
		g_free(field);
		g_free(text);
		g_free(line);
	}
	dkim_sign_key_free(key);
}

static void
test_keys(void)
{
	gsize len;
	char *weak = test_data("rsa-768.pem", &len);
	char *good = test_data("ed25519.pem", &len);
	GError *error = NULL;

	g_assert_null(key_of("example.org", "s", weak, strlen(weak), &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
	g_assert_nonnull(strstr(error->message, "768"));
	g_clear_error(&error);
	g_assert_null(key_of("example.org", "s", "nonsense", 8, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
	g_clear_error(&error);
	g_assert_null(key_of("not a domain", "s", good, strlen(good), &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
	g_clear_error(&error);
	g_free(weak);
	g_free(good);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dkim-sign/round-trip", test_round_trip);
	g_test_add_func("/dkim-sign/form", test_form);
	g_test_add_func("/dkim-sign/refused", test_refused);
	g_test_add_func("/dkim-sign/keys", test_keys);
	return g_test_run();
}
