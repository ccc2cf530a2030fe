/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keyring over a session bus of the test's own, with a small service behind it: this program, started
 * again with --keyring. */
#include "base/error.h"
#include "base/secret_service.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#define ITEM "/org/freedesktop/secrets/item/1"
#define PROMPT "/org/freedesktop/secrets/prompt/1"

/* ---- the service */

static const char interfaces[] =
    "<node><interface name='org.freedesktop.Secret.Service'>"
    "<method name='OpenSession'><arg type='s' direction='in'/><arg type='v' direction='in'/>"
    "<arg type='v' direction='out'/><arg type='o' direction='out'/></method>"
    "<method name='SearchItems'><arg type='a{ss}' direction='in'/>"
    "<arg type='ao' direction='out'/><arg type='ao' direction='out'/></method>"
    "<method name='Unlock'><arg type='ao' direction='in'/>"
    "<arg type='ao' direction='out'/><arg type='o' direction='out'/></method></interface>"
    "<interface name='org.freedesktop.Secret.Collection'>"
    "<method name='CreateItem'><arg type='a{sv}' direction='in'/>"
    "<arg type='(oayays)' direction='in'/><arg type='b' direction='in'/>"
    "<arg type='o' direction='out'/><arg type='o' direction='out'/></method></interface>"
    "<interface name='org.freedesktop.Secret.Item'>"
    "<method name='GetSecret'><arg type='o' direction='in'/>"
    "<arg type='(oayays)' direction='out'/></method></interface>"
    "<interface name='org.freedesktop.Secret.Prompt'>"
    "<method name='Prompt'><arg type='s' direction='in'/></method></interface></node>";

struct keyring {
	const char *mode; /* open, locked, dismissed, broken */
	bool is_unlocked;
	char *account;
	GVariant *secret;
	GMainLoop *loop;
};

static void
search(struct keyring *k, GVariant *args, GDBusMethodInvocation *call)
{
	GVariant *attributes = g_variant_get_child_value(args, 0);
	const char *account = "", *application = "";
	const char *const none[] = {NULL}, *const one[] = {ITEM, NULL};
	bool is_found, is_open = strcmp(k->mode, "open") == 0 || k->is_unlocked;

	(void)g_variant_lookup(attributes, "account", "&s", &account);
	(void)g_variant_lookup(attributes, "application", "&s", &application);
	is_found = strcmp(application, "penfold") == 0 && g_strcmp0(account, k->account) == 0;
	g_dbus_method_invocation_return_value(call,
	    g_variant_new("(^ao^ao)", is_found && is_open ? one : none,
		is_found && !is_open ? one : none));
	g_variant_unref(attributes);
}

static void
create(struct keyring *k, GVariant *args, GDBusMethodInvocation *call)
{
	GVariant *properties = g_variant_get_child_value(args, 0), *attributes;

	attributes = g_variant_lookup_value(properties, "org.freedesktop.Secret.Item.Attributes",
	    G_VARIANT_TYPE("a{ss}"));
	g_free(k->account);
	k->account = NULL;
	(void)g_variant_lookup(attributes, "account", "s", &k->account);
	g_clear_pointer(&k->secret, g_variant_unref);
	k->secret = g_variant_get_child_value(args, 1);
	g_dbus_method_invocation_return_value(call, g_variant_new("(oo)", ITEM, "/"));
	g_variant_unref(attributes);
	g_variant_unref(properties);
}

static void
prompt(struct keyring *k, GDBusConnection *bus, GDBusMethodInvocation *call)
{
	bool is_dismissed = strcmp(k->mode, "dismissed") == 0;

	k->is_unlocked = !is_dismissed;
	g_dbus_method_invocation_return_value(call, NULL);
	g_dbus_connection_emit_signal(bus, NULL, PROMPT, "org.freedesktop.Secret.Prompt",
	    "Completed", g_variant_new("(bv)", is_dismissed, g_variant_new_string("")), NULL);
}

static void
on_call(GDBusConnection *bus, const char *sender, const char *path, const char *interface,
    const char *method, GVariant *args, GDBusMethodInvocation *call, gpointer user)
{
	struct keyring *k = user;
	bool is_open = strcmp(k->mode, "open") == 0 || k->is_unlocked;
	const char *const none[] = {NULL};

	(void)sender;
	(void)path;
	(void)interface;
	if (strcmp(k->mode, "broken") == 0)
		g_dbus_method_invocation_return_dbus_error(call, "org.example.Broken", "out of order");
	else if (strcmp(method, "OpenSession") == 0)
		g_dbus_method_invocation_return_value(call,
		    g_variant_new("(vo)", g_variant_new_string(""), "/org/freedesktop/secrets/session/1"));
	else if (strcmp(method, "SearchItems") == 0)
		search(k, args, call);
	else if (strcmp(method, "Unlock") == 0)
		g_dbus_method_invocation_return_value(
		    call, g_variant_new("(^aoo)", none, is_open ? "/" : PROMPT));
	else if (strcmp(method, "CreateItem") == 0)
		create(k, args, call);
	else if (strcmp(method, "GetSecret") == 0)
		g_dbus_method_invocation_return_value(call, g_variant_new("(@(oayays))", k->secret));
	else
		prompt(k, bus, call);
}

static void
on_bus(GDBusConnection *bus, const char *name, gpointer user)
{
	static const GDBusInterfaceVTable table = {.method_call = on_call};
	static const char *const paths[] = {"/org/freedesktop/secrets",
	    "/org/freedesktop/secrets/aliases/default", ITEM, PROMPT};
	GDBusNodeInfo *node = g_dbus_node_info_new_for_xml(interfaces, NULL);

	(void)name;
	for (size_t i = 0; i < G_N_ELEMENTS(paths); i++)
		g_dbus_connection_register_object(
		    bus, paths[i], node->interfaces[i], &table, user, NULL, NULL);
	g_dbus_node_info_unref(node);
}

