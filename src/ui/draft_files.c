/* SPDX-License-Identifier: GPL-3.0-or-later */
/* draft_files.c - the files that a forward carries along, and their end.
 *
 * A letter that is queued may come back as a draft, so its files stay until nothing can need them
 * any more: that is for the sweep. */
#include "ui/draft_files.h"

#include "base/file.h"

#include <glib/gstdio.h>

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

void
draft_files_sweep(const struct app *app)
{
	char *files = files_dir(app);
	file_sweep(files, SWEEP_AGE_S);
	g_free(files);
}
