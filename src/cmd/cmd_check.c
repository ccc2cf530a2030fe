/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold check: the MSA checks on a message; --fix prints the mended one. penfold-store looks at the bytes,
 * penfold-auth at the domains. */
#include "cmd/cmd.h"
#include "base/file.h"
#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DNS_DEADLINE_MS 30000

struct checking {
	const char *account;
	bool fix, asks_dns;
	int mended; /* --fix: a file without a name; -1 */
	json_t *findings; /* of the letter as it came, errors first */
	bool is_ok;	  /* no error; with --fix: none is left */
};

static void
print_findings(FILE *out, const json_t *findings)
{
	size_t i;
	json_t *one;

	json_array_foreach(findings, i, one) {
		char *where = safe_line(jsonl_string(one, "where"));
		char *text = safe_line(jsonl_string(one, "text"));

		(void)fprintf(out, "%-5s  %s  %s: %s (%s)\n", jsonl_string(one, "level"),
		    jsonl_string(one, "code"), where, text, jsonl_string(one, "ref"));
		g_free(where);
		g_free(text);
	}
}

static bool
is_error(const json_t *finding)
{
	return g_strcmp0(jsonl_string(finding, "level"), "error") == 0;
}

static bool
has_error(const json_t *findings)
{
	const json_t *one;
	size_t i;

	json_array_foreach(findings, i, one)
		if (is_error(one))
			return true;
	return false;
}

/* Errors before the rest, each in the order in which they came. */
static void
merge(json_t *findings, json_t *more)
{
	size_t n = 0, i;
	json_t *one;

	while (n < json_array_size(findings) && is_error(json_array_get(findings, n)))
		n++;
	json_array_foreach(more, i, one) {
		if (is_error(one))
			json_array_insert(findings, n++, one);
		else
			json_array_append(findings, one);
	}
}

/* One look at the bytes; mended: where they go when they are mended. */
static json_t *
look(struct cmd_context *ctx, const struct checking *c, int fd, int mended, GError **error)
{
	int fds[2] = { fd, mended };
	json_t *answer = supervisor_call(client_store(cmd_client(ctx)),
	    json_pack("{s:s, s:s*, s:b}", "op", "check", "account", c->account, "fix", mended >= 0),
	    fds, mended >= 0 ? 2 : 1, 0, NULL, NULL, error);
	json_t *findings = json_incref(json_object_get(answer, "findings"));

	json_decref(answer);
	return findings;
}

/* The domains. A DNS that does not answer finds nothing. */
static bool
look_at_domains(struct cmd_context *ctx, struct checking *c, int fd, GError **error)
{
	json_t *answer;

	cmd_tell_contacts(ctx);
	(void)lseek(fd, 0, SEEK_SET);
	answer = supervisor_call(client_auth(cmd_client(ctx)),
	    json_pack("{s:s, s:s*}", "op", "check-domains", "account", c->account), &fd, 1,
	    DNS_DEADLINE_MS, NULL, NULL, error);
	merge(c->findings, json_object_get(answer, "findings"));
	c->is_ok = c->is_ok && !has_error(json_object_get(answer, "findings"));
	json_decref(answer);
	return answer != NULL;
}

/* What is left to be said of the mended letter. */
static bool
look_again(struct cmd_context *ctx, struct checking *c, GError **error)
{
	json_t *left;

	(void)lseek(c->mended, 0, SEEK_SET);
	left = look(ctx, c, c->mended, -1, error);
	c->is_ok = left != NULL && !has_error(left);
	if (!ctx->opts->json)
		print_findings(stderr, left);
	json_decref(left);
	return left != NULL;
}

static json_t *
mended_text(int mended)
{
	char *path = g_strdup_printf("/dev/fd/%d", mended);
	GBytes *bytes = file_read(path, G_MAXINT32, NULL);
	gsize len = 0;
	const char *data = bytes != NULL ? g_bytes_get_data(bytes, &len) : "";
	json_t *text = jsonl_text(data, (gssize)len);

	g_clear_pointer(&bytes, g_bytes_unref);
	g_free(path);
	return text;
}

static bool
print(struct cmd_context *ctx, const struct checking *c, GError **error)
{
	if (ctx->opts->json)
		cmd_print_json(json_pack("{s:b, s:O, s:o*}", "ok", c->is_ok, "findings", c->findings,
		    "message", c->mended >= 0 ? mended_text(c->mended) : NULL));
	else if (c->mended < 0)
		print_findings(stdout, c->findings);
	else {
		(void)lseek(c->mended, 0, SEEK_SET);
		return file_copy_fd(c->mended, STDOUT_FILENO, NULL, error);
	}
	return true;
}

