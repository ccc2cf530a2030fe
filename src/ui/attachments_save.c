/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attachments_save.c - parts to files. A file is only ever made anew, never written over, under a name
 * that its sender had no full say in. */
#include "base/paths.h"
#include "base/safe_name.h"
#include "ui/ask.h"
#include "ui/attachments.h"
#include "ui/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_NAMES 1000 /* "name (2)" and so on, before another name is asked for */

static const char *
part_id(const json_t *part)
{
	const char *id = jsonl_string(part, "id");
	return id != NULL ? id : jsonl_string(part, "part");
}

static int
create(const char *path)
{
	return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
}

/* The folder that is offered: the user's for downloads, else this one. */
static const char *
downloads(void)
{
	const char *dir = g_get_user_special_dir(G_USER_DIRECTORY_DOWNLOAD);
	return dir != NULL && g_file_test(dir, G_FILE_TEST_IS_DIR) ? dir : ".";
}

/* one */

struct saving {
	struct app *app;
	struct letter *letter;
	char *part, *name;
	char *path; /* the new file */
};

static void
saving_free(gpointer data)
{
	struct saving *s = data;
	letter_unref(s->letter);
	g_free(s->part);
	g_free(s->name);
	g_free(s->path);
	g_free(s);
}

static void
on_saved(const struct reply *reply, void *user)
{
	struct saving *s = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		(void)g_unlink(s->path); /* half a file helps nobody */
		app_error(s->app, "not saved: %s", reply->error->message);
	} else {
		app_say(s->app, "saved as %s", s->path);
	}
	saving_free(s);
}

/* The file that a typed path means: a folder gets the part's safe name below it. */
static char *
target_path(const char *typed, const char *name)
{
	char *expanded = paths_expand(typed);
	char *path = g_file_test(expanded, G_FILE_TEST_IS_DIR)
	    ? g_build_filename(expanded, name, NULL)
	    : g_strdup(expanded);
	g_free(expanded);
	return path;
}

static void
say_not_saved(struct app *app, const char *path)
{
	if (errno == EEXIST)
		app_error(app, "%s exists already", path);
	else
		app_error(app, "%s: not saved: %s", path, g_strerror(errno));
}

static void
on_path(struct app *app, const char *typed, void *user)
{
	struct saving *s = user;
	if (typed == NULL || *typed == '\0') {
		saving_free(s);
		return;
	}
	s->path = target_path(typed, s->name);
	int fd = create(s->path);
	if (fd < 0) {
		say_not_saved(app, s->path);
		saving_free(s);
		return;
	}
	ask_render(app, NULL, s->letter, json_pack("{s:s, s:s}", "op", "part", "part", s->part), fd,
	    on_saved, s);
	close(fd);
}

void
attachments_save(struct app *app, struct letter *letter, const json_t *part, const char *path)
{
	if (part_id(part) == NULL)
		return;
	struct saving *s = g_new0(struct saving, 1);
	s->app = app;
	s->letter = letter_ref(letter);
	s->part = g_strdup(part_id(part));
	s->name = safe_name(jsonl_string(part, "filename"), jsonl_string(part, "type"));
	if (path != NULL) {
		on_path(app, path, s);
		return;
	}
	char *initial = g_build_filename(downloads(), s->name, NULL);
	prompt_ask(app, PROMPT_PATH, "Save as: ", initial, on_path, s, NULL);
	g_free(initial);
}

/* all */

struct all {
	struct app *app;
	struct letter *letter;
	json_t *parts; /* that are saved */
	size_t at;
	guint n_saved;
	char *dir;
	char *path; /* that the part `at` is written to */
};

static void
all_free(struct all *a)
{
	letter_unref(a->letter);
	json_decref(a->parts);
	g_free(a->dir);
	g_free(a->path);
	g_free(a);
}

/* "name.ext", "name (2).ext", ...: the first that is free. -1 with errno set. */
static int
create_free(struct all *a, const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t stem = dot != NULL && dot > name ? (size_t)(dot - name) : strlen(name);
	for (int i = 1; i <= MAX_NAMES; i++) {
		char *numbered = i == 1
		    ? g_strdup(name)
		    : g_strdup_printf("%.*s (%d)%s", (int)stem, name, i, name + stem);
		g_free(a->path);
		a->path = g_build_filename(a->dir, numbered, NULL);
		g_free(numbered);
		int fd = create(a->path);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

static void
next(struct all *a);

static void
on_one_saved(const struct reply *reply, void *user)
{
	struct all *a = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		(void)g_unlink(a->path);
		app_error(a->app, "%s: not saved: %s", a->path, reply->error->message);
		all_free(a);
		return;
	}
	a->n_saved++;
	a->at++;
	next(a);
}

static void
next(struct all *a)
{
	const json_t *part = json_array_get(a->parts, a->at);
	if (part == NULL) {
		app_say(a->app, a->n_saved == 1 ? "%u attachment saved in %s"
						: "%u attachments saved in %s",
		    a->n_saved, a->dir);
		all_free(a);
		return;
	}
	char *name = safe_name(jsonl_string(part, "filename"), jsonl_string(part, "type"));
	int fd = create_free(a, name);
	g_free(name);
	if (fd < 0) {
		say_not_saved(a->app, a->path);
		all_free(a);
		return;
	}
	ask_render(a->app, NULL, a->letter,
	    json_pack("{s:s, s:s}", "op", "part", "part", part_id(part)), fd, on_one_saved, a);
	close(fd);
}

static void
on_folder(struct app *app, const char *typed, void *user)
{
	struct all *a = user;
	if (typed == NULL || *typed == '\0') {
		all_free(a);
		return;
	}
	a->dir = paths_expand(typed);
	if (g_mkdir_with_parents(a->dir, 0700) != 0) {
		app_error(app, "%s: %s", a->dir, g_strerror(errno));
		all_free(a);
		return;
	}
	next(a);
}

void
attachments_save_all(struct app *app, struct letter *letter, const json_t *parts, const char *dir)
{
	struct all *a = g_new0(struct all, 1);
	size_t i;
	json_t *part;
	a->app = app;
	a->letter = letter_ref(letter);
	a->parts = json_array();
	json_array_foreach(parts, i, part)
	{
		const char *role = jsonl_string(part, "role");
		if (part_id(part) != NULL && (role == NULL || g_str_equal(role, "attachment")))
			json_array_append(a->parts, part);
	}
	if (json_array_size(a->parts) == 0) {
		app_say(app, "nothing is attached");
		all_free(a);
	} else if (dir != NULL) {
		on_folder(app, dir, a);
	} else {
		prompt_ask(app, PROMPT_PATH, "Save all in folder: ", downloads(), on_folder, a, NULL);
	}
}
