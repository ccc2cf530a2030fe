/* SPDX-License-Identifier: GPL-3.0-or-later */
/* report_mdn.c - message disposition notifications, RFC 8098. */
#include "mime/report_private.h"

#include "base/jsonl.h"

#include <string.h>

/* RFC 8098 3.2.6: "manual-action/MDN-sent-manually; displayed/error": modes, type,
 * modifiers. */
static void
add_disposition(json_t *report, const char *raw)
{
	char **halves = g_strsplit(raw, ";", 2);
	bool is_whole = halves[0] != NULL && halves[1] != NULL;
	char **modes = g_strsplit(is_whole ? halves[0] : "", "/", 2);
	char **type =
	    g_strsplit(is_whole ? halves[1] : (halves[0] ? halves[0] : ""), "/", 2);
	char *word = type[0] != NULL ? g_ascii_strdown(g_strstrip(type[0]), -1) : NULL;
	char *modifiers = type[0] != NULL && type[1] != NULL
			      ? g_ascii_strdown(g_strstrip(type[1]), -1)
			      : NULL;

	json_object_set_new(report, "disposition", jsonl_text(word, -1));
	json_object_set_new(report, "modifiers", jsonl_text(modifiers, -1));
	json_object_set_new(report, "is_automatic",
	    json_boolean(modes[0] != NULL && g_ascii_strcasecmp(g_strstrip(modes[0]),
						 "automatic-action") == 0));
	json_object_set_new(report, "is_sent_automatically",
	    json_boolean(
		modes[0] != NULL && modes[1] != NULL &&
		g_ascii_strcasecmp(g_strstrip(modes[1]), "MDN-sent-automatically") == 0));
	g_free(word);
	g_free(modifiers);
	g_strfreev(halves);
	g_strfreev(modes);
	g_strfreev(type);
}

json_t *
report_mdn(const char *text, size_t len)
{
	struct header *h = header_of_bytes(text, len);
	const char *disposition = header_last(h, "Disposition");
	GPtrArray *ids = header_ids(header_last(h, "Original-Message-ID"));
	json_t *report = NULL;

	if (disposition != NULL) {
		report = json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "kind", "mdn",
		    "reporting_ua", report_field(h, "Reporting-UA"), "recipient",
		    report_typed_json(h, "Final-Recipient"), "original_recipient",
		    report_typed_json(h, "Original-Recipient"), "original_message_id",
		    jsonl_text(ids->len > 0 ? ids->pdata[0] : NULL, -1), "error",
		    report_field(h, "Error"), "gateway",
		    report_typed_json(h, "MDN-Gateway"));
		add_disposition(report, disposition);
	}
	g_ptr_array_unref(ids);
	header_free(h);
	return report;
}
