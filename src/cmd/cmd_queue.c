/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold queue: the outbox from the shell. */
#include "base/safe_text.h"
#include "cmd/cmd.h"
#include "cmd/cmd_letter.h"
#include "cmd/cmd_screen.h"

#include <stdio.h>
#include <string.h>

static json_t *
ask_store(struct cmd_context *ctx, json_t *obj, GError **error)
{
	return supervisor_call(client_store(cmd_client(ctx)), obj, NULL, 0, 0, NULL, NULL, error);
}

static void
print_recipient(const json_t *recipient, bool with_reply)
{
	const char *reply = jsonl_string(recipient, "reply");
	bool has_reply = with_reply && reply != NULL && reply[0] != '\0';
	char *line = g_strdup_printf("    %s  %s%s%s", jsonl_string(recipient, "address"),
	    jsonl_string(recipient, "state"), has_reply ? ": " : "", has_reply ? reply : "");
	char *safe = safe_line(line);

	(void)printf("%s\n", safe);
	g_free(line);
	g_free(safe);
}

static void
print_line(const char *label, const char *text)
{
	char *safe = safe_line(text);

	if (safe[0] != '\0')
		(void)printf("    %-10s%s\n", label, safe);
	g_free(safe);
}

/* By the clock of this place, as the user has it. Owned; "" for none. */
static char *
local_time_of(const char *rfc3339)
{
	GDateTime *when = rfc3339 != NULL ? g_date_time_new_from_iso8601(rfc3339, NULL) : NULL;
	GDateTime *local = when != NULL ? g_date_time_to_local(when) : NULL;
	char *text = local != NULL ? g_date_time_format(local, "%Y-%m-%d %H:%M:%S") : NULL;

	g_clear_pointer(&when, g_date_time_unref);
	g_clear_pointer(&local, g_date_time_unref);
	return text != NULL ? text : g_strdup("");
}

/* A reason that holds for the letter as a whole is told once, and not for each recipient anew. */
static void
print_people(const json_t *entry)
{
	const json_t *people = json_object_get(entry, "recipients"), *recipient;
	const char *reason = jsonl_string(entry, "reason");
	size_t i, n_same = 0;

	json_array_foreach(people, i, recipient)
		n_same += g_strcmp0(jsonl_string(recipient, "reply"), reason) == 0;
	json_array_foreach(people, i, recipient)
		print_recipient(recipient,
		    n_same < 2 || g_strcmp0(jsonl_string(recipient, "reply"), reason) != 0);
	if (n_same != 1 && reason != NULL)
		print_line("reason", reason);
}

static void
print_entry(const json_t *entry)
{
	char *next = local_time_of(jsonl_string(entry, "next_try"));
	char *subject = safe_line(jsonl_string(entry, "subject"));

	(void)printf("%s  %s  %s  %" G_GINT64_FORMAT " bytes  %s%s%s\n", jsonl_string(entry, "id"),
	    jsonl_string(entry, "state"), jsonl_string(entry, "account"),
	    jsonl_int(entry, "size", 0), subject,
	    next[0] == '\0' ? "" : g_strcmp0(jsonl_string(entry, "state"), "deferred") == 0 ? "  next try " : "  leaves ",
	    next);
	print_people(entry);
	g_free(subject);
	g_free(next);
}

/* What the user can do where the queue does nothing more by itself. */
static void
print_hints(const json_t *entries)
{
	bool is_uncertain = false, is_failed = false, is_waiting = false;
	size_t i;
	json_t *entry;

	json_array_foreach(entries, i, entry) {
		is_uncertain = is_uncertain || g_strcmp0(jsonl_string(entry, "state"), "uncertain") == 0;
		is_failed = is_failed || g_strcmp0(jsonl_string(entry, "state"), "failed") == 0;
		is_waiting = is_waiting || jsonl_string(entry, "next_try") != NULL;
	}
	if (is_waiting)
		(void)printf("What waits leaves at its time while a screen or `penfold sync --watch` runs, or by "
			     "`penfold queue run --due` out of a timer.\n");
	if (is_failed)
		(void)printf("What failed is not tried again: `penfold queue retry ID` does, `penfold queue cancel ID` "
			     "takes it back among the drafts.\n");
	if (is_uncertain)
		(void)printf("What is uncertain may have arrived: `penfold queue arrived ID` takes it as sent, `penfold "
			     "queue retry ID` sends it again.\n");
}

