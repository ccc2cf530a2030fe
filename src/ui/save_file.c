/* SPDX-License-Identifier: GPL-3.0-or-later */
/* save_file.c - see save_file.h. */
#include "ui/save_file.h"

#include "base/file.h"

#include <errno.h>

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
	if (file_copy_new(from, path, &error))
		app_say(app, "%s%ssaved as %s", what != NULL ? what : "", what != NULL ? " " : "", path);
	else
		app_error(app, "%s", error->message);
	g_clear_error(&error);
}
