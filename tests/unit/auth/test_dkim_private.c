/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keys in files and their records; the example key of RFC 8463; what the DNS may say of a record. */
#include "auth_test.h"

#include "auth/dkim_private.h"
#include "base/error.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* RFC 8463 appendix A.2, as PKCS#8 (RFC 8410). */
static const char rfc8463_seed[] = "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=";
static const char rfc8463_public[] = "p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";

static struct dkim_sign_key *
key_of_rfc8463(void)
{
	static const guchar head[] = {0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20};
	gsize len;
	guchar *seed = g_base64_decode(rfc8463_seed, &len), der[48];

	g_assert_cmpuint(len, ==, 32);
	memcpy(der, head, 16);
	memcpy(der + 16, seed, 32);
	char *b64 = g_base64_encode(der, sizeof der);
	char *pem = g_strdup_printf("-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n", b64);
	struct secret *secret = secret_new(pem, strlen(pem));
	GError *error = NULL;
	struct dkim_sign_key *key =
	    dkim_sign_key_new("football.example.com", "brisbane", secret, NULL, &error);

	g_assert_no_error(error);
	secret_free(secret);
	g_free(pem);
	g_free(b64);
	g_free(seed);
	return key;
}

static void
test_record(void)
{
	struct dkim_sign_key *key = key_of_rfc8463();
	char *record = dkim_private_record(key), *name = dkim_private_name(key);

	g_assert_cmpstr(name, ==, "brisbane._domainkey.football.example.com");
	g_assert_true(g_str_has_prefix(record, "v=DKIM1; h=sha256; k=ed25519; "));
	g_assert_nonnull(strstr(record, rfc8463_public));
	g_free(record);
	g_free(name);
	dkim_sign_key_free(key);
}

static void
test_zone_line(void)
{
	for (gsize n = 254; n <= 256; n++) {
		char *record = g_strnfill(n, 'x'), *line = dkim_private_zone_line("s._domainkey.d", record);
		char **parts = g_strsplit(line, "\"", -1);

		g_assert_true(g_str_has_prefix(line, "s._domainkey.d. 3600 IN TXT ( "));
		g_assert_cmpuint(g_strv_length(parts), ==, n > 255 ? 5 : 3);
		g_assert_cmpuint(strlen(parts[1]), ==, MIN(n, 255u));
		g_strfreev(parts);
		g_free(line);
		g_free(record);
	}
}

static void
test_files(void)
{
	static const int open_modes[] = {0601, 0604, 0640, 0620};
	char *dir = g_dir_make_tmp("pf.XXXXXX", NULL), *path = g_build_filename(dir, "k", "a.pem", NULL);
	struct secret *pass = secret_new("open sesame", 11), *wrong = secret_new("x", 1);
	GError *error = NULL;

	for (int locked = 0; locked < 2; locked++) {
		struct secret *pem =
		    dkim_private_generate(DKIM_KEY_ED25519, locked ? pass : NULL, &error);

		g_assert_no_error(error);
		g_assert_true(dkim_private_save(path, pem, &error));
		g_assert_false(dkim_private_save(path, pem, NULL));
		struct secret *read = dkim_private_read(path, &error);
		g_assert_cmpuint(secret_len(read), ==, secret_len(pem));
		struct dkim_sign_key *key =
		    dkim_sign_key_new("example.org", "s", read, locked ? pass : NULL, &error);
		g_assert_no_error(error);
		dkim_sign_key_free(key);
		if (locked) {
			g_assert_null(dkim_sign_key_new("example.org", "s", read, NULL, NULL));
			g_assert_null(dkim_sign_key_new("example.org", "s", read, wrong, NULL));
		}
		for (size_t i = 0; i < G_N_ELEMENTS(open_modes); i++) {
			g_chmod(path, open_modes[i]);
			g_assert_null(dkim_private_read(path, &error));
			g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
			g_clear_error(&error);
		}
		secret_free(read);
		secret_free(pem);
		g_unlink(path);
	}
	g_assert_null(dkim_private_read(dir, NULL));
	char *sub = g_build_filename(dir, "k", NULL);
	g_rmdir(sub);
	g_rmdir(dir);
	g_free(sub);
	g_free(path);
	g_free(dir);
	secret_free(pass);
	secret_free(wrong);
}

static void
test_compare(void)
{
	struct dkim_sign_key *key = key_of_rfc8463();
	char *ours = dkim_private_record(key), *name = dkim_private_name(key);
	const struct {
		const char *txt; /* NULL: no such name */
		enum dkim_published state;
	} cases[] = {
	    {ours, DKIM_PUBLISHED_MATCH},
	    {"k=ed25519; p=11qYAYKxCrfVS/7T yWQHOg7hcvPapiMlrwIaaPcHURo=", DKIM_PUBLISHED_MATCH},
	    {"k=ed25519; t=y; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", DKIM_PUBLISHED_MATCH},
	    {"p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", DKIM_PUBLISHED_DIFFERS}, /* k=rsa */
	    {"k=ed25519; h=sha1; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", DKIM_PUBLISHED_DIFFERS},
	    {"k=ed25519; s=other; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", DKIM_PUBLISHED_DIFFERS},
	    {"k=ed25519; p=", DKIM_PUBLISHED_DIFFERS},
	    {"k=ed25519; p=AAAA", DKIM_PUBLISHED_DIFFERS},
	    {"nonsense", DKIM_PUBLISHED_DIFFERS},
	    {NULL, DKIM_PUBLISHED_MISSING},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *zone = json_object(), *findings = json_array();

		if (cases[i].txt != NULL)
			json_object_set_new(zone, name, json_pack("{s:[s]}", "TXT", cases[i].txt));
		struct dns *dns = dns_zone_new(zone);
		struct dns_session *session = dns_session_new(dns);
		g_test_message("case %zu", i);
		g_assert_cmpint(
		    dkim_private_compare(session, name, ours, findings), ==, cases[i].state);
		g_assert_true(json_array_size(findings) > 0 ||
			      cases[i].state == DKIM_PUBLISHED_MATCH);
		dns_session_free(session);
		dns_free(dns);
		json_decref(findings);
	}
	g_free(ours);
	g_free(name);
	dkim_sign_key_free(key);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dkim-private/record", test_record);
	g_test_add_func("/dkim-private/zone-line", test_zone_line);
	g_test_add_func("/dkim-private/files", test_files);
	g_test_add_func("/dkim-private/compare", test_compare);
	return g_test_run();
}