static int
check(struct cmd_context *ctx, struct checking *c, int fd)
{
	GError *error = NULL;

	c->mended = c->fix ? file_unnamed(&error) : -1;
	if (error != NULL)
		return cmd_fail(error);
	c->findings = look(ctx, c, fd, c->mended, &error);
	c->is_ok = !has_error(c->findings);
	if (c->findings != NULL && (c->mended < 0 || look_again(ctx, c, &error)) &&
	    (!c->asks_dns || look_at_domains(ctx, c, fd, &error)))
		(void)print(ctx, c, &error);
	if (c->mended >= 0)
		close(c->mended);
	json_decref(c->findings);
	if (error != NULL)
		return cmd_fail(error);
	return c->is_ok ? 0 : 1;
}

/* The source of penfold-checks(7). */
static void
print_page(const json_t *checks)
{
	static const struct {
		const char *level, *title, *text;
	} parts[] = {
		{ "error", "ERRORS", "Such a letter is not queued unless you insist." },
		{ "warn", "WARNINGS", "Shown before the letter is sent; they stop nothing." },
		{ "fix", "MENDED", "What is mended without asking in letters made elsewhere, and by --fix." },
	};

	(void)printf(".\\\" Made by the program from its table: penfold check --list --man\n"
		     ".TH PENFOLD-CHECKS 7 \"November 21, 2026\" \"Penfold\" \"Penfold\"\n.SH NAME\n"
		     "penfold-checks \\- the checks on a letter before it is sent\n.SH DESCRIPTION\n"
		     "What \\fBpenfold check\\fR, \\fBpenfold send\\fR and the review page look at. A code stays what it "
		     "is from one version to the next.\n");
	for (size_t k = 0; k < G_N_ELEMENTS(parts); k++) {
		size_t i;
		const json_t *one;

		(void)printf(".SH %s\n%s\n", parts[k].title, parts[k].text);
		json_array_foreach(checks, i, one)
			if (strcmp(jsonl_string(one, "level"), parts[k].level) == 0)
				(void)printf(".TP\n\\fB%s\\fR\n%s %s.%s\n", jsonl_string(one, "code"),
				    jsonl_string(one, "text"), jsonl_string(one, "ref"),
				    jsonl_bool(one, "dns", false) ? " Asks the DNS." : "");
	}
	(void)printf(".SH SEE ALSO\n.BR penfold (1)\n");
}

static int
list(struct cmd_context *ctx, bool is_page)
{
	GError *error = NULL;
	json_t *answer = supervisor_call(client_auth(cmd_client(ctx)),
	    json_pack("{s:s}", "op", "check-list"), NULL, 0, 0, NULL, NULL, &error);
	json_t *checks = json_object_get(answer, "checks"), *one;
	size_t i;

	if (answer == NULL)
		return cmd_fail(error);
	if (is_page)
		print_page(checks);
	else if (ctx->opts->json)
		cmd_print_json(json_pack("{s:O}", "checks", checks));
	else
		json_array_foreach(checks, i, one)
			(void)printf("%-24s %-5s  %s (%s)\n", jsonl_string(one, "code"),
			    jsonl_string(one, "level"), jsonl_string(one, "text"),
			    jsonl_string(one, "ref"));
	json_decref(answer);
	return 0;
}

int
cmd_check(struct cmd_context *ctx, int argc, char **argv)
{
	const char *zone = cmd_take_option(&argc, argv, "--dns");
	struct checking c = { .account = cmd_take_option(&argc, argv, "--account"),
		.fix = cmd_take_switch(&argc, argv, "--fix"),
		.asks_dns = cmd_take_switch(&argc, argv, "--domains") };
	bool wants_list = cmd_take_switch(&argc, argv, "--list");
	bool is_page = cmd_take_switch(&argc, argv, "--man");
	struct cmd_zone own;
	GError *error = NULL;
	int fd, code;

	if (wants_list && argc == 1)
		return list(ctx, is_page);
	if (cmd_unknown_option(&argc, argv) != NULL || argc != 2)
		return cmd_fail(g_error_new(PF_ERROR, PF_ERROR_USAGE,
		    "usage: penfold check [--fix] [--domains] [--dns ZONE] [--account A] FILE"));
	/* a script gets the same answer on every machine, unless it asks for the world's */
	c.asks_dns = c.asks_dns || zone != NULL || rc_is_set(cmd_rc(ctx), "dns", NULL, "zone");
	cmd_zone_begin(ctx, &own, zone);
	fd = cmd_open_message(ctx, argv[1], NULL, &error);
	code = fd >= 0 ? check(ctx, &c, fd) : cmd_fail(error);
	if (fd >= 0)
		close(fd);
	cmd_zone_end(ctx, &own);
	return code;
}
