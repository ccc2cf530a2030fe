/* SPDX-License-Identifier: GPL-3.0-or-later */
/* authserv.c - see authserv.h. */
#include "client/authserv.h"

#include "base/jsonl.h"

#include <string.h>

#define MESSAGES_MIN 20
#define DOMAINS_MIN  5
#define SHARE_MIN    90 /* percent of the messages */
#define CONSTANT_MIN 100 /* messages, each of which has the field: the server writes it always */

static bool
is_listed(const json_t *ids, const char *id)
{
	const json_t *one;
	size_t i;

	json_array_foreach(ids, i, one) {
		char *pattern = g_ascii_strdown(json_string_value(one), -1), *lower = g_ascii_strdown(id, -1);
		bool is_same;

		if (g_str_has_suffix(pattern, "!"))
			pattern[strlen(pattern) - 1] = '\0';
		is_same = g_str_has_prefix(pattern, "*.") ? g_str_has_suffix(lower, pattern + 1)
							  : strcmp(lower, pattern) == 0;
		g_free(pattern);
		g_free(lower);
		if (is_same)
			return true;
	}
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

		json_object_set_new(one, "always",
		    json_boolean(n >= CONSTANT_MIN && jsonl_int(one, "messages", 0) == n));
		json_object_set_new(one, "share", json_integer(share));
		json_object_set_new(one, "trusted", json_boolean(is_trusted));
		json_object_set_new(one, "proposed", json_boolean(!is_trusted && n >= MESSAGES_MIN &&
		    domains >= DOMAINS_MIN && share >= SHARE_MIN));
	}
}

char *
authserv_pattern(const json_t *one)
{
	return g_strconcat(jsonl_string(one, "id"), jsonl_bool(one, "always", false) ? "!" : "", NULL);
}

const json_t *
authserv_proposed(const json_t *learnt)
{
	const json_t *one;
	size_t i;

	json_array_foreach(json_object_get(learnt, "ids"), i, one)
		if (jsonl_bool(one, "proposed", false))
			return one;
	return NULL;
}
