/* SPDX-License-Identifier: GPL-3.0-or-later */
/* editor.c - running the user's editor by argv, and following its file. */
#include "ui/editor.h"

#include "base/file.h"
#include "ui/editor_view.h"
#include "ui/run.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_TEXT (32u << 20)
#define MAX_NOTE (64u << 20)
#define SETTLE_MS 200 /* an editor may write its file in several steps */

struct session {
	struct app *app;
	char *path;
	editor_fn fn;
	editor_written_fn written;
	GDestroyNotify free_user;
	void *user;
	GFileMonitor *monitor;
	guint settling; /* timer after a change */
};

static char *
edit_dir(const struct app *app)
{
	return g_build_filename(app->state_dir, "edit", NULL);
}

static char *
note_path(const char *path)
{
	return g_strconcat(path, ".note", NULL);
}

static bool
write_note(const char *path, const char *note, GError **error)
{
	char *at = note_path(path);
	/* what it says is with the store by now, or on its way there */
	bool ok = file_write_quick(at, note, strlen(note), 0600, error);
	g_free(at);
	return ok;
}

/* What editors leave beside a file when they are hung up on: nano FILE.save, emacs #FILE#. Owned. */
static char **
rescued_paths(const char *path)
{
	char *dir = g_path_get_dirname(path), *base = g_path_get_basename(path);
	char **paths = g_new0(char *, 3);
	paths[0] = g_strconcat(path, ".save", NULL);
	paths[1] = g_strdup_printf("%s/#%s#", dir, base);
	g_free(base);
	g_free(dir);
	return paths;
}

/* The newest of the file and of those; owned. */
static char *
newest(const char *path)
{
	char **others = rescued_paths(path);
	struct stat best, st;
	const char *found = path;
	bool has_best = stat(path, &best) == 0;
	for (size_t i = 0; others[i] != NULL; i++) {
		if (stat(others[i], &st) != 0 || st.st_size == 0 ||
		    (has_best && (st.st_mtim.tv_sec < best.st_mtim.tv_sec ||
			(st.st_mtim.tv_sec == best.st_mtim.tv_sec && st.st_mtim.tv_nsec <= best.st_mtim.tv_nsec))))
			continue;
		best = st;
		has_best = true;
		found = others[i];
	}
	char *copy = g_strdup(found);
	g_strfreev(others);
	return copy;
}

void
editor_forget(const char *path)
{
	char *note = note_path(path), *backup = g_strconcat(path, "~", NULL), **rescued = rescued_paths(path);
	(void)g_unlink(path); /* first: without its note it would be another letter */
	(void)g_unlink(note);
	(void)g_unlink(backup);
	for (size_t i = 0; rescued[i] != NULL; i++)
		(void)g_unlink(rescued[i]);
	g_strfreev(rescued);
	g_free(backup);
	g_free(note);
}

/* The word that names the program: behind `env`, too. */
static char **
program_word(char **words)
{
	char *base = g_path_get_basename(words[0]);
	char **at = words;
	if (g_str_equal(base, "env"))
		for (at++; *at != NULL && strchr(*at, '=') != NULL; at++)
			;
	g_free(base);
	return *at != NULL ? at : words;
}

/* Does the program, by the name that it really has, take +LINE, and does the user not give a place himself? */
static bool
takes_line(char **words)
{
	static const char *const known[] = {"vim", "nvim", "nvi", "elvis", "nano", "emacs", "mg", "joe", "jed", "micro",
	    "kak", "ne"};
	char **program = program_word(words);
	char *found = g_find_program_in_path(*program);
	char *real = found != NULL ? realpath(found, NULL) : NULL;
	char *base = g_path_get_basename(real != NULL ? real : *program);
	size_t n = strcspn(base, ".-");
	bool takes = false;
	for (size_t i = 0; i < G_N_ELEMENTS(known); i++)
		takes = takes || (strlen(known[i]) == n && strncmp(base, known[i], n) == 0);
	takes = takes || g_str_has_prefix(base, "emacsclient");
	for (char **word = program + 1; *word != NULL; word++)
		takes = takes && **word != '+' && strcmp(*word, "-c") != 0;
	g_free(base);
	free(real);
	g_free(found);
	return takes;
}

