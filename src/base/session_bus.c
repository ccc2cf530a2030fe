/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session_bus.c - GIO, when it is wanted. */
#include "base/session_bus.h"

#include "base/library.h"

static const struct library_function functions[] = {
	{"g_bus_get_sync", offsetof(struct session_bus, get)},
	{"g_dbus_connection_call_sync", offsetof(struct session_bus, call)},
	{"g_dbus_connection_signal_subscribe", offsetof(struct session_bus, subscribe)},
	{"g_dbus_connection_signal_unsubscribe", offsetof(struct session_bus, unsubscribe)},
	{"g_object_unref", offsetof(struct session_bus, unref)},
};

bool
session_bus_load(struct session_bus *out)
{
	return library_load(PENFOLD_GIO, functions, G_N_ELEMENTS(functions), out);
}
