/* SPDX-License-Identifier: GPL-3.0-or-later */
/* sieve_edit.c - see sieve_edit.h. The file lies in the temporary folder and stays there when the server has not
 * taken it. */
#include "ui/sieve_edit.h"

#include "base/error.h"
#include "base/file.h"
#include "base/limits.h"
#include "ui/ask.h"
#include "ui/editor.h"
#include "ui/page.h"
#include "ui/prompt.h"
#include "ui/run.h"

#include <fcntl.h>
#include <unistd.h>

struct edited {
	struct app *app;
	char *account, *name, *path;
	GBytes *before; /* NULL until it is fetched */
	struct view *said; /* the page of what the server says; compared only */
	void (*on_kept)(struct app *app, const char *account);
};

static void
edited_free(struct edited *e)
{
	if (e->before != NULL)
		g_bytes_unref(e->before);
	g_free(e->account);
	g_free(e->name);
	g_free(e->path);
	g_free(e);
}

/* The end of it that is no good one. */
static void
keep_here(struct edited *e, const char *why)
{
	app_error(e->app, "%s; what you typed is in %s", why, e->path);
	edited_free(e);
}

static void
run_editor(struct edited *e);

static void
on_again(struct app *app, char answer, void *user)
{
	struct edited *e = user;
	if (answer == 'y') {
		app_remove(app, e->said);
		run_editor(e);
	} else {
		keep_here(e, "the server has the script as it was");
	}
}

/* Its words stand on a page, the question below them. */
static void
ask_again(struct edited *e, const char *said)
{
	struct lines *lines = page_open(e->app, "What the server says", NULL);
	char **words = g_strsplit(said != NULL ? said : "It does not say why.", "\n", -1);
	for (size_t i = 0; words[i] != NULL; i++)
		if (*g_strchomp(words[i]) != '\0')
			lines_add_wrapped(lines, STYLE_WARN, "", STYLE_WARN, words[i], page_text_cols());
	g_strfreev(words);
	e->said = app_top(e->app);
	prompt_choose(e->app, "The server does not take the script. Edit it again? (y/n) ", "yn", on_again, e, NULL);
}

static void
on_put(const struct reply *reply, void *user)
{
	struct edited *e = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		keep_here(e, reply->error->message);
	} else if (!jsonl_bool(reply->obj, "is_good", false)) {
		ask_again(e, jsonl_string(reply->obj, "said"));
	} else {
		const char *said = jsonl_string(reply->obj, "said");
		(void)unlink(e->path);
		app_say(e->app, "the server has %s%s%s", e->name, said != NULL ? ", and says: " : "", said != NULL ? said : "");
		e->on_kept(e->app, e->account);
		edited_free(e);
	}
}

static void
send_it(struct edited *e)
{
	GError *error = NULL;
	GBytes *after = file_read(e->path, LIMIT_SIEVE_SCRIPT, &error);
	int fd = after != NULL ? open(e->path, O_RDONLY | O_CLOEXEC) : -1;
	if (after != NULL && g_bytes_equal(e->before, after)) {
		(void)unlink(e->path);
		app_say(e->app, "%s is as it was", e->name);
		edited_free(e);
	} else if (fd < 0) {
		keep_here(e, error != NULL ? error->message : "the file cannot be read again");
	} else {
		app_say(e->app, "the server is asked whether it takes %s", e->name);
		ask_setup(e->app, NULL, json_pack("{s:s, s:s, s:o, s:o}", "op", "sieve", "do", "put", "account",
		    jsonl_text(e->account, -1), "name", jsonl_text(e->name, -1)), fd, on_put, e);
	}
	if (fd >= 0)
		(void)close(fd);
	if (after != NULL)
		g_bytes_unref(after);
	g_clear_error(&error);
}

static void
on_edited(struct app *app, int status, void *user)
{
	struct edited *e = user;
	char *words = run_status_words(status);
	(void)app;
	if (words != NULL) {
		char *why = g_strdup_printf("the editor ended with %s", words);
		keep_here(e, why);
		g_free(why);
	} else {
		send_it(e);
	}
	g_free(words);
}

static void
run_editor(struct edited *e)
{
	GError *error = NULL;
	char **argv = editor_argv(e->app, e->path, &error);
	if (argv == NULL || !run_terminal(e->app, argv, on_edited, e, &error))
		keep_here(e, error->message);
	g_strfreev(argv);
	g_clear_error(&error);
}

static void
on_fetched(const struct reply *reply, void *user)
{
	struct edited *e = user;
	GError *error = NULL;
	bool is_new = reply->kind == REPLY_FAILED && g_error_matches(reply->error, PF_ERROR, PF_ERROR_NOT_FOUND);
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED && !is_new)
		app_error(e->app, "%s", reply->error->message);
	else if ((e->before = file_read(e->path, LIMIT_SIEVE_SCRIPT, &error)) == NULL)
		app_error(e->app, "%s", error->message);
	g_clear_error(&error);
	if (e->before != NULL) {
		run_editor(e);
		return;
	}
	(void)unlink(e->path);
	edited_free(e);
}

void
sieve_edit(struct app *app, const char *account, const char *name, void (*on_kept)(struct app *app, const char *account))
{
	GError *error = NULL;
	char *path = NULL;
	int fd = g_file_open_tmp("penfold-XXXXXX.sieve", &path, &error);
	if (fd < 0) {
		app_error(app, "%s", error->message);
		g_clear_error(&error);
		return;
	}
	struct edited *e = g_new0(struct edited, 1);
	e->app = app;
	e->account = g_strdup(account);
	e->name = g_strdup(name);
	e->path = path;
	e->on_kept = on_kept;
	app_say(app, "%s is being fetched", name);
	ask_setup(app, NULL, json_pack("{s:s, s:s, s:o, s:o}", "op", "sieve", "do", "get", "account", jsonl_text(account, -1),
	    "name", jsonl_text(name, -1)), fd, on_fetched, e);
	(void)close(fd);
}