static char **
command(const struct app *app, char **given, unsigned line, const char *path, GError **error)
{
	char **words = given != NULL ? g_strdupv(given) : rc_editor(app->rc, error);
	if (words == NULL)
		return NULL;
	guint n = g_strv_length(words);
	bool has_line = given == NULL && line > 1 && takes_line(words);
	words = g_renew(char *, words, n + 3);
	if (has_line)
		words[n++] = g_strdup_printf("+%u", line);
	words[n] = g_strdup(path);
	words[n + 1] = NULL;
	return words;
}

char **
editor_argv(const struct app *app, const char *path, GError **error)
{
	return command(app, NULL, 0, path, error);
}

static void
stop_watching(struct session *s)
{
	if (s->settling != 0)
		g_source_remove(s->settling);
	s->settling = 0;
	g_clear_object(&s->monitor);
}

/* Penfold ends under the editor: its file stays for the next start. */
static void
on_dropped(void *user)
{
	struct session *s = user;
	stop_watching(s);
	s->free_user(s->user);
	g_free(s->path);
	g_free(s);
}

static void
finish(struct session *s, GError *error)
{
	GBytes *bytes;
	gsize len = 0;
	stop_watching(s);
	bytes = error == NULL ? file_read(s->path, MAX_TEXT, &error) : NULL;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	s->fn(s->app, bytes != NULL && text == NULL ? "" : text, len, s->path, error, s->user);
	g_clear_pointer(&bytes, g_bytes_unref);
	g_clear_error(&error);
	g_free(s->path);
	g_free(s);
}

/* The file as it is now, told and noted. */
static gboolean
on_settled(gpointer user)
{
	struct session *s = user;
	GBytes *bytes = file_read(s->path, MAX_TEXT, NULL);
	gsize len = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	/* an empty file is one that is about to be written */
	char *note = len > 0 ? s->written(s->app, text, len, s->user) : NULL;
	s->settling = 0;
	if (note != NULL)
		(void)write_note(s->path, note, NULL); /* the old one still says whose it is */
	g_free(note);
	g_clear_pointer(&bytes, g_bytes_unref);
	return G_SOURCE_REMOVE;
}

static void
on_change(GFileMonitor *monitor, GFile *file, GFile *other, GFileMonitorEvent event, gpointer user)
{
	struct session *s = user;
	(void)monitor;
	(void)file;
	(void)other;
	if (s->settling == 0 && event != G_FILE_MONITOR_EVENT_DELETED)
		s->settling = g_timeout_add(SETTLE_MS, on_settled, s);
}

static void
watch(struct session *s)
{
	GFile *file = g_file_new_for_path(s->path);
	if (s->written != NULL)
		s->monitor = g_file_monitor_file(file, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
	if (s->monitor != NULL)
		g_signal_connect(s->monitor, "changed", G_CALLBACK(on_change), s);
	g_object_unref(file);
}

static void
on_exit_of_editor(struct app *app, int status, void *user)
{
	struct session *s = user;
	GError *error = NULL;
	(void)app;
	if (!WIFEXITED(status))
		g_set_error(&error, PF_ERROR, PF_ERROR_CRASHED,
		    "the editor was ended by signal %d; the text is as it saved it last",
		    WIFSIGNALED(status) ? WTERMSIG(status) : 0);
	else if (WEXITSTATUS(status) != 0)
		g_set_error(&error, PF_ERROR, PF_ERROR_CANCELLED,
		    "the editor ended with status %d; the letter is as before",
		    WEXITSTATUS(status));
	/* a crash must not cost what was saved */
	if (g_error_matches(error, PF_ERROR, PF_ERROR_CRASHED)) {
		app_error(s->app, "%s", error->message);
		g_clear_error(&error);
	}
	finish(s, error);
}

static bool
write_file(struct session *s, const char *text, GError **error)
{
	char *dir = edit_dir(s->app);
	bool ok = file_make_dir(dir, error);
	/* the name tells a later start whether its writer still lives */
	char *name = g_strdup_printf("letter-%ld-XXXXXX.eml", (long)getpid());
	s->path = g_build_filename(dir, name, NULL);
	int fd = ok ? g_mkstemp_full(s->path, O_RDWR | O_CLOEXEC, 0600) : -1;
	if (ok && fd < 0)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "no file for the editor: %s",
		    g_strerror(errno));
	ok = fd >= 0 && file_write_all(fd, text, strlen(text), error);
	if (fd >= 0)
		close(fd);
	g_free(name);
	g_free(dir);
	return ok;
}

