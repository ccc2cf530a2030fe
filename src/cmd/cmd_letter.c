/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A letter asked for on the command line, with mutt's letters. */
#include "cmd/cmd_letter.h"
#include "cmd/cmd_draft.h"
#include "cmd/cmd_wishes.h"
#include "client/attachment.h"
#include "client/mailto.h"
#include "client/takeover.h"
#include "ui/edit_file.h"
#include "cmd/cmd_screen.h"

#include "base/file.h"
#include "base/limits.h"
#include "base/mailbox_text.h"
#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool
cmd_letter_is_asked(int argc, char **argv)
{
	static const char letters[] = "scbaHi";

	if (argc < 2)
		return false;
	if (strcmp(argv[1], "--sign") == 0 || strcmp(argv[1], "--encrypt") == 0)
		return true;
	if (g_ascii_strncasecmp(argv[1], "mailto:", 7) == 0 || strchr(argv[1], '@') != NULL ||
	    g_str_has_prefix(argv[1], "--at"))
		return true;
	return argv[1][0] == '-' && argv[1][1] != '\0' && strchr(letters, argv[1][1]) != NULL &&
	    argv[1][2] == '\0';
}

void
cmd_letter_send_later(const struct program_options *opts)
{
	GPtrArray *argv = g_ptr_array_new_with_free_func(g_free);
	char *self = g_file_read_link("/proc/self/exe", NULL);

	if (self != NULL) {
		g_ptr_array_add(argv, self);
		if (opts->rc_path != NULL) {
			g_ptr_array_add(argv, g_strdup("--rc"));
			g_ptr_array_add(argv, g_strdup(opts->rc_path));
		}
		for (size_t i = 0; opts->overrides[i] != NULL; i++) {
			g_ptr_array_add(argv, g_strdup("-o"));
			g_ptr_array_add(argv, g_strdup(opts->overrides[i]));
		}
		g_ptr_array_add(argv, g_strdup("queue"));
		g_ptr_array_add(argv, g_strdup("run"));
		g_ptr_array_add(argv, g_strdup("--due"));
		g_ptr_array_add(argv, NULL);
		/* A failure here costs nothing: the letter waits for the next run. */
		(void)g_spawn_async(NULL, (gchar **)argv->pdata, NULL,
		    G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, NULL,
		    NULL);
	}
	g_ptr_array_unref(argv);
}

static void
append(json_t *draft, const char *field, const char *value)
{
	json_t *array = json_object_get(draft, field);

	if (array == NULL) {
		array = json_array();
		json_object_set_new(draft, field, array);
	}
	json_array_append_new(array, jsonl_text(value, -1));
}

static void
attach(json_t *draft, const char *name)
{
	json_t *array = json_object_get(draft, "attachments");
	char *path = g_canonicalize_filename(name, NULL);

	if (array == NULL) {
		array = json_array();
		json_object_set_new(draft, "attachments", array);
	}
	json_array_append_new(array, client_attachment(path));
	g_free(path);
}

/* A file that was named and is not there is the caller's input, and no letter that is sought. */
static void
mark_input(GError *error)
{
	if (g_error_matches(error, PF_ERROR, PF_ERROR_NOT_FOUND))
		error->code = PF_ERROR_NO_INPUT;
}

/* An option of mutt's: its value goes into the draft. False when it is none. */
static bool
take_letter(json_t *draft, char letter, const char *value)
{
	switch (letter) {
	case 's':
		json_object_set_new(draft, "subject", jsonl_text(value, -1));
		return true;
	case 'c':
		append(draft, "cc", value);
		return true;
	case 'b':
		append(draft, "bcc", value);
		return true;
	case 'a':
		attach(draft, value);
		return true;
	default:
		return false;
	}
}

/* What was asked for and not taken, one sentence; consumes ignored, which may be NULL. */
static void
say_ignored(const char *what, char *ignored)
{
	char *safe = ignored != NULL ? safe_line(ignored) : NULL;

	if (safe != NULL)
		(void)fprintf(stderr, "penfold: %s %s; ignored\n", what, safe);
	g_free(safe);
	g_free(ignored);
}

