/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold stats: what was sent and how it went, from the queue's audit. */
#include "cmd/cmd.h"
#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>

#define MAX_DOMAINS 20
#define MAX_DAYS    36500

static gint64
number(const json_t *obj, const char *key)
{
	return jsonl_int(obj, key, 0);
}

/* "3 s", "2 min", "5 h" */
static char *
span(const json_t *delay, const char *key)
{
	const json_t *value = json_object_get(delay, key);
	gint64 s = json_integer_value(value);

	if (!json_is_integer(value))
		return g_strdup("-");
	if (s < 100)
		return g_strdup_printf("%" G_GINT64_FORMAT " s", s);
	if (s < 6000)
		return g_strdup_printf("%" G_GINT64_FORMAT " min", s / 60);
	return g_strdup_printf("%" G_GINT64_FORMAT " h", s / 3600);
}

static void
print_row(const char *name, const json_t *counts)
{
	const json_t *delay = json_object_get(counts, "delay");
	char *median = span(delay, "median"), *p95 = span(delay, "p95");
	char *safe = safe_line(name), *cell = safe_text_pad(safe, 28, FALSE);

	(void)printf("%s %8" G_GINT64_FORMAT " %8" G_GINT64_FORMAT " %8" G_GINT64_FORMAT
		     " %8" G_GINT64_FORMAT " %9s %9s\n",
	    cell, number(counts, "sent"), number(counts, "deferred"),
	    number(counts, "failed"), number(counts, "uncertain"), median, p95);
	g_free(median);
	g_free(p95);
	g_free(safe);
	g_free(cell);
}

static void
print_head(const char *what)
{
	(void)printf("\n%-28s %8s %8s %8s %8s %9s %9s\n", what, "sent", "deferred",
	    "failed", "uncertain", "median", "95 in 100");
}

static gint
by_weight(gconstpointer a, gconstpointer b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	gint64 n = number(x, "sent") + number(x, "deferred") + number(x, "failed");
	gint64 m = number(y, "sent") + number(y, "deferred") + number(y, "failed");

	return n < m ? 1 : n > m ? -1 : 0;
}

static void
print_domains(const json_t *domains)
{
	GPtrArray *rows = g_ptr_array_new();
	size_t i;
	json_t *one;

	json_array_foreach(domains, i, one) g_ptr_array_add(rows, one);
	g_ptr_array_sort(rows, by_weight);
	if (rows->len > 0)
		print_head("Domain");
	for (i = 0; i < MIN(rows->len, MAX_DOMAINS); i++)
		print_row(jsonl_string(rows->pdata[i], "domain"), rows->pdata[i]);
	g_ptr_array_unref(rows);
}

static void
print_list(const char *what, const json_t *list, const char *key)
{
	size_t i;
	json_t *one;

	if (json_array_size(list) == 0)
		return;
	print_head(what);
	json_array_foreach(list, i, one) print_row(jsonl_string(one, key), one);
}

static void
print_codes(json_t *codes)
{
	const char *code;
	json_t *n;

	if (json_object_size(codes) == 0)
		return;
	(void)printf("\nReplies\n");
	json_object_foreach(codes, code, n)
	{
		char *safe = safe_line(code);

		(void)printf(
		    "%-12s %8" JSON_INTEGER_FORMAT "\n", safe, json_integer_value(n));
		g_free(safe);
	}
}

static void
print_stats(const json_t *stats)
{
	const json_t *queue = json_object_get(stats, "queue");
	const char *state;
	json_t *n;

	(void)printf("Since %.10s\n", jsonl_string(stats, "since"));
	print_head("Account");
	print_row("all", json_object_get(stats, "totals"));
	if (json_array_size(json_object_get(stats, "accounts")) > 1) {
		size_t i;
		json_t *one;

		json_array_foreach(json_object_get(stats, "accounts"), i, one)
		    print_row(jsonl_string(one, "account"), one);
	}
	print_domains(json_object_get(stats, "domains"));
	print_list("Day", json_object_get(stats, "days"), "day");
	print_codes(json_object_get(stats, "codes"));
	(void)printf("\n%" G_GINT64_FORMAT " in the outbox", number(queue, "letters"));
	json_object_foreach(json_object_get(queue, "states"), state, n)(void)
	    printf(", %" JSON_INTEGER_FORMAT " %s", json_integer_value(n), state);
	(void)printf("\n");
}

/* --- the audit --- */

static void
print_attempt(const struct reply *reply, void *user)
{
	const struct cmd_context *ctx = user;
	json_t *one = json_object_get(reply->obj, "attempt");
	const char *host = jsonl_string(one, "host"), *said = jsonl_string(one, "reply");
	const char *tls = jsonl_string(one, "tls");
	char *line, *safe;

	if (ctx->opts->json) {
		cmd_print_json(json_incref(one));
		return;
	}
	line =
	    g_strdup_printf("%s %s %s %s %s via %s (%s) after %" G_GINT64_FORMAT " s: %s",
		jsonl_string(one, "time"), jsonl_string(one, "letter"),
		jsonl_string(one, "account"), jsonl_string(one, "state"),
		jsonl_string(one, "address"), host != NULL ? host : "no server",
		tls != NULL ? tls : "no TLS", jsonl_int(one, "delay", 0),
		said != NULL ? said : "-");
	safe = safe_line(line);
	(void)printf("%s\n", safe);
	g_free(line);
	g_free(safe);
}

static int
print_log(struct cmd_context *ctx, gint64 days)
{
	GError *error = NULL;
	json_t *answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:I}", "op", "queue-attempts", "days", (json_int_t)days),
	    NULL, 0, 0, print_attempt, ctx, &error);

	if (answer == NULL)
		return cmd_fail(error);
	json_decref(answer);
	return 0;
}

int
cmd_stats(struct cmd_context *ctx, int argc, char **argv)
{
	const char *text = cmd_take_option(&argc, argv, "--days");
	bool log = cmd_take_switch(&argc, argv, "--log");
	guint64 days = 30;
	bool is_number = text == NULL || g_ascii_string_to_unsigned(text, 10, 1, MAX_DAYS, &days, NULL);
	GError *error = NULL;
	json_t *answer;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 1 || !is_number)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold stats [--days N] [--log] [--json]"));
	if (log)
		return print_log(ctx, (gint64)days);
	answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:I}", "op", "queue-stats", "days", (json_int_t)days), NULL,
	    0, 0, NULL, NULL, &error);
	if (answer == NULL)
		return cmd_fail(error);
	if (ctx->opts->json)
		cmd_print_json(json_incref(json_object_get(answer, "stats")));
	else
		print_stats(json_object_get(answer, "stats"));
	json_decref(answer);
	return 0;
}
