/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attachments_save.c - parts to files. A file is only ever made anew, never written over, under a name
 * that its sender had no full say in. */
#include "base/file.h"
#include "base/paths.h"
#include "base/safe_name.h"
#include "ui/ask.h"
#include "ui/attachments.h"
#include "ui/prompt.h"
#include "ui/save_file.h"

#include <errno.h>
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

char *
attachments_name(const json_t *part)
{
	const char *name = jsonl_string(part, "filename"), *subject = jsonl_string(part, "subject");
	const char *from = jsonl_string(part, "from");
	if (name != NULL || (subject == NULL && from == NULL))
		return g_strdup(name);
	return g_strdup_printf("%s%s%s", subject != NULL ? subject : "", subject != NULL && from != NULL ? ", " : "",
	    from != NULL ? from : "");
}

/* A message has the name of its subject. Owned. */
static char *
file_name(const json_t *part)
{
	const char *name = jsonl_string(part, "filename"), *subject = jsonl_string(part, "subject");
	if (name == NULL && subject != NULL && *subject != '\0')
		return safe_name_of_subject(subject, "message", "eml");
	return safe_name(name, jsonl_string(part, "type"));
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

static void
on_path(struct app *app, const char *typed, void *user)
{
	struct saving *s = user;
	if (typed == NULL || *typed == '\0') {
		saving_free(s);
		return;
	}
	s->path = paths_target(typed, s->name);
	int fd = file_open_new(s->path);
	if (fd < 0) {
		save_file_say_not(app, s->path);
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
	s->name = file_name(part);
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
	GPtrArray *paths; /* of the letters of a thread; NULL for one letter */
	guint letter_at;  /* the next of them */
	struct ask ask;	  /* its parts */
	json_t *parts; /* that are saved */
	size_t at;
	guint n_saved;
	char *dir;
	char *path; /* that the part `at` is written to */
};

static void
all_free(struct all *a)
{
	ask_drop(&a->ask);
	letter_unref(a->letter);
	g_clear_pointer(&a->paths, g_ptr_array_unref);
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
		int fd = file_open_new(a->path);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

static void
next(struct all *a);

/* Those that are attached. */
static void
take_parts(struct all *a, const json_t *parts)
{
	size_t i;
	json_t *part;
	json_decref(a->parts);
	a->parts = json_array();
	a->at = 0;
	json_array_foreach(parts, i, part)
	{
		const char *role = jsonl_string(part, "role");
		if (part_id(part) != NULL && (role == NULL || g_str_equal(role, "attachment")))
			json_array_append(a->parts, part);
	}
}

static void
on_letter_head(const struct reply *reply, void *user)
{
	struct all *a = user;
	bool is_head = reply->kind == REPLY_EVENT && g_strcmp0(jsonl_string(reply->obj, "event"), "head") == 0;
	if (reply->kind == REPLY_EVENT && !is_head)
		return;
	if (is_head) {
		take_parts(a, json_object_get(reply->obj, "attachments"));
		ask_drop(&a->ask); /* the text is not wanted */
	} else {
		ask_end(&a->ask);
		if (reply->kind == REPLY_FAILED)
			app_error(a->app, "%s", reply->error->message);
	}
	next(a);
}

/* The next letter of the thread; false when that was the last one. */
static bool
next_letter(struct all *a)
{
	GError *error = NULL;
	letter_unref(a->letter);
	a->letter = NULL;
	while (a->letter == NULL && a->paths != NULL && a->letter_at < a->paths->len) {
		a->letter = letter_open(a->paths->pdata[a->letter_at++], &error);
		if (a->letter == NULL)
			app_error(a->app, "%s", error->message);
		g_clear_error(&error);
	}
	if (a->letter == NULL)
		return false;
	take_parts(a, NULL);
	ask_render(a->app, &a->ask, a->letter,
	    json_pack("{s:s, s:i, s:s}", "op", "view", "width", 80, "headers", "weeded"), -1, on_letter_head, a);
	return true;
}

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
	if (part == NULL && next_letter(a))
		return;
	if (part == NULL) {
		app_say(a->app, a->n_saved == 1 ? "%u attachment saved in %s"
						: "%u attachments saved in %s",
		    a->n_saved, a->dir);
		all_free(a);
		return;
	}
	char *name = file_name(part);
	int fd = create_free(a, name);
	g_free(name);
	if (fd < 0) {
		save_file_say_not(a->app, a->path);
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

/* With a "/" at its end, behind which another path may begin. */
static void
ask_folder(struct app *app, const char *label, struct all *a)
{
	char *initial = g_strconcat(downloads(), "/", NULL);
	prompt_ask(app, PROMPT_PATH, label, initial, on_folder, a, NULL);
	g_free(initial);
}

void
attachments_save_all(struct app *app, struct letter *letter, const json_t *parts, const char *dir)
{
	struct all *a = g_new0(struct all, 1);
	a->app = app;
	a->letter = letter_ref(letter);
	take_parts(a, parts);
	if (json_array_size(a->parts) == 0) {
		app_say(app, "nothing is attached");
		all_free(a);
	} else if (dir != NULL) {
		on_folder(app, dir, a);
	} else {
		ask_folder(app, "Save all in folder: ", a);
	}
}

void
attachments_save_thread(struct app *app, const struct thread *t, const char *dir)
{
	struct all *a = g_new0(struct all, 1);
	a->app = app;
	a->paths = g_ptr_array_new_with_free_func(g_free);
	for (guint i = 0; i < thread_count(t); i++)
		g_ptr_array_add(a->paths, g_strdup(thread_message(t, i)->path));
	if (dir != NULL)
		on_folder(app, dir, a);
	else
		ask_folder(app, "Save all of the thread in folder: ", a);
}
