/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GLib's sentence names the program in its own quotes, or not at all, and GLib's own function: here is ours. */
#include "base/spawn.h"

#include "base/error.h"

#include <stdbool.h>
#include <string.h>

char *
spawn_words(const GError *why, const char *dir)
{
	/* GLib says the system's reason in brackets at the end */
	const char *open = strrchr(why->message, '('), *close = strrchr(why->message, ')');
	char *reason = open != NULL && close != NULL && close > open ? g_strndup(open + 1, (gsize)(close - open - 1))
								     : g_strdup(why->message);
	char *words;

	if (g_error_matches(why, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
		words = g_strdup("there is no such program");
	/* a name is looked for in all of PATH, of which a folder may be closed to us */
	else if (g_error_matches(why, G_SPAWN_ERROR, G_SPAWN_ERROR_ACCES) && strchr(why->message, '/') == NULL)
		words = g_strdup("there is no such program that you may run");
	else if (dir != NULL && g_error_matches(why, G_SPAWN_ERROR, G_SPAWN_ERROR_CHDIR))
		words = g_strdup_printf("the folder %s: %s", dir, reason);
	else
		words = g_strdup(reason);
	g_free(reason);
	return words;
}

void
spawn_error(GError **error, const char *program, const char *dir)
{
	bool is_none = error == NULL || *error == NULL || (*error)->domain != G_SPAWN_ERROR;
	char *words = is_none ? NULL : spawn_words(*error, dir);

	if (is_none)
		return;
	if (dir != NULL && (*error)->code == G_SPAWN_ERROR_CHDIR) {
		g_clear_error(error);
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s", words);
	} else {
		g_clear_error(error);
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "\"%s\" cannot be started: %s", program, words);
	}
	g_free(words);
}
