/* SPDX-License-Identifier: GPL-3.0-or-later */
/* files.c - folders read and sorted. */
#include "ui/files.h"

#include "base/error.h"
#include "base/paths.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static void
file_free(gpointer data)
{
	struct file *f = data;
	g_free(f->name);
	g_free(f);
}

void
files_init(struct files *f)
{
	memset(f, 0, sizeof(*f));
	f->all = g_ptr_array_new_with_free_func(file_free);
	f->shown = g_ptr_array_new();
	f->filter = g_strdup("");
}

void
files_fini(struct files *f)
{
	g_ptr_array_unref(f->shown);
	g_ptr_array_unref(f->all);
	g_free(f->filter);
	g_free(f->dir);
}

static struct file *
read_one(const char *dir, const char *name)
{
	char *path = g_build_filename(dir, name, NULL);
	struct stat st;
	struct file *f = NULL;
	/* what a link leads to; pipes and devices are no files to send */
	if (stat(path, &st) == 0 && (S_ISDIR(st.st_mode) || S_ISREG(st.st_mode))) {
		f = g_new0(struct file, 1);
		f->name = g_strdup(name);
		f->is_folder = S_ISDIR(st.st_mode);
		f->size = (guint64)st.st_size;
		f->mtime = st.st_mtime;
	}
	g_free(path);
	return f;
}

bool
files_read(struct files *f, const char *dir, GError **error)
{
	char *expanded = paths_expand(dir);
	char *path = g_canonicalize_filename(expanded, NULL);
	GError *why = NULL;
	GDir *handle = g_dir_open(path, 0, &why);
	g_free(expanded);
	if (handle == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s", why->message);
		g_error_free(why);
		g_free(path);
		return false;
	}
	g_ptr_array_set_size(f->all, 0);
	f->is_cut = false;
	for (const char *name; (name = g_dir_read_name(handle)) != NULL && !f->is_cut;) {
		struct file *one = read_one(path, name);
		if (one != NULL)
			g_ptr_array_add(f->all, one);
		f->is_cut = f->all->len >= FILES_MAX;
	}
	g_dir_close(handle);
	g_free(f->dir);
	f->dir = path;
	g_free(f->filter);
	f->filter = g_strdup("");
	files_choose(f);
	return true;
}

static gint
compare(gconstpointer a, gconstpointer b, gpointer user)
{
	const struct file *x = *(const struct file *const *)a, *y = *(const struct file *const *)b;
	const struct files *f = user;
	if (x->is_folder != y->is_folder)
		return x->is_folder ? -1 : 1;
	if (f->order == FILES_BY_DATE && x->mtime != y->mtime)
		return x->mtime > y->mtime ? -1 : 1;
	if (f->order == FILES_BY_SIZE && !x->is_folder && x->size != y->size)
		return x->size > y->size ? -1 : 1;
	int by_name = g_ascii_strcasecmp(x->name, y->name);
	return by_name != 0 ? by_name : strcmp(x->name, y->name);
}

static bool
is_wanted(const struct files *f, const struct file *one, const char *folded)
{
	if (one->name[0] == '.' && !f->wants_hidden && folded[0] != '.')
		return false;
	char *valid = g_utf8_make_valid(one->name, -1);
	char *name = g_utf8_casefold(valid, -1);
	bool wanted = strstr(name, folded) != NULL;
	g_free(name);
	g_free(valid);
	return wanted;
}

void
files_choose(struct files *f)
{
	char *folded = g_utf8_casefold(f->filter, -1);
	g_ptr_array_set_size(f->shown, 0);
	for (guint i = 0; i < f->all->len; i++)
		if (is_wanted(f, f->all->pdata[i], folded))
			g_ptr_array_add(f->shown, f->all->pdata[i]);
	g_ptr_array_sort_with_data(f->shown, compare, f);
	g_free(folded);
}

int
files_find(const struct files *f, const char *name)
{
	for (guint i = 0; i < f->shown->len; i++)
		if (g_str_equal(((const struct file *)f->shown->pdata[i])->name, name))
			return (int)i;
	return -1;
}
