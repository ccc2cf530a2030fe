/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold report: what a machine reports about mail, as a table or as JSON. It is read by
 * penfold-render, which is sealed. */
#include "cmd/cmd.h"
#include "base/safe_text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define DEADLINE_MS 60000

/* --- pieces --- */

static void
print_field(const char *label, const char *value)
{
	char *line = safe_line(value);

	if (line[0] != '\0')
		(void)printf("%-14s%s\n", label, line);
	g_free(line);
}

/* Cells of one row; a cell is padded to its width, the last one is not. */
static void
print_cell(const char *text, int width)
{
	char *safe = safe_line(text != NULL ? text : "-");
	char *cell = width > 0 ? safe_text_pad(safe, width, FALSE) : g_strdup(safe);

	(void)printf("%s%s", cell, width > 0 ? "  " : "\n");
	g_free(safe);
	g_free(cell);
}

static void
print_count(gint64 count)
{
	(void)printf("%8" G_GINT64_FORMAT "  ", count);
}

static void
print_original(const json_t *original)
{
	if (!json_is_object(original))
		return;
	print_field("Original from", jsonl_string(original, "from"));
	print_field("  to", jsonl_string(original, "to"));
	print_field("  subject", jsonl_string(original, "subject"));
	print_field("  message id", jsonl_string(original, "message_id"));
}

/* --- one function a kind --- */

static void
print_dsn(const json_t *report)
{
	bool is_guess = g_strcmp0(jsonl_string(report, "format"), "guessed") == 0;
	size_t i;
	json_t *one;

	(void)printf("Delivery report%s\n",
	    is_guess ? " (no standard form: read by its wording)" : "");
	print_field("From", jsonl_string(report, "reporting_mta"));
	print_field("Arrived", jsonl_string(report, "arrival_date"));
	print_field("Envelope id", jsonl_string(report, "envelope_id"));
	print_original(json_object_get(report, "original"));
	(void)printf("\n");
	json_array_foreach(json_object_get(report, "recipients"), i, one)
	{
		print_cell(jsonl_string(one, "action"), 9);
		print_cell(jsonl_string(one, "status"), 7);
		print_cell(jsonl_string(one, "address"), 0);
		print_field("  said", jsonl_string(one, "diagnostic"));
		print_field("  by", jsonl_string(one, "remote_mta"));
		print_field("  until", jsonl_string(one, "will_retry_until"));
	}
}

static void
print_mdn(const json_t *report)
{
	(void)printf("Disposition notification\n");
	print_field("Recipient", jsonl_string(report, "recipient"));
	print_field("Disposition", jsonl_string(report, "disposition"));
	print_field("Done",
	    jsonl_bool(report, "is_automatic", false) ? "by a program" : "by hand");
	print_field("Program", jsonl_string(report, "reporting_ua"));
	print_field("Message", jsonl_string(report, "original_message_id"));
	print_field("Error", jsonl_string(report, "error"));
}

static void
print_arf(const json_t *report)
{
	const json_t *domain =
	    json_array_get(json_object_get(report, "reported_domain"), 0);

	(void)printf("Feedback report\n");
	print_field("Type", jsonl_string(report, "feedback_type"));
	print_field("Reporter", jsonl_string(report, "user_agent"));
	print_field("Source", jsonl_string(report, "source_ip"));
	print_field("Arrived", jsonl_string(report, "arrival_date"));
	print_field("Sender", jsonl_string(report, "original_from"));
	print_field("Recipient", jsonl_string(report, "original_to"));
	print_field("Domain", json_string_value(domain));
	print_field("Failed", jsonl_string(report, "auth_failure"));
	print_field("Delivery", jsonl_string(report, "delivery_result"));
	print_original(json_object_get(report, "original"));
}

static bool
is_passed(const json_t *record)
{
	return g_strcmp0(jsonl_string(record, "dkim"), "pass") == 0 ||
	       g_strcmp0(jsonl_string(record, "spf"), "pass") == 0;
}

/* What fails first, then by number. */
static gint
by_failures(gconstpointer a, gconstpointer b)
{
	const json_t *x = *(json_t *const *)a, *y = *(json_t *const *)b;
	gint64 n = jsonl_int(x, "count", 0), m = jsonl_int(y, "count", 0);

	if (is_passed(x) != is_passed(y))
		return is_passed(x) ? 1 : -1;
	return n < m ? 1 : n > m ? -1 : 0;
}

