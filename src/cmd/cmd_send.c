/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold send: sendmail's letters. The message on standard input is queued: 0 only when it is on
 * disk; then the queue runs by itself. Also under the names sendmail and mailq. */
#include "cmd/cmd.h"
#include "cmd/cmd_letter.h"
#include "cmd/cmd_wishes.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct sending {
	const char *full_name, *account;
	char *from; /* "": the null sender; NULL: not said */
	bool from_headers; /* -t */
	bool keeps_dots;   /* -i */
	bool overrides;	   /* --override */
	bool list, run;	   /* -bp, -q */
	json_t *protect;   /* sign, encrypt: as they were asked for */
	json_t *recipients;
	json_t *wishes; /* when and how */
};

/* sendmail's letters: those that stand alone, those with a value, and those whose value stands behind them
 * without a blank. What means nothing here is taken and passed over. */
static const char alone[] = "itvnGUAm", valued[] = "frFRNVXBChLpO", attached[] = "boqde";

static bool
take_mode(struct sending *s, const char *value, GError **error)
{
	if (*value == 'p') {
		s->list = true;
	} else if (*value != 'm' && *value != '\0') {
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "-b%s: Penfold is no server; it takes a message on standard input, or -bp", value);
		return false;
	}
	return true;
}

/* -f takes an address with its brackets, too; "<>" is the null sender. Owned. */
static char *
bare_address(const char *value)
{
	size_t len = strlen(value);

	return len >= 2 && value[0] == '<' && value[len - 1] == '>' ? g_strndup(value + 1, len - 2)
								    : g_strdup(value);
}

/* One letter with its value ("" for none). */
static bool
take_letter(struct sending *s, char letter, const char *value, GError **error)
{
	switch (letter) {
	case 't':
		s->from_headers = true;
		return true;
	case 'i':
		s->keeps_dots = true;
		return true;
	case 'f':
	case 'r':
		g_free(s->from);
		s->from = bare_address(value);
		return true;
	case 'N':
		/* sendmail's word for --dsn, which goes before it */
		if (json_object_get(s->wishes, "notify") == NULL)
			json_object_set_new(s->wishes, "notify", jsonl_text(value, -1));
		return true;
	case 'F':
		s->full_name = value;
		return true;
	case 'o':
		s->keeps_dots = s->keeps_dots || strcmp(value, "i") == 0;
		return true;
	case 'q':
		s->run = true;
		return true;
	case 'b':
		return take_mode(s, value, error);
	default:
		return true; /* of no meaning here */
	}
}

/* The letters of one argument ("-ti", "-f", "-fann@example.org"); next: the argument behind it, NULL for
 * none. How many arguments were taken, 0 with error. */
static int
take_letters(struct sending *s, const char *arg, const char *next, GError **error)
{
	for (const char *p = arg + 1; *p != '\0'; p++) {
		if (strchr(alone, *p) != NULL) {
			(void)take_letter(s, *p, "", error);
		} else if (strchr(attached, *p) != NULL) {
			return take_letter(s, *p, p + 1, error) ? 1 : 0;
		} else if (strchr(valued, *p) != NULL && (p[1] != '\0' || next != NULL)) {
			bool has_value = p[1] != '\0';

			return take_letter(s, *p, has_value ? p + 1 : next, error) ? (has_value ? 1 : 2) : 0;
		} else {
			g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
			    "%s: unknown option, or its value is missing", arg);
			return 0;
		}
	}
	return 1;
}

/* One option at argv[i]; how many arguments it took, 0 with error. */
static int
take_option(struct sending *s, int argc, char **argv, int i, GError **error)
{
	if (cmd_wishes_protection(s->protect, argv[i]))
		return 1;
	if (strcmp(argv[i], "--override") == 0) {
		s->overrides = true;
		return 1;
	}
	if (strcmp(argv[i], "--account") == 0 && i + 1 < argc) {
		s->account = argv[i + 1];
		return 2;
	}
	return take_letters(s, argv[i], i + 1 < argc ? argv[i + 1] : NULL, error);
}