static int
keyring_main(const char *mode)
{
	struct keyring k = {.mode = mode, .loop = g_main_loop_new(NULL, FALSE)};

	g_bus_own_name(G_BUS_TYPE_SESSION, "org.freedesktop.secrets", G_BUS_NAME_OWNER_FLAGS_NONE,
	    on_bus, NULL, NULL, &k, NULL);
	g_main_loop_run(k.loop);
	return 0;
}

/* ---- the tests */

static const char *self;

struct fixture {
	GSubprocess *keyring;
};

static void
set_up(struct fixture *f, gconstpointer mode)
{
	if (mode == NULL)
		return;
	f->keyring = g_subprocess_new(G_SUBPROCESS_FLAGS_NONE, NULL, self, "--keyring", mode, NULL);
	g_assert_nonnull(f->keyring);
	for (int i = 0; i < 1000 && !secret_service_is_there(); i++)
		g_usleep(10000);
}

static void
tear_down(struct fixture *f, gconstpointer mode)
{
	(void)mode;
	if (f->keyring != NULL) {
		g_subprocess_force_exit(f->keyring);
		(void)g_subprocess_wait(f->keyring, NULL, NULL);
		g_object_unref(f->keyring);
	}
	for (int i = 0; i < 1000 && secret_service_is_there(); i++)
		g_usleep(10000);
}

static bool
put(const char *account, const char *text, GError **error)
{
	struct secret *s = secret_new(text, strlen(text));
	bool is_good = secret_service_put(account, s, error);

	secret_free(s);
	return is_good;
}

static void
assert_kept(const char *account, const char *text)
{
	GError *error = NULL;
	struct secret *s = secret_service_get(account, &error);

	g_assert_no_error(error);
	g_assert_nonnull(s);
	g_assert_cmpstr(secret_bytes(s), ==, text);
	secret_free(s);
}

static void
test_keeps(struct fixture *f, gconstpointer mode)
{
	GError *error = NULL;

	(void)f;
	(void)mode;
	g_assert_true(secret_service_is_there());
	g_assert_null(secret_service_get("work", &error));
	g_assert_no_error(error);
	g_assert_true(put("work", "gr\xc3\xbc\xc3\x9f" "e", &error));
	g_assert_no_error(error);
	assert_kept("work", "gr\xc3\xbc\xc3\x9f" "e");
	g_assert_null(secret_service_get("home", &error));
	g_assert_no_error(error);
	g_assert_true(put("work", "", &error));
	assert_kept("work", "");
}

/* The service shows its own window and the user types what opens it. */
static void
test_unlocks(struct fixture *f, gconstpointer mode)
{
	GError *error = NULL;

	(void)f;
	(void)mode;
	g_assert_true(put("work", "pw", &error));
	g_assert_no_error(error);
	assert_kept("work", "pw");
}

static void
test_stays_locked(struct fixture *f, gconstpointer mode)
{
	GError *error = NULL;

	(void)f;
	(void)mode;
	g_assert_false(put("work", "pw", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_AUTH);
	g_assert_nonnull(strstr(error->message, "locked"));
	g_clear_error(&error);
}

static void
test_broken(struct fixture *f, gconstpointer mode)
{
	GError *error = NULL;

	(void)f;
	(void)mode;
	g_assert_null(secret_service_get("work", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_AUTH);
	g_assert_nonnull(strstr(error->message, "does not answer"));
	g_clear_error(&error);
}

static void
test_none(struct fixture *f, gconstpointer mode)
{
	GError *error = NULL;

	(void)f;
	(void)mode;
	g_assert_false(secret_service_is_there());
	g_assert_null(secret_service_get("work", &error));
	g_assert_no_error(error);
	g_assert_false(put("work", "pw", &error));
	g_assert_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE);
	g_clear_error(&error);
}

static void
test_no_bus(void)
{
	char *bus = g_find_program_in_path("dbus-daemon");

	if (bus == NULL)
		g_test_skip("dbus-daemon is not installed");
	g_free(bus);
	g_unsetenv("DBUS_SESSION_BUS_ADDRESS");
	g_setenv("XDG_RUNTIME_DIR", "/nonexistent", TRUE);
	g_assert_false(secret_service_is_there());
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name, *mode;
		void (*fn)(struct fixture *, gconstpointer);
	} tests[] = {
	    {"/secret_service/keeps", "open", test_keeps},
	    {"/secret_service/unlocks", "locked", test_unlocks},
	    {"/secret_service/stays_locked", "dismissed", test_stays_locked},
	    {"/secret_service/broken", "broken", test_broken},
	    {"/secret_service/none", NULL, test_none},
	};
	char *daemon = g_find_program_in_path("dbus-daemon");
	GTestDBus *bus;
	int result;

	if (argc == 3 && strcmp(argv[1], "--keyring") == 0)
		return keyring_main(argv[2]);
	self = argv[0];
	g_test_init(&argc, &argv, NULL);
	bus = g_test_dbus_new(G_TEST_DBUS_NONE);
	if (daemon != NULL)
		g_test_dbus_up(bus);
	for (size_t i = 0; daemon != NULL && i < G_N_ELEMENTS(tests); i++)
		g_test_add(tests[i].name, struct fixture, tests[i].mode, set_up, tests[i].fn, tear_down);
	g_test_add_func("/secret_service/no_bus", test_no_bus);
	result = g_test_run();
	if (daemon != NULL)
		g_test_dbus_stop(bus); /* not down(): that waits for the bus's last reference */
	g_object_unref(bus);
	g_free(daemon);
	return result;
}
