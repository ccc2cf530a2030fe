/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_more.c - what can be done to a letter besides its text and its people: sender, signature, form,
 * time, files from other programs, spelling. */
#include "base/error.h"
#include "base/file.h"
#include "base/paths.h"
#include "base/when.h"
#include "client/attachment.h"
#include "ui/common.h"
#include "ui/compose.h"
#include "ui/draft_files.h"
#include "ui/edit_file.h"
#include "ui/list_view.h"
#include "ui/prompt.h"
#include "ui/run.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MAX_SIGNATURE (64u << 10)
#define SIGN_MARK     "\n-- \n"

/* sender and signature */

/* The addr-spec of a mailbox, owned. */
static char *
spec_of(const char *mailbox)
{
	char *name, *address;
	json_t *value = jsonl_text(mailbox, -1);
	common_address(value, &name, &address);
	json_decref(value);
	g_free(name);
	return address;
}

char *
compose_signature(struct app *app, const char *from)
{
	char *spec = spec_of(from);
	const struct rc_account *a = rc_account_of_address(app->rc, spec);
	char *path = rc_path_value(app->rc, "identity", spec, "signature");
	if (path == NULL && a != NULL)
		path = rc_path_value(app->rc, "account", a->name, "signature");
	GBytes *bytes = path != NULL ? file_read(path, MAX_SIGNATURE, NULL) : NULL;
	char *text = NULL;
	if (bytes != NULL && g_bytes_get_size(bytes) > 0) {
		char *valid = g_utf8_make_valid(g_bytes_get_data(bytes, NULL),
		    (gssize)g_bytes_get_size(bytes));
		text = g_strconcat(SIGN_MARK, g_strchomp(valid), "\n", NULL);
		g_free(valid);
	}
	g_clear_pointer(&bytes, g_bytes_unref);
	g_free(path);
	g_free(spec);
	return text;
}

void
compose_sign(struct app *app, json_t *draft, const char *was)
{
	const char *from = jsonl_string(draft, "from");
	const char *body = jsonl_string(draft, "body");
	char *old = was != NULL ? compose_signature(app, was) : NULL;
	char *new = from != NULL ? compose_signature(app, from) : NULL;
	GString *text = g_string_new(body != NULL ? body : "");
	/* wherever it stands by now; one that was written anew is the writer's */
	const char *at = old != NULL ? g_strrstr(text->str, old) : NULL;
	if (at != NULL) {
		gssize pos = at - text->str;
		g_string_erase(text, pos, (gssize)strlen(old));
		g_string_insert(text, pos, new != NULL ? new : "");
	} else if (new != NULL && old == NULL && strstr(text->str, new) == NULL) {
		g_string_append(text, new);
	}
	json_object_set_new(draft, "body", jsonl_text(text->str, (gssize)text->len));
	g_string_free(text, TRUE);
	g_free(new);
	g_free(old);
}

static void
set_from(struct compose *c, const char *from)
{
	char *was = g_strdup(jsonl_string(c->draft, "from"));
	json_object_set_new(c->draft, "from", jsonl_text(from, -1));
	compose_fit_account(c->app, c->draft);
	compose_sign(c->app, c->draft, was != NULL ? was : "");
	compose_changed(c);
	g_free(was);
}

void
act_compose_from(struct app *app, const char *arg)
{
	struct compose *c = compose_editable(app);
	json_t *own = common_own_addresses(app);
	size_t n = json_array_size(own), next = 0;
	if (c != NULL && arg != NULL) {
		set_from(c, arg);
	} else if (c != NULL && n > 0) {
		char *now = spec_of(jsonl_string(c->draft, "from"));
		for (size_t i = 0; i < n; i++) {
			char *spec = spec_of(json_string_value(json_array_get(own, i)));
			if (g_ascii_strcasecmp(spec, now) == 0)
				next = (i + 1) % n;
			g_free(spec);
		}
		if (n == 1)
			app_say(app, "you have one address only");
		set_from(c, json_string_value(json_array_get(own, next)));
		g_free(now);
	}
	json_decref(own);
}

/* form and time */

void
act_compose_markdown(struct app *app, const char *arg)
{
	struct compose *c = compose_editable(app);
	(void)arg;
	if (c == NULL)
		return;
	bool was = jsonl_bool(c->draft, "markdown", false);
	if (was)
		json_object_del(c->draft, "markdown");
	else
		json_object_set_new(c->draft, "markdown", json_true());
	app_say(app, was ? "the letter goes as text" : "the letter goes as text and, read as Markdown, as a page");
	compose_changed(c);
}

void
act_compose_inline(struct app *app, const char *arg)
{
	struct compose *c = compose_editable(app);
	json_t *list = c != NULL ? json_object_get(c->draft, "attachments") : NULL;
	guint64 n = json_array_size(list);
	if (n == 0 || (arg != NULL && !g_ascii_string_to_unsigned(arg, 10, 1, n, &n, NULL))) {
		if (c != NULL)
			app_say(app, "there is no such attachment");
		return;
	}
	json_t *item = json_array_get(list, (size_t)n - 1);
	bool was = jsonl_bool(item, "inline", false);
	json_object_set_new(item, "inline", json_boolean(!was));
	app_say(app, was ? "attachment %d goes behind the letter" : "attachment %d is shown within the letter",
	    (int)n);
	compose_changed(c);
}

