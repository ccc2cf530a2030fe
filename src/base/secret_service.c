/* SPDX-License-Identifier: GPL-3.0-or-later */
/* secret_service.c - a few calls by GDBus, which is part of GIO: libsecret would be one more library
 * for the same calls. The bus is local and of the same user; its "plain" transfer is what that asks
 * for. */
#include "base/secret_service.h"

#include "base/error.h"
#include "base/session_bus.h"

#include <stdlib.h>
#include <string.h>

#define SERVICE "org.freedesktop.secrets"
#define ROOT "/org/freedesktop/secrets"
#define DEFAULT_COLLECTION "/org/freedesktop/secrets/aliases/default"
#define CALL_MS 5000
#define PROMPT_MS 120000 /* a person types a password */

/* Without an address there is no bus for us: GIO would start one by itself. */
static bool
has_bus_address(void)
{
	const char *address = getenv("DBUS_SESSION_BUS_ADDRESS");
	const char *runtime = getenv("XDG_RUNTIME_DIR");
	char *socket;
	bool is_there;

	if (address != NULL && address[0] != '\0')
		return true;
	if (runtime == NULL || runtime[0] != '/')
		return false;
	socket = g_build_filename(runtime, "bus", NULL);
	is_there = g_file_test(socket, G_FILE_TEST_EXISTS);
	g_free(socket);
	return is_there;
}

/* A connection and the functions for it. */
struct keyring {
	struct session_bus gio;
	GDBusConnection *bus;
};

/* False where there is no bus. */
static bool
connect_bus(struct keyring *k)
{
	*k = (struct keyring){0};
	if (has_bus_address() && session_bus_load(&k->gio))
		k->bus = k->gio.get(G_BUS_TYPE_SESSION, NULL, NULL);
	return k->bus != NULL;
}

static void
disconnect_bus(struct keyring *k)
{
	if (k->bus != NULL)
		k->gio.unref(k->bus);
}

/* args is consumed when floating. Owned; NULL with error. */
static GVariant *
call(const struct keyring *k, const char *path, const char *interface, const char *method,
    GVariant *args, const char *reply_type, GError **error)
{
	GVariantType *type = g_variant_type_new(reply_type);
	GError *why = NULL;
	GVariant *reply = k->gio.call(k->bus, SERVICE, path, interface, method, args,
	    type, G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, &why);

	g_variant_type_free(type);
	if (reply == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_AUTH, "the keyring does not answer: %s",
		    why->message);
		g_error_free(why);
	}
	return reply;
}

/* Does a bus name have an owner, or can one be started? */
static bool
has_name(const struct keyring *k, const char *method, const char *reply_type)
{
	GVariantType *type = g_variant_type_new(reply_type);
	GVariant *reply = k->gio.call(k->bus, "org.freedesktop.DBus",
	    "/org/freedesktop/DBus", "org.freedesktop.DBus", method,
	    g_str_equal(method, "NameHasOwner") ? g_variant_new("(s)", SERVICE) : NULL, type,
	    G_DBUS_CALL_FLAGS_NONE, CALL_MS, NULL, NULL);
	gboolean has = FALSE; /* what g_variant_get() writes is wider than a bool */
	const char **names = NULL;

	g_variant_type_free(type);
	if (reply == NULL)
		return false;
	if (g_str_equal(reply_type, "(b)")) {
		g_variant_get(reply, "(b)", &has);
	} else {
		g_variant_get(reply, "(^a&s)", &names);
		has = g_strv_contains(names, SERVICE);
		g_free(names);
	}
	g_variant_unref(reply);
	return has;
}

static bool
is_service_on(const struct keyring *k)
{
	return has_name(k, "NameHasOwner", "(b)") || has_name(k, "ListActivatableNames", "(as)");
}

bool
secret_service_is_there(void)
{
	struct keyring k;
	bool is_there = connect_bus(&k) && is_service_on(&k);

	disconnect_bus(&k);
	return is_there;
}

