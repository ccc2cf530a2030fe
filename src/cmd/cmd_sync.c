/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold sync: fetch, index and judge, telling each step; with --watch until it is stopped. */
#include "cmd/cmd.h"
#include "base/placeholder.h"
#include "base/safe_text.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#define EX_TEMPFAIL 75

struct run {
	struct client *client;
	GMainLoop *loop;
	bool json, watch, progress_shown, is_scanning;
	gint64 found;	/* letters that lay on disk already */
	gint64 started; /* monotonic microseconds */
	int code;
};

static void
end_progress(struct run *run)
{
	if (run->progress_shown)
		(void)fputs("\r\033[K", stderr);
	run->progress_shown = false;
}

/* One line that is written over, on a terminal only. */
static void
show_progress(struct run *run, const json_t *obj)
{
	gint64 done = jsonl_int(obj, "done", -1), total = jsonl_int(obj, "total", -1);
	gint64 left = jsonl_int(obj, "seconds_left", -1);
	char *folder;

	if (done < 0 || total < 0 || !isatty(STDERR_FILENO))
		return;
	folder = safe_line(jsonl_string(obj, "folder"));
	(void)fprintf(stderr,
	    "\r\033[K%s %s: %" G_GINT64_FORMAT "/%" G_GINT64_FORMAT " messages, %.1f MB",
	    jsonl_string(obj, "account"), folder, done, total,
	    (double)jsonl_int(obj, "bytes", 0) / 1e6);
	if (left >= 0)
		(void)fprintf(stderr, ", %" G_GINT64_FORMAT " s left", left);
	run->progress_shown = true;
	g_free(folder);
}

static void
print_done(struct run *run, const json_t *obj)
{
	end_progress(run);
	(void)printf("%s: %" G_GINT64_FORMAT " new, %" G_GINT64_FORMAT " flags, %" G_GINT64_FORMAT
		     " deleted, %" G_GINT64_FORMAT " pushed; %.1f MB in %.1f s\n",
	    jsonl_string(obj, "account"), jsonl_int(obj, "new", 0), jsonl_int(obj, "flags", 0),
	    jsonl_int(obj, "deleted", 0), jsonl_int(obj, "pushed", 0),
	    (double)jsonl_int(obj, "bytes", 0) / 1e6,
	    json_number_value(json_object_get(obj, "seconds")));
}

/* The event as an object of its own line: notices of the client's own making get a name. */
static void
print_event(const char *event, const char *text, const json_t *obj)
{
	json_t *line = obj != NULL ? json_copy((json_t *)(guintptr)obj) : json_object();

	if (json_object_get(line, "event") == NULL)
		json_object_set_new(line, "event", json_string(event));
	if (text != NULL)
		json_object_set_new(line, "message", jsonl_text(text, -1));
	cmd_print_json(line);
}

static void
print_text(struct run *run, const char *text)
{
	char *line = safe_line(text);

	end_progress(run);
	(void)fprintf(stderr, "penfold: %s\n", line);
	g_free(line);
}

/* A run that ended by an error has its code; what was only told of a folder, or asked, is a finding. */
static int
code_of(const json_t *obj)
{
	const char *name = jsonl_string(obj, "code");
	GError *error;
	int code = 1;

	if (name != NULL) {
		error = g_error_new(PF_ERROR, pf_error_from_name(name), "-");
		code = pf_error_exit_code(error);
		g_error_free(error);
	}
	return code;
}

static void
on_notice(const struct client_notice *notice, void *user)
{
	struct run *run = user;

	switch (notice->kind) {
	case CLIENT_SYNC_PROGRESS:
		if (run->json)
			print_event("progress", NULL, notice->obj);
		else
			show_progress(run, notice->obj);
		break;
	case CLIENT_SYNC_DONE:
		if (run->json)
			print_event("done", NULL, notice->obj);
		else
			print_done(run, notice->obj);
		break;
	case CLIENT_SYNC_ERROR:
	case CLIENT_SEND_ERROR:
		if (run->code <= 1)
			run->code = code_of(notice->obj);
		if (run->json)
			print_event("error", notice->text, notice->obj);
		print_text(run, notice->text);
		break;
	case CLIENT_FILTERED:
		if (run->json)
			print_event("filtered", NULL, notice->obj);
		break;
	case CLIENT_HELPER:
		print_text(run, notice->text);
		break;
	case CLIENT_NEW_MAIL:
	case CLIENT_PUT_OFF:
	case CLIENT_ROWS_CHANGED:
	case CLIENT_QUEUE_CHANGED:
	case CLIENT_SEND_PROGRESS:
		break;
	}
}

static gboolean
on_look(gpointer user)
{
	struct run *run = user;

	if (run->watch || run->is_scanning || client_is_syncing(run->client))
		return G_SOURCE_CONTINUE;
	g_main_loop_quit(run->loop);
	return G_SOURCE_REMOVE;
}

