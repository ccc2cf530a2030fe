/* SPDX-License-Identifier: GPL-3.0-or-later */
/* session_bus.c - GIO by its soname, as the dynamic linker would have taken it. It stays once it is there. */
#include "base/session_bus.h"

#include <dlfcn.h>
#include <string.h>

static const struct {
	const char *name;
	size_t offset;
} functions[] = {
	{"g_bus_get_sync", offsetof(struct session_bus, get)},
	{"g_dbus_connection_call_sync", offsetof(struct session_bus, call)},
	{"g_dbus_connection_signal_subscribe", offsetof(struct session_bus, subscribe)},
	{"g_dbus_connection_signal_unsubscribe", offsetof(struct session_bus, unsubscribe)},
	{"g_object_unref", offsetof(struct session_bus, unref)},
};

bool
session_bus_load(struct session_bus *out)
{
	void *library = dlopen(PENFOLD_GIO, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);

	for (size_t i = 0; library != NULL && i < G_N_ELEMENTS(functions); i++) {
		void *function = dlsym(library, functions[i].name);

		if (function == NULL)
			return false;
		/* POSIX: a pointer to a function fits into one to void */
		memcpy((char *)out + functions[i].offset, &function, sizeof(function));
	}
	return library != NULL;
}
