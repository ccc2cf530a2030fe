/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold export: messages to an mbox (RFC 4155, in the form mboxrd) and to files of their own. */
#include "cmd/cmd.h"

#include "base/file.h"
#include "base/mbox.h"
#include "base/safe_name.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct export {
	const char *dir; /* NULL: an mbox on standard output */
	bool is_told;	 /* the files, as JSON */
	unsigned n_written;
	GPtrArray *messages; /* of json_t */
	GHashTable *seen;    /* ids */
};

static void
free_json(gpointer data)
{
	json_decref(data);
}

static int
compare_dates(gconstpointer a, gconstpointer b)
{
	const char *x = jsonl_string(*(json_t *const *)a, "date");
	const char *y = jsonl_string(*(json_t *const *)b, "date");

	return g_strcmp0(x, y);
}

static void
on_thread(const struct reply *reply, void *user)
{
	struct export *out = user;
	const char *id = jsonl_string(reply->obj, "id");

	if (g_strcmp0(jsonl_string(reply->obj, "event"), "message") == 0 && id != NULL &&
	    g_hash_table_add(out->seen, g_strdup(id)))
		g_ptr_array_add(out->messages, json_deep_copy(reply->obj));
}

static void
on_matched(const struct reply *reply, void *user)
{
	if (jsonl_bool(reply->obj, "matched", true))
		on_thread(reply, user);
}

static void
on_row(const struct reply *reply, void *user)
{
	const char *thread = jsonl_string(reply->obj, "thread");

	if (g_strcmp0(jsonl_string(reply->obj, "event"), "row") == 0 && thread != NULL)
		g_ptr_array_add(user, g_strdup(thread));
}

/* The messages of every thread that matches: all, or those that match themselves. */
static bool
collect(struct cmd_context *ctx, struct export *out, const char *query, bool all, GError **error)
{
	GPtrArray *threads = g_ptr_array_new_with_free_func(g_free);
	struct supervisor *store = client_search(cmd_client(ctx));
	json_t *answer = supervisor_call(store,
	    json_pack("{s:s, s:s}", "op", "search", "query", query), NULL, 0, 0, on_row, threads,
	    error);
	bool ok = answer != NULL;

	json_decref(answer);
	for (guint i = 0; ok && i < threads->len; i++) {
		answer = supervisor_call(store,
		    json_pack("{s:s, s:s, s:s}", "op", "thread", "thread", threads->pdata[i], "query",
			query),
		    NULL, 0, 0, all ? on_thread : on_matched, out, error);
		ok = answer != NULL;
		json_decref(answer);
	}
	g_ptr_array_unref(threads);
	g_ptr_array_sort(out->messages, compare_dates);
	return ok;
}

/* The author's addr-spec; owned. */
static char *
author(const json_t *message)
{
	const json_t *from = json_object_get(message, "from");
	const char *text = json_string_value(from), *open, *close;

	if (json_is_array(from))
		from = json_array_get(from, 0);
	if (json_is_object(from))
		return g_strdup(jsonl_string(from, "address"));
	open = text != NULL ? strrchr(text, '<') : NULL;
	close = open != NULL ? strchr(open, '>') : NULL;
	return close != NULL ? g_strndup(open + 1, (size_t)(close - open - 1)) : g_strdup(text);
}

static void
print_from_line(const json_t *message)
{
	char *address = author(message);
	const char *date = jsonl_string(message, "date");
	GDateTime *when = date != NULL ? g_date_time_new_from_iso8601(date, NULL) : NULL;
	char *line = mbox_from_line(address, when != NULL ? g_date_time_to_unix(when) : 0);

	(void)fputs(line, stdout);
	g_free(line);
	g_free(address);
	g_clear_pointer(&when, g_date_time_unref);
}

static bool
print_mbox(FILE *f, const json_t *message)
{
	char *line = NULL;
	size_t room = 0;
	ssize_t len;
	bool has_end = true;

	print_from_line(message);
	while ((len = getline(&line, &room, f)) >= 0) {
		mbox_put_line(stdout, line, (size_t)len);
		has_end = len > 0 && line[len - 1] == '\n';
	}
	free(line);
	mbox_put_end(stdout, has_end);
	return !ferror(f) && !ferror(stdout);
}

/* "0001-Subject.eml": in order, and by no name that the mail has a full say in. */
static bool
write_file(struct export *out, FILE *f, const json_t *message, GError **error)
{
	char *name = safe_name_of_subject(jsonl_string(message, "subject"), "message", "eml");
	char *path = g_strdup_printf("%s/%04u-%s", out->dir, out->n_written + 1, name);
	bool ok = file_copy_new(fileno(f), path, error);

	if (ok && out->is_told)
		cmd_print_json(json_pack("{s:O*, s:o}", "id", json_object_get(message, "id"), "path", jsonl_text(path, -1)));
	g_free(path);
	g_free(name);
	return ok;
}

static bool
write_message(struct export *out, const json_t *message, GError **error)
{
	const char *path = jsonl_string(message, "path");
	FILE *f = path != NULL ? fopen(path, "re") : NULL;
	bool ok;

	if (f == NULL) {
		g_set_error(error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: %s",
		    path != NULL ? path : "a message", g_strerror(errno));
		return false;
	}
	ok = out->dir != NULL ? write_file(out, f, message, error) : print_mbox(f, message);
	cmd_end_unread();
	if (!ok && error != NULL && *error == NULL)
		g_set_error(error, PF_ERROR, PF_ERROR_IO, "%s cannot be %s: %s", ferror(f) ? path : "standard output",
		    ferror(f) ? "read" : "written", g_strerror(errno));
	(void)fclose(f);
	out->n_written += ok;
	return ok;
}

int
cmd_export(struct cmd_context *ctx, int argc, char **argv)
{
	struct export out = { 0 };
	bool all = cmd_take_switch(&argc, argv, "--threads");
	GError *error = NULL;
	char *query;

	out.dir = cmd_take_option(&argc, argv, "--dir");
	if (cmd_unknown_option(&argc, argv) != NULL || argc < 2)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold export [--dir DIR] [--threads] QUERY"));
	if (ctx->opts->json && out.dir == NULL)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "an mbox is no JSON; with --dir, --json tells the file of each message"));
	if (out.dir != NULL && !file_make_dir(out.dir, &error))
		return cmd_fail(error);
	query = g_strjoinv(" ", argv + 1);
	out.is_told = ctx->opts->json;
	out.messages = g_ptr_array_new_with_free_func(free_json);
	out.seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	if (collect(ctx, &out, query, all, &error))
		for (guint i = 0; i < out.messages->len && error == NULL; i++)
			(void)write_message(&out, out.messages->pdata[i], &error);
	g_ptr_array_unref(out.messages);
	g_hash_table_unref(out.seen);
	g_free(query);
	if (error != NULL || fflush(stdout) != 0)
		return error != NULL ? cmd_fail(error) : 74;
	return out.n_written > 0 ? 0 : 1;
}
