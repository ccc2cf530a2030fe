/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OAuth: the examples of RFC 7636, answers of token and device endpoints, redirects. */
#include "net/oauth.h"

#include "base/error.h"

#include <string.h>

#define NOW 1000000

static void
test_pkce(void)
{
	char *challenge = oauth_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"); /* RFC 7636 B */
	char *a = oauth_random(), *b = oauth_random();

	g_assert_cmpstr(challenge, ==, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
	g_assert_cmpuint(strlen(a), ==, 43);
	g_assert_cmpstr(a, !=, b);
	g_assert_null(strpbrk(a, "+/="));
	g_free(challenge);
	g_free(a);
	g_free(b);
}

static void
test_form(void)
{
	const char *const pairs[] = {"a", "x y&z=\xc3\xa4", "left-out", NULL, "c", "", NULL};
	char *form = oauth_form(pairs);

	g_assert_cmpstr(form, ==, "a=x%20y%26z%3D%C3%A4&c=");
	g_free(form);
}

static void
test_authorize(void)
{
	struct oauth_client c = {.id = "me",
	    .service = {.authorize = "https://a.example/auth", .scope = "mail x", .more = "prompt=consent"}};
	char *url = oauth_authorize_url(&c, "http://127.0.0.1:7/", "st", "ch", "ann@example.org");

	g_assert_cmpstr(url, ==,
	    "https://a.example/auth?response_type=code&client_id=me&redirect_uri=http%3A%2F%2F127.0.0.1%3A7%2F&"
	    "scope=mail%20x&state=st&code_challenge=ch&code_challenge_method=S256&login_hint=ann%40example.org&"
	    "prompt=consent");
	g_free(url);
}

static void
test_token(void)
{
	static const struct {
		const char *json, *access, *refresh, *code;
		gint64 expires;
	} cases[] = {
	    {"{\"access_token\":\"a.b\",\"refresh_token\":\"r\",\"expires_in\":3600}", "a.b", "r", NULL, NOW + 3600},
	    {"{\"access_token\":\"a\",\"expires_in\":\"60\"}", "a", NULL, NULL, NOW + 60},
	    {"{\"access_token\":\"a\",\"expires_in\":-5}", "a", NULL, NULL, 0},
	    {"{\"access_token\":\"a\",\"expires_in\":1e300}", "a", NULL, NULL, NOW + 90 * 86400},
	    {"{\"error\":\"invalid_grant\",\"error_description\":\"gone \\u001b[31m\"}", NULL, NULL, "invalid_grant", 0},
	    {"{\"access_token\":\"a b\"}", NULL, NULL, NULL, 0},
	    {"{\"access_token\":\"a\\r\\nb\"}", NULL, NULL, NULL, 0},
	    {"{\"access_token\":\"\"}", NULL, NULL, NULL, 0},
	    {"{\"access_token\":7}", NULL, NULL, NULL, 0},
	    {"[]", NULL, NULL, NULL, 0},
	    {"<html>", NULL, NULL, NULL, 0},
	    {"", NULL, NULL, NULL, 0},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct oauth_token t;
		char *code = NULL;
		GError *error = NULL;
		bool is_good = oauth_read_token(
		    cases[i].json, strlen(cases[i].json), NOW, &t, &code, &error);

		g_assert_true(is_good == (cases[i].access != NULL));
		g_assert_true(is_good == (error == NULL));
		if (is_good)
			g_assert_cmpstr(secret_bytes(t.access), ==, cases[i].access);
		else
			g_assert_null(strchr(error->message, '\033'));
		g_assert_cmpstr(t.refresh != NULL ? secret_bytes(t.refresh) : NULL, ==, cases[i].refresh);
		g_assert_cmpint(t.expires, ==, cases[i].expires);
		g_assert_cmpstr(code, ==, cases[i].code);
		oauth_token_clear(&t);
		g_clear_error(&error);
		g_free(code);
	}
}

/* RFC 8628 3.2, and what Google calls it */
static void
test_device(void)
{
	static const char good[] = "{\"device_code\":\"d\",\"user_code\":\"WDJB-MJHT\",\"verification_uri\":"
				   "\"https://example.com/device\",\"expires_in\":1800,\"interval\":7}";
	static const char google[] = "{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_url\":"
				     "\"https://g.example/device\",\"interval\":999999}";
	static const char *const bad[] = {"{}", "[]",
	    "{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"http://clear.example\"}",
	    "{\"device_code\":\"d\",\"user_code\":\"u\",\"verification_uri\":\"javascript:1\"}"};
	struct oauth_device d;

	g_assert_true(oauth_read_device(good, strlen(good), NOW, &d, NULL));
	g_assert_cmpstr(d.user_code, ==, "WDJB-MJHT");
	g_assert_cmpuint(d.interval, ==, 7);
	g_assert_cmpint(d.expires, ==, NOW + 1800);
	oauth_device_clear(&d);
	g_assert_true(oauth_read_device(google, strlen(google), NOW, &d, NULL));
	g_assert_cmpuint(d.interval, ==, 60);
	oauth_device_clear(&d);
	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		GError *error = NULL;

		g_assert_false(oauth_read_device(bad[i], strlen(bad[i]), NOW, &d, &error));
		g_assert_nonnull(error);
		g_error_free(error);
	}
}

static void
test_redirect(void)
{
	static const struct {
		const char *line, *code;
		bool is_refused;
	} cases[] = {
	    {"GET /?code=abc&state=s HTTP/1.1", "abc", false},
	    {"GET /?state=s&code=a%20b%2Bc HTTP/1.1", "a b+c", false},
	    {"GET /?code=abc&state=other HTTP/1.1", NULL, false},
	    {"GET /?code=abc HTTP/1.1", NULL, false},
	    {"GET /favicon.ico HTTP/1.1", NULL, false},
	    {"POST /?code=abc&state=s HTTP/1.1", NULL, false},
	    {"GET /?error=access_denied&state=s HTTP/1.1", NULL, true},
	    {"GET /?state=s HTTP/1.1", NULL, true},
	    {"GET /?%%%&&&==&state=%zz HTTP/1.1", NULL, false},
	    {"", NULL, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		char *code = oauth_read_redirect(cases[i].line, "s", &error);

		g_assert_cmpstr(code, ==, cases[i].code);
		g_assert_true((error != NULL) == cases[i].is_refused);
		g_clear_error(&error);
		g_free(code);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/oauth/pkce", test_pkce);
	g_test_add_func("/oauth/form", test_form);
	g_test_add_func("/oauth/authorize", test_authorize);
	g_test_add_func("/oauth/token", test_token);
	g_test_add_func("/oauth/device", test_device);
	g_test_add_func("/oauth/redirect", test_redirect);
	return g_test_run();
}
