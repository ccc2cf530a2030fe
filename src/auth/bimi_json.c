/* SPDX-License-Identifier: GPL-3.0-or-later */
/* bimi_json.c - a logo's story as JSON: display text, as all that the verdict keeps. */
#include "auth/bimi.h"

#include "base/safe_text.h"
#include "base/when.h"

const char *
bimi_result_name(enum bimi_result result)
{
	static const char *const names[] = {"pass", "none", "fail", "temperror", "declined", "skipped"};

	return names[result];
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
	json_t *value = safe_json(hash);

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
	json_object_set_new(out, "type", safe_json(mark->type));
	json_object_set_new(out, "organization", safe_json(mark->organization));
	json_object_set_new(out, "issuer", safe_json(mark->issuer));
	json_object_set_new(out, "valid", json_boolean(mark->is_valid));
	json_object_set_new(out, "mark_type", safe_json(mark->mark_type));
	json_object_set_new(out, "trademark", safe_json(mark->trademark));
	json_object_set_new(out, "not_before", when_json(mark->not_before));
	json_object_set_new(out, "not_after", when_json(mark->not_after));
	json_object_set_new(out, "log", safe_json(mark->log));
	json_object_set_new(out, "pilot", json_boolean(mark->is_pilot));
	return out;
}

json_t *
bimi_json(const struct bimi *bimi)
{
	const struct bimi_record *record = bimi->place.record;
	json_t *out = json_object();

	json_object_set_new(out, "result", json_string(bimi_result_name(bimi->result)));
	json_object_set_new(out, "reason", safe_json(bimi->reason));
	json_object_set_new(out, "selector", safe_json(bimi->place.selector));
	json_object_set_new(out, "domain", safe_json(bimi->place.domain));
	json_object_set_new(out, "location", safe_json(record == NULL ? NULL : record->location));
	json_object_set_new(out, "authority", safe_json(record == NULL ? NULL : record->authority));
	json_object_set_new(out, "record", safe_json(record == NULL ? NULL : record->text));
	json_object_set_new(out, "avatar",
	    record == NULL ? json_null() : json_string(record->is_personal ? "personal" : "brand"));
	json_object_set_new(out, "mark", mark_object(bimi->mark));
	json_object_set_new(out, "logo", hash_text(bimi->logo));
	json_object_set_new(out, "logo_source", safe_json(bimi->logo_source));
	return out;
}

json_t *
bimi_mark_json(const struct mark *mark)
{
	json_t *out = mark_object(mark), *names = json_array();

	for (guint i = 0; i < mark->names->len; i++)
		json_array_append_new(names, safe_json(g_ptr_array_index(mark->names, i)));
	json_object_del(out, "valid");
	json_object_set_new(out, "result", json_string(mark->is_valid ? "pass" : "fail"));
	json_object_set_new(out, "reason", safe_json(mark->reason));
	json_object_set_new(out, "domains", names);
	json_object_set_new(out, "logo_sha256", hash_text(mark->logo));
	return out;
}