static int
queue_list(struct cmd_context *ctx, bool all)
{
	GError *error = NULL;
	json_t *answer =
	    ask_store(ctx, json_pack("{s:s, s:b}", "op", "queue-list", "all", all), &error);
	const json_t *entries;
	size_t i;
	json_t *entry;

	if (answer == NULL)
		return cmd_fail(error);
	entries = json_object_get(answer, "entries");
	if (ctx->opts->json) {
		cmd_print_json(json_deep_copy(entries));
	} else {
		json_array_foreach(entries, i, entry)
			print_entry(entry);
		print_hints(entries);
		if (json_array_size(entries) == 0)
			(void)printf("The outbox is empty.\n");
	}
	json_decref(answer);
	return 0;
}

static void
on_run_event(const struct reply *reply, void *user)
{
	struct cmd_context *ctx = user;
	const char *event = jsonl_string(reply->obj, "event");
	json_t *path = json_object_get(reply->obj, "path");

	if (ctx->opts->json) {
		cmd_print_json(json_incref((json_t *)(guintptr)reply->obj));
	} else if (g_strcmp0(event, "recipient") == 0) {
		print_recipient(reply->obj, true);
	}
	if ((g_strcmp0(event, "delivered") == 0 || g_strcmp0(event, "file") == 0) &&
	    json_is_string(path))
		client_index(cmd_client(ctx), json_pack("[O]", path));
	if (g_strcmp0(event, "answered") == 0)
		supervisor_request(client_store(cmd_client(ctx)),
		    json_pack("{s:s, s:[s], s:O}", "op", "tag", "changes", "+replied", "ids",
			json_object_get(reply->obj, "ids")),
		    NULL, 0, 0, NULL, NULL, NULL);
}

/* What the run left for the store (local deliveries, Sent copies) is indexed before we end. */
static void
finish_indexing(struct cmd_context *ctx)
{
	while (client_is_syncing(cmd_client(ctx)) ||
	    supervisor_pending(client_store(cmd_client(ctx))) > 0)
		g_main_context_iteration(NULL, TRUE);
}

static json_t *
entry_of(struct cmd_context *ctx, const char *id, GError **error)
{
	return ask_store(ctx, json_pack("{s:s, s:s}", "op", "queue-show", "queue_id", id), error);
}

/* A run that did nothing for the letter which was named. */
static int
tell_idle(struct cmd_context *ctx, const char *id)
{
	GError *error = NULL;
	json_t *answer = entry_of(ctx, id, &error);
	bool is_sent = g_strcmp0(jsonl_string(json_object_get(answer, "entry"), "state"), "sent") == 0;

	if (answer != NULL)
		error = g_error_new(PF_ERROR, PF_ERROR_DATA, "letter %s %s", id, jsonl_string(answer, "says"));
	json_decref(answer);
	if (!is_sent)
		return cmd_fail(error);
	g_error_free(error); /* another run was faster: it is done */
	return 0;
}

