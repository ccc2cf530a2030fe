/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rc_home.h - what the tests of the rc share: a folder with rc files in it. */
#ifndef PENFOLD_TESTS_RC_HOME_H
#define PENFOLD_TESTS_RC_HOME_H

#include "base/error.h"
#include "base/rc.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define ANN "[account \"work\"]\naddress = Ann Example <ann@example.org>\n"

/* A folder for the files of one test. */
struct home {
	char *dir;
	GPtrArray *files;
};

static void
home_up(struct home *h, gconstpointer data)
{
	(void)data;
	h->dir = g_dir_make_tmp("penfold-rc-XXXXXX", NULL);
	h->files = g_ptr_array_new_with_free_func(g_free);
	g_assert_nonnull(h->dir);
}

static void
home_down(struct home *h, gconstpointer data)
{
	(void)data;
	for (guint i = 0; i < h->files->len; i++)
		g_unlink(h->files->pdata[i]);
	g_ptr_array_unref(h->files);
	g_assert_cmpint(g_rmdir(h->dir), ==, 0);
	g_free(h->dir);
}

/* Write a file of the test, readable by the owner alone; its path, which the home owns.
 */
static const char *
put_bytes(struct home *h, const char *name, const char *bytes, gssize len)
{
	char *path = g_build_filename(h->dir, name, NULL);

	g_assert_true(g_file_set_contents(path, bytes, len, NULL));
	g_assert_cmpint(g_chmod(path, 0600), ==, 0);
	g_ptr_array_add(h->files, path);
	return path;
}

static const char *
put(struct home *h, const char *name, const char *text)
{
	return put_bytes(h, name, text, -1);
}

static struct rc *
load(struct home *h, const char *text)
{
	GError *error = NULL;
	struct rc *rc = rc_load(put(h, "rc", text), NULL, &error);

	g_assert_no_error(error);
	return rc;
}

#endif
