/* SPDX-License-Identifier: GPL-3.0-or-later */
/* authserv.c - see authserv.h. */
#include "client/authserv.h"

#include "base/jsonl.h"

#define MESSAGES_MIN 20
#define DOMAINS_MIN  5
#define SHARE_MIN    90 /* percent of the messages */

static bool
is_listed(const json_t *ids, const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(ids, i, one)
		if (g_ascii_strcasecmp(json_string_value(one), id) == 0)
			return true;
	return false;
}

void
authserv_weigh(json_t *learnt, const json_t *trusted)
{
	gint64 n = jsonl_int(learnt, "messages", 0), domains = jsonl_int(learnt, "domains", 0);
	json_t *one;
	size_t i;

	json_array_foreach(json_object_get(learnt, "ids"), i, one) {
		gint64 share = n > 0 ? jsonl_int(one, "messages", 0) * 100 / n : 0;
		bool is_trusted = is_listed(trusted, jsonl_string(one, "id"));

		json_object_set_new(one, "share", json_integer(share));
		json_object_set_new(one, "trusted", json_boolean(is_trusted));
		json_object_set_new(one, "proposed", json_boolean(!is_trusted && n >= MESSAGES_MIN &&
		    domains >= DOMAINS_MIN && share >= SHARE_MIN));
	}
}

const char *
authserv_proposed(const json_t *learnt)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(learnt, "ids"), i, one)
		if (jsonl_bool(one, "proposed", false))
			return jsonl_string(one, "id");
	return NULL;
}
