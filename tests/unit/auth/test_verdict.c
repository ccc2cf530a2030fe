/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From bytes to the verdict, its sentence, its JSON and its page. */
#include "auth_test.h"

#include "auth/flags.h"
#include "auth/page.h"
#include "auth/verdict_json.h"
#include "base/safe_text.h"

enum { NOW = 1795304500, MONTHS_LATER = NOW + 90 * 86400 };

static const char *const ids[] = {"mx.example.net", NULL};
static const char *const own[] = {"bjarni@example.net", NULL};

#define BORDER                                                                           \
	"Received: from out.example (out.example [192.0.2.66]) by mx.example.net with "  \
	"ESMTP;"                                                                         \
	" Sat, 21 Nov 2026 23:40:00 +0000\r\n"
#define AR(rest) "Authentication-Results: mx.example.net; " rest "\r\n"
#define BANK	 "From: Bank <service@bank.example>\r\nSubject: x\r\n\r\nhi\r\n"
#define ZONE                                                                             \
	"{'_dmarc.bank.example':{'TXT':['v=DMARC1; p=reject']},"                         \
	"'_dmarc.soft.example':{'TXT':['v=DMARC1; p=none']},"                            \
	"'_dmarc.slow.example':'TIMEOUT'}"

/* Judge; the JSON is the caller's. */
static json_t *
judge(const char *bytes, size_t len, struct dns *dns, gint64 now)
{
	struct dkim_keys *keys = dkim_keys_new();
	struct contacts *contacts = contacts_new();
	const struct verdict_context context = {.trusted_ids = ids,
	    .own_addresses = own,
	    .dns = dns,
	    .keys = keys,
	    .contacts = contacts,
	    .now = now};
	contacts_add(contacts, "", "talk@l.example");
	struct verdict *verdict = verdict_new(bytes, len, &context);
	json_t *out = verdict_json(verdict);

	verdict_free(verdict);
	contacts_free(contacts);
	dkim_keys_free(keys);
	dns_free(dns);
	return out;
}

