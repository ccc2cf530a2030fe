/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold domain: a sending domain looked over, with what to change. */
#include "cmd/cmd.h"

#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>

#define DOMAIN_DEADLINE_MS 180000
#define MX_PORT		   25
#define INDENT		   18  /* columns */
#define PIPE_COLS	   120 /* of a record where there is no terminal; the object has all of it */
#define USAGE		   "usage: penfold domain [--selector S...] [--connect [--port N]] [--dns ZONE] DOMAIN"

/* As published; of a long one, such as a key, the beginning. */
static void
print_record(const char *record, int cols)
{
	char *safe = record != NULL ? safe_line(record) : g_strdup("");
	int room = (cols > 0 ? cols : PIPE_COLS) - INDENT;
	size_t fit = safe_text_fit(safe, room, NULL);

	if (safe[fit] != '\0')
		fit = safe_text_fit(safe, room - 4, NULL);
	if (safe[0] != '\0')
		(void)printf("%*s%.*s%s\n", INDENT, "", (int)fit, safe, safe[fit] != '\0' ? " ..." : "");
	g_free(safe);
}

static unsigned
count(const json_t *checks, const char *result)
{
	const json_t *one;
	size_t i;
	unsigned n = 0;

	json_array_foreach(checks, i, one)
		n += g_strcmp0(jsonl_string(one, "result"), result) == 0;
	return n;
}

static void
print_sum(const char *domain, const json_t *checks)
{
	unsigned n_fail = count(checks, "fail"), n_warn = count(checks, "warn"), n_none = count(checks, "none");
	char *safe = safe_line(domain);

	(void)printf("\n%s: %u to mend, %u to improve, %u not published, %u good\n", safe, n_fail, n_warn, n_none,
	    count(checks, "ok"));
	g_free(safe);
}

static void
print_checks(const json_t *checks)
{
	int cols = cmd_columns();
	const json_t *one;
	size_t i;

	json_array_foreach(checks, i, one) {
		char *first = g_strdup_printf("%-8s %-8s ", jsonl_string(one, "result"), jsonl_string(one, "name"));

		cmd_print_wrapped(first, jsonl_string(one, "text"), cols);
		print_record(jsonl_string(one, "record"), cols);
		cmd_print_wrapped("               -> ", jsonl_string(one, "fix"), cols);
		g_free(first);
	}
}

/* What its mail hosts show on that port, added to the checks. */
static bool
look_at_hosts(struct cmd_context *ctx, const char *domain, json_t *answer, int port, GError **error)
{
	json_t *shown = supervisor_call(client_setup(cmd_client(ctx)),
	    json_pack("{s:s, s:s, s:i, s:O}", "op", "mx-certificates", "domain", domain, "port", port, "hosts",
		json_object_get(answer, "mx_hosts")),
	    NULL, 0, DOMAIN_DEADLINE_MS, NULL, NULL, error);

	if (shown == NULL)
		return false;
	json_array_extend(json_object_get(answer, "checks"), json_object_get(shown, "checks"));
	json_decref(shown);
	return true;
}

/* port: that its hosts are asked on; 0: they are not. */
static int
look_over(struct cmd_context *ctx, const char *domain, json_t *selectors, int port)
{
	GError *error = NULL;
	json_t *answer = supervisor_call(client_auth(cmd_client(ctx)),
	    json_pack("{s:s, s:s, s:o}", "op", "domain", "domain", domain, "selectors", selectors), NULL, 0,
	    DOMAIN_DEADLINE_MS, NULL, NULL, &error);
	const json_t *checks = json_object_get(answer, "checks");

	if (answer == NULL || (port != 0 && !look_at_hosts(ctx, domain, answer, port, &error))) {
		json_decref(answer);
		return cmd_fail(error);
	}
	int code = count(checks, "fail") > 0 ? 1 : 0;
	if (ctx->opts->json) {
		cmd_print_json(json_incref(answer));
	} else {
		print_checks(checks);
		print_sum(domain, checks);
	}
	json_decref(answer);
	return code;
}

int
cmd_domain(struct cmd_context *ctx, int argc, char **argv)
{
	const char *zone = cmd_take_option(&argc, argv, "--dns"), *selector;
	const char *other = cmd_take_option(&argc, argv, "--port");
	bool is_connecting = cmd_take_switch(&argc, argv, "--connect");
	guint64 port = MX_PORT;
	json_t *selectors = json_array();
	struct cmd_zone own;
	int code;

	while ((selector = cmd_take_option(&argc, argv, "--selector")) != NULL)
		json_array_append_new(selectors, json_string(selector));
	bool is_port = other == NULL || g_ascii_string_to_unsigned(other, 10, 1, 65535, &port, NULL);
	if (cmd_unknown_option(&argc, argv) != NULL || argc != 2 || !is_port) {
		json_decref(selectors);
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, USAGE));
	}
	cmd_zone_begin(ctx, &own, zone);
	code = look_over(ctx, argv[1], selectors, is_connecting ? (int)port : 0);
	cmd_zone_end(ctx, &own);
	return code;
}
