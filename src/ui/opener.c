/* SPDX-License-Identifier: GPL-3.0-or-later */
/* opener.c - what is opened outside of Penfold. A program is always chosen by the user's own files; of
 * the mail it gets one argument that is a path or a URL of a known scheme. */
#include "ui/opener.h"

#include "base/error.h"
#include "base/file.h"
#include "base/safe_name.h"
#include "client/mailto.h"
#include "ui/ask.h"
#include "ui/compose.h"
#include "ui/doubt.h"
#include "ui/mailcap.h"
#include "ui/prompt.h"
#include "ui/risk.h"
#include "ui/run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SWEEP_AGE_S 3600
#define MAX_URL 8000

/* parts */

struct opening {
	struct app *app;
	struct letter *letter;
	char *part, *name, *type, *path;
};

static void
opening_free(gpointer data)
{
	struct opening *o = data;
	letter_unref(o->letter);
	g_free(o->part);
	g_free(o->name);
	g_free(o->type);
	g_free(o->path);
	g_free(o);
}

static char *
opened_dir(const struct app *app)
{
	return g_build_filename(app->state_dir, "opened", NULL);
}

/* For parts of what was encrypted: a folder that no disk holds and that ends with the session. Owned, NULL where
 * there is none. */
static char *
memory_dir(void)
{
	const char *run = g_getenv("XDG_RUNTIME_DIR");
	return run != NULL && g_path_is_absolute(run) && g_file_test(run, G_FILE_TEST_IS_DIR)
	    ? g_build_filename(run, "penfold", "opened", NULL)
	    : NULL;
}

/* `[ui] opener` and one argument, owned. */
static char **
opener_argv(const struct app *app, const char *argument)
{
	char **words = rc_argv(app->rc, "ui", NULL, "opener");
	guint n = words != NULL ? g_strv_length(words) : 0;
	words = g_renew(char *, words, n + 2);
	words[n] = g_strdup(argument);
	words[n + 1] = NULL;
	return words;
}

static void
on_viewer_end(struct app *app, int status, void *user)
{
	char *words = run_status_words(status);
	if (words != NULL)
		app_error(app, "%s ended with %s", (const char *)user, words);
	g_free(words);
	g_free(user);
}

static bool
start(struct app *app, struct mailcap_program *p, const struct opening *o, GError **error)
{
	if (p->is_text) {
		int fd = p->takes_stdin ? open(o->path, O_RDONLY | O_CLOEXEC) : -1;
		bool ok = run_to_page(app, p->argv, NULL, fd, o->name, error);
		if (fd >= 0)
			close(fd);
		return ok;
	}
	char *name = g_path_get_basename(p->argv[0]); /* goes to on_viewer_end() */
	bool ok = (p->is_terminal ? run_terminal : run_detached)(app, p->argv, on_viewer_end, name, error);
	if (ok)
		app_say(app, "%s is given to %s", o->name, name);
	else
		g_free(name);
	return ok;
}

static void
show_file(struct app *app, const struct opening *o)
{
	struct mailcap_program p = {0};
	GError *error = NULL;
	if (!mailcap_lookup(o->type != NULL ? o->type : "application/octet-stream", o->path, &p))
		p.argv = opener_argv(app, o->path);
	if (!start(app, &p, o, &error)) {
		app_error(app, "%s cannot be opened: %s; a mailcap entry for %s, or ui.opener, names "
			       "the program",
		    o->name, error->message, o->type != NULL ? o->type : "its type");
		g_clear_error(&error);
	}
	mailcap_program_clear(&p);
}

static void
on_extracted(const struct reply *reply, void *user)
{
	struct opening *o = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED)
		app_error(o->app, "not opened: %s", reply->error->message);
	else
		show_file(o->app, o);
	opening_free(o);
}

/* A folder of its own for each file, so that its name needs no number. */
static int
new_file(struct opening *o, GError **error)
{
	char *dir = letter_is_unlisted(o->letter) ? memory_dir() : NULL;
	if (dir == NULL)
		dir = opened_dir(o->app);
	char *uuid = g_uuid_string_random();
	char *own = g_build_filename(dir, uuid, NULL);
	int fd = -1;
	o->path = g_build_filename(own, o->name, NULL);
	if (file_make_dir(dir, error) && file_make_dir(own, error)) {
		fd = file_open_new(o->path);
		if (fd < 0)
			g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s: %s", o->path,
			    g_strerror(errno));
	}
	g_free(own);
	g_free(uuid);
	g_free(dir);
	return fd;
}

static void
extract(struct opening *o)
{
	GError *error = NULL;
	int fd = new_file(o, &error);
	if (fd < 0) {
		app_error(o->app, "not opened: %s", error->message);
		g_error_free(error);
		opening_free(o);
		return;
	}
	ask_render(o->app, NULL, o->letter, json_pack("{s:s, s:s}", "op", "part", "part", o->part), fd,
	    on_extracted, o);
	close(fd);
}

static void
on_risk_answer(struct app *app, char answer, void *user)
{
	struct opening *o = user;
	(void)app;
	if (answer == 'y')
		extract(o);
	else
		opening_free(o);
}

