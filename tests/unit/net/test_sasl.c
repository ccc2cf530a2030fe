/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SASL: the examples of RFC 4616, 5802 and 7677, and servers that cheat. */
#include "net/sasl.h"

#include "base/error.h"

#include <string.h>

static struct sasl *
begin(const char *mechanism, const char *user, const char *password)
{
	struct secret *secret = secret_new(password, strlen(password));
	struct sasl_opts opts = {.mechanism = mechanism, .user = user, .secret = secret};
	struct sasl *s = sasl_new(&opts, NULL);

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
		struct sasl_policy policy; /* auth, allow_plain, has_binding */
		const char *chosen;
	} cases[] = {
	    {{"PLAIN", "LOGIN", NULL}, {NULL, true, false}, "PLAIN"},
	    {{"login", NULL}, {"auto", true, false}, "LOGIN"},
	    {{"PLAIN", "LOGIN", NULL}, {"auto", false, false}, NULL},
	    {{"PLAIN", "scram-sha-1", NULL}, {"password", true, false}, "SCRAM-SHA-1"},
	    {{"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256", NULL}, {NULL, false, false}, "SCRAM-SHA-256"},
	    {{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", NULL}, {NULL, false, false}, "SCRAM-SHA-256"},
	    {{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", NULL}, {NULL, false, true}, "SCRAM-SHA-256-PLUS"},
	    {{"SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", NULL}, {"scram-sha-256", true, true}, "SCRAM-SHA-256"},
	    {{"SCRAM-SHA-256", NULL}, {"scram-sha-256-plus", true, true}, NULL},
	    {{"GSSAPI", NULL}, {NULL, true, false}, NULL},
	    {{"CRAM-MD5", "EXTERNAL", NULL}, {NULL, true, true}, NULL},
	    {{"CRAM-MD5", "EXTERNAL", NULL}, {"cram-md5", true, true}, "CRAM-MD5"},
	    {{"CRAM-MD5", "EXTERNAL", NULL}, {"external", true, true}, "EXTERNAL"},
	    {{"XOAUTH2", "OAUTHBEARER", "PLAIN", NULL}, {NULL, true, true}, "PLAIN"},
	    {{"XOAUTH2", "OAUTHBEARER", "PLAIN", NULL}, {"oauth2", true, true}, "OAUTHBEARER"},
	    {{"XOAUTH2", "PLAIN", NULL}, {"oauth2", true, true}, "XOAUTH2"},
	    {{"XOAUTH2", "PLAIN", NULL}, {"oauth2", false, false}, NULL},
	    {{"PLAIN", NULL}, {"oauth2", true, true}, NULL},
	    {{NULL}, {NULL, true, false}, NULL},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpstr(sasl_choose(cases[i].offered, &cases[i].policy), ==,
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

/* A SCRAM that is bound says so first (RFC 5802 6), and puts the channel's bytes into c=. */
static void
test_scram_binding(void)
{
	struct secret *secret = secret_new("pencil", 6);
	struct sasl_opts opts = {.mechanism = "SCRAM-SHA-256-PLUS",
	    .user = "user",
	    .secret = secret,
	    .binding = "tls-exporter",
	    .binding_data = (const unsigned char *)"\0\1bytes",
	    .binding_len = 7};
	struct sasl *s = sasl_new(&opts, NULL);
	char *expected = g_base64_encode((const guchar *)"p=tls-exporter,,\0\1bytes", 23);
	char *final, *plain, *head;
	gsize len;

	sasl_set_nonce(s, "abc");
	assert_base64(sasl_initial(s), "p=tls-exporter,,n=user,r=abc");
	final = step(s, "r=abcd,s=QSXCR+Q6sek8bf92,i=4096", NULL);
	plain = (char *)g_base64_decode(final, &len);
	head = g_strdup_printf("c=%s,r=abcd,p=", expected);
	g_assert_cmpint(strncmp(plain, head, strlen(head)), ==, 0);
	g_free(head);
	g_free(plain);
	sasl_wipe(final);
	sasl_free(s);
	/* the server does not offer it: "y", which it would know for a lie if it does */
	opts.mechanism = "SCRAM-SHA-256";
	s = sasl_new(&opts, NULL);
	sasl_set_nonce(s, "abc");
	assert_base64(sasl_initial(s), "y,,n=user,r=abc");
	sasl_free(s);
	opts.is_plus_refused = true;
	s = sasl_new(&opts, NULL);
	sasl_set_nonce(s, "abc");
	assert_base64(sasl_initial(s), "n,,n=user,r=abc");
	sasl_free(s);
	g_free(expected);
	secret_free(secret);
}

static void
test_binding_refused(void)
{
	struct secret *secret = secret_new("pencil", 6);
	struct sasl_opts opts = {.mechanism = "SCRAM-SHA-1-PLUS",
	    .user = "user",
	    .secret = secret,
	    .binding = "tls-exporter",
	    .binding_data = (const unsigned char *)"x",
	    .binding_len = 1};
	struct sasl *s = sasl_new(&opts, NULL);
	GError *error = NULL;

	sasl_wipe(sasl_initial(s));
	g_assert_null(step(s, "e=unsupported-channel-binding-type", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_AUTH);
	g_assert_true(sasl_is_binding_refused(s));
	g_clear_error(&error);
	sasl_free(s);
	secret_free(secret);
}

/* RFC 2195 section 2 */
static void
test_cram(void)
{
	struct sasl *s = begin("CRAM-MD5", "tim", "tanstaaftanstaaf");

	g_assert_null(sasl_initial(s));
	assert_base64(step(s, "<1896.697170952@postoffice.reston.mci.net>", NULL),
	    "tim b913a602c7eda7a495b4e6e7334d3890");
	g_assert_null(step(s, "again", NULL));
	sasl_free(s);
}

/* RFC 7628 4.1 and 4.3, and the older XOAUTH2 */
static void
test_tokens(void)
{
	struct secret *secret = secret_new("vF9dft4qmTc2Nvb3", 16);
	struct sasl_opts opts = {.mechanism = "OAUTHBEARER",
	    .user = "user@example.com",
	    .secret = secret,
	    .host = "server.example.com",
	    .port = 143};
	struct sasl *s = sasl_new(&opts, NULL);

	assert_base64(sasl_initial(s),
	    "n,a=user@example.com,\1host=server.example.com\1port=143\1"
	    "auth=Bearer vF9dft4qmTc2Nvb3\1\1");
	g_assert_null(sasl_complaint(s));
	assert_base64(step(s,
			  "{\"status\":\"invalid_token\",\"scope\":\"example_scope\"}",
			  NULL),
	    "\1");
	g_assert_cmpstr(sasl_complaint(s), ==, "invalid_token");
	g_assert_null(step(s, "{}", NULL));
	sasl_free(s);
	opts.mechanism = "XOAUTH2";
	s = sasl_new(&opts, NULL);
	assert_base64(sasl_initial(s), "user=user@example.com\1auth=Bearer vF9dft4qmTc2Nvb3\1\1");
	assert_base64(step(s, "no JSON \033[31m", NULL), "");
	g_assert_null(strchr(sasl_complaint(s), '\033'));
	sasl_free(s);
	secret_free(secret);
}

static void
test_external(void)
{
	struct sasl_opts opts = {.mechanism = "EXTERNAL", .user = "alice"};
	struct sasl *s = sasl_new(&opts, NULL);

	assert_base64(sasl_initial(s), "");
	g_assert_true(sasl_finish(s, NULL));
	sasl_free(s);
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
	g_test_add_func("/sasl/scram-binding", test_scram_binding);
	g_test_add_func("/sasl/binding-refused", test_binding_refused);
	g_test_add_func("/sasl/cram-md5", test_cram);
	g_test_add_func("/sasl/tokens", test_tokens);
	g_test_add_func("/sasl/external", test_external);
	return g_test_run();
}
