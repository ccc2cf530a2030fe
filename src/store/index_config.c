/* SPDX-License-Identifier: GPL-3.0-or-later */
/* notmuch's configuration, found as notmuch finds it, but heeded only when it is about our root. */
#include "store/index_config.h"

#include "base/error.h"
#include "base/file.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* As notmuch sees it: GLib's answer may differ from the environment. */
static const char *
home(void)
{
	const char *env = g_getenv("HOME");

	return env != NULL && env[0] != '\0' ? env : g_get_home_dir();
}

/* $XDG_CONFIG_HOME/notmuch/PROFILE/config. Owned. */
static char *
xdg_path(const char *profile)
{
	const char *env = g_getenv("XDG_CONFIG_HOME");

	if (env != NULL && env[0] != '\0')
		return g_build_filename(env, "notmuch", profile, "config", NULL);
	return g_build_filename(home(), ".config", "notmuch", profile, "config", NULL);
}

/* notmuch-config(1): $NOTMUCH_CONFIG, $XDG_CONFIG_HOME/notmuch/PROFILE/config, ~/.notmuch-config. */
static char *
config_path(void)
{
	const char *env = g_getenv("NOTMUCH_CONFIG");
	const char *profile = g_getenv("NOTMUCH_PROFILE");
	bool has_profile = profile != NULL && profile[0] != '\0';
	char *path, *name;

	if (env != NULL && env[0] != '\0')
		return g_strdup(env);
	path = xdg_path(has_profile ? profile : "default");
	if (g_file_test(path, G_FILE_TEST_EXISTS))
		return path;
	g_free(path);
	name = has_profile ? g_strconcat(".notmuch-config.", profile, NULL)
			   : g_strdup(".notmuch-config");
	path = g_build_filename(home(), name, NULL);
	g_free(name);
	return path;
}

/* A path of the file: "~/" and relative paths are below the home folder. NULL when unset. */
static char *
path_value(GKeyFile *file, const char *key)
{
	char *value = g_key_file_get_string(file, "database", key, NULL);
	char *path;

	if (value == NULL || g_path_is_absolute(value))
		return value;
	path = g_build_filename(home(), g_str_has_prefix(value, "~/") ? value + 2 : value,
	    NULL);
	g_free(value);
	return path;
}

static bool
is_same_folder(const char *a, const char *b)
{
	char *real_a = a != NULL ? realpath(a, NULL) : NULL;
	char *real_b = b != NULL ? realpath(b, NULL) : NULL;
	bool same = real_a != NULL && real_b != NULL && strcmp(real_a, real_b) == 0;

	free(real_a);
	free(real_b);
	return same;
}

void
index_config_find(const char *root, struct index_config *out)
{
	char *path = config_path();
	GKeyFile *file = g_key_file_new();
	char *mail_root = NULL, *database = NULL;

	if (g_key_file_load_from_file(file, path, G_KEY_FILE_NONE, NULL)) {
		database = path_value(file, "path");
		mail_root = path_value(file, "mail_root");
	}
	if (database != NULL && is_same_folder(mail_root != NULL ? mail_root : database, root)) {
		out->database = g_steal_pointer(&database);
		out->file = g_steal_pointer(&path);
	} else {
		out->database = g_strdup(root);
		out->file = g_strdup("");
	}
	g_key_file_unref(file);
	g_free(path);
	g_free(mail_root);
	g_free(database);
}

static char **
values(notmuch_database_t *db, notmuch_config_key_t key)
{
	notmuch_config_values_t *list = notmuch_config_get_values(db, key);
	GPtrArray *out = g_ptr_array_new();

	for (; list != NULL && notmuch_config_values_valid(list);
	     notmuch_config_values_move_to_next(list)) {
		const char *value = notmuch_config_values_get(list);

		if (value != NULL && value[0] != '\0')
			g_ptr_array_add(out, g_strdup(value));
	}
	if (list != NULL)
		notmuch_config_values_destroy(list);
	g_ptr_array_add(out, NULL);
	return (char **)g_ptr_array_free(out, FALSE);
}

void
index_config_read(struct index_config *c, notmuch_database_t *db)
{
	notmuch_bool_t sync = true;

	c->new_tags = values(db, NOTMUCH_CONFIG_NEW_TAGS);
	c->exclude_tags = values(db, NOTMUCH_CONFIG_EXCLUDE_TAGS);
	c->ignored = values(db, NOTMUCH_CONFIG_NEW_IGNORE);
	if (notmuch_config_get_bool(db, NOTMUCH_CONFIG_SYNC_MAILDIR_FLAGS, &sync) !=
	    NOTMUCH_STATUS_SUCCESS)
		sync = true;
	c->has_flag_sync = sync;
}

bool
index_config_create(const struct index_config *c, const char *root, GError **error)
{
	notmuch_database_t *db = NULL;
	char *message = NULL;
	notmuch_status_t status;

	if (!file_make_dir(root, error))
		return false;
	status = notmuch_database_create_with_config(c->database, c->file, NULL, &db, &message);
	if (status == NOTMUCH_STATUS_SUCCESS && c->file[0] == '\0') {
		/* The user has no settings of his own: those that notmuch-setup(1) would write. */
		status = notmuch_database_set_config(db, "new.tags", "unread;inbox");
		if (status == NOTMUCH_STATUS_SUCCESS)
			status = notmuch_database_set_config(db, "search.exclude_tags", "deleted;spam");
	}
	if (db != NULL)
		notmuch_database_destroy(db);
	if (status != NOTMUCH_STATUS_SUCCESS && status != NOTMUCH_STATUS_DATABASE_EXISTS)
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE, "%s: no index can be made there: %s",
		    root, message != NULL ? g_strchomp(message) : notmuch_status_to_string(status));
	free(message);
	return status == NOTMUCH_STATUS_SUCCESS || status == NOTMUCH_STATUS_DATABASE_EXISTS;
}

void
index_config_clear(struct index_config *c)
{
	g_free(c->database);
	g_free(c->file);
	g_strfreev(c->new_tags);
	g_strfreev(c->exclude_tags);
	g_strfreev(c->ignored);
}