static int
queue_run(struct cmd_context *ctx, const char *id, bool all)
{
	GError *error = NULL;
	json_t *known = id != NULL ? entry_of(ctx, id, &error) : NULL, *answer;

	if (id != NULL && known == NULL)
		return cmd_fail(error);
	json_decref(known);
	answer = supervisor_call(client_send(cmd_client(ctx)),
	    json_pack("{s:s, s:s*, s:b, s:b}", "op", "run", "queue_id", id, "all", all, "online", !all), NULL,
	    0, 0,
	    on_run_event, ctx, &error);
	gint64 left, sent = jsonl_int(answer, "sent", 0);

	if (answer == NULL)
		return cmd_fail(error);
	finish_indexing(ctx);
	left = jsonl_int(answer, "deferred", 0) + jsonl_int(answer, "failed", 0) +
	    jsonl_int(answer, "uncertain", 0);
	if (!ctx->opts->json)
		(void)printf("%" G_GINT64_FORMAT " sent, %" G_GINT64_FORMAT
			     " deferred, %" G_GINT64_FORMAT " failed, %" G_GINT64_FORMAT
			     " uncertain\n",
		    jsonl_int(answer, "sent", 0), jsonl_int(answer, "deferred", 0),
		    jsonl_int(answer, "failed", 0), jsonl_int(answer, "uncertain", 0));
	if (ctx->opts->json) {
		json_object_set_new(answer, "event", json_string("done"));
		cmd_print_json(json_incref(answer));
	}
	json_decref(answer);
	if (id != NULL && left + sent == 0)
		return tell_idle(ctx, id);
	return left > 0 ? 75 : 0;
}

int
cmd_queue_due(struct cmd_context *ctx)
{
	return queue_run(ctx, NULL, false);
}

static void
add_attempt(const struct reply *reply, void *user)
{
	json_array_append(user, json_object_get(reply->obj, "attempt"));
}

/* The audit of one letter; an array. New reference. */
static json_t *
attempts_of(struct cmd_context *ctx, const char *id)
{
	json_t *list = json_array();
	json_t *answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:s}", "op", "queue-attempts", "queue_id", id), NULL, 0, 0,
	    add_attempt, list, NULL);

	json_decref(answer);
	return list;
}

/* What was tried, and what reports said afterwards. */
static void
print_story(struct cmd_context *ctx, const json_t *answer)
{
	const json_t *entry = json_object_get(answer, "entry"), *report;
	json_t *attempts = attempts_of(ctx, jsonl_string(entry, "id")), *one;
	const char *path = jsonl_string(answer, "path");
	size_t i;

	print_line("bytes", path != NULL ? path : "removed: it is done with");
	json_array_foreach(attempts, i, one) {
		const char *host = jsonl_string(one, "host"), *tls = jsonl_string(one, "tls");
		char *time = local_time_of(jsonl_string(one, "time"));
		char *line = g_strdup_printf("%s  %s  %s  %s%s%s", time,
		    jsonl_string(one, "address"), jsonl_string(one, "state"),
		    host != NULL ? host : "no session", tls != NULL ? ", " : "",
		    tls != NULL ? tls : "");

		print_line(i == 0 ? "attempts" : "", line);
		g_free(line);
		g_free(time);
	}
	json_array_foreach(json_object_get(entry, "recipients"), i, one) {
		report = json_object_get(one, "report");
		if (json_is_object(report)) {
			char *time = local_time_of(jsonl_string(report, "time"));
			char *line = g_strdup_printf("%s: %s %s%s%s", jsonl_string(one, "address"),
			    jsonl_string(report, "state"), time,
			    *jsonl_string(report, "said") != '\0' ? ": " : "",
			    jsonl_string(report, "said"));

			print_line("reported", line);
			g_free(line);
			g_free(time);
		}
	}
	json_decref(attempts);
}

static int
queue_addresses(struct cmd_context *ctx)
{
	GError *error = NULL;
	json_t *answer = ask_store(ctx, json_pack("{s:s}", "op", "queue-addresses"), &error);
	const json_t *list = json_object_get(answer, "addresses");
	size_t i;
	json_t *one;

	if (answer == NULL)
		return cmd_fail(error);
	if (ctx->opts->json)
		cmd_print_json(json_deep_copy(list));
	json_array_foreach(list, i, one) {
		char *line = g_strdup_printf("%s  %s  %.10s  %s", jsonl_string(one, "address"),
		    jsonl_string(one, "kind"), jsonl_string(one, "time"),
		    jsonl_string(one, "reason"));
		char *safe = safe_line(line);

		if (!ctx->opts->json)
			(void)printf("%s\n", safe);
		g_free(line);
		g_free(safe);
	}
	if (!ctx->opts->json && json_array_size(list) == 0)
		(void)printf("No address gave trouble.\n");
	json_decref(answer);
	return 0;
}

