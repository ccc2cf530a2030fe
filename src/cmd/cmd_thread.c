/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold thread: the messages of a thread as a tree, threads linked and parted. */
#include "base/safe_text.h"
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

/* A message's id, as it is or behind "id:". */
static const char *
id_of(const char *word)
{
	return g_str_has_prefix(word, "id:") ? word + 3 : word;
}

static json_t *
ids_json(char **words)
{
	json_t *ids = json_array();

	for (size_t i = 0; words[i] != NULL; i++)
		json_array_append_new(ids, jsonl_text(id_of(words[i]), -1));
	return ids;
}

static int
ask(struct cmd_context *ctx, json_t *request, void (*on_event)(const struct reply *reply, void *user))
{
	GError *error = NULL;
	json_t *done = supervisor_call(client_store(cmd_client(ctx)), request, NULL, 0, 0, on_event, ctx, &error);

	if (done == NULL)
		return cmd_fail(error);
	if (on_event == NULL && ctx->opts->json)
		cmd_print_json(json_pack("{s:I, s:O}", "changed", (json_int_t)jsonl_int(done, "changed", 0), "links",
		    json_object_get(done, "links")));
	else if (on_event == NULL)
		(void)printf("%" G_GINT64_FORMAT " changed\n", jsonl_int(done, "changed", 0));
	json_decref(done);
	return 0;
}

static void
on_message(const struct reply *reply, void *user)
{
	const struct cmd_context *ctx = user;
	json_t *copy;
	char *from, *subject, *id;

	if (g_strcmp0(jsonl_string(reply->obj, "event"), "message") != 0)
		return;
	if (ctx->opts->json) {
		copy = json_copy((json_t *)(guintptr)reply->obj);
		json_object_del(copy, "event");
		cmd_print_json(copy);
		return;
	}
	from = safe_line(jsonl_string(reply->obj, "from"));
	subject = safe_line(jsonl_string(reply->obj, "subject"));
	id = safe_line(jsonl_string(reply->obj, "id"));
	(void)printf("%*s%.16s  %s  %s  <%s>\n", 2 * (int)jsonl_int(reply->obj, "depth", 0), "",
	    jsonl_string(reply->obj, "date"), from, subject, id);
	g_free(from);
	g_free(subject);
	g_free(id);
}

static int
show(struct cmd_context *ctx, const char *word)
{
	GError *error = NULL;
	json_t *message = NULL, *request;

	if (g_str_has_prefix(word, "thread:"))
		return ask(ctx, json_pack("{s:s, s:o}", "op", "thread", "thread", jsonl_text(word + 7, -1)), on_message);
	message = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:o}", "op", "message", "message_id", jsonl_text(id_of(word), -1)), NULL, 0, 0, NULL, NULL,
	    &error);
	if (message == NULL)
		return cmd_fail(error);
	request = json_pack("{s:s, s:O}", "op", "thread", "thread", json_object_get(message, "thread"));
	json_decref(message);
	return ask(ctx, request, on_message);
}

int
cmd_thread(struct cmd_context *ctx, int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	(void)cmd_unknown_option(&argc, argv);
	if (strcmp(what, "link") == 0 && argc > 3)
		return ask(ctx, json_pack("{s:s, s:o, s:o}", "op", "thread-link", "parent",
				    jsonl_text(id_of(argv[2]), -1), "ids", ids_json(argv + 3)), NULL);
	if (strcmp(what, "break") == 0 && argc > 2)
		return ask(ctx, json_pack("{s:s, s:o}", "op", "thread-break", "ids", ids_json(argv + 2)), NULL);
	if (strcmp(what, "reset") == 0 && argc > 2) {
		json_t *links = json_array();

		for (int i = 2; i < argc; i++)
			json_array_append_new(links,
			    json_pack("{s:o, s:n}", "id", jsonl_text(id_of(argv[i]), -1), "parent"));
		return ask(ctx, json_pack("{s:s, s:o}", "op", "thread-relink", "links", links), NULL);
	}
	if (strcmp(what, "show") == 0 && argc == 3)
		return show(ctx, argv[2]);
	return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
	    "usage: penfold thread show ID | link PARENT ID... | break ID... | reset ID..."));
}