static const char *
get(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static bool
has_flag(const json_t *verdict, const char *flag)
{
	const json_t *flags = json_object_get(verdict, "flags");
	bool is_there = false;

	for (size_t i = 0; i < json_array_size(flags); i++)
		is_there = is_there ||
			   strcmp(json_string_value(json_array_get(flags, i)), flag) == 0;
	return is_there;
}

/* verdict, the DMARC result, one flag or NULL, and a part of the sentence */
static void
assert_verdict(const json_t *v, const char *kind, const char *dmarc, const char *flag,
    const char *summary)
{
	g_assert_cmpstr(get(v, "verdict"), ==, kind);
	g_assert_cmpstr(get(json_object_get(v, "dmarc"), "result"), ==, dmarc);
	g_assert_true(flag == NULL || has_flag(v, flag));
	if (strstr(get(v, "summary"), summary) == NULL)
		g_error("\"%s\" does not say \"%s\"", get(v, "summary"), summary);
}

static void
test_unsigned(void)
{
	static const struct {
		const char *bytes, *kind, *dmarc, *flag, *summary;
	} cases[] = {
	    {BORDER "From: a@none.example\r\n\r\n", "none", "none", NULL, "none.example"},
	    {BORDER BANK, "fail-soft", "unknown", NULL, "reject"},
	    {AR("spf=fail smtp.mailfrom=bank.example") BORDER BANK, "fail", "fail", NULL,
		"not from bank.example"},
	    {AR("spf=pass smtp.mailfrom=x@bank.example") BORDER BANK, "pass-spf", "pass",
		NULL, "SPF only"},
	    {AR("spf=pass smtp.mailfrom=x@evil.example") BORDER BANK, "fail", "fail",
		NULL, "reject"},
	    {AR("dmarc=fail header.from=bank.example") BORDER BANK, "fail", "fail", NULL,
		"reject"},
	    {AR("dmarc=pass header.from=bank.example") BORDER BANK, "pass-spf", "pass",
		NULL, "bank"},
	    {AR("dmarc=pass header.from=other.example") BORDER BANK, "fail-soft",
		"unknown", NULL, "nothing proves"},
	    /* a pass where the sender could have written it lifts nothing */
	    {BORDER AR(
		 "dkim=pass header.d=bank.example; spf=pass smtp.mailfrom=bank.example; "
		 "dmarc=pass header.from=bank.example") BANK,
		"fail-soft", "unknown", NULL, "nothing proves"},
	    {BORDER "Received: from a by b.example; x\r\n" AR(
		 "dmarc=pass header.from=bank.example") BANK,
		"suspect", "unknown", "ar-forged", "forged"},
	    {AR("spf=fail") AR("spf=pass smtp.mailfrom=bank.example") BORDER BANK, "fail",
		"fail", "ar-dup-id", "reject"},
	    {BORDER "From: a@soft.example\r\n\r\n", "none", "unknown", NULL,
		"its domain did not sign it"},
	    {AR("spf=fail") BORDER "From: a@soft.example\r\n\r\n", "fail-soft", "fail",
		NULL, "soft"},
	    {AR("spf=pass smtp.mailfrom=l.example") BORDER "From: a@soft.example\r\n\r\n",
		"pass-other", "fail", NULL, "sent by l.example"},
	    {BORDER "From: a@slow.example\r\n\r\n", "temperror", "temperror", NULL,
		"DNS"},
	    {BORDER "From: a@bank.example\r\nFrom: b@soft.example\r\n\r\n", "suspect",
		"unknown", "multi-from", "several From"},
	    {BORDER "From: a@bank.example, b@soft.example\r\n\r\n", "suspect", "none",
		"multi-author-domain", "several domains"},
	    {BORDER "To: x@y.example\r\n\r\n", "suspect", "none", "from-unparseable",
		"no sender"},
	    {BORDER "From: paypal.com <x@none.example>\r\n\r\n", "suspect", "none",
		"dn-spoof", "says paypal.com, the letter comes from none.example"},
	    {AR("spf=pass smtp.mailfrom=x@bank.example") BORDER
		"From: paypal.com <x@bank.example>\r\n\r\n",
		"pass-spf", "pass", "dn-spoof",
		"the name says paypal.com, but bank.example sent this"},
	    /* our own address */
	    {BORDER "From: Bjarni <bjarni@example.net>\r\n\r\n", "suspect", "none",
		"self-spoof", "yourself"},
	    {"From: Bjarni <bjarni@example.net>\r\n\r\n", "none", "none", NULL,
		"example.net"},
	    {AR("auth=pass smtp.auth=bjarni") BORDER "From: bjarni@example.net\r\n\r\n",
		"none", "none", NULL, "example.net"},
	    {AR("spf=pass smtp.mailfrom=l.example") BORDER
		"List-Id: <l>\r\nFrom: bjarni@example.net\r\n\r\n",
		"pass-other", "none", "list", "l.example"},
	    {"", "suspect", "none", "from-unparseable", "no sender"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_test_message("%s", cases[i].bytes);
		json_t *v =
		    judge(cases[i].bytes, strlen(cases[i].bytes), test_zone(ZONE), NOW);
		assert_verdict(
		    v, cases[i].kind, cases[i].dmarc, cases[i].flag, cases[i].summary);
		json_decref(v);
	}
}

/* A file of data/ with lines put on top, a change made, a zone and a time. */
static void
test_signed(void)
{
	static const struct {
		const char *file, *top, *what, *with, *zone;
		gint64 now;
		const char *kind, *dmarc, *flag, *summary;
	} cases[] = {
	    {"ed25519.eml", BORDER, "", "", NULL, NOW, "pass", "pass", NULL,
		"mail.example.org signed this (DKIM ed25519, DMARC reject)"},
	    {"rsa-relaxed.eml", BORDER, "", "", NULL, NOW, "pass", "pass", NULL,
		"rsa2048"},
	    {"rsa-1024.eml", BORDER, "", "", NULL, NOW, "pass", "pass", "weakkey",
		"rsa1024"},
	    {"rsa-sha1.eml", BORDER, "", "", NULL, NOW, "fail-soft", "unknown", "sha1",
		"sha1"},
	    {"rsa-768.eml", BORDER, "", "", NULL, NOW, "fail-soft", "unknown", "weakkey",
		"768"},
	    {"ed25519.eml", BORDER, "Dear", "Fear", NULL, NOW, "fail-soft", "unknown",
		NULL, "body"},
	    {"ed25519.eml", AR("spf=none") BORDER, "Dear", "Fear", NULL, NOW, "fail",
		"fail", NULL, "reject"},
	    {"ed25519.eml", AR("dkim=pass header.d=example.org header.s=ed") BORDER,
		"Dear", "Fear", NULL, NOW, "modified", "unknown", "modified",
		"was valid on arrival (mx.example.net)"},
	    {"ed25519.eml", BORDER AR("dkim=pass header.d=example.org"), "Dear", "Fear",
		NULL, NOW, "fail-soft", "unknown", NULL, "body"},
	    {"ed25519.eml", BORDER "Subject: other\r\n", "", "", NULL, NOW, "suspect",
		"pass", "added-header", "second subject"},
	    {"ed25519.eml", BORDER "X-Other: 1\r\n", "", "", NULL, NOW, "pass", "pass",
		NULL, "signed"},
	    {"rsa-length.eml", BORDER, "", "", NULL, NOW, "pass", "pass", "l-present",
		"(l=)"},
	    {"rsa-length.eml", BORDER, "\r\nAnn\r\n", "\r\nAnn\r\nPS\r\n", NULL, NOW,
		"suspect", "pass", "l-short", "beginning"},
	    {"rsa-length.eml", BORDER, "\r\nAnn\r\n", "\r\nAnn\r\n \t\r\n", NULL, NOW,
		"pass", "pass", "l-present", "signed"},
	    {"ed25519.eml", BORDER "Reply-To: a@evil.example\r\n", "", "", NULL, NOW,
		"pass", "pass", "replyto-foreign", "answers go to another domain"},
	    /* another's signature */
	    {"ed25519.eml", BORDER, "ann@mail.example.org>", "ann@mail.example.org>",
		NULL, NOW, "pass", "pass", NULL, "mail.example.org"},
	    /* the key */
	    {"ed25519.eml", BORDER, "", "", "{}", NOW, "permerror", "none", NULL,
		"no key"},
	    {"ed25519.eml", BORDER, "", "", "{}", MONTHS_LATER, "unverifiable", "none",
		"keygone", "no longer"},
	    {"ed25519.eml", BORDER, "", "", "{'ed._domainkey.example.org':'SERVFAIL'}",
		NOW, "temperror", "none", NULL, "DNS"},
	    /* with the author's own record gone d= of the parent does not align any more
	     */
	    {"ed25519.eml", BORDER, "", "", "-dmarc", NOW, "pass-other", "none", NULL,
		"signed by example.org, not by mail.example.org"},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		gsize len;
		char *bytes = test_data(cases[i].file, &len);
		GString *changed = test_replace(bytes, len, cases[i].what, cases[i].with);
		char *path = test_data_path("zone.json");
		json_t *zone = json_load_file(path, 0, NULL);
		g_string_prepend(changed, cases[i].top);
		if (cases[i].zone != NULL && cases[i].zone[0] == '-')
			json_object_del(zone, "_dmarc.example.org");
		struct dns *dns = cases[i].zone == NULL || cases[i].zone[0] == '-'
				      ? dns_zone_new(json_incref(zone))
				      : test_zone(cases[i].zone);
		json_t *v = judge(changed->str, changed->len, dns, cases[i].now);
		g_test_message("%s %s", cases[i].file, get(v, "summary"));
		assert_verdict(
		    v, cases[i].kind, cases[i].dmarc, cases[i].flag, cases[i].summary);
		json_decref(v);
		json_decref(zone);
		g_string_free(changed, TRUE);
		g_free(path);
		g_free(bytes);
	}
}

/* The names and types of the contract. */
static void
test_object(void)
{
	gsize len;
	char *bytes = test_data("rsa-relaxed.eml", &len),
	     *path = test_data_path("zone.json");
	char *all = g_strconcat(
	    AR("spf=pass smtp.mailfrom=x@example.org smtp.remote-ip=192.0.2.66"), BORDER,
	    bytes, NULL);
	json_t *v = judge(all, strlen(all), dns_zone_open(path, NULL), NOW);
	const char *address, *org, *spf, *ip, *source, *policy, *record, *evaluated, *a,
	    *key_source;
	const char *method, *mailfrom;
	json_t *signed_, *unsigned_, *oversigned;
	int bits, is_secure, is_trusted, is_used;
	json_error_t why;

	int code = json_unpack_ex(v, &why, 0,
	    "{s:{s:s,s:s,s:s}, s:[{s:s,s:i,s:o,s:o,s:o,s:n,s:i,s:i,s:n,s:s,s:b}],"
	    " s:{s:s,s:s,s:s,s:s}, s:{s:s,s:s,s:s,s:s,s:s}, s:{s:s,s:[]},"
	    " s:[{s:s,s:b,s:b,s:[{s:s,s:s,s:n,s:{s:s}}]}], s:{s:s}, s:[s,s,s,s], s:s}",
	    "author", "address", &address, "domain", &a, "org_domain", &org, "dkim", "a",
	    &a, "bits", &bits, "signed", &signed_, "unsigned", &unsigned_, "oversigned",
	    &oversigned, "l", "body_length", &code, "t", &code, "x", "key_source",
	    &key_source, "key_secure", &is_secure, "spf", "result", &spf, "domain", &org,
	    "ip", &ip, "source", &source, "dmarc", "result", &spf, "policy", &policy,
	    "domain", &org, "record", &record, "source", &source, "arc", "result", &a,
	    "instances", "authres", "authserv_id", &a, "trusted", &is_trusted, "used",
	    &is_used, "results", "method", &method, "result", &a, "reason", "properties",
	    "smtp.mailfrom", &mailfrom, "bimi", "result", &a, "queries", &a, &a, &a, &a,
	    "evaluated", &evaluated);
	if (code != 0)
		g_error("%s", why.text);
	g_assert_cmpstr(address, ==, "ann@mail.example.org");
	g_assert_cmpstr(org, ==, "example.org");
	g_assert_cmpint(bits, ==, 2048);
	g_assert_cmpstr(key_source, ==, "dns");
	g_assert_cmpstr(ip, ==, "192.0.2.66");
	g_assert_cmpstr(policy, ==, "reject");
	g_assert_cmpstr(record, ==, "v=DMARC1; p=reject; rua=mailto:d@example.org");
	g_assert_cmpuint(json_array_size(signed_), ==, 6);
	g_assert_cmpstr(
	    json_string_value(json_array_get(unsigned_, 0)), ==, "mime-version");
	g_assert_cmpuint(json_array_size(oversigned), ==, 0);
	g_assert_true(is_trusted && is_used);
	g_assert_cmpstr(mailfrom, ==, "x@example.org");
	g_assert_cmpstr(evaluated, ==, "2026-11-21T23:41:40Z");
	json_decref(v);
	g_free(all);
	g_free(path);
	g_free(bytes);
}

/* Nothing from a mail reaches a string of the object or a line of the page unmade. */
static void
test_safe(void)
{
	static const char hostile[] =
	    AR("spf=fail reason=\"\033[31m\" "
	       "smtp.mailfrom=\"\x9b\xe2\x80\xae\"@bank.example") BORDER
	    "DKIM-Signature: v=1; a=\xc2\x9b; d=bank.example; s=x; h=from:\xe2\x80\xae; "
	    "b=YWJj; "
	    "bh=YWJj; i=\xff@bank.example\r\n"
	    "From: \"\033]0;x\007\" <\xe2\x80\xae\xff@bank.example>\r\n\r\n";
	json_t *v = judge(hostile, strlen(hostile), test_zone(ZONE), NOW);
	char *dump = json_dumps(v, JSON_ENCODE_ANY);

	g_assert_nonnull(dump);
	g_assert_false(safe_text_is_hostile(dump, strlen(dump)));
	g_assert_null(strstr(dump, "\\u00"));
	g_assert_true(has_flag(v, "esc-in-header"));
	json_t *lines = page_lines(v, 60);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const char *t = get(json_array_get(lines, i), "t");
		g_assert_false(safe_text_is_hostile(t, strlen(t)));
		g_assert_cmpint(safe_text_columns(t), <=, 60);
	}
	json_decref(lines);
	json_decref(v);
	free(dump);
}

/* Some text of the page, line ends as "|". */
static char *
page_text(const json_t *v, int width)
{
	json_t *lines = page_lines(v, width);
	GString *out = g_string_new(NULL);

	for (size_t i = 0; i < json_array_size(lines); i++)
		g_string_append_printf(out, "%s|", get(json_array_get(lines, i), "t"));
	json_decref(lines);
	return g_string_free(out, FALSE);
}

/* The style of the first line that contains the text. */
static char *
style_of(const json_t *v, const char *text)
{
	json_t *lines = page_lines(v, 160);
	char *style = NULL;

	for (size_t i = 0; style == NULL && i < json_array_size(lines); i++)
		if (strstr(get(json_array_get(lines, i), "t"), text) != NULL)
			style = g_strdup(get(json_array_get(lines, i), "s"));
	json_decref(lines);
	return style;
}

/* What holds for another domain, and a chain of handlers, is no green light. */
static void
test_page_green(void)
{
	static const struct {
		const char *aligned, *style;
	} cases[] = {
	    {"strict", "good"}, {"relaxed", "good"}, {"no", "text"}, {"unknown", "text"}};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		json_t *v = json_pack(
		    "{s:{s:s}, s:[{s:s, s:s, s:s}], s:{s:s, s:s, s:s}, s:{s:s}, s:[{s:s, s:b, s:b, s:b}], "
		    "s:{s:s, s:[{s:i, s:s, s:s, s:s, s:s, s:s}]}}",
		    "author", "domain", "ann.example", "dkim", "d", "desk.example", "result", "pass", "aligned",
		    cases[i].aligned, "spf", "result", "pass", "domain", "post.example", "aligned", cases[i].aligned,
		    "dmarc", "result", "pass", "authres", "authserv_id", "mx.example", "trusted", true, "used", true,
		    "certain", true, "arc", "result", "pass", "instances", "i", 1, "cv", "none", "d", "lists.example",
		    "s", "x", "as", "pass", "ams", "pass");
		const struct {
			const char *line, *style;
		} lines[] = {{"pass for desk.example", cases[i].style}, {"pass for post.example", cases[i].style},
		    {"pass for ann.example", "good"}, {"trusted, used", "text"}, {"set 1", "text"}};
		for (size_t k = 0; k < G_N_ELEMENTS(lines); k++) {
			char *style = style_of(v, lines[k].line);
			g_assert_cmpstr(style, ==, lines[k].style);
			g_free(style);
		}
		json_decref(v);
	}
}

