/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold send: sendmail's letters. The message on standard input is queued: 0 only when it is on
 * disk; then the queue runs by itself. Also under the names sendmail and mailq. */
#include "cmd/cmd.h"
#include "cmd/cmd_letter.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct sending {
	const char *from;
	const char *account;
	bool from_headers; /* -t */
	bool list, run;	   /* -bp, -q */
	json_t *protect;   /* sign, encrypt: as they were asked for */
	json_t *recipients;
	json_t *wishes; /* when and how */
};

/* Letters with a value that sendmail programs pass and that mean nothing here. */
static bool
takes_value(char letter)
{
	return strchr("FRNVXBChLpO", letter) != NULL;
}

/* One option at argv[i]; how many arguments it took, 0 for an unknown one. */
static int
take_option(struct sending *s, int argc, char **argv, int i)
{
	const char *arg = argv[i];

	if (strcmp(arg, "-t") == 0)
		s->from_headers = true;
	else if (strcmp(arg, "-bp") == 0)
		s->list = true;
	else if (arg[1] == 'q')
		s->run = true;
	else if (cmd_letter_take_protection(s->protect, arg))
		return 1;
	else if (strcmp(arg, "--account") == 0 && i + 1 < argc) {
		s->account = argv[i + 1];
		return 2;
	} else if (arg[1] == 'f' || arg[1] == 'r') {
		if (arg[2] == '\0' && i + 1 >= argc)
			return 0;
		s->from = arg[2] != '\0' ? arg + 2 : argv[i + 1];
		return arg[2] != '\0' ? 1 : 2;
	} else if (strcmp(arg, "-i") != 0 && arg[1] != 'o' && strcmp(arg, "-bm") != 0 &&
	    strcmp(arg, "-v") != 0 && strcmp(arg, "-n") != 0) {
		if (!takes_value(arg[1]))
			return 0;
		return arg[2] != '\0' || i + 1 >= argc ? 1 : 2;
	}
	return 1;
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
		n = take_option(s, argc, argv, i);
		if (n == 0) {
			g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
			    "%s: unknown option, or its value is missing", argv[i]);
			return false;
		}
		i += n;
	}
	for (; i < argc; i++)
		json_array_append_new(s->recipients, jsonl_text(argv[i], -1));
	if (!s->list && !s->run && !s->from_headers && json_array_size(s->recipients) == 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
		    "no recipients: name them, or give -t to take them from the header");
		return false;
	}
	return true;
}

static int
queue_input(struct cmd_context *ctx, const struct sending *s)
{
	GError *error = NULL;
	int fd = cmd_open_message(ctx, "-", NULL, &error);
	json_t *answer, *request;

	if (fd < 0)
		return cmd_fail(error);
	request = json_pack("{s:s, s:s*, s:s*, s:b, s:O, s:b}", "op", "queue-add-raw", "account",
	    s->account, "from", s->from, "extract", s->from_headers, "recipients", s->recipients, "ask",
	    true);
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

	s.wishes = cmd_letter_wishes(&argc, argv, &error);
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
	return code;
}
