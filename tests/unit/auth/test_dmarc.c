/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth_test.h"

#include "auth/dmarc.h"

static void
test_records(void)
{
	static const struct {
		const char *text;
		bool is_record;
		enum dmarc_policy p, sp, np;
		bool is_bad;
	} cases[] = {
	    {"v=DMARC1; p=reject", true, DMARC_REJECT, DMARC_ABSENT, DMARC_ABSENT, false},
	    {"V = DMARC1 ;p=None;sp=QUARANTINE; np = reject ;", true, DMARC_NONE,
		DMARC_QUARANTINE, DMARC_REJECT, false},
	    {"v=DMARC1", true, DMARC_ABSENT, DMARC_ABSENT, DMARC_ABSENT, false},
	    {"v=DMARC1; p=bogus", true, DMARC_ABSENT, DMARC_ABSENT, DMARC_ABSENT, true},
	    {"v=DMARC1; junk; p=reject; x=y=z", true, DMARC_REJECT, DMARC_ABSENT,
		DMARC_ABSENT, false},
	    {"v=dmarc1; p=reject", false, 0, 0, 0, false},
	    {"v=DMARC10; p=reject", false, 0, 0, 0, false},
	    {"p=reject; v=DMARC1", false, 0, 0, 0, false},
	    {" v=DMARC1; p=reject", false, 0, 0, 0, false},
	    {"v=spf1 -all", false, 0, 0, 0, false},
	    {"", false, 0, 0, 0, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct dmarc_record *r = dmarc_record_new(cases[i].text, "x.example");
		g_assert_cmpint(r != NULL, ==, cases[i].is_record);
		if (r == NULL)
			continue;
		g_assert_cmpint(r->p, ==, cases[i].p);
		g_assert_cmpint(r->sp, ==, cases[i].sp);
		g_assert_cmpint(r->np, ==, cases[i].np);
		g_assert_cmpint(r->is_p_bad, ==, cases[i].is_bad);
		dmarc_record_free(r);
	}
}

#define R(name, tags) "'_dmarc." name "':{'TXT':['v=DMARC1; " tags "']}"

static void
test_lookup(void)
{
	static const struct {
		const char *zone, *author, *org, *found; /* found: NULL for no record */
		enum dmarc_policy policy;
		bool is_temporary;
	} cases[] = {
	    {"{}", "mail.example.org", "mail.example.org", NULL, DMARC_ABSENT, false},
	    {"{" R("example.org", "p=reject") "}", "example.org", "example.org",
		"example.org", DMARC_REJECT, false},
	    {"{" R("example.org", "p=reject") ", 'a.b.example.org':{}}",
		"a.b.example.org", "example.org", "example.org", DMARC_REJECT, false},
	    {"{" R("example.org", "p=reject; sp=none") ", 'a.example.org':{}}",
		"a.example.org", "example.org", "example.org", DMARC_NONE, false},
	    /* np for names that do not exist, sp for those that do */
	    {"{" R("example.org", "p=none; sp=quarantine; np=reject") "}",
		"no.example.org", "example.org", "example.org", DMARC_REJECT, false},
	    {"{" R("example.org",
		 "p=none; sp=quarantine; np=reject") ",'yes.example.org':{}}",
		"yes.example.org", "example.org", "example.org", DMARC_QUARANTINE, false},
	    /* psd=n stops here, psd=y one label below */
	    {"{" R("example.org", "p=reject") "," R(
		 "sub.example.org", "p=none; psd=n") "}",
		"a.sub.example.org", "sub.example.org", "sub.example.org", DMARC_NONE,
		false},
	    {"{" R("gov.example", "p=reject; psd=y") "}", "a.city.gov.example",
		"city.gov.example", "gov.example", DMARC_REJECT, false},
	    {"{" R("gov.example", "p=reject; psd=y") "," R(
		 "city.gov.example", "p=none") "}",
		"city.gov.example", "city.gov.example", "city.gov.example", DMARC_NONE,
		false},
	    /* the fewest labels, and the author's own record for the policy */
	    {"{" R("a.example.org", "p=none") "," R("example.org", "p=reject") "}",
		"a.example.org", "example.org", "a.example.org", DMARC_NONE, false},
	    /* two records are none */
	    {"{'_dmarc.example.org':{'TXT':['v=DMARC1; p=reject','v=DMARC1; p=none']}}",
		"example.org", "example.org", NULL, DMARC_ABSENT, false},
	    {"{'_dmarc.example.org':{'TXT':['unrelated',['v=DMARC1; ','p=reject']]}}",
		"example.org", "example.org", "example.org", DMARC_REJECT, false},
	    /* t=y is one step milder */
	    {"{" R("example.org", "p=reject; t=y") "}", "example.org", "example.org",
		"example.org", DMARC_QUARANTINE, false},
	    {"{" R("example.org", "p=quarantine; t=y") "}", "example.org", "example.org",
		"example.org", DMARC_NONE, false},
	    /* a policy that is not understood: none with reports, else nothing */
	    {"{" R("example.org", "p=block; rua=mailto:r@example.org") "}", "example.org",
		"example.org", "example.org", DMARC_NONE, false},
	    {"{" R("example.org", "p=block") "}", "example.org", "example.org", NULL,
		DMARC_ABSENT, false},
	    {"{" R("example.org", "rua=mailto:r@example.org") "}", "example.org",
		"example.org", "example.org", DMARC_NONE, false},
	    /* without a valid p= it is p=none and no more, whatever sp= says (section 4.10.1) */
	    {"{" R("example.org", "sp=reject; rua=mailto:r@example.org") ",'a.example.org':{}}", "a.example.org",
		"example.org", "example.org", DMARC_NONE, false},
	    {"{" R("example.org", "p=reject; sp=block; rua=mailto:r@example.org") "}", "example.org", "example.org",
		"example.org", DMARC_NONE, false},
	    /* psd= has three values, and others are its default */
	    {"{" R("example.org", "p=none; psd=yes") "," R("org", "p=none") "}", "example.org", "org", "example.org",
		DMARC_NONE, false},
	    /* failures: only where they matter */
	    {"{'_dmarc.example.org':'TIMEOUT'}", "example.org", "example.org", NULL,
		DMARC_ABSENT, true},
	    {"{" R("example.org", "p=reject") ",'_dmarc.org':'SERVFAIL'}", "example.org",
		"example.org", "example.org", DMARC_REJECT, false},
	    {"{'_dmarc.a.example.org':'TIMEOUT'," R("example.org", "p=reject") "}",
		"a.example.org", "example.org", "example.org", DMARC_REJECT, true},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct dns *dns = test_zone(cases[i].zone);
		struct dns_session *session = dns_session_new(dns);
		struct dmarc *d = dmarc_new(cases[i].author, session);
		g_assert_cmpstr(d->org, ==, cases[i].org);
		g_assert_cmpstr(
		    d->record == NULL ? NULL : d->record->domain, ==, cases[i].found);
		g_assert_cmpint(d->policy, ==, cases[i].policy);
		g_assert_cmpint(d->is_temporary, ==, cases[i].is_temporary);
		dmarc_free(d);
		dns_session_free(session);
		dns_free(dns);
	}
}

/* Names of more than seven labels: the whole one, then the last seven and down: eight
 * questions. */
static void
test_walk(void)
{
	static const struct {
		const char *name;
		guint n;
	} cases[] = {{"example.org", 2}, {"a.b.c.d.e.example.org", 7},
	    {"z.a.b.c.d.e.example.org", 8}, {"x.y.z.a.b.c.d.e.example.org", 8}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct dns *dns = test_zone("{}");
		struct dns_session *session = dns_session_new(dns);
		struct dmarc *d = dmarc_new(cases[i].name, session);
		const GPtrArray *log = dns_session_log(session);
		g_assert_cmpuint(log->len, ==, cases[i].n);
		g_assert_cmpuint(d->walk->len, ==, cases[i].n);
		g_assert_cmpstr(
		    g_ptr_array_index(log, log->len - 1), ==, "_dmarc.org TXT");
		if (i == 3)
			g_assert_cmpstr(g_ptr_array_index(log, 1), ==,
			    "_dmarc.a.b.c.d.e.example.org TXT");
		dmarc_free(d);
		dns_session_free(session);
		dns_free(dns);
	}
}

static void
test_alignment(void)
{
	static const struct {
		const char *zone, *author, *domain;
		enum dkim_alignment alignment;
		bool is_dkim_enough;
	} cases[] = {
	    {"{}", "example.org", "example.org", DKIM_ALIGNED_STRICT, true},
	    {"{}", "example.org", "mail.example.org", DKIM_ALIGNED_NO, false},
	    {"{" R("example.org", "p=none") "}", "example.org", "mail.example.org",
		DKIM_ALIGNED_RELAXED, true},
	    {"{" R("example.org", "p=none") "}", "a.example.org", "b.example.org",
		DKIM_ALIGNED_RELAXED, true},
	    {"{" R("example.org", "p=none") "}", "a.example.org", "example.org",
		DKIM_ALIGNED_RELAXED, true},
	    {"{" R("example.org", "p=none; adkim=s") "}", "example.org",
		"mail.example.org", DKIM_ALIGNED_RELAXED, false},
	    {"{" R("example.org", "p=none; adkim=s") "}", "example.org", "example.org",
		DKIM_ALIGNED_STRICT, true},
	    {"{" R("example.org", "p=none; aspf=s") "}", "example.org",
		"mail.example.org", DKIM_ALIGNED_RELAXED, true},
	    {"{" R("example.org", "p=none") "}", "example.org", "notexample.org",
		DKIM_ALIGNED_NO, false},
	    {"{" R("example.org", "p=none") "," R("own.example.org", "p=none; psd=n") "}",
		"example.org", "own.example.org", DKIM_ALIGNED_NO, false},
	    {"{'_dmarc.example.org':'TIMEOUT'}", "a.example.org", "b.example.org",
		DKIM_ALIGNED_UNKNOWN, false},
	    {"{'_dmarc.example.org':'TIMEOUT'}", "example.org", "example.org",
		DKIM_ALIGNED_STRICT, true},
	    {"{'_dmarc.example.org':'TIMEOUT'}", "example.org", "other.example",
		DKIM_ALIGNED_NO, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct dns *dns = test_zone(cases[i].zone);
		struct dns_session *session = dns_session_new(dns);
		struct dmarc *d = dmarc_new(cases[i].author, session);
		enum dkim_alignment got = dmarc_align(d, cases[i].domain, session);
		g_assert_cmpint(got, ==, cases[i].alignment);
		g_assert_cmpint(
		    dmarc_is_aligned(d, got, false), ==, cases[i].is_dkim_enough);
		dmarc_free(d);
		dns_session_free(session);
		dns_free(dns);
	}
}

/* RFC 9989 appendix B.1, identifiers by SPF and by DKIM alike, and B.3: both align, which avoids p=reject. */
static void
test_identifiers(void)
{
	static const struct {
		const char *author, *identifier;
		enum dkim_alignment alignment;
		bool is_enough;
	} cases[] = {
	    {"example.com", "example.com", DKIM_ALIGNED_STRICT, true},	     /* B.1.1, B.1.2, example 1 */
	    {"example.com", "child.example.com", DKIM_ALIGNED_RELAXED, true}, /* B.1.1, example 2 */
	    {"child.example.com", "example.com", DKIM_ALIGNED_RELAXED, true}, /* B.1.2, example 2 */
	    {"child.example.com", "example.net", DKIM_ALIGNED_NO, false},     /* both, example 3 */
	    {"example.com", "mail.example.com", DKIM_ALIGNED_RELAXED, true},  /* B.3.1 */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct dns *dns = test_zone("{" R("example.com",
		    "p=reject; aspf=r; rua=mailto:dmarc-feedback@example.com") "}");
		struct dns_session *session = dns_session_new(dns);
		struct dmarc *d = dmarc_new(cases[i].author, session);
		enum dkim_alignment got = dmarc_align(d, cases[i].identifier, session);
		g_assert_cmpstr(d->org, ==, "example.com");
		g_assert_cmpint(d->policy, ==, DMARC_REJECT);
		g_assert_cmpint(got, ==, cases[i].alignment);
		g_assert_cmpint(dmarc_is_aligned(d, got, false), ==, cases[i].is_enough);
		g_assert_cmpint(dmarc_is_aligned(d, got, true), ==, cases[i].is_enough);
		dmarc_free(d);
		dns_session_free(session);
		dns_free(dns);
	}
}

/* RFC 9989 appendix B.2: what domain owners publish, string by string as in their zone files. */
static void
test_published(void)
{
	static const struct {
		const char *zone, *author;
		enum dmarc_policy policy;
		bool has_rua, is_testing;
	} cases[] = {
	    {"{'_dmarc.example.com':{'TXT':[['v=DMARC1; p=none; ','rua=mailto:dmarc-feedback@example.com']]}}",
		"example.com", DMARC_NONE, true, false},
	    {"{'_dmarc.example.com':{'TXT':[['v=DMARC1; p=none; ','rua=mailto:dmarc-feedback@example.com; ',"
	     "'ruf=mailto:auth-reports@example.com']]}}",
		"example.com", DMARC_NONE, true, false},
	    {"{'_dmarc.example.com':{'TXT':[['v=DMARC1; p=none; ','rua=mailto:dmarc-feedback@example.com; ',"
	     "'ruf=mailto:auth-reports@thirdparty.example.net']]}}",
		"example.com", DMARC_NONE, true, false},
	    /* "suspicious", but only being tested: nothing is asked for yet */
	    {"{'_dmarc.test.example.com':{'TXT':[['v=DMARC1; p=quarantine; ','rua=mailto:dmarc-feedback@example.com,',"
	     "'mailto:tld-test@thirdparty.example.net; ','t=y']]}}",
		"test.example.com", DMARC_NONE, true, true},
	    {"{'_dmarc.test.example.com':{'TXT':[['v=DMARC1; p=reject; ','rua=mailto:dmarc-feedback@example.com,',"
	     "'mailto:tld-test@thirdparty.example.net']]}}",
		"test.example.com", DMARC_REJECT, true, false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct dns *dns = test_zone(cases[i].zone);
		struct dns_session *session = dns_session_new(dns);
		struct dmarc *d = dmarc_new(cases[i].author, session);
		g_assert_cmpstr(d->record->domain, ==, cases[i].author);
		g_assert_cmpint(d->policy, ==, cases[i].policy);
		g_assert_cmpint(d->record->has_rua, ==, cases[i].has_rua);
		g_assert_cmpint(d->record->is_testing, ==, cases[i].is_testing);
		dmarc_free(d);
		dns_session_free(session);
		dns_free(dns);
	}
}

/* The author's domain is the first name; eight names are asked for, in this order. */
static void
check_questions(const char *zone, const char *const names[8], const char *org)
{
	struct dns *dns = test_zone(zone);
	struct dns_session *session = dns_session_new(dns);
	struct dmarc *d = dmarc_new(names[0], session);
	const GPtrArray *log = dns_session_log(session);

	g_assert_cmpstr(d->org, ==, org);
	g_assert_cmpuint(log->len, ==, 8);
	for (guint i = 0; i < log->len; i++) {
		char *question = g_strdup_printf("_dmarc.%s TXT", names[i]);
		g_assert_cmpstr(g_ptr_array_index(log, i), ==, question);
		g_free(question);
	}
	dmarc_free(d);
	dns_session_free(session);
	dns_free(dns);
}

/* The examples within RFC 9989 sections 4.10 and 4.10.2, and of section 5.1 a zone cut that is too deep to be found. */
static void
test_walk_examples(void)
{
	static const struct {
		const char *zone, *author, *org;
	} cases[] = {
	    {"{" R("mail.example.com", "p=none") "," R("example.com", "p=none") "}", "a.mail.example.com", "example.com"},
	    {"{" R("mail.example.com", "p=none; psd=n") "}", "a.mail.example.com", "mail.example.com"},
	    {"{" R("com", "p=none; psd=y") "}", "a.mail.example.com", "example.com"},
	    {"{" R("example.com", "p=none; psd=y") "}", "mail.example.com", "mail.example.com"},
	};
	static const char *const eight[] = {"a.b.c.d.e.f.g.h.i.j.mail.example.com", "g.h.i.j.mail.example.com",
	    "h.i.j.mail.example.com", "i.j.mail.example.com", "j.mail.example.com", "mail.example.com", "example.com", "com"};
	static const char *const cut[] = {"mail.a.b.c.d.e.f.g.example.com", "c.d.e.f.g.example.com", "d.e.f.g.example.com",
	    "e.f.g.example.com", "f.g.example.com", "g.example.com", "example.com", "com"};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct dns *dns = test_zone(cases[i].zone);
		struct dns_session *session = dns_session_new(dns);
		struct dmarc *d = dmarc_new(cases[i].author, session);
		g_assert_cmpstr(d->org, ==, cases[i].org);
		dmarc_free(d);
		dns_session_free(session);
		dns_free(dns);
	}
	check_questions("{}", eight, "a.b.c.d.e.f.g.h.i.j.mail.example.com");
	check_questions("{" R("example.com", "p=none") "," R("b.c.d.e.f.g.example.com", "p=none; psd=n") "}", cut, "example.com");
}

/* RFC 9989 appendix B.4: a simple case, a deep name, a public suffix with a record of its own. */
static void
test_examples(void)
{
#define SIMPLE "{" R("example.com", "p=none") "," R("signing.example.com", "p=none") "}"
#define SUFFIX                                                                           \
	"{" R("bank.example", "p=reject; psd=y") "," R("giant.bank.example", "p=quarantine") "}"
	static const struct {
		const char *zone, *author, *domain, *org, *found;
		enum dkim_alignment alignment;
		guint n_walk;
	} cases[] = {
	    {SIMPLE, "example.com", "example.com", "example.com", "example.com",
		DKIM_ALIGNED_STRICT, 2},
	    {SIMPLE, "example.com", "signing.example.com", "example.com", "example.com",
		DKIM_ALIGNED_RELAXED, 2},
	    {SIMPLE, "a.b.c.d.e.f.g.h.i.j.k.example.com", "example.com", "example.com",
		"example.com", DKIM_ALIGNED_RELAXED, 8},
	    {SIMPLE, "a.b.c.d.e.f.g.h.i.j.k.example.com", "signing.example.com",
		"example.com", "example.com", DKIM_ALIGNED_RELAXED, 8},
	    {SUFFIX, "giant.bank.example", "mail.giant.bank.example", "giant.bank.example",
		"giant.bank.example", DKIM_ALIGNED_RELAXED, 2},
	    {SUFFIX, "giant.bank.example", "mail.mega.bank.example", "giant.bank.example",
		"giant.bank.example", DKIM_ALIGNED_NO, 2},
	    {SUFFIX, "small.bank.example", "bank.example", "small.bank.example",
		"bank.example", DKIM_ALIGNED_NO, 2},
	};
	/* the names that the deep example asks for, in its order */
	static const char *const deep[] = {"a.b.c.d.e.f.g.h.i.j.k.example.com", "g.h.i.j.k.example.com",
	    "h.i.j.k.example.com", "i.j.k.example.com", "j.k.example.com", "k.example.com", "example.com", "com"};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct dns *dns = test_zone(cases[i].zone);
		struct dns_session *session = dns_session_new(dns);
		struct dmarc *d = dmarc_new(cases[i].author, session);
		g_test_message("%s", cases[i].author);
		g_assert_cmpstr(d->org, ==, cases[i].org);
		g_assert_cmpstr(d->record->domain, ==, cases[i].found);
		g_assert_cmpuint(d->walk->len, ==, cases[i].n_walk);
		for (guint k = 0; cases[i].n_walk == G_N_ELEMENTS(deep) && k < G_N_ELEMENTS(deep); k++)
			{
			const char *step = g_ptr_array_index(d->walk, k);
			g_assert_true(g_str_has_prefix(step, "_dmarc.") && g_str_has_prefix(step + 7, deep[k]));
		}
		g_assert_cmpint(dmarc_align(d, cases[i].domain, session), ==,
		    cases[i].alignment);
		dmarc_free(d);
		dns_session_free(session);
		dns_free(dns);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/dmarc/records", test_records);
	g_test_add_func("/dmarc/lookup", test_lookup);
	g_test_add_func("/dmarc/walk", test_walk);
	g_test_add_func("/dmarc/alignment", test_alignment);
	g_test_add_func("/dmarc/rfc9989/identifiers", test_identifiers);
	g_test_add_func("/dmarc/rfc9989/published", test_published);
	g_test_add_func("/dmarc/rfc9989/walk", test_walk_examples);
	g_test_add_func("/dmarc/rfc9989/walks", test_examples);
	return g_test_run();
}
