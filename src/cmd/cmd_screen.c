/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_screen.c - the screen, and what is left to do when it is gone: who presses "send" and leaves has sent. A letter that
 * only waited to be taken back leaves then, and not when Penfold happens to run again. */
#include "cmd/cmd_screen.h"

#include <stdio.h>
#include <string.h>

#define LEAVING_S 60 /* later ones were put off: they wait */

static bool
is_leaving(const json_t *entry, gint64 now)
{
	const char *next = jsonl_string(entry, "next_try");
	GDateTime *when = next != NULL ? g_date_time_new_from_iso8601(next, NULL) : NULL;
	bool is = strcmp(jsonl_string(entry, "state"), "held") == 0 && when != NULL &&
		  g_date_time_to_unix(when) - now <= LEAVING_S;

	if (when != NULL)
		g_date_time_unref(when);
	return is;
}

static json_t *
ask_store(struct cmd_context *ctx, json_t *request)
{
	return supervisor_call(client_store(cmd_client(ctx)), request, NULL, 0, 0, NULL, NULL, NULL);
}

/* How many are let go. */
static guint
release(struct cmd_context *ctx)
{
	json_t *answer = ask_store(ctx, json_pack("{s:s}", "op", "queue-list")), *entry;
	gint64 now = g_get_real_time() / G_USEC_PER_SEC;
	guint n = 0;
	size_t i;

	json_array_foreach(json_object_get(answer, "entries"), i, entry) {
		if (!is_leaving(entry, now))
			continue;
		json_t *done = ask_store(ctx,
		    json_pack("{s:s, s:s, s:s}", "op", "queue-set", "queue_id", jsonl_string(entry, "id"), "state", "release"));
		n += done != NULL;
		json_decref(done);
	}
	json_decref(answer);
	return n;
}

static void
send_what_is_left(struct cmd_context *ctx)
{
	guint n = release(ctx);

	if (n == 0)
		return;
	(void)fprintf(stderr, n == 1 ? "penfold: sending %u letter; ^C leaves it in the outbox\n"
				     : "penfold: sending %u letters; ^C leaves them in the outbox\n", n);
	if (cmd_queue_due(ctx) != 0)
		(void)fprintf(stderr, "penfold: not all has left: `penfold queue` says what waits\n");
}

int
cmd_screen(struct cmd_context *ctx, struct ui_opts *opts, GError **error)
{
	bool may_leave = false;
	int code;

	code = ui_run(opts, &may_leave, error);
	if (code == 0 && may_leave)
		send_what_is_left(ctx);
	return code;
}
