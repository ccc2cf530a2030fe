/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold_auth.c - the judge of senders: by hand "penfold-auth [--dns ZONE] [--now TIME]
 * [--account NAME] [--json] FILE", for its supervisor "penfold-auth --serve". */
#include "programs/auth_again.h"
#include "programs/auth_judge.h"

#include "auth/page.h"
#include "base/file.h"
#include "lookup/dns_rc.h"
#include "mime/compose_address.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PAGE_WIDTH = 80 };

struct options {
	const char *zone, *now, *account, *file;
	bool is_server, is_json;
};

bool
auth_open_dns(struct auth_program *judge, GError **error)
{
	if (judge->dns != NULL)
		return true;
	judge->dns = dns_rc_open(judge->rc, judge->zone, error);
	return judge->dns != NULL;
}

/* RFC 3339, or seconds since 1970. */
static bool
parse_time(const char *text, gint64 *out, GError **error)
{
	GTimeZone *utc = g_time_zone_new_utc();
	GDateTime *when = g_date_time_new_from_iso8601(text, utc);
	bool is_ok = when != NULL || g_ascii_string_to_signed(
					 text, 10, 0, G_MAXINT32 * (gint64)64, out, NULL);

	if (when != NULL)
		*out = g_date_time_to_unix(when);
	g_clear_pointer(&when, g_date_time_unref);
	g_time_zone_unref(utc);
	if (!is_ok)
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE,
		    "\"%s\" is neither a time such as 2026-11-21T23:00:00Z nor seconds",
		    text);
	return is_ok;
}

gint64
auth_current_time(void)
{
	return g_get_real_time() / G_USEC_PER_SEC;
}

/* The request's "now", a string or a number; else the clock. */
bool
auth_request_time(const json_t *args, gint64 *out, GError **error)
{
	const char *text = jsonl_string(args, "now");

	*out = jsonl_int(args, "now", auth_current_time());
	return text == NULL || parse_time(text, out, error);
}

static json_t *
judge_request(struct helper_request *request, struct auth_program *judge, GError **error)
{
	const json_t *args = helper_args(request);
	struct auth_order order = {.account = jsonl_string(args, "account"),
	    .is_submitted = jsonl_bool(args, "submitted", false),
	    .may_fetch = jsonl_bool(args, "fetch", false),
	    .kept = json_object_get(args, "kept"),
	    .keys = json_object_get(args, "keys")};
	int fd = helper_request_input(request, error);

	if (fd < 0 || !auth_request_time(args, &order.now, error))
		return NULL;
	/* a folder of the store need not belong to an account; then no server is trusted
	 */
	if (order.account != NULL && rc_account(judge->rc, order.account) == NULL)
		order.account = NULL;
	return auth_judge_fd(judge, fd, &order, error);
}

static void
op_judge(struct helper_request *request, void *state)
{
	GError *error = NULL;
	json_t *verdict = judge_request(request, state, &error);

	if (verdict == NULL)
		helper_fail(request, error);
	else if (jsonl_bool(helper_args(request), "as_text", false))
		helper_done(request, auth_judged(verdict));
	else
		helper_done(request, json_pack("{s:O}", "verdict", verdict));
	json_decref(verdict);
}

/* The page of a verdict that was kept, or of one made now. */
static void
op_detail(struct helper_request *request, void *state)
{
	const json_t *args = helper_args(request);
	json_t *kept = json_object_get(args, "verdict");
	GError *error = NULL;
	json_t *verdict = json_is_object(kept) ? json_incref(kept)
					       : judge_request(request, state, &error);

	if (verdict == NULL) {
		helper_fail(request, error);
		return;
	}
	gint64 width = CLAMP(jsonl_int(args, "width", 0), 0, 1000);
	helper_done(
	    request, json_pack("{s:o}", "lines", page_lines(verdict, (int)width)));
	json_decref(verdict);
}

static const struct helper_op ops[] = {
    {"judge", op_judge},
    {"judge-batch", auth_op_judge_batch},
    {"detail", op_detail},
    {"trusted", auth_op_trusted}, {"domain", auth_op_domain}, {"contacts", auth_op_contacts}, {"spf", auth_op_spf},
    {"dkim-record", auth_op_dkim_record},
    {"check-domains", auth_op_check_domains},
    {"check-list", auth_op_check_list},
    {"key-fetch", auth_op_key_fetch},
    {"bimi", auth_op_bimi},
    {"svg", auth_op_svg},
    {"mark", auth_op_mark},
    {"image", auth_op_image},
    {"unsubscribe", auth_op_unsubscribe},
    {NULL, NULL},
};

static void
print_page(const json_t *verdict)
{
	json_t *lines = page_lines(verdict, PAGE_WIDTH);

	for (size_t i = 0; i < json_array_size(lines); i++)
		printf("%s\n", jsonl_string(json_array_get(lines, i), "t"));
	json_decref(lines);
}

