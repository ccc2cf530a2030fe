/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold bimi: the logo of a domain, and what its owner must know before he publishes one. */
#include "cmd/cmd.h"

#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BIMI_DEADLINE_MS 120000
#define USAGE                                                                                                \
	"usage: penfold bimi DOMAIN | svg FILE | mark PEM --domain D [--selector S] [--fetch] [--roots PEM] " \
	"[--now TIME] [--dns ZONE]"

/* What was asked for beside the names. */
struct wish {
	const char *domain, *selector, *roots, *now;
	bool fetch;
};

static void
print_mark(const json_t *mark)
{
	cmd_print_item("certificate", jsonl_string(mark, "type"));
	cmd_print_item("owner", jsonl_string(mark, "organization"));
	cmd_print_item("issuer", jsonl_string(mark, "issuer"));
	cmd_print_item("mark", jsonl_string(mark, "mark_type"));
	cmd_print_item("trademark", jsonl_string(mark, "trademark"));
	cmd_print_item("public log", jsonl_string(mark, "log"));
	cmd_print_item("valid from", jsonl_string(mark, "not_before"));
	cmd_print_item("valid until", jsonl_string(mark, "not_after"));
}

static void
print_domain(const json_t *answer)
{
	cmd_print_item("result", jsonl_string(answer, "result"));
	cmd_print_item("because", jsonl_string(answer, "reason"));
	cmd_print_item("domain", jsonl_string(answer, "domain"));
	cmd_print_item("selector", jsonl_string(answer, "selector"));
	cmd_print_item("record", jsonl_string(answer, "record"));
	cmd_print_item("logo at", jsonl_string(answer, "location"));
	cmd_print_item("mark at", jsonl_string(answer, "authority"));
	print_mark(json_object_get(answer, "mark"));
	cmd_print_item("logo", jsonl_string(answer, "logo"));
}

static void
print_drawing(const json_t *answer)
{
	const json_t *findings = json_object_get(answer, "findings");
	const json_t *one;
	size_t i;

	json_array_foreach(findings, i, one) {
		char *text = safe_line(jsonl_string(one, "text"));
		(void)printf("line %-5d %-5s %s: %s\n", (int)jsonl_int(one, "line", 0),
		    jsonl_string(one, "level"), jsonl_string(one, "code"), text);
		g_free(text);
	}
	cmd_print_item("result", jsonl_string(answer, "result"));
}

static void
print_certificate(const json_t *answer)
{
	const json_t *domains = json_object_get(answer, "domains");

	cmd_print_item("result", jsonl_string(answer, "result"));
	cmd_print_item("because", jsonl_string(answer, "reason"));
	for (size_t i = 0; i < json_array_size(domains); i++)
		cmd_print_item(i == 0 ? "for" : "", json_string_value(json_array_get(domains, i)));
	print_mark(answer);
	cmd_print_item("logo", jsonl_string(answer, "logo_sha256"));
}

/* Ask, print; 1 where the result is not a pass. */
static int
ask(struct cmd_context *ctx, json_t *request, int fd, void (*print)(const json_t *))
{
	GError *error = NULL;
	json_t *answer = supervisor_call(client_auth(cmd_client(ctx)), request, &fd, fd < 0 ? 0 : 1,
	    BIMI_DEADLINE_MS, NULL, NULL, &error);
	const char *result = jsonl_string(answer, "result");
	int code = result != NULL && strcmp(result, "pass") == 0 ? 0 : 1;

	if (answer == NULL)
		return cmd_fail(error);
	if (ctx->opts->json) {
		cmd_print_json(answer);
		return code;
	}
	print(answer);
	json_decref(answer);
	return code;
}

static int
ask_file(struct cmd_context *ctx, json_t *request, const char *file, void (*print)(const json_t *))
{
	GError *error = NULL;
	int fd = cmd_open_message(ctx, file, NULL, &error), code;

	if (fd < 0) {
		json_decref(request);
		return cmd_fail(error);
	}
	code = ask(ctx, request, fd, print);
	close(fd);
	return code;
}

static int
run(struct cmd_context *ctx, char **names, const struct wish *wish)
{
	char *roots = wish->roots == NULL ? NULL : g_canonicalize_filename(wish->roots, NULL);
	int code;

	if (strcmp(names[0], "svg") == 0)
		code = ask_file(ctx, json_pack("{s:s}", "op", "svg"), names[1], print_drawing);
	else if (strcmp(names[0], "mark") == 0)
		code = ask_file(ctx,
		    json_pack("{s:s, s:s*, s:s*, s:s*, s:s*}", "op", "mark", "domain", wish->domain,
			"selector", wish->selector, "roots", roots, "now", wish->now),
		    names[1], print_certificate);
	else
		code = ask(ctx,
		    json_pack("{s:s, s:s, s:s*, s:s*, s:b}", "op", "bimi", "domain", names[0],
			"selector", wish->selector, "now", wish->now, "fetch", wish->fetch),
		    -1, print_domain);
	g_free(roots);
	return code;
}

/* svg FILE, mark PEM --domain D, or a DOMAIN alone. */
static bool
is_complete(int argc, char **argv, const struct wish *wish)
{
	bool is_svg = argc > 1 && strcmp(argv[1], "svg") == 0;
	bool is_mark = argc > 1 && strcmp(argv[1], "mark") == 0;

	if (is_svg || is_mark)
		return argc == 3 && is_mark == (wish->domain != NULL);
	return argc == 2 && wish->domain == NULL && wish->roots == NULL;
}

int
cmd_bimi(struct cmd_context *ctx, int argc, char **argv)
{
	const char *zone = cmd_take_option(&argc, argv, "--dns");
	const struct wish wish = {.domain = cmd_take_option(&argc, argv, "--domain"),
		.selector = cmd_take_option(&argc, argv, "--selector"),
		.roots = cmd_take_option(&argc, argv, "--roots"),
		.now = cmd_take_option(&argc, argv, "--now"),
		.fetch = cmd_take_switch(&argc, argv, "--fetch")};
	struct cmd_zone own;
	int code;

	if (cmd_unknown_option(&argc, argv) != NULL || !is_complete(argc, argv, &wish))
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE, USAGE));
	cmd_zone_begin(ctx, &own, zone);
	code = run(ctx, argv + 1, &wish);
	cmd_zone_end(ctx, &own);
	return code;
}
