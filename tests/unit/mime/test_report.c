/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reports about mail: RFC 3464, 8098, 5965, 7489 appendix C with 9990, 8460, and bounces
 * of no form. The samples are the fuzzer's seeds. */
#include "mime/html.h"
#include "mime/report_private.h"

#include "base/limits.h"

#include <string.h>

static json_t *
report_of(const char *bytes, size_t len)
{
	struct source s;
	json_t *report;

	source_init(&s, bytes, len);
	report = report_json(&s);
	source_fini(&s);
	return report;
}

static json_t *
sample(const char *name)
{
	const char *root = g_getenv("PENFOLD_SOURCE");
	char *path = g_build_filename(
	    root != NULL ? root : ".", "tests/fuzz/corpus/report", name, NULL);
	char *bytes;
	gsize len;
	json_t *report;

	g_assert_true(g_file_get_contents(path, &bytes, &len, NULL));
	report = report_of(bytes, len);
	g_free(bytes);
	g_free(path);
	return report;
}

/* The value at a path of keys and numbers, "recipients.0.status", as text. */
static char *
at(json_t *json, const char *path)
{
	char **keys = g_strsplit(path, ".", -1);
	size_t i;

	for (i = 0; keys[i] != NULL; i++)
		json = json_is_array(json) ? json_array_get(json, (size_t)atoi(keys[i]))
					   : json_object_get(json, keys[i]);
	g_strfreev(keys);
	if (json_is_string(json))
		return g_strdup(json_string_value(json));
	return json == NULL ? g_strdup("(absent)") : json_dumps(json, JSON_ENCODE_ANY);
}

static const struct {
	const char *file, *path, *want;
} values[] = {
    {"dsn", "kind", "dsn"},
    {"dsn", "format", "rfc3464"},
    {"dsn", "reporting_mta", "mx.example.org"},
    {"dsn", "envelope_id", "PF1"},
    {"dsn", "recipients.0.address", "bob@mail.example.net"},
    {"dsn", "recipients.0.original_address", "bob@example.net"},
    {"dsn", "recipients.0.action", "failed"},
    {"dsn", "recipients.0.status", "5.1.1"},
    {"dsn", "recipients.0.remote_mta", "mail.example.net"},
    {"dsn", "recipients.0.diagnostic", "550 5.1.1 no such user; sorry"},
    {"dsn", "recipients.1.address", "jörg@example.net"},
    {"dsn", "recipients.1.action", "delayed"},
    {"dsn", "recipients.1.will_retry_until", "2026-11-04T10:00:00+00:00"},
    {"dsn", "original.message_id", "a1@example.org"},
    {"dsn", "original.subject", "Grüße"},
    {"mdn", "kind", "mdn"},
    {"mdn", "disposition", "displayed"},
    {"mdn", "modifiers", "error"},
    {"mdn", "is_automatic", "false"},
    {"mdn", "is_sent_automatically", "true"},
    {"mdn", "original_message_id", "a1@example.org"},
    {"arf", "kind", "arf"},
    {"arf", "feedback_type", "abuse"},
    {"arf", "source_ip", "192.0.2.1"},
    {"arf", "original_from", "ann@example.org"},
    {"arf", "original_recipients.1", "<eve@example.com>"},
    {"arf", "original.message_id", "a2@example.org"},
    {"dmarc_xml", "kind", "dmarc"},
    {"dmarc_xml", "organization", "Reporter"},
    {"dmarc_xml", "domain", "example.org"},
    {"dmarc_xml", "begin", "2026-11-03T10:00:00Z"},
    {"dmarc_xml", "policy", "reject"},
    {"dmarc_xml", "records.0.count", "3"},
    {"dmarc_xml", "records.0.dkim", "pass"},
    {"dmarc_xml", "records.0.reasons.0.type", "forwarded"},
    {"dmarc_xml", "records.0.auth.spf.0.domain", "l.example"},
    {"dmarc_xml", "records.1.source_ip", "2001:db8::1"},
    {"dmarc_xml", "records.1.disposition", "reject"},
    {"dmarc_xml", "messages", "7"},
    {"dmarc_xml", "passed", "3"},
    {"dmarc_xml", "is_complete", "true"},
    {"dmarc_gz", "records.1.count", "4"},
    {"dmarc_zip", "records.1.count", "4"},
    {"tlsrpt_json", "kind", "tlsrpt"},
    {"tlsrpt_json", "organization", "Sender"},
    {"tlsrpt_json", "policies.0.type", "sts"},
    {"tlsrpt_json", "policies.0.success", "5"},
    {"tlsrpt_json", "policies.0.failures.0.type", "certificate-expired"},
    {"bounce", "kind", "dsn"},
    {"bounce", "format", "guessed"},
    {"bounce", "recipients.0.address", "bob@example.com"},
    {"bounce", "recipients.0.status", "5.1.1"},
    {"bounce", "recipients.0.action", "failed"},
    {"bounce", "recipients.1", "(absent)"},
    {"entity", "kind", "null"},
};