static int
queue_forget(struct cmd_context *ctx, const char *address)
{
	GError *error = NULL;
	json_t *answer = ask_store(ctx,
	    json_pack("{s:s, s:s}", "op", "queue-address-clear", "address", address), &error);

	if (answer == NULL)
		return cmd_fail(error);
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:s}", "forgotten", address));
	json_decref(answer);
	return 0;
}

static int
queue_show(struct cmd_context *ctx, const char *id)
{
	GError *error = NULL;
	json_t *answer = entry_of(ctx, id, &error);

	if (answer == NULL)
		return cmd_fail(error);
	if (ctx->opts->json) {
		json_t *entry = json_copy(json_object_get(answer, "entry"));

		json_object_set(entry, "path", json_object_get(answer, "path"));
		json_object_set_new(entry, "log", attempts_of(ctx, id));
		cmd_print_json(entry);
	} else {
		print_entry(json_object_get(answer, "entry"));
		print_story(ctx, answer);
	}
	json_decref(answer);
	return 0;
}

static int
queue_set(struct cmd_context *ctx, const char *state, const char *id)
{
	GError *error = NULL;
	json_t *answer = ask_store(ctx,
	    json_pack("{s:s, s:s, s:s, s:b}", "op", "queue-set", "queue_id", id, "state", state, "keep", true),
	    &error);

	if (answer == NULL)
		return cmd_fail(error);
	if (ctx->opts->json)
		cmd_print_json(json_incref(json_object_get(answer, "entry")));
	else if (json_object_get(answer, "entry") != NULL)
		print_entry(json_object_get(answer, "entry"));
	if (!ctx->opts->json && jsonl_string(answer, "draft_id") != NULL)
		print_line("draft", json_array_size(json_object_get(answer, "had")) > 0
			? "kept among the drafts, without those who have the letter"
			: "kept among the drafts");
	if (!ctx->opts->json && json_object_get(answer, "message") != NULL)
		print_line("message", jsonl_string(json_object_get(answer, "message"), "path"));
	json_decref(answer);
	return 0;
}

static int
usage(void)
{
	return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
	    "usage: penfold queue [list [--all] | run [--due] [ID] | show ID | hold ID | release ID | "
	    "cancel ID | retry ID | arrived ID | addresses | forget ADDRESS]"));
}

int
cmd_queue(struct cmd_context *ctx, int argc, char **argv)
{
	static const char *const states[] = { "hold", "release", "cancel", "retry", "arrived" };
	bool all = cmd_take_switch(&argc, argv, "--all");
	bool due = cmd_take_switch(&argc, argv, "--due");
	const char *verb = argc > 1 ? argv[1] : "list";
	bool is_list = strcmp(verb, "list") == 0, is_run = strcmp(verb, "run") == 0;

	if ((all && !is_list) || (due && !is_run))
		return usage();
	if (is_list && argc <= 2)
		return queue_list(ctx, all);
	if (is_run && argc <= 3)
		return queue_run(ctx, argc == 3 ? argv[2] : NULL, !due);
	if (strcmp(verb, "addresses") == 0 && argc == 2)
		return queue_addresses(ctx);
	if (strcmp(verb, "forget") == 0 && argc == 3)
		return queue_forget(ctx, argv[2]);
	if (strcmp(verb, "show") == 0 && argc == 3)
		return queue_show(ctx, argv[2]);
	for (size_t i = 0; i < G_N_ELEMENTS(states); i++)
		if (strcmp(verb, states[i]) == 0 && argc == 3)
			return queue_set(ctx, states[i], argv[2]);
	return usage();
}
