/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places on the disk, after the XDG base directory specification. */
#include "base/paths.h"

#include <stdlib.h>
#include <unistd.h>

#ifndef PENFOLD_PREFIX
#define PENFOLD_PREFIX "/usr/local"
#endif

/* $variable/penfold, else ~/fallback/penfold. An empty or relative value does not count (XDG). */
static char *
xdg(const char *variable, const char *fallback)
{
	const char *value = getenv(variable);

	if (value != NULL && value[0] == '/')
		return g_build_filename(value, "penfold", NULL);
	return g_build_filename(g_get_home_dir(), fallback, "penfold", NULL);
}

char *
paths_rc(void)
{
	const char *named = getenv("PENFOLD_RC");
	char *folder, *path;

	if (named != NULL && named[0] != '\0')
		return g_strdup(named);
	folder = xdg("XDG_CONFIG_HOME", ".config");
	path = g_build_filename(folder, "rc", NULL);
	g_free(folder);
	return path;
}

char *
paths_state(void)
{
	return xdg("XDG_STATE_HOME", ".local/state");
}

char *
paths_of_account(const char *state_dir, const char *what, const char *account, const char *suffix)
{
	char *name = g_uri_escape_string(account, " ", FALSE);
	char *path = g_strdup_printf("%s/%s-%s.%s", state_dir, what, name, suffix);

	g_free(name);
	return path;
}

char *
paths_expand(const char *path)
{
	if (path[0] == '~' && (path[1] == '\0' || path[1] == '/'))
		return g_build_filename(g_get_home_dir(), path + 1, NULL);
	return g_strdup(path);
}

char *
paths_target(const char *typed, const char *name)
{
	char *path = paths_expand(typed);
	char *inside = g_file_test(path, G_FILE_TEST_IS_DIR) ? g_build_filename(path, name, NULL) : NULL;
	if (inside == NULL)
		return path;
	g_free(path);
	return inside;
}

/* The folder of the running program, from the kernel: argv[0] can say anything. */
static char *
own_folder(void)
{
	char *self = g_file_read_link("/proc/self/exe", NULL);
	char *folder = self != NULL ? g_path_get_dirname(self) : NULL;

	g_free(self);
	return folder;
}

/* $variable/name, else the own folder's subfolder/name where that is there, else below PREFIX. */
static char *
installed(const char *variable, const char *subfolder, const char *prefix_folder, const char *name)
{
	const char *told = getenv(variable);
	char *folder, *path;

	if (told != NULL && told[0] != '\0')
		return g_build_filename(told, name, NULL);
	folder = own_folder();
	if (folder != NULL) {
		path = g_build_filename(folder, subfolder, name, NULL);
		g_free(folder);
		if (access(path, R_OK) == 0)
			return path;
		g_free(path);
	}
	return g_build_filename(PENFOLD_PREFIX, prefix_folder, "penfold", name, NULL);
}

char *
paths_helper(const char *name)
{
	return installed("PENFOLD_LIBEXEC", "", "libexec", name);
}

char *
paths_data(const char *name)
{
	return installed("PENFOLD_DATA", "data", "share", name);
}
