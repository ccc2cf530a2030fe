/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths of messages: as requests name them, as the database spells them, and where they are now. */
#include "store/index.h"

#include "store/maildir.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
has_dots(const char *path)
{
	char **parts = g_strsplit(path, "/", -1);
	bool found = false;

	for (size_t i = 0; parts[i] != NULL; i++)
		found = found || strcmp(parts[i], "..") == 0 || strcmp(parts[i], ".") == 0;
	g_strfreev(parts);
	return found;
}

static bool
is_below(const char *path, const char *root)
{
	size_t len = strlen(root);

	return strncmp(path, root, len) == 0 && path[len] == '/';
}

/* Through a link or with dots: as the real folders say. */
static char *
by_real_path(const char *root, const char *path)
{
	char *dir = g_path_get_dirname(path), *base = g_path_get_basename(path);
	char *real_dir = realpath(dir, NULL), *real_root = realpath(root, NULL);
	char *out = NULL;

	if (real_dir != NULL && real_root != NULL && is_below(real_dir, real_root))
		out = g_strconcat(root, real_dir + strlen(real_root), "/", base, NULL);
	free(real_dir);
	free(real_root);
	g_free(dir);
	g_free(base);
	return out;
}

char *
index_path(struct index *ix, const char *path, GError **error)
{
	const char *root = index_root(ix);
	char *out = NULL;

	if (!g_path_is_absolute(path) && path[0] != '\0' && !has_dots(path))
		out = g_strconcat(root, "/", path, NULL);
	else if (is_below(path, root) && !has_dots(path))
		out = g_strdup(path);
	else if (g_path_is_absolute(path))
		out = by_real_path(root, path);
	if (out == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "%s: not below the mail root %s", path,
		    root);
	return out;
}

const char *
index_relative(struct index *ix, const char *path)
{
	const char *root = index_root(ix);

	return is_below(path, root) ? path + strlen(root) + 1 : path;
}

char *
index_key(struct index *ix, const char *path)
{
	return maildir_key(index_relative(ix, path));
}

/* The entry of dir whose base is this one, with whatever flags; owned path or NULL. */
static char *
find_in(const char *folder, const char *sub, const char *base)
{
	char *dir = g_strconcat(folder, "/", sub, NULL);
	GDir *d = g_dir_open(dir, 0, NULL);
	const char *name;
	char *out = NULL;

	while (d != NULL && out == NULL && (name = g_dir_read_name(d)) != NULL) {
		char *other = maildir_base(name);

		if (strcmp(other, base) == 0)
			out = g_strconcat(dir, "/", name, NULL);
		g_free(other);
	}
	if (d != NULL)
		g_dir_close(d);
	g_free(dir);
	return out;
}

char *
index_locate(const char *path)
{
	struct stat st;
	char *key, *folder, *base, *out;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode))
		return g_strdup(path);
	key = maildir_key(path);
	folder = g_path_get_dirname(key);
	base = g_path_get_basename(key);
	out = find_in(folder, "cur", base);
	if (out == NULL)
		out = find_in(folder, "new", base);
	g_free(key);
	g_free(folder);
	g_free(base);
	return out;
}