static GVariant *
attributes(const char *account)
{
	GVariantBuilder b;

	g_variant_builder_init(&b, G_VARIANT_TYPE("a{ss}"));
	g_variant_builder_add(&b, "{ss}", "application", "penfold");
	g_variant_builder_add(&b, "{ss}", "account", account);
	return g_variant_builder_end(&b);
}

/* The path of a session whose secrets travel as they are; owned. */
static char *
open_session(const struct keyring *k, GError **error)
{
	GVariant *reply = call(k, ROOT, "org.freedesktop.Secret.Service", "OpenSession",
	    g_variant_new("(sv)", "plain", g_variant_new_string("")), "(vo)", error);
	char *session = NULL;

	if (reply == NULL)
		return NULL;
	g_variant_get(reply, "(vo)", NULL, &session);
	g_variant_unref(reply);
	return session;
}

struct prompt {
	bool is_over;
	gboolean is_dismissed; /* as g_variant_get() writes it */
};

static void
on_completed(GDBusConnection *bus, const gchar *sender, const gchar *path, const gchar *interface,
    const gchar *signal, GVariant *args, gpointer user)
{
	struct prompt *p = user;

	(void)bus;
	(void)sender;
	(void)path;
	(void)interface;
	(void)signal;
	if (g_variant_is_of_type(args, G_VARIANT_TYPE("(bv)")))
		g_variant_get(args, "(bv)", &p->is_dismissed, NULL);
	else
		p->is_dismissed = true;
	p->is_over = true;
}

static gboolean
on_timeout(gpointer user)
{
	struct prompt *p = user;

	p->is_over = true;
	p->is_dismissed = TRUE;
	return G_SOURCE_REMOVE;
}

/* Show the service's own question and wait. "/" is none. */
static bool
answer_prompt(const struct keyring *k, const char *path, GError **error)
{
	GMainContext *context = g_main_context_new();
	GSource *timeout = g_timeout_source_new(PROMPT_MS);
	struct prompt p = { false, FALSE };
	GVariant *reply;
	guint id;

	if (strcmp(path, "/") == 0) {
		g_source_unref(timeout);
		g_main_context_unref(context);
		return true;
	}
	g_main_context_push_thread_default(context);
	id = k->gio.subscribe(k->bus, SERVICE, "org.freedesktop.Secret.Prompt",
	    "Completed", path, NULL, G_DBUS_SIGNAL_FLAGS_NONE, on_completed, &p, NULL);
	g_source_set_callback(timeout, on_timeout, &p, NULL);
	g_source_attach(timeout, context);
	reply = call(k, path, "org.freedesktop.Secret.Prompt", "Prompt", g_variant_new("(s)", ""),
	    "()", error);
	while (reply != NULL && !p.is_over)
		g_main_context_iteration(context, TRUE);
	k->gio.unsubscribe(k->bus, id);
	g_source_destroy(timeout);
	g_source_unref(timeout);
	g_main_context_pop_thread_default(context);
	g_main_context_unref(context);
	if (reply == NULL)
		return false;
	g_variant_unref(reply);
	if (!p.is_dismissed)
		return true;
	g_set_error(error, PF_ERROR, PF_ERROR_AUTH, "the keyring stays locked");
	return false;
}

static bool
unlock(const struct keyring *k, const char *item, GError **error)
{
	const char *items[] = { item, NULL };
	GVariant *reply = call(k, ROOT, "org.freedesktop.Secret.Service", "Unlock",
	    g_variant_new("(^ao)", items), "(aoo)", error);
	const char *prompt;
	bool is_good;

	if (reply == NULL)
		return false;
	g_variant_get(reply, "(ao&o)", NULL, &prompt);
	is_good = answer_prompt(k, prompt, error);
	g_variant_unref(reply);
	return is_good;
}

