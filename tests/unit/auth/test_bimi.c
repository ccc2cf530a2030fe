/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Assertion records, where they are looked for, and the policies that they need. */
#include "auth/bimi.h"

#include "auth_test.h"
#include "base/error.h"

static void
test_record(void)
{
	/* problem: NULL for a good record, "" for what is none */
	static const struct {
		const char *text, *location, *authority, *problem;
	} cases[] = {
	    {"v=BIMI1; l=https://a.example/l.svg; a=https://a.example/m.pem", "https://a.example/l.svg",
		"https://a.example/m.pem", NULL},
	    {"v = BIMI1 ;l=https://a.example/l.svg;", "https://a.example/l.svg", NULL, NULL},
	    {"v=BIMI1; l=; a=;", NULL, NULL, NULL},
	    {"v=BIMI1; l=; a=https://a.example/m.pem; x=unknown", NULL, "https://a.example/m.pem", NULL},
	    {"v=BIMI1; l=HTTPS://a.example/; avp=brand", "HTTPS://a.example/", NULL, NULL},
	    {"v=BIMI1", NULL, NULL, "l= is missing"},
	    {"v=BIMI1; a=https://a.example/m.pem", NULL, NULL, "l= is missing"},
	    {"v=BIMI1; l=http://a.example/l.svg", NULL, NULL, "l= is not"},
	    {"v=BIMI1; l=https://", NULL, NULL, "l= is not"},
	    {"v=BIMI1; l=https://a b/", NULL, NULL, "l= holds"},
	    {"v=BIMI1; l=; a=file:///etc/passwd", NULL, NULL, "a= is not"},
	    {"v=BIMI1; l=; avp=other", NULL, NULL, "avp="},
	    {"v=BIMI1; l=; l=", NULL, NULL, "twice"},
	    {"v=bimi1; l=", NULL, NULL, ""},
	    {"v=BIMI12; l=", NULL, NULL, ""},
	    {"l=; v=BIMI1", NULL, NULL, ""},
	    {"", NULL, NULL, ""},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GError *error = NULL;
		struct bimi_record *record = bimi_record_new(cases[i].text, &error);
		g_test_message("%s: %s", cases[i].text, error == NULL ? "" : error->message);
		g_assert_true((record != NULL) == (cases[i].problem == NULL));
		if (record != NULL) {
			g_assert_cmpstr(record->location, ==, cases[i].location);
			g_assert_cmpstr(record->authority, ==, cases[i].authority);
			g_assert_true(record->is_declined ==
				      (cases[i].location == NULL && cases[i].authority == NULL));
		} else if (cases[i].problem[0] == '\0') {
			g_assert_no_error(error);
		} else {
			g_assert_error(error, PF_ERROR, PF_ERROR_DATA);
		}
		g_clear_error(&error);
		bimi_record_free(record);
	}
}

static const char zone[] =
    "{'_dmarc.a.test': {'TXT': 'v=DMARC1; p=reject'},"
    " 'default._bimi.a.test': {'TXT': 'v=BIMI1; l=https://a.test/default'},"
    " 'news._bimi.a.test': {'TXT': 'v=BIMI1; l=https://a.test/news; lps='},"
    " 'ann-b._bimi.a.test': {'TXT': 'v=BIMI1; l=https://a.test/ann'},"
    " '_dmarc.sub.a.test': {'TXT': 'v=DMARC1; p=none'},"
    " '_dmarc.quarantine.test': {'TXT': 'v=DMARC1; p=quarantine'},"
    " 'default._bimi.quarantine.test': {'TXT': 'v=BIMI1; l=https://q.test/'},"
    " '_dmarc.partial.test': {'TXT': 'v=DMARC1; p=quarantine; pct=50'},"
    " 'default._bimi.partial.test': {'TXT': 'v=BIMI1; l=https://q.test/'},"
    " '_dmarc.testing.test': {'TXT': 'v=DMARC1; p=quarantine; t=y'},"
    " 'default._bimi.testing.test': {'TXT': 'v=BIMI1; l=https://q.test/'},"
    " '_dmarc.none.test': {'TXT': 'v=DMARC1; p=none'},"
    " 'default._bimi.none.test': {'TXT': 'v=BIMI1; l=https://q.test/'},"
    " '_dmarc.subnone.test': {'TXT': 'v=DMARC1; p=reject; sp=none'},"
    " 'default._bimi.subnone.test': {'TXT': 'v=BIMI1; l=https://q.test/'},"
    " 'default._bimi.nodmarc.test': {'TXT': 'v=BIMI1; l=https://q.test/'},"
    " '_dmarc.two.test': {'TXT': 'v=DMARC1; p=reject'},"
    " 'default._bimi.two.test': {'TXT': ['v=BIMI1; l=https://q.test/', 'v=BIMI1; l=https://r.test/']},"
    " '_dmarc.other.test': {'TXT': 'v=DMARC1; p=reject'},"
    " 'default._bimi.other.test': {'TXT': ['spf', 'v=BIMI1; l=https://q.test/']},"
    " '_dmarc.no.test': {'TXT': 'v=DMARC1; p=reject'},"
    " 'default._bimi.no.test': {'TXT': 'v=BIMI1; l=; a='},"
    " '_dmarc.bad.test': {'TXT': 'v=DMARC1; p=reject'},"
    " 'default._bimi.bad.test': {'TXT': 'v=BIMI1; a=x'},"
    " 'default._bimi.slow.test': 'TIMEOUT'}";