static void
test_values(void)
{
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(values); i++) {
		json_t *report = sample(values[i].file);
		char *got = at(report, values[i].path);

		g_test_message("%s %s", values[i].file, values[i].path);
		g_assert_cmpstr(got, ==, values[i].want);
		g_free(got);
		json_decref(report);
	}
}

static const char *const ordinary[] = {
    "From: ann@example.org\nSubject: failure notice\n\nbob@example.com 550 5.1.1 User "
    "unknown\n",
    "From: ann@example.org\nContent-Type: text/xml\n\n<html>550</html>\n",
    "Return-Path: <>\nAuto-Submitted: auto-replied\nFrom: bob@example.net\n\nI am "
    "away.\n",
    "Content-Type: message/delivery-status\n\nReporting-MTA: dns; a\n",
    "{\"policies\": 1}", "<feedbac></feedbac>", "\x1f\x8b\x08", "PK\x03\x04 nothing", ""};

static void
test_no_report(void)
{
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(ordinary); i++) {
		json_t *report = report_of(ordinary[i], strlen(ordinary[i]));

		g_test_message("%s", ordinary[i]);
		g_assert_true(json_is_null(json_object_get(report, "kind")));
		json_decref(report);
	}
}

/* n rows; the last one beyond the limit is not read, and that is said. */
static void
check_rows(size_t n)
{
	GString *xml = g_string_new("<feedback>");
	size_t i;
	json_t *report;

	for (i = 0; i < n; i++)
		g_string_append(xml, "<record><row><count>1</count></row></record>");
	g_string_append(xml, "</feedback>");
	report = report_of(xml->str, xml->len);
	g_assert_cmpuint(json_array_size(json_object_get(report, "records")), ==,
	    MIN(n, LIMIT_REPORT_RECORDS));
	g_assert_true(json_is_true(json_object_get(report, "is_complete")) ==
		      (n <= LIMIT_REPORT_RECORDS));
	json_decref(report);
	g_string_free(xml, TRUE);
}

static void
check_depth(size_t depth, const char *want)
{
	GString *xml = g_string_new("<feedback>");
	size_t i;
	json_t *report;
	char *kind;

	for (i = 1; i < depth; i++)
		g_string_append(xml, "<a>");
	for (i = 1; i < depth; i++)
		g_string_append(xml, "</a>");
	g_string_append(xml, "</feedback>");
	report = report_of(xml->str, xml->len);
	kind = at(report, "kind");
	g_assert_cmpstr(kind, ==, want);
	g_free(kind);
	json_decref(report);
	g_string_free(xml, TRUE);
}

static void
check_recipients(size_t n)
{
	GString *text = g_string_new("Reporting-MTA: dns; a\n\n");
	size_t i;
	json_t *report;

	for (i = 0; i < n; i++)
		g_string_append_printf(
		    text, "Final-Recipient: rfc822; u%zu@example.net\n\n", i);
	report = report_dsn(text->str, text->len);
	g_assert_cmpuint(json_array_size(json_object_get(report, "recipients")), ==,
	    MIN(n, LIMIT_REPORT_RECIPIENTS));
	json_decref(report);
	g_string_free(text, TRUE);
}

/* Some write an address with brackets: it has to be found among a letter's recipients all the same. */
static void
test_brackets(void)
{
	static const char text[] = "Reporting-MTA: dns; a\n\nFinal-Recipient: RFC822; <bob@example.net>\n"
				   "Original-Recipient: <rfc822@example.net>\nDiagnostic-Code: smtp; <bob@example.net> is <gone>\n";
	json_t *report = report_dsn(text, sizeof(text) - 1);
	char *address = at(report, "recipients.0.address"), *original = at(report, "recipients.0.original_address");
	char *said = at(report, "recipients.0.diagnostic");

	g_assert_cmpstr(address, ==, "bob@example.net");
	g_assert_cmpstr(original, ==, "rfc822@example.net");
	g_assert_cmpstr(said, ==, "<bob@example.net> is <gone>");
	g_free(address);
	g_free(original);
	g_free(said);
	json_decref(report);
}

