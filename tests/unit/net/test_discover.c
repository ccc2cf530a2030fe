/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Discovery: autoconfig files, SRV records from a zone, the list of providers, guesses, and URLs. */
#include "net/autoconfig.h"

#include "base/error.h"
#include "lookup/dns_zone.h"

#include <stdlib.h>
#include <string.h>

static const char good[] =
    "<?xml version=\"1.0\"?>\n<!-- a comment -->\n<clientConfig version=\"1.1\"><emailProvider id=\"x\">"
    "<displayName>A &amp; B</displayName>"
    "<incomingServer type=\"imap\"><hostname>plain.example</hostname><port>143</port>"
    "<socketType>plain</socketType></incomingServer>"
    "<incomingServer type=\"imap\"><hostname>imap.%EMAILDOMAIN%</hostname><port>993</port>"
    "<socketType>SSL</socketType><username>%EMAILLOCALPART%</username>"
    "<authentication>OAuth2</authentication></incomingServer>"
    "<incomingServer type=\"exchange\"><hostname>x</hostname></incomingServer>"
    "<outgoingServer type=\"smtp\"><hostname> smtp.example \n</hostname><port>587</port>"
    "<socketType>STARTTLS</socketType><username>%EMAILADDRESS%</username>"
    "<authentication>OAuth2</authentication><authentication>password-cleartext</authentication>"
    "</outgoingServer></emailProvider></clientConfig>";

static void
test_autoconfig(void)
{
	GError *error = NULL;
	GPtrArray *servers = autoconfig_parse(good, strlen(good), "ann@example.org", &error);
	const struct discovered *d;

	g_assert_no_error(error);
	g_assert_cmpuint(servers->len, ==, 2);
	d = g_ptr_array_index(servers, 0);
	g_assert_cmpint(d->kind, ==, DISCOVER_IMAP);
	g_assert_cmpstr(d->host, ==, "imap.example.org");
	g_assert_cmpstr(d->user, ==, "ann");
	g_assert_true(d->is_token && !d->has_starttls);
	d = g_ptr_array_index(servers, 1);
	g_assert_cmpstr(d->host, ==, "smtp.example");
	g_assert_cmpuint(d->port, ==, 587);
	g_assert_true(d->has_starttls && !d->is_token);
	g_ptr_array_unref(servers);
}

static void
test_autoconfig_broken(void)
{
	static const char *const bad[] = {"", "<", "<clientConfig/>", "not XML at all",
	    "<clientConfig><incomingServer type=\"imap\"><hostname>a</hostname>",
	    "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><clientConfig>&e;</clientConfig>",
	    "<clientConfig><incomingServer type=\"imap\"><hostname>a</hostname><port>0</port>"
	    "<socketType>SSL</socketType></incomingServer></clientConfig>"};
	GString *deep = g_string_new(NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(bad); i++) {
		GError *error = NULL;

		g_assert_null(autoconfig_parse(bad[i], strlen(bad[i]), "a@b", &error));
		g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
		g_clear_error(&error);
	}
	for (int i = 0; i < 1000; i++)
		g_string_append(deep, "<a>");
	g_assert_null(autoconfig_parse(deep->str, deep->len, "a@b", NULL));
	g_string_free(deep, TRUE);
}

static char *
urls_at(const char *zone, const char *address, const struct providers *providers, const char *server)
{
	static const char *const none[] = {NULL};
	struct dns *dns = dns_zone_new(json_loads(zone, 0, NULL));
	struct discover_opts opts = {
	    .address = address, .server = server, .providers = providers, .dns = dns_session_new(dns), .autoconfig = none};
	struct discovery *found = discover(&opts, NULL);
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < found->servers->len; i++) {
		const struct discovered *d = g_ptr_array_index(found->servers, i);
		char *url = discovered_url(d, address);

		g_string_append_printf(out, "%s%s%s", i > 0 ? " " : "", url, d->is_doubtful ? "?" : "");
		g_free(url);
	}
	discovery_free(found);
	dns_session_free(opts.dns);
	dns_free(dns);
	return g_string_free(out, FALSE);
}

static char *
urls(const char *zone, const char *address, const struct providers *providers)
{
	return urls_at(zone, address, providers, NULL);
}

static void
assert_urls(const char *zone, const char *address, const struct providers *providers, const char *expected)
{
	char *text = urls(zone, address, providers);

	g_assert_cmpstr(text, ==, expected);
	g_free(text);
}

static void
test_srv(void)
{
	assert_urls("{\"_imaps._tcp.example.org\": {\"SRV\": [{\"target\": \"b.example.org\", \"port\": 993, "
		    "\"priority\": 9, \"weight\": 0}, {\"target\": \"a.example.org\", \"port\": 1993, "
		    "\"priority\": 1, \"weight\": 0}]}, \"_imap._tcp.example.org\": {\"SRV\": [{\"target\": \".\", "
		    "\"port\": 0, \"priority\": 0, \"weight\": 0}]}, \"_submission._tcp.example.org\": {\"SRV\": "
		    "[{\"target\": \"smtp.other.example\", \"port\": 587, \"priority\": 0, \"weight\": 0}]}}",
	    "ann@example.org", NULL,
	    "imaps://a.example.org:1993 imaps://b.example.org submission://smtp.other.example?");
}

