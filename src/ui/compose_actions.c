/* SPDX-License-Identifier: GPL-3.0-or-later */
/* compose_actions.c - the keys of the review page. */
#include "base/paths.h"
#include "ui/compose.h"
#include "ui/edit_file.h"
#include "ui/files_view.h"
#include "ui/prompt.h"
#include "ui/scroll.h"

#include <string.h>

/* sending */

static void
queue(struct compose *c)
{
	json_t *to = json_object_get(c->draft, "to");
	json_t *cc = json_object_get(c->draft, "cc");
	json_t *bcc = json_object_get(c->draft, "bcc");
	if (json_array_size(to) + json_array_size(cc) + json_array_size(bcc) == 0) {
		app_error(c->app, "the letter has no recipient; t sets one");
		return;
	}
	compose_queue(c);
}

static void
on_override(struct app *app, char answer, void *user)
{
	struct compose *c = compose_top(app);
	(void)user;
	if (answer != 'y' || c == NULL)
		return;
	c->wants_override = compose_n_errors(c) > 0;
	queue(c);
}

void
compose_send(struct compose *c, gint64 at)
{
	struct app *app = c->app;
	c->wants_override = false;
	c->send_at = at;
	c->is_send_waiting = !c->is_looked_at;
	if (c->is_send_waiting) {
		app_say(app, "one moment: the letter is looked over");
		return;
	}
	char *question = compose_doubt(c);
	if (question == NULL)
		queue(c);
	else
		prompt_choose(app, question, "ny", on_override, NULL, NULL);
	g_free(question);
}

static void
act_send(struct app *app, const char *arg)
{
	struct compose *c = compose_editable(app);
	(void)arg;
	if (c != NULL)
		compose_send(c, 0);
}

/* changing */

static void
act_edit(struct app *app, const char *arg)
{
	struct compose *c = compose_editable(app);
	(void)arg;
	if (c != NULL)
		compose_edit(c);
}

static void
on_field(struct app *app, const char *text, void *user)
{
	const char *key = user;
	struct compose *c = compose_top(app);
	if (text == NULL || c == NULL)
		return;
	if (g_str_equal(key, "subject"))
		json_object_set_new(c->draft, key, jsonl_text(text, -1));
	else
		json_object_set_new(c->draft, key, edit_file_split_addresses(text));
	compose_changed(c);
}

static void
ask_field(struct app *app, const char *key, const char *label, const char *arg)
{
	struct compose *c = compose_editable(app);
	if (c == NULL)
		return;
	char *copy = g_strdup(key);
	if (arg != NULL) {
		on_field(app, arg, copy);
		g_free(copy);
		return;
	}
	char *now = compose_field(c, key);
	enum prompt_kind kind = g_str_equal(key, "subject") ? PROMPT_TEXT : PROMPT_ADDRESSES;
	prompt_ask(app, kind, label, now, on_field, copy, g_free);
	g_free(now);
}

#define FIELD(name, key, label)                                                                    \
	static void name(struct app *app, const char *arg)                                         \
	{                                                                                          \
		ask_field(app, key, label, arg);                                                   \
	}
FIELD(act_to, "to", "To: ")
FIELD(act_cc, "cc", "Cc: ")
FIELD(act_bcc, "bcc", "Bcc: ")
FIELD(act_reply_to, "reply_to", "Reply-To: ")
FIELD(act_subject, "subject", "Subject: ")

/* signing and encrypting */

static void
act_sign(struct app *app, const char *arg)
{
	struct compose *c = compose_editable(app);
	(void)arg;
	if (c == NULL)
		return;
	json_object_set_new(c->draft, "sign", json_boolean(!compose_signs(c)));
	compose_changed(c);
}

/* The other way than it goes now. */
static void
act_encrypt(struct app *app, const char *arg)
{
	struct compose *c = compose_editable(app);
	(void)arg;
	if (c == NULL)
		return;
	json_object_set_new(c->draft, "encrypt", json_boolean(!compose_is_encrypting(c)));
	compose_changed(c);
}

/* attachments */

static void
on_attach(struct app *app, const char *text, void *user)
{
	struct compose *c = compose_top(app);
	(void)user;
	if (text == NULL || c == NULL)
		return;
	/* nothing, or a folder: the files are shown */
	char *path = paths_expand(text);
	if (*text == '\0' || g_file_test(path, G_FILE_TEST_IS_DIR))
		(void)files_view_open(c, *text != '\0' ? path : NULL);
	else if (compose_attach(c, text))
		compose_changed(c);
	g_free(path);
}

static void
act_attach(struct app *app, const char *arg)
{
	if (compose_editable(app) == NULL)
		return;
	if (arg != NULL)
		on_attach(app, arg, NULL);
	else
		prompt_ask(app, PROMPT_PATH, "Attach (Enter browses): ", NULL, on_attach, NULL, NULL);
}

static void
act_attach_files(struct app *app, const char *arg)
{
	struct compose *c = compose_editable(app);
	if (c != NULL)
		(void)files_view_open(c, arg);
}