/* The first item of the account, unlocked; owned. NULL without error when there is none. */
static char *
find_item(const struct keyring *k, const char *account, GError **error)
{
	GVariant *reply = call(k, ROOT, "org.freedesktop.Secret.Service", "SearchItems",
	    g_variant_new("(@a{ss})", attributes(account)), "(aoao)", error);
	char **unlocked = NULL, **locked = NULL, *item = NULL;

	if (reply == NULL)
		return NULL;
	g_variant_get(reply, "(^ao^ao)", &unlocked, &locked);
	if (unlocked[0] != NULL)
		item = g_strdup(unlocked[0]);
	else if (locked[0] != NULL && unlock(k, locked[0], error))
		item = g_strdup(locked[0]);
	g_strfreev(unlocked);
	g_strfreev(locked);
	g_variant_unref(reply);
	return item;
}

static struct secret *
read_item(const struct keyring *k, const char *item, GError **error)
{
	char *session = open_session(k, error);
	GVariant *reply = session == NULL ? NULL
					  : call(k, item, "org.freedesktop.Secret.Item",
						"GetSecret", g_variant_new("(o)", session),
						"((oayays))", error);
	struct secret *secret = NULL;

	g_free(session);
	if (reply != NULL) {
		GVariant *whole = g_variant_get_child_value(reply, 0);
		GVariant *value = g_variant_get_child_value(whole, 2);
		gsize len = 0;
		const char *bytes = g_variant_get_fixed_array(value, &len, 1);

		secret = secret_new(bytes != NULL ? bytes : "", len);
		g_variant_unref(value);
		g_variant_unref(whole);
		g_variant_unref(reply);
	}
	return secret;
}

struct secret *
secret_service_get(const char *account, GError **error)
{
	struct keyring k;
	struct secret *secret = NULL;
	char *item = NULL;

	if (connect_bus(&k) && is_service_on(&k))
		item = find_item(&k, account, error);
	if (item != NULL)
		secret = read_item(&k, item, error);
	g_free(item);
	disconnect_bus(&k);
	return secret;
}

/* (oayays): session, parameters, bytes, type. */
static GVariant *
secret_variant(const char *session, const struct secret *secret)
{
	return g_variant_new("(o@ay@ays)", session, g_variant_new_fixed_array(G_VARIANT_TYPE_BYTE, NULL, 0, 1),
	    g_variant_new_fixed_array(
		G_VARIANT_TYPE_BYTE, secret_bytes(secret), secret_len(secret), 1),
	    "text/plain");
}

static bool
create_item(const struct keyring *k, const char *account, const struct secret *secret, GError **error)
{
	char *session = open_session(k, error);
	char *label = g_strdup_printf("Penfold: %s", account);
	GVariantBuilder properties;
	GVariant *reply = NULL;
	const char *prompt;
	bool is_good = false;

	if (session != NULL) {
		g_variant_builder_init(&properties, G_VARIANT_TYPE("a{sv}"));
		g_variant_builder_add(&properties, "{sv}", "org.freedesktop.Secret.Item.Label",
		    g_variant_new_string(label));
		g_variant_builder_add(&properties, "{sv}", "org.freedesktop.Secret.Item.Attributes",
		    attributes(account));
		reply = call(k, DEFAULT_COLLECTION, "org.freedesktop.Secret.Collection",
		    "CreateItem",
		    g_variant_new("(a{sv}@(oayays)b)", &properties,
			secret_variant(session, secret), TRUE),
		    "(oo)", error);
	}
	if (reply != NULL) {
		g_variant_get(reply, "(o&o)", NULL, &prompt);
		is_good = answer_prompt(k, prompt, error);
		g_variant_unref(reply);
	}
	g_free(label);
	g_free(session);
	return is_good;
}

bool
secret_service_put(const char *account, const struct secret *secret, GError **error)
{
	struct keyring k;
	bool is_good = false;

	if (!connect_bus(&k) || !is_service_on(&k))
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "there is no keyring on this session's bus");
	else
		is_good = unlock(&k, DEFAULT_COLLECTION, error) &&
		    create_item(&k, account, secret, error);
	disconnect_bus(&k);
	return is_good;
}