static void
test_guess(void)
{
	char *text = urls("{}", "ann@ex\xc3\xa4mple.org", NULL);

	g_assert_true(g_str_has_prefix(text, "imaps://imap.xn--exmple-cua.org imap://imap.xn--"));
	g_assert_nonnull(strstr(text, "smtps://smtp.xn--exmple-cua.org submission://smtp."));
	g_free(text);
}

/* What a person types when nobody tells: a name, with a port or a scheme or without. */
static void
test_server(void)
{
	static const struct {
		const char *server, *urls;
	} rows[] = {
	    {"Mail.example.net", "imaps://mail.example.net imap://mail.example.net pop3s://mail.example.net "
				 "smtps://mail.example.net submission://mail.example.net"},
	    {"imap.example.net", "imaps://imap.example.net imap://imap.example.net pop3s://imap.example.net "
				 "smtps://smtp.example.net submission://smtp.example.net "
				 "smtps://imap.example.net submission://imap.example.net"},
	    {"h.example:1143", "imaps://h.example:1143 imap://h.example:1143 pop3s://h.example:1143 "
			       "smtps://h.example submission://h.example"},
	    {"pop3s://pop.example.net", "pop3s://pop.example.net smtps://smtp.example.net "
					"submission://smtp.example.net smtps://pop.example.net submission://pop.example.net"},
	};
	struct discover_opts bad = {.address = "ann@example.org", .server = "smtp://example.org"};
	GError *error = NULL;

	for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
		char *text = urls_at("{\"_imaps._tcp.example.org\": {\"SRV\": [{\"target\": \"b.example.org\", "
				     "\"port\": 993, \"priority\": 9, \"weight\": 0}]}}",
		    "ann@example.org", NULL, rows[i].server);
		g_assert_cmpstr(text, ==, rows[i].urls);
		g_free(text);
	}
	g_assert_null(discover(&bad, &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_CONFIG);
	g_clear_error(&error);
}

/* The file that is installed: every server in it is one that the rc would take. */
static void
test_providers(void)
{
	char *path = g_build_filename(getenv("PENFOLD_SOURCE") != NULL ? getenv("PENFOLD_SOURCE") : ".",
	    "contrib", "data", "providers.json", NULL);
	GError *error = NULL;
	struct providers *p = providers_load(path, &error);
	struct provider one;
	struct oauth_service service;

	g_assert_no_error(error);
	assert_urls("{}", "ann@gmail.com", p, "imaps://imap.gmail.com pop3s://pop.gmail.com smtps://smtp.gmail.com");
	assert_urls("{}", "ann@free.fr", p, "imaps://ann@imap.free.fr pop3s://ann@pop.free.fr smtps://ann@smtp.free.fr");
	assert_urls("{\"example.org\": {\"MX\": [{\"exchange\": \"ASPMX.L.Google.com\", \"priority\": 1}]}}",
	    "ann@example.org", p, "imaps://imap.gmail.com pop3s://pop.gmail.com smtps://smtp.gmail.com");
	g_assert_true(providers_of_host(p, "outlook.office365.com", &one));
	g_assert_cmpstr(one.oauth, ==, "microsoft");
	g_assert_true(providers_oauth(p, "microsoft", &service));
	g_assert_true(g_str_has_prefix(service.device, "https://"));
	g_assert_false(providers_oauth(p, "nobody", &service));
	g_assert_false(providers_of_domain(p, "example.org", &one));
	g_assert_false(providers_of_mx(p, "notgoogle.com", &one));
	providers_free(p);
	g_free(path);
}

static void
test_urls(void)
{
	struct discovered d = {.kind = DISCOVER_SMTP, .host = (char *)(guintptr)"h", .port = 465, .user = (char *)(guintptr)"ann@x.org"};
	char *url = discovered_url(&d, "ann@x.org");

	g_assert_cmpstr(url, ==, "smtps://h");
	g_free(url);
	d.has_starttls = true;
	d.user = (char *)(guintptr)"a b/c";
	url = discovered_url(&d, "ann@x.org");
	g_assert_cmpstr(url, ==, "submission://a%20b%2Fc@h:465");
	g_free(url);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/discover/autoconfig", test_autoconfig);
	g_test_add_func("/discover/autoconfig-broken", test_autoconfig_broken);
	g_test_add_func("/discover/srv", test_srv);
	g_test_add_func("/discover/guess", test_guess);
	g_test_add_func("/discover/server", test_server);
	g_test_add_func("/discover/providers", test_providers);
	g_test_add_func("/discover/urls", test_urls);
	return g_test_run();
}
