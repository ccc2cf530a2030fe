/* SPDX-License-Identifier: GPL-3.0-or-later */
/* penfold-send: runs the outgoing queue, as a helper (--serve) or once by hand. */
#include "base/error.h"
#include "base/helper.h"
#include "programs/send_run.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* --- as a helper --- */

static void
request_event(void *user, const char *event, json_t *obj)
{
	helper_event(user, event, obj);
}

static bool
request_is_cancelled(void *user)
{
	return helper_is_cancelled(user);
}

/* "secrets" names the accounts whose passwords came along, in the order of the
 * descriptors. */
static struct secret *
request_secret(void *user, const char *account)
{
	const json_t *names = json_object_get(helper_args(user), "secrets"), *name;
	size_t i;

	json_array_foreach(names, i, name)
	{
		int fd = helper_request_fd(user, i);

		if (g_strcmp0(json_string_value(name), account) == 0 && fd >= 0 &&
		    lseek(fd, 0, SEEK_SET) == 0)
			return secret_of_fd(fd, NULL);
	}
	return NULL;
}

static void
op_run(struct helper_request *r, void *state)
{
	const struct send_sink sink = {
	    request_event, NULL, request_is_cancelled, request_secret, r};
	const json_t *args = helper_args(r);
	GError *error = NULL;
	enum send_which which = jsonl_bool(args, "all", false)	    ? SEND_ALL
				: jsonl_bool(args, "online", false) ? SEND_ONLINE
								    : SEND_DUE;
	json_t *done =
	    send_run(state, jsonl_string(args, "queue_id"), which, &sink, &error);

	if (done != NULL)
		helper_done(r, done);
	else
		helper_fail(r, error);
}

/* --- by hand --- */

static void
print_event(void *user, const char *event, json_t *obj)
{
	(void)user;
	json_object_set_new(obj, "event", json_string(event));
	json_dumpf(obj, stdout, JSON_COMPACT);
	putchar('\n');
	json_decref(obj);
}

/* Lines go out together where that makes no difference: for a small letter each one cost a tenth of what the
 * letter did. */
static void
flush_events(void *user)
{
	(void)user;
	fflush(stdout);
}

static bool
never(void *user)
{
	(void)user;
	return false;
}

/* 0 when nothing is left that this run could not send; 75 when something waits, failed or
 * is uncertain. */
static int
run_by_hand(const struct rc *rc, const char *queue_id, enum send_which which)
{
	const struct send_sink sink = {print_event, flush_events, never, NULL, NULL};
	GError *error = NULL;
	json_t *done = send_run(rc, queue_id, which, &sink, &error);
	bool is_left;

	if (done == NULL)
		return program_fail(error);
	is_left = jsonl_int(done, "deferred", 0) + jsonl_int(done, "failed", 0) +
		      jsonl_int(done, "uncertain", 0) >
		  0;
	print_event(NULL, "done", done);
	flush_events(NULL);
	return is_left ? 75 : 0;
}

static int
usage(void)
{
	(void)fputs("usage: penfold-send [--rc FILE] [-o section.key=value] [--serve | "
		    "[--all | --online] [QUEUE-ID]]\n"
		    "Runs the outgoing queue once and prints one JSON object a line.\n",
	    stderr);
	return 64;
}

int
main(int argc, char **argv)
{
	static const struct helper_op ops[] = {{"run", op_run}, {NULL, NULL}};
	struct program_options opts;
	struct rc *rc;
	char **arg;
	bool is_served, all, online;
	int code;

	program_options(argc, argv, &opts);
	arg = opts.rest;
	is_served = *arg != NULL && strcmp(*arg, "--serve") == 0;
	arg += is_served;
	all = !is_served && *arg != NULL && strcmp(*arg, "--all") == 0;
	arg += all;
	online = !is_served && *arg != NULL && strcmp(*arg, "--online") == 0;
	arg += online;
	if ((*arg != NULL && (is_served || **arg == '-')) ||
	    (*arg != NULL && arg[1] != NULL))
		return usage();
	rc = program_rc(&opts);
	code = is_served ? helper_serve(ops, rc)
			 : run_by_hand(rc, *arg,
			       all || *arg != NULL ? SEND_ALL
			       : online		   ? SEND_ONLINE
						   : SEND_DUE);
	rc_free(rc);
	program_options_free(&opts);
	return code;
}