/* By what it was decided stands first, whoever signed on top of it. */
static void
test_page_order(void)
{
	json_t *v = json_pack("{s:[{s:s, s:s}, {s:s, s:s}, {s:s, s:s}]}", "dkim", "d", "post.example", "aligned", "no", "d",
	    "ann.example", "aligned", "relaxed", "d", "desk.example", "aligned", "unknown");
	json_t *lines = page_lines(v, 80), *line;
	GString *order = g_string_new(NULL);
	size_t i;

	json_array_foreach(lines, i, line) {
		const char *text = json_string_value(json_object_get(line, "t"));
		if (g_str_has_prefix(text, "DKIM signature of "))
			g_string_append_printf(order, "%s ", text + strlen("DKIM signature of "));
	}
	g_assert_cmpstr(order->str, ==, "ann.example post.example desk.example ");
	g_string_free(order, TRUE);
	json_decref(lines);
	json_decref(v);
}

/* Green never stands alone: each such line of any page names a domain, or the owner of a mark. */
static void
test_page_named(void)
{
	json_t *v = json_pack("{s:s, s:s, s:{s:s}, s:[{s:s, s:s}], s:{s:s}, s:{s:s}, s:{s:s, s:{s:s, s:b}}}", "verdict",
	    "pass", "summary", "ann.example signed this", "author", "domain", "ann.example", "dkim", "result", "pass",
	    "aligned", "strict", "spf", "result", "pass", "dmarc", "result", "pass", "bimi", "result", "pass", "mark",
	    "type", "VMC", "valid", true);
	json_t *lines = page_lines(v, 80), *line;
	unsigned n_good = 0;
	size_t i;

	json_object_set_new(json_object_get(json_object_get(v, "bimi"), "mark"), "organization", json_string("Brand"));
	json_array_foreach(lines, i, line) {
		bool is_good = strcmp(json_string_value(json_object_get(line, "s")), "good") == 0;
		const char *text = json_string_value(json_object_get(line, "t"));
		n_good += is_good ? 1 : 0;
		g_assert_true(!is_good || strstr(text, ".example") != NULL || strstr(text, " of ") != NULL);
	}
	g_assert_cmpuint(n_good, ==, 3); /* the sentence, DMARC, the mark */
	json_decref(lines);
	json_decref(v);
}