static bool
parse(struct sending *s, int argc, char **argv, GError **error)
{
	int i = 1;

	while (i < argc && argv[i][0] == '-' && argv[i][1] != '\0') {
		int n;

		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		n = take_option(s, argc, argv, i, error);
		if (n == 0)
			return false;
		i += n;
	}
	for (; i < argc; i++)
		json_array_append_new(s->recipients, jsonl_text(argv[i], -1));
	if (s->full_name != NULL && strpbrk(s->full_name, "\r\n") != NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "-F: a name has no line breaks");
		return false;
	}
	if (!s->list && !s->run && !s->from_headers && json_array_size(s->recipients) == 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
		    "no recipients: name them, or give -t to take them from the header");
		return false;
	}
	return true;
}

/* --- the message --- */

/* What a person types: a line with a single dot ends it. The stream; its end is where the input's is. */
static int
read_typed(GError **error)
{
	int fd = file_unnamed(error);
	bool is_good = fd >= 0;
	char *line = NULL;
	size_t size = 0;
	ssize_t n;

	while (is_good && (n = getline(&line, &size, stdin)) > 0 && strcmp(line, ".\n") != 0)
		is_good = file_write_all(fd, line, (size_t)n, error);
	free(line);
	if (is_good) {
		(void)lseek(fd, 0, SEEK_SET);
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Without -i a last line with a single dot is the end and no text. One that more text follows stays: where
 * sendmail would end, text would be lost. */
static void
cut_last_dot(int fd)
{
	static const char *const ends[] = { "\n.\r\n", "\n.\n", "\n." };
	off_t size = lseek(fd, 0, SEEK_END);
	char tail[5] = "";
	ssize_t n = pread(fd, tail, 4, MAX(size - 4, 0));

	for (size_t i = 0; n > 0 && i < G_N_ELEMENTS(ends); i++) {
		size_t len = strlen(ends[i]);

		if ((size_t)n >= len && memcmp(tail + n - len, ends[i], len) == 0) {
			/* its own copy of the input: a failure leaves a dot */
			(void)!ftruncate(fd, size - (off_t)len + 1);
			break;
		}
	}
	(void)lseek(fd, 0, SEEK_SET);
}

static int
open_input(struct cmd_context *ctx, const struct sending *s, GError **error)
{
	int fd;

	if (!s->keeps_dots && isatty(STDIN_FILENO))
		return read_typed(error);
	fd = cmd_open_message(ctx, "-", NULL, error);
	if (fd >= 0 && !s->keeps_dots)
		cut_last_dot(fd);
	return fd;
}

static int
queue_input(struct cmd_context *ctx, const struct sending *s)
{
	GError *error = NULL;
	int fd = open_input(ctx, s, &error);
	json_t *answer, *request;

	if (fd < 0)
		return cmd_fail(error);
	request = json_pack("{s:s, s:s*, s:s*, s:s*, s:b, s:b, s:O, s:b}", "op", "queue-add-raw", "account",
	    s->account, "from", s->from, "full_name", s->full_name, "extract", s->from_headers, "override",
	    s->overrides, "recipients", s->recipients, "ask", true);
	json_object_update(request, s->protect);
	json_object_update(request, s->wishes);
	answer = supervisor_call(client_store(cmd_client(ctx)), request, &fd, 1, 0, cmd_letter_on_event,
	    NULL, &error);
	close(fd);
	if (answer == NULL)
		return cmd_fail(error);
	cmd_letter_print_findings(json_object_get(answer, "findings"));
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:O, s:O}", "queue_id",
		    json_object_get(answer, "queue_id"), "state", json_object_get(answer, "state")));
	json_decref(answer);
	cmd_letter_send_later(ctx->opts);
	return 0;
}

int
cmd_send(struct cmd_context *ctx, int argc, char **argv)
{
	char list[] = "list", run[] = "run", name[] = "queue";
	struct sending s = { .recipients = json_array(), .protect = json_object() };
	GError *error = NULL;
	int code;

	s.wishes = cmd_wishes_take(&argc, argv, &error);
	if (s.wishes == NULL || !parse(&s, argc, argv, &error)) {
		code = cmd_fail(error);
	} else if (s.list || s.run) {
		char *queue[] = { name, s.list ? list : run, NULL };

		code = cmd_queue(ctx, 2, queue);
	} else {
		code = queue_input(ctx, &s);
	}
	json_decref(s.recipients);
	json_decref(s.protect);
	json_decref(s.wishes);
	g_free(s.from);
	return code;
}
