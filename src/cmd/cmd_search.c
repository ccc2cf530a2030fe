/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold search, count and tag: notmuch queries from the shell. */
#include "cmd/cmd.h"
#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>

/* The arguments as one query, as the shell's words stand. */
static char *
join_query(int argc, char **argv)
{
	return argc > 1 ? g_strjoinv(" ", argv + 1) : g_strdup("*");
}

struct listing {
	bool json;
	gint64 rows;
};

static char *
join_tags(const json_t *row)
{
	GString *tags = g_string_new(NULL);
	size_t i;
	json_t *tag;

	json_array_foreach(json_object_get(row, "tags"), i, tag)
		g_string_append_printf(tags, "%s%s", i > 0 ? " " : "", json_string_value(tag));
	return g_string_free(tags, FALSE);
}

/* date, verdict, people with the author's domain, subject, tags: fields end with two spaces. */
static void
print_row(const json_t *row)
{
	const char *date = jsonl_string(row, "date");
	const char *verdict = jsonl_string(row, "verdict");
	const char *domain = jsonl_string(row, "domain");
	char *authors = safe_line(jsonl_string(row, "authors"));
	char *subject = safe_line(jsonl_string(row, "subject"));
	char *raw_tags = join_tags(row), *tags = safe_line(raw_tags);
	char *where = safe_line(domain != NULL ? domain : "");
	char *people = safe_text_pad(authors, 24, FALSE);

	(void)printf("%.16s  %-12s  %s  %s  %s  (%s)\n", date != NULL ? date : "",
	    verdict != NULL ? verdict : "unevaluated", people, where, subject, tags);
	g_free(authors);
	g_free(subject);
	g_free(raw_tags);
	g_free(tags);
	g_free(where);
	g_free(people);
}

static void
on_row(const struct reply *reply, void *user)
{
	struct listing *listing = user;
	json_t *row;

	if (g_strcmp0(jsonl_string(reply->obj, "event"), "row") != 0)
		return;
	cmd_end_unread();
	listing->rows++;
	if (!listing->json) {
		print_row(reply->obj);
		return;
	}
	row = json_copy((json_t *)(guintptr)reply->obj);
	json_object_del(row, "event");
	cmd_print_json(row);
}

/* A limit is a number from 1, an order one of two. */
static bool
is_listing(const char *limit, const char *sort, GError **error)
{
	guint64 n;

	if (limit != NULL && !g_ascii_string_to_unsigned(limit, 10, 1, G_MAXINT32, &n, NULL)) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "--limit: \"%s\" is no number from 1 on",
		    limit);
		return false;
	}
	if (sort != NULL && strcmp(sort, "newest") != 0 && strcmp(sort, "oldest") != 0) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "--sort: \"%s\" is neither newest nor oldest",
		    sort);
		return false;
	}
	return true;
}

int
cmd_search(struct cmd_context *ctx, int argc, char **argv)
{
	struct listing listing = { ctx->opts->json, 0 };
	const char *limit = cmd_take_option(&argc, argv, "--limit");
	const char *sort = cmd_take_option(&argc, argv, "--sort");
	GError *error = NULL;
	char *query;
	json_t *answer;

	if (!is_listing(limit, sort, &error))
		return cmd_fail(error);
	(void)cmd_unknown_option(&argc, argv);
	query = join_query(argc, argv);
	answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:s, s:I, s:s}", "op", "search", "query", query, "limit",
		(json_int_t)(limit != NULL ? g_ascii_strtoll(limit, NULL, 10) : 0), "sort",
		sort != NULL ? sort : "newest"),
	    NULL, 0, 0, on_row, &listing, &error);
	g_free(query);
	if (answer == NULL)
		return cmd_fail(error);
	json_decref(answer);
	return listing.rows > 0 ? 0 : 1;
}

int
cmd_count(struct cmd_context *ctx, int argc, char **argv)
{
	GError *error = NULL;
	char *query;
	json_t *answer;
	gint64 messages;

	(void)cmd_unknown_option(&argc, argv);
	query = join_query(argc, argv);
	answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:s}", "op", "count", "query", query), NULL, 0, 0, NULL, NULL, &error);
	g_free(query);
	if (answer == NULL)
		return cmd_fail(error);
	messages = jsonl_int(answer, "messages", 0);
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:I}", "messages", (json_int_t)messages));
	else
		(void)printf("%" G_GINT64_FORMAT "\n", messages);
	json_decref(answer);
	return messages > 0 ? 0 : 1;
}

/* Take the leading +tag and -tag words out of argv. */
static json_t *
take_changes(int *argc, char **argv)
{
	json_t *changes = json_array();
	int i = 1;

	while (i < *argc && (argv[i][0] == '+' || argv[i][0] == '-') && argv[i][1] != '\0' &&
	    strcmp(argv[i], "--") != 0)
		json_array_append_new(changes, jsonl_text(argv[i++], -1));
	if (i < *argc && strcmp(argv[i], "--") == 0)
		i++;
	for (int k = 1; i <= *argc; k++, i++)
		argv[k] = argv[i];
	for (*argc = 1; argv[*argc] != NULL;)
		(*argc)++;
	return changes;
}

int
cmd_tag(struct cmd_context *ctx, int argc, char **argv)
{
	json_t *changes = take_changes(&argc, argv), *answer;
	GError *error = NULL;
	gint64 changed;
	char *query;

	if (json_array_size(changes) == 0 || argc < 2) {
		json_decref(changes);
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold tag +TAG -TAG -- QUERY"));
	}
	query = join_query(argc, argv);
	/* an empty one means all: out of a script it is most often a variable that is not set */
	if (query[strspn(query, " ")] == '\0') {
		json_decref(changes);
		g_free(query);
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "the query is empty; penfold tag +TAG -TAG -- \"*\" changes all messages"));
	}
	answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:o, s:s}", "op", "tag", "changes", changes, "query", query), NULL, 0,
	    0, NULL, NULL, &error);
	g_free(query);
	if (answer == NULL)
		return cmd_fail(error);
	changed = jsonl_int(answer, "changed", 0);
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:I}", "changed", (json_int_t)changed));
	else
		(void)printf("%" G_GINT64_FORMAT " changed\n", changed);
	json_decref(answer);
	return 0;
}
