/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold filter: the rules of the rc file applied to mail that is here already, or only listed. */
#include "base/safe_text.h"
#include "cmd/cmd.h"

#include <stdio.h>
#include <string.h>

struct run {
	struct cmd_context *ctx;
	bool is_dry;
	guint n;
};

static void
print_actions(const json_t *actions)
{
	const json_t *item;
	char *text;
	size_t i;

	json_array_foreach(json_object_get(actions, "tag"), i, item)
		(void)printf(" %s", json_string_value(item));
	if (json_object_get(actions, "move") != NULL)
		(void)printf(" to %s", jsonl_string(actions, "move"));
	json_array_foreach(json_object_get(actions, "run"), i, item) {
		text = safe_line(json_string_value(item));
		(void)printf("%s%s", i == 0 ? " runs " : " ", text);
		g_free(text);
	}
	if (json_object_get(actions, "notify") != NULL)
		(void)printf(" notifies");
}

static void
print_match(const json_t *match)
{
	char *subject = safe_line(jsonl_string(match, "subject"));
	char *from = safe_line(jsonl_string(match, "from"));
	char *filter = safe_line(jsonl_string(match, "filter"));

	(void)printf("%s:", filter);
	print_actions(json_object_get(match, "actions"));
	(void)printf("\n    %s  %s\n", from, subject);
	g_free(filter);
	g_free(from);
	g_free(subject);
}

static void
on_event(const struct reply *reply, void *user)
{
	struct run *run = user;

	if (g_strcmp0(jsonl_string(reply->obj, "event"), "match") != 0)
		return;
	run->n++;
	if (run->ctx->opts->json)
		cmd_print_json(json_incref((json_t *)(guintptr)reply->obj));
	else
		print_match(reply->obj);
	if (!run->is_dry)
		client_filter_act(cmd_client(run->ctx), reply->obj);
}

/* The commands of the rules end before we do. */
static void
wait_for_commands(struct client *c)
{
	while (client_is_filtering(c))
		g_main_context_iteration(NULL, TRUE);
}

int
cmd_filter(struct cmd_context *ctx, int argc, char **argv)
{
	struct run run = { .ctx = ctx, .is_dry = cmd_take_switch(&argc, argv, "--dry-run") };
	const char *bad = cmd_unknown_option(&argc, argv);
	GError *error = NULL;
	json_t *done;
	char *query;

	if (bad != NULL)
		return cmd_fail(g_error_new(
		    PF_ERROR, PF_ERROR_USAGE, "usage: penfold filter [--dry-run] [QUERY]"));
	if (rc_names(cmd_rc(ctx), "filter")[0] == NULL)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_NOT_FOUND,
		    "%s: there is no [filter \"name\"]; see penfold-rc(5)", rc_path(cmd_rc(ctx))));
	query = argc > 1 ? g_strjoinv(" ", argv + 1) : g_strdup("*");
	done = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:s, s:b}", "op", "filter", "query", query, "dry_run", run.is_dry), NULL, 0,
	    0, on_event, &run, &error);
	g_free(query);
	if (done == NULL)
		return cmd_fail(error);
	json_decref(done);
	wait_for_commands(cmd_client(ctx));
	return run.n > 0 ? 0 : 1;
}