static void
on_detach(struct app *app, const char *text, void *user)
{
	struct compose *c = compose_top(app);
	guint64 n;
	(void)user;
	if (text == NULL || c == NULL)
		return;
	json_t *list = json_object_get(c->draft, "attachments");
	if (!g_ascii_string_to_unsigned(text, 10, 1, json_array_size(list), &n, NULL)) {
		app_error(app, "there is no attachment number %s", text);
		return;
	}
	json_array_remove(list, (size_t)n - 1);
	compose_changed(c);
}

static void
act_detach(struct app *app, const char *arg)
{
	struct compose *c = compose_editable(app);
	if (c == NULL)
		return;
	size_t n = json_array_size(json_object_get(c->draft, "attachments"));
	if (n == 0)
		app_say(app, "nothing is attached");
	else if (n == 1 || arg != NULL)
		on_detach(app, arg != NULL ? arg : "1", NULL);
	else
		prompt_ask(app, PROMPT_TEXT, "Detach number: ", NULL, on_detach, NULL, NULL);
}

/* leaving */

static void
act_postpone(struct app *app, const char *arg)
{
	struct compose *c = compose_editable(app);
	(void)arg;
	if (c != NULL)
		compose_postpone(c);
}

static void
on_close_answer(struct app *app, char answer, void *user)
{
	struct compose *c = compose_top(app);
	(void)user;
	if (c == NULL || answer == 0)
		return;
	if (answer == 'k')
		act_postpone(app, NULL);
	else
		compose_close(c, true);
}

static void
act_close(struct app *app, const char *arg)
{
	(void)arg;
	if (compose_editable(app) != NULL)
		prompt_choose(app, "Keep the draft or discard it? (k/d, Esc goes on writing) ",
		    "kd", on_close_answer, NULL, NULL);
}

#define MOVE(name, how)                                                                            \
	static void name(struct app *app, const char *arg)                                         \
	{                                                                                          \
		struct compose *c = compose_top(app);                                              \
		(void)arg;                                                                         \
		scroll_lines(app, c->body, how, c->body_rows);                                     \
	}
MOVE(act_down, SCROLL_DOWN)
MOVE(act_up, SCROLL_UP)
MOVE(act_page_down, SCROLL_PAGE_DOWN)
MOVE(act_page_up, SCROLL_PAGE_UP)

/* clang-format off */
static const struct action actions[] = {
	{"send",	"y",		"send",	  NULL,		"check, queue and send it",		act_send},
	{"edit",	"e",		"edit",	  NULL,		"edit the text and its header",		act_edit},
	{"attach",	"a",		"attach", "FILE",	"attach a file",			act_attach},
	{"attach-files", "A",		NULL,	"DIR",		"choose files to attach from a folder",	act_attach_files},
	{"detach",	"D",		NULL,	  "NUMBER",	"take an attachment away",		act_detach},
	{"to",		"t",		"to",	  "ADDRESSES",	"change the recipients",		act_to},
	{"cc",		"c",		"cc",	  "ADDRESSES",	"change Cc",				act_cc},
	{"bcc",		"b",		"bcc",	  "ADDRESSES",	"change Bcc",				act_bcc},
	{"reply-to",	"r",		NULL,	  "ADDRESSES",	"change Reply-To",			act_reply_to},
	{"subject",	"s",		"subject", "TEXT",	"change the subject",			act_subject},
	{"from",	"f",		NULL,	  "ADDRESS",	"the next of your addresses",		act_compose_from},
	{"send-later",	"Y",		NULL,	  "TIME",	"queue it, to leave at a time",		act_compose_send_later},
	{"markdown",	"M",		NULL,	  NULL,		"send it as a page too, or as text only", act_compose_markdown},
	{"inline",	"M-i",		NULL,	  "NUMBER",	"show an attachment within the letter, or behind it", act_compose_inline},
	{"attach-output", "|",		NULL,	  "COMMAND",	"attach what a command prints",		act_compose_attach_output},
	{"spell",	"i",		NULL,	  NULL,		"check the spelling",			act_compose_spell},
	{"sign",	"S",		"sign",	  NULL,		"sign it, or not",			act_sign},
	{"encrypt",	"E",		"encrypt", NULL,	"encrypt it, or not",			act_encrypt},
	{"choose-key",	"K",		NULL,	  "ADDRESS",	"choose the key of a reader",		act_compose_choose_key},
	{"attach-key",	"M-k",		NULL,	  NULL,		"attach your own public key",		act_compose_attach_key},
	{"postpone",	"P",		"postpone", NULL,	"keep it as a draft",			act_postpone},
	{"close",	"q",		NULL,	  NULL,		"keep it or discard it",		act_close},
	{"down",	"j, Down",	NULL,	  NULL,		"scroll the text down",			act_down},
	{"up",		"k, Up",	NULL,	  NULL,		"scroll the text up",			act_up},
	{"page-down",	"Space, PageDown", NULL,  NULL,		"one page down",			act_page_down},
	{"page-up",	"Backspace, PageUp", NULL, NULL,	"one page up",				act_page_up},
	{NULL,		NULL,		NULL,	  NULL,		NULL,					NULL},
};
/* clang-format on */

const struct action_set compose_actions = {"compose", "A letter before it is sent", actions};
