/* SPDX-License-Identifier: GPL-3.0-or-later */
/* print.c - one message after the other through the renderer, then all of it to the printer's program. */
#include "ui/print.h"

#include "base/file.h"
#include "base/safe_text.h"
#include "ui/ask.h"
#include "ui/common.h"
#include "ui/gather.h"
#include "ui/run.h"
#include "ui/secure.h"

#include <unistd.h>

#define TEXT_COLS 78
#define MAX_TEXT  (64u << 20) /* bytes that are printed: some ten thousand pages */

struct printing {
	struct app *app;
	GPtrArray *letters; /* struct gathered; NULL for one that is open */
	guint at;	    /* of letters */
	struct letter *letter;
	struct secure secure; /* what was opened of it */
	struct ask ask;
	GString *text;
	gsize start; /* of this message in text */
};

static void
next(struct printing *p);
static void
render(struct printing *p);

static void
printing_free(struct printing *p)
{
	ask_drop(&p->ask);
	secure_reset(&p->secure);
	letter_unref(p->letter);
	g_clear_pointer(&p->letters, g_ptr_array_unref);
	g_string_free(p->text, TRUE);
	g_free(p);
}

static gboolean
free_later(gpointer data)
{
	printing_free(data);
	return G_SOURCE_REMOVE;
}

static void
print_text(struct app *app, const GString *text)
{
	GError *error = NULL;
	char **argv = rc_argv(app->rc, "ui", NULL, "print-command");
	int fd = file_memory(text->str, text->len, &error);
	if (fd < 0 || !run_to_page(app, argv, NULL, fd, "Printing", &error)) {
		app_error(app, "not printed: %s; ui.print-command names the program",
		    error->message);
		g_error_free(error);
	}
	if (fd >= 0)
		close(fd);
	g_strfreev(argv);
}

/* People are printed as they are shown, with a line for each field. */
static void
add_head(GString *out, const json_t *head)
{
	static const char *const keys[] = {"from", "to", "cc", "date", "subject"};
	static const char *const labels[] = {"From", "To", "Cc", "Date", "Subject"};
	const json_t *headers = json_object_get(head, "headers");
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		const json_t *value = json_object_get(headers, keys[i]);
		char *text = json_is_string(value) ? g_strdup(json_string_value(value))
						   : common_addresses(value);
		char *display = safe_line(text);
		if (*display != '\0')
			g_string_append_printf(out, "%-9s%s\n", labels[i], display);
		g_free(display);
		g_free(text);
	}
	g_string_append_c(out, '\n');
}

static void
add_lines(GString *out, const json_t *lines)
{
	size_t i;
	json_t *line;
	json_array_foreach(lines, i, line)
	{
		const char *text = jsonl_string(line, "t");
		g_string_append_printf(out, "%s\n", text != NULL ? text : "");
	}
}

static void
stop(struct printing *p, const char *why)
{
	app_error(p->app, "not printed: %s", why);
	g_idle_add(free_later, p); /* its question is being answered */
}

static void
on_opened(void *user)
{
	render(user);
}

static void
on_view(const struct reply *reply, void *user)
{
	struct printing *p = user;
	bool is_head = reply->kind == REPLY_EVENT && g_strcmp0(jsonl_string(reply->obj, "event"), "head") == 0;
	if (is_head && secure_start(&p->secure, p->app, p->letter, reply->obj, on_opened, p)) {
		ask_drop(&p->ask); /* what is in it is printed instead */
		return;
	}
	if (is_head)
		add_head(p->text, reply->obj);
	if (reply->kind == REPLY_EVENT) {
		add_lines(p->text, json_object_get(reply->obj, "lines"));
		return;
	}
	ask_end(&p->ask);
	if (reply->kind == REPLY_FAILED) {
		stop(p, reply->error->message);
		return;
	}
	p->at++;
	next(p);
}

static void
render(struct printing *p)
{
	json_t *request = json_pack("{s:s, s:i, s:s}", "op", "view", "width", TEXT_COLS, "headers", "weeded");
	g_string_truncate(p->text, p->start);
	secure_add(&p->secure, request);
	ask_render(p->app, &p->ask, secure_letter(&p->secure, p->letter), request, -1, on_view, p);
}

static void
next(struct printing *p)
{
	GError *error = NULL;
	guint n = p->letters != NULL ? p->letters->len : 1;
	if (p->text->len > MAX_TEXT) {
		stop(p, "that would be more than ten thousand pages");
		return;
	}
	if (p->at == n) {
		print_text(p->app, p->text);
		g_idle_add(free_later, p);
		return;
	}
	if (p->letters != NULL) {
		const struct gathered *g = p->letters->pdata[p->at];
		secure_reset(&p->secure);
		letter_unref(p->letter);
		p->letter = letter_open(g->path, &error);
	}
	if (p->letter == NULL) {
		stop(p, error->message);
		g_error_free(error);
		return;
	}
	if (p->at > 0)
		g_string_append_c(p->text, '\f');
	p->start = p->text->len;
	render(p);
}

void
print_letter(struct app *app, struct letter *letter)
{
	struct printing *p = g_new0(struct printing, 1);
	p->app = app;
	p->letter = letter_ref(letter);
	p->text = g_string_new(NULL);
	render(p);
}

void
print_gathered(struct app *app, GPtrArray *letters)
{
	struct printing *p = g_new0(struct printing, 1);
	p->app = app;
	p->letters = letters;
	p->text = g_string_new(NULL);
	next(p);
}
