/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold-notify: one JSON object {summary, body} on standard input becomes a notification of the desktop,
 * by D-Bus. A program of its own, since a bus may be slow, and since what it links starts threads.
 *
 * The texts come from mail. They are made display text here once more, and the markup that the desktop's
 * specification allows in a body is taken out by escaping. */
#include "base/error.h"
#include "base/jsonl.h"
#include "base/safe_text.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TEXT_MAX   300 /* characters: a notification is a glance */
#define TIMEOUT_MS 3000
#define SHOW_MS	   8000

static char *
display(const json_t *obj, const char *key)
{
	char *line = safe_line(jsonl_string(obj, key));
	char *cut = g_utf8_strlen(line, -1) > TEXT_MAX ? g_utf8_substring(line, 0, TEXT_MAX) : g_strdup(line);

	g_free(line);
	return cut;
}

static bool
notify(const json_t *obj)
{
	char *summary = display(obj, "summary"), *body = display(obj, "body");
	char *escaped = g_markup_escape_text(body, -1);
	GDBusConnection *bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
	GVariantBuilder hints;
	GVariant *answer = NULL;

	g_variant_builder_init(&hints, G_VARIANT_TYPE("a{sv}"));
	g_variant_builder_add(&hints, "{sv}", "category", g_variant_new_string("email.arrived"));
	g_variant_builder_add(&hints, "{sv}", "desktop-entry", g_variant_new_string("penfold"));
	if (bus != NULL)
		answer = g_dbus_connection_call_sync(bus, "org.freedesktop.Notifications",
		    "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "Notify",
		    g_variant_new("(susssasa{sv}i)", "Penfold", 0u, "mail-unread", summary, escaped, NULL,
			&hints, SHOW_MS),
		    G_VARIANT_TYPE("(u)"), G_DBUS_CALL_FLAGS_NONE, TIMEOUT_MS, NULL, NULL);
	else
		g_variant_builder_clear(&hints);
	if (bus != NULL)
		g_object_unref(bus);
	if (answer != NULL)
		g_variant_unref(answer);
	g_free(escaped);
	g_free(summary);
	g_free(body);
	return answer != NULL;
}

int
main(void)
{
	struct jsonl *j = jsonl_new(STDIN_FILENO, STDOUT_FILENO);
	json_t *obj = NULL;
	bool ok = jsonl_receive(j, true, &obj, NULL, NULL, NULL) == JSONL_ITEM && notify(obj);

	json_decref(obj);
	jsonl_free(j);
	return ok ? 0 : 69; /* sysexits: unavailable */
}