void
editor_run(struct app *app, const struct editor_job *job)
{
	struct session *s = g_new0(struct session, 1);
	GError *error = NULL;
	char **argv = NULL;
	s->app = app;
	s->fn = job->fn;
	s->written = job->written;
	s->user = job->user;
	s->free_user = job->free_user;
	if (write_file(s, job->text, &error) && write_note(s->path, job->note, &error))
		argv = command(app, job->command, job->line, s->path, &error);
	if (argv == NULL) {
		finish(s, error);
		return;
	}
	watch(s);
	bool ok;
	if (g_str_equal(rc_string(app->rc, "editor", NULL, "where"), "tab"))
		ok = editor_view_open(app, &(struct editor_view_job){
					       .argv = argv,
					       .title = job->title,
					       .ended = on_exit_of_editor,
					       .dropped = on_dropped,
					       .user = s,
					   },
		    &error);
	else
		ok = run_terminal(app, argv, on_exit_of_editor, s, &error);
	if (!ok) {
		GError *told = error != NULL ? g_error_new(error->domain, error->code,
						   "the editor %s; ui.editor, VISUAL or EDITOR names another", error->message)
					     : NULL;
		g_clear_error(&error);
		finish(s, told);
	}
	g_strfreev(argv);
}

/* The name of a process, as the kernel keeps it; NULL when there is none (or no /proc). Owned. */
static char *
name_of_process(gint64 pid)
{
	char *path = g_strdup_printf("/proc/%" G_GINT64_FORMAT "/comm", pid), *name = NULL;
	(void)g_file_get_contents(path, &name, NULL, NULL);
	g_free(path);
	return name;
}

/* Does a Penfold run under this number? Numbers come again: a name must fit, too. */
static bool
is_penfold(gint64 pid)
{
	char *own = name_of_process(getpid()), *other = name_of_process(pid);
	bool is_it = own != NULL ? g_strcmp0(own, other) == 0 : pid > 0 && kill((pid_t)pid, 0) == 0;
	g_free(other);
	g_free(own);
	return is_it;
}

static void
recover_one(struct app *app, const char *path, editor_recover_fn fn)
{
	char *at = note_path(path), *text_path = newest(path);
	GBytes *bytes = file_read(text_path, MAX_TEXT, NULL);
	GBytes *note = file_read(at, MAX_NOTE, NULL);
	gsize len = 0, note_len = 0;
	const char *text = bytes != NULL ? g_bytes_get_data(bytes, &len) : NULL;
	const char *note_text = note != NULL ? g_bytes_get_data(note, &note_len) : NULL;
	char *copy = note_text != NULL ? g_strndup(note_text, note_len) : NULL;
	if (bytes != NULL && len == 0 && note_len == 0)
		editor_forget(path); /* the machine died before a byte of it was on the disk */
	else if (bytes != NULL)
		fn(app, text != NULL ? text : "", len, path, copy);
	g_free(copy);
	g_clear_pointer(&note, g_bytes_unref);
	g_clear_pointer(&bytes, g_bytes_unref);
	g_free(text_path);
	g_free(at);
}

/* What a killed Penfold left of a letter that is saved, and notes that it had not written to the end. They have the
 * letter's text, which may be a secret. */
static bool
is_left_over(const char *dir, const char *letter, const char *tail)
{
	char *name = g_strndup(letter, (gsize)(tail - letter)), *path = g_build_filename(dir, name, NULL);
	bool is_left = !g_file_test(path, G_FILE_TEST_EXISTS) || g_str_has_prefix(tail, ".note.");
	g_free(path);
	g_free(name);
	return is_left;
}

void
editor_recover(struct app *app, editor_recover_fn fn)
{
	char *dir_path = edit_dir(app);
	GDir *dir = g_dir_open(dir_path, 0, NULL);
	for (const char *name; dir != NULL && (name = g_dir_read_name(dir)) != NULL;) {
		const char *letter = strstr(name, "letter-"), *suffix = letter != NULL ? strstr(letter, ".eml") : NULL;
		/* another Penfold has it in its editor? */
		if (suffix == NULL || is_penfold(g_ascii_strtoll(letter + strlen("letter-"), NULL, 10)))
			continue;
		const char *tail = suffix + strlen(".eml");
		char *path = g_build_filename(dir_path, name, NULL);
		if (letter == name && *tail == '\0')
			recover_one(app, path, fn);
		else if (is_left_over(dir_path, letter, tail))
			(void)g_unlink(path);
		g_free(path);
	}
	if (dir != NULL)
		g_dir_close(dir);
	g_free(dir_path);
}