void
opener_part(struct app *app, struct letter *letter, const char *part, const char *filename,
    const char *type)
{
	struct opening *o = g_new0(struct opening, 1);
	const char *risk = risk_of(filename, type);
	o->app = app;
	o->letter = letter_ref(letter);
	o->part = g_strdup(part);
	o->type = g_strdup(type);
	o->name = safe_name(filename, type);
	char *doubt = risk == NULL ? doubt_of_open(app) : NULL;
	if (risk == NULL && doubt == NULL) {
		extract(o);
		return;
	}
	char *question = g_strdup_printf("%s: %s. Open it all the same? (y/n) ", o->name,
	    risk != NULL ? risk : doubt);
	g_free(doubt);
	prompt_choose(app, question, "ny", on_risk_answer, o, NULL);
	g_free(question);
}

/* links */

static bool
has_scheme(const char *url, const char *scheme)
{
	return g_ascii_strncasecmp(url, scheme, strlen(scheme)) == 0;
}

/* A URL as one argument: printable ASCII, the rest in percent escapes. Owned. */
static char *
clean_url(const char *url)
{
	GString *out = g_string_new(has_scheme(url, "//") ? "https:" : NULL);
	for (const char *p = url; *p != '\0' && out->len < MAX_URL; p++) {
		if (*p > ' ' && *p < 127 && strchr("\"<>\\^`{|}", *p) == NULL)
			g_string_append_c(out, *p);
		else
			g_string_append_printf(out, "%%%02X", (guchar)*p);
	}
	return g_string_free(out, FALSE);
}

static void
write_to(struct app *app, const char *url)
{
	char *ignored = NULL;
	GError *error = NULL;
	json_t *draft = mailto_draft(url, &ignored, &error);
	if (draft == NULL) {
		app_error(app, "%s", error->message);
		g_error_free(error);
		return;
	}
	compose_from(app, draft);
	if (ignored != NULL)
		app_say(app, "the link also asked for %s; ignored", ignored);
	g_free(ignored);
}

static void
open_url(struct app *app, const char *url)
{
	GError *error = NULL;
	if (has_scheme(url, "mailto:")) {
		write_to(app, url);
		return;
	}
	char *clean = clean_url(url);
	char **argv = opener_argv(app, clean);
	if (!has_scheme(clean, "http://") && !has_scheme(clean, "https://") &&
	    !has_scheme(clean, "ftp://"))
		app_error(app, "only http, https, ftp and mailto links are opened");
	else if (run_detached(app, argv, on_viewer_end, g_strdup(argv[0]), &error))
		app_say(app, "%s opens %s", argv[0], clean);
	else
		app_error(app, "the link cannot be opened: %s; ui.opener names the program",
		    error->message);
	g_clear_error(&error);
	g_strfreev(argv);
	g_free(clean);
}

static void
go_open_url(struct app *app, void *user)
{
	open_url(app, user);
}

static void
on_claim_answer(struct app *app, char answer, void *user)
{
	if (answer == 'y')
		open_url(app, user);
}

void
opener_url(struct app *app, const char *url, const char *claim)
{
	if (claim == NULL) {
		doubt_ask(app, doubt_of_open(app), "Open the link", go_open_url, g_strdup(url),
		    g_free);
		return;
	}
	char *question = g_strdup_printf("The words say %s, the link leads elsewhere. Open it? (y/n) ",
	    claim);
	prompt_choose(app, question, "ny", on_claim_answer, g_strdup(url), g_free);
	g_free(question);
}

/* pipes */

struct piping {
	int fd;
	char *what;
};

static void
piping_free(gpointer data)
{
	struct piping *p = data;
	if (p->fd >= 0)
		close(p->fd);
	g_free(p->what);
	g_free(p);
}

static void
on_command(struct app *app, const char *text, void *user)
{
	struct piping *p = user;
	GError *error = NULL;
	if (text == NULL || *text == '\0')
		return;
	char **argv = run_words(text, &error);
	(void)lseek(p->fd, 0, SEEK_SET); /* a pipe has no start to go back to */
	char *title = g_strdup_printf("%s %s %s", p->what, app->canvas.signs->dot, text);
	if (argv == NULL || !run_to_page(app, argv, NULL, p->fd, title, &error))
		app_error(app, "%s", error->message);
	g_clear_error(&error);
	g_free(title);
	g_strfreev(argv);
}

void
opener_pipe(struct app *app, int fd, const char *what, const char *arg)
{
	struct piping *p = g_new0(struct piping, 1);
	p->fd = fd;
	p->what = g_strdup(what);
	if (arg != NULL) {
		on_command(app, arg, p);
		piping_free(p);
		return;
	}
	prompt_ask(app, PROMPT_TEXT, "Pipe to: ", NULL, on_command, p, piping_free);
}

/* the end of files */

void
opener_sweep(const struct app *app)
{
	char *opened = opened_dir(app);
	file_sweep(opened, SWEEP_AGE_S);
	g_free(opened);
	char *in_memory = memory_dir();
	if (in_memory != NULL)
		file_sweep(in_memory, SWEEP_AGE_S);
	g_free(in_memory);
}
