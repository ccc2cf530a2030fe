/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draft_files.c - the files that a forward carries along, and their end.
 *
 * A letter that is queued may come back as a draft, so its files stay until nothing can need them
 * any more: that is for the sweep. */
#include "ui/draft_files.h"

#include "base/file.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

#define SWEEP_AGE_S 3600 /* younger ones may belong to a page that another Penfold has open */

static char *
files_dir(const struct app *app)
{
	return g_build_filename(app->state_dir, "drafts", "files", NULL);
}

char *
draft_files_new_dir(const struct app *app)
{
	char *uuid = g_uuid_string_random();
	char *dir = g_build_filename(app->state_dir, "drafts", "files", uuid, NULL);
	g_free(uuid);
	if (!file_make_dir(dir, NULL))
		g_clear_pointer(&dir, g_free);
	return dir;
}

/* FILES/UUID/NAME and nothing else. */
static bool
is_inside(const char *files, const char *path)
{
	char *dir = g_path_get_dirname(path);
	char *parent = g_path_get_dirname(dir);
	char *uuid = g_path_get_basename(dir);
	bool inside = g_str_equal(parent, files) && g_uuid_string_is_valid(uuid);
	g_free(uuid);
	g_free(parent);
	g_free(dir);
	return inside;
}

void
draft_files_remove(const struct app *app, const json_t *draft)
{
	char *files = files_dir(app);
	size_t i;
	json_t *item;
	json_array_foreach(json_object_get(draft, "attachments"), i, item)
	{
		const char *path = jsonl_string(item, "path");
		if (path == NULL || !is_inside(files, path))
			continue;
		char *dir = g_path_get_dirname(path);
		(void)g_unlink(path);
		(void)g_rmdir(dir); /* with the last of its files */
		g_free(dir);
	}
	g_free(files);
}

static void
remove_dir(const char *dir)
{
	GDir *d = g_dir_open(dir, 0, NULL);
	const char *name;
	while (d != NULL && (name = g_dir_read_name(d)) != NULL) {
		char *path = g_build_filename(dir, name, NULL);
		(void)g_unlink(path);
		g_free(path);
	}
	if (d != NULL)
		g_dir_close(d);
	(void)g_rmdir(dir);
}

void
draft_files_sweep(const struct app *app)
{
	char *files = files_dir(app);
	GDir *d = g_dir_open(files, 0, NULL);
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	const char *name;
	while (d != NULL && (name = g_dir_read_name(d)) != NULL) {
		char *dir = g_build_filename(files, name, NULL);
		GStatBuf st;
		if (g_uuid_string_is_valid(name) && g_lstat(dir, &st) == 0 &&
		    S_ISDIR(st.st_mode) && now - st.st_mtime > SWEEP_AGE_S)
			remove_dir(dir);
		g_free(dir);
	}
	if (d != NULL)
		g_dir_close(d);
	g_free(files);
}
