/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold show: a message as the screen would show it, through penfold-render. */
#include "cmd/cmd.h"
#include "client/opening.h"
#include "base/file.h"
#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SHOW_DEADLINE_MS 60000
#define OPEN_DEADLINE_MS 600000 /* a passphrase may be asked for */

struct show_job {
	const char *name;
	const json_t *message; /* of the store, or NULL */
	int fd;
	gint64 columns;
	bool unprotected;
};

/* The store's knowledge of a file given by its bytes: verdict by SHA-256. */
static json_t *
stored_verdict(struct cmd_context *ctx, const char *sha256)
{
	json_t *answer, *verdict;

	if (sha256 == NULL)
		return json_null();
	answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:s}", "op", "verdict-get", "sha256", sha256), NULL, 0, 0, NULL, NULL,
	    NULL);
	verdict = json_incref(json_object_get(answer, "verdict"));
	json_decref(answer);
	return verdict != NULL ? verdict : json_null();
}

/* What the store adds to what the renderer saw: id, path, sha256, verdict. */
static void
complete(struct cmd_context *ctx, json_t *shown, const char *name, const json_t *message, int fd)
{
	const json_t *headers = json_object_get(shown, "headers");
	const char *id = jsonl_string(headers, "message_id");
	char *sha256 = file_sha256_fd(fd, NULL);
	char *path = NULL;

	if (message != NULL)
		path = g_strdup(jsonl_string(message, "path"));
	else if (strcmp(name, "-") != 0)
		path = g_canonicalize_filename(name, NULL);
	if (message != NULL && jsonl_string(message, "id") != NULL)
		id = jsonl_string(message, "id");
	json_object_set_new(shown, "id", id != NULL ? json_string(id) : json_null());
	json_object_set_new(shown, "path", jsonl_text(path, -1));
	json_object_set_new(shown, "sha256", jsonl_text(sha256, -1));
	json_object_set_new(shown, "verdict", stored_verdict(ctx, sha256));
	g_free(path);
	g_free(sha256);
}

static void
print_people(const char *label, const json_t *people)
{
	size_t i;
	json_t *one;

	if (json_array_size(people) == 0)
		return;
	(void)printf("%-9s", label);
	json_array_foreach(people, i, one) {
		char *name = safe_line(jsonl_string(one, "name"));
		char *address = safe_line(jsonl_string(one, "address"));

		(void)printf("%s%s%s<%s>", i > 0 ? ", " : "", name, name[0] != '\0' ? " " : "",
		    address);
		g_free(name);
		g_free(address);
	}
	(void)printf("\n");
}

static void
print_field(const char *label, const char *value)
{
	char *line = safe_line(value);

	if (line[0] != '\0')
		(void)printf("%-9s%s\n", label, line);
	g_free(line);
}

/* What was protected and says otherwise outside. */
static void
print_mismatches(const json_t *security)
{
	size_t i;
	json_t *one;

	json_array_foreach(json_object_get(security, "header_mismatches"), i, one) {
		const char *inner = jsonl_string(one, "inner");
		char *line = g_strdup_printf("the header was changed on the way: %s was \"%s\", outside "
					     "it is \"%s\"", jsonl_string(one, "field"),
		    inner != NULL ? inner : "", jsonl_string(one, "outer"));

		print_field("Warning", line);
		g_free(line);
	}
}

static void
print_text(const json_t *shown)
{
	const json_t *headers = json_object_get(shown, "headers"), *one;
	const json_t *verdict = json_object_get(shown, "verdict");
	const char *body = jsonl_string(shown, "body");
	char *text = safe_text(body != NULL ? body : "", body != NULL ? strlen(body) : 0,
	    SAFE_TEXT_BODY);
	size_t i;

	json_array_foreach(json_object_get(shown, "notes"), i, one)
		print_field("Note", json_string_value(one));
	print_people("From", json_object_get(headers, "from"));
	print_people("To", json_object_get(headers, "to"));
	print_people("Cc", json_object_get(headers, "cc"));
	print_field("Security", jsonl_string(json_object_get(shown, "security"), "summary"));
	print_mismatches(json_object_get(shown, "security"));
	print_field("Date", jsonl_string(headers, "date"));
	print_field("Subject", jsonl_string(headers, "subject"));
	if (json_is_object(verdict)) {
		char *line = g_strdup_printf("%s: %s", jsonl_string(verdict, "verdict"),
		    jsonl_string(verdict, "summary"));

		print_field("Verdict", line);
		g_free(line);
	} else {
		print_field("Verdict", "not judged yet");
	}
	json_array_foreach(json_object_get(shown, "attachments"), i, one) {
		const char *name = jsonl_string(one, "filename");
		char *line = g_strdup_printf("%s  %s  %s, %" G_GINT64_FORMAT " bytes",
		    jsonl_string(one, "part"), name != NULL ? name : "(no name)",
		    jsonl_string(one, "type"), jsonl_int(one, "size", 0));

		print_field("Attached", line);
		g_free(line);
	}
	(void)printf("\n%s\n", text);
	g_free(text);
}

/* penfold-crypt's answer about a message; what it opened is in *fd_out, -1 when that is the message
 * itself. A helper that fails is said where its result would stand. */
