/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The names of draft-koch-openpgp-webkey-service, section 3.1. */
#include "lookup/wkd.h"

static void
test_url(void)
{
	static const struct {
		const char *address;
		gboolean is_direct;
		const char *url;
	} cases[] = {
		{ "Joe.Doe@Example.ORG", FALSE,
		    "https://openpgpkey.example.org/.well-known/openpgpkey/example.org/hu/"
		    "iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe" },
		{ "Joe.Doe@Example.ORG", TRUE,
		    "https://example.org/.well-known/openpgpkey/hu/iy9q119eutrkn8s1mk4r39qejnbu3n5q?l=Joe.Doe" },
		{ "a@b/c", FALSE, NULL },
		{ "nobody", FALSE, NULL },
		{ "@example.org", FALSE, NULL },
	};
	for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *url = wkd_url(cases[i].address, cases[i].is_direct);
		g_assert_cmpstr(url, ==, cases[i].url);
		g_free(url);
	}
}

static void
test_server(void)
{
	char *url = wkd_server_url("keys.example.org", "a b@example.org");
	g_assert_cmpstr(url, ==, "https://keys.example.org/vks/v1/by-email/a%20b%40example.org");
	g_free(url);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/wkd/url", test_url);
	g_test_add_func("/wkd/server", test_server);
	return g_test_run();
}
