/* SPDX-License-Identifier: GPL-3.0-or-later */
/* own_file.c - read whole, written whole, by a rename. */
#include "base/own_file.h"

#include "base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool
own_file_read(struct own_file *f, const char *path, size_t limit, GError **error)
{
	char *real = realpath(path, NULL); /* NULL: there is none yet */
	GBytes *bytes = NULL;
	struct stat st;
	gsize len = 0;
	const char *data;

	*f = (struct own_file){.path = g_strdup(real != NULL ? real : path), .text = g_string_new(NULL), .mode = 0600};
	free(real);
	f->is_new = stat(f->path, &st) != 0 && errno == ENOENT;
	if (f->is_new)
		return true;
	bytes = file_read(f->path, limit, error);
	if (bytes == NULL)
		return false;
	f->mode = st.st_mode & 0777;
	data = g_bytes_get_data(bytes, &len);
	g_string_append_len(f->text, data != NULL ? data : "", (gssize)len);
	g_bytes_unref(bytes);
	return true;
}

bool
own_file_write(const struct own_file *f, GError **error)
{
	char *folder = g_path_get_dirname(f->path);
	bool is_good = (!f->is_new || file_make_dir(folder, error)) &&
		       file_write_durable(f->path, f->text->str, f->text->len, (int)f->mode, error);

	g_free(folder);
	return is_good;
}

void
own_file_end_line(struct own_file *f)
{
	if (f->text->len > 0 && f->text->str[f->text->len - 1] != '\n')
		g_string_append_c(f->text, '\n');
}

void
own_file_fini(struct own_file *f)
{
	explicit_bzero(f->text->str, f->text->len);
	g_string_free(f->text, TRUE);
	g_free(f->path);
}