/* A pass that looks like another's is no plain pass: by its word, its colour and its sentence. */
static void
test_page_doubt(void)
{
	json_t *v = json_pack("{s:s, s:s, s:{s:s}, s:[s, s]}", "verdict", "pass", "summary", "not paypal.com", "author",
	    "domain", "paypa1.com", "flags", "list", "homoglyph");
	char *style = style_of(v, "PASS, BUT  not paypal.com"), *meaning = style_of(v, "looks made to deceive");

	g_assert_cmpstr(style, ==, "warn");
	g_assert_cmpstr(meaning, ==, "text");
	g_free(style);
	g_free(meaning);
	json_decref(v);
}

/* Each flag is said in words, with its name; how a letter came is no warning. */
static void
test_page_flags(void)
{
	static const char *const plain[] = {"list", "list-munged", "submitted", NULL};

	for (unsigned bit = 0; bit < FLAG_COUNT; bit++) {
		const char *name = flag_name(bit), *meaning = flag_meaning(name);
		g_assert_nonnull(meaning);
		json_t *v = json_pack("{s:[s]}", "flags", name);
		char *style = style_of(v, meaning);
		g_assert_cmpstr(style, ==, g_strv_contains(plain, name) ? "text" : "warn");
		g_free(style);
		json_decref(v);
	}
	g_assert_null(flag_meaning("no-such-flag"));
	g_assert_null(flag_meaning(NULL));
}

