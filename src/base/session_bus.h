/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session_bus.h - the functions of GDBus that secret_service.c calls, bound when the keyring is first asked for.
 * Most runs of the programs that log in to servers never ask it; GIO and the eight libraries that it brings
 * along cost them a tenth of their memory and a fifth of their start. */
#ifndef PENFOLD_BASE_SESSION_BUS_H
#define PENFOLD_BASE_SESSION_BUS_H

#include <gio/gio.h>
#include <stdbool.h>

struct session_bus {
	__typeof__(g_bus_get_sync) *get;
	__typeof__(g_dbus_connection_call_sync) *call;
	__typeof__(g_dbus_connection_signal_subscribe) *subscribe;
	__typeof__(g_dbus_connection_signal_unsubscribe) *unsubscribe;
	__typeof__(g_object_unref) *unref;
};

/* False when the library that Penfold was built with is not there. */
bool session_bus_load(struct session_bus *out);

#endif
