/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is asked for of a letter however it is handed over: when it leaves, which reports, how it is protected. */
#include "cmd/cmd_wishes.h"

#include "base/error.h"
#include "base/when.h"
#include "cmd/cmd.h"

#include <string.h>

json_t *
cmd_wishes_take(int *argc, char **argv, GError **error)
{
	static const char *const priorities[] = {"high", "normal", "low", NULL};
	const char *at = cmd_take_option(argc, argv, "--at");
	json_t *wishes = json_pack("{s:s*, s:s*}", "notify", cmd_take_option(argc, argv, "--dsn"),
	    "priority", cmd_take_option(argc, argv, "--priority"));
	GDateTime *now = g_date_time_new_now_local();
	gint64 when;

	if (cmd_take_switch(argc, argv, "--require-tls"))
		json_object_set_new(wishes, "require_tls", json_true());
	const char *priority = jsonl_string(wishes, "priority");

	if (priority != NULL && !g_strv_contains(priorities, priority)) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "--priority: \"%s\" is none of high, normal and low", priority);
		g_clear_pointer(&wishes, json_decref);
	} else if (at != NULL && !when_parse(at, now, &when, error))
		g_clear_pointer(&wishes, json_decref);
	else if (at != NULL)
		json_object_set_new(wishes, "at", json_integer(when));
	g_date_time_unref(now);
	return wishes;
}

bool
cmd_wishes_protection(json_t *letter, const char *arg)
{
	static const struct {
		const char *option, *key;
		bool value;
	} options[] = {
		{ "--sign", "sign", true },
		{ "--no-sign", "sign", false },
		{ "--encrypt", "encrypt", true },
		{ "--no-encrypt", "encrypt", false },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(options); i++) {
		if (strcmp(arg, options[i].option) == 0) {
			json_object_set_new(letter, options[i].key, json_boolean(options[i].value));
			return true;
		}
	}
	return false;
}
