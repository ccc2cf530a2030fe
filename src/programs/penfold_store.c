/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold-store: the only writer of the index. Serves requests on descriptors 0 and 1; by hand
 * `penfold-store OP key=value...` asks for one operation and prints its answers.
 *
 *   penfold-store [--read-only] [--rc RC] [-o section.key=value] [OP [key=value...]] */
#include "base/file.h"
#include "programs/store_ops.h"
#include "programs/store_protect.h"
#include "programs/store_queue.h"
#include "programs/store_sign.h"
#include "store/index.h"
#include "store/queue.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIPE_HOLDS 60000 /* bytes without a reader: 64 kB with what it needs for itself */

/* clang-format off */
#define READING \
	{"search", store_op_search}, \
	{"count", store_op_count}, \
	{"thread", store_op_thread}, \
	{"message", store_op_message}, \
	{"verdict-get", store_op_verdict_get}, \
	{"keys", store_op_keys}, \
	{"memory", store_op_memory}, \
	{"arriving", store_op_arriving}, \
	{"sender", store_op_sender}, \
	{"authserv", store_op_authserv}, \
	{"draft-list", store_op_draft_list}, \
	{"draft-get", store_op_draft_get}, \
	{"protect-plan", store_op_protect_plan}, \
	{"complete", store_op_complete}, \
	{"people", store_op_people}, \
	{"usage", store_op_usage}, \
	{"queries", store_op_queries}

static const struct helper_op read_ops[] = {
	READING,
	{NULL, NULL},
};

static const struct helper_op all_ops[] = {
	READING,
	{"index", store_op_index},
	{"scan", store_op_scan},
	{"renamed", store_op_renamed},
	{"removed", store_op_removed},
	{"quarantine", store_op_quarantine},
	{"deliver", store_op_deliver},
	{"import", store_op_import},
	{"rows", store_op_rows},
	{"folders", store_op_folders},
	{"tag", store_op_tag},
	{"move", store_op_move},
	{"copy", store_op_copy},
	{"uncopy", store_op_uncopy},
	{"delete", store_op_delete},
	{"thread-link", store_op_thread_link},
	{"thread-break", store_op_thread_break},
	{"thread-relink", store_op_thread_relink},
	{"filter", store_op_filter},
	{"filtered", store_op_filtered},
	{"wake", store_op_wake},
	{"query-save", store_op_query_save},
	{"unjudged", store_op_unjudged},
	{"unverified", store_op_unverified},
	{"verdict-put", store_op_verdict_put},
	{"verdict-again", store_op_verdict_again},
	{"security-put", store_op_security_put},
	{"draft-save", store_op_draft_save},
	{"draft-delete", store_op_draft_delete},
	{"check", store_queue_check},
	{"queue-add", store_queue_add},
	{"queue-add-raw", store_queue_add_raw},
	{"queue-list", store_queue_list},
	{"queue-set", store_queue_set},
	{"queue-show", store_queue_show},
	{"queue-stats", store_queue_stats},
	{"queue-attempts", store_queue_attempts},
	{"queue-addresses", store_queue_addresses},
	{"queue-address-clear", store_queue_address_clear},
	{"queue-report", store_queue_report},
	{"queue-reconcile", store_queue_reconcile},
	{NULL, NULL},
};
/* clang-format on */

/* key=value: a value that is JSON counts as such, anything else is text. */
static void
set_argument(json_t *request, const char *argument)
{
	const char *equals = strchr(argument, '=');
	char *key = g_strndup(argument, (gsize)(equals - argument));
	json_t *value = json_loads(equals + 1, JSON_DECODE_ANY, NULL);

	json_object_set_new(request, key, value != NULL ? value : jsonl_text(equals + 1, -1));
	g_free(key);
}

