/* SPDX-License-Identifier: GPL-3.0-or-later */
/* path_json.c - reads the Received fields for those who want to see where a letter
 * waited. */
#include "auth/path_json.h"

#include "auth/received.h"
#include "base/limits.h"
#include "base/safe_text.h"

static json_t *
hop_json(const struct received *hop, bool is_certain)
{
	json_t *out = json_object();

	json_object_set_new(out, "from", safe_json(hop->from));
	json_object_set_new(out, "client", safe_json(hop->from_info));
	json_object_set_new(out, "login", safe_json(hop->login));
	json_object_set_new(out, "by", safe_json(hop->by));
	json_object_set_new(out, "with", safe_json(hop->with));
	json_object_set_new(out, "tls", safe_json(hop->tls));
	json_object_set_new(
	    out, "time", hop->time < 0 ? json_null() : json_integer(hop->time));
	json_object_set_new(out, "delay", json_null());
	json_object_set_new(out, "certain", json_boolean(is_certain));
	return out;
}

/* Each hop's delay is known when the one below it has been read. */
static void
set_delay(json_t *hops, gint64 earlier)
{
	size_t n = json_array_size(hops);
	json_t *above = n == 0 ? NULL : json_array_get(hops, n - 1);
	const json_t *time = json_object_get(above, "time");

	if (json_is_integer(time) && earlier >= 0)
		json_object_set_new(
		    above, "delay", json_integer(json_integer_value(time) - earlier));
}

json_t *
path_json(const struct message *message, const struct trust *trust)
{
	json_t *hops = json_array();

	for (size_t i = 0; i < message->n_fields && json_array_size(hops) < LIMIT_HOPS;
	     i++) {
		struct received hop;
		size_t len;
		if (!message_is_field(&message->fields[i], "received"))
			continue;
		const char *value = message_value(&message->fields[i], &len);
		received_init(&hop, value, len);
		set_delay(hops, hop.time);
		json_array_append_new(
		    hops, hop_json(&hop, trust->has_border && i <= MIN(trust->border, trust->doubt)));
		received_fini(&hop);
	}
	return hops;
}
