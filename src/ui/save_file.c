/* SPDX-License-Identifier: GPL-3.0-or-later */
/* save_file.c - see save_file.h. */
#include "ui/save_file.h"

#include "base/file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

void
save_file_say_not(struct app *app, const char *path)
{
	if (errno == EEXIST)
		app_error(app, "%s exists already", path);
	else
		app_error(app, "%s: not saved: %s", path, g_strerror(errno));
}

void
save_file_copy(struct app *app, int from, const char *path, const char *what)
{
	GError *error = NULL;
	int fd = file_open_new(path);
	if (fd < 0) {
		save_file_say_not(app, path);
		return;
	}
	if (file_copy_fd(from, fd, NULL, &error)) {
		app_say(app, "%s%ssaved as %s", what != NULL ? what : "", what != NULL ? " " : "", path);
	} else {
		app_error(app, "%s: not saved: %s", path, error->message);
		(void)g_unlink(path);
	}
	close(fd);
	g_clear_error(&error);
}