static void
test_domains(void)
{
	static const struct {
		const char *domain, *selector, *local_part;
		enum bimi_result result;
		const char *location;
	} cases[] = {
	    {"a.test", NULL, NULL, BIMI_PASS, "https://a.test/default"},
	    {"a.test", "news", NULL, BIMI_PASS, "https://a.test/news"},
	    {"a.test", "news", "Ann.B+x", BIMI_PASS, "https://a.test/ann"},
	    {"a.test", "news", "bob", BIMI_PASS, "https://a.test/news"},
	    {"a.test", NULL, "ann.b", BIMI_PASS, "https://a.test/default"},
	    {"a.test", "absent", NULL, BIMI_NONE, NULL},
	    {"sub.a.test", NULL, NULL, BIMI_SKIPPED, "https://a.test/default"},
	    {"deep.other.test", NULL, NULL, BIMI_PASS, "https://q.test/"},
	    {"quarantine.test", NULL, NULL, BIMI_PASS, "https://q.test/"},
	    {"partial.test", NULL, NULL, BIMI_SKIPPED, "https://q.test/"},
	    {"testing.test", NULL, NULL, BIMI_SKIPPED, "https://q.test/"},
	    {"none.test", NULL, NULL, BIMI_SKIPPED, "https://q.test/"},
	    {"subnone.test", NULL, NULL, BIMI_SKIPPED, "https://q.test/"},
	    {"nodmarc.test", NULL, NULL, BIMI_SKIPPED, "https://q.test/"},
	    {"two.test", NULL, NULL, BIMI_NONE, NULL},
	    {"other.test", NULL, NULL, BIMI_PASS, "https://q.test/"},
	    {"no.test", NULL, NULL, BIMI_DECLINED, NULL},
	    {"bad.test", NULL, NULL, BIMI_FAIL, NULL},
	    {"slow.test", NULL, NULL, BIMI_TEMPERROR, NULL},
	    {"nowhere.test", NULL, NULL, BIMI_NONE, NULL},
	};
	struct dns *dns = test_zone(zone);

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct dns_session *session = dns_session_new(dns);
		struct bimi *bimi =
		    bimi_of_domain(cases[i].domain, cases[i].selector, cases[i].local_part, session);
		g_test_message("%s %s: %s", cases[i].domain, bimi_result_name(bimi->result), bimi->reason);
		g_assert_cmpstr(bimi_result_name(bimi->result), ==, bimi_result_name(cases[i].result));
		g_assert_cmpstr(bimi->place.record == NULL ? NULL : bimi->place.record->location, ==,
		    cases[i].location);
		g_assert_true((bimi->reason[0] == '\0') == (bimi->result == BIMI_PASS));
		bimi_free(bimi);
		dns_session_free(session);
	}
	dns_free(dns);
}

static void
test_selectors(void)
{
	g_assert_true(bimi_is_selector("default"));
	g_assert_true(bimi_is_selector("a.b_c-1"));
	g_assert_false(bimi_is_selector(""));
	g_assert_false(bimi_is_selector("."));
	g_assert_false(bimi_is_selector("a..b"));
	g_assert_false(bimi_is_selector("a b"));
	g_assert_false(bimi_is_selector("\xc3\xa4"));
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/bimi/record", test_record);
	g_test_add_func("/bimi/domains", test_domains);
	g_test_add_func("/bimi/selectors", test_selectors);
	return g_test_run();
}