static void
test_page(void)
{
	gsize len;
	char *bytes = test_data("rsa-relaxed.eml", &len),
	     *path = test_data_path("zone.json");
	char *all =
	    g_strconcat(AR("spf=pass smtp.mailfrom=x@example.org"), BORDER, bytes, NULL);
	json_t *v = judge(all, strlen(all), dns_zone_open(path, NULL), NOW);
	char *text = page_text(v, 0);
	static const char *const said[] = {"PASS  mail.example.org signed this",
	    "DKIM signature of example.org", "rsa-sha256, 2048 bits, key from the DNS",
	    "not covered   mime-version", "|SPF|", "|DMARC|",
	    "_dmarc.mail.example.org: none", "_dmarc.example.org: v=DMARC1; p=reject",
	    "Authentication-Results of mx.example.net", "trusted, used", "DNS questions"};

	for (size_t i = 0; i < G_N_ELEMENTS(said); i++)
		if (strstr(text, said[i]) == NULL)
			g_error("the page does not say \"%s\": %s", said[i], text);
	g_free(text);
	text = page_text(v, 40);
	char **lines = g_strsplit(text, "|", -1);
	for (size_t i = 0; lines[i] != NULL; i++)
		g_assert_cmpint(safe_text_columns(lines[i]), <=, 40);
	g_strfreev(lines);
	g_free(text);
	json_decref(v);
	g_free(all);
	g_free(path);
	g_free(bytes);
}