static json_t *
start_draft(int *argc, char **argv, GError **error)
{
	const char *file = cmd_take_option(argc, argv, "-H");
	char *ignored = NULL;
	json_t *draft;

	if (file != NULL) {
		draft = cmd_draft_load(file, &ignored, error);
		mark_input(*error);
		say_ignored("the draft has fields that no letter here takes:", ignored);
		return draft;
	}
	if (*argc < 2 || g_ascii_strncasecmp(argv[1], "mailto:", 7) != 0)
		return json_object();
	draft = mailto_draft(argv[1], &ignored, error);
	say_ignored("the mailto: address also asked for", ignored);
	for (int i = 1; i < *argc; i++)
		argv[i] = argv[i + 1];
	(*argc)--;
	return draft;
}

/* The body, which is UTF-8: other bytes would be put into other words. */
static bool
set_body(json_t *draft, GBytes *bytes, const char *name, GError **error)
{
	gsize len;
	const char *text = g_bytes_get_data(bytes, &len), *end;

	if (text != NULL && !g_utf8_validate(text, (gssize)len, &end)) {
		g_set_error(error, PF_ERROR, PF_ERROR_DATA, "%s: byte %zu is no UTF-8 text; -a sends any file as it is", name,
		    (size_t)(end - text) + 1);
		return false;
	}
	json_object_set_new(draft, "body", jsonl_text(text != NULL ? text : "", (gssize)len));
	return true;
}

/* -i FILE: the text of the letter. */
static bool
include_file(json_t *draft, const char *path, GError **error)
{
	GBytes *bytes = file_read(path, LIMIT_LETTER_FILE, error);
	bool is_good = bytes != NULL && set_body(draft, bytes, path, error);

	mark_input(*error);
	g_clear_pointer(&bytes, g_bytes_unref);
	return is_good;
}

/* "-a FILE FILE -- ADDRESS": with a "--" behind them, all that follows -a are files, as in mutt. */
static int
attach_more(json_t *draft, int argc, char **argv, int i)
{
	bool has_end = false;

	for (int k = i + 1; k < argc; k++)
		has_end = has_end || strcmp(argv[k], "--") == 0;
	while (has_end && i + 1 < argc && argv[i + 1][0] != '-')
		attach(draft, argv[++i]);
	return i;
}

/* argv[0] is not an argument. */
static json_t *
make_draft(int argc, char **argv, GError **error)
{
	json_t *draft = start_draft(&argc, argv, error);
	bool only_addresses = false;

	for (int i = 1; draft != NULL && i < argc; i++) {
		if (!only_addresses && strcmp(argv[i], "--") == 0) {
			only_addresses = true;
		} else if (!only_addresses && cmd_wishes_protection(draft, argv[i])) {
			continue;
		} else if (only_addresses || argv[i][0] != '-') {
			append(draft, "to", argv[i]);
		} else if (i + 1 < argc && strcmp(argv[i], "-i") == 0) {
			if (!include_file(draft, argv[++i], error))
				g_clear_pointer(&draft, json_decref);
		} else if (i + 1 < argc && argv[i][1] != '\0' && argv[i][2] == '\0' &&
		    take_letter(draft, argv[i][1], argv[i + 1])) {
			bool is_file = argv[i][1] == 'a';
			i++;
			i = is_file ? attach_more(draft, argc, argv, i) : i;
		} else {
			g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
			    "%s: unknown option, or its value is missing; see penfold help",
			    argv[i]);
			json_decref(draft);
			return NULL;
		}
	}
	return draft;
}