static void
on_time(struct app *app, const char *text, void *user)
{
	struct compose *c = compose_top(app);
	GDateTime *now = g_date_time_new_now_local();
	GError *error = NULL;
	gint64 at;
	(void)user;
	if (c != NULL && text != NULL && *text != '\0') {
		if (when_parse(text, now, &at, &error)) {
			compose_send(c, at);
		} else {
			app_error(app, "%s", error->message);
			g_error_free(error);
		}
	}
	g_date_time_unref(now);
}

void
act_compose_send_later(struct app *app, const char *arg)
{
	if (compose_editable(app) == NULL)
		return;
	if (arg != NULL)
		on_time(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_TIME, "Send at (18:30, tomorrow 9:00, +2h): ", NULL, on_time, NULL,
		    NULL);
}

/* files */

bool
compose_attach(struct compose *c, const char *text)
{
	char *expanded = paths_expand(text);
	char *path = g_canonicalize_filename(expanded, NULL);
	bool is_file = g_file_test(path, G_FILE_TEST_IS_REGULAR);
	if (is_file && !g_utf8_validate(path, -1, NULL)) {
		/* a draft is text: it could not name the file again */
		app_error(c->app, "the name of %s is no UTF-8; give the file another to attach it", text);
		is_file = false;
	} else if (!is_file) {
		app_error(c->app, "%s is no file", text);
	} else {
		json_t *list = json_object_get(c->draft, "attachments");
		if (!json_is_array(list)) {
			list = json_array();
			json_object_set_new(c->draft, "attachments", list);
		}
		json_array_append_new(list, client_attachment(path));
	}
	g_free(path);
	g_free(expanded);
	return is_file;
}

void
compose_pasted(struct app *app, struct view *v, const char *text)
{
	struct compose *c = (struct compose *)v;
	char **words = NULL;
	guint n = 0;
	if (c->is_queueing)
		return;
	/* a terminal quotes what is dragged into it; a file manager gives URLs, one a line */
	if (g_shell_parse_argv(text, NULL, &words, NULL)) {
		for (size_t i = 0; words[i] != NULL; i++) {
			char *path = g_str_has_prefix(words[i], "file://")
			    ? g_filename_from_uri(words[i], NULL, NULL)
			    : g_strdup(words[i]);
			if (path != NULL && (*path == '/' || *path == '~') && compose_attach(c, path))
				n++;
			g_free(path);
		}
	}
	if (n > 0) {
		app_say(app, n == 1 ? "%u file attached" : "%u files attached", n);
		compose_changed(c);
	} else if (words == NULL || words[0] == NULL || *words[0] != '/') {
		app_say(app, "what was pasted is no path of a file; e edits the text");
	}
	g_strfreev(words);
}

/* A command that runs for a letter, which may not be the one in front when it ends. */
struct output {
	guint serial;
	char *command;
};

static void
output_free(struct output *o)
{
	g_free(o->command);
	g_free(o);
}

static void
on_output(struct app *app, int status, const char *bytes, size_t len, void *user)
{
	struct output *o = user;
	struct compose *c = compose_of_serial(app, o->serial);
	char *dir = c != NULL ? draft_files_new_dir(app) : NULL;
	char *path = dir != NULL ? g_build_filename(dir, "output.txt", NULL) : NULL;
	char *words = run_status_words(status);
	GError *error = NULL;
	if (words != NULL)
		app_error(app, "%s ended with %s; nothing is attached", o->command, words);
	else if (path == NULL)
		app_error(app, "the letter is not open any more; nothing is attached");
	else if (!file_write_durable(path, bytes, len, 0600, &error))
		app_error(app, "%s", error->message);
	else if (compose_attach(c, path))
		compose_changed(c);
	g_clear_error(&error);
	g_free(words);
	g_free(path);
	g_free(dir);
	output_free(o);
}

static void
on_command(struct app *app, const char *text, void *user)
{
	const struct compose *c = compose_top(app);
	GError *error = NULL;
	(void)user;
	if (text == NULL || *text == '\0' || c == NULL)
		return;
	struct output *o = g_new0(struct output, 1);
	o->serial = c->serial;
	o->command = g_strdup(text);
	char **argv = run_words(text, &error);
	if (argv == NULL || !run_capture(app, argv, NULL, -1, on_output, o, &error)) {
		app_error(app, "%s", error->message);
		output_free(o);
	}
	g_clear_error(&error);
	g_strfreev(argv);
}

void
act_compose_attach_output(struct app *app, const char *arg)
{
	if (compose_editable(app) == NULL)
		return;
	if (arg != NULL)
		on_command(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_TEXT, "Attach the output of: ", NULL, on_command, NULL, NULL);
}

/* spelling */

void
act_compose_spell(struct app *app, const char *arg)
{
	static const char *const known[][4] = {{"aspell", "--mode=email", "check", NULL},
	    {"hunspell", NULL}, {"ispell", NULL}};
	struct compose *c = compose_editable(app);
	char **words = rc_argv(app->rc, "ui", NULL, "speller");
	(void)arg;
	for (size_t i = 0; i < G_N_ELEMENTS(known) && words == NULL; i++) {
		char *found = g_find_program_in_path(known[i][0]);
		if (found != NULL)
			words = g_strdupv((char **)(guintptr)known[i]);
		g_free(found);
	}
	if (c != NULL && words != NULL)
		compose_edit_with(c, words);
	else if (c != NULL)
		app_error(app, "there is no aspell, hunspell or ispell here; ui.speller names another");
	g_strfreev(words);
}
