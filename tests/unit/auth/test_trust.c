/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "auth/trust.h"

#include <string.h>

static const char *const ids[] = {"mx.example.org", "*.cloud.example", "mail.test", NULL};
/* the same, where the first writes into every message */
static const char *const constant_ids[] = {"mx.example.org!", "*.cloud.example", "mail.test", NULL};

#define AR(id, rest) "Authentication-Results: " id "; " rest "\r\n"
#define BORDER                                                                           \
	"Received: from evil.example (evil.example [192.0.2.66]) by mx.example.org "     \
	"with ESMTP;"                                                                    \
	" Sat, 21 Nov 2026 20:00:00 +0000\r\n"
#define INSIDE                                                                           \
	"Received: from mx.example.org by mx.example.org with LMTP;"                     \
	" Sat, 21 Nov 2026 20:00:01 +0000\r\n"
#define FOREIGN                                                                          \
	"Received: from a.example (a.example [192.0.2.1]) by relay.example.net;"         \
	" Sat, 21 Nov 2026 19:00:00 +0000\r\n"

static void
test_ids(void)
{
	static const struct {
		const char *pattern, *id;
		bool is_match;
	} cases[] = {
	    {"mx.example.org", "mx.example.org", true},
	    {"mx.example.org", "MX.Example.ORG", true},
	    {"mx.example.org", "mx.example.org.evil.net", false},
	    {"example.org", "mx.example.org", false},
	    {"example.org", "notexample.org", false},
	    {"*.example.org", "mx.example.org", true},
	    {"*.example.org", "a.b.example.org", true},
	    {"*.example.org", "example.org", false},
	    {"*.example.org", "notexample.org", false},
	    {"*.example.org", "example.org.evil.net", false},
	    {"b\xc3\xbc"
	     "cher.example",
		"xn--bcher-kva.example", true},
	    {"my server", "My Server", true},
	    {"*.my server", "x.my server", false},
	    {"mx.example.org!", "mx.example.org", true},
	    {"mx.example.org!", "mx.example.org!", false},
	    {"*.example.org!", "mx.example.org", true},
	    {"my server!", "My Server", true},
	    {"my server!", "My Server 2", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
		g_assert_cmpint(trust_id_matches(cases[i].pattern, cases[i].id), ==,
		    cases[i].is_match);
}

/* For each field a letter for its place (Above, Border, beLow, Unknown) and t(rusted)
 * u(sed) c(ertain at the border) d(uplicate) f(orged) x(malformed). */
static char *
described(const struct trust *trust)
{
	GString *out = g_string_new(NULL);

	for (guint i = 0; i < trust->fields->len; i++) {
		const struct trust_field *f = g_ptr_array_index(trust->fields, i);
		g_string_append_printf(out, "%s%c%s%s%s%s%s%s", i > 0 ? " " : "",
		    "ABLU"[f->place], f -> is_trusted ? "t" : "", f->is_used ? "u" : "",
		    f->is_certain && f->place == TRUST_BORDER ? "c" : "",
		    f->is_duplicate ? "d" : "", f->is_forged ? "f" : "",
		    f->parsed == NULL ? "x" : "");
	}
	return g_string_free(out, FALSE);
}

static void
test_places(void)
{
	static const struct {
		const char *header, *out;
	} cases[] = {
	    /* where servers put it */
	    {AR("mx.example.org", "spf=pass") BORDER FOREIGN, "Atu"},
	    {INSIDE AR("mx.example.org", "spf=pass") BORDER FOREIGN, "Atu"},
	    {BORDER AR("mx.example.org", "spf=pass") FOREIGN, "Btu"},
	    {"Received: by 2001:db8::1 with SMTP id x; Sat, 21 Nov 2026 20:00:01 "
	     "+0000\r\n" BORDER AR("mx.example.org", "spf=pass") FOREIGN,
		"Btu"},
	    {AR("mx.example.org", "spf=pass"), "Ut"}, /* never transported: who wrote it? */
	    /* one server, several fields */
	    {AR("mx.example.org", "dkim=pass") AR("mx.example.org", "spf=pass") BORDER,
		"Atu Atu"},
	    {AR("bimi.cloud.example", "bimi=pass") AR("spf.cloud.example", "spf=pass")
		    BORDER,
		"Atu Atu"},
	    /* twice the same method: the upper one counts */
	    {AR("mx.example.org", "dkim=fail") AR("mx.example.org", "dkim=pass") BORDER,
		"Atu Atd"},
	    {AR("mx.example.org", "dkim=fail") AR("mx.example.org", "spf=pass; dkim=pass")
		    BORDER,
		"Atu Atd"},
	    {AR("mx.example.org", "none") AR("mx.example.org", "dkim=pass") BORDER,
		"Atu Atd"},
	    {AR("mx.example.org", "spf=fail") BORDER AR("mx.example.org", "dkim=pass"),
		"Atu Btd"},
	    {AR("mx.example.org", "spf=fail") BORDER AR("MX.Example.ORG", "spf=pass"),
		"Atu Btd"},
	    /* forged: further down than the server writes */
	    {BORDER FOREIGN AR("mx.example.org", "dkim=pass"), "Ltf"},
	    {AR("mx.example.org", "spf=fail")
		    BORDER FOREIGN AR("mx.example.org", "spf=pass"),
		"Atu Ltf"},
	    /* a forged Received below the border's own does not move the border */
	    {BORDER "Received: from mx.example.org by mx.example.org with LMTP; x\r\n" AR(
		 "mx.example.org", "dkim=pass"),
		"Ltf"},
	    /* nor does a client that calls itself by our name */
	    {"Received: from mx.example.org (evil.example [192.0.2.66]) by "
	     "mx.example.org; x\r\n"
	     "Received: from a by mx.example.org; x\r\n" AR(
		 "mx.example.org", "dkim=pass"),
		"Ltf"},
	    /* a name that does not lead back to its address */
	    {"Received: from x (mx.example.org [192.0.2.66] (may be forged)) by mx.example.org; x\r\n"
	     "Received: from a by mx.example.org; x\r\n" AR("mx.example.org", "dkim=pass"),
		"Ltf"},
	    {"Received: from x (mx2.example.org [192.0.2.1]) by mx.example.org; x\r\n"
	     "Received: from a (a [192.0.2.66]) by mx.example.org; x\r\n" AR("mx.example.org", "dkim=pass"),
		"Btu"},
	    /* nor an address within HELO */
	    {"Received: from [192.0.2.66] (helo=[127.0.0.1]) by mx.example.org; x\r\n" AR(
		 "mx.example.org", "dkim=pass") FOREIGN,
		"Btu"},
	    {"Received: from unknown (HELO [127.0.0.1]) (192.0.2.66) by mx.example.org; x\r\n"
	     "Received: from a by mx.example.org; x\r\n" AR("mx.example.org", "dkim=pass"),
		"Ltf"},
	    /* a server that notes no address of who calls itself one of ours: it may have been a stranger */
	    {"Received: from mx.example.org by mx.example.org with ESMTP; x\r\n" AR(
		 "mx.example.org", "spf=pass") BORDER,
		"Btu"},
	    {AR("mx.example.org", "spf=pass") "Received: from mx.example.org by mx.example.org; x\r\n" BORDER, "Atu"},
	    /* the border is not known: only what stands on top counts */
	    {AR("mx.example.org", "spf=pass") FOREIGN, "Atu"},
	    {FOREIGN AR("mx.example.org", "spf=pass"), "Ut"},
	    {FOREIGN AR("mx.example.org", "spf=pass") FOREIGN, "Ut"},
	    {FOREIGN FOREIGN AR("mx.example.org", "spf=pass"), "Ut"},
	    /* not ours, wherever */
	    {AR("relay.example.net", "dkim=pass") BORDER, "A"},
	    {AR("mx.example.org.evil.net", "dkim=pass") BORDER, "A"},
	    {AR("cloud.example", "dkim=pass") BORDER, "A"},
	    {BORDER FOREIGN AR("relay.example.net", "dkim=pass"), "L"},
	    {"Authentication-Results: spf=pass smtp.mailfrom=x\r\n" BORDER, "Ax"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *bytes =
		    g_strconcat(cases[i].header, "From: a@b.example\r\n\r\n", NULL);
		struct message *message = message_new(bytes, strlen(bytes));
		struct trust *trust = trust_new(message, ids);
		char *out = described(trust);
		g_assert_cmpstr(out, ==, cases[i].out);
		g_free(out);
		trust_free(trust);
		message_free(message);
		g_free(bytes);
	}
}

static void
test_finding(void)
{
	static const char bytes[] =
	    AR("mx.example.org", "dkim=pass header.d=x.example header.s=s1; "
				 "dkim=pass header.i=@sub.y.example")
		BORDER AR("mail.test", "spf=pass; dkim=pass header.d=z.example") "\r\n";
	struct message *message = message_new(bytes, strlen(bytes));
	struct trust *trust = trust_new(message, ids);

	g_assert_true(trust->has_border);
	g_assert_cmpint(trust->received, ==, 1795291200);
	g_assert_nonnull(trust_find(trust, "dkim", true));
	g_assert_cmpstr(trust_find_id(trust, "dkim", true), ==, "mx.example.org");
	g_assert_nonnull(trust_find(trust, "spf", false));
	g_assert_null(trust_find(trust, "spf", true));
	g_assert_null(trust_find(trust, "dmarc", false));
	g_assert_true(trust_says_dkim_pass(trust, "x.example", "s1"));
	g_assert_false(trust_says_dkim_pass(trust, "x.example", "s2"));
	g_assert_true(trust_says_dkim_pass(trust, "y.example", "any"));
	g_assert_false(
	    trust_says_dkim_pass(trust, "z.example", "s1")); /* not above the border */
	trust_free(trust);
	message_free(message);
}

static void
test_times(void)
{
	static const char *const nobody[] = {NULL};
	static const char bytes[] = INSIDE BORDER FOREIGN "\r\n";
	struct message *message = message_new(bytes, strlen(bytes));
	struct trust *known = trust_new(message, ids),
		     *unknown = trust_new(message, nobody);

	g_assert_cmpint(known->received, ==, 1795291200);
	g_assert_cmpint(known->newest, ==, 1795291201);
	g_assert_cmpint(unknown->received, ==, -1);
	g_assert_cmpint(unknown->newest, ==, 1795291201);
	g_assert_true(unknown->was_transported);
	trust_free(known);
	trust_free(unknown);
	message_free(message);
}

/* A server that writes into every message: its first field at the border is its own, what stands below that may be a
 * sender's, and where there is none something is wrong. */
static void
test_constant(void)
{
	static const struct {
		const char *header, *out;
		bool is_silent;
	} cases[] = {
	    {BORDER AR("mx.example.org", "spf=pass") FOREIGN, "Btuc", false},
	    {BORDER AR("mx.example.org", "spf=pass") AR("mx.example.org", "dkim=pass") FOREIGN, "Btuc Btu", false},
	    {BORDER AR("mx.example.org", "spf=fail") AR("mx.example.org", "spf=pass") FOREIGN, "Btuc Btd", false},
	    {AR("mx.example.org", "spf=fail") BORDER AR("mx.example.org", "dkim=pass") FOREIGN, "Atu Btd", false},
	    {BORDER AR("a.cloud.example", "spf=pass") FOREIGN, "Btu", false},
	    {BORDER AR("evil.example", "spf=pass") AR("mx.example.org", "spf=pass") FOREIGN, "B Btuc", false},
	    {BORDER FOREIGN AR("mx.example.org", "spf=pass"), "Ltf", true},
	    {BORDER FOREIGN, "", true},
	    {FOREIGN, "", false},
	    {"", "", false},
	    {AR("mx.example.org", "spf=pass"), "Ut", false},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *bytes = g_strconcat(cases[i].header, "From: a@b.example\r\n\r\n", NULL);
		struct message *message = message_new(bytes, strlen(bytes));
		struct trust *trust = trust_new(message, constant_ids);
		char *out = described(trust);
		g_assert_cmpstr(out, ==, cases[i].out);
		g_assert_cmpint(trust->is_silent, ==, cases[i].is_silent);
		g_assert_cmpint(trust_find(trust, "spf", true) != NULL, ==, strchr(out, 'c') != NULL || out[0] == 'A');
		g_free(out);
		trust_free(trust);
		message_free(message);
		g_free(bytes);
	}
}

#define EXAMPLE_HOP_BY(from, ip, by, with)                                               \
	"Received: from " from "\r\n          (" from " [" ip "])\r\n          by " by          \
	" (8.11.6/8.11.6)\r\n          with " with " id g1G0r1kA003489;\r\n"                \
	"          Fri, Feb 15 2002 17:19:07 -0800\r\n"
#define EXAMPLE_HOP(from, ip, by) EXAMPLE_HOP_BY(from, ip, by, "ESMTP")
#define DIALUP EXAMPLE_HOP("dialup-1-2-3-4.example.net", "192.0.2.200", "mail-router.example.com")
/* of B.4 and B.5, where the sender has logged in */
#define LOGGED_IN EXAMPLE_HOP_BY("dialup-1-2-3-4.example.net", "192.0.2.200", "mail-router.example.com", "ESMTPA")
#define TRIVIAL EXAMPLE_HOP("mail-router.example.com", "192.0.2.1", "server.example.org")

#define OUTLOOK_HOP(from, ip, by) "Received: from " from " (" ip ") by " by " (2603:10a6:10:2::2) with Microsoft SMTP Server id 1; x\r\n"
#define OUTLOOK_INNER                                                                                                  \
	OUTLOOK_HOP("AM0PR01.eurprd01.prod.outlook.com", "2603:10a6:208:1::1", "DB8PR01.eurprd01.prod.outlook.com")    \
	OUTLOOK_HOP("DU2PR04.eurprd04.prod.outlook.com", "2603:10a6:10:2::2", "AM0PR01.eurprd01.prod.outlook.com")     \
	OUTLOOK_HOP("DB5EUR01.eop-EUR01.prod.protection.outlook.com", "2603:10a6:10:3::3", "DU2PR04.outlook.office365.com")
#define OUTLOOK_BORDER "Received: from out.d.example (192.0.2.80) by DB5EUR01.mail.protection.outlook.com (10.152.0.1); x\r\n"

/* Outlook's servers have public addresses, note no name of each other, and write between two of their hops. */
static void
test_outlook(void)
{
	static const char *const outlook[] = {"outlook.com!", NULL};
	static const struct {
		const char *header, *out;
	} cases[] = {
	    {OUTLOOK_INNER "Authentication-Results: spf=pass smtp.mailfrom=d.example; dmarc=pass\r\n" OUTLOOK_BORDER FOREIGN, "Btuc"},
	    {OUTLOOK_INNER "Authentication-Results: spf=fail smtp.mailfrom=d.example; dmarc=fail\r\n" OUTLOOK_BORDER AR(
		 "outlook.com", "dmarc=pass"), "Btuc Btd"},
	    {OUTLOOK_INNER "Authentication-Results: spf=fail smtp.mailfrom=d.example\r\n" OUTLOOK_BORDER FOREIGN AR(
		 "outlook.com", "dmarc=pass"), "Btuc Ltf"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *bytes = g_strconcat(cases[i].header, "From: a@d.example\r\n\r\n", NULL);
		struct message *message = message_new(bytes, strlen(bytes));
		struct trust *trust = trust_new(message, outlook);
		char *out = described(trust);
		g_assert_cmpstr(out, ==, cases[i].out);
		g_free(out);
		trust_free(trust);
		message_free(message);
		g_free(bytes);
	}
}

/* As these providers write: names within that are not theirs, and findings below the border or between inner hops. */
static void
test_providers(void)
{
	static const struct {
		const char *id, *header, *out;
	} cases[] = {
	    {"*.messagingengine.com",
		"Received: from c4.internal (c4.nyi.internal [10.202.2.44]) by sloti37n21 (Cyrus) with LMTPA; x\r\n"
		"Received: from mx1.messagingengine.com ([10.202.2.200]) by c4.internal (MEProxy); x\r\n"
		"Received: from mx1.messagingengine.com (localhost [127.0.0.1]) by mailmx.phl.internal (Postfix); x\r\n"
		"Received: from mailmx.phl.internal (localhost [127.0.0.1]) by mx1.messagingengine.com (Milter); x\r\n" AR(
		    "mx1.messagingengine.com", "spf=pass")
		    "Received: from out.d.example (out.d.example [192.0.2.80]) by mx1.messagingengine.com (Postfix); x\r\n" FOREIGN,
		"Atu"},
	    {"*.icloud.com",
		"Received: from mr85.me.com by p58-mailgateway-smtp-6cc8 (mailgateway 2223B38) with SMTP id 1; x\r\n"
		"Received: from out.d.example (out.d.example [192.0.2.80]) by mr85.me.com (Postfix) with ESMTPS id 2; x\r\n" AR(
		    "dmarc.icloud.com", "dmarc=pass") AR("spf.icloud.com", "spf=pass") FOREIGN,
		"Btu Btu"},
	    {"posteo.de",
		"Received: from proxy01.posteo.de ([127.0.0.1]) by proxy01.posteo.name (Dovecot) with LMTP id 1; x\r\n"
		"Received: from mailin05.posteo.de (unknown [10.0.0.65]) by proxy01.posteo.de (Postfix) with ESMTPS; x\r\n" AR(
		    "posteo.de", "dmarc=pass")
		    "Received: from out.d.example (out.d.example [192.0.2.80]) by mailin05.posteo.de (Postfix); x\r\n" FOREIGN,
		"Atu"},
	    {"*.yahoo.com",
		"Received: from 10.253.58.78 by atlas.v2-mail-prod1-gq1.omega.yahoo.com with HTTP; x\r\n" AR(
		    "atlas.v2-mail-prod1-gq1.omega.yahoo.com",
		    "spf=pass") "Received: from 192.0.2.80 (EHLO out.d.example) by 10.253.58.78 with SMTPs; x\r\n" FOREIGN,
		"Btu"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *const own_ids[] = {cases[i].id, NULL};
		char *bytes = g_strconcat(cases[i].header, "From: a@d.example\r\n\r\n", NULL);
		struct message *message = message_new(bytes, strlen(bytes));
		struct trust *trust = trust_new(message, own_ids);
		char *out = described(trust);
		g_test_message("%s", cases[i].id);
		g_assert_cmpstr(out, ==, cases[i].out);
		g_free(out);
		trust_free(trust);
		message_free(message);
		g_free(bytes);
	}
}

/* Of SPF's two identities the envelope sender counts (RFC 8601 section 2.7.2). */
static void
test_identities(void)
{
	static const struct {
		const char *said, *result;
	} cases[] = {
	    {"spf=pass smtp.helo=a.example; spf=fail smtp.mailfrom=b.example", "fail"},
	    {"spf=fail smtp.mailfrom=b.example; spf=pass smtp.helo=a.example", "fail"},
	    {"spf=pass smtp.helo=a.example; spf=none smtp.helo=b.example", "pass"},
	    {"spf=softfail", "softfail"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		char *bytes = g_strconcat("Authentication-Results: mx.example.org; ", cases[i].said, "\r\n", BORDER, "\r\n", NULL);
		struct message *message = message_new(bytes, strlen(bytes));
		struct trust *trust = trust_new(message, ids);
		g_assert_cmpstr(trust_find(trust, "spf", true)->result, ==, cases[i].result);
		trust_free(trust);
		message_free(message);
		g_free(bytes);
	}
}

/* RFC 8601 appendix B.1 to B.6, as whole headers: which fields count for the receiver of each, and what they say. */
static void
test_examples(void)
{
	static const struct {
		const char *id, *header, *out;
		const char *said[4]; /* "method=result", NULL-terminated */
	} cases[] = {
	    {"example.org", TRIVIAL, "", {NULL}},
	    {"example.org", AR("example.org 1", "none") TRIVIAL, "Atu", {NULL}},
	    {"example.com", AR("example.com", "\r\n          spf=pass smtp.mailfrom=example.net") DIALUP, "Atu",
		{"spf=pass", NULL}},
	    {"example.com",
		AR("example.com",
		    "\r\n          auth=pass (cram-md5) smtp.auth=sender@example.net;"
		    "\r\n          spf=pass smtp.mailfrom=example.net")
		    AR("example.com", "iprev=pass\r\n          policy.iprev=192.0.2.200") LOGGED_IN,
		"Atu Atu", {"auth=pass", "spf=pass", "iprev=pass", NULL}},
	    {"example.com",
		AR("example.com", "\r\n          dkim=pass (good signature) header.d=example.com")
		    EXAMPLE_HOP("mail-router.example.com", "192.0.2.1", "auth-checker.example.com")
			AR("example.com",
			    "\r\n          auth=pass (cram-md5) smtp.auth=sender@example.com;"
			    "\r\n          spf=fail smtp.mailfrom=example.com") LOGGED_IN,
		"Atu Atu", {"dkim=pass", "auth=pass", "spf=fail", NULL}},
	    {"example.com",
		AR("example.com",
		    "\r\n      dkim=pass reason=\"good signature\"\r\n        header.i=@mail-router.example.net;"
		    "\r\n      dkim=fail reason=\"bad signature\"\r\n        header.i=@newyork.example.com")
		    EXAMPLE_HOP("mail-router.example.net", "192.0.2.250", "chicago.example.com")
			AR("example.net",
			    "\r\n      dkim=pass (good signature) header.i=@newyork.example.com")
			    EXAMPLE_HOP("smtp.newyork.example.com", "192.0.2.220", "mail-router.example.net"),
		"Atu B", {"dkim=pass", NULL}},
	};
	static const char *const methods[] = {"auth", "spf", "dkim", "iprev"};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		const char *const own[] = {cases[i].id, NULL};
		char *bytes = g_strconcat(cases[i].header, "From: sender@example.net\r\n\r\n", NULL);
		struct message *message = message_new(bytes, strlen(bytes));
		struct trust *trust = trust_new(message, own);
		char *out = described(trust);
		unsigned n_said = 0, n_expected = 0;
		g_test_message("B.%zu", i + 1);
		g_assert_cmpstr(out, ==, cases[i].out);
		while (cases[i].said[n_expected] != NULL)
			n_expected++;
		for (size_t k = 0; k < G_N_ELEMENTS(methods); k++)
			n_said += trust_find(trust, methods[k], true) != NULL ? 1 : 0;
		g_assert_cmpuint(n_said, ==, n_expected);
		for (const char *const *said = cases[i].said; *said != NULL; said++) {
			char **two = g_strsplit(*said, "=", 2);
			g_assert_cmpstr(trust_find(trust, two[0], true)->result, ==, two[1]);
			g_strfreev(two);
		}
		/* B.6: the first of two results of one method speaks of the router, not of the author */
		g_assert_cmpint(trust_says_dkim_pass(trust, "newyork.example.com", "s"), ==, false);
		g_assert_cmpint(trust_says_dkim_pass(trust, "mail-router.example.net", "s"), ==, i == 5);
		g_free(out);
		trust_free(trust);
		message_free(message);
		g_free(bytes);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/trust/ids", test_ids);
	g_test_add_func("/trust/constant", test_constant);
	g_test_add_func("/trust/places", test_places);
	g_test_add_func("/trust/finding", test_finding);
	g_test_add_func("/trust/times", test_times);
	g_test_add_func("/trust/identities", test_identities);
	g_test_add_func("/trust/outlook", test_outlook);
	g_test_add_func("/trust/providers", test_providers);
	g_test_add_func("/trust/rfc8601", test_examples);
	return g_test_run();
}