/* What other programs put into the folders is new mail as well. */
static void
on_scanned(gint64 indexed, void *user)
{
	struct run *run = user;

	run->is_scanning = false;
	if (indexed < 0 && run->code == 0)
		run->code = EX_TEMPFAIL;
	run->found = MAX(indexed, 0);
	if (indexed <= 0)
		return;
	end_progress(run);
	if (run->json)
		cmd_print_json(json_pack("{s:s, s:I}", "event", "found", "count", (json_int_t)indexed));
	else
		(void)printf("on disk: %" G_GINT64_FORMAT " new\n", indexed);
}

static gboolean
on_signal(gpointer user)
{
	struct run *run = user;

	g_main_loop_quit(run->loop);
	return G_SOURCE_CONTINUE;
}

static int
check_accounts(struct cmd_context *ctx, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		const struct rc_account *account = rc_account(cmd_rc(ctx), argv[i]);

		if (account == NULL)
			return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_CONFIG,
			    "%s: there is no [account \"%s\"]", rc_path(cmd_rc(ctx)), argv[i]));
		if (account->is_local)
			return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_UNAVAILABLE,
			    "account \"%s\" is local: its mail comes by `penfold deliver`",
			    argv[i]));
	}
	return 0;
}

/* Accounts without a server have no run of their own that could say `done`. */
static void
tell_local(struct cmd_context *ctx, const struct run *run)
{
	const struct rc_account *const *a = rc_accounts(cmd_rc(ctx));

	for (; *a != NULL; a++)
		if (!(*a)->is_local)
			return;
	if (run->code == 0 && run->json)
		cmd_print_json(json_pack("{s:s, s:I, s:i, s:i, s:i, s:i, s:i, s:f}", "event", "done",
		    "new", (json_int_t)run->found, "flags", 0, "deleted", 0, "pushed", 0, "bytes", 0,
		    "round_trips", 0, "seconds",
		    (double)(g_get_monotonic_time() - run->started) / G_USEC_PER_SEC));
}

/* What to do where much is gone on one side at once: for all accounts of this run. */
static void
give_answers(struct cmd_context *ctx, struct client *client, bool yes, bool no)
{
	const struct rc_account *const *a = rc_accounts(cmd_rc(ctx));

	for (; (yes || no) && *a != NULL; a++)
		client_sync_answer(client, (*a)->name, yes);
}

/* Ask for the whole of the letter behind a placeholder. */
static int
fetch_whole(struct cmd_context *ctx, const char *name)
{
	struct client *client = cmd_client(ctx);
	bool is_id = g_str_has_prefix(name, "id:");
	GError *error = NULL;
	json_t *message = supervisor_call(client_store(client),
	    json_pack("{s:s, s:s}", "op", "message", is_id ? "message_id" : "path",
		is_id ? name + 3 : name),
	    NULL, 0, 0, NULL, NULL, &error);
	const char *path = jsonl_string(message, "path");

	if (message == NULL)
		return cmd_fail(error);
	if (placeholder_is(path) && jsonl_string(message, "account") != NULL)
		client_fetch_whole(client, jsonl_string(message, "account"), path);
	else
		g_set_error(&error, PF_ERROR, PF_ERROR_DATA,
		    "%s: this letter is here as a whole", name);
	json_decref(message);
	return error != NULL ? cmd_fail(error) : 0;
}

int
cmd_sync(struct cmd_context *ctx, int argc, char **argv)
{
	struct run run = { .json = ctx->opts->json, .started = g_get_monotonic_time() };
	const char *whole = cmd_take_option(&argc, argv, "--whole");
	bool yes, no, retry;
	guint term, intr;
	int code;

	run.watch = cmd_take_switch(&argc, argv, "--watch");
	yes = cmd_take_switch(&argc, argv, "--yes");
	no = cmd_take_switch(&argc, argv, "--no");
	retry = cmd_take_switch(&argc, argv, "--retry");
	if (yes + no + retry > 1)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "of --yes, --no and --retry one can be given"));
	if ((code = check_accounts(ctx, argc, argv)) != 0)
		return code;
	run.client = cmd_client(ctx);
	give_answers(ctx, run.client, yes, no);
	if (retry)
		client_sync_retry(run.client);
	run.loop = g_main_loop_new(NULL, FALSE);
	client_on_notice(run.client, on_notice, &run);
	if (whole != NULL && (code = fetch_whole(ctx, whole)) != 0) {
		g_main_loop_unref(run.loop);
		client_on_notice(run.client, NULL, NULL);
		return code;
	}
	if (!run.watch) {
		run.is_scanning = true;
		client_scan(run.client, on_scanned, &run);
	}
	for (int i = 1; i < argc; i++)
		client_sync_account(run.client, argv[i]);
	if (run.watch)
		client_watch(run.client);
	else if (argc == 1 && whole == NULL)
		client_sync_all(run.client);
	client_judge(run.client);
	term = g_unix_signal_add(SIGTERM, on_signal, &run);
	intr = g_unix_signal_add(SIGINT, on_signal, &run);
	g_timeout_add(10, on_look, &run);
	g_main_loop_run(run.loop);
	end_progress(&run);
	if (!run.watch)
		tell_local(ctx, &run);
	g_source_remove(term);
	g_source_remove(intr);
	g_main_loop_unref(run.loop);
	client_on_notice(run.client, NULL, NULL);
	return run.code;
}
