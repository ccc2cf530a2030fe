/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SASL: the examples of RFC 4616, 5802 and 7677, and servers that cheat. */
#include "net/sasl.h"

#include "base/error.h"

#include <string.h>

static struct sasl *
begin(const char *mechanism, const char *user, const char *password)
{
	struct secret *secret = secret_new(password, strlen(password));
	struct sasl *s = sasl_new(mechanism, user, secret, NULL);

	secret_free(secret);
	return s;
}

static void
assert_base64(char *encoded, const char *plain)
{
	char *expected = g_base64_encode((const guchar *)plain, strlen(plain));

	g_assert_cmpstr(encoded, ==, expected);
	g_free(expected);
	sasl_wipe(encoded);
}

static char *
step(struct sasl *s, const char *plain, GError **error)
{
	char *challenge = g_base64_encode((const guchar *)plain, strlen(plain));
	char *answer = sasl_step(s, challenge, error);

	g_free(challenge);
	return answer;
}

static void
test_choose(void)
{
	static const struct {
		const char *offered[5];
		bool allow_plain;
		const char *chosen;
	} cases[] = {
	    {{"PLAIN", "LOGIN", NULL}, true, "PLAIN"},
	    {{"login", NULL}, true, "LOGIN"},
	    {{"PLAIN", "LOGIN", NULL}, false, NULL},
	    {{"PLAIN", "scram-sha-1", NULL}, true, "SCRAM-SHA-1"},
	    {{"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", NULL}, false, "SCRAM-SHA-256"},
	    {{"GSSAPI", NULL}, true, NULL},
	    {{NULL}, true, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(sasl_choose(cases[i].offered, cases[i].allow_plain), ==,
		    cases[i].chosen);
}

static void
test_plain(void)
{
	struct sasl *s = begin("PLAIN", "tim", "tanstaaftanstaaf");
	char *initial = sasl_initial(s);
	gsize len;
	guchar *bytes = g_base64_decode(initial, &len);
	GError *error = NULL;

	g_assert_cmpuint(len, ==, 21);
	g_assert_true(memcmp(bytes, "\0tim\0tanstaaftanstaaf", 21) == 0);
	g_assert_null(step(s, "more", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_PROTOCOL);
	g_assert_true(sasl_finish(s, NULL));
	g_clear_error(&error);
	g_free(bytes);
	sasl_wipe(initial);
	sasl_free(s);
}

static void
test_login(void)
{
	struct sasl *s = begin("LOGIN", "tim", "secret");

	g_assert_null(sasl_initial(s));
	assert_base64(step(s, "Username:", NULL), "tim");
	assert_base64(step(s, "Password:", NULL), "secret");
	g_assert_null(step(s, "Again:", NULL));
	sasl_free(s);
}

struct scram_example {
	const char *mechanism, *nonce, *first, *challenge, *final, *proof;
};

/* RFC 5802 section 5 and RFC 7677 section 3; user "user", password "pencil" */
static const struct scram_example examples[] = {
    {"SCRAM-SHA-1", "fyko+d2lbbFgONRv9qkxdawL", "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
	"r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
	"c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
	"v=rmF9pqV8S7suAoZWja4dJRkFsKQ="},
    {"SCRAM-SHA-256", "rOprNGfwEbeRWgbNEkqO", "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
	"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
	"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
	"p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
	"v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="},
};

static void
test_scram_examples(void)
{
	for (size_t i = 0; i < G_N_ELEMENTS(examples); i++) {
		const struct scram_example *e = &examples[i];
		struct sasl *s = begin(e->mechanism, "user", "pencil");

		sasl_set_nonce(s, e->nonce);
		assert_base64(sasl_initial(s), e->first);
		g_assert_false(sasl_finish(s, NULL));
		assert_base64(step(s, e->challenge, NULL), e->final);
		g_assert_false(sasl_finish(s, NULL));
		assert_base64(step(s, e->proof, NULL), "");
		g_assert_true(sasl_finish(s, NULL));
		sasl_free(s);
	}
}

static void
test_scram_cheats(void)
{
	static const struct {
		const char *challenge;
		int code;
	} cases[] = {
	    {"r=other,s=QSXCR+Q6sek8bf92,i=4096", PF_ERROR_PROTOCOL},
	    {"r=abc,s=QSXCR+Q6sek8bf92,i=4096", PF_ERROR_PROTOCOL}, /* not longer than ours */
	    {"r=abcd,s=,i=4096", PF_ERROR_PROTOCOL},
	    {"r=abcd,s=QSXCR+Q6sek8bf92,i=4095", PF_ERROR_AUTH},
	    {"r=abcd,s=QSXCR+Q6sek8bf92,i=4294967295", PF_ERROR_AUTH},
	    {"r=abcd,s=QSXCR+Q6sek8bf92,i=99999999999", PF_ERROR_PROTOCOL},
	    {"r=abcd,s=QSXCR+Q6sek8bf92,i=-1", PF_ERROR_PROTOCOL},
	    {"m=ext,r=abcd,s=QSXCR+Q6sek8bf92,i=4096", PF_ERROR_PROTOCOL},
	    {"", PF_ERROR_PROTOCOL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct sasl *s = begin("SCRAM-SHA-256", "user", "pencil");
		GError *error = NULL;

		sasl_set_nonce(s, "abc");
		sasl_wipe(sasl_initial(s));
		g_assert_null(step(s, cases[i].challenge, &error));
		g_assert_error(error, PF_ERROR, cases[i].code);
		g_clear_error(&error);
		sasl_free(s);
	}
}

static void
test_scram_impostor(void)
{
	const char *const proofs[] = {"v=AAAA", "v=", "e=other-error", "",
	    "v=7rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="};

	for (size_t i = 0; i < G_N_ELEMENTS(proofs); i++) {
		struct sasl *s = begin("SCRAM-SHA-256", "user", "pencil");
		GError *error = NULL;

		sasl_set_nonce(s, examples[1].nonce);
		sasl_wipe(sasl_initial(s));
		sasl_wipe(step(s, examples[1].challenge, NULL));
		g_assert_null(step(s, proofs[i], &error));
		g_assert_error(error, PF_ERROR, PF_ERROR_AUTH);
		g_assert_false(sasl_finish(s, NULL));
		g_clear_error(&error);
		sasl_free(s);
	}
}

static void
test_values(void)
{
	static const struct {
		const char *mechanism, *user, *password;
		bool is_good;
	} cases[] = {
	    {"PLAIN", "a\r\nb", "x", false},
	    {"PLAIN", "a", "x\ny", false},
	    {"LOGIN", "a\nb", "x", false},
	    {"PLAIN", "j\xc3\xb6rg", "p\xc3\xa4ss", true},
	    {"SCRAM-SHA-256", "j\xc3\xb6rg", "p\xc3\xa4ss", true},
	    {"SCRAM-SHA-256", "a", "\xff", false},
	    {"SCRAM-SHA-256", "a\xc2\x85", "x", false}, /* a C1 control */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct sasl *s = begin(cases[i].mechanism, cases[i].user, cases[i].password);
		g_assert_true((s != NULL) == cases[i].is_good);
		sasl_free(s);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/sasl/choose", test_choose);
	g_test_add_func("/sasl/plain", test_plain);
	g_test_add_func("/sasl/login", test_login);
	g_test_add_func("/sasl/scram-examples", test_scram_examples);
	g_test_add_func("/sasl/scram-cheats", test_scram_cheats);
	g_test_add_func("/sasl/scram-impostor", test_scram_impostor);
	g_test_add_func("/sasl/values", test_values);
	return g_test_run();
}
