/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_arf.c - feedback reports: RFC 5965 (complaints), RFC 6591 (authentication
 * failures). */
#include "mime/report_private.h"

#include "base/jsonl.h"
#include "base/limits.h"

#include <string.h>

static json_t *
lower(const struct header *h, const char *name)
{
	const char *raw = header_last(h, name);
	char *text = raw != NULL ? g_strstrip(g_ascii_strdown(raw, -1)) : NULL;
	json_t *json = jsonl_text(text, -1);

	g_free(text);
	return json;
}

/* All values of a field that may repeat. */
static json_t *
all_values(const struct header *h, const char *name)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < header_n_fields(h); i++) {
		const struct header_field *f = header_field(h, i);

		if (g_ascii_strcasecmp(f->name, name) == 0 &&
		    json_array_size(list) < LIMIT_REPORT_RECIPIENTS)
			json_array_append_new(list, jsonl_text(f->value, -1));
	}
	return list;
}

/* Arrival-Date, or Received-Date as RFC 5965 3.2 still allows. */
static json_t *
arrival(const struct header *h)
{
	char *date = header_date(header_last(h, "Arrival-Date"));
	json_t *json;

	if (date == NULL)
		date = header_date(header_last(h, "Received-Date"));
	json = jsonl_text(date, -1);
	g_free(date);
	return json;
}

json_t *
report_arf(const char *text, size_t len)
{
	static const struct {
		const char *key, *field;
	} plain[] = {
	    {"user_agent", "User-Agent"},
	    {"version", "Version"},
	    {"source_ip", "Source-IP"},
	    {"envelope_id", "Original-Envelope-Id"},
	    {"incidents", "Incidents"},
	    {"delivery_result", "Delivery-Result"},
	    {"auth_failure", "Auth-Failure"},
	    {"identity_alignment", "Identity-Alignment"},
	    {"dkim_domain", "DKIM-Domain"},
	    {"dkim_selector", "DKIM-Selector"},
	    {"spf_dns", "SPF-DNS"},
	};
	struct header *h = header_of_bytes(text, len);
	json_t *report = NULL;
	size_t i;

	if (header_last(h, "Feedback-Type") != NULL) {
		report = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		    "kind", "arf", "feedback_type", lower(h, "Feedback-Type"),
		    "original_from", report_address(h, "Original-Mail-From"),
		    "original_to", report_address(h, "Original-Rcpt-To"),
		    "original_recipients", all_values(h, "Original-Rcpt-To"),
		    "arrival_date", arrival(h), "reported_domain",
		    all_values(h, "Reported-Domain"), "reported_uri",
		    all_values(h, "Reported-URI"), "authentication_results",
		    all_values(h, "Authentication-Results"));
		for (i = 0; i < G_N_ELEMENTS(plain); i++)
			json_object_set_new(
			    report, plain[i].key, report_field(h, plain[i].field));
	}
	header_free(h);
	return report;
}