/* One request from the command line, put where helper_serve() reads. A longer one comes on stdin, as a line. */
static bool
feed(char **words, GError **error)
{
	json_t *request = json_pack("{s:i, s:o}", "id", 1, "op", jsonl_text(words[0], -1));
	int ends[2] = { -1, -1 };
	char *line;
	bool ok = true;

	for (int i = 1; ok && words[i] != NULL; i++) {
		ok = strchr(words[i], '=') != NULL;
		if (ok)
			set_argument(request, words[i]);
		else
			g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "\"%s\" is no key=value",
			    words[i]);
	}
	line = json_dumps(request, JSON_COMPACT);
	if (ok && strlen(line) > PIPE_HOLDS) {
		g_set_error(error, PF_ERROR, PF_ERROR_USAGE, "too long for the command line");
		ok = false;
	}
	ok = ok && g_unix_open_pipe(ends, FD_CLOEXEC, error) && file_write_all(ends[1], line, strlen(line), error) &&
	    file_write_all(ends[1], "\n", 1, error);
	if (ok)
		dup2(ends[0], STDIN_FILENO);
	if (ends[0] >= 0) {
		close(ends[0]);
		close(ends[1]);
	}
	free(line);
	json_decref(request);
	return ok;
}

static bool
take_switch(char **words, const char *name)
{
	bool found = false;
	size_t to = 0;

	for (size_t i = 0; words[i] != NULL; i++) {
		if (strcmp(words[i], name) == 0)
			found = true;
		else
			words[to++] = words[i];
	}
	words[to] = NULL;
	return found;
}

/* A writer that was killed leaves what it wrote, and nobody asks for that again; one that lives is done in no time. */
#define UNFINISHED_AGE_S 3600

static void
sweep(const struct store_program *p)
{
	char *drafts = g_build_filename(p->state_dir, "drafts", NULL);

	file_sweep_unfinished(p->state_dir, UNFINISHED_AGE_S);
	file_sweep_unfinished(drafts, UNFINISHED_AGE_S);
	g_free(drafts);
}

/* On a disk that takes nothing mail can be read; each request looks whether that is over. */
static void
open_state(struct store_program *p, GError **error)
{
	GError *why = NULL;
	struct state_db *opened = state_open(p->state_dir, &why);

	if (opened != NULL) {
		index_free(p->index); /* it stands on the one that goes */
		p->index = NULL;
		state_close(p->state);
		p->state = opened;
		if (!p->is_read_only)
			sweep(p);
	} else if (p->state == NULL) {
		p->state = state_open_frozen(p->state_dir, NULL);
	}
	if (p->state == NULL)
		g_propagate_error(error, g_steal_pointer(&why));
	g_clear_error(&why);
}

/* Open what all operations work on. */
static bool
is_ready(void *state, GError **error)
{
	struct store_program *p = state;

	if (p->state == NULL || state_is_frozen(p->state))
		open_state(p, error);
	if (p->state != NULL && p->index == NULL)
		p->index = index_new(p->root, p->rc, p->state);
	return p->state != NULL;
}

static int
serve(struct store_program *p, char **words)
{
	const struct helper_op *ops = p->is_read_only ? read_ops : all_ops;
	GError *error = NULL;
	int code;

	if (words[0] == NULL)
		code = helper_serve_when(ops, is_ready, p);
	else if (is_ready(p, &error) && feed(words, &error))
		code = helper_serve_by_hand(ops, p);
	else
		code = program_fail(error);
	store_sign_end(p);
	index_free(p->index);
	queue_close(p->queue);
	rc_fresh_fini(&p->rules);
	state_close(p->state);
	return code;
}

int
main(int argc, char **argv)
{
	struct program_options opts;
	struct store_program p = { 0 };
	struct rc *rc;
	char *root, *state_dir;
	int code;

	program_options(argc, argv, &opts);
	rc = program_rc(&opts);
	root = rc_mail_root(rc);
	state_dir = rc_state_dir(rc);
	p.rc = rc;
	p.opts = &opts;
	p.rules = (struct rc_fresh){.path = opts.rc_path, .overrides = opts.overrides};
	p.root = root;
	p.state_dir = state_dir;
	p.is_read_only = take_switch(opts.rest, "--read-only");
	(void)take_switch(opts.rest, "--serve");
	code = serve(&p, opts.rest);
	g_free(root);
	g_free(state_dir);
	rc_free(rc);
	program_options_free(&opts);
	return code;
}
