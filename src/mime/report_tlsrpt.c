/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_tlsrpt.c - SMTP TLS reports, RFC 8460 section 4. */
#include "mime/report_private.h"

#include "base/jsonl.h"
#include "base/limits.h"

#include <string.h>

/* A string of the report, at most LIMIT_REPORT_VALUE bytes of it; JSON null when absent.
 */
static json_t *
text_of(const json_t *obj, const char *key)
{
	const char *text = jsonl_string(obj, key);

	return jsonl_text(
	    text, text != NULL ? (gssize)strnlen(text, LIMIT_REPORT_VALUE) : -1);
}

static json_t *
count_of(const json_t *obj, const char *key)
{
	return json_integer(MAX(jsonl_int(obj, key, 0), 0));
}

/* At most *left more of them in the report, which goes down. */
static json_t *
failures_json(const json_t *details, size_t *left)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < json_array_size(details) && *left > 0; i++, (*left)--) {
		const json_t *d = json_array_get(details, i);

		json_array_append_new(
		    list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "type",
			      text_of(d, "result-type"), "count",
			      count_of(d, "failed-session-count"), "sending_ip",
			      text_of(d, "sending-mta-ip"), "receiving_mx",
			      text_of(d, "receiving-mx-hostname"), "receiving_ip",
			      text_of(d, "receiving-ip"), "reason",
			      text_of(d, "failure-reason-code"), "more",
			      text_of(d, "additional-information")));
	}
	return list;
}

static json_t *
policies_json(const json_t *policies)
{
	json_t *list = json_array();
	size_t i, left = LIMIT_REPORT_RECORDS;

	for (i = 0; i < MIN(json_array_size(policies), LIMIT_REPORT_RECORDS); i++) {
		const json_t *p = json_array_get(policies, i);
		const json_t *policy = json_object_get(p, "policy");
		const json_t *summary = json_object_get(p, "summary");

		json_array_append_new(list,
		    json_pack("{s:o, s:o, s:o, s:o, s:o}", "type",
			text_of(policy, "policy-type"), "domain",
			text_of(policy, "policy-domain"), "success",
			count_of(summary, "total-successful-session-count"), "failure",
			count_of(summary, "total-failure-session-count"), "failures",
			failures_json(json_object_get(p, "failure-details"), &left)));
	}
	return list;
}

json_t *
report_tlsrpt(const char *text, size_t len)
{
	size_t bom = len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	json_t *root, *report = NULL;
	const json_t *range, *policies;

	if (!jsonl_is_shallow(text, len))
		return NULL;
	root = json_loadb(text + bom, len - bom, 0, NULL);
	policies = json_object_get(root, "policies");
	range = json_object_get(root, "date-range");
	if (json_is_array(policies))
		report = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "kind",
		    "tlsrpt", "organization", text_of(root, "organization-name"),
		    "contact", text_of(root, "contact-info"), "report_id",
		    text_of(root, "report-id"), "begin", text_of(range, "start-datetime"),
		    "end", text_of(range, "end-datetime"), "policies",
		    policies_json(policies));
	json_decref(root);
	return report;
}
