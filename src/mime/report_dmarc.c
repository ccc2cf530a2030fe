/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_dmarc.c - DMARC aggregate reports: RFC 7489 appendix C and RFC 9990 3, with and
 * without its namespace. The XML is read as a stream; a document type, and with it every
 * entity but the five of XML, is refused. Values are found by their path of element
 * names. */
#include "mime/report_private.h"

#include "base/jsonl.h"
#include "base/limits.h"

#include <libxml/xmlreader.h>
#include <string.h>

#define MAX_BYTES   (3u << 20) /* of all values: the answer is one line of JSON */
#define MAX_MEMBERS 20	       /* results or reasons of one record */

struct reading {
	GString *path; /* "/feedback/record/row" */
	GString *text; /* of the element that is open */
	json_t *report, *policy, *record, *auth, *reason;
	json_int_t total, passed;
	size_t bytes;
	bool is_feedback, is_cut;
};

/* --- where a value goes --- */

enum holder { REPORT, POLICY, RECORD, AUTH, REASON };
enum type { TEXT, COUNT, TIME, WORD };

/* clang-format off */
static const struct value {
	const char *path, *key;
	enum holder holder;
	enum type type;
} values[] = {
	{"/feedback/report_metadata/org_name", "organization", REPORT, TEXT},
	{"/feedback/report_metadata/email", "email", REPORT, TEXT},
	{"/feedback/report_metadata/report_id", "report_id", REPORT, TEXT},
	{"/feedback/report_metadata/generator", "generator", REPORT, TEXT},
	{"/feedback/report_metadata/date_range/begin", "begin", REPORT, TIME},
	{"/feedback/report_metadata/date_range/end", "end", REPORT, TIME},
	{"/feedback/policy_published/domain", "domain", REPORT, TEXT},
	{"/feedback/policy_published/p", "p", POLICY, WORD},
	{"/feedback/policy_published/sp", "sp", POLICY, WORD},
	{"/feedback/policy_published/np", "np", POLICY, WORD},
	{"/feedback/policy_published/adkim", "adkim", POLICY, WORD},
	{"/feedback/policy_published/aspf", "aspf", POLICY, WORD},
	{"/feedback/policy_published/pct", "pct", POLICY, WORD},
	{"/feedback/policy_published/fo", "fo", POLICY, TEXT},
	{"/feedback/policy_published/testing", "testing", POLICY, WORD},
	{"/feedback/policy_published/discovery_method", "discovery_method", POLICY, WORD},
	{"/feedback/record/row/source_ip", "source_ip", RECORD, TEXT},
	{"/feedback/record/row/count", "count", RECORD, COUNT},
	{"/feedback/record/row/policy_evaluated/disposition", "disposition", RECORD, WORD},
	{"/feedback/record/row/policy_evaluated/dkim", "dkim", RECORD, WORD},
	{"/feedback/record/row/policy_evaluated/spf", "spf", RECORD, WORD},
	{"/feedback/record/row/policy_evaluated/reason/type", "type", REASON, WORD},
	{"/feedback/record/row/policy_evaluated/reason/comment", "comment", REASON, TEXT},
	{"/feedback/record/identifiers/header_from", "header_from", RECORD, TEXT},
	{"/feedback/record/identifiers/envelope_from", "envelope_from", RECORD, TEXT},
	{"/feedback/record/identifiers/envelope_to", "envelope_to", RECORD, TEXT},
	{"/feedback/record/auth_results/dkim/domain", "domain", AUTH, TEXT},
	{"/feedback/record/auth_results/dkim/selector", "selector", AUTH, TEXT},
	{"/feedback/record/auth_results/dkim/result", "result", AUTH, WORD},
	{"/feedback/record/auth_results/spf/domain", "domain", AUTH, TEXT},
	{"/feedback/record/auth_results/spf/scope", "scope", AUTH, WORD},
	{"/feedback/record/auth_results/spf/result", "result", AUTH, WORD},
};
/* clang-format on */

static json_t *
value_json(const char *text, enum type type)
{
	gint64 n = g_ascii_strtoll(text, NULL, 10);
	GDateTime *t;
	char *made = NULL;
	json_t *json;

	switch (type) {
	case COUNT:
		return json_integer(CLAMP(n, 0, G_GINT64_CONSTANT(1000000000000)));
	case TIME:
		t = g_date_time_new_from_unix_utc(n);
		made = t != NULL ? g_date_time_format_iso8601(t) : NULL;
		g_clear_pointer(&t, g_date_time_unref);
		break;
	case WORD:
		made = g_ascii_strdown(text, -1);
		break;
	case TEXT:
		made = g_strdup(text);
		break;
	}
	json = jsonl_text(
	    made, made != NULL ? (gssize)strnlen(made, LIMIT_REPORT_VALUE) : -1);
	g_free(made);
	return json;
}

static void
keep_value(struct reading *r)
{
	json_t *const holders[] = {[REPORT] = r->report,
	    [POLICY] = r->policy,
	    [RECORD] = r->record,
	    [AUTH] = r->auth,
	    [REASON] = r->reason};
	size_t i;

	g_strstrip(r->text->str);
	for (i = 0; i < G_N_ELEMENTS(values); i++) {
		json_t *holder = holders[values[i].holder];

		if (holder == NULL || strcmp(values[i].path, r->path->str) != 0)
			continue;
		json_object_set_new(
		    holder, values[i].key, value_json(r->text->str, values[i].type));
		r->bytes += MIN(strlen(r->text->str), LIMIT_REPORT_VALUE) + 32;
	}
}

