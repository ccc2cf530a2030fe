/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notifyd.c - a notification service on the session's bus, for tests: each notification becomes one line of
 * JSON on standard output. `notifyd silent` never answers, `notifyd refuse` says no. */
#include "base/jsonl.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>

static const char interface_xml[] =
    "<node><interface name='org.freedesktop.Notifications'><method name='Notify'>"
    "<arg type='s' direction='in'/><arg type='u' direction='in'/><arg type='s' direction='in'/>"
    "<arg type='s' direction='in'/><arg type='s' direction='in'/><arg type='as' direction='in'/>"
    "<arg type='a{sv}' direction='in'/><arg type='i' direction='in'/><arg type='u' direction='out'/>"
    "</method></interface></node>";

static void
on_call(GDBusConnection *bus, const char *sender, const char *path, const char *interface, const char *method,
    GVariant *args, GDBusMethodInvocation *call, gpointer user)
{
	const char *how = user, *app, *icon, *summary, *body;
	(void)bus;
	(void)sender;
	(void)path;
	(void)interface;
	(void)method;
	g_variant_get(args, "(&su&s&s&sasa{sv}i)", &app, NULL, &icon, &summary, &body, NULL, NULL, NULL);
	json_t *line = json_pack("{s:s, s:s, s:s, s:s}", "app", app, "icon", icon, "summary", summary, "body", body);
	char *text = json_dumps(line, JSON_COMPACT);
	(void)printf("%s\n", text);
	(void)fflush(stdout);
	if (strcmp(how, "refuse") == 0)
		g_dbus_method_invocation_return_dbus_error(call, "org.example.No", "no");
	else if (strcmp(how, "silent") != 0)
		g_dbus_method_invocation_return_value(call, g_variant_new("(u)", 1u));
	free(text);
	json_decref(line);
}

static void
on_bus(GDBusConnection *bus, const char *name, gpointer user)
{
	static const GDBusInterfaceVTable table = {.method_call = on_call};
	GDBusNodeInfo *info = g_dbus_node_info_new_for_xml(interface_xml, NULL);
	(void)name;
	(void)g_dbus_connection_register_object(bus, "/org/freedesktop/Notifications", info->interfaces[0], &table,
	    user, NULL, NULL);
}

static void
on_name(GDBusConnection *bus, const char *name, gpointer user)
{
	(void)bus;
	(void)user;
	(void)printf("{\"name\": \"%s\"}\n", name);
	(void)fflush(stdout);
}

int
main(int argc, char **argv)
{
	static char answer[] = "answer";
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);
	(void)g_bus_own_name(G_BUS_TYPE_SESSION, "org.freedesktop.Notifications", G_BUS_NAME_OWNER_FLAGS_NONE, on_bus,
	    on_name, NULL, argc > 1 ? argv[1] : answer, NULL);
	g_main_loop_run(loop);
	return 0;
}
