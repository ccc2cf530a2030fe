/* SPDX-License-Identifier: GPL-3.0-or-later */
/* cmd_round.c - a letter to oneself and back: queued, sent, fetched again. For commands that look at what the
 * way does to it. */
#include "cmd/cmd_round.h"

#include "base/file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAUSE_MS   3000
#define HEADER_MAX (1 << 20)
#define SEND_MS	   300000

static json_t *
call(struct supervisor *s, json_t *obj, const int *fd, GError **error)
{
	return supervisor_call(s, obj, fd, fd != NULL ? 1 : 0, SEND_MS, NULL, NULL, error);
}

bool
cmd_round_send(struct cmd_round *p, const char *text, GError **error)
{
	struct client *c = cmd_client(p->ctx);
	char *queue_id = NULL;
	int fd = file_memory(text, strlen(text), error);
	json_t *answer = NULL, *run = NULL;

	if (fd >= 0) {
		answer = call(client_store(c),
		    json_pack("{s:s, s:s, s:s, s:[s], s:b, s:i}", "op", "queue-add-raw", "account",
			p->via->name, "from", p->via->address, "recipients", p->account->address, "override",
			1, "hold", 0),
		    &fd, error);
		close(fd);
	}
	if (answer != NULL) {
		queue_id = g_strdup(jsonl_string(answer, "queue_id"));
		run = call(client_send(c), json_pack("{s:s, s:s*}", "op", "run", "queue_id", queue_id), NULL,
		    error);
	}
	if (run != NULL && jsonl_int(run, "sent", 0) == 0)
		g_set_error(error, PF_ERROR, PF_ERROR_UNAVAILABLE,
		    "%s: the letter waits in the outbox; `penfold queue show %s` says why", p->via->name, queue_id);
	bool ok = run != NULL && jsonl_int(run, "sent", 0) > 0;
	json_decref(run);
	json_decref(answer);
	g_free(queue_id);
	return ok;
}

char *
cmd_round_header(const char *path)
{
	int fd = file_open_regular(path, true);
	char *text = fd >= 0 ? g_malloc0(HEADER_MAX + 1) : NULL;
	ssize_t n = fd >= 0 ? read(fd, text, HEADER_MAX) : -1;

	if (fd >= 0)
		(void)close(fd); /* read only */
	if (n < 0)
		g_clear_pointer(&text, g_free);
	return text;
}

/* A letter that a server handed back has a trace; one that never left this machine lies outside of Sent. */
static bool
is_received(const struct cmd_round *p, const char *path, const char *head)
{
	char *sent = g_strdup_printf("/%s/", p->via->sent != NULL ? p->via->sent : "Sent");
	bool is_copy = strstr(path, sent) != NULL;

	g_free(sent);
	return g_str_has_prefix(head, "Received:") || strstr(head, "\nReceived:") != NULL ||
	    (p->account->is_local && !is_copy);
}

/* The path of the copy that came back. Owned; NULL. */
static char *
received_copy(struct cmd_round *p)
{
	json_t *message = call(client_store(cmd_client(p->ctx)),
	    json_pack("{s:s, s:s}", "op", "message", "message_id", p->id), NULL, NULL);
	const json_t *paths = json_object_get(message, "paths"), *path;
	char *found = NULL;
	size_t i;

	json_array_foreach(paths, i, path) {
		char *head = found == NULL ? cmd_round_header(json_string_value(path)) : NULL;

		if (head != NULL && is_received(p, json_string_value(path), head))
			found = g_strdup(json_string_value(path));
		g_free(head);
	}
	json_decref(message);
	return found;
}

static gboolean
on_pause(gpointer loop)
{
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

static void
pause_ms(guint ms)
{
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);

	g_timeout_add(ms, on_pause, loop);
	g_main_loop_run(loop);
	g_main_loop_unref(loop);
}

char *
cmd_round_fetch(struct cmd_round *p, int seconds)
{
	struct client *c = cmd_client(p->ctx);
	gint64 end = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
	char *path = NULL;

	while ((path = received_copy(p)) == NULL && g_get_monotonic_time() < end) {
		client_sync_account(c, p->account->name);
		do
			pause_ms(100);
		while (client_is_syncing(c) && g_get_monotonic_time() < end);
		/* a local account's letter was delivered by the sender */
		json_decref(call(client_store(c), json_pack("{s:s}", "op", "scan"), NULL, NULL));
		path = received_copy(p);
		if (path != NULL)
			break;
		pause_ms(PAUSE_MS);
	}
	return path;
}
