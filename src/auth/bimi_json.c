/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bimi_json.c - a logo's story as JSON: display text, as all that the verdict keeps. */
#include "auth/bimi.h"

#include "base/safe_text.h"


const char *
bimi_result_name(enum bimi_result result)
{
	static const char *const names[] = {"pass", "none", "fail", "temperror", "declined", "skipped"};

	return names[result];
}

static json_t *
text(const char *bytes)
{
	if (bytes == NULL)
		return json_null();
	char *safe = safe_line(bytes);
	json_t *value = json_string(safe);
	g_free(safe);
	return value;
}

static json_t *
time_text(gint64 seconds)
{
	GDateTime *when = seconds == 0 ? NULL : g_date_time_new_from_unix_utc(seconds);
	char *iso = when == NULL ? NULL : g_date_time_format_iso8601(when);
	json_t *value = iso == NULL ? json_null() : json_string(iso);

	g_free(iso);
	g_clear_pointer(&when, g_date_time_unref);
	return value;
}

char *
bimi_hash(GBytes *bytes)
{
	return g_compute_checksum_for_bytes(G_CHECKSUM_SHA256, bytes);
}

static json_t *
hash_text(GBytes *bytes)
{
	char *hash = bytes == NULL ? NULL : bimi_hash(bytes);
	json_t *value = text(hash);

	g_free(hash);
	return value;
}

static json_t *
mark_object(const struct mark *mark)
{
	json_t *out = json_object();

	if (mark == NULL) {
		json_decref(out);
		return json_null();
	}
	json_object_set_new(out, "type", text(mark->type));
	json_object_set_new(out, "organization", text(mark->organization));
	json_object_set_new(out, "issuer", text(mark->issuer));
	json_object_set_new(out, "valid", json_boolean(mark->is_valid));
	json_object_set_new(out, "mark_type", text(mark->mark_type));
	json_object_set_new(out, "trademark", text(mark->trademark));
	json_object_set_new(out, "not_before", time_text(mark->not_before));
	json_object_set_new(out, "not_after", time_text(mark->not_after));
	json_object_set_new(out, "pilot", json_boolean(mark->is_pilot));
	return out;
}

json_t *
bimi_json(const struct bimi *bimi)
{
	const struct bimi_record *record = bimi->place.record;
	json_t *out = json_object();

	json_object_set_new(out, "result", json_string(bimi_result_name(bimi->result)));
	json_object_set_new(out, "reason", text(bimi->reason));
	json_object_set_new(out, "selector", text(bimi->place.selector));
	json_object_set_new(out, "domain", text(bimi->place.domain));
	json_object_set_new(out, "location", text(record == NULL ? NULL : record->location));
	json_object_set_new(out, "authority", text(record == NULL ? NULL : record->authority));
	json_object_set_new(out, "record", text(record == NULL ? NULL : record->text));
	json_object_set_new(out, "avatar",
	    record == NULL ? json_null() : json_string(record->is_personal ? "personal" : "brand"));
	json_object_set_new(out, "mark", mark_object(bimi->mark));
	json_object_set_new(out, "logo", hash_text(bimi->logo));
	json_object_set_new(out, "logo_source", text(bimi->logo_source));
	return out;
}

json_t *
bimi_mark_json(const struct mark *mark)
{
	json_t *out = mark_object(mark), *names = json_array();

	for (guint i = 0; i < mark->names->len; i++)
		json_array_append_new(names, text(g_ptr_array_index(mark->names, i)));
	json_object_del(out, "valid");
	json_object_set_new(out, "result", json_string(mark->is_valid ? "pass" : "fail"));
	json_object_set_new(out, "reason", text(mark->reason));
	json_object_set_new(out, "domains", names);
	json_object_set_new(out, "logo_sha256", hash_text(mark->logo));
	return out;
}