static void
print_records(const json_t *records)
{
	GPtrArray *rows = g_ptr_array_new();
	size_t i;
	json_t *one;

	json_array_foreach(records, i, one) g_ptr_array_add(rows, one);
	g_ptr_array_sort(rows, by_failures);
	(void)printf("\n%8s  %-20s  %-10s  %-6s  %-6s  %s\n", "Count", "Source", "Policy",
	    "DKIM", "SPF", "From domain");
	for (i = 0; i < rows->len; i++) {
		one = rows->pdata[i];
		print_count(jsonl_int(one, "count", 0));
		print_cell(jsonl_string(one, "source_ip"), 20);
		print_cell(jsonl_string(one, "disposition"), 10);
		print_cell(jsonl_string(one, "dkim"), 6);
		print_cell(jsonl_string(one, "spf"), 6);
		print_cell(jsonl_string(one, "header_from"), 0);
	}
	g_ptr_array_unref(rows);
}

static void
print_dmarc(const json_t *report)
{
	gint64 all = jsonl_int(report, "messages", 0),
	       passed = jsonl_int(report, "passed", 0);

	(void)printf("DMARC aggregate report\n");
	print_field("Reporter", jsonl_string(report, "organization"));
	print_field("Domain", jsonl_string(report, "domain"));
	print_field("Policy", jsonl_string(report, "policy"));
	print_field("From", jsonl_string(report, "begin"));
	print_field("To", jsonl_string(report, "end"));
	(void)printf("%-14s%" G_GINT64_FORMAT ", of which %" G_GINT64_FORMAT
		     " pass DMARC and %" G_GINT64_FORMAT " do not\n",
	    "Messages", all, passed, all - passed);
	if (!jsonl_bool(report, "is_complete", true))
		(void)printf("%-14s%s\n", "Note",
		    "the report is damaged or too long; "
		    "this is what could be read");
	print_records(json_object_get(report, "records"));
}

static void
print_tlsrpt(const json_t *report)
{
	size_t i, k;
	json_t *policy, *failure;

	(void)printf("SMTP TLS report\n");
	print_field("Reporter", jsonl_string(report, "organization"));
	print_field("From", jsonl_string(report, "begin"));
	print_field("To", jsonl_string(report, "end"));
	(void)printf("\n%-16s  %-30s  %8s  %8s\n", "Policy", "Domain", "Good", "Failed");
	json_array_foreach(json_object_get(report, "policies"), i, policy)
	{
		print_cell(jsonl_string(policy, "type"), 16);
		print_cell(jsonl_string(policy, "domain"), 30);
		print_count(jsonl_int(policy, "success", 0));
		(void)printf("%8" G_GINT64_FORMAT "\n", jsonl_int(policy, "failure", 0));
		json_array_foreach(json_object_get(policy, "failures"), k, failure)
		{
			print_count(jsonl_int(failure, "count", 0));
			print_cell(jsonl_string(failure, "type"), 24);
			print_cell(jsonl_string(failure, "receiving_mx"), 0);
		}
	}
}

/* --- the command --- */

static void
print_report(const json_t *report, const char *kind)
{
	static const struct {
		const char *kind;
		void (*print)(const json_t *report);
	} kinds[] = {
	    {"dsn", print_dsn},
	    {"mdn", print_mdn},
	    {"arf", print_arf},
	    {"dmarc", print_dmarc},
	    {"tlsrpt", print_tlsrpt},
	};
	size_t i;

	for (i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (g_strcmp0(kind, kinds[i].kind) == 0)
			kinds[i].print(report);
	}
}

static int
report_of(struct cmd_context *ctx, int fd)
{
	GError *error = NULL;
	json_t *answer = supervisor_call(client_render(cmd_client(ctx)),
	    json_pack("{s:s}", "op", "report"), &fd, 1, DEADLINE_MS, NULL, NULL, &error);
	const json_t *report = json_object_get(answer, "report");
	const char *kind = jsonl_string(report, "kind");
	int code = kind != NULL ? 0 : 1;

	if (answer == NULL)
		return cmd_fail(error);
	if (ctx->opts->json)
		cmd_print_json(json_deep_copy(report));
	else if (kind != NULL)
		print_report(report, kind);
	else
		(void)fprintf(
		    stderr, "penfold: this is no report about mail that Penfold knows\n");
	json_decref(answer);
	return code;
}

int
cmd_report(struct cmd_context *ctx, int argc, char **argv)
{
	GError *error = NULL;
	int fd, code;

	if (cmd_unknown_option(&argc, argv) != NULL || argc != 2)
		return cmd_fail(g_error_new(
		    PF_ERROR, PF_ERROR_USAGE, "usage: penfold report [--json] FILE"));
	fd = cmd_open_message(ctx, argv[1], NULL, &error);
	if (fd < 0)
		return cmd_fail(error);
	code = report_of(ctx, fd);
	close(fd);
	return code;
}