static void
test_limits(void)
{
	check_rows(LIMIT_REPORT_RECORDS - 1);
	check_rows(LIMIT_REPORT_RECORDS);
	check_rows(LIMIT_REPORT_RECORDS + 1);
	check_depth(LIMIT_REPORT_DEPTH - 1, "dmarc");
	check_depth(LIMIT_REPORT_DEPTH, "dmarc");
	check_depth(LIMIT_REPORT_DEPTH + 1, "null");
	check_recipients(LIMIT_REPORT_RECIPIENTS - 1);
	check_recipients(LIMIT_REPORT_RECIPIENTS);
	check_recipients(LIMIT_REPORT_RECIPIENTS + 1);
}

/* --- corpora --- */

static guint
check_folder(const char *name, bool must_be_report)
{
	const char *root = g_getenv("CORPORA");
	char *path = root != NULL ? g_build_filename(root, name, NULL) : NULL;
	GDir *dir = path != NULL ? g_dir_open(path, 0, NULL) : NULL;
	const char *file;
	guint n = 0;

	while (dir != NULL && (file = g_dir_read_name(dir)) != NULL) {
		char *full = g_build_filename(path, file, NULL), *bytes;
		gsize len;

		if (g_file_get_contents(full, &bytes, &len, NULL)) {
			json_t *report = report_of(bytes, len);
			bool is_report = !json_is_null(json_object_get(report, "kind"));

			if (is_report != must_be_report)
				g_test_message("%s", full);
			g_assert_true(is_report || !must_be_report);
			n += is_report;
			json_decref(report);
			g_free(bytes);
		}
		g_free(full);
	}
	g_clear_pointer(&dir, g_dir_close);
	g_free(path);
	return n;
}

static void
test_corpora(void)
{
	if (g_getenv("CORPORA") == NULL) {
		g_test_skip("CORPORA names no folder");
		return;
	}
	g_assert_cmpuint(check_folder("reports/samples/aggregate", true), ==, 7);
	g_assert_cmpuint(check_folder("reports/samples/failure", true), ==, 1);
	g_assert_cmpuint(check_folder("reports/samples/smtp_tls", true), ==, 2);
	g_assert_cmpuint(check_folder("bounces/maildir/bsd", true), ==, 11);
}

/* Some reports are in UTF-16, with its mark or without. */
static void
test_utf16(void)
{
	static const char xml[] = "<?xml version=\"1.0\" encoding=\"UTF-16\"?><feedback><report_metadata>"
	    "<org_name>Gr\303\274n</org_name><report_id>7</report_id></report_metadata></feedback>";
	static const char *const names[] = { "UTF-16LE", "UTF-16BE", "UTF-16" }; /* the last has a mark */

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		gsize len;
		char *wide = g_convert(xml, -1, names[i], "UTF-8", NULL, &len, NULL);
		char *base64 = g_base64_encode((const guchar *)wide, len);
		char *mail = g_strdup_printf("Content-Type: text/xml\nContent-Transfer-Encoding: base64\n\n%s\n", base64);
		json_t *report = report_of(mail, strlen(mail));
		char *who = at(report, "organization");

		g_assert_cmpstr(who, ==, "Grün");
		g_free(who);
		json_decref(report);
		g_free(mail);
		g_free(base64);
		g_free(wide);
	}
}

/* However many policies share them: a report has one limit for its rows. */
static void
test_many_failures(void)
{
	GString *mail = g_string_new("Content-Type: application/tlsrpt+json\n\n{\"policies\":[");
	size_t n = 0, i;
	json_t *report, *one;

	for (i = 0; i < 3; i++) {
		g_string_append(mail, i > 0 ? ",{\"failure-details\":[{}" : "{\"failure-details\":[{}");
		for (size_t k = 1; k < LIMIT_REPORT_RECORDS; k++)
			g_string_append(mail, k % 20 > 0 ? ",{}" : ",\n{}");
		g_string_append(mail, "]}");
	}
	g_string_append(mail, "]}\n");
	report = report_of(mail->str, mail->len);
	json_array_foreach(json_object_get(report, "policies"), i, one)
		n += json_array_size(json_object_get(one, "failures"));
	g_assert_cmpuint(n, ==, LIMIT_REPORT_RECORDS);
	json_decref(report);
	g_string_free(mail, TRUE);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	mail_init();
	html_init();
	g_test_add_func("/report/values", test_values);
	g_test_add_func("/report/many-failures", test_many_failures);
	g_test_add_func("/report/utf-16", test_utf16);
	g_test_add_func("/report/no-report", test_no_report);
	g_test_add_func("/report/brackets", test_brackets);
	g_test_add_func("/report/limits", test_limits);
	g_test_add_func("/report/corpora", test_corpora);
	return g_test_run();
}