/* The sender is the first account unless the draft says otherwise. */
static bool
choose_account(const struct rc *rc, json_t *draft, GError **error)
{
	const struct rc_account *account = rc_accounts(rc)[0];
	const char *named = jsonl_string(draft, "account");
	char *from;

	if (named != NULL)
		account = rc_account(rc, named);
	if (account == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_CONFIG,
		    "%s: no account to send from; write an [account \"NAME\"] with an address",
		    rc_path(rc));
		return false;
	}
	json_object_set_new(draft, "account", json_string(account->name));
	if (jsonl_string(draft, "from") != NULL)
		return true;
	from = mailbox_text(account->display, account->address);
	json_object_set_new(draft, "from", json_string(from));
	g_free(from);
	return true;
}

static bool
read_body(struct cmd_context *ctx, json_t *draft, GError **error)
{
	int fd = cmd_open_message(ctx, "-", NULL, error);
	char *path;
	GBytes *bytes;
	bool is_good = true;

	if (fd < 0)
		return false;
	path = g_strdup_printf("/dev/fd/%d", fd);
	bytes = file_read(path, LIMIT_LETTER_FILE, error);
	g_free(path);
	close(fd);
	if (bytes == NULL && g_error_matches(*error, PF_ERROR, PF_ERROR_LIMIT)) {
		g_clear_error(error);
		g_set_error(error, PF_ERROR, PF_ERROR_LIMIT, "standard input: a text has no more than %u MB; -a takes more",
		    LIMIT_LETTER_FILE >> 20);
	}
	if (bytes == NULL)
		return false;
	/* an empty one leaves the text of -H or -i */
	if (g_bytes_get_size(bytes) > 0 || jsonl_string(draft, "body") == NULL)
		is_good = set_body(draft, bytes, "standard input", error);
	g_bytes_unref(bytes);
	return is_good;
}

/* Findings go to stderr; an error-level one refuses the letter. */
void
cmd_letter_print_findings(const json_t *findings)
{
	size_t i;
	json_t *one;

	json_array_foreach(findings, i, one) {
		char *line = safe_line(jsonl_string(one, "text"));

		(void)fprintf(stderr, "penfold: %s: %s: %s\n", jsonl_string(one, "level"),
		    jsonl_string(one, "code"), line);
		g_free(line);
	}
}

void
cmd_letter_on_event(const struct reply *reply, void *user)
{
	(void)user;
	if (g_strcmp0(jsonl_string(reply->obj, "event"), "findings") == 0)
		cmd_letter_print_findings(json_object_get(reply->obj, "findings"));
}

#define ALIAS_DEPTH 10 /* aliases within aliases */

/* Names of aliases become their people. */
static void
expand_aliases(struct cmd_context *ctx, json_t *draft)
{
	for (int i = 0; i < ALIAS_DEPTH; i++) {
		json_t *names = edit_file_short_names(draft), *answer = NULL;
		bool more = json_array_size(names) > 0;

		if (more)
			answer = supervisor_call(client_search(cmd_client(ctx)),
			    json_pack("{s:s, s:O}", "op", "people", "words", names), NULL, 0, 0, NULL, NULL, NULL);
		more = more && edit_file_expand(draft, json_object_get(answer, "people"));
		json_decref(answer);
		json_decref(names);
		if (!more)
			return;
	}
}

static int
queue_draft(struct cmd_context *ctx, json_t *draft, json_t *wishes)
{
	GError *error = NULL;
	expand_aliases(ctx, draft);
	json_t *request = json_pack("{s:s, s:o, s:b, s:b}", "op", "queue-add", "draft", draft,
	    "override", false, "ask", true);
	json_t *answer;

	json_object_update(request, wishes);
	answer = supervisor_call(client_store(cmd_client(ctx)), request, NULL, 0, 0,
	    cmd_letter_on_event, NULL, &error);

	mark_input(error); /* an attachment */
	if (answer == NULL)
		return cmd_fail(error);
	cmd_letter_print_findings(json_object_get(answer, "findings"));
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:O, s:O}", "queue_id", json_object_get(answer, "queue_id"),
		    "state", json_object_get(answer, "state")));
	json_decref(answer);
	cmd_letter_send_later(ctx->opts);
	return 0;
}