static int
run_by_hand(struct auth_program *judge, const struct options *opts)
{
	GError *error = NULL;
	gint64 now = auth_current_time();
	bool is_stdin = strcmp(opts->file, "-") == 0;
	int fd = is_stdin ? STDIN_FILENO : open(opts->file, O_RDONLY | O_CLOEXEC);
	json_t *verdict = NULL;

	if (fd < 0)
		g_set_error(&error, PF_ERROR, PF_ERROR_NOT_FOUND, "%s: %s", opts->file,
		    g_strerror(errno));
	else if (opts->now == NULL || parse_time(opts->now, &now, &error))
		verdict = auth_judge_fd(judge, fd,
		    &(const struct auth_order){.account = opts->account, .now = now}, &error);
	if (fd >= 0 && !is_stdin)
		(void)close(fd); /* read only */
	if (verdict == NULL)
		return program_fail(error);
	if (opts->is_json) {
		json_dumpf(verdict, stdout, JSON_COMPACT);
		printf("\n");
	} else {
		print_page(verdict);
	}
	json_decref(verdict);
	return 0;
}

static bool
parse_options(char **rest, struct options *out, GError **error)
{
	const struct {
		const char *name;
		const char **slot;
	} valued[] = {
	    {"--dns", &out->zone}, {"--now", &out->now}, {"--account", &out->account}};
	bool is_plain = false;

	for (size_t i = 0; rest[i] != NULL; i++) {
		bool is_done = false;
		for (size_t k = 0; !is_plain && k < G_N_ELEMENTS(valued); k++) {
			size_t len = strlen(valued[k].name);
			if (strncmp(rest[i], valued[k].name, len) != 0)
				continue;
			if (rest[i][len] == '=')
				*valued[k].slot = rest[i] + len + 1;
			else if (rest[i][len] == '\0' && rest[i + 1] != NULL)
				*valued[k].slot = rest[++i];
			else
				continue;
			is_done = true;
			break;
		}
		if (is_done)
			continue;
		if (!is_plain && strcmp(rest[i], "--") == 0)
			is_plain = true;
		else if (!is_plain && strcmp(rest[i], "--serve") == 0)
			out->is_server = true;
		else if ((is_plain || rest[i][0] != '-' || rest[i][1] == '\0') &&
			 out->file == NULL)
			out->file = rest[i];
		else {
			g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "unexpected \"%s\"",
			    rest[i]);
			return false;
		}
	}
	if (out->file != NULL || out->is_server)
		return true;
	g_set_error_literal(error, PF_ERROR, PF_ERROR_USAGE,
	    "usage: penfold-auth [--dns ZONE] [--now TIME] [--account NAME] [--json] "
	    "FILE");
	return false;
}

static void
add_own(GPtrArray *own, const char *mailbox)
{
	GPtrArray *list = compose_address_list(mailbox, NULL);

	for (guint i = 0; list != NULL && i < list->len; i++)
		g_ptr_array_add(own,
		    g_strdup(((const struct compose_address *)g_ptr_array_index(list, i))->spec));
	g_clear_pointer(&list, g_ptr_array_unref);
}

/* Every address and alias of every account, as addr-specs. */
static GPtrArray *
own_addresses(const struct rc *rc)
{
	GPtrArray *own = g_ptr_array_new_with_free_func(g_free);
	const struct rc_account *const *accounts = rc_accounts(rc);

	for (size_t i = 0; accounts[i] != NULL; i++) {
		const char *const *alias = rc_list(rc, "account", accounts[i]->name, "aliases");

		add_own(own, accounts[i]->address);
		for (; *alias != NULL; alias++)
			add_own(own, *alias);
	}
	g_ptr_array_add(own, NULL);
	return own;
}

/* Every name by which an account logs in. */
static GPtrArray *
own_logins(const struct rc *rc)
{
	GPtrArray *logins = g_ptr_array_new_with_free_func(g_free);
	const struct rc_account *const *accounts = rc_accounts(rc);

	for (size_t i = 0; accounts[i] != NULL; i++) {
		const struct rc_server *servers[] = {accounts[i]->imap, accounts[i]->pop3, accounts[i]->smtp};

		for (size_t k = 0; k < G_N_ELEMENTS(servers); k++)
			if (servers[k] != NULL && servers[k]->user != NULL)
				g_ptr_array_add(logins, g_strdup(servers[k]->user));
	}
	g_ptr_array_add(logins, NULL);
	return logins;
}

int
main(int argc, char **argv)
{
	struct program_options common;
	struct options opts = {0};
	struct auth_program judge = {0};
	GError *error = NULL;

	program_options(argc, argv, &common);
	opts.is_json = common.json;
	if (!parse_options(common.rest, &opts, &error)) {
		program_options_free(&common);
		return program_fail(error);
	}
	judge.rc = program_rc(&common);
	judge.fresh = (struct rc_fresh){.path = common.rc_path, .overrides = common.overrides};
	judge.zone = opts.zone;
	judge.keys = dkim_keys_new();
	judge.own = own_addresses(judge.rc);
	judge.logins = own_logins(judge.rc);
	judge.contacts = auth_contacts_new(judge.own);
	judge.again = auth_again_new();
	int code =
	    opts.is_server ? helper_serve(ops, &judge) : run_by_hand(&judge, &opts);
	auth_again_free(judge.again);
	contacts_free(judge.contacts);
	rc_fresh_fini(&judge.fresh);
	known_servers_free(judge.servers);
	g_ptr_array_unref(judge.own);
	g_ptr_array_unref(judge.logins);
	dkim_keys_free(judge.keys);
	dns_free(judge.dns);
	rc_free(judge.rc);
	program_options_free(&common);
	return code;
}