static json_t *
open_security(struct cmd_context *ctx, int fd, bool unprotected, int *fd_out)
{
	int fds[2] = { fd, file_in_memory(NULL) };
	json_t *request = opening_request(true), *answer, *security;
	GError *error = NULL;

	json_object_set_new(request, "unprotected", json_boolean(unprotected));
	answer = supervisor_call(client_crypt(cmd_client(ctx)), request, fds, fds[1] >= 0 ? 2 : 1,
	    OPEN_DEADLINE_MS, NULL, NULL, &error);
	security = json_incref(json_object_get(answer, "security"));
	*fd_out = fds[1];
	if (!jsonl_bool(answer, "rewritten", false)) {
		close(fds[1]);
		*fd_out = -1;
	} else {
		opening_seal(fds[1]);
	}
	if (security == NULL) {
		char *text = g_strdup_printf("could not verify: %s",
		    error != NULL ? error->message : "penfold-crypt gave no answer");

		security = opening_none(NULL);
		json_object_set_new(security, "problem", jsonl_text(text, -1));
		json_object_set_new(security, "summary", jsonl_text(text, -1));
		g_free(text);
	}
	g_clear_error(&error);
	json_decref(answer);
	return security;
}

static json_t *
render(struct cmd_context *ctx, int fd, json_int_t width, const json_t *security, GError **error)
{
	json_t *request = json_pack("{s:s, s:I}", "op", "show", "width", width);

	opening_add(request, security);
	return supervisor_call(client_render(cmd_client(ctx)), request, &fd, 1, SHOW_DEADLINE_MS, NULL,
	    NULL, error);
}

/* The message rendered, and opened before where it is signed or encrypted. */
static json_t *
render_opened(struct cmd_context *ctx, int fd, json_int_t width, bool unprotected, GError **error)
{
	json_t *shown = render(ctx, fd, width, NULL, error), *security;
	int opened = -1;

	if (shown != NULL && opening_is_due(shown)) {
		security = open_security(ctx, fd, unprotected, &opened);
		json_decref(shown);
		shown = render(ctx, opened >= 0 ? opened : fd, width, security, error);
		json_object_set_new(shown, "security", security);
	} else if (shown != NULL) {
		json_object_set_new(shown, "security", opening_none(NULL));
	}
	if (json_object_get(shown, "autocrypt") != NULL) {
		json_object_set(json_object_get(shown, "security"), "autocrypt",
		    json_object_get(shown, "autocrypt"));
		json_object_del(shown, "autocrypt");
	}
	if (opened >= 0)
		close(opened);
	return shown;
}

/* So that searches find it: property:security=signed. Without it nothing is lost. */
static void
keep_security(struct cmd_context *ctx, const json_t *message, json_t *security)
{
	const char *date = jsonl_string(message, "date");
	GDateTime *when = date != NULL ? g_date_time_new_from_iso8601(date, NULL) : NULL;
	json_t *request = opening_kept(jsonl_string(message, "id"),
	    when != NULL ? g_date_time_to_unix(when) : 0, security);

	if (request != NULL)
		json_decref(supervisor_call(client_store(cmd_client(ctx)), request, NULL, 0, 0, NULL, NULL, NULL));
	if (when != NULL)
		g_date_time_unref(when);
}

static int
show_rendered(struct cmd_context *ctx, const struct show_job *job)
{
	GError *error = NULL;
	json_t *shown = render_opened(ctx, job->fd, job->columns, job->unprotected, &error);

	if (shown == NULL)
		return cmd_fail(error);
	complete(ctx, shown, job->name, job->message, job->fd);
	keep_security(ctx, job->message, json_object_get(shown, "security"));
	if (ctx->opts->json) {
		cmd_print_json(shown);
		return 0;
	}
	print_text(shown);
	json_decref(shown);
	return 0;
}

/* The bytes as they are. A terminal is no place for them: there, they are made safe. */
static int
show_raw(int fd)
{
	GError *error = NULL;
	char block[65536], *text;
	ssize_t n;

	if (!isatty(STDOUT_FILENO)) {
		if (file_copy_fd(fd, STDOUT_FILENO, NULL, &error))
			return 0;
		return cmd_fail(error);
	}
	while ((n = read(fd, block, sizeof(block))) > 0) {
		text = safe_text(block, (size_t)n, SAFE_TEXT_BODY);
		(void)fputs(text, stdout);
		g_free(text);
	}
	return 0;
}

int
cmd_show(struct cmd_context *ctx, int argc, char **argv)
{
	bool raw = cmd_take_switch(&argc, argv, "--raw");
	bool unprotected = cmd_take_switch(&argc, argv, "--unprotected");
	const char *width = cmd_take_option(&argc, argv, "--width");
	/* A program reads paragraphs, a person lines: 0 leaves the text unwrapped. */
	gint64 unasked = ctx->opts->json ? 0 : 80;
	gint64 columns = width != NULL ? g_ascii_strtoll(width, NULL, 10) : unasked;
	GError *error = NULL;
	json_t *message = NULL;
	struct show_job job;
	int fd, code;

	int n_forms = cmd_take_switch(&argc, argv, "--text") + raw + ctx->opts->json;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 2 || n_forms > 1 ||
	    (width != NULL && (columns < 20 || columns > 1000)))
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold show [--text | --json | --raw] [--width 20..1000] "
		    "[--unprotected] FILE"));
	fd = cmd_open_message(ctx, argv[1], &message, &error);
	if (fd < 0)
		return cmd_fail(error);
	job = (struct show_job){ argv[1], message, fd, columns, unprotected };
	code = raw ? show_raw(fd) : show_rendered(ctx, &job);
	json_decref(message);
	close(fd);
	return code;
}