/* A verdict from a store is a stranger's: any object gives a page. */
static void
test_foreign_page(void)
{
	static const char *const objects[] = {"{}",
	    "{'dkim': 1, 'flags': {}, 'author': []}",
	    "{'dkim': [1, null, {}, {'l': -5, 't': 99999999999999999, 'bits': 'x'}],"
	    " 'authres': [{}, {'results': [{'properties': [1]}, 7]}], 'dmarc': {'walk': "
	    "[1]}}",
	    "{'verdict': '\\u001b[2J', 'summary': 3, 'queries': ['\\u202e']}"};

	for (size_t i = 0; i < G_N_ELEMENTS(objects); i++) {
		char *json = g_strdelimit(g_strdup(objects[i]), "'", '"');
		json_t *v = json_loads(json, 0, NULL);
		g_assert_nonnull(v);
		char *text = page_text(v, 30);
		g_assert_false(safe_text_is_hostile(text, strlen(text)));
		g_free(text);
		json_decref(v);
		g_free(json);
	}
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/verdict/unsigned", test_unsigned);
	g_test_add_func("/verdict/signed", test_signed);
	g_test_add_func("/verdict/object", test_object);
	g_test_add_func("/verdict/safe", test_safe);
	g_test_add_func("/verdict/page/green", test_page_green);
	g_test_add_func("/verdict/page/order", test_page_order);
	g_test_add_func("/verdict/page/named", test_page_named);
	g_test_add_func("/verdict/page/doubt", test_page_doubt);
	g_test_add_func("/verdict/page/flags", test_page_flags);
	g_test_add_func("/verdict/page", test_page);
	g_test_add_func("/verdict/foreign-page", test_foreign_page);
	return g_test_run();
}