/* Files are named as they are from here; the screen that runs is elsewhere. */
static void
make_paths_absolute(json_t *draft)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(draft, "attachments"), i, one) {
		const char *path = jsonl_string(one, "path");
		char *whole = path != NULL ? g_canonicalize_filename(path, NULL) : NULL;

		if (whole != NULL)
			json_object_set_new(one, "path", jsonl_text(whole, -1));
		g_free(whole);
	}
}

/* Does a screen of this user's run, and does it open the letter? */
static bool
is_taken_over(struct cmd_context *ctx, json_t *draft)
{
	char *state_dir;
	json_t *obj;
	bool ok;

	if (!rc_bool(ctx->rc, "ui", NULL, "takeover"))
		return false;
	make_paths_absolute(draft);
	state_dir = rc_state_dir(ctx->rc);
	obj = json_pack("{s:s, s:O}", "op", "compose", "draft", draft);
	ok = takeover_ask(state_dir, obj);
	json_decref(obj);
	g_free(state_dir);
	return ok;
}

/* -E: where the edited letter goes again; false when there is no such file. */
static bool
note_write_back(json_t *draft, const char *whole, const char *text, GError **error)
{
	char *path = whole != NULL || text != NULL
	    ? g_canonicalize_filename(whole != NULL ? whole : text, NULL)
	    : NULL;

	if (path == NULL) {
		g_set_error_literal(error, PF_ERROR, PF_ERROR_USAGE,
		    "-E edits the file of -H or -i, and there is none");
		return false;
	}
	json_object_set_new(draft, "write_back", json_pack("{s:o, s:b}", "path", jsonl_text(path, -1), "whole",
						     whole != NULL));
	g_free(path);
	return true;
}

/* The value of one of mutt's letters, NULL when it is not there. */
static const char *
value_of(int argc, char **argv, const char *letter)
{
	for (int i = 1; i + 1 < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], letter) == 0)
			return argv[i + 1];
	return NULL;
}

int
cmd_letter(struct cmd_context *ctx, const struct cmd_screen *screen, int argc, char **argv)
{
	const char *whole = value_of(argc, argv, "-H"), *text = value_of(argc, argv, "-i");
	struct ui_opts opts = { 0 };
	GError *error = NULL;
	json_t *wishes = cmd_wishes_take(&argc, argv, &error);
	json_t *draft = wishes != NULL ? make_draft(argc, argv, &error) : NULL;
	int code;

	if (draft == NULL || !choose_account(cmd_rc(ctx), draft, &error)) {
		json_decref(wishes);
		json_decref(draft);
		return cmd_fail(error);
	}
	if (!isatty(STDIN_FILENO) || screen->is_batch) {
		json_object_del(draft, "is_whole");
		if (read_body(ctx, draft, &error))
			code = queue_draft(ctx, json_incref(draft), wishes);
		else
			code = cmd_fail(error);
		json_decref(wishes);
		json_decref(draft);
		return code;
	}
	if (screen->wants_write_back && !note_write_back(draft, whole, text, &error)) {
		json_decref(wishes);
		json_decref(draft);
		return cmd_fail(error);
	}
	/* the screen sends it: the time that was asked for goes along with the draft */
	json_object_set(draft, "wishes", wishes);
	json_decref(wishes);
	if (is_taken_over(ctx, draft)) {
		(void)fprintf(stderr, "penfold: the letter is open in the Penfold that is running\n");
		json_decref(draft);
		return 0;
	}
	opts.rc = ctx->rc;
	opts.options = ctx->opts;
	opts.compose = draft;
	opts.commands = screen->commands != NULL && screen->commands[0] != NULL ? screen->commands : NULL;
	opts.is_read_only = screen->is_read_only;
	code = cmd_screen(ctx, &opts, &error);
	json_decref(draft);
	return error != NULL ? cmd_fail(error) : code;
}