/* --- elements --- */

static bool
is_at(const struct reading *r, const char *path)
{
	return strcmp(r->path->str, path) == 0;
}

static void
new_record(struct reading *r)
{
	json_t *records = json_object_get(r->report, "records");

	if (json_array_size(records) >= LIMIT_REPORT_RECORDS || r->bytes > MAX_BYTES) {
		r->is_cut = true;
		r->record = NULL;
		return;
	}
	r->record = json_pack("{s:n, s:i, s:n, s:n, s:n, s:n, s:{s:[], s:[]}, s:[]}",
	    "source_ip", "count", 0, "disposition", "dkim", "spf", "header_from", "auth",
	    "dkim", "spf", "reasons");
	json_array_append_new(records, r->record);
}

/* Lists within a record; r->record owns what is made here. */
static json_t *
new_member(struct reading *r, json_t *list)
{
	json_t *member;

	if (r->record == NULL || json_array_size(list) >= MAX_MEMBERS)
		return NULL;
	member = json_object();
	json_array_append_new(list, member);
	return member;
}

static void
on_start(struct reading *r, const char *name)
{
	json_t *auth;

	g_string_append_printf(r->path, "/%s", name);
	g_string_truncate(r->text, 0);
	auth = json_object_get(r->record, "auth");
	if (is_at(r, "/feedback"))
		r->is_feedback = true;
	else if (is_at(r, "/feedback/record"))
		new_record(r);
	else if (is_at(r, "/feedback/record/auth_results/dkim"))
		r->auth = new_member(r, json_object_get(auth, "dkim"));
	else if (is_at(r, "/feedback/record/auth_results/spf"))
		r->auth = new_member(r, json_object_get(auth, "spf"));
	else if (is_at(r, "/feedback/record/row/policy_evaluated/reason"))
		r->reason = new_member(r, json_object_get(r->record, "reasons"));
}

static void
end_record(struct reading *r)
{
	json_int_t count = json_integer_value(json_object_get(r->record, "count"));
	const char *dkim = jsonl_string(r->record, "dkim");
	const char *spf = jsonl_string(r->record, "spf");

	r->total += count;
	if (g_strcmp0(dkim, "pass") == 0 || g_strcmp0(spf, "pass") == 0)
		r->passed += count;
	r->record = r->auth = r->reason = NULL;
}

static void
on_end(struct reading *r)
{
	char *slash;

	keep_value(r);
	if (is_at(r, "/feedback/record"))
		end_record(r);
	slash = strrchr(r->path->str, '/');
	g_string_truncate(r->path, slash != NULL ? (gsize)(slash - r->path->str) : 0);
	g_string_truncate(r->text, 0);
}

/* False ends the reading. */
static bool
take_node(struct reading *r, xmlTextReaderPtr reader)
{
	const char *text = (const char *)xmlTextReaderConstValue(reader);

	switch (xmlTextReaderNodeType(reader)) {
	case XML_READER_TYPE_DOCUMENT_TYPE:
		return false;
	case XML_READER_TYPE_ELEMENT:
		if (xmlTextReaderDepth(reader) >= LIMIT_REPORT_DEPTH)
			return false;
		on_start(r, (const char *)xmlTextReaderConstLocalName(reader));
		if (xmlTextReaderIsEmptyElement(reader))
			on_end(r);
		return r->is_feedback;
	case XML_READER_TYPE_END_ELEMENT:
		on_end(r);
		return true;
	case XML_READER_TYPE_TEXT:
	case XML_READER_TYPE_CDATA:
		if (text != NULL && r->text->len < LIMIT_REPORT_VALUE * 4)
			g_string_append_len(
			    r->text, text, (gssize)strnlen(text, LIMIT_REPORT_VALUE * 4));
		return true;
	default:
		return true;
	}
}

static void
finish(struct reading *r, bool is_whole)
{
	const char *p = jsonl_string(r->policy, "p");

	json_object_set_new(r->report, "policy", jsonl_text(p, -1));
	json_object_set(r->report, "policy_published", r->policy);
	json_object_set_new(r->report, "messages", json_integer(r->total));
	json_object_set_new(r->report, "passed", json_integer(r->passed));
	json_object_set_new(
	    r->report, "is_complete", json_boolean(is_whole && !r->is_cut));
}

json_t *
report_dmarc(const char *xml, size_t len)
{
	char *valid = g_utf8_make_valid(xml, (gssize)len);
	xmlTextReaderPtr reader = xmlReaderForMemory(valid, (int)strlen(valid), NULL,
	    "UTF-8", XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	struct reading r = {.path = g_string_new(NULL), .text = g_string_new(NULL)};
	int status = -1;
	bool goes_on = reader != NULL;

	r.policy = json_object();
	r.report = json_pack("{s:s, s:n, s:n, s:n, s:n, s:[]}", "kind", "dmarc",
	    "organization", "domain", "begin", "end", "records");
	while (goes_on && (status = xmlTextReaderRead(reader)) == 1)
		goes_on = take_node(&r, reader);
	finish(&r, status == 0);
	if (!r.is_feedback || !goes_on)
		g_clear_pointer(&r.report, json_decref);
	xmlFreeTextReader(reader);
	json_decref(r.policy);
	g_string_free(r.path, TRUE);
	g_string_free(r.text, TRUE);
	g_free(valid);
	return r.report;
}
