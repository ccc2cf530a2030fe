/* SPDX-License-Identifier: GPL-3.0-or-later */
/* attachments_pipe.c - a part to the standard input of a command. */
#include "base/file.h"
#include "base/safe_name.h"
#include "ui/ask.h"
#include "ui/attachments.h"
#include "ui/opener.h"
#include "ui/prompt.h"

#include <unistd.h>

struct piped {
	struct app *app;
	struct letter *letter;
	int fd;
	char *id, *what, *command;
};

static void
piped_free(struct piped *p)
{
	letter_unref(p->letter);
	g_free(p->id);
	g_free(p->what);
	g_free(p->command);
	g_free(p);
}

static void
on_piped(const struct reply *reply, void *user)
{
	struct piped *p = user;
	if (reply->kind == REPLY_EVENT)
		return;
	if (reply->kind == REPLY_FAILED) {
		app_error(p->app, "not piped: %s", reply->error->message);
		close(p->fd);
	} else {
		opener_pipe(p->app, p->fd, p->what, p->command);
	}
	piped_free(p);
}

/* The command is asked for first: what is typed ahead must not be taken for keys. */
static void
on_command(struct app *app, const char *text, void *user)
{
	struct piped *p = user;
	if (text == NULL || *text == '\0') {
		piped_free(p);
		return;
	}
	p->command = g_strdup(text);
	p->fd = file_memory("", 0, NULL);
	ask_render(app, NULL, p->letter, json_pack("{s:s, s:s}", "op", "part", "part", p->id), p->fd,
	    on_piped, p);
}

void
attachments_pipe(struct app *app, struct letter *letter, const char *id, const json_t *part, const char *command)
{
	struct piped *p = g_new0(struct piped, 1);
	p->app = app;
	p->letter = letter_ref(letter);
	p->id = g_strdup(id);
	p->what = safe_name(jsonl_string(part, "filename"), jsonl_string(part, "type"));
	if (command != NULL)
		on_command(app, command, p);
	else
		prompt_ask(app, PROMPT_TEXT, "Pipe to: ", NULL, on_command, p, NULL);
}
